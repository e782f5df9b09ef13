/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device spoke the last time, so that a daemon that comes back in the
 * middle of an outage need not find it out again.
 */
#ifndef UPSY_REMEMBER_H
#define UPSY_REMEMBER_H

#include "lib/options.h"
#include "protocol/protocol.h"

#define REMEMBER_DIR	"/var/lib/upsy"

/**
 * remember_load - set the option remembered.dialect to what was found last
 * @device: DEVICE as given
 *
 * Only a hint: a driver checks it and looks anew when it is wrong.
 */
void remember_load(const char *dir, const char *device, struct options *opt);

/** remember_save - keep what was found; failing costs the next start a second */
void remember_save(const char *dir, const char *device, const struct ups *ups);

#endif
