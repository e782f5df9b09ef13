// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policy: scripts of samples with what must be published after each, and ten
 * thousand simulated outages full of glitches.
 *
 * A line of a script is
 *
 *   MILLISECONDS  FLAGS  CAPACITY  RUNTIME  INPUT-VOLTS  =  STATUS LEVEL [WORDS]
 *
 * with "-" for what the UPS does not tell, and "wait" or "ask" instead of
 * STATUS where nothing is to be published. FLAGS are NUT's words joined by "+":
 * OL OB CHRG DISCHRG LB FULL TEST CAL OFF BYPASS BOOST TRIM FAULT, and the alarms
 * RB MISSING IMMINENT. WORDS are alarms that must be up, a mode, and whether the
 * UPS has to be asked "again", or all is "settled".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/log.h"
#include "lib/options.h"
#include "upsyd/policy.h"

static const struct {
	const char *word;
	uint32_t set, clear;
	int64_t alarm;
} words[] = {
	{ "OL", UPS_ONLINE, UPS_DISCHARGING, 0 },
	{ "OB", UPS_DISCHARGING, UPS_ONLINE, 0 },
	{ "NEITHER", 0, UPS_ONLINE | UPS_DISCHARGING, 0 },
	{ "CHRG", UPS_CHARGING, 0, 0 },
	{ "NOCHRG", 0, UPS_CHARGING, 0 },
	{ "DISCHRG", UPS_DISCHARGING, 0, 0 },
	{ "LB", UPS_LOW, 0, 0 },
	{ "FULL", UPS_FULL, 0, 0 },
	{ "TEST", UPS_TEST, 0, 0 },
	{ "CAL", UPS_CALIBRATION, 0, 0 },
	{ "OFF", UPS_OFF, 0, 0 },
	{ "BYPASS", UPS_BYPASS, 0, 0 },
	{ "BOOST", UPS_BOOST, 0, 0 },
	{ "TRIM", UPS_TRIM, 0, 0 },
	{ "FAULT", UPS_FAULT, 0, 0 },
	{ "RB", 0, 0, UPSY_ALARM_REPLACE_BATTERY },
	{ "MISSING", 0, 0, UPSY_ALARM_BATTERY_MISSING },
	{ "IMMINENT", 0, 0, UPSY_ALARM_SHUTDOWN_IMMINENT },
};

static void take_flags(struct readings *r, char *flags)
{
	reading_set(r, UPSY_R_ALARMS, 0);
	for (char *save, *w = strtok_r(flags, "+", &save); w; w = strtok_r(NULL, "+", &save)) {
		size_t i;

		if (!strcmp(w, "-"))
			continue;
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (!strcmp(words[i].word, w))
				break;
		if (i == sizeof(words) / sizeof(words[0]))
			fail_msg("no such flag: %s", w);
		for (uint32_t bit = 1; bit <= UPS_DEPLETED; bit <<= 1) {
			if (words[i].set & bit)
				state_set(r, bit, true);
			if (words[i].clear & bit)
				state_set(r, bit, false);
		}
		if (words[i].alarm)
			alarm_set(r, words[i].alarm, true);
	}
}

static void take_number(struct readings *r, unsigned int id, const char *text, int64_t scale)
{
	if (strcmp(text, "-"))
		reading_set(r, id, strtoll(text, NULL, 10) * scale);
}

static void check_line(struct policy *p, const char *line)
{
	char flags[64], capacity[16], runtime[16], volts[16], want[128], is[128];
	struct readings raw = { }, out = { };
	enum verdict v;
	long long ms;
	char *w, *save;

	if (sscanf(line, " %lld %63s %15s %15s %15s = %127[^\n]", &ms, flags, capacity, runtime,
		   volts, want) != 6)
		fail_msg("not a line of a script: %s", line);
	take_flags(&raw, flags);
	take_number(&raw, UPSY_R_CAPACITY, capacity, 1);
	take_number(&raw, UPSY_R_RUNTIME, runtime, 1);
	take_number(&raw, UPSY_R_INPUT_VOLTAGE, volts, 1000000);
	v = policy_judge(p, &raw, &out, ms);

	if (v == VERDICT_WAIT || v == VERDICT_ASK_AGAIN) {
		if (strcmp(want, v == VERDICT_WAIT ? "wait" : "ask"))
			fail_msg("%s: nothing is published (%d)", line, v);
		return;
	}
	snprintf(is, sizeof(is), "%s %s",
		 reading_name_of(UPSY_R_STATUS, reading_get(&out, UPSY_R_STATUS, -1)),
		 reading_name_of(UPSY_R_CAPACITY_LEVEL,
				 reading_get(&out, UPSY_R_CAPACITY_LEVEL, -1)));
	if (strncmp(is, want, strlen(is)))
		fail_msg("%s: is \"%s\"", line, is);
	for (w = strtok_r(want + strlen(is), " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		const char *mode = reading_name_of(UPSY_R_MODE, reading_get(&out, UPSY_R_MODE, -1));
		long long number;
		bool up = false;

		for (int bit = 0; reading_table[UPSY_R_ALARMS].names[bit]; bit++)
			up |= reading_get(&out, UPSY_R_ALARMS, 0) >> bit & 1 &&
			      !strcmp(reading_table[UPSY_R_ALARMS].names[bit], w);
		if (sscanf(w, "%lld%%", &number) == 1)
			up = number == reading_get(&out, UPSY_R_CAPACITY, -1);
		if (sscanf(w, "left=%lld", &number) == 1)
			up = number == reading_get(&out, UPSY_R_RUNTIME, -1);
		if (!strcmp(w, "again"))
			up = v == VERDICT_PUBLISH_ASK;
		if (!strcmp(w, "settled"))
			up = v == VERDICT_PUBLISH;
		if (!strcmp(w, "no-alarm"))
			up = !reading_get(&out, UPSY_R_ALARMS, -1);
		if (!up && strcmp(w, mode))
			fail_msg("%s: not \"%s\" (mode %s, %d %%, %d s)", line, w, mode,
				 (int)reading_get(&out, UPSY_R_CAPACITY, -1),
				 (int)reading_get(&out, UPSY_R_RUNTIME, -1));
	}
	/* what the module demands */
	assert_int_equal(reading_get(&out, UPSY_R_ONLINE, -1) == 0,
			 reading_get(&out, UPSY_R_STATUS, -1) == UPSY_STATUS_DISCHARGING);
	assert_int_equal(out.state | out.state_known, 0);
}

static void play_on(const char *script, const char *option, const char *value,
		    const struct readings *kept)
{
	struct options *o = options_new();
	struct policy *p;
	char *copy = strdup(script), *save;

	if (option)
		options_set(o, option, value);
	assert_int_equal(policy_new(o, &p), 0);
	if (kept)
		policy_resume(p, kept, 0);
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (line[strspn(line, " \t")] && line[strspn(line, " \t")] != '#')
			check_line(p, line);
	policy_free(p);
	options_free(o);
	free(copy);
}

static void play(const char *script, const char *option, const char *value)
{
	play_on(script, option, value, NULL);
}

/* A daemon that comes in the middle of an outage; the kernel shows @level etc. by then. */
static void play_resumed(int64_t level, int64_t capacity, int64_t runtime, const char *script)
{
	struct readings kept = { };

	reading_set(&kept, UPSY_R_ONLINE, 0);
	reading_set(&kept, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
	reading_set(&kept, UPSY_R_CAPACITY_LEVEL, level);
	reading_set(&kept, UPSY_R_CAPACITY, capacity);
	reading_set(&kept, UPSY_R_RUNTIME, runtime);
	reading_set(&kept, UPSY_R_ALARMS, UPSY_ALARM_REPLACE_BATTERY |
		    (level == UPSY_CAPACITY_LEVEL_CRITICAL ? UPSY_ALARM_LOW_BATTERY : 0));
	play_on(script, NULL, NULL, &kept);
}

static void test_resumed(void **state)
{
	play_resumed(UPSY_CAPACITY_LEVEL_NORMAL, 60, 900,
		     "     0 OB  60 890  0   = Discharging Normal 60%\n"
		     "  2000 OB  59 888  0   = Discharging Normal 59%\n");
	/* what contradicts physics does so in the first sample, too */
	play_resumed(UPSY_CAPACITY_LEVEL_NORMAL, 60, 900,
		     "     0 OB+LB 0 0   0   = Discharging Normal 60%\n"
		     "   400 OB  59 888  0   = Discharging Normal 59%\n");
	/* mains that come back are asked for twice */
	play_resumed(UPSY_CAPACITY_LEVEL_NORMAL, 60, 900,
		     "     0 OL  60 890  230 = Discharging Normal\n"
		     "   400 OL  60 890  230 = Charging Normal line\n");
	play_resumed(UPSY_CAPACITY_LEVEL_CRITICAL, 9, 100,
		     "     0 OL  60 890  230 = Discharging Critical\n"
		     "   400 OL  60 890  230 = Charging Normal line\n");
	/* critical stays critical, without a gap */
	play_resumed(UPSY_CAPACITY_LEVEL_CRITICAL, 9, 100,
		     "     0 OB+LB+RB 9 100 0 = Discharging Critical 9% low-battery replace-battery\n"
		     "   400 OB+LB 9 99  0   = Discharging Critical 9%\n"
		     "  9000 OB    9 95  0   = Discharging Critical 9%\n");
	play_resumed(UPSY_CAPACITY_LEVEL_CRITICAL, 45, 500,
		     "     0 OB+LB 45 500 0  = Discharging Critical\n"
		     "  2000 OB    45 498 0  = Discharging Critical\n"
		     "  4000 OB    45 496 0  = Discharging Critical\n");
	play_resumed(UPSY_CAPACITY_LEVEL_CRITICAL, 9, 300,
		     "     0 OB   60 900 0   = Discharging Critical 9%\n"
		     "   400 OB   9  299 0   = Discharging Critical 9%\n"
		     "  9000 OB   9  295 0   = Discharging Critical 9%\n");
	/* but a countdown that went too far is not what the UPS says */
	play_resumed(UPSY_CAPACITY_LEVEL_CRITICAL, 5, 60,
		     "     0 OB   70 900 0   = Discharging Critical\n"
		     "   400 OB+RB 70 900 0  = Discharging Low replace-battery\n"
		     "  3600 OB   70 900 0   = Discharging Normal 70%\n"
		     "  9000 OB   70 900 0   = Discharging Normal 70%\n");
	/* and what the UPS doesn't tell is not confirmed by what is carried on */
	play_resumed(UPSY_CAPACITY_LEVEL_CRITICAL, 50, 60,
		     "     0 OB   50 900 0   = Discharging Critical\n"
		     "   400 OB   50 900 0   = Discharging Normal\n");
}

static void test_an_outage(void **state)
{
	play("     0 OL+CHRG 80 1500 230 = Charging Normal line 80%\n"
	     "  1000 OB      80 1500 0   = Discharging Normal battery\n"
	     " 60000 OB      70 1200 0   = Discharging Normal\n"
	     "400000 OB      20 300  0   = Discharging Low\n"
	     "460000 OB      10 200  0   = Discharging Low\n"
	     "460400 OB      10 200  0   = Discharging Low\n"
	     "463500 OB      10 199  0   = Discharging Critical 10%\n"
	     "465000 OB+LB   9  180  0   = Discharging Critical\n"
	     "469000 OB+LB   9  180  0   = Discharging Critical low-battery\n"
	     /* the first sample of mains is confirmed */
	     "470000 OL+CHRG 9  180  230 = Discharging Critical\n"
	     "470400 OL+CHRG 9  180  230 = Charging Normal no-alarm\n", NULL, NULL);
}

static void test_empty_for_one_report(void **state)
{
	play("    0 OL   100 1800 230 = Full Full\n"
	     " 2000 OL   0   0    230 = Full Full 100% left=1800\n"
	     " 2400 OL   100 1800 230 = Full Full 100%\n"
	     /* with the very report that tells the loss of mains */
	     " 4000 OB   0   0    0   = Discharging Normal 100%\n"
	     " 4400 OB   100 1790 0   = Discharging Normal 100%\n"
	     " 9000 OB+LB 0  0    0   = Discharging Normal 100%\n"
	     " 9400 OB   99 1780  0   = Discharging Normal 99%\n"
	     /* nor for a second */
	     "20000 OB   0  0     0   = Discharging Normal 99%\n"
	     "20400 OB   0  0     0   = Discharging Normal 99%\n"
	     "20800 OB   0  0     0   = Discharging Normal 99%\n"
	     "21200 OB   98 1770  0   = Discharging Normal 98%\n", NULL, NULL);
}

/* A battery that lasts an hour doesn't lose 15 % in ten seconds; one of some minutes may. */
static void test_as_fast_as_it_can(void **state)
{
	play("    0 OL   100 3600 230 = Full Full\n"
	     " 1000 OB   100 3600 0   = Discharging Normal 100%\n"
	     "11000 OB   85  3550 0   = Discharging Normal 100% again\n"
	     "11400 OB   85  3550 0   = Discharging Normal 100% again\n"
	     "14100 OB   85  3550 0   = Discharging Normal 85% settled\n", NULL, NULL);
	play("    0 OL   100 300  230 = Full Full\n"
	     " 1000 OB   100 300  0   = Discharging Normal 100%\n"
	     "11000 OB   85  280  0   = Discharging Normal 85% settled\n", NULL, NULL);
}

static void test_truly_empty_at_once(void **state)
{
	/* a battery that collapses, and a UPS that insists */
	play("    0 OL   100 1800 230 = Full Full\n"
	     " 2000 OB   100 1800 0   = Discharging Normal\n"
	     " 4000 OB+LB 3  20   0   = Discharging Normal 100%\n"
	     " 4400 OB+LB 3  20   0   = Discharging Normal 100%\n"
	     " 7100 OB+LB 3  19   0   = Discharging Critical low-battery 3%\n", NULL, NULL);
}

static void test_runtime_that_is_none(void **state)
{
	play("    0 OL   100 0      230 = Full Full left=-1\n"
	     " 1000 OL   100 65535  230 = Full Full left=-1\n"
	     " 2000 OL   100 -1     230 = Full Full left=-1\n"
	     " 3000 OL   100 1200   230 = Full Full left=1200\n"
	     " 4000 OB   100 65535  0   = Discharging Normal left=1199\n"
	     /* what is not told goes on running */
	     "14000 OB   98  0      0   = Discharging Normal left=1189\n"
	     "24000 OB   96  -      0   = Discharging Normal left=1179\n", NULL, NULL);
	/* hardly any, in one report */
	play("    0 OL   100 1800   230 = Full Full left=1800\n"
	     " 1000 OB   100 1800   0   = Discharging Normal left=1800\n"
	     " 2000 OB   100 60     0   = Discharging Normal left=1799 again\n"
	     " 2400 OB   100 1798   0   = Discharging Normal left=1798 settled\n"
	     /* it doubles its load, and it may */
	     " 4000 OB   100 800    0   = Discharging Normal left=800 settled\n", NULL, NULL);
}

static void test_low_battery_on_line(void **state)
{
	/* nut#2347: APC BX…MI flash LB and RB on mains */
	play("    0 OL       100 900 230 = Full Full no-alarm\n"
	     " 1000 OL+LB+RB 100 900 230 = Full Full no-alarm\n"
	     " 9000 OL+LB    100 900 230 = Full Full no-alarm\n"
	     "99000 OL+LB    100 900 230 = Full Full no-alarm\n", NULL, NULL);
}

static void test_low_battery_against_all_else(void **state)
{
	/* nut#1942: "low" at 90 % is believed when it stays */
	play("    0 OL    90 1500 230 = Charging Normal\n"
	     " 1000 OB+LB 90 1500 0   = Discharging Normal\n"
	     " 6000 OB+LB 90 1500 0   = Discharging Normal\n"
	     "16000 OB+LB 89 1480 0   = Discharging Normal\n"
	     "26000 OB+LB 88 1460 0   = Discharging Normal\n"
	     "32000 OB+LB 88 1460 0   = Discharging Critical\n", NULL, NULL);
	/* but neither by the number of samples nor by the time alone */
	play("    0 OL    90 1500 230 = Charging Normal\n"
	     " 1000 OB+LB 90 1500 0   = Discharging Normal\n"
	     "32000 OB+LB 88 1460 0   = Discharging Normal\n", NULL, NULL);
	play("    0 OL    90 1500 230 = Charging Normal\n"
	     " 1000 OB+LB 90 1500 0   = Discharging Normal\n"
	     " 2500 OB+LB 90 1500 0   = Discharging Normal\n"
	     " 4000 OB+LB 90 1500 0   = Discharging Normal\n"
	     " 5500 OB+LB 90 1500 0   = Discharging Normal\n"
	     " 7000 OB+LB 90 1500 0   = Discharging Normal\n", NULL, NULL);
	/* nor in what is called a test, unless it stays */
	play("    0 OL         60 400 230 = Charging Normal\n"
	     " 1000 OB+TEST+LB 45 300 0   = Discharging Normal\n"
	     " 5000 OB+TEST+LB 45 296 0   = Discharging Normal\n"
	     "12000 OB+TEST+LB 44 290 0   = Discharging Normal\n"
	     "20000 OB+TEST+LB 43 285 0   = Discharging Normal\n"
	     "32000 OB+TEST+LB 42 280 0   = Discharging Critical\n", NULL, NULL);
	/* a full battery that lasts five minutes may well be low */
	play("    0 OL    90 320  230 = Charging Normal\n"
	     " 1000 OB+LB 90 310  0   = Discharging Normal\n"
	     " 4100 OB+LB 90 307  0   = Discharging Critical\n", NULL, NULL);
	/* a shutdown that somebody ordered is no empty battery */
	play("    0 OL          90 1500 230 = Charging Normal\n"
	     " 1000 OB+IMMINENT 90 1500 0   = Discharging Normal shutdown-imminent\n"
	     "99000 OB+IMMINENT 85 1400 0   = Discharging Normal\n"
	     "99400 OB+IMMINENT 40 700  0   = Discharging Normal\n", NULL, NULL);
	play("    0 OL          90 1500 230 = Charging Normal\n"
	     " 1000 OB+IMMINENT 90 1500 0   = Discharging Normal\n"
	     "11000 OB+IMMINENT 89 1490 0   = Discharging Normal\n"
	     "21000 OB+IMMINENT 88 1480 0   = Discharging Normal\n"
	     "31000 OB+IMMINENT 87 1470 0   = Discharging Normal\n"
	     "41000 OB+IMMINENT 86 1460 0   = Discharging Normal\n"
	     "51000 OB+IMMINENT 85 1450 0   = Discharging Normal\n", NULL, NULL);
	/* of a battery that has little, it is */
	play("    0 OL          45 420  230 = Charging Normal\n"
	     " 1000 OB+IMMINENT 40 400  0   = Discharging Normal again\n"
	     " 4100 OB+IMMINENT 40 397  0   = Discharging Critical\n", NULL, NULL);
	play("    0 OL    90 1500 230 = Charging Normal\n"
	     " 1000 OB+LB 45 700  0   = Discharging Normal\n"
	     " 9000 OB+LB 45 700  0   = Discharging Normal\n", "ignorelb", "");
}

static void test_self_test(void **state)
{
	play("    0 OL         100 900 230 = Full Full line\n"
	     " 1000 OL+DISCHRG+TEST 97 880 230 = Not charging Normal test\n"
	     /* nut#2279: some take mains for gone, and themselves for off */
	     " 2000 OB+OFF+TEST 96 870 230 = Not charging Normal test again\n"
	     " 2400 OB+OFF+TEST 96 870 230 = Not charging Normal test settled\n"
	     " 3000 OB+OFF+TEST+LB 96 870 230 = Not charging Normal test\n"
	     " 4000 OL+CHRG    95 860 230 = Charging Normal line\n"
	     /* mains fails in the middle of one */
	     " 5000 OL+DISCHRG+TEST 95 860 230 = Not charging Normal test\n"
	     " 5500 OL+TEST    95 860 230 = Not charging Normal test\n"
	     " 6000 OB+TEST    95 860 0   = Discharging Normal battery\n"
	     "60000 OL+DISCHRG+CAL 90 860 230 = Discharging Normal battery\n"
	     "60400 OL+DISCHRG+CAL 90 860 230 = Not charging Normal calibration\n", NULL, NULL);
}

static void test_mains_and_discharging(void **state)
{
	/* nut PR #2216, and a battery that stays full however it is called */
	play("    0 OL+DISCHRG 100 900 230 = Full Full line\n"
	     " 1000 OL+DISCHRG 80  900 230 = Full Full line 100%\n", NULL, NULL);
	play("    0 OL+DISCHRG 80  900 230 = Not charging Normal test\n"
	     /* nothing comes in */
	     " 1000 OL+DISCHRG 80  900 0   = Discharging Normal battery\n", NULL, NULL);
	/* it is called on line, and runs out */
	play("    0 OL+DISCHRG 12 200 - = Not charging Normal\n"
	     " 5000 OL+DISCHRG 9  180 - = Not charging Normal\n"
	     "10000 OL+DISCHRG 9  170 - = Not charging Normal\n"
	     "15000 OL+DISCHRG 8  160 - = Not charging Normal\n"
	     "25000 OL+DISCHRG 7  150 - = Not charging Normal\n"
	     "36000 OL+DISCHRG 6  140 - = Not charging Normal\n"
	     "41000 OL+DISCHRG 6  140 - = Discharging Low\n"
	     "45000 OL+DISCHRG 6  130 - = Discharging Critical\n", NULL, NULL);
}

static void test_neither(void **state)
{
	/* half an event is asked for again once, never twice */
	play("    0 OL      100 900 230 = Full Full\n"
	     " 1000 NEITHER 100 900 230 = Full Full again\n"
	     " 1400 NEITHER 100 900 230 = Discharging Normal\n"
	     " 2000 OL      100 900 230 = Discharging Normal\n"
	     " 2400 OL      100 900 230 = Full Full\n"
	     " 3000 NEITHER 100 900 0   = Discharging Normal\n"
	     " 3400 OL      100 900 230 = Discharging Normal\n"
	     " 3800 OL      100 900 230 = Full Full\n"
	     " 5000 NEITHER+OFF 100 900 230 = Full Full standby settled\n"
	     " 5400 NEITHER+OFF 100 900 230 = Full Full standby\n", NULL, NULL);
}

static void test_no_word_of_mains(void **state)
{
	play("    0 OL 100 900 230 = Full Full\n"
	     " 1000 OB 99  890 0   = Discharging Normal\n"
	     " 2000 -  98  880 0   = ask\n"
	     " 2400 OL 98  880 230 = Discharging Normal again\n"
	     " 2800 OL 98  880 230 = Charging Normal\n"
	     " 3800 -  98  880 230 = ask\n", NULL, NULL);
	/* volts that nobody can use are none */
	play("    0 OL      100 900 230 = Full Full\n"
	     " 1000 NEITHER 100 900 60  = Discharging Normal\n", NULL, NULL);
	/* the same of one that does not tell its input: a report without any flag */
	play("    0 OL      100 900 - = Full Full\n"
	     " 1000 NEITHER 100 900 - = Full Full again\n"
	     " 1400 OL      100 900 - = Full Full settled\n"
	     " 5000 NEITHER 100 900 - = Full Full again\n"
	     " 5400 NEITHER 100 900 - = Discharging Normal\n", NULL, NULL);
}

static void test_start(void **state)
{
	play("   0 -  100 900 230 = wait\n"
	     "1000 OL -   900 230 = wait\n"
	     "2000 OL -   900 230 = wait\n"
	     /* a contact interface knows no charge */
	     "6000 OL -   -   -   = Full Full 100%\n"
	     "7000 OB -   -   -   = Discharging Normal 50%\n"
	     "8000 OB+LB - -  -   = Discharging Normal\n"
	     "12000 OB+LB - - -   = Discharging Critical 5%\n", NULL, NULL);
	play("   0 OL 0   0   230 = ask\n"
	     " 400 OL 100 900 230 = Full Full 100%\n", NULL, NULL);
	play("   0 OL 0   0   230 = ask\n"
	     " 400 OL 0   0   230 = ask\n"
	     "3400 OL 0   0   230 = Charging Normal 0%\n", NULL, NULL);
	play("   0 OB+LB 4 60 0   = Discharging Low\n"
	     "3100 OB+LB 4 60 0   = Discharging Critical\n", NULL, NULL);
}

static void test_battery_that_flickers(void **state)
{
	play("     0 OL         100 900 230 = Full Full no-alarm\n"
	     "  1000 OL+MISSING 100 900 230 = Full Full no-alarm\n"
	     "  2000 OL         100 900 230 = Full Full no-alarm\n"
	     "  3000 OL+MISSING 100 900 230 = Full Full no-alarm\n"
	     "  3400 OL+MISSING 100 900 230 = Full Full no-alarm\n"
	     "  3800 OL+MISSING 100 900 230 = Full Full no-alarm\n"
	     "  8000 OL+MISSING 100 900 230 = Full Full no-alarm\n"
	     " 14000 OL+MISSING 100 900 230 = Not charging Normal battery-missing\n"
	     " 20000 OL+RB 100 900 230 = Not charging Normal battery-missing\n"
	     " 26000 OL+RB 100 900 230 = Not charging Normal battery-missing\n"
	     " 31000 OL+RB 100 900 230 = Full Full no-alarm\n"
	     " 51000 OL+RB 100 900 230 = Full Full replace-battery\n", NULL, NULL);
	play("     0 OL    100 900 230 = Full Full no-alarm\n"
	     "  1000 OL+RB 100 900 230 = Full Full no-alarm\n"
	     " 32000 OL+RB 100 900 230 = Full Full no-alarm\n"
	     " 33000 OL+RB 100 900 230 = Full Full replace-battery\n", NULL, NULL);
}

static void test_battery_missing_in_an_outage(void **state)
{
	play("     0 OL         90 900 230 = Charging Normal no-alarm\n"
	     "  1000 OB+MISSING 90 900 0   = Discharging Normal no-alarm\n"
	     "  6000 OB+MISSING 89 890 0   = Discharging Normal no-alarm\n"
	     " 12000 OB+MISSING 88 880 0   = Discharging Normal no-alarm\n"
	     " 18000 OB+MISSING 87 870 0   = Discharging Normal no-alarm\n", NULL, NULL);
}

static void test_thresholds(void **state)
{
	play("    0 OL 100 900 230 = Full Full\n"
	     " 1000 OB 60  900 0   = Discharging Normal 100%\n"
	     " 1400 OB 60  900 0   = Discharging Normal\n"
	     " 4400 OB 60  900 0   = Discharging Normal 60%\n"
	     " 9000 OB 60  900 0   = Discharging Critical\n", "shutdown.charge", "60");
	play("    0 OL 100 900 230 = Full Full\n"
	     " 1000 OB 100 500 0   = Discharging Normal\n"
	     " 5000 OB 100 500 0   = Discharging Normal\n"
	     "12000 OB 100 490 0   = Discharging Critical\n", "shutdown.runtime", "600");
}

static void test_threshold_of_nothing(void **state)
{
	struct options *o = options_new();
	struct readings raw = { }, out = { };
	char flags[] = "OB";
	struct policy *p;

	assert_int_equal(policy_new(o, &p), 0);
	take_flags(&raw, flags);
	reading_set(&raw, UPSY_R_CAPACITY, 15);
	reading_set(&raw, UPSY_R_RUNTIME, 900);
	reading_set(&raw, UPSY_R_CAPACITY_ALERT_MIN, 0);
	for (int ms = 0; ms < 60000; ms += 5000)
		policy_judge(p, &raw, &out, ms);
	assert_int_equal(reading_get(&out, UPSY_R_CAPACITY_LEVEL, -1), UPSY_CAPACITY_LEVEL_LOW);
	reading_set(&raw, UPSY_R_CAPACITY_ALERT_MIN, 10);
	policy_judge(p, &raw, &out, 60000);
	assert_int_equal(reading_get(&out, UPSY_R_CAPACITY_LEVEL, -1), UPSY_CAPACITY_LEVEL_NORMAL);
	policy_free(p);
	options_free(o);
}

/*
 * The simulation. A run is one battery, one outage, and samples of it, of which
 * every sixth or so is wrong in one of the ways that UPSes are. Two in a row are
 * never wrong.
 */
enum glitch {
	NO_GLITCH, CAPACITY_0, CAPACITY_100, RUNTIME_0, RUNTIME_65535, RUNTIME_MINUS_1, LOW,
	NOT_LOW, MAINS_FLIP, BOTH, NEITHER, TESTING, REPLACE, MISSING, ALL_0, ALL_1, NO_CHARGE,
	GLITCHES
};

struct sim {
	uint64_t random;
	int64_t now, start, end;	/* of the outage */
	int64_t test_start, test_end;
	int64_t full_s, charge_ppm;	/* runtime of the full battery; charge */
	int interval;
	bool tells_runtime, tells_low, tells_volts, odd_test, was_glitch;
};

static uint32_t rnd(struct sim *s, uint32_t below)
{
	s->random = s->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(s->random >> 33) % below;
}

static bool outage(const struct sim *s)
{
	return s->now >= s->start && s->now < s->end;
}

static bool testing(const struct sim *s)
{
	return !outage(s) && s->now >= s->test_start && s->now < s->test_end;
}

static int64_t true_capacity(const struct sim *s)
{
	return s->charge_ppm / 10000;
}

static int64_t true_runtime(const struct sim *s)
{
	return s->full_s * s->charge_ppm / 1000000;
}

static bool truly_low(const struct sim *s)
{
	return s->tells_low && s->charge_ppm < 150000;
}

static void advance(struct sim *s, int64_t ms)
{
	for (; ms > 0; ms -= 100, s->now += 100) {
		if (outage(s))
			s->charge_ppm -= 100 * 1000 / s->full_s;
		else
			s->charge_ppm += 100 * 1000 / (20 * s->full_s);
		if (s->charge_ppm < 0)
			s->charge_ppm = 0;
		if (s->charge_ppm > 1000000)
			s->charge_ppm = 1000000;
	}
}

static void honest(const struct sim *s, struct readings *r)
{
	bool off_line = outage(s) || (testing(s) && s->odd_test);

	state_set(r, UPS_ONLINE, !off_line);
	state_set(r, UPS_DISCHARGING, outage(s) || testing(s));
	state_set(r, UPS_TEST, testing(s));
	state_set(r, UPS_OFF, testing(s) && s->odd_test);
	if (s->tells_low)
		state_set(r, UPS_LOW, truly_low(s));
	reading_set(r, UPSY_R_CAPACITY, true_capacity(s));
	if (s->tells_runtime)
		reading_set(r, UPSY_R_RUNTIME, true_runtime(s));
	if (s->tells_volts)
		reading_set(r, UPSY_R_INPUT_VOLTAGE, outage(s) ? 0 : 230000000);
	reading_set(r, UPSY_R_ALARMS, 0);
	reading_set(r, UPSY_R_PRESENT, 1);
}

static void spoil(struct readings *r, enum glitch g)
{
	switch (g) {
	case CAPACITY_0:
		reading_set(r, UPSY_R_CAPACITY, 0);
		break;
	case CAPACITY_100:
		reading_set(r, UPSY_R_CAPACITY, 100);
		break;
	case RUNTIME_0:
		reading_set(r, UPSY_R_RUNTIME, 0);
		break;
	case RUNTIME_65535:
		reading_set(r, UPSY_R_RUNTIME, 65535);
		break;
	case RUNTIME_MINUS_1:
		reading_set(r, UPSY_R_RUNTIME, -1);
		break;
	case LOW:
		state_set(r, UPS_LOW, true);
		break;
	case NOT_LOW:
		state_set(r, UPS_LOW, false);
		break;
	case MAINS_FLIP:
		state_set(r, UPS_DISCHARGING, state_is(r, UPS_ONLINE));
		state_set(r, UPS_ONLINE, !state_is(r, UPS_ONLINE));
		break;
	case BOTH:
		state_set(r, UPS_ONLINE | UPS_DISCHARGING, true);
		break;
	case NEITHER:
		state_set(r, UPS_ONLINE | UPS_DISCHARGING, false);
		break;
	case TESTING:
		state_set(r, UPS_TEST, true);
		break;
	case REPLACE:
		alarm_set(r, UPSY_ALARM_REPLACE_BATTERY, true);
		break;
	case MISSING:
		reading_set(r, UPSY_R_PRESENT, 0);
		break;
	case ALL_0:
	case ALL_1:
		state_set(r, r->state_known, g == ALL_1);
		reading_set(r, UPSY_R_CAPACITY, g == ALL_1 ? 255 : 0);
		reading_set(r, UPSY_R_RUNTIME, g == ALL_1 ? 65535 : 0);
		if (reading_known(r, UPSY_R_INPUT_VOLTAGE))
			reading_set(r, UPSY_R_INPUT_VOLTAGE, g == ALL_1 ? 255000000 : 0);
		break;
	case NO_CHARGE:
		reading_clear(r, UPSY_R_CAPACITY);
		break;
	default:
		break;
	}
}

static enum glitch sample(struct sim *s, struct readings *r)
{
	enum glitch g = NO_GLITCH;

	memset(r, 0, sizeof(*r));
	honest(s, r);
	if (!s->was_glitch && rnd(s, 6) == 0)
		g = 1 + rnd(s, GLITCHES - 1);
	s->was_glitch = g != NO_GLITCH;
	spoil(r, g);
	return g;
}

static void draw(struct sim *s, unsigned int seed)
{
	static const int intervals[] = { 1000, 2000, 5000, 15000 };

	*s = (struct sim){ .random = seed * UINT64_C(2654435761) + 1 };
	s->interval = intervals[rnd(s, 4)];
	s->full_s = 300 + rnd(s, 3300);
	s->charge_ppm = 400000 + rnd(s, 600000);
	s->tells_runtime = rnd(s, 4) > 0;
	s->tells_low = rnd(s, 4) > 0;
	s->tells_volts = rnd(s, 2);
	s->odd_test = s->tells_volts && rnd(s, 2);
	s->test_start = 20000 + rnd(s, 20000);
	s->test_end = s->test_start + 10000;
	s->start = 60000 + rnd(s, 60000);
	s->end = s->start + 5000 + rnd(s, 1200 * s->full_s);
}

static unsigned int samples_taken, glitches_made, runs_critical;

static void simulate(unsigned int seed)
{
	int64_t due = -1, first_off = -1, back = -1;
	unsigned int asks = 0, samples = 0;
	struct readings raw, out = { };
	struct policy *p;
	struct sim s;

	draw(&s, seed);
	assert_int_equal(policy_new(NULL, &p), 0);
	while (s.now < s.end + 60000) {
		enum glitch g = sample(&s, &raw);
		enum verdict v = policy_judge(p, &raw, &out, s.now);
		bool critical, battery, empty;

		samples_taken++;
		glitches_made += g != NO_GLITCH;
		if (v == VERDICT_WAIT || (v == VERDICT_ASK_AGAIN && !samples))
			goto next;
		samples++;
		critical = reading_get(&out, UPSY_R_CAPACITY_LEVEL, -1) ==
			   UPSY_CAPACITY_LEVEL_CRITICAL;
		battery = reading_get(&out, UPSY_R_ONLINE, -1) == 0;
		empty = outage(&s) && (true_capacity(&s) <= 10 || truly_low(&s) ||
				       (s.tells_runtime && true_runtime(&s) <= 120));

		/* never show a battery empty that isn't */
		if (critical && !battery)
			fail_msg("run %u, %lld ms: critical on line", seed, (long long)s.now);
		if (critical && back < 0 && !outage(&s) && s.now < s.start)
			fail_msg("run %u, %lld ms: critical before the outage", seed,
				 (long long)s.now);
		if (critical && outage(&s) && !empty &&
		    (true_capacity(&s) > 12 &&
		     (!s.tells_runtime || true_runtime(&s) > 125)))
			fail_msg("run %u, %lld ms: critical at %d %% and %d s (glitch %d)", seed,
				 (long long)s.now, (int)true_capacity(&s),
				 (int)true_runtime(&s), g);
		if (reading_get(&out, UPSY_R_CAPACITY, 0) + 15 < true_capacity(&s))
			fail_msg("run %u, %lld ms: %d %% shown for %d %% (glitch %d)", seed,
				 (long long)s.now, (int)reading_get(&out, UPSY_R_CAPACITY, 0),
				 (int)true_capacity(&s), g);

		/* the loss of mains is published with its second sample at the latest */
		if (outage(&s) && g == NO_GLITCH) {
			if (!battery && first_off >= 0)
				fail_msg("run %u, %lld ms: on battery, and not told", seed,
					 (long long)s.now);
			first_off = s.now;
		}
		/* never miss one that is */
		if (empty && due < 0)
			due = s.now + 2 * s.interval + 20000;
		if (empty && !critical && (s.now > due || s.charge_ppm == 0))
			fail_msg("run %u, %lld ms: %d %%, %d s left, and not critical", seed,
				 (long long)s.now, (int)true_capacity(&s), (int)true_runtime(&s));
		/* mains is back: three honest samples, and it is over */
		if (s.now >= s.end && back < 0)
			back = samples;
		if (back >= 0 && samples > back + 6 && battery && g == NO_GLITCH && !s.was_glitch &&
		    v == VERDICT_PUBLISH)
			fail_msg("run %u, %lld ms: mains is back, and not told", seed,
				 (long long)s.now);
next:
		if (v == VERDICT_PUBLISH)
			asks = 0;
		advance(&s, v != VERDICT_PUBLISH && asks++ < 12 ? 400 : s.interval);
	}
	runs_critical += due >= 0;
	policy_free(p);
}

static void test_ten_thousand_runs(void **state)
{
	for (unsigned int seed = 1; seed <= 10000; seed++)
		simulate(seed);
	print_message("# %u samples, %u of them wrong; %u outages were critical, %u were not\n",
		      samples_taken, glitches_made, runs_critical, 10000 - runs_critical);
	/* or the simulation is no test of anything */
	assert_true(glitches_made > 100000);
	assert_in_range(runs_critical, 1000, 9000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_outage),
		cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_empty_for_one_report),
		cmocka_unit_test(test_as_fast_as_it_can),
		cmocka_unit_test(test_truly_empty_at_once),
		cmocka_unit_test(test_runtime_that_is_none),
		cmocka_unit_test(test_low_battery_on_line),
		cmocka_unit_test(test_low_battery_against_all_else),
		cmocka_unit_test(test_self_test),
		cmocka_unit_test(test_mains_and_discharging),
		cmocka_unit_test(test_neither),
		cmocka_unit_test(test_no_word_of_mains),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_battery_that_flickers),
		cmocka_unit_test(test_battery_missing_in_an_outage),
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_threshold_of_nothing),
		cmocka_unit_test(test_ten_thousand_runs),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
