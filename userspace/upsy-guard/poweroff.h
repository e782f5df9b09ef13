/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Going down: announced, through logind where it lives, by ever harder means
 * where it doesn't. Every step is bounded in time.
 */
#ifndef UPSY_POWEROFF_H
#define UPSY_POWEROFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Says that the shutdown in progress is upsy's: the last hook then cuts the power. */
#define STAMP_FILE	"/run/upsy/shutdown"

/* In it: when, in seconds of the wall clock. upsy-notify reads it, too. */
#define STAMP_AT	"at="

/**
 * struct means - how things are done, so that a test can do them otherwise
 * @run: run_command()
 * @reboot: switch this machine off by reboot(2), now
 */
struct means {
	int (*run)(const char *const argv[], int timeout_ms, char *out, size_t size);
	void (*reboot)(void);
};

extern const struct means real_means;

/** enum rung - how far up the ladder we are; the rows of a table */
enum rung { RUNG_NONE = -1, RUNG_LOGIND = 0 };

/**
 * struct ladder - a power-off in progress
 * @rung: the last one tried, RUNG_NONE before the first
 * @next_ms: when to try the next one if this machine is still up
 * @accepted_ms: when one was accepted first
 * @stop_ms: how long services get to stop before they are left behind
 */
struct ladder {
	int rung;
	int64_t next_ms, accepted_ms, stop_ms;
};

/** ladder_init - with @left seconds of runtime, negative when that is not known */
void ladder_init(struct ladder *l, int left);

/** announce - tell the users, and have logind do it @grace_s + 5 s from now if we don't */
void announce(const struct means *m, const char *why, int grace_s);
/** announce_hibernate - tell them that it is hibernating instead */
void announce_hibernate(const struct means *m, const char *why, int grace_s);
/** announce_cancel - tell them it is off; @hibernate: what was announced last */
void announce_cancel(const struct means *m, bool hibernate);

/** shutdown_begun - is this machine on its way down, whoever began it? */
bool shutdown_begun(const struct means *m);

/**
 * leave_none_behind - see to it that the end is not waited for
 *
 * To be called when systemd's last SIGTERM has come. Then systemd waits for every
 * process that is left as long as for a service to stop, by default 90 s: longer
 * than a battery may last. Returns when nobody is left, or has ended those who
 * are a few seconds later.
 */
void leave_none_behind(void);

/**
 * poweroff_step - begin, or go on if the last step came to nothing
 *
 * Call it again at @l->next_ms, for as long as this process lives.
 */
void poweroff_step(const struct means *m, struct ladder *l, int64_t now_ms);

/** can_hibernate - does logind say yes? */
bool can_hibernate(const struct means *m);
/** hibernate - ask logind. Return: 0 when it has begun. */
int hibernate(const struct means *m);

#endif
