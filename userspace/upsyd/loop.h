/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop of the daemon. */
#ifndef UPSY_LOOP_H
#define UPSY_LOOP_H

#include "upsyd/session.h"

/** enum loop_end - why the loop ended */
enum loop_end {
	LOOP_STOPPED = 0,	/* SIGTERM, SIGINT */
	LOOP_RELOAD,		/* SIGHUP: start over with the new configuration */
	LOOP_FAILED,		/* the device is gone, or the module: start over later */
};

/** typedef publish_fn - what to do with what is published. Return: 0 or -errno. */
typedef int (*publish_fn)(void *ctx, const struct readings *r);

/**
 * loop_run - serve one UPS until something ends it
 * @s: an open session
 * @config: path of the configuration, for the stash
 * @print: publishes instead of the module (--dry-run), or NULL
 */
enum loop_end loop_run(struct session *s, const char *config, publish_fn print, void *ctx);

#endif
