/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing a conversation down, in the format that replay.c plays. transport.c
 * calls these for every operation; a protocol calls record_exchange() where it
 * knows better than the transport what belongs together.
 */
#ifndef UPSY_RECORD_H
#define UPSY_RECORD_H

#include "transport/transport.h"

/**
 * record_start - write what goes over @t into @path from now on
 * Return: 0 or a negative errno, logged.
 */
int record_start(struct transport *t, const char *path);
/** record_stop - finish the file; transport_close() does it too */
void record_stop(struct transport *t);

/* Each does nothing when @t is not recorded. */
void record_header(struct transport *t, const char *key, const char *value);
void record_descriptor(struct transport *t, const uint8_t *desc, size_t len);
void record_report(struct transport *t, enum hid_report_type type, uint8_t id,
		   const uint8_t *buf, size_t len);
/** record_input - for the owner of transport.input to call */
void record_input(struct transport *t, const uint8_t *buf, size_t len);
/** record_sent - bytes of a stream, or one USB transfer */
void record_sent(struct transport *t, const void *buf, size_t len);
/** record_received - bytes of a stream, as they come */
void record_received(struct transport *t, const void *buf, size_t len);
/** record_packet - one USB transfer that came in */
void record_packet(struct transport *t, const void *buf, size_t len);

/**
 * record_exchange - a whole request and its answer
 * @ans_len: 0 or negative when there was none
 *
 * From the first call on, single transfers are not written any more: a framing
 * is no part of the conversation.
 */
void record_exchange(struct transport *t, const void *req, size_t req_len,
		     const void *ans, ssize_t ans_len);

#endif
