/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The subjects, each a file test_*.c. */
#ifndef NLTEST_H
#define NLTEST_H

#include "client.h"

void test_face(void);
void test_bad(void);
void test_feed(void);
void test_events(void);
void test_action(void);
void test_sleep(void);
void test_storm(void);
void test_unload(void);

/** set_grace - the module's parameter; false when it refuses */
bool set_grace(const char *seconds);
/** gone_within - whether a supply vanishes in time */
bool gone_within(const char *name, int ms);
/** becomes - whether a file gets a value in time */
bool becomes(const char *path, const char *value, int ms);
/** on_battery - turn a snapshot into one of an outage */
void on_battery(struct snap *s, int capacity, int runtime);

#endif
