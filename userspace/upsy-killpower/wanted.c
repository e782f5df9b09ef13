// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a shutdown that ends now shall end with the UPS switching off.
 *
 * What must stay true: a machine that shall run again at once (reboot, kexec)
 * never loses its power; a person's own poweroff with the mains good or the
 * battery fair never does either, unless kill-power = always. Whether mains
 * came back meanwhile is not asked: a machine that went down because of an
 * outage starts again only when its power comes back, so it must go first.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "upsy-killpower/wanted.h"

bool kill_wanted(enum kill_power option, const struct ending *e, const char **why)
{
	if (strcmp(e->verb, "poweroff") && strcmp(e->verb, "halt")) {
		*why = "this is no power-off";
		return false;
	}
	if (option == KILL_NEVER) {
		*why = "kill-power = never";
		return false;
	}
	if (option == KILL_ALWAYS) {
		*why = "kill-power = always";
		return true;
	}
	if (e->stamped) {
		*why = "upsy shut this machine down";
		return true;
	}
	/* UPower's own critical action, or a person who was faster than both. */
	if (e->critical && e->discharging == e->upses) {
		*why = "the battery is critical in an outage";
		return true;
	}
	*why = "this power-off has nothing to do with an outage";
	return false;
}

static bool is(int dir, const char *supply, const char *name, const char *value)
{
	char path[512], buf[64];
	ssize_t len = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", supply, name);
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		len = read(fd, buf, sizeof(buf) - 1);
		close(fd);
	}
	buf[len > 0 ? len : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return !strcmp(buf, value);
}

void look_at_supplies(const char *path, struct ending *e)
{
	DIR *dir = opendir(path);
	struct dirent *d;

	while (dir && (d = readdir(dir))) {
		int fd = dirfd(dir);

		/* Scope Device: a laptop, or a UPS that feeds something else. */
		if (strncmp(d->d_name, "BAT_UPS", 7) || is(fd, d->d_name, "scope", "Device"))
			continue;
		e->upses++;
		if (!is(fd, d->d_name, "status", "Discharging"))
			continue;
		e->discharging++;
		e->critical += is(fd, d->d_name, "capacity_level", "Critical");
	}
	if (dir)
		closedir(dir);
}
