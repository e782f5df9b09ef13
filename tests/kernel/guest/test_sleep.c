// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine sleeps in an outage: the battery does not. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "nltest.h"

static bool write_to(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

	if (!good)
		note("%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

/* How long the machine has slept since it was started. */
static int64_t slept_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return boottime_ms() - (t.tv_sec * 1000LL + t.tv_nsec / 1000000);
}

/*
 * The kernel's own test of suspending: everything stops, the clock with it, for
 * as long as it is told; then it wakes by itself. Needs no firmware.
 */
static bool sleep_a_while(void)
{
	int64_t before = slept_ms();

	return write_to("/sys/module/suspend/parameters/pm_test_delay", "10") &&
	       write_to("/sys/power/pm_test", "core") &&
	       write_to("/sys/power/state", "mem") && slept_ms() - before > 5000;
}

void test_sleep(void)
{
	struct client c;
	struct notice n;
	struct ups u;
	uint32_t id;
	int ue;

	/* an owner that is alive, but has not had the time to send */
	client_open(&c);
	ups_default(&u, "sleeps");
	u.deadline = 3000;
	on_battery(&u.snap, 80, 80);
	ups_new(&c, &u, &id);
	ok(sleep_a_while(), "the machine sleeps on battery");
	ok(psy_number("BAT_UPS0/capacity") <= 75 && psy_number("BAT_UPS0/time_to_empty_now") <= 75,
	   "at once after waking, charge and runtime have fallen");
	ok(!ups_get(&c, id, &n) && n.snap.value[UPSY_R_CAPACITY] <= 75, "netlink says so too");
	snap_set(&u.snap, UPSY_R_CAPACITY, 70);
	ok(!ups_set(&c, id, &u.snap) && psy_is("BAT_UPS0/capacity", "70"),
	   "the owner's word counts again");

	/* nobody there: the level becomes critical by sleeping */
	u.snap.value[UPSY_R_CAPACITY] = 50;
	u.snap.value[UPSY_R_RUNTIME] = 66;
	ups_set(&c, id, &u.snap);
	client_close(&c);
	ue = uevent_open();
	ok(sleep_a_while(), "it sleeps once more, without a daemon");
	ok(psy_is("BAT_UPS0/capacity_level", "Critical"), "it wakes critical");
	ok(uevent_count(ue, "BAT_UPS0", "change", 3000) > 0, "and that is announced");
	close(ue);

	/* on line, sleep is no loss of the feed */
	client_open(&c);
	ups_default(&u, "sleeps");
	u.deadline = 3000;
	ups_new(&c, &u, &id);
	ue = uevent_open();
	uevent_count(ue, NULL, "", 1000);
	ok(sleep_a_while(), "it sleeps on line");
	sleep_ms(1500);
	ok(!ups_set(&c, id, &u.snap) && psy_is("BAT_UPS0/present", "1") &&
	   !ups_get(&c, id, &n) && n.feed == UPSY_FEED_LIVE, "the feed goes on");
	ok(!uevent_count(ue, NULL, "", 1000), "nobody is told anything");
	close(ue);
	ups_del(&c, id);
	client_close(&c);
}
