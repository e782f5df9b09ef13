/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running another program, never longer than a given time. */
#ifndef UPSY_RUN_H
#define UPSY_RUN_H

#include <stddef.h>

/**
 * run_command - run a program and wait for it
 * @argv: found by PATH, NULL-terminated
 * @timeout_ms: it is killed after this
 * @out: gets what it wrote to standard output, cut at @size, or NULL
 *
 * Return: its exit status, 128 + the signal that ended it, or a negative errno:
 * -ETIMEDOUT when it was killed for being slow, -ENOENT when there is no such
 * program.
 */
int run_command(const char *const argv[], int timeout_ms, char *out, size_t size);

#endif
