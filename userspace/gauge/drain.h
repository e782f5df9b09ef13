/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast a load empties the battery: two or more runtimes at known loads, and
 * between them the exponent that leads from one to the next (Peukert's law has
 * one for all loads; with more than two points it need not hold).
 */
#ifndef UPSY_GAUGE_DRAIN_H
#define UPSY_GAUGE_DRAIN_H

#include <stdbool.h>

#define DRAIN_POINTS_MAX	8

struct options;

/**
 * struct drain - runtimes by load
 * @point: seconds that a full battery lasts at a load in percent, highest load first
 * @points: how many, two at least
 * @idle_load: the battery is never emptied more slowly than by this, in percent
 * @calibrated: runtimecal was given
 */
struct drain {
	struct { double seconds, load; } point[DRAIN_POINTS_MAX];
	int points;
	double idle_load;
	bool calibrated;
};

/** drain_read - from runtimecal and idleload. Return: 0, or -EINVAL (logged). */
int drain_read(struct drain *d, const struct options *opt);

/** drain_at - which share of the battery a second at @load percent takes */
double drain_at(const struct drain *d, double load);

#endif
