/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A recorded conversation, played back: "replay:FILE". */
#ifndef UPSY_REPLAY_H
#define UPSY_REPLAY_H

#include "transport/transport.h"

/**
 * replay_open - read a recording and play the device in it
 * @path: of the file
 *
 * A file with a report descriptor has TRANSPORT_HID, one with requests has
 * TRANSPORT_EXCHANGE, one may have both. A request is answered the n-th time
 * with its n-th answer, then always with the last.
 *
 * Return: 0; -EINVAL for a malformed file, logged with file, line and what is
 * wrong; other negative errnos, logged.
 */
int replay_open(const char *path, struct transport **out);

/**
 * replay_header - the value of a "# key: value" line
 * Return: NULL when @t is no replay, or there is no such line.
 */
const char *replay_header(const struct transport *t, const char *key);

/**
 * replay_packets - the packets ("<x" lines) of the last exchange's answer
 * @each: called for each one in order; a negative return stops
 *
 * For an answer that was recorded as it came over USB, with its framing.
 * Return: how many there were, or what @each returned.
 */
int replay_packets(struct transport *t,
		   int (*each)(void *ctx, const uint8_t *packet, size_t len), void *ctx);

#endif
