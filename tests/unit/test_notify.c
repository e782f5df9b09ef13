// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the person at the desk is told. A story is a row of steps: what the UPS
 * says now, and the notes that must come of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "upsy-notify/decide.c"

#define REPLACE	UPSY_ALARM_REPLACE_BATTERY
#define OVER	UPSY_ALARM_OVERLOAD

struct step {
	int online, critical;
	int64_t alarms, runtime, charge;	/* -1: not known */
	const char *notes;			/* summaries, each with a ";" */
	const char *body;			/* of the last one, or NULL */
};

static const struct {
	const char *name, *desktop;
	int scope, powers;
	struct step steps[6];
} stories[] = {
	{ "no desktop: everything is said", NULL, UPSY_SCOPE_SYSTEM, UPSY_POWERS_SYSTEM, {
		{ 1, 0, 0, 1200, 100, "", NULL },
		{ 0, 0, 0, 840, 99, "Mains failed;",
		  "Smart 700 feeds this computer from its battery. 14 min left. Charge 99 %." },
		{ 0, 0, 0, 700, 80, "", NULL },
		{ 0, 1, 0, 50, 7, "UPS battery nearly empty;",
		  "Smart 700 feeds this computer. Less than a minute left. Charge 7 %." },
		{ 0, 1, 0, 20, 5, "", NULL },
		{ 1, 0, 0, -1, 5, "Mains is back;",
		  "Smart 700 feeds this computer from the mains again." },
	} },
	{ "GNOME tells of a low battery only", "ubuntu:GNOME", UPSY_SCOPE_SYSTEM, UPSY_POWERS_SYSTEM, {
		{ 1, 0, 0, 1200, 100, "", NULL },
		{ 0, 0, 0, -1, -1, "Mains failed;", "Smart 700 feeds this computer from its battery." },
		{ 0, 1, 0, 50, 7, "", NULL },
		{ 1, 0, 0, -1, 5, "Mains is back;", NULL },
	} },
	{ "KDE tells both, but not of a worn battery", "KDE", UPSY_SCOPE_SYSTEM, UPSY_POWERS_SYSTEM, {
		{ 1, 0, 0, 1200, 100, "", NULL },
		{ 0, 0, 0, 840, 99, "", NULL },
		{ 0, 1, 0, 50, 7, "", NULL },
		{ 1, 0, REPLACE, -1, 5, "UPS battery worn;", NULL },
		{ 1, 0, REPLACE, -1, 9, "", NULL },
	} },
	{ "KDE on a laptop knows nothing of the UPS", "KDE", UPSY_SCOPE_DEVICE, UPSY_POWERS_SYSTEM, {
		{ 1, 0, 0, 1200, 100, "", NULL },
		{ 0, 0, 0, 8000, 99, "Mains failed;",
		  "Smart 700 feeds this computer from its battery. 2:13 h left. Charge 99 %." },
		{ 0, 1, 0, 50, 7, "UPS battery nearly empty;", NULL },
	} },
	{ "a UPS of something else", "XFCE", UPSY_SCOPE_DEVICE, UPSY_POWERS_OTHER, {
		{ 1, 0, 0, 1200, 100, "", NULL },
		{ 0, 0, 0, 840, 99, "Mains failed;",
		  "Smart 700 feeds other devices from its battery. 14 min left. Charge 99 %." },
	} },
	{ "logged in during an outage", "", UPSY_SCOPE_SYSTEM, UPSY_POWERS_SYSTEM, {
		{ 0, 1, REPLACE | OVER, 840, 99,
		  "Mains failed;UPS battery nearly empty;UPS battery worn;UPS overloaded;", NULL },
		{ 1, 0, 0, 840, 99, "Mains is back;", NULL },
		{ 1, 0, OVER, 840, 99, "UPS overloaded;", NULL },
	} },
	{ "critical on line is no news", NULL, UPSY_SCOPE_SYSTEM, UPSY_POWERS_SYSTEM, {
		{ 1, 1, 0, 10, 3, "", NULL },
	} },
};

static void told(void **state)
{
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct desk desk = desk_of(stories[i].desktop);
		struct seen seen = { 0 };

		for (const struct step *s = stories[i].steps; s->notes; s++) {
			struct upsy_ups ups = { .scope = stories[i].scope, .powers = stories[i].powers };
			struct note notes[NOTE_KINDS];
			char all[512] = "";
			int n;

			strcpy(ups.id.model_name, "Smart 700");
			reading_set(&ups.readings, UPSY_R_ONLINE, s->online);
			reading_set(&ups.readings, UPSY_R_CAPACITY_LEVEL, s->critical ?
				    UPSY_CAPACITY_LEVEL_CRITICAL : UPSY_CAPACITY_LEVEL_NORMAL);
			reading_set(&ups.readings, UPSY_R_ALARMS, s->alarms);
			if (s->runtime >= 0)
				reading_set(&ups.readings, UPSY_R_RUNTIME, s->runtime);
			if (s->charge >= 0)
				reading_set(&ups.readings, UPSY_R_CAPACITY, s->charge);
			n = note_ups(&seen, &ups, &desk, notes);
			for (int j = 0; j < n; j++)
				strcat(strcat(all, notes[j].summary), ";");
			if (strcmp(all, s->notes))
				fail_msg("%s, step %td: %s", stories[i].name,
					 s - stories[i].steps, all);
			if (s->body)
				assert_string_equal(notes[n - 1].body, s->body);
		}
	}
}

static void desks(void **state)
{
	assert_false(desk_of(NULL).tells_low);
	assert_false(desk_of("sway").tells_low);
	assert_false(desk_of("GNOMEish:").tells_low);
	assert_true(desk_of("pop:GNOME").tells_low);
	assert_true(desk_of("Xfce Notify Daemon").tells_mains);
	assert_true(desk_of("::KDE:").tells_mains);
}

static void shutdowns(void **state)
{
	struct note note;

	note_shutdown(60, false, &note);
	assert_string_equal(note.summary, "Shutting down in 60 s");
	assert_int_equal(note.urgency, NOTE_URGENT);
	note_shutdown(0, false, &note);
	assert_string_equal(note.summary, "Shutting down now");
	note_shutdown(-1, false, &note);
	assert_string_equal(note.summary, "Not shutting down");
	note_shutdown(20, true, &note);
	assert_string_equal(note.summary, "Hibernating in 20 s");
	note_shutdown(-1, true, &note);
	assert_string_equal(note.summary, "Not hibernating");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(told),
		cmocka_unit_test(desks),
		cmocka_unit_test(shutdowns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
