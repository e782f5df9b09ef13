/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Energy as the module shows it. What it works out it does not send back, so a
 * reader by netlink works it out the same way; see kernel/show.c.
 */
#ifndef UPSY_ENERGY_H
#define UPSY_ENERGY_H

#include "lib/readings.h"

/** struct energy - energy_now in µWh, power_now in µW */
struct energy {
	int64_t now, power;
};

/**
 * energy_derive - complete @r by energy_full and energy_full_design, and find
 * energy_now and power_now
 * @r: with status and capacity known
 *
 * Chosen so that now / power is the UPS's own runtime while power stays at or
 * below the 300 W that UPower believes.
 */
void energy_derive(struct readings *r, struct energy *out);

#endif
