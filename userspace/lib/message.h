/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the family "upsy", put together and taken apart. No socket here,
 * so that every byte of it can be tested without a kernel.
 */
#ifndef UPSY_MESSAGE_H
#define UPSY_MESSAGE_H

#include <libmnl/libmnl.h>

#include "lib/netlink.h"

#define MESSAGE_MAX	8192	/* longest message in either direction */

/** message_ups - append what UPS_NEW tells of a UPS */
void message_ups(struct nlmsghdr *nlh, const struct upsy_ups *ups);
/** message_readings - append a snapshot */
void message_readings(struct nlmsghdr *nlh, const struct readings *r);
/** message_request - append an action */
void message_request(struct nlmsghdr *nlh, uint32_t n, const struct action_request *req);

/**
 * message_event - take a message of the family apart
 * @cmd: UPSY_CMD_* of its header
 * Return: 1 with @ev filled in, 0 when it is none that a client waits for,
 * -EBADMSG when it is malformed.
 */
int message_event(const struct nlmsghdr *nlh, struct upsy_event *ev);
/** message_parse_ups - likewise for the answer to UPS_GET. Return: 0 or -EBADMSG. */
int message_parse_ups(const struct nlmsghdr *nlh, struct upsy_ups *ups);

/**
 * message_error - the words of a refusal
 * @nlh: NLMSG_ERROR from the kernel
 * @sent: what it refuses, to find the attribute that is wrong
 * @text: gets the kernel's message and the attribute's name
 * Return: the negative errno; 0 for an acknowledgement.
 */
int message_error(const struct nlmsghdr *nlh, const struct nlmsghdr *sent, char *text,
		  size_t size);

/**
 * upsy_open_fd - as upsy_open(), on a socket that is open already
 * @fd: taken over, closed on failure too. Tests play the kernel at its other end.
 */
int upsy_open_fd(int fd, struct upsy_link **out);

#endif
