// SPDX-License-Identifier: GPL-2.0-or-later
/* Readers, owners and requests all at once; consistency while the state flips. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "nltest.h"

#define SECONDS 8

static atomic_bool stop;
/* Odd while a snapshot is being sent; the state of mains is bit 1. */
static atomic_uint flips;
static atomic_uint sysfs_looks, looks_meanwhile, netlink_looks, contradictions;

/*
 * Two files are read at two instants. While @flips stays the same, one snapshot
 * at most is committed; if online is the same before and after status is read,
 * all three were read on one side of that, and have to agree.
 */
static void *look_at_sysfs(void *arg)
{
	while (!stop) {
		unsigned int before = flips;
		bool online = psy_number("AC_UPS0/online") == 1;
		bool discharging = !strcmp(psy("BAT_UPS0/status"), "Discharging");

		if (online != (psy_number("AC_UPS0/online") == 1) || before != flips)
			continue;
		sysfs_looks++;
		looks_meanwhile += before & 1;
		contradictions += online == discharging;
	}
	return NULL;
}

/* Here all values are of one instant, so each look counts. */
static void *look_at_netlink(void *arg)
{
	struct client c;
	struct notice n;

	client_open(&c);
	while (!stop) {
		memset(&n, 0, sizeof(n));
		if (ups_get(&c, 0, &n))
			continue;
		netlink_looks++;
		contradictions += (n.snap.value[UPSY_R_ONLINE] == 1) ==
				  (n.snap.value[UPSY_R_STATUS] == UPSY_STATUS_DISCHARGING);
	}
	client_close(&c);
	return NULL;
}

static void consistency(void)
{
	struct ups line, battery;
	int64_t end = boottime_ms() + SECONDS * 1000;
	pthread_t reader[2];
	struct client c;
	uint32_t id;

	stop = false;
	client_open(&c);
	ups_default(&line, "flips");
	battery = line;
	on_battery(&battery.snap, 90, 900);
	ups_new(&c, &line, &id);
	pthread_create(&reader[0], NULL, look_at_sysfs, NULL);
	pthread_create(&reader[1], NULL, look_at_netlink, NULL);
	while (boottime_ms() < end) {
		flips++;
		ups_set(&c, id, flips & 2 ? &battery.snap : &line.snap);
		flips++;
		sleep_ms(5);
	}
	stop = true;
	pthread_join(reader[0], NULL);
	pthread_join(reader[1], NULL);
	ok(sysfs_looks > 20 && netlink_looks > 20 && flips > 100,
	   "%u looks at sysfs and %u by netlink during %u flips", sysfs_looks, netlink_looks,
	   flips / 2);
	note("%u of them while a snapshot was on its way", looks_meanwhile);
	ok(!contradictions, "online and discharging never contradict each other");
	ups_del(&c, id);
	client_close(&c);
}

/* A UPS that comes and goes under its readers. */
static void *read_everything(void *arg)
{
	static const char *const files[] = {
		"BAT_UPS0/uevent", "BAT_UPS0/ups/alarms", "AC_UPS0/online",
		"BAT_UPS0/energy_now", "BAT_UPS0/ups/input_voltage", "BAT_UPS0/model_name",
	};

	while (!stop) {
		for (unsigned int i = 0; i < sizeof(files) / sizeof(*files); i++)
			psy(files[i]);
		hwmon("upsy0", "in0_input");
		psy_write("BAT_UPS0/ups/beeper", "muted");
	}
	return NULL;
}

static void *dump(void *arg)
{
	struct client c;

	client_open(&c);
	while (!stop)
		ups_dump(&c);
	client_close(&c);
	return NULL;
}

static void comings_and_goings(void)
{
	int64_t end = boottime_ms() + SECONDS * 1000;
	unsigned int n = 0, failed = 0;
	pthread_t reader[2];
	struct client c;
	struct ups u;
	uint32_t id;

	stop = false;
	ups_default(&u, "comes and goes");
	pthread_create(&reader[0], NULL, read_everything, NULL);
	pthread_create(&reader[1], NULL, dump, NULL);
	for (; boottime_ms() < end; n++) {
		client_open(&c);
		failed += !!ups_new(&c, &u, &id);
		failed += !!ups_set(&c, id, &u.snap);
		/* every second time by death, and taken over by the next */
		if (n % 2)
			failed += !!ups_del(&c, id);
		client_close(&c);
	}
	stop = true;
	pthread_join(reader[0], NULL);
	pthread_join(reader[1], NULL);
	ok(n > 5 && !failed, "registered %u times under readers, %u failures", n, failed);
	client_open(&c);
	if (n % 2)
		ups_new(&c, &u, &id);
	if (n % 2)
		ups_del(&c, id);
	ok(ups_dump(&c) == 0, "nothing is left");
	client_close(&c);
}

void test_storm(void)
{
	consistency();
	comings_and_goings();
}
