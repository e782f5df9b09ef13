/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What upsyctl makes of the history that upsyd keeps. */
#ifndef UPSYCTL_HISTORY_H
#define UPSYCTL_HISTORY_H

#include <stdbool.h>
#include <stdio.h>

#include "upsyd/history.h"

/**
 * struct outage - from the loss of mains to their return
 * @start: seconds of the wall clock
 * @end: of its return, 0 while it lasts
 * @down: when the daemon was last heard, if it went down in the outage; or 0
 * @first_capacity: percent at the beginning, or HISTORY_UNKNOWN
 * @lowest_capacity: likewise
 * @highest_load: likewise
 */
struct outage {
	int64_t start, end, down;
	int32_t first_capacity, lowest_capacity, highest_load;
};

/** struct battery_test - one battery test, when it ended and how */
struct battery_test {
	int64_t time;
	int32_t result;			/* enum upsy_self_test */
};

/**
 * struct chronicle - one UPS's history, read
 * @model: for people
 * @points: all records, oldest first
 * @outages: oldest first
 * @tests: oldest first
 */
struct chronicle {
	char model[UPSY_STRING_MAX + 1];
	struct history_point *points;
	struct outage *outages;
	struct battery_test *tests;
	size_t n, n_outages, n_tests;
};

/** chronicle_read - Return: 0 or a negative errno. Free it in any case. */
int chronicle_read(const char *path, struct chronicle *c);
void chronicle_free(struct chronicle *c);

/**
 * struct plot - what to draw
 * @title: of the picture
 * @from: seconds of the wall clock
 * @to: likewise
 * @columns: of the terminal
 * @braille: the terminal can show it
 * @color: the terminal can show it
 */
struct plot {
	const char *title;
	int64_t from, to;
	int columns;
	bool braille, color;
};

void graph_text(FILE *out, const struct plot *plot, const struct chronicle *c);
void graph_svg(FILE *out, const struct plot *plot, const struct chronicle *c);

/* The commands. Return: the exit status. */
int cmd_outages(int argc, char **argv);
int cmd_tests(int argc, char **argv);
int cmd_graph(int argc, char **argv);

#endif
