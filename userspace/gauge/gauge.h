/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gauge: charge, runtime, energy and load of a UPS that does not tell them,
 * from volts, load and what is known of its battery. What it works out it
 * marks in UPSY_R_ESTIMATED.
 */
#ifndef UPSY_GAUGE_H
#define UPSY_GAUGE_H

#include <stdint.h>

#include "lib/readings.h"

struct gauge;
struct options;

/**
 * gauge_new - a gauge with the options of one section
 *
 * Options: runtimecal, chargetime, idleload, battery_packs,
 * default/override.battery.voltage.{low,high,nominal}, default.battery.charge.low …
 * Return: 0, -ENOMEM or -EINVAL (logged).
 */
int gauge_new(const struct options *opt, struct gauge **out);
void gauge_free(struct gauge *g);

/**
 * gauge_set_range - what the UPS itself says of its battery's volts
 * @empty, @full: µV, 0 where it does not tell
 *
 * Goes before default.battery.voltage.* and the rule of thumb, and behind
 * override.battery.voltage.*.
 */
void gauge_set_range(struct gauge *g, int64_t empty, int64_t full);

/**
 * gauge_resume - go on where a gauge before this one was, in an outage
 * @kept: what it had worked out by then
 * @now_ms: clock_ms()
 *
 * Volts under load say little of a battery by themselves: what counts is how they
 * have fallen, and a new gauge has not seen that.
 */
void gauge_resume(struct gauge *g, const struct readings *kept, int64_t now_ms);

/**
 * gauge_complete - add what can be worked out to a sample
 * @r: the sample; readings the UPS gave itself are left alone
 * @now_ms: when it was taken, clock_ms()
 *
 * Gives capacity, runtime, energy_full_design and energy_full where it can.
 * energy_full stays constant over the gauge's life, and is chosen so that
 * energy_full * capacity / runtime stays below 300 W (see Documentation/ABI).
 */
void gauge_complete(struct gauge *g, struct readings *r, int64_t now_ms);

#endif
