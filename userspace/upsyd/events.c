// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened to a UPS, in the journal. */
#include <stdio.h>

#include "lib/journal.h"
#include "upsyd/events.h"

static const char *left(const struct readings *r, char *buf, size_t size)
{
	int64_t s = reading_get(r, UPSY_R_RUNTIME, -1), charge = reading_get(r, UPSY_R_CAPACITY, -1);
	int n = 0;

	buf[0] = '\0';
	if (charge >= 0)
		n = snprintf(buf, size, ", charge %d %%", (int)charge);
	if (s >= 0)
		snprintf(buf + n, size - n, ", %d:%02d min left", (int)(s / 60), (int)(s % 60));
	return buf;
}

void events_log(struct events *e, const char *name, const struct readings *r)
{
	struct events now = {
		.known = true,
		.on_battery = reading_get(r, UPSY_R_ONLINE, 1) == 0,
		.worn = (reading_get(r, UPSY_R_ALARMS, 0) & UPSY_ALARM_REPLACE_BATTERY) ||
			reading_get(r, UPSY_R_HEALTH, 0) == UPSY_HEALTH_DEAD,
		.overload = reading_get(r, UPSY_R_ALARMS, 0) & UPSY_ALARM_OVERLOAD,
	};
	char buf[64];

	now.critical = now.on_battery &&
		       reading_get(r, UPSY_R_CAPACITY_LEVEL, -1) == UPSY_CAPACITY_LEVEL_CRITICAL;
	if (now.on_battery && !e->on_battery)
		journal_event(MESSAGE_ON_BATTERY, LOG_WARN, name, "%s: on battery%s", name,
			      left(r, buf, sizeof(buf)));
	else if (!now.on_battery && e->on_battery)
		journal_event(MESSAGE_ON_LINE, LOG_NOTE, name, "%s: on line again%s", name,
			      left(r, buf, sizeof(buf)));
	if (now.critical && !e->critical)
		journal_event(MESSAGE_BATTERY_CRITICAL, LOG_WARN, name, "%s: battery critical%s", name,
			      left(r, buf, sizeof(buf)));
	if (now.worn && !e->worn)
		journal_event(MESSAGE_BATTERY_WORN, LOG_WARN, name, "%s: battery worn", name);
	if (now.overload && !e->overload)
		journal_event(MESSAGE_OVERLOAD, LOG_WARN, name, "%s: overloaded", name);
	*e = now;
}
