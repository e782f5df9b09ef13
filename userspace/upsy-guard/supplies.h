/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What powers this machine, asked of the kernel. */
#ifndef UPSY_SUPPLIES_H
#define UPSY_SUPPLIES_H

#include "upsy-guard/decide.h"

#define SYSFS_DIR	"/sys/class/power_supply"

/**
 * supplies_gather - every UPS and every battery of this machine's own
 * @dir: /sys/class/power_supply; another directory is read instead of netlink
 * @supplies: room for SUPPLIES_MAX
 *
 * UPSes come by netlink; where that fails, from sysfs. Batteries from sysfs.
 * Return: how many, or a negative errno when neither could be read (logged).
 */
int supplies_gather(const char *dir, struct supply *supplies);

#endif
