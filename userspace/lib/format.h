/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readings for people. */
#ifndef UPSY_FORMAT_H
#define UPSY_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define FORMAT_MAX	512

/**
 * format_reading - "230.1 V", "14 min", "Discharging", "overload replace-battery"
 * Return: @to
 */
const char *format_reading(unsigned int id, int64_t value, char *to, size_t size);

/** format_duration - "45 s", "14 min", "2 h 05 min" */
const char *format_duration(int64_t seconds, char *to, size_t size);

#endif
