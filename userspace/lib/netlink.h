/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generic netlink family "upsy", as a client sees it: owners that feed a
 * UPS (upsyd), readers (upsyctl, upsy-guard, upsy-notify), and whoever asks for
 * an action. On the wire: Documentation/netlink/specs/upsy.yaml.
 */
#ifndef UPSY_NETLINK_H
#define UPSY_NETLINK_H

#include <stdint.h>

#include "lib/action.h"
#include "lib/readings.h"

/** struct upsy_link - one socket to the module, opaque */
struct upsy_link;

/**
 * struct upsy_ups - a UPS as the kernel knows it
 * @n: the n of BAT_UPSn
 * @id: identity strings
 * @scope: enum upsy_scope
 * @powers: enum upsy_powers
 * @deadline_ms: the owner's promise
 * @shutdown_charge: percent at which the kernel's own countdown is Critical
 * @shutdown_runtime: seconds, likewise
 * @feed: enum upsy_feed
 * @raised: alarms that came with this notification
 * @cleared: alarms that went with it
 * @readings: the snapshot; state and state_known are not used
 */
struct upsy_ups {
	uint32_t n;
	struct identity id;
	uint32_t scope, powers, deadline_ms, shutdown_charge, shutdown_runtime, feed;
	uint64_t raised, cleared;
	struct readings readings;
};

/**
 * upsy_open - connect to the module
 * Return: 0; -ENOENT when the module is not loaded; other negative errnos.
 * Does not log: upsy_strerror() has the words.
 */
int upsy_open(struct upsy_link **out);
void upsy_close(struct upsy_link *l);
/** upsy_fd - to poll for POLLIN, then call upsy_receive() */
int upsy_fd(const struct upsy_link *l);
/**
 * upsy_strerror - what went wrong with the last call, and what to do
 * Contains the kernel's own message (extack) and the attribute it names.
 */
const char *upsy_strerror(struct upsy_link *l);

/* For owners. @ups->n is set by upsy_new(). */
int upsy_new(struct upsy_link *l, struct upsy_ups *ups);
int upsy_set(struct upsy_link *l, uint32_t n, const struct readings *r);
int upsy_del(struct upsy_link *l, uint32_t n);
int upsy_result(struct upsy_link *l, uint32_t cookie, int error, const char *text);

/* For readers. */
int upsy_get(struct upsy_link *l, uint32_t n, struct upsy_ups *ups);
/** upsy_dump - call @each for every UPS, in order; stops when it returns < 0 */
int upsy_dump(struct upsy_link *l, int (*each)(const struct upsy_ups *ups, void *ctx),
	      void *ctx);
/** upsy_subscribe - join the group "monitor"; changes come by upsy_receive() */
int upsy_subscribe(struct upsy_link *l);

/**
 * upsy_action - ask UPS @n for an action
 * @cookie: names it in the result
 */
int upsy_action(struct upsy_link *l, uint32_t n, const struct action_request *req,
		uint32_t *cookie);
/**
 * upsy_action_wait - ask and wait for the result
 * @timeout_ms: how long at most; -ETIMEDOUT then
 * Return: 0 or the owner's negative errno; @req->text has its words.
 */
int upsy_action_wait(struct upsy_link *l, uint32_t n, struct action_request *req,
		     int timeout_ms);

/** enum upsy_event_type - what upsy_receive() got */
enum upsy_event_type {
	UPSY_EVENT_NEW, UPSY_EVENT_CHANGE, UPSY_EVENT_DEL,	/* .ups */
	UPSY_EVENT_ACTION,		/* .cookie, .n, .request: for the owner */
	UPSY_EVENT_RESULT,		/* .cookie, .error, .request.text */
	UPSY_EVENT_OVERRUN,		/* events were lost: dump again */
};

struct upsy_event {
	enum upsy_event_type type;
	uint32_t cookie, n;
	int error;
	struct upsy_ups ups;
	struct action_request request;
};

/**
 * upsy_receive - take one waiting event
 * Return: 1 with @ev filled in, 0 when none is waiting, or a negative errno.
 */
int upsy_receive(struct upsy_link *l, struct upsy_event *ev);

#endif
