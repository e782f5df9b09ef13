/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Feeding the module: one UPS, registered once, kept up to date. */
#ifndef UPSY_FEED_H
#define UPSY_FEED_H

#include "lib/netlink.h"
#include "upsyd/policy.h"

struct options;

/**
 * struct feed - the UPS as the kernel has it
 * @link: to the module
 * @ups: what it was registered with, and the snapshot sent last
 * @sent_ms: when that was, clock_ms()
 * @registered: the kernel has it
 * @auto_scope: the machine decides on the scope, whenever it is registered
 * @kept: what the kernel had of it from a daemon before this one, in an outage
 * @resumed: it had
 * @other_face: it was registered with the readings of @kept, not with its own
 */
struct feed {
	struct upsy_link *link;
	struct upsy_ups ups;
	int64_t sent_ms;
	bool registered, auto_scope;
	struct readings kept;
	bool resumed, other_face;
};

/**
 * feed_open - connect to the module and settle what doesn't change
 * @opt: scope=, powers=
 * Return: 0 or a negative errno, logged with what to do.
 */
int feed_open(struct feed *f, const struct options *opt, const struct policy *p);
void feed_close(struct feed *f);

/**
 * feed_resume - is the kernel counting down this UPS, whose daemon is gone?
 * @key: of its identity
 *
 * Before the first feed_publish(), which then takes it over with the readings
 * it has, so that nobody sees one UPS go and another come in an outage.
 *
 * Return: what the kernel shows of it, or NULL when it isn't so.
 */
const struct readings *feed_resume(struct feed *f, const char *key);

/**
 * feed_publish - tell the kernel
 * @id: who it is; counts when it is registered
 * @r: what policy decided
 * @deadline_ms: within which the next snapshot is promised
 *
 * Registers with the first snapshot. Afterwards sends what has changed, at once;
 * and what hasn't, when half the deadline is over.
 *
 * Return: 0; -EBUSY when another process feeds this UPS; other negative errnos
 * when the module is lost. Logged.
 */
int feed_publish(struct feed *f, const struct identity *id, const struct readings *r,
		 int deadline_ms);

/** feed_due_ms - when the same has to be sent again at the latest */
int64_t feed_due_ms(const struct feed *f);

/** scope_of_machine - UPSY_SCOPE_DEVICE on a laptop; @dir: /sys/class/power_supply */
uint32_t scope_of_machine(const char *dir);

#endif
