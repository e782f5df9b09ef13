// SPDX-License-Identifier: GPL-2.0-or-later
/* A UPS in sysfs, hwmon and netlink: everything it told, nothing it didn't. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nltest.h"

static void shown_on_line(void)
{
	ok(psy_is("AC_UPS0/type", "Mains") & psy_is("AC_UPS0/online", "1") &
	   psy_is("AC_UPS0/scope", "System"), "AC_UPS0 is mains, and online");
	ok(psy_is("BAT_UPS0/type", "Battery") & psy_is("BAT_UPS0/scope", "System") &
	   psy_is("BAT_UPS0/present", "1"), "BAT_UPS0 is a battery of the system's");
	ok(psy_is("BAT_UPS0/status", "Full") & psy_is("BAT_UPS0/capacity", "100") &
	   psy_is("BAT_UPS0/capacity_level", "Full") & psy_is("BAT_UPS0/health", "Good"),
	   "status, capacity, capacity_level and health");
	ok(psy_is("BAT_UPS0/time_to_empty_now", "1200") &
	   psy_is("BAT_UPS0/voltage_now", "27200000") & psy_is("BAT_UPS0/temp", "251") &
	   psy_is("BAT_UPS0/technology", "Li-ion"), "runtime, volts, degrees, technology");
	ok(psy_is("BAT_UPS0/manufacturer", "Maker") & psy_is("BAT_UPS0/model_name", "Model 1500") &
	   psy_is("BAT_UPS0/serial_number", "face"), "who it is");
	ok(psy_is("BAT_UPS0/ups/input_voltage", "230100000") & psy_is("BAT_UPS0/ups/load", "25") &
	   psy_is("BAT_UPS0/ups/mode", "line") & psy_is("BAT_UPS0/ups/beeper", "enabled") &
	   psy_is("BAT_UPS0/ups/alarms", "none") & psy_is("BAT_UPS0/ups/firmware", "1.2") &
	   psy_is("BAT_UPS0/ups/protocol", "qx/megatec") &
	   psy_is("BAT_UPS0/ups/device", "serial:/dev/ttyS0") &
	   psy_is("BAT_UPS0/ups/link", "serial 2400"), "the group ups");
	ok(!psy_exists("BAT_UPS0/cycle_count") & !psy_exists("BAT_UPS0/ups/outlets") &
	   !psy_exists("BAT_UPS0/ups/input_frequency"), "what it doesn't have isn't there");
	ok(hwmon("upsy0", "in0_input") == 230100 && hwmon("upsy0", "in1_input") == 229900 &&
	   hwmon("upsy0", "curr1_input") == 1250 && hwmon("upsy0", "power1_input") == 287000000 &&
	   hwmon("upsy0", "in2_input") == -1, "hwmon");
}

/* UPower's arithmetic: seconds to empty from energy and power. */
static long long upower_time(void)
{
	long long power = psy_number("BAT_UPS0/power_now");

	return power > 0 ? 3600 * psy_number("BAT_UPS0/energy_now") / power : 0;
}

static void energy(struct client *c, uint32_t id, struct snap *s)
{
	static const int sample[][2] = { { 90, 1080 }, { 50, 600 }, { 50, 60 }, { 3, 45 } };
	long long full = psy_number("BAT_UPS0/energy_full");
	bool same = true, low = true;

	ok(psy_is("BAT_UPS0/power_now", "0") && full > 0 &&
	   psy_number("BAT_UPS0/energy_now") == full &&
	   psy_number("BAT_UPS0/energy_full_design") == full, "no power while on line");
	for (unsigned int i = 0; i < sizeof(sample) / sizeof(*sample); i++) {
		on_battery(s, sample[i][0], sample[i][1]);
		ups_set(c, id, s);
		same &= llabs(upower_time() - sample[i][1]) <= 1;
		low &= psy_number("BAT_UPS0/power_now") <= 300000000;
	}
	ok(same, "energy over power is the UPS's own runtime");
	ok(low, "and power is never above 300 W");
	ok(psy_number("BAT_UPS0/energy_full") == full, "energy_full stays what it was");
	snap_set(s, UPSY_R_RUNTIME, 0);
	ups_set(c, id, s);
	ok(psy_is("BAT_UPS0/power_now", "0"), "an unknown runtime gives no power");
}

/* No name in a supply's directory may give an error. */
static void all_readable(const char *supply)
{
	char path[300], dir[128];
	struct dirent *d;
	bool good = true;
	DIR *at;

	snprintf(dir, sizeof(dir), "/sys/class/power_supply/%s", supply);
	at = opendir(dir);
	while (at && (d = readdir(at))) {
		if (d->d_type != DT_REG)
			continue;
		snprintf(path, sizeof(path), "%s/%s", supply, d->d_name);
		if (!*psy(path) && strcmp(d->d_name, "autosuspend_delay_ms")) {
			note("%s cannot be read", path);
			good = false;
		}
	}
	if (at)
		closedir(at);
	ok(at && good, "%s: everything that is listed can be read", supply);
}

static void every_reading(struct client *c)
{
	struct notice n = { 0 };
	struct ups u;
	uint32_t id;
	bool same = true;

	ups_default(&u, "everything");
	for (unsigned int r = 1; r < UPSY_R_PAD; r++)
		if (!u.snap.known[r])
			snap_set(&u.snap, r, 1);
	snap_set(&u.snap, UPSY_R_MANUFACTURE_YEAR, 2024);
	snap_set(&u.snap, UPSY_R_ENERGY_FULL, 20000000);
	snap_set(&u.snap, UPSY_R_ENERGY_FULL_DESIGN, 21000000);
	snap_set(&u.snap, UPSY_R_ALARMS, UPSY_ALARM_LOW_BATTERY | UPSY_ALARM_OTHER);
	ok(!ups_new(c, &u, &id), "a UPS with every reading there is: %s", c->why);
	ups_get(c, id, &n);
	for (unsigned int r = 1; r < UPSY_R_PAD; r++) {
		if (n.snap.known[r] && n.snap.value[r] == u.snap.value[r])
			continue;
		note("reading %u differs", r);
		same = false;
	}
	ok(same, "netlink gives back what it was given");
	ok(psy_is("BAT_UPS0/ups/alarms", "low-battery other"), "alarms by name");
	all_readable("BAT_UPS0");
	all_readable("BAT_UPS0/ups");
	all_readable("AC_UPS0");
	ups_del(c, id);
}

static void other_scopes(struct client *c)
{
	struct ups u;
	uint32_t id;

	ups_default(&u, "device");
	u.scope = UPSY_SCOPE_DEVICE;
	u.powers = UPSY_POWERS_OTHER;
	u.serial_number = NULL;
	ok(!ups_new(c, &u, &id) && !psy_exists("AC_UPS0") && psy_is("BAT_UPS0/scope", "Device"),
	   "scope device: no mains of its own");
	ok(!psy_exists("BAT_UPS0/serial_number"), "no serial number: no file");
	ups_del(c, id);
}

static void least(struct client *c)
{
	struct ups u = { .identity = "least", .scope = ~0u, .powers = ~0u, .deadline = 600000,
			 .shutdown_charge = ~0u, .shutdown_runtime = ~0u };
	uint32_t id;

	snap_set(&u.snap, UPSY_R_ONLINE, 1);
	snap_set(&u.snap, UPSY_R_STATUS, UPSY_STATUS_CHARGING);
	snap_set(&u.snap, UPSY_R_CAPACITY, 73);
	ok(!ups_new(c, &u, &id), "the least that a UPS can tell: %s", c->why);
	ok(psy_is("BAT_UPS0/present", "1") & psy_is("BAT_UPS0/capacity_level", "Normal") &
	   psy_is("BAT_UPS0/technology", "Unknown") & (psy_number("BAT_UPS0/energy_full") > 0) &
	   !psy_exists("BAT_UPS0/voltage_now"), "what follows from it is there");
	on_battery(&u.snap, 12, 0);
	ups_set(c, id, &u.snap);
	ok(psy_is("BAT_UPS0/capacity_level", "Low"), "level Low follows from charge");
	on_battery(&u.snap, 10, 0);
	ups_set(c, id, &u.snap);
	ok(psy_is("BAT_UPS0/capacity_level", "Critical"), "level Critical follows from charge");
	ups_del(c, id);
}

void test_face(void)
{
	struct notice n = { 0 };
	struct client c;
	struct ups u;
	uint32_t id = 99;

	if (!ok(!client_open(&c), "the family is there"))
		return;
	ok(ups_dump(&c) == 0, "no UPS, no data");
	ups_default(&u, "face");
	ok(!ups_new(&c, &u, &id) && id == 0, "register: %s", c.why);
	shown_on_line();
	all_readable("BAT_UPS0");
	all_readable("BAT_UPS0/ups");
	ok(!ups_get(&c, id, &n) && n.snap.value[UPSY_R_CAPACITY] == 100 &&
	   n.feed == UPSY_FEED_LIVE, "netlink shows it");
	ok(ups_dump(&c) == 1, "one in the dump");

	on_battery(&u.snap, 50, 600);
	ok(!ups_set(&c, id, &u.snap), "mains fails: %s", c.why);
	ok(psy_is("AC_UPS0/online", "0") & psy_is("BAT_UPS0/status", "Discharging") &
	   psy_is("BAT_UPS0/capacity", "50") & psy_is("BAT_UPS0/time_to_empty_now", "600"),
	   "both supplies show the outage");
	ups_default(&u, "face");
	ups_set(&c, id, &u.snap);
	energy(&c, id, &u.snap);

	ok(!ups_del(&c, id), "unregister");
	ok(!psy_exists("BAT_UPS0") && !psy_exists("AC_UPS0") && hwmon("upsy0", "in0_input") == -1,
	   "nothing is left");
	every_reading(&c);
	other_scopes(&c);
	least(&c);
	client_close(&c);
}
