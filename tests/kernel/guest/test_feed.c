// SPDX-License-Identifier: GPL-2.0-or-later
/* Owners that die, fall silent and come back; the countdown without them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nltest.h"

/* A daemon to be killed: registers and sleeps. */
static pid_t daemon_of(const struct ups *u)
{
	int ready[2];
	char byte = 1;
	pid_t pid;

	if (pipe(ready))
		return -1;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct client mine;

		byte = client_open(&mine) || ups_new(&mine, u, NULL);
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	if (read(ready[0], &byte, 1) != 1 || byte) {
		kill(pid, SIGKILL);
		pid = -1;
	}
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void kill_daemon(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void death_on_line(void)
{
	struct client c;
	struct notice n;
	struct ups u;
	pid_t pid;

	client_open(&c);
	client_subscribe(&c);
	ok(set_grace("2"), "a grace of 2 s");
	ups_default(&u, "on-line");
	pid = daemon_of(&u);
	ok(pid > 0 && psy_is("BAT_UPS0/present", "1"), "a daemon feeds a UPS on line");
	kill_daemon(pid);
	ok(psy_is("BAT_UPS0/present", "1"), "killed: still there");
	ok(!ups_get(&c, 0, &n) && n.feed == UPSY_FEED_LOST, "netlink says that the feed is lost");
	ok(becomes("BAT_UPS0/present", "0", 8000), "after the grace it is absent");
	ok(gone_within("AC_UPS0", 8000) && !psy_exists("BAT_UPS0"), "then gone");
	client_close(&c);
}

/*
 * What the countdown has to show between two instants, for @runtime seconds at
 * @capacity percent since @since.
 */
static bool counts_right(int capacity, int runtime, int64_t since_before, int64_t since_after)
{
	int64_t from = boottime_ms(), to;
	long long shown = psy_number("BAT_UPS0/capacity");
	long long least, most;

	to = boottime_ms();
	/* whole seconds have passed; rounded up; not below 0 */
	most = runtime - (from - since_after) / 1000 + 1;
	least = runtime - (to - since_before) / 1000 - 1;
	most = (capacity * (most > 0 ? most : 0) + runtime - 1) / runtime;
	least = (capacity * (least > 0 ? least : 0)) / runtime;
	if (shown >= least && shown <= most)
		return true;
	note("capacity %lld, not %lld to %lld", shown, least, most);
	return false;
}

static void death_on_battery(void)
{
	int64_t before, after;
	int previous = 101, now, samples = 0;
	bool right = true, falls = true, level = true;
	struct ups u;
	pid_t pid;
	int ue;

	ups_default(&u, "on-battery");
	u.shutdown_charge = 30;
	u.shutdown_runtime = 0;
	on_battery(&u.snap, 90, 18);
	before = boottime_ms();
	pid = daemon_of(&u);
	after = boottime_ms();
	ue = uevent_open();
	kill_daemon(pid);
	while ((now = psy_number("BAT_UPS0/capacity")) > 0 && samples++ < 400) {
		right &= counts_right(90, 18, before, after);
		falls &= now <= previous;
		previous = now;
		if (now > 35)
			level &= psy_is("BAT_UPS0/capacity_level", "Normal");
		if (now < 25)
			level &= psy_is("BAT_UPS0/capacity_level", "Critical");
		sleep_ms(100);
	}
	ok(right && samples > 10, "killed on battery: charge falls as it has to (%d samples)",
	   samples);
	ok(falls, "and never rises");
	ok(level, "Critical at the threshold, not before");
	ok(psy_is("BAT_UPS0/capacity", "0") & psy_is("BAT_UPS0/time_to_empty_now", "0") &
	   psy_is("BAT_UPS0/status", "Discharging") & psy_is("AC_UPS0/online", "0") &
	   psy_is("BAT_UPS0/present", "1"), "at the end it is empty, and there");
	now = uevent_count(ue, "BAT_UPS0", "change", 1500);
	ok(now >= 2, "it was announced without a daemon (%d)", now);
	close(ue);
}

/* Also leaves no UPS behind for the next subject. */
static void adoption(void)
{
	struct client c, mon;
	struct notice n;
	uint32_t id = 99;
	struct ups u;
	pid_t pid;
	int ue;

	set_grace("30");
	ups_default(&u, "on-battery");
	on_battery(&u.snap, 55, 900);
	client_open(&c);
	ok(!ups_new(&c, &u, &id) && id == 0 && psy_is("BAT_UPS0/capacity", "55"),
	   "a UPS that was counted down to 0 is taken over, same id");
	ups_del(&c, id);

	for (int outage = 0; outage < 2; outage++) {
		const char *when = outage ? "in an outage" : "on line";

		ups_default(&u, "adopted");
		if (outage)
			on_battery(&u.snap, 90, 3600);
		pid = daemon_of(&u);
		client_open(&mon);
		client_subscribe(&mon);
		ue = uevent_open();
		uevent_count(ue, NULL, "", 1000);
		kill_daemon(pid);
		sleep_ms(500);
		ok(!ups_new(&c, &u, &id) && id == 0, "%s: a new daemon takes over", when);
		ok(uevent_count(ue, NULL, "", 1000) == 0, "%s: no uevent", when);
		ok(!receive(&mon, &n, 0), "%s: nothing for the group", when);
		ok(!ups_get(&c, id, &n) && n.feed == UPSY_FEED_LIVE, "%s: and it is fed", when);
		close(ue);
		client_close(&mon);
		ups_del(&c, id);
	}

	pid = daemon_of(&u);
	kill_daemon(pid);
	snap_set(&u.snap, UPSY_R_CYCLE_COUNT, 5);
	u.model_name = "Another model";
	ok(!ups_new(&c, &u, &id) && psy_is("BAT_UPS0/cycle_count", "5") &
	   psy_is("BAT_UPS0/model_name", "Another model"),
	   "one that tells other things is registered anew");
	ups_del(&c, id);
	client_close(&c);
}

static void silence(void)
{
	struct client c, other;
	struct notice n;
	struct ups u;
	uint32_t id;

	client_open(&c);
	client_open(&other);
	ups_default(&u, "silent");
	u.deadline = 500;
	ups_new(&c, &u, &id);
	for (int i = 0; i < 10; i++) {
		sleep_ms(100);
		ups_set(&c, id, &u.snap);
	}
	ok(!ups_get(&c, id, &n) && n.feed == UPSY_FEED_LIVE, "a feed within its deadline is live");
	sleep_ms(1500);
	ok(!ups_get(&c, id, &n) && n.feed == UPSY_FEED_LOST, "a missed deadline loses the feed");
	ok(!ups_set(&c, id, &u.snap) && !ups_get(&c, id, &n) && n.feed == UPSY_FEED_LIVE,
	   "the next snapshot mends it");
	sleep_ms(1500);
	ok(!ups_new(&other, &u, &id), "a silent owner can be replaced");
	ok(ups_set(&c, id, &u.snap) && c.error == EPERM, "and then has no say");
	client_close(&c);
	ok(psy_is("BAT_UPS0/present", "1") && !ups_get(&other, id, &n) && n.feed == UPSY_FEED_LIVE,
	   "its death means nothing");

	/* hung in an outage */
	on_battery(&u.snap, 80, 8);
	ups_set(&other, id, &u.snap);
	ok(becomes("BAT_UPS0/capacity", "0", 20000), "a hung daemon in an outage: counted down");
	ups_del(&other, id);
	client_close(&other);
}

static void special(void)
{
	struct client c;
	struct ups u;
	uint32_t id;
	pid_t pid;

	/* critical already: stays so, whatever the thresholds */
	ups_default(&u, "critical");
	on_battery(&u.snap, 60, 3600);
	snap_set(&u.snap, UPSY_R_CAPACITY_LEVEL, UPSY_CAPACITY_LEVEL_CRITICAL);
	pid = daemon_of(&u);
	kill_daemon(pid);
	sleep_ms(1500);
	ok(psy_is("BAT_UPS0/capacity_level", "Critical"), "critical stays critical");
	client_open(&c);
	ups_new(&c, &u, &id);
	ups_del(&c, id);

	/* no runtime known */
	ups_default(&u, "timeless");
	u.snap.known[UPSY_R_RUNTIME] = false;
	on_battery(&u.snap, 5, 0);
	pid = daemon_of(&u);
	kill_daemon(pid);
	ok(becomes("BAT_UPS0/capacity", "4", 15000), "without a runtime it falls all the same");
	ups_new(&c, &u, &id);
	ups_del(&c, id);

	/* a battery test is no outage */
	set_grace("1");
	ups_default(&u, "tested");
	snap_set(&u.snap, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
	snap_set(&u.snap, UPSY_R_SELF_TEST, UPSY_SELF_TEST_RUNNING);
	pid = daemon_of(&u);
	ok(pid > 0 && psy_is("AC_UPS0/online", "1") & psy_is("BAT_UPS0/status", "Discharging"),
	   "a battery test discharges on line");
	kill_daemon(pid);
	ok(gone_within("BAT_UPS0", 8000), "a daemon killed in it is one killed on line");
	set_grace("30");
	ok(!set_grace("0"), "no grace at all is refused");
	client_close(&c);
}

void test_feed(void)
{
	death_on_line();
	death_on_battery();
	adoption();
	silence();
	special();
}
