// SPDX-License-Identifier: GPL-2.0-or-later
/* How a UPS looks to people: words, colours, bars, numbers with units. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upsyctl/upsyctl.h"

#define BAR_CELLS 10

const char *paint(const char *color)
{
	return settings.color ? color : "";
}

static const char *const mode_text[] = {
	[UPSY_MODE_LINE]	= "on line",
	[UPSY_MODE_BATTERY]	= "on battery",
	[UPSY_MODE_BOOST]	= "on line, boost",
	[UPSY_MODE_TRIM]	= "on line, trim",
	[UPSY_MODE_BYPASS]	= "bypass",
	[UPSY_MODE_ECO]		= "on line, eco",
	[UPSY_MODE_TEST]	= "battery test",
	[UPSY_MODE_CALIBRATION]	= "calibration",
	[UPSY_MODE_STANDBY]	= "output off",
	[UPSY_MODE_FAULT]	= "fault",
};

static bool critical(const struct readings *r)
{
	return reading_get(r, UPSY_R_CAPACITY_LEVEL, UPSY_CAPACITY_LEVEL_NORMAL) ==
	       UPSY_CAPACITY_LEVEL_CRITICAL;
}

const char *state_text(const struct upsy_ups *u)
{
	const struct readings *r = &u->readings;

	if (!reading_get(r, UPSY_R_PRESENT, 1) && u->feed == UPSY_FEED_LOST)
		return "lost";
	if (!reading_get(r, UPSY_R_ONLINE, 1))
		return critical(r) ? "battery critical" : "on battery";
	if (reading_known(r, UPSY_R_MODE) && r->value[UPSY_R_MODE] != UPSY_MODE_LINE &&
	    reading_name_of(UPSY_R_MODE, r->value[UPSY_R_MODE]))
		return mode_text[r->value[UPSY_R_MODE]];
	if (reading_get(r, UPSY_R_STATUS, UPSY_STATUS_FULL) == UPSY_STATUS_CHARGING)
		return "on line, charging";
	return "on line";
}

const char *state_color(const struct upsy_ups *u)
{
	const struct readings *r = &u->readings;

	if (critical(r) && !reading_get(r, UPSY_R_ONLINE, 1))
		return paint(COLOR_BAD);
	if (!reading_get(r, UPSY_R_ONLINE, 1) || u->feed == UPSY_FEED_LOST ||
	    reading_get(r, UPSY_R_ALARMS, 0))
		return paint(COLOR_WARN);
	return paint(COLOR_GOOD);
}

const char *runtime_text(const struct upsy_ups *u, char buf[24])
{
	long long s = reading_get(&u->readings, UPSY_R_RUNTIME, -1);

	if (s < 0)
		return "-";
	if (s < 120)
		snprintf(buf, 24, "%lld s", s);
	else if (s < 7200)
		snprintf(buf, 24, "%lld min", s / 60);
	else
		snprintf(buf, 24, "%lld:%02lld h", s / 3600, s / 60 % 60);
	return buf;
}

const char *bar_text(const struct upsy_ups *u, char buf[64])
{
	int charge = reading_get(&u->readings, UPSY_R_CAPACITY, -1);
	size_t at = 0;

	if (charge < 0)
		return "-";
	for (int i = 0; i < BAR_CELLS; i++)
		at += snprintf(buf + at, 64 - at, "%s",
			       charge * BAR_CELLS >= i * 100 + 50 ? "█" : "░");
	snprintf(buf + at, 64 - at, " %3d %%", charge);
	return buf;
}

static const char *flags_text(const struct reading_info *info, int64_t value, char *buf,
			      size_t size)
{
	size_t at = 0;

	buf[0] = '\0';
	for (int bit = 0; info->names[bit] && at < size; bit++)
		if (value >> bit & 1)
			at += snprintf(buf + at, size - at, "%s%s", at ? ", " : "",
				       info->names[bit]);
	return buf;
}

const char *alarms_text(const struct readings *r, char *buf, size_t size)
{
	return flags_text(&reading_table[UPSY_R_ALARMS], reading_get(r, UPSY_R_ALARMS, 0), buf,
			  size);
}

const char *reading_text(const struct readings *r, unsigned int id, char *buf, size_t size)
{
	const struct reading_info *info = &reading_table[id];
	const char *name = reading_name_of(id, r->value[id]);
	const char *blank = *info->unit && strcmp(info->unit, "%") ? " " : "";
	long long v = r->value[id], whole = v / info->scale, rest;

	if (name) {
		snprintf(buf, size, "%s", name);
		return buf;
	}
	if (info->kind == READING_FLAGS) {
		flags_text(info, v, buf, size);
		return *buf ? buf : "none";
	}
	if (info->scale == 1) {
		snprintf(buf, size, "%lld%s%s", v, *info->unit == '%' ? " " : blank, info->unit);
		return buf;
	}
	/* one digit is what people read; cells are told apart by hundredths */
	rest = llabs(v % info->scale);
	if (info->scale >= 1000 && llabs(v) < 100LL * info->scale)
		snprintf(buf, size, "%s%lld.%02lld %s", v < 0 && !whole ? "-" : "", whole,
			 rest * 100 / info->scale, info->unit);
	else
		snprintf(buf, size, "%s%lld.%lld %s", v < 0 && !whole ? "-" : "", whole,
			 rest * 10 / info->scale, info->unit);
	return buf;
}
