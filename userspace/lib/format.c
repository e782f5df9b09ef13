// SPDX-License-Identifier: GPL-2.0-or-later
/* Readings for people: their units, and no more digits than they mean. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/format.h"
#include "lib/readings.h"

const char *format_duration(int64_t s, char *to, size_t size)
{
	if (s < 120)
		snprintf(to, size, "%d s", (int)s);
	else if (s < 2 * 3600)
		snprintf(to, size, "%d min", (int)((s + 30) / 60));
	else
		snprintf(to, size, "%d h %02d min", (int)(s / 3600), (int)(s / 60 % 60));
	return to;
}

static void flags(const struct reading_info *info, int64_t v, char *to, size_t size)
{
	size_t n = 0;

	snprintf(to, size, "none");
	for (int bit = 0; info->names[bit] && n < size; bit++)
		if (v >> bit & 1)
			n += (size_t)snprintf(to + n, size - n, "%s%s", n ? " " : "",
					      info->names[bit]);
}

/* One digit after the point, rounded half away from zero. */
static void scaled(int64_t v, const struct reading_info *info, char *to, size_t size)
{
	int64_t tenth = info->scale / 10, abs = v < 0 ? -v : v;

	abs = (abs + tenth / 2) / tenth;
	snprintf(to, size, "%s%" PRId64 ".%d %s", v < 0 && abs ? "-" : "", abs / 10,
		 (int)(abs % 10), info->unit);
}

const char *format_reading(unsigned int id, int64_t value, char *to, size_t size)
{
	const struct reading_info *info = &reading_table[id];
	const char *name = reading_name_of(id, value);

	if (name)
		snprintf(to, size, "%s", name);
	else if (info->kind == READING_FLAGS)
		flags(info, value, to, size);
	else if (!strcmp(info->unit, "s") && value >= 0)
		format_duration(value, to, size);
	else if (!strcmp(info->unit, "s"))
		snprintf(to, size, "none");
	else if (!strcmp(info->unit, "W") || !strcmp(info->unit, "VA"))
		snprintf(to, size, "%" PRId64 " %s", (value + info->scale / 2) / info->scale,
			 info->unit);
	else if (info->scale >= 10)
		scaled(value, info, to, size);
	else
		snprintf(to, size, "%" PRId64 "%s%s", value, *info->unit ? " " : "", info->unit);
	return to;
}
