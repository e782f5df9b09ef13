/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular battery tests: a systemd timer per UPS. */
#ifndef UPSYCTL_SCHEDULE_H
#define UPSYCTL_SCHEDULE_H

/**
 * cmd_test - upsyctl test: once, by cmd_action(), or with --schedule regularly
 * Return: the exit status.
 */
int cmd_test(int argc, char **argv);

#endif
