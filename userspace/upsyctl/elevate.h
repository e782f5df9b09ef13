/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions asked for by somebody who isn't root: polkit decides. */
#ifndef UPSYCTL_ELEVATE_H
#define UPSYCTL_ELEVATE_H

#include <stdbool.h>

/**
 * enum may - what somebody may have a UPS do, each with all before it
 *
 * polkit has an action for each, told apart by the first argument, "--may=…".
 */
enum may {
	MAY_UNLIMITED,	/* no --may=: what the kernel allows */
	MAY_HARMLESS,	/* make noise, break off a test */
	MAY_TEST,	/* a short test: a worn battery may not survive it */
	MAY_ALL,
};

/**
 * may_by_name - "harmless", "test" or "all"
 * Return: enum may; MAY_UNLIMITED when it is none of these.
 */
enum may may_by_name(const char *name);

/**
 * may_allows - is @granted enough for what needs @needed?
 * @needed: MAY_UNLIMITED for what is no action at all: reading, drawing, files
 */
bool may_allows(enum may granted, enum may needed);

/**
 * struct surroundings - where upsyctl runs
 * @root: nothing is to be gained
 * @terminal: standard input and output are one: polkit can ask there
 * @display: there is a desktop, whose agent asks
 */
struct surroundings {
	bool root, terminal, display;
};

/** may_elevate - is asking polkit worth it? Never from what polkit started. */
bool may_elevate(const struct surroundings *s, enum may granted);

/**
 * elevate_argv - the command line that polkit is asked for
 * @self: this program's path, as in the policy
 * @argc, @argv: the command
 * @out: room for @argc + 6
 */
void elevate_argv(const char *self, enum may needed, bool json, int argc, char **argv,
		  const char **out);

/**
 * elevate - run the command again by pkexec(1), and wait for it
 * @needed: what it has to be allowed. It has been confirmed already.
 * Return: its exit status, or -1 when polkit is not to be asked here.
 */
int elevate(enum may needed, int argc, char **argv);

#endif
