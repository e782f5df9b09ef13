/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * History: what a UPS read over the last month, in one small ring file.
 *
 * What must stay true: history never costs the job. No call here waits for a
 * disk to be read, none fails in a way the caller has to care about; a full
 * disk or a read-only /var costs the history only.
 */
#ifndef UPSY_HISTORY_H
#define UPSY_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/readings.h"

#define HISTORY_DIR	"/var/lib/upsy"
#define HISTORY_SUFFIX	".history"

/** enum history_kind - why a record was written */
enum history_kind {
	HISTORY_SAMPLE = 1,	/* its time had come */
	HISTORY_CHANGE,		/* a state changed */
	HISTORY_START,		/* first of this daemon: what came before is a gap */
	HISTORY_END,		/* the daemon ended in good order */
};

/** HISTORY_UNKNOWN - in every member for a reading that is not known */
#define HISTORY_UNKNOWN	INT32_MIN

/**
 * struct history_point - one record, as it is read
 * @seq: grows by one with every record
 * @time: seconds of the wall clock
 * @kind: enum history_kind
 * @online: 0 or 1
 * @status: enum upsy_status
 * @level: enum upsy_capacity_level
 * @mode: enum upsy_mode
 * @self_test: enum upsy_self_test
 * @health: enum upsy_health
 * @alarms: bits of enum upsy_alarm
 * @capacity: percent
 * @runtime: seconds
 * @load: percent
 * @power: mW
 * @input_voltage: mV
 * @output_voltage: mV
 * @voltage: of the battery, mV
 * @temperature: 0.1 °C
 */
struct history_point {
	uint64_t seq;
	int64_t time;
	enum history_kind kind;
	int32_t online, status, level, mode, self_test, health;
	uint64_t alarms;
	int32_t capacity, runtime, load, power, input_voltage, output_voltage, voltage,
		temperature;
};

struct history;

/** history_file - the path of the ring of the UPS whose identity key is @key */
void history_file(char *to, size_t size, const char *dir, const char *key);

/**
 * history_open - open or make the ring of a UPS
 * @dir: HISTORY_DIR
 * @key: its identity key
 * @model: for people, kept in the file
 *
 * Return: the ring, or NULL when there can be none (logged, once). NULL may be
 * passed to the functions below, which then do nothing.
 */
struct history *history_open(const char *dir, const char *key, const char *model);

/**
 * history_sample - tell it what has been published, as often as you like
 * @now_ms: clock_ms()
 * @wall_s: seconds of the wall clock
 *
 * A record is made every minute, every ten seconds on battery, and at every
 * change of state.
 */
void history_sample(struct history *h, const struct readings *r, int64_t now_ms,
		    int64_t wall_s);

/** history_close - write what is left and free it */
void history_close(struct history *h);

/**
 * history_read - every good record of a file, oldest first
 * @path: the file
 * @model: gets the name of the UPS, may be NULL
 * @each: called for every record; stops when it returns < 0
 *
 * Return: 0, what @each returned, or a negative errno: -EINVAL when it is no
 * history.
 */
int history_read(const char *path, char model[UPSY_STRING_MAX + 1],
		 int (*each)(const struct history_point *p, void *ctx), void *ctx);

#endif
