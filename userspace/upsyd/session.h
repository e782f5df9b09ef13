/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One UPS at work: what it says, completed and judged. */
#ifndef UPSY_SESSION_H
#define UPSY_SESSION_H

#include "gauge/gauge.h"
#include "protocol/protocol.h"
#include "upsyd/policy.h"

/**
 * struct session - a UPS with what judges it
 * @ups: the open device
 * @device: DEVICE as given
 * @id: who it is, settled with the first @out
 * @gauge: completes what it says
 * @policy: decides what of it is published
 * @out: what was published last
 * @published: there is something in @out
 */
struct session {
	struct ups ups;
	const char *device;
	struct identity id;
	struct gauge *gauge;
	struct policy *policy;
	struct readings out;
	bool published;
};

/** session_open - as device_open() */
int session_open(struct session *s, const char *device, const struct options *opt,
		 const char *record);
void session_close(struct session *s);

/**
 * session_judge - take what the UPS says now; @s->out when it is to be published
 * A verdict as policy_judge() gives.
 */
enum verdict session_judge(struct session *s, int64_t now_ms);

/**
 * session_resume - go on with an outage that another process was following
 * @kept: what the kernel shows of it
 */
void session_resume(struct session *s, const struct readings *kept, int64_t now_ms);

/**
 * session_once - read until there is one reading set that can be believed
 * Return: 0 with @s->out, or a negative errno, logged.
 */
int session_once(struct session *s);

#endif
