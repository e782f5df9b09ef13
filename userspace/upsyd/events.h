/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened to a UPS, in the journal: the messages that have a catalog entry. */
#ifndef UPSY_EVENTS_H
#define UPSY_EVENTS_H

#include <stdbool.h>

#include "lib/readings.h"

/** struct events - what the journal knows of one UPS; zero at the start */
struct events {
	bool known, on_battery, critical, worn, overload;
};

/**
 * events_log - call it with all that is published
 * @name: of the UPS, for people
 *
 * At the start only what is wrong is news.
 */
void events_log(struct events *e, const char *name, const struct readings *r);

#endif
