// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsy-killpower - the very last thing a shutdown does
 *
 * Installed as /usr/lib/systemd/system-shutdown/upsy, where systemd runs it
 * with the verb as its argument when every process is gone and every file
 * system is read-only. It reads what upsyd left in /run/upsy, opens each UPS
 * itself and tells it to switch off and to return with the mains. There is no
 * daemon, no D-Bus, no udev and no network at this time; every UPS has its own
 * child and ten seconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <ini.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/options.h"
#include "protocol/protocol.h"
#include "transport/transport.h"
#include "upsy-killpower/wanted.h"
#include "upsyd/config.h"
#include "upsyd/stash.h"

#define SYSFS_DIR	"/sys/class/power_supply"
#define SECONDS		10
#define UPSES_MAX	64

static int take_guard(void *ctx, const char *section, const char *name, const char *value)
{
	enum kill_power *option = ctx;

	if (strcmp(section, "guard") || strcmp(name, "kill-power"))
		return 1;
	if (!strcmp(value, "always"))
		*option = KILL_ALWAYS;
	else if (!strcmp(value, "never"))
		*option = KILL_NEVER;
	else if (strcmp(value, "auto"))
		log_warn("kill-power = %s: it can be auto, always or never; taken as auto", value);
	return 1;
}

static const struct protocol *driver(const char *name)
{
	for (const struct protocol *const *p = protocols; *p; p++)
		if (!strcmp((*p)->name, name))
			return *p;
	return NULL;
}

/* One attempt. @dialect: what upsyd found, or NULL to find out anew. */
static int try_kill(const struct stash *s, const struct protocol *p, const char *dialect,
		    struct action_request *req)
{
	unsigned int want = p->caps & TRANSPORT_HID ? TRANSPORT_HID : TRANSPORT_USB;
	struct ups ups = { .protocol = p, .hurry = true };
	struct config_device dev;
	struct options *opt;
	int ret;

	config_look_at(s->device, &dev);
	if (config_load(s->config, false, &dev, &opt)) {
		opt = options_new();
		if (!opt)
			return -ENOMEM;
	}
	ups.opt = opt;
	if (dialect && !option_text(opt, "protocol"))
		options_set(opt, "protocol", dialect);
	ret = transport_open(s->device, want, opt, &ups.link);
	if (ret) {
		options_free(opt);
		return ret;
	}
	ret = p->probe(&ups);
	if (ret)
		snprintf(req->text, sizeof(req->text), "does not answer");
	else
		ret = p->action(&ups, req);
	/*
	 * After success nothing is closed, and the child just ends: giving the
	 * device back could only undo what was said.
	 */
	if (ret) {
		transport_close(ups.link);
		options_free(opt);
	}
	return ret;
}

/*
 * The dialect that upsyd found is tried first, so that no time goes into
 * looking for it; a link that answers oddly now gets the whole search.
 */
static int kill_one(const struct stash *s)
{
	struct action_request req = {
		.action = s->stayoff ? UPSY_ACTION_SHUTDOWN_STAYOFF : UPSY_ACTION_SHUTDOWN_RETURN,
	};
	const struct protocol *p = driver(s->protocol);
	int ret;

	if (!p || !stash_device_allowed(s->device)) {
		log_error("%s: cannot be opened here", s->device);
		return 1;
	}
	ret = try_kill(s, p, *s->dialect ? s->dialect : NULL, &req);
	/* What could not be opened has been logged; it is not there to be asked again. */
	if (ret && *s->dialect && *req.text)
		ret = try_kill(s, p, NULL, &req);
	if (ret && *req.text)
		log_error("%s: %s (%s)", s->device, req.text, strerror(-ret));
	else if (!ret)
		log_note("%s: told to switch off%s. %s", *s->model ? s->model : s->device,
			 s->stayoff ? "" : " and return", req.text);
	return ret != 0;
}

static bool seen_before(const struct stash *all, int n, const struct stash *s)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(all[i].device, s->device))
			return true;
	return false;
}

/* Return: how many stashes there are, each device once. */
static int read_all(const char *dir, struct stash all[UPSES_MAX])
{
	char pattern[512];
	glob_t found;
	int n = 0;

	snprintf(pattern, sizeof(pattern), "%s/*.kill", dir);
	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc && n < UPSES_MAX; i++) {
		int ret = stash_read(found.gl_pathv[i], &all[n]);

		if (ret)
			log_error("%s: %s", found.gl_pathv[i], strerror(-ret));
		else if (!seen_before(all, n, &all[n]))
			n++;
	}
	globfree(&found);
	return n;
}

/* Only to end a wait. */
static void on_alarm(int sig)
{
}

static void kill_all(const char *dir)
{
	static const struct sigaction waking = { .sa_handler = on_alarm };
	static struct stash all[UPSES_MAX];
	pid_t children[UPSES_MAX];
	int n = read_all(dir, all), flags = 0, status;

	if (!n)
		log_note("no UPS was left to be told");
	for (int i = 0; i < n; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			/* The default action ends the child, whatever it hangs in. */
			alarm(SECONDS);
			_exit(kill_one(&all[i]));
		}
	}
	/* A child that hangs in the kernel can't be ended, and is not waited for. */
	sigaction(SIGALRM, &waking, NULL);
	alarm(SECONDS + 2);
	for (int i = 0; i < n; i++) {
		bool ended;

		if (children[i] < 0)
			continue;
		ended = waitpid(children[i], &status, flags) == children[i];
		if (!ended || WIFSIGNALED(status))
			log_error("%s did not take the command within %d s", all[i].device,
				  SECONDS);
		/* the time is over for all of them */
		if (!ended)
			flags = WNOHANG;
	}
}

/* The console is all there is to read; the kernel's log gets it there. */
static void log_to_kernel(void)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	dup2(fd, STDERR_FILENO);
	close(fd);
	setvbuf(stderr, NULL, _IOLBF, 0);
}

int main(int argc, char **argv)
{
	struct ending e = { .verb = argc == 2 ? argv[1] : "" };
	enum kill_power option = KILL_AUTO;
	const char *run = getenv("UPSY_RUN_DIR"), *why;
	char path[512];

	log_set_name("upsy-killpower");
	if (argc != 2 || argv[1][0] == '-') {
		fputs("Usage: upsy-killpower VERB\n"
		      "Run by systemd at the end of a shutdown, as system-shutdown/upsy.\n", stderr);
		return 2;
	}
	if (!run) {
		run = STASH_DIR;
		log_to_kernel();
	}
	snprintf(path, sizeof(path), "%s/shutdown", run);
	e.stamped = access(path, F_OK) == 0;
	look_at_supplies(SYSFS_DIR, &e);
	ini_parse(CONFIG_FILE, take_guard, &option);

	if (!kill_wanted(option, &e, &why)) {
		log_info("the UPS stays on: %s", why);
		return 0;
	}
	log_note("telling the UPS to switch off: %s", why);
	kill_all(run);
	return 0;
}
