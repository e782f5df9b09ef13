// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the Power Device driver makes of a device beyond what a recording can
 * hold: strings, and facts of which several fields speak.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "hid_fixture.h"

#include "lib/log.h"
#include "protocol/hid_pdc.h"

static struct fixture *x;
static struct ups ups;

static int stop(void **state)
{
	if (ups.priv)
		hid_pdc.close(&ups);
	ups.priv = NULL;
	free(x);
	x = NULL;
	return 0;
}

static void start(void)
{
	ups = (struct ups){ .link = &x->t, .protocol = &hid_pdc };
	assert_int_equal(hid_pdc.probe(&ups), 0);
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
}

/* PowerSummary { charge (1), flags (2), chemistry (3) } */
#define CHEMISTRY								\
	"descriptor:\n"								\
	"05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64\n"		\
	"05 85 09 66 b1 02 85 02 75 01 25 01 09 d0 b1 02 75 07 b1 03\n"		\
	"85 03 75 08 26 ff 00 09 89 b1 03 c0 c0\n"				\
	"report: feature 01 01 50\nreport: feature 02 02 01\nreport: feature 03 03 07\n"

static int64_t technology(const char *head, const char *word)
{
	char text[512];
	int64_t is;

	snprintf(text, sizeof(text), "%s%s", head, CHEMISTRY);
	x = fixture_text(text);
	x->strings[7] = word;
	start();
	is = reading_get(&ups.now, UPSY_R_TECHNOLOGY, -1);
	stop(NULL);
	return is;
}

static void chemistries(void **state)
{
	assert_int_equal(technology("", "PbAc"), UPSY_TECHNOLOGY_LEAD_ACID);
	assert_int_equal(technology("", "PbAC"), UPSY_TECHNOLOGY_LEAD_ACID);
	assert_int_equal(technology("", "Lion"), UPSY_TECHNOLOGY_LI_ION);
	assert_int_equal(technology("", "LiFePO4"), UPSY_TECHNOLOGY_LI_FE);
	assert_int_equal(technology("", "LiPo"), UPSY_TECHNOLOGY_LI_POLY);
	assert_int_equal(technology("", "NiMH"), UPSY_TECHNOLOGY_NI_MH);
	assert_int_equal(technology("", "Vendor"), -1);
	assert_int_equal(technology("", NULL), -1);
}

static void chemistry_that_must_not_be_asked_for(void **state)
{
	assert_int_equal(technology("# vid:pid: 09ae:1007\n", "PbAc"), UPSY_TECHNOLOGY_LEAD_ACID);
	assert_int_equal(technology("# vid:pid: 09ae:1003\n", "PbAc"), -1);
	assert_int_equal(technology("# vid:pid: 09ae:2005\n", "PbAc"), -1);
}

/* PowerSummary { charge (1), flags (2) }; Charger { ABMEnable, Status, Mode (4) } */
#define ABM									\
	"# vid:pid: 0463:ffff\ndescriptor:\n"					\
	"05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64\n"		\
	"05 85 09 66 b1 02 85 02 75 01 25 01 09 d0 b1 02 09 44 b1 02\n"		\
	"75 06 b1 03 c0 05 84 09 10 a1 02 09 14 a1 02 85 04 75 08 26 ff 00\n"	\
	"06 ff ff 09 87 b1 02 09 e9 b1 02 09 94 b1 02 c0 c0 c0\n"		\
	"report: feature 01 01 5f\nreport: feature 02 02 01\n"

static uint32_t charger(const char *report)
{
	char text[768];
	uint32_t is;

	snprintf(text, sizeof(text), "%s%s", ABM, report);
	x = fixture_text(text);
	start();
	is = ups.now.state & (UPS_CHARGING | UPS_FULL | UPS_DISCHARGING);
	stop(NULL);
	return is;
}

static void status_of_the_charger_is_above_its_mode(void **state)
{
	/* charging, and a mode that is behind */
	assert_int_equal(charger("report: feature 04 04 01 11 03\n"), UPS_CHARGING);
	assert_int_equal(charger("report: feature 04 04 01 12 01\n"), UPS_FULL);
	assert_int_equal(charger("report: feature 04 04 01 13 01\n"), UPS_FULL);
	assert_int_equal(charger("report: feature 04 04 01 14 03\n"), UPS_DISCHARGING);
	assert_int_equal(charger("report: feature 04 04 01 06 03\n"), 0);
	/* management is off: the standard flags */
	assert_int_equal(charger("report: feature 04 04 00 11 01\n"), 0);
}

/*
 * Charge (1), flags (2); Output { load (3), with an exponent that is the volts';
 * frequency (4), in volts }; Input { nominal volts (5), volts (6) in hundredths
 * by their exponent }
 */
#define LEFTOVERS								\
	"descriptor:\n"								\
	"05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64\n"		\
	"05 85 09 66 b1 02 85 02 75 01 25 01 09 d0 b1 02 75 07 b1 03 c0\n"	\
	"05 84 09 1c a1 02 75 08 26 ff 00 85 03 55 07 09 35 b1 02\n"		\
	"75 10 27 ff ff 00 00 85 04 67 21 d1 f0 00 55 07 09 32 b1 02 c0\n"	\
	"09 1a a1 02 85 05 09 40 b1 02 85 06 55 05 09 30 b1 02 c0 c0\n"		\
	"report: feature 01 01 50\nreport: feature 02 02 01\n"			\
	"report: feature 03 03 17\nreport: feature 04 04 32 00\n"		\
	"report: feature 05 05 e6 00\nreport: feature 06 06 e7 00\n"

static unsigned int times(FILE *log, const char *what)
{
	unsigned int n = 0;
	char line[512];

	rewind(log);
	while (fgets(line, sizeof(line), log))
		n += strstr(line, what) != NULL;
	return n;
}

static void repairs_are_told_once(void **state)
{
	FILE *log = tmpfile();
	int err = dup(2);

	x = fixture_text(LEFTOVERS);
	assert_non_null(log);
	dup2(fileno(log), 2);
	log_set_level(LOG_TRACE);
	start();
	for (int i = 0; i < 5; i++)
		hid_pdc.poll(&ups, POLL_FULL);
	log_set_level(LOG_NOTE);
	dup2(err, 2);
	close(err);
	assert_int_equal(reading_get(&ups.now, UPSY_R_LOAD, -1), 23);
	assert_int_equal(reading_get(&ups.now, UPSY_R_OUTPUT_FREQUENCY, -1), 50000);
	assert_int_equal(reading_get(&ups.now, UPSY_R_INPUT_VOLTAGE, -1), 231000000);
	assert_int_equal(times(log, "put right: unit left over from an earlier item"), 1);
	assert_int_equal(times(log, "put right: unit exponent left over from an earlier"), 1);
	assert_int_equal(times(log, "put right: unit exponent off by powers of ten"), 1);
	assert_int_equal(times(log, "put right"), 3);
	fclose(log);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, stop)
	const struct CMUnitTest tests[] = {
		TEST(chemistries),
		TEST(chemistry_that_must_not_be_asked_for),
		TEST(status_of_the_charger_is_above_its_mode),
		TEST(repairs_are_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
