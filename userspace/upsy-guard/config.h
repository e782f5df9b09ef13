/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Section [guard] of /etc/upsy/upsy.conf. */
#ifndef UPSY_GUARD_CONFIG_H
#define UPSY_GUARD_CONFIG_H

#include "upsy-guard/decide.h"
#include "upsyd/config.h"

/**
 * guard_config_read - read the section, or the defaults where it says nothing
 *
 * Never fails: a value that makes no sense is logged and its default taken, for
 * a guard that doesn't run because of a typing error guards nothing.
 */
void guard_config_read(const char *path, struct guard_config *out);

#endif
