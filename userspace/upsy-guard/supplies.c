// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What powers this machine, asked of the kernel.
 *
 * Nothing but the kernel is asked: no daemon, no D-Bus, no UPower. Where even
 * netlink fails, sysfs says the same, except whom a UPS feeds: its scope is
 * Device both on a laptop and when it feeds something else, so a battery of
 * the machine's own tells the two apart.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/netlink.h"
#include "upsy-guard/supplies.h"

struct list {
	struct supply *supplies;
	int n;
};

static int shorter(int a, int b)
{
	if (a == UNKNOWN || b == UNKNOWN)
		return a == UNKNOWN ? b : a;
	return a < b ? a : b;
}

static int take_ups(const struct upsy_ups *ups, void *ctx)
{
	const struct readings *r = &ups->readings;
	struct list *list = ctx;
	struct supply *s = &list->supplies[list->n];

	if (list->n == SUPPLIES_MAX)
		return -E2BIG;
	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "BAT_UPS%u", ups->n);
	snprintf(s->model, sizeof(s->model), "%s", ups->id.model_name);
	s->kind = SUPPLY_UPS;
	s->feeds_us = ups->powers == UPSY_POWERS_SYSTEM;
	s->present = reading_get(r, UPSY_R_PRESENT, 1);
	s->discharging = reading_get(r, UPSY_R_STATUS, -1) == UPSY_STATUS_DISCHARGING;
	s->critical = reading_get(r, UPSY_R_CAPACITY_LEVEL, -1) == UPSY_CAPACITY_LEVEL_CRITICAL;
	s->lost = ups->feed == UPSY_FEED_LOST;
	s->charge = reading_get(r, UPSY_R_CAPACITY, UNKNOWN);
	/* A countdown to switching off ends the runtime, however full the battery. */
	s->runtime = shorter(reading_get(r, UPSY_R_RUNTIME, UNKNOWN),
			     reading_get(r, UPSY_R_TIMER_SHUTDOWN, UNKNOWN));
	list->n++;
	return 0;
}

static int ask_netlink(struct list *list)
{
	struct upsy_link *link;
	int ret = upsy_open(&link);

	if (ret)
		return ret;
	ret = upsy_dump(link, take_ups, list);
	upsy_close(link);
	return ret == -E2BIG ? 0 : ret;
}

/* One attribute as text without its newline; "" when there is no such file. */
static void attribute(int dir, const char *supply, const char *name, char *buf, size_t size)
{
	char path[512];
	ssize_t len = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", supply, name);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, buf, size - 1);
		close(fd);
	}
	buf[len > 0 ? len : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

static int number(int dir, const char *supply, const char *name)
{
	char buf[32], *end;
	long v;

	attribute(dir, supply, name, buf, sizeof(buf));
	v = strtol(buf, &end, 10);
	return end == buf || *end || v < 0 || v > 1000000 ? UNKNOWN : (int)v;
}

static bool is(int dir, const char *supply, const char *name, const char *value)
{
	char buf[64];

	attribute(dir, supply, name, buf, sizeof(buf));
	return !strcmp(buf, value);
}

static void take_sysfs(int dir, const char *name, struct list *list, bool ups)
{
	struct supply *s = &list->supplies[list->n];

	if (list->n == SUPPLIES_MAX || !is(dir, name, "type", "Battery"))
		return;
	/* A mouse or a phone has scope Device and powers nothing here. */
	if (!ups && is(dir, name, "scope", "Device"))
		return;
	memset(s, 0, sizeof(*s));
	snprintf(s->name, sizeof(s->name), "%.63s", name);
	attribute(dir, name, "model_name", s->model, sizeof(s->model));
	s->kind = ups ? SUPPLY_UPS : SUPPLY_BATTERY;
	s->feeds_us = !ups || !is(dir, name, "scope", "Device");
	s->present = number(dir, name, "present") != 0;
	s->discharging = is(dir, name, "status", "Discharging");
	s->critical = is(dir, name, "capacity_level", "Critical");
	s->charge = number(dir, name, "capacity");
	s->runtime = number(dir, name, "time_to_empty_now");
	list->n++;
}

static int read_sysfs(const char *path, struct list *list, bool upses)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	bool own_battery = false;

	if (!dir)
		return -errno;
	while ((e = readdir(dir))) {
		bool ups = !strncmp(e->d_name, "BAT_UPS", 7);

		if (e->d_name[0] != '.' && (upses || !ups))
			take_sysfs(dirfd(dir), e->d_name, list, ups);
	}
	closedir(dir);

	for (int i = 0; i < list->n; i++)
		own_battery |= list->supplies[i].kind == SUPPLY_BATTERY;
	for (int i = 0; upses && own_battery && i < list->n; i++)
		list->supplies[i].feeds_us = true;
	return 0;
}

int supplies_gather(const char *dir, struct supply *supplies)
{
	static struct log_limit limit;
	struct list list = { supplies, 0 };
	bool real = !strcmp(dir, SYSFS_DIR);
	int ret = real ? ask_netlink(&list) : -ENOENT;

	if (ret && real && ret != -ENOENT)
		log_limited(&limit, LOG_WARN, "the module does not answer (%s), reading %s instead",
			    strerror(-ret), dir);
	if (ret)
		list.n = 0;
	if (read_sysfs(dir, &list, ret != 0) < 0 && ret) {
		log_error("cannot read %s: %s; is sysfs mounted?", dir, strerror(errno));
		return ret;
	}
	return list.n;
}
