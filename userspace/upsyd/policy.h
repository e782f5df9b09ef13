/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policy: turns what the UPS says into what is published. Decides the state
 * once, from all flags; asks again for a sample that contradicts physics; never
 * delays the loss of mains.
 */
#ifndef UPSY_POLICY_H
#define UPSY_POLICY_H

#include <stdint.h>

#include "lib/readings.h"

struct options;

/** enum verdict - what to do with a sample */
enum verdict {
	VERDICT_PUBLISH,	/* publish it */
	VERDICT_PUBLISH_ASK,	/* publish it and poll once more, soon: part of it is held back */
	VERDICT_ASK_AGAIN,	/* implausible: poll once more, soon */
	VERDICT_WAIT,		/* incomplete: not enough to register with */
};

struct policy;

int policy_new(const struct options *opt, struct policy **out);
void policy_free(struct policy *p);

/**
 * policy_judge - decide on a sample
 * @p: what was published before, and how often was asked
 * @raw: what the protocol and the gauge say
 * @out: what to publish, when the verdict is VERDICT_PUBLISH: online, status,
 *       capacity_level, mode, health, alarms decided, raw flags gone
 * @now_ms: clock_ms()
 */
enum verdict policy_judge(struct policy *p, const struct readings *raw,
			  struct readings *out, int64_t now_ms);

/**
 * policy_resume - go on with an outage that another process was following
 * @kept: what the kernel shows by now
 *
 * Before the first sample. What was decided holds until the UPS says otherwise
 * twice: a daemon that is restarted is no reason to call off a shutdown.
 */
void policy_resume(struct policy *p, const struct readings *kept, int64_t now_ms);

/*
 * Thresholds of capacity_level Critical, for the kernel's own countdown.
 */
uint32_t policy_shutdown_charge(const struct policy *p);	/* percent */
uint32_t policy_shutdown_runtime(const struct policy *p);	/* seconds */

#endif
