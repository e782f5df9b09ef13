// SPDX-License-Identifier: GPL-2.0-or-later
/* Who is woken by what: uevents and the netlink group. */
#include <string.h>

#include "nltest.h"

/* Long enough for the class's deferred work on an unaccelerated machine. */
#define SETTLE 700

static int ue;

static void drain(struct client *mon)
{
	struct notice n;

	uevent_count(ue, NULL, "change", SETTLE);
	while (receive(mon, &n, 0))
		;
}

static int bat_events(void)
{
	return uevent_count(ue, "BAT_UPS0", "change", SETTLE);
}

static void quiet(struct client *c, struct client *mon, uint32_t id, struct snap *s)
{
	struct notice n;

	drain(mon);
	for (int i = 0; i < 200; i++) {
		snap_set(s, UPSY_R_INPUT_VOLTAGE, 230000000 + i * 1000);
		snap_set(s, UPSY_R_VOLTAGE, 27000000 + i * 1000);
		snap_set(s, UPSY_R_LOAD, i % 50);
		snap_set(s, UPSY_R_TEMPERATURE, 200 + i);
		snap_set(s, UPSY_R_RUNTIME, 1000 + i);
		ups_set(c, id, s);
	}
	ok(uevent_count(ue, NULL, "change", SETTLE) == 0, "200 jittering snapshots: no uevent");
	ok(!receive(mon, &n, 0), "and nothing for the group");
	ok(psy_is("BAT_UPS0/ups/input_voltage", "230199000"), "but shown");
}

static void outage(struct client *c, struct client *mon, uint32_t id, struct snap *s)
{
	struct notice n;

	on_battery(s, 100, 1000);
	drain(mon);
	ups_set(c, id, s);
	ok(receive(mon, &n, 5000) && n.cmd == UPSY_CMD_UPS_CHANGE_NTF && n.id == id &&
	   n.snap.value[UPSY_R_ONLINE] == 0 && !n.raised, "the group hears of an outage");
	ok(uevent_count(ue, "AC_UPS0", "change", SETTLE) == 1, "an outage: one uevent of the mains");
	/* AC and battery came together: do it again to count the battery's */
	snap_set(s, UPSY_R_ONLINE, 1);
	snap_set(s, UPSY_R_STATUS, UPSY_STATUS_CHARGING);
	drain(mon);
	ups_set(c, id, s);
	ok(bat_events() == 1, "mains back: one uevent of the battery");
}

static void charge(struct client *c, struct client *mon, uint32_t id, struct snap *s)
{
	struct notice note;
	int n;

	sleep_ms(11000);
	drain(mon);
	snap_set(s, UPSY_R_CAPACITY, 99);
	ups_set(c, id, s);
	for (int i = 0; i < 30; i++) {
		snap_set(s, UPSY_R_CAPACITY, 98 - i);
		ups_set(c, id, s);
	}
	n = bat_events();
	ok(n == 1, "31 changes of charge in a moment: one uevent now (%d)", n);
	while (receive(mon, &note, 0))
		;
	snap_set(s, UPSY_R_BEEPER, UPSY_BEEPER_DISABLED);
	ups_set(c, id, s);
	ok(receive(mon, &note, 2000) && note.snap.value[UPSY_R_BEEPER] == UPSY_BEEPER_DISABLED,
	   "what the group alone is told of does not wait for it");
	n = uevent_count(ue, "BAT_UPS0", "change", 12000);
	ok(n == 1, "and one later (%d)", n);
	snap_set(s, UPSY_R_CAPACITY_LEVEL, UPSY_CAPACITY_LEVEL_LOW);
	ups_set(c, id, s);
	ok(bat_events() == 1, "a change of level: at once");
}

static void alarms(struct client *c, struct client *mon, uint32_t id, struct snap *s)
{
	struct notice n;

	drain(mon);
	snap_set(s, UPSY_R_ALARMS, UPSY_ALARM_OVERLOAD | UPSY_ALARM_LOW_BATTERY);
	ups_set(c, id, s);
	ok(receive(mon, &n, 5000) && n.raised == (UPSY_ALARM_OVERLOAD | UPSY_ALARM_LOW_BATTERY) &&
	   !n.cleared, "two alarms raised");
	ok(bat_events() == 1, "with one uevent");
	snap_set(s, UPSY_R_ALARMS, UPSY_ALARM_LOW_BATTERY | UPSY_ALARM_OTHER);
	ups_set(c, id, s);
	ok(receive(mon, &n, 5000) && n.raised == UPSY_ALARM_OTHER &&
	   n.cleared == UPSY_ALARM_OVERLOAD, "one raised, one cleared");
	drain(mon);
	snap_set(s, UPSY_R_BEEPER, UPSY_BEEPER_MUTED);
	ups_set(c, id, s);
	ok(receive(mon, &n, 5000) && n.snap.value[UPSY_R_BEEPER] == UPSY_BEEPER_MUTED,
	   "the beeper: told to the group");
	ok(bat_events() == 0, "without a uevent");
}

/* UPower shows the time to empty earlier if it hears of an outage once more. */
static void reminder(struct client *c, struct client *mon, uint32_t id, struct snap *s)
{
	int n;

	on_battery(s, 80, 1000);
	ups_set(c, id, s);
	drain(mon);
	n = uevent_count(ue, "BAT_UPS0", "change", 13000);
	ok(n == 1, "one more event some seconds into an outage (%d)", n);
}

void test_events(void)
{
	struct client c, mon;
	struct notice n;
	struct ups u;
	uint32_t id;

	ue = uevent_open();
	if (!ok(!client_open(&c) && !client_open(&mon) && !client_subscribe(&mon) && ue >= 0,
		"open"))
		return;
	ups_default(&u, "events");
	ups_new(&c, &u, &id);
	ok(receive(&mon, &n, 5000) && n.cmd == UPSY_CMD_UPS_NEW_NTF && n.id == id,
	   "the group hears of a new UPS");
	quiet(&c, &mon, id, &u.snap);
	outage(&c, &mon, id, &u.snap);
	charge(&c, &mon, id, &u.snap);
	alarms(&c, &mon, id, &u.snap);
	reminder(&c, &mon, id, &u.snap);
	drain(&mon);
	ups_del(&c, id);
	ok(receive(&mon, &n, 5000) && n.cmd == UPSY_CMD_UPS_DEL_NTF && n.id == id,
	   "the group hears that it is gone");
	ok(uevent_count(ue, "BAT_UPS0", "remove", SETTLE) == 1, "and so does udev");
	client_close(&mon);
	client_close(&c);
}
