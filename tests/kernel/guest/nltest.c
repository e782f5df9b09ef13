// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nltest [SUBJECT…] - what the module promises, over netlink and in sysfs.
 * nltest line|battery - register a UPS and stay, for tests by others.
 *
 * Runs as root in a virtual machine with upsy.ko loaded and nothing else that
 * feeds it. Writes TAP.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nltest.h"

static const struct {
	const char *name;
	void (*run)(void);
} subjects[] = {
	{ "face", test_face },
	{ "bad", test_bad },
	{ "events", test_events },
	{ "feed", test_feed },
	{ "action", test_action },
	{ "sleep", test_sleep },
	{ "storm", test_storm },
	{ "unload", test_unload },
};

bool set_grace(const char *seconds)
{
	FILE *f = fopen("/sys/module/upsy/parameters/grace", "w");
	bool good;

	if (!f)
		return false;
	good = fputs(seconds, f) >= 0;
	return !fclose(f) && good;
}

bool gone_within(const char *name, int ms)
{
	for (; ms > 0; ms -= 50) {
		if (!psy_exists(name))
			return true;
		sleep_ms(50);
	}
	return !psy_exists(name);
}

bool becomes(const char *path, const char *value, int ms)
{
	for (; ms > 0; ms -= 50) {
		if (!strcmp(psy(path), value))
			return true;
		sleep_ms(50);
	}
	return psy_is(path, value);
}

void on_battery(struct snap *s, int capacity, int runtime)
{
	snap_set(s, UPSY_R_ONLINE, 0);
	snap_set(s, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
	snap_set(s, UPSY_R_CAPACITY, capacity);
	if (s->known[UPSY_R_CAPACITY_LEVEL])
		snap_set(s, UPSY_R_CAPACITY_LEVEL, UPSY_CAPACITY_LEVEL_NORMAL);
	if (s->known[UPSY_R_RUNTIME])
		snap_set(s, UPSY_R_RUNTIME, runtime);
	if (s->known[UPSY_R_MODE])
		snap_set(s, UPSY_R_MODE, UPSY_MODE_BATTERY);
}

static int stay(bool battery)
{
	struct client c;
	struct ups u;

	ups_default(&u, "stays");
	if (battery)
		on_battery(&u.snap, 60, 900);
	if (client_open(&c) || ups_new(&c, &u, NULL))
		return 1;
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc == 2 && (!strcmp(argv[1], "line") || !strcmp(argv[1], "battery")))
		return stay(*argv[1] == 'b');
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (unsigned int i = 0; i < sizeof(subjects) / sizeof(*subjects); i++) {
		bool wanted = argc < 2;

		for (int a = 1; a < argc; a++)
			wanted |= !strcmp(argv[a], subjects[i].name);
		if (!wanted)
			continue;
		note("%s", subjects[i].name);
		subjects[i].run();
	}
	printf("1..%d\n", tests);
	return failures != 0;
}
