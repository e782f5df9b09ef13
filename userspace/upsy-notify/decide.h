/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the person at the desk is told. Pure: a change goes in, a note comes out
 * or not.
 */
#ifndef UPSY_NOTIFY_DECIDE_H
#define UPSY_NOTIFY_DECIDE_H

#include <stdbool.h>

#include "lib/netlink.h"

enum note_kind {
	NOTE_MAINS,		/* failed, or back: one replaces the other */
	NOTE_LOW,
	NOTE_WORN,
	NOTE_OVERLOAD,
	NOTE_SHUTDOWN,		/* about to power off, or not any more */
	NOTE_KINDS,
};

enum note_urgency { NOTE_QUIET, NOTE_NORMAL, NOTE_URGENT };

/**
 * struct note - one notification
 * @kind: notes of one kind and UPS replace each other
 * @urgency: as in the desktop notification specification
 * @icon: its name in the icon naming specification
 * @summary: a line
 * @body: a sentence
 */
struct note {
	enum note_kind kind;
	enum note_urgency urgency;
	const char *icon;
	char summary[96], body[256];
};

/**
 * struct desk - what the desktop says by itself about a battery
 * @tells_mains: that the machine runs on battery, or on line again
 * @tells_low: that the battery is low
 */
struct desk {
	bool tells_mains, tells_low;
};

/** struct seen - what is known of one UPS already */
struct seen {
	bool known, on_battery, low, worn, overload;
};

/**
 * desk_of - look a desktop up
 * @name: XDG_CURRENT_DESKTOP, "ubuntu:GNOME", or the notification server's name
 */
struct desk desk_of(const char *name);

/**
 * note_ups - take a change of a UPS
 * @seen: of this UPS; all zero for one never seen before
 * @notes: gets the notes, at most NOTE_KINDS
 * Return: how many there are.
 */
int note_ups(struct seen *seen, const struct upsy_ups *ups, const struct desk *desk,
	     struct note *notes);

/**
 * note_shutdown - upsy-guard's plans
 * @seconds: until the power-off, or negative when it was called off
 * @hibernate: it is going to hibernate and not to power off
 */
void note_shutdown(int seconds, bool hibernate, struct note *note);

#endif
