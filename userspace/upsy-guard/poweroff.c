// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Going down.
 *
 * D-Bus is spoken by busctl, which comes with the systemd that it talks to: a
 * bus that hangs costs a child and a timeout, nothing here. No inhibitor may
 * hold up a shutdown on a dying battery: logind 257 and later want flag 16 for
 * that, older ones don't know it and let root pass anyway.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/journal.h"
#include "lib/run.h"
#include "upsy-guard/poweroff.h"

#define LOGIND(...) { "busctl", "--timeout=5", "call", "org.freedesktop.login1", \
	"/org/freedesktop/login1", "org.freedesktop.login1.Manager", __VA_ARGS__, NULL }

#define CALL_MS		8000	/* one call; busctl itself gives up after 5 s */
#define BEGIN_MS	15000	/* from "accepted" to systemd's being in state "stopping" */
#define STOP_MIN_MS	20000	/* for services to stop, before they are left behind, */
#define STOP_MAX_MS	120000	/* by runtime */
#define STOP_BLIND_MS	60000	/* and where that is not known */
#define KEEP_MS		15000	/* of the runtime, for unmounting and the UPS command */
#define FORCE_MS	30000	/* for systemctl --force, which only kills and unmounts */
#define SHUTDOWN_HOOK	"/usr/lib/systemd/system-shutdown/upsy.shutdown"
#define LEAVE_MS	5000	/* for processes to follow the last SIGTERM */
#define BACKSTOP_S	5	/* logind's own schedule comes this much after ours */

/**
 * struct step - one rung of the ladder
 * @what: for the log
 * @forced: does not wait for services to stop
 * @argv: the command
 */
static const struct step {
	const char *what;
	bool forced;
	const char *argv[12];
} steps[] = {
	[RUNG_LOGIND] = { "logind", false, LOGIND("PowerOffWithFlags", "t", "16") },
	{ "logind", false, LOGIND("PowerOffWithFlags", "t", "0") },
	{ "logind", false, LOGIND("PowerOff", "b", "false") },
	/* what logind does itself, by systemd's own socket: D-Bus may hang */
	{ "systemd", false, { "systemctl", "start", "poweroff.target", "--no-block",
			      "--job-mode=replace-irreversibly", NULL } },
	{ "systemctl --force", true, { "systemctl", "poweroff", "--force", "--no-wall", NULL } },
};

#define STEPS	((int)(sizeof(steps) / sizeof(steps[0])))
#define FIRST_FORCED	(STEPS - 1)

/* sync(2) and all that may hang on a dead disk get a child and some seconds. */
static void in_child(void (*what)(void), int ms)
{
	pid_t pid = fork();

	if (pid == 0) {
		what();
		_exit(0);
	}
	for (; pid > 0 && ms > 0 && waitpid(pid, NULL, WNOHANG) == 0; ms -= 100)
		usleep(100000);
}

/* The kernel's emergency remount: file systems that are read-only survive. */
static void remount_read_only(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "u", 1) != 1)
		return;
	/* it only begins with that */
	sleep(1);
}

static void reboot_now(void);

const struct means real_means = { run_command, reboot_now };

static int call(const struct means *m, const char *const argv[])
{
	return m->run(argv, CALL_MS, NULL, 0);
}

void announce(const struct means *m, const char *why, int grace_s)
{
	char text[320], when[32];
	const char *const message[] = LOGIND("SetWallMessage", "sb", text, "true");
	const char *const schedule[] = LOGIND("ScheduleShutdown", "st", "poweroff", when);
	const char *const wall[] = { "wall", text, NULL };
	struct timespec ts;

	snprintf(text, sizeof(text), "The battery is nearly empty: this machine powers off in %d s. (%s)",
		 grace_s, why);
	clock_gettime(CLOCK_REALTIME, &ts);
	snprintf(when, sizeof(when), "%lld",
		 (ts.tv_sec + grace_s + BACKSTOP_S) * 1000000LL + ts.tv_nsec / 1000);
	journal_event(MESSAGE_SHUTDOWN_SOON, LOG_WARN, NULL, "powering off in %d s: %s", grace_s,
		      why);
	if (call(m, message) != 0 || call(m, schedule) != 0)
		call(m, wall);
}

void announce_hibernate(const struct means *m, const char *why, int grace_s)
{
	char text[320];
	const char *const wall[] = { "wall", text, NULL };

	snprintf(text, sizeof(text), "The battery is nearly empty: this machine hibernates in %d s. (%s)",
		 grace_s, why);
	journal_event(MESSAGE_SHUTDOWN_SOON, LOG_WARN, NULL, "hibernating in %d s: %s", grace_s, why);
	/* logind would say that it powers off; and it is not to be its backstop here */
	call(m, wall);
}

void announce_cancel(const struct means *m, bool hibernate)
{
	const char *text = hibernate ? "This machine does not hibernate: supply is back." :
				       "The power-off is cancelled: supply is back.";
	const char *const message[] = LOGIND("SetWallMessage", "sb", text, "true");
	const char *const cancel[] = LOGIND("CancelScheduledShutdown");
	const char *const wall[] = { "wall", text, NULL };

	journal_event(MESSAGE_SHUTDOWN_OFF, LOG_NOTE, NULL, "%s cancelled",
		      hibernate ? "hibernating" : "power-off");
	/* logind speaks of what it had scheduled, and that is nothing then */
	if (hibernate || call(m, message) != 0 || call(m, cancel) != 0)
		call(m, wall);
}

/* Is systemd really stopping? It answers on its own socket, without D-Bus. */
static bool stopping(const struct means *m)
{
	static const char *const argv[] = { "systemctl", "is-system-running", NULL };
	char out[32];

	return m->run(argv, CALL_MS, out, sizeof(out)) >= 0 && !strncmp(out, "stopping", 8);
}

/* Is it systemd's last program that runs as process 1? systemctl can't tell that. */
static bool last_program(void)
{
	char name[16] = "";
	int fd = open("/proc/1/comm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, name, sizeof(name) - 1) < 0)
		name[0] = '\0';
	close(fd);
	return !strncmp(name, "systemd-shutdow", 15);
}

bool shutdown_begun(const struct means *m)
{
	return last_program() || stopping(m);
}

/*
 * Every process but systemd, the kernel's and this one. One whose name begins
 * with '@' holds up a file system, and systemd leaves it alone, too.
 * Return: how many there are.
 */
static int signal_others(int sig)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	int n = 0;

	while (proc && (e = readdir(proc))) {
		char path[300], first = '\0';
		pid_t pid = atoi(e->d_name);
		int fd;

		if (!isdigit((unsigned char)e->d_name[0]) || pid <= 1 || pid == getpid())
			continue;
		snprintf(path, sizeof(path), "/proc/%s/cmdline", e->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		/* the kernel's own and the dead have no command line */
		if (read(fd, &first, 1) == 1 && first && first != '@' && !kill(pid, sig))
			n++;
		close(fd);
	}
	if (proc)
		closedir(proc);
	return n;
}

void leave_none_behind(void)
{
	if (!last_program())
		return;
	for (int i = 0; i < LEAVE_MS / 100; i++) {
		if (!signal_others(0))
			return;
		usleep(100000);
	}
	signal_others(SIGKILL);
}

/*
 * No systemd stops what runs nor runs the hook, so both are done here: else this
 * machine stays off when the mains return before the battery is empty. The UPS
 * waits longer with switching off than is left to do then.
 */
static void reboot_now(void)
{
	static const char *const hook[] = { SHUTDOWN_HOOK, "poweroff", NULL };

	in_child(sync, 10000);
	signal_others(SIGTERM);
	usleep(LEAVE_MS * 1000);
	signal_others(SIGKILL);
	in_child(sync, 10000);
	in_child(remount_read_only, 5000);
	run_command(hook, 15000, NULL, 0);
	reboot(RB_POWER_OFF);
}

void ladder_init(struct ladder *l, int left)
{
	int64_t stop = left < 0 ? STOP_BLIND_MS : left * 1000LL - KEEP_MS;

	if (stop < STOP_MIN_MS)
		stop = STOP_MIN_MS;
	if (stop > STOP_MAX_MS)
		stop = STOP_MAX_MS;
	*l = (struct ladder){ .rung = RUNG_NONE, .stop_ms = stop };
}

static void accepted(struct ladder *l, int64_t now_ms, int64_t look_ms)
{
	if (!l->accepted_ms)
		l->accepted_ms = now_ms;
	l->next_ms = now_ms + look_ms;
	if (l->rung < FIRST_FORCED && l->next_ms > l->accepted_ms + l->stop_ms)
		l->next_ms = l->accepted_ms + l->stop_ms;
}

void poweroff_step(const struct means *m, struct ladder *l, int64_t now_ms)
{
	/* Whoever began it: a shutdown in progress is let go its way, for a time. */
	if (l->rung < FIRST_FORCED && stopping(m)) {
		if (!l->accepted_ms || now_ms < l->accepted_ms + l->stop_ms) {
			accepted(l, now_ms, BEGIN_MS);
			return;
		}
		journal_event(MESSAGE_LEFT_BEHIND, LOG_ERROR, NULL,
			      "services did not stop within %lld s: leaving them behind",
			      (long long)l->stop_ms / 1000);
		l->rung = FIRST_FORCED - 1;
	}
	while (++l->rung < STEPS) {
		const struct step *s = &steps[l->rung];
		int ret;

		/* Those before may have failed because it had begun already. */
		if (s->forced && !l->accepted_ms && stopping(m)) {
			l->rung--;
			accepted(l, clock_ms(), BEGIN_MS);
			return;
		}
		ret = call(m, s->argv);
		if (ret == 0) {
			journal_event(MESSAGE_POWER_OFF, LOG_WARN, NULL, "powering off through %s",
				      s->what);
			accepted(l, clock_ms(), s->forced ? FORCE_MS : BEGIN_MS);
			return;
		}
		log_warn("%s could not power off (%s %s: %d)", s->what, s->argv[0],
			 s->argv[1], ret);
	}
	log_error("nothing else powers off: doing it by reboot(2)");
	m->reboot();
	l->rung = FIRST_FORCED - 1;
	l->next_ms = clock_ms() + FORCE_MS;
}

bool can_hibernate(const struct means *m)
{
	static const char *const argv[] = LOGIND("CanHibernate");
	char out[64];

	return m->run(argv, CALL_MS, out, sizeof(out)) == 0 && strstr(out, "\"yes\"");
}

int hibernate(const struct means *m)
{
	static const char *const flags[] = LOGIND("HibernateWithFlags", "t", "16");
	static const char *const plain[] = LOGIND("Hibernate", "b", "false");

	return call(m, flags) == 0 ? 0 : call(m, plain);
}
