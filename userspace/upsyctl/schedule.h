/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular battery tests: a systemd timer per UPS. */
#ifndef UPSYCTL_SCHEDULE_H
#define UPSYCTL_SCHEDULE_H

/**
 * test_schedule - test a UPS regularly, or no more
 * @ups: as on the command line: what upsy-test@.service hands to upsyctl
 * @when: "monthly" or any other of systemd.time(7)'s calendar expressions;
 *        "off" for no more
 *
 * Return: the exit status; what it did is printed.
 */
int test_schedule(const char *ups, const char *when);

#endif
