// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the person at the desk is told.
 *
 * A desktop speaks of the batteries that power its machine, so what it says
 * itself is not said twice; of a UPS with scope Device (a laptop's, or one that
 * feeds something else) it never speaks. No desktop knows of a worn or an
 * overloaded UPS, nor of upsy-guard's plans.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "upsy-notify/decide.h"

/*
 * Sources: gsd-power 51 (low, but nothing at the loss of mains for a battery),
 * PowerDevil 6.3, xfce4-power-manager and mate-power-manager of 2026. A desktop
 * that isn't here is taken to say nothing.
 */
static const struct {
	const char *name;
	struct desk desk;
} desktops[] = {
	{ "GNOME",		{ .tells_mains = false, .tells_low = true } },
	{ "gnome-shell",	{ .tells_mains = false, .tells_low = true } },
	{ "KDE",		{ .tells_mains = true, .tells_low = true } },
	{ "Plasma",		{ .tells_mains = true, .tells_low = true } },
	{ "XFCE",		{ .tells_mains = true, .tells_low = true } },
	{ "Xfce Notify Daemon",	{ .tells_mains = true, .tells_low = true } },
	{ "MATE",		{ .tells_mains = true, .tells_low = true } },
	{ "X-Cinnamon",		{ .tells_mains = false, .tells_low = true } },
	{ "cinnamon",		{ .tells_mains = false, .tells_low = true } },
};

struct desk desk_of(const char *name)
{
	struct desk desk = { 0 };

	while (name && *name) {
		size_t len = strcspn(name, ":");

		for (size_t i = 0; i < sizeof(desktops) / sizeof(desktops[0]); i++) {
			if (strlen(desktops[i].name) != len ||
			    strncasecmp(desktops[i].name, name, len))
				continue;
			desk.tells_mains |= desktops[i].desk.tells_mains;
			desk.tells_low |= desktops[i].desk.tells_low;
		}
		name += len + (name[len] == ':');
	}
	return desk;
}

static const char *name_of(const struct upsy_ups *ups)
{
	return *ups->id.model_name ? ups->id.model_name : "The UPS";
}

/* " 14 min left." and " Charge 87 %.", as far as known; "" else. */
static void time_left(const struct upsy_ups *ups, char *buf, size_t size)
{
	int64_t s = reading_get(&ups->readings, UPSY_R_RUNTIME, -1);
	int64_t charge = reading_get(&ups->readings, UPSY_R_CAPACITY, -1);
	int len = 0;

	buf[0] = '\0';
	if (s >= 7200)
		len = snprintf(buf, size, " %d:%02d h left.", (int)(s / 3600), (int)(s / 60 % 60));
	else if (s >= 60)
		len = snprintf(buf, size, " %d min left.", (int)(s / 60));
	else if (s >= 0)
		len = snprintf(buf, size, " Less than a minute left.");
	if (charge >= 0)
		snprintf(buf + len, size - len, " Charge %d %%.", (int)charge);
}

static const char *fed(const struct upsy_ups *ups)
{
	return ups->powers == UPSY_POWERS_SYSTEM ? "this computer" : "other devices";
}

static void mains(const struct upsy_ups *ups, bool failed, struct note *n)
{
	char left[96];

	n->kind = NOTE_MAINS;
	n->urgency = failed ? NOTE_URGENT : NOTE_NORMAL;
	n->icon = failed ? "battery-caution" : "ac-adapter";
	time_left(ups, left, sizeof(left));
	snprintf(n->summary, sizeof(n->summary), failed ? "Mains failed" : "Mains is back");
	if (failed)
		snprintf(n->body, sizeof(n->body), "%s feeds %s from its battery.%s", name_of(ups),
			 fed(ups), left);
	else
		snprintf(n->body, sizeof(n->body), "%s feeds %s from the mains again.", name_of(ups),
			 fed(ups));
}

static void low(const struct upsy_ups *ups, struct note *n)
{
	char left[96];

	n->kind = NOTE_LOW;
	n->urgency = NOTE_URGENT;
	n->icon = "battery-empty";
	time_left(ups, left, sizeof(left));
	snprintf(n->summary, sizeof(n->summary), "UPS battery nearly empty");
	snprintf(n->body, sizeof(n->body), "%s feeds %s.%s", name_of(ups), fed(ups), left);
}

static void worn(const struct upsy_ups *ups, struct note *n)
{
	n->kind = NOTE_WORN;
	n->urgency = NOTE_NORMAL;
	n->icon = "battery-caution";
	snprintf(n->summary, sizeof(n->summary), "UPS battery worn");
	snprintf(n->body, sizeof(n->body),
		 "%s asks for a new battery. In an outage it may last much shorter than it says.",
		 name_of(ups));
}

static void overload(const struct upsy_ups *ups, struct note *n)
{
	n->kind = NOTE_OVERLOAD;
	n->urgency = NOTE_URGENT;
	n->icon = "dialog-warning";
	snprintf(n->summary, sizeof(n->summary), "UPS overloaded");
	snprintf(n->body, sizeof(n->body), "More hangs on %s than it can feed. Unplug something.",
		 name_of(ups));
}

int note_ups(struct seen *seen, const struct upsy_ups *ups, const struct desk *desk,
	     struct note *notes)
{
	const struct readings *r = &ups->readings;
	int64_t alarms = reading_get(r, UPSY_R_ALARMS, 0), health = reading_get(r, UPSY_R_HEALTH, 0);
	/* The desktop counts only what powers this machine. */
	bool deaf = ups->scope != UPSY_SCOPE_SYSTEM;
	struct seen now = {
		.known = true,
		.on_battery = reading_get(r, UPSY_R_ONLINE, 1) == 0,
		.worn = (alarms & UPSY_ALARM_REPLACE_BATTERY) || health == UPSY_HEALTH_DEAD,
		.overload = alarms & UPSY_ALARM_OVERLOAD,
	};
	int n = 0;

	now.low = now.on_battery &&
		  reading_get(r, UPSY_R_CAPACITY_LEVEL, -1) == UPSY_CAPACITY_LEVEL_CRITICAL;
	if (now.on_battery != seen->on_battery && (deaf || !desk->tells_mains))
		mains(ups, now.on_battery, &notes[n++]);
	if (now.low && !seen->low && (deaf || !desk->tells_low))
		low(ups, &notes[n++]);
	if (now.worn && !seen->worn)
		worn(ups, &notes[n++]);
	if (now.overload && !seen->overload)
		overload(ups, &notes[n++]);
	*seen = now;
	return n;
}

void note_shutdown(int seconds, bool hibernate, struct note *n)
{
	const char *what = hibernate ? "Hibernating" : "Shutting down";

	n->kind = NOTE_SHUTDOWN;
	n->icon = "system-shutdown";
	if (seconds < 0) {
		n->urgency = NOTE_NORMAL;
		snprintf(n->summary, sizeof(n->summary), "Not %s",
			 hibernate ? "hibernating" : "shutting down");
		snprintf(n->body, sizeof(n->body), "Supply is back in time.");
		return;
	}
	n->urgency = NOTE_URGENT;
	if (seconds)
		snprintf(n->summary, sizeof(n->summary), "%s in %d s", what, seconds);
	else
		snprintf(n->summary, sizeof(n->summary), "%s now", what);
	snprintf(n->body, sizeof(n->body), "The battery of the UPS is nearly empty. Save your work.");
}
