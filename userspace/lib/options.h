/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options: one section of /etc/upsy/upsy.conf, with NUT's names where NUT has
 * them. A flag without a value ("novendor") reads as "".
 */
#ifndef UPSY_OPTIONS_H
#define UPSY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct options - a set of name=value pairs
 *
 * Opaque; made by upsyd/config.c or by options_new(). Names are compared
 * without regard to case.
 */
struct options;

struct options *options_new(void);
void options_free(struct options *o);

/** options_set - set @name, replacing what it had. Return: 0 or -ENOMEM. */
int options_set(struct options *o, const char *name, const char *value);

/** option_text - the value of @name, or NULL when it is not set */
const char *option_text(const struct options *o, const char *name);

/** option_flag - true when @name is set and not "no", "off", "false" or "0" */
bool option_flag(const struct options *o, const char *name);

/**
 * option_number - a decimal number scaled to an integer
 * @scale: 1 for whole numbers, 1000000 for volts to microvolts
 * @min: smallest result allowed
 * @max: largest result allowed
 * @out: the result; untouched when the option is not set
 *
 * Return: 0, -ENOENT when it is not set, or -EINVAL (already logged, with the
 * option's name and range) when it is no number or out of range.
 */
int option_number(const struct options *o, const char *name, int64_t scale,
		  int64_t min, int64_t max, int64_t *out);

/** options_each - call @each for every option, in no order */
void options_each(const struct options *o,
		  void (*each)(void *ctx, const char *name, const char *value), void *ctx);

#endif
