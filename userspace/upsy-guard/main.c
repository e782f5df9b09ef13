// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsy-guard - powers this machine off while there is still time
 *
 * Started by udev when a UPS becomes critical while discharging. It stays until
 * no UPS is critical any more, so that a second supply failing later is seen
 * too, or until the machine is down. It needs nothing alive but the kernel, and
 * keeps no state but a stamp that says whose shutdown this was.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/journal.h"
#include "lib/netlink.h"
#include "upsy-guard/config.h"
#include "upsy-guard/decide.h"
#include "upsy-guard/poweroff.h"
#include "upsy-guard/supplies.h"

#define WATCH_MS	5000	/* laptop batteries and a silent module send no events */
#define GRACE_MS	1000
#define SLEEP_MS	60000	/* hibernating has begun by then, or it never will */

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	stopped = sig;
}

/* Renamed into place: upsy-notify reads it as soon as it is there. */
static void stamp(const struct decision *d)
{
	const char *what = d->verdict == GUARD_HIBERNATE ? "what=hibernate\n" : "";
	int fd;

	mkdir("/run/upsy", 0755);
	fd = open(STAMP_FILE ".new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0 ||
	    dprintf(fd, "why=%s\n" STAMP_AT "%lld\n%s", d->why,
		    (long long)time(NULL) + d->grace, what) < 0 ||
	    rename(STAMP_FILE ".new", STAMP_FILE) < 0)
		log_warn("%s: %s; the UPS will not be switched off", STAMP_FILE, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/*
 * What an upsy-guard before this one has announced, which then was killed: it
 * has to be kept, or to be called off. Return: when, or 0 for nothing.
 */
static int64_t left_behind(int64_t now_ms)
{
	FILE *f = fopen(STAMP_FILE, "re");
	long long at = 0, left;
	char line[512];

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f))
		sscanf(line, STAMP_AT "%lld", &at);
	fclose(f);
	left = at - time(NULL);
	/* what makes no sense is cut to the time of grace below */
	return now_ms + 1 + (left < 0 ? 0 : left > 3600 ? 3600 : left) * 1000;
}

/* Waits for a change of any UPS. The events themselves tell less than a dump. */
static void wait_change(struct upsy_link **link, int timeout_ms)
{
	struct pollfd fd = { .fd = *link ? upsy_fd(*link) : -1, .events = POLLIN };
	struct upsy_event ev;
	int ret = 0;

	if (poll(&fd, 1, timeout_ms) <= 0 || !*link)
		return;
	for (int i = 0; i < 256 && (ret = upsy_receive(*link, &ev)) > 0; i++)
		;
	if (ret < 0) {
		upsy_close(*link);
		*link = NULL;
	}
}

static struct upsy_link *listen_changes(void)
{
	struct upsy_link *link;

	if (upsy_open(&link))
		return NULL;
	if (upsy_subscribe(link)) {
		upsy_close(link);
		return NULL;
	}
	return link;
}

/* How long this machine slept in its life: boot time runs on in sleep, this doesn't. */
static int64_t slept_ms(void)
{
	struct timespec boot, mono;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return (boot.tv_sec - mono.tv_sec) * 1000LL + (boot.tv_nsec - mono.tv_nsec) / 1000000;
}

/* Return: true when the machine slept and woke up again. */
static bool try_hibernate(struct upsy_link **link)
{
	int64_t before = slept_ms(), end = clock_ms() + SLEEP_MS;

	journal_event(MESSAGE_HIBERNATING, LOG_WARN, NULL, "hibernating");
	if (hibernate(&real_means) != 0) {
		journal_event(MESSAGE_NOT_HIBERNATED, LOG_WARN, NULL,
			      "logind would not hibernate; powering off");
		return false;
	}
	while (!stopped && clock_ms() < end && slept_ms() - before < 1000)
		wait_change(link, GRACE_MS);
	if (slept_ms() - before >= 1000)
		return true;
	if (!stopped)
		journal_event(MESSAGE_NOT_HIBERNATED, LOG_WARN, NULL,
			      "still awake after %d s; powering off", SLEEP_MS / 1000);
	return false;
}

/*
 * What was announced is off, unless somebody was quicker: logind, UPower, a person.
 * Then the stamp has to stay, or the UPS is not told and this machine stays off.
 */
static bool call_off(enum guard_verdict said)
{
	if (shutdown_begun(&real_means))
		return false;
	announce_cancel(&real_means, said == GUARD_HIBERNATE);
	if (shutdown_begun(&real_means))
		return false;
	unlink(STAMP_FILE);
	return true;
}

static int guard(const char *dir, struct guard_config *config)
{
	struct supply now[SUPPLIES_MAX], before[SUPPLIES_MAX];
	struct upsy_link *link = listen_changes();
	size_t n_before = 0;
	int64_t deadline = left_behind(clock_ms());
	enum guard_verdict said = GUARD_IDLE;
	struct decision d;
	struct ladder ladder;
	bool going = false, watching = false;
	int n, ret = 0;

	if (deadline && shutdown_begun(&real_means)) {
		going = true;
		ladder_init(&ladder, UNKNOWN);
	}
	for (;;) {
		struct guard_config c = *config;
		int64_t t = clock_ms();

		n = supplies_gather(dir, now);
		if (n < 0 && !n_before) {
			ret = 1;
			break;
		}
		if (n < 0) {
			memcpy(now, before, sizeof(now));
			n = n_before;
		} else if (deadline) {
			n = guard_keep_vanished(now, n, before, n_before);
		}
		memcpy(before, now, sizeof(before));
		n_before = n;
		if (deadline && deadline < t + c.grace * 1000LL)
			c.grace = deadline > t ? (deadline - t + 999) / 1000 : 0;
		guard_decide(&c, now, n, &d);

		/* systemd's last SIGTERM: whoever stays now holds up the shutdown. */
		if (stopped)
			break;
		/* Once begun, a power-off is seen through: going back loses more. */
		if (going) {
			if (t >= ladder.next_ms)
				poweroff_step(&real_means, &ladder, t);
			wait_change(&link, GRACE_MS);
			continue;
		}
		if (d.verdict < GUARD_POWEROFF) {
			if (deadline) {
				going = !call_off(said);
				if (going)
					ladder_init(&ladder, UNKNOWN);
				deadline = 0;
				/* that took its time: look again */
				continue;
			}
			if (d.verdict == GUARD_IDLE)
				break;
			if (!watching)
				journal_event(MESSAGE_WATCHING, LOG_NOTE, NULL, "watching: %s",
					      d.why);
			watching = true;
			wait_change(&link, WATCH_MS);
			continue;
		}
		/* anew when there is no time left for what was said */
		if (!deadline || (said == GUARD_HIBERNATE && d.verdict == GUARD_POWEROFF)) {
			deadline = t + d.grace * 1000LL;
			said = d.verdict;
			stamp(&d);
			if (d.verdict == GUARD_HIBERNATE)
				announce_hibernate(&real_means, d.why, d.grace);
			else
				announce(&real_means, d.why, d.grace);
		} else if (deadline > t + d.grace * 1000LL) {
			deadline = t + d.grace * 1000LL;
		}
		if (t < deadline) {
			wait_change(&link, deadline - t < GRACE_MS ? (int)(deadline - t) : GRACE_MS);
			continue;
		}
		if (d.verdict == GUARD_HIBERNATE) {
			unlink(STAMP_FILE);
			deadline = 0;
			if (try_hibernate(&link))
				continue;
			config->policy = POLICY_POWEROFF;
			config->grace = 0;
			continue;
		}
		going = true;
		ladder_init(&ladder, d.left);
		poweroff_step(&real_means, &ladder, t);
	}

	if (going && stopped)
		leave_none_behind();
	if (deadline && !going)
		call_off(said);
	if (!ret)
		log_note("%s", stopped ? "stopped" : d.why);
	if (link)
		upsy_close(link);
	return ret;
}

static const char *time_text(int s, char buf[32])
{
	if (s == UNKNOWN)
		return "unknown runtime";
	snprintf(buf, 32, "%d:%02d min left", s / 60, s % 60);
	return buf;
}

static int explain(const char *dir, const struct guard_config *config)
{
	static const char *const verdicts[] = { "nothing", "wait and watch", "power off",
						"hibernate" };
	struct supply supplies[SUPPLIES_MAX];
	struct decision d;
	char buf[32];
	int n = supplies_gather(dir, supplies);

	if (n < 0)
		return 1;
	for (int i = 0; i < n; i++) {
		const struct supply *s = &supplies[i];

		printf("%s%s%s%s: %s, %s", s->name, *s->model ? " (" : "", s->model,
		       *s->model ? ")" : "",
		       s->kind == SUPPLY_BATTERY ? "battery of this machine" :
		       s->feeds_us ? "UPS of this machine" : "UPS of something else",
		       !s->present ? "not present" : s->discharging ? "discharging" : "on line");
		if (s->charge != UNKNOWN)
			printf(", %d %%", s->charge);
		if (s->discharging)
			printf(", %s", time_text(s->runtime, buf));
		printf("%s%s: %s\n", s->critical ? ", critical" : "",
		       s->lost ? ", no daemon feeds it" : "",
		       supply_critical(s) ? "about to fail" :
		       supply_good(s) ? "counts" : "does not count");
	}
	guard_decide(config, supplies, n, &d);
	printf("Needed: %d. Good: %d.\nupsy-guard would do now: %s", config->minsupplies, d.good,
	       verdicts[d.verdict]);
	if (d.verdict >= GUARD_POWEROFF)
		printf(" in %d s", d.grace);
	printf(".\nBecause: %s.\n", d.why);
	if (config->policy == POLICY_HIBERNATE && !config->can_hibernate)
		puts("policy = hibernate is set, but logind says that this machine cannot.");
	return 0;
}

/*
 * For the service, after it has ended: a UPS that became critical in the moment
 * in between asked systemd to start what still ran, and so started nothing.
 */
static int check(const char *dir, const struct guard_config *config)
{
	struct supply supplies[SUPPLIES_MAX];
	struct decision d;
	int n = supplies_gather(dir, supplies);

	if (n < 0)
		return 0;
	guard_decide(config, supplies, n, &d);
	return d.verdict != GUARD_IDLE;
}

static const char usage[] =
	"Usage: upsy-guard [--explain | --check] [--config FILE]\n"
	"\n"
	"Powers this machine off when too few of the UPSes that feed it are left. udev\n"
	"starts it when one becomes critical; it ends when none is.\n"
	"\n"
	"  --explain      say what it would do now, and why, and do nothing\n"
	"  --check        do nothing; fails when there is something to do or to watch\n"
	"  --config FILE  instead of " CONFIG_FILE "\n"
	"  --sysfs DIR    with either: read DIR instead of asking the kernel\n";

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "explain", no_argument, NULL, 'e' },
		{ "check", no_argument, NULL, 'C' },
		{ "config", required_argument, NULL, 'c' },
		{ "sysfs", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ }
	};
	const char *path = CONFIG_FILE, *dir = SYSFS_DIR;
	struct guard_config config;
	bool explaining = false, checking = false;
	int c;

	log_set_name("upsy-guard");
	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'e':
			explaining = true;
			break;
		case 'C':
			checking = true;
			break;
		case 'c':
			path = optarg;
			break;
		case 's':
			dir = optarg;
			break;
		case 'V':
			puts("upsy-guard " UPSY_VERSION);
			return 0;
		default:
			fputs(usage, c == 'h' ? stdout : stderr);
			return c == 'h' ? 0 : 2;
		}
	}
	if (optind < argc || (explaining && checking) ||
	    (!explaining && !checking && strcmp(dir, SYSFS_DIR))) {
		fputs(usage, stderr);
		return 2;
	}

	guard_config_read(path, &config);
	if (config.policy == POLICY_HIBERNATE)
		config.can_hibernate = can_hibernate(&real_means);
	if (explaining)
		return explain(dir, &config);
	if (checking)
		return check(dir, &config);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	return guard(dir, &config);
}
