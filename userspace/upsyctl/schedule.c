// SPDX-License-Identifier: GPL-2.0-or-later
/* Regular battery tests. Everything is systemd's: the timer, when, and the log. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/run.h"
#include "upsyctl/schedule.h"
#include "upsyctl/upsyctl.h"

#define UNIT_DIR	"/etc/systemd/system"
#define CALL_MS		30000

static int drop_in(const char *timer, const char *when)
{
	char dir[512], path[600];
	int fd, ret = 0;

	snprintf(dir, sizeof(dir), UNIT_DIR "/%s.d", timer);
	snprintf(path, sizeof(path), "%s/schedule.conf", dir);
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		ret = -errno;
	fd = ret ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (!ret && (fd < 0 || dprintf(fd, "[Timer]\nOnCalendar=\nOnCalendar=%s\n", when) < 0))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	if (ret)
		log_error("%s: %s; are you root?", path, strerror(-ret));
	return ret;
}

static void remove_drop_in(const char *timer)
{
	char path[600];

	snprintf(path, sizeof(path), UNIT_DIR "/%s.d/schedule.conf", timer);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
}

/* @ups: what upsy-test@.service hands to upsyctl, so the name must hold over a reboot */
static int schedule(const char *ups, const char *when)
{
	char timer[300], next[1024];
	const char *const escape[] = { "systemd-escape", "--template=upsy-test@.timer", "--", ups, NULL };
	const char *const check[] = { "systemd-analyze", "calendar", "--", when, NULL };
	const char *const reload[] = { "systemctl", "daemon-reload", NULL };
	const char *const disable[] = { "systemctl", "disable", "--now", timer, NULL };
	const char *const enable[] = { "systemctl", "enable", "--now", timer, NULL };
	char *again[] = { "test", "--schedule", (char *)when, (char *)ups };
	bool off = !strcmp(when, "off");
	const char *line, *quote;
	int ret;

	if (run_command(escape, CALL_MS, timer, sizeof(timer)) != 0 || !strchr(timer, '\n')) {
		log_error("%s: cannot be made a systemd unit's name", ups);
		return 1;
	}
	*strchr(timer, '\n') = '\0';

	if (!off && (strchr(when, '\n') || run_command(check, CALL_MS, next, sizeof(next)) != 0)) {
		log_error("--schedule %s: give off, weekly, monthly, quarterly or another calendar expression of systemd.time(7)",
			  when);
		return STATUS_USAGE;
	}
	ret = elevate(MAY_ALL, 4, again);
	if (ret >= 0)
		return ret;
	if (off) {
		if (run_command(disable, CALL_MS, NULL, 0) != 0) {
			log_error("systemctl disable %s failed; are you root?", timer);
			return 1;
		}
		remove_drop_in(timer);
		run_command(reload, CALL_MS, NULL, 0);
		printf("%s is tested no more.\n", ups);
		return 0;
	}
	if (drop_in(timer, when))
		return 1;
	if (run_command(reload, CALL_MS, NULL, 0) != 0 || run_command(enable, CALL_MS, NULL, 0) != 0) {
		log_error("systemctl enable --now %s failed; are you root, and is upsy installed?",
			  timer);
		return 1;
	}
	line = strstr(next, "Next elapse: ");
	printf("%s is tested %s", ups, when);
	if (line)
		printf(", next around %.*s", (int)strcspn(line + 13, "\n"), line + 13);
	/* A model's name has spaces in it, and may have anything else that prints. */
	quote = ups[strcspn(ups, " '\"\\$`&;|<>()*?[]#~!{}")] ? "'" : "";
	printf(".\nResults: upsyctl tests. No more: upsyctl test --schedule off %s%s%s\n", quote, ups,
	       quote);
	return 0;
}

int cmd_test(int argc, char **argv)
{
	struct upsy_link *link;
	struct ups_list list = { };
	const struct upsy_ups *ups = NULL;
	char name[UPSY_STRING_MAX + 1] = "";

	if (argc < 2 || strncmp(argv[1], "--schedule", 10))
		return cmd_action(argc, argv);
	if (argc < 3 || argc > 4 || strcmp(argv[1], "--schedule")) {
		log_error("upsyctl test --schedule off|weekly|monthly|quarterly|… [UPS]");
		return STATUS_USAGE;
	}
	if (!may_allows(settings.may, MAY_ALL)) {
		log_error("--may does not cover 'test --schedule'");
		return STATUS_FAILED;
	}
	/* The UPS may be away when its test is called off. */
	if (argc == 4 && !strcmp(argv[2], "off"))
		return schedule(argv[3], argv[2]);

	link = open_module();
	if (link && list_load(link, &list) == 0)
		ups = list_find(&list, argv[3]);
	if (ups)
		snprintf(name, sizeof(name), "%s", argv[3] ? argv[3] : ups->id.model_name);
	if (ups && !*name)
		snprintf(name, sizeof(name), "BAT_UPS%u", ups->n);
	list_free(&list);
	if (link)
		upsy_close(link);
	return ups ? schedule(name, argv[2]) : STATUS_NO_UPS;
}
