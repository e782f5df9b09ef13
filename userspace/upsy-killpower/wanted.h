/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a shutdown that ends now shall end with the UPS switching off. */
#ifndef UPSY_WANTED_H
#define UPSY_WANTED_H

#include <stdbool.h>

/** enum kill_power - option kill-power of section [guard] */
enum kill_power { KILL_AUTO, KILL_ALWAYS, KILL_NEVER };

/**
 * struct ending - what is known at the end
 * @verb: systemd's word for what comes next: poweroff, halt, reboot, kexec
 * @stamped: upsy-guard began this shutdown
 * @upses: UPSes that power this machine, as the kernel still shows them
 * @discharging: how many of these are discharging
 * @critical: how many of those are critical
 */
struct ending {
	const char *verb;
	bool stamped;
	int upses, discharging, critical;
};

/**
 * kill_wanted - shall the UPSes switch off and return?
 * @why: gets the reason, for the log
 */
bool kill_wanted(enum kill_power option, const struct ending *e, const char **why);

/**
 * look_at_supplies - fill in @upses, @discharging and @critical
 * @dir: /sys/class/power_supply
 */
void look_at_supplies(const char *dir, struct ending *e);

#endif
