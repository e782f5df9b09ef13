// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Actions asked for by somebody who isn't root: polkit decides.
 *
 * What must stay true: pkexec hands over whatever arguments it is given, and
 * grants by the first of them alone. So a run with --may=X does nothing but
 * actions that X covers, whatever else is on its command line; it reads and
 * writes no file for its caller, and never asks polkit itself.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "upsyctl/elevate.h"
#include "upsyctl/upsyctl.h"

#define WORDS_MAX	16

/* pkexec(1): 126 the user gave up, 127 not authorized or not to be run */
#define PKEXEC_DISMISSED	126
#define PKEXEC_REFUSED		127

static const char *const options[] = {
	[MAY_HARMLESS] = "--may=harmless",
	[MAY_TEST] = "--may=test",
	[MAY_ALL] = "--may=all",
};

enum may may_by_name(const char *name)
{
	for (enum may m = MAY_HARMLESS; m <= MAY_ALL; m++)
		if (!strcmp(strchr(options[m], '=') + 1, name))
			return m;
	return MAY_UNLIMITED;
}

bool may_allows(enum may granted, enum may needed)
{
	return granted == MAY_UNLIMITED || (needed != MAY_UNLIMITED && needed <= granted);
}

bool may_elevate(const struct surroundings *s, enum may granted)
{
	return granted == MAY_UNLIMITED && !s->root && (s->terminal || s->display);
}

void elevate_argv(const char *self, enum may needed, bool json, int argc, char **argv,
		  const char **out)
{
	*out++ = "pkexec";
	*out++ = self;
	*out++ = options[needed];
	*out++ = "--yes";
	if (json)
		*out++ = "--json";
	for (int i = 0; i < argc; i++)
		*out++ = argv[i];
	*out = NULL;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* It talks to the terminal, so Ctrl-C is its business while it runs. */
static int run_pkexec(const char **argv)
{
	void (*before)(int) = signal(SIGINT, SIG_IGN);
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		signal(SIGINT, SIG_DFL);
		execvp(argv[0], (char *const *)argv);
		/* No polkit: the caller says what else can be done. */
		_exit(errno == ENOENT ? 200 : PKEXEC_REFUSED);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	signal(SIGINT, before);
	if (pid < 0 || !WIFEXITED(status))
		return STATUS_FAILED;
	switch (WEXITSTATUS(status)) {
	case 200:
		return -1;
	case PKEXEC_DISMISSED:
	case PKEXEC_REFUSED:
		log_error("polkit did not allow it; nothing done");
		return STATUS_FAILED;
	default:
		return WEXITSTATUS(status);
	}
}

int elevate(enum may needed, int argc, char **argv)
{
	const struct surroundings here = {
		.root = geteuid() == 0,
		.terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO),
		.display = is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"),
	};
	const char *words[WORDS_MAX + 6];
	char self[512];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (!may_elevate(&here, settings.may) || len <= 0 || argc > WORDS_MAX)
		return -1;
	self[len] = '\0';
	elevate_argv(self, needed, settings.json, argc, argv, words);
	return run_pkexec(words);
}
