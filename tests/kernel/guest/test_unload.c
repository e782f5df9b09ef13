// SPDX-License-Identifier: GPL-2.0-or-later
/* The module goes, whatever is going on: fed, read, written to, in a storm. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nltest.h"

static int unload(void)
{
	return syscall(SYS_delete_module, "upsy", O_NONBLOCK) ? errno : 0;
}

static int load(void)
{
	int fd = open("/upsy/upsy.ko", O_RDONLY | O_CLOEXEC);
	int ret = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;

	close(fd);
	return ret;
}

static atomic_bool stop;

static void *read_all_the_time(void *arg)
{
	while (!stop) {
		psy("BAT_UPS0/uevent");
		psy("BAT_UPS0/ups/mode");
		psy("AC_UPS0/online");
		psy_write("BAT_UPS0/ups/beeper", "muted");
		hwmon("upsy0", "in0_input");
	}
	return NULL;
}

/* Feeds, and comes back when the module does. */
static void *feed_all_the_time(void *arg)
{
	struct ups line, battery;
	struct client c;
	unsigned int n = 0;
	uint32_t id;

	ups_default(&line, "storm");
	battery = line;
	on_battery(&battery.snap, 77, 700);
	while (!stop) {
		if (client_open(&c))
			continue;
		if (!ups_new(&c, &line, &id))
			while (!stop && !ups_set(&c, id, n++ & 1 ? &battery.snap : &line.snap))
				;
		client_close(&c);
	}
	return NULL;
}

void test_unload(void)
{
	char buf[16];
	pthread_t thread[3];
	struct client c;
	struct ups u;
	uint32_t id;
	int fd, busy = 0, other = 0, times = 0;

	client_open(&c);
	ups_default(&u, "unload");
	ups_new(&c, &u, &id);
	ok(!unload(), "unload while a UPS is fed");
	ok(!psy_exists("BAT_UPS0") && !psy_exists("AC_UPS0"), "its supplies are gone");
	ok(ups_set(&c, id, &u.snap), "the owner hears of it");
	client_close(&c);
	ok(!load() && !client_open(&c), "load again");

	ups_new(&c, &u, &id);
	fd = open("/sys/class/power_supply/BAT_UPS0/capacity", O_RDONLY | O_CLOEXEC);
	ok(fd >= 0 && !unload(), "unload while a file in sysfs is open");
	ok(read(fd, buf, sizeof(buf)) < 0 && errno == ENODEV, "reading it says that there is none");
	close(fd);
	client_close(&c);
	load();

	/* an action on its way, a countdown running, a UPS whose grace runs */
	client_open(&c);
	ups_new(&c, &u, &id);
	ups_action(&c, id, UPSY_ACTION_TEST_QUICK, NULL);
	on_battery(&u.snap, 50, 500);
	u.identity = "counts down";
	ups_new(&c, &u, &id);
	client_close(&c);
	ok(!unload() && !psy_exists("BAT_UPS1"), "unload during a countdown");
	load();

	pthread_create(&thread[0], NULL, read_all_the_time, NULL);
	pthread_create(&thread[1], NULL, feed_all_the_time, NULL);
	for (int64_t end = boottime_ms() + 8000; boottime_ms() < end;) {
		sleep_ms(150);
		switch (unload()) {
		case 0:
			times++;
			load();
			break;
		case EAGAIN:
		case EBUSY:
			/* a request is under way */
			busy++;
			break;
		default:
			other++;
		}
	}
	stop = true;
	pthread_join(thread[0], NULL);
	pthread_join(thread[1], NULL);
	ok(times > 0 && !other, "unloaded %d times in a storm, %d times busy", times, busy);
	ok(!unload() && !load() && !client_open(&c) && ups_dump(&c) == 0, "and loaded again, empty");
	client_close(&c);
}
