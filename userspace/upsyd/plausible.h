/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plausibility of single readings: what cannot be is left out, what can hardly
 * be is held back until the UPS has said it often and long enough.
 */
#ifndef UPSY_PLAUSIBLE_H
#define UPSY_PLAUSIBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/readings.h"

/** struct evidence - how long something has been said without a break */
struct evidence {
	int64_t since_ms;
	unsigned int count;
};

/**
 * evidence_holds - note a sample; has it been said often and long enough?
 * @said: whether this sample says it; one that doesn't starts over
 */
bool evidence_holds(struct evidence *e, bool said, int64_t now_ms, unsigned int count,
		    int64_t ms);

/**
 * struct plausible - what is believed so far
 * @believed: the last readings that passed
 * @at_ms: when each of the judged ones passed
 * @held: what was held back and the evidence for it, by row of the table
 */
struct plausible {
	struct readings believed;
	int64_t at_ms[UPSY_R_MAX + 1];
	struct { struct evidence e; int64_t value; } held[4];
	bool started;
};

/** plausible_start - believe @r, which was believed before by another */
void plausible_start(struct plausible *p, const struct readings *r, int64_t now_ms);

/**
 * plausible_filter - take a sample
 * @r: the sample; values that are not believed are replaced by what is, or left
 *     out when nothing is
 * @on_battery: whether the battery feeds the load
 * @low: the UPS itself says that the battery is low or empty
 * Return: true when something is held back that asking again would settle.
 */
bool plausible_filter(struct plausible *p, struct readings *r, bool on_battery, bool low,
		      int64_t now_ms);

#endif
