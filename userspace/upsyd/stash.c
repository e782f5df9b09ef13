// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stash. Text, name=value, written whole and renamed into place, so that a
 * reader never sees half of one.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/journal.h"
#include "lib/log.h"
#include "lib/options.h"
#include "upsyd/stash.h"

#define FILE_MAX	2048
#define PATH_LEN	512	/* in /run/upsy */

static const struct {
	const char *name;
	size_t offset, size;
} fields[] = {
#define FIELD(f) { #f, offsetof(struct stash, f), sizeof(((struct stash *)0)->f) }
	FIELD(device), FIELD(config), FIELD(protocol), FIELD(dialect), FIELD(model),
#undef FIELD
};

#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

static bool can(const struct ups *ups, uint32_t action)
{
	return ups->actions & (UINT32_C(1) << action);
}

static void fill(struct stash *s, const char *device, const struct ups *ups, const char *config)
{
	const char *dialect = strchr(ups->id.protocol, '/');

	memset(s, 0, sizeof(*s));
	snprintf(s->device, sizeof(s->device), "%s", device);
	snprintf(s->config, sizeof(s->config), "%s", config ? config : "");
	snprintf(s->protocol, sizeof(s->protocol), "%s", ups->protocol->name);
	snprintf(s->dialect, sizeof(s->dialect), "%s", dialect ? dialect + 1 : "");
	snprintf(s->model, sizeof(s->model), "%s", ups->id.model_name);
	s->stayoff = ups->opt && option_flag(ups->opt, "stayoff");
}

/*
 * What an earlier daemon left of this device under another number: by now it may
 * be another UPS, which feeds something else.
 */
static void forget_device(const char *dir, const char *device)
{
	char pattern[PATH_LEN];
	struct stash s;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/*.kill", dir);
	if (glob(pattern, 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (stash_read(found.gl_pathv[i], &s) || !strcmp(s.device, device))
			unlink(found.gl_pathv[i]);
	globfree(&found);
}

void stash_write(const char *dir, uint32_t n, const char *device, const struct ups *ups,
		 bool feeds_us, const char *config)
{
	char path[PATH_LEN], temp[PATH_LEN], text[FILE_MAX];
	struct stash s;
	int fd, len = 0;

	snprintf(path, sizeof(path), "%s/%u.kill", dir, n);
	snprintf(temp, sizeof(temp), "%s/.%u.kill", dir, n);
	fill(&s, device, ups, config);
	forget_device(dir, s.device);
	if (!feeds_us || !can(ups, s.stayoff ? UPSY_ACTION_SHUTDOWN_STAYOFF :
			      UPSY_ACTION_SHUTDOWN_RETURN)) {
		unlink(path);
		if (feeds_us)
			journal_event(MESSAGE_CANNOT_CUT, LOG_WARN, s.model,
				      "this UPS cannot be told to switch off%s: after an outage it empties its battery, and this machine may not start by itself",
				      s.stayoff ? "" : " and return");
		return;
	}

	for (size_t i = 0; i < FIELDS; i++)
		len += snprintf(text + len, sizeof(text) - len, "%s=%s\n", fields[i].name,
				(const char *)&s + fields[i].offset);
	len += snprintf(text + len, sizeof(text) - len, "stayoff=%d\n", s.stayoff);

	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0 || write(fd, text, len) != len || rename(temp, path) < 0)
		log_warn("%s: %s; the UPS will not be switched off after a shutdown", path,
			 strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void take_line(struct stash *s, char *line)
{
	char *value = strchr(line, '=');

	if (!value)
		return;
	*value++ = '\0';
	if (!strcmp(line, "stayoff"))
		s->stayoff = !strcmp(value, "1");
	for (size_t i = 0; i < FIELDS; i++)
		if (!strcmp(line, fields[i].name) && strlen(value) < fields[i].size)
			strcpy((char *)s + fields[i].offset, value);
}

int stash_read(const char *path, struct stash *out)
{
	char text[FILE_MAX], *save, *line;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	ssize_t len;

	if (fd < 0)
		return -errno;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len < 0)
		return -EIO;
	text[len] = '\0';
	memset(out, 0, sizeof(*out));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		take_line(out, line);
	return *out->device && *out->protocol ? 0 : -EINVAL;
}

bool stash_device_allowed(const char *device)
{
	static const char *const prefixes[] = {
		"usb:", "/sys/devices/", "/dev/tty", "/dev/serial/", "/dev/pts/",
	};

	if (strstr(device, ".."))
		return false;
	if (!strncmp(device, "serial:", 7))
		device += 7;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!strncmp(device, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}
