/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages that have an entry in the journal's catalog (journalctl -x) and can
 * be looked for by their id: journalctl MESSAGE_ID=…. The texts of the entries
 * are in userspace/systemd/upsy.catalog.
 */
#ifndef UPSY_JOURNAL_H
#define UPSY_JOURNAL_H

#include "lib/log.h"

#define MESSAGE_ON_BATTERY	"4d86b4d39b4c42d8bb309938b694244e"
#define MESSAGE_ON_LINE		"6d27574714324347be2883c311cdeb31"
#define MESSAGE_BATTERY_CRITICAL "7a06d07395e64c298dcbd0549c673a88"
#define MESSAGE_BATTERY_WORN	"f801d3b15c9243f6a5c2d5142b1ad42e"
#define MESSAGE_SHUTDOWN_SOON	"01d213c809e8491fa0f2e9d568319265"
#define MESSAGE_SHUTDOWN_OFF	"1fe4a3e8ae934d41b4ba4bf065e50ed9"
#define MESSAGE_POWER_OFF	"103600ca3d78444aae3de0908e4fc011"
#define MESSAGE_OVERLOAD	"4cf99673aee3426dbf71b1c8baa4b015"
#define MESSAGE_WATCHING	"9f2fd6da47614d2384a8b134f6a5e0ab"
#define MESSAGE_HIBERNATING	"86d9f9f464754722913f869095cf9e3e"
#define MESSAGE_NOT_HIBERNATED	"d734731b7617425ab79b74da6f5e60e5"
#define MESSAGE_LEFT_BEHIND	"f09da5bdf0c245c1a677ed4f3aee25be"
#define MESSAGE_CANNOT_CUT	"ffed83c8e57c44c388e7db7d3d88a5fd"

/**
 * journal_event - log a message with its catalog id
 * @id: MESSAGE_*
 * @ups: the UPS it is about, becomes the field UPSY_UPS; may be NULL
 *
 * Without a journal it is an ordinary log line.
 */
void journal_event(const char *id, enum log_level level, const char *ups, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
