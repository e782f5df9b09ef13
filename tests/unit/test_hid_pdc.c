// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Power Device driver on descriptors made up for the purpose: readings by
 * usage, plausibility, state, events, actions. Each UPS is a recording's text,
 * so a new case is a copy with other bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hid_fixture.h"

#include "protocol/hid_pdc.h"

static struct fixture *x;
static struct ups ups;

static int start(const char *text)
{
	x = fixture_text(text);
	memset(&ups, 0, sizeof(ups));
	ups.link = &x->t;
	ups.protocol = &hid_pdc;
	return hid_pdc.probe(&ups) ? : hid_pdc.poll(&ups, POLL_FULL);
}

static int stop(void **state)
{
	if (ups.priv)
		hid_pdc.close(&ups);
	free(x);
	x = NULL;
	return 0;
}

#define VALUE(r)	reading_get(&ups.now, UPSY_R_##r, INT64_MIN)
#define UNKNOWN		INT64_MIN

static void set_feature(uint8_t id, size_t at, uint8_t byte)
{
	x->feature[id].data[at] = byte;
}

static void poll_all(void)
{
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
}

/* PowerSummary: charge and run time (report 1), flags (2), battery volts (3) */
#define HEAD									\
	"descriptor:\n"								\
	"05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64\n"		\
	"05 85 09 66 b1 a2 09 66 81 a2 75 10 27 ff ff 00 00 66 01 10 55 00\n"	\
	"09 68 b1 a2 09 68 81 a2 65 00 85 02 75 01 25 01 05 84 09 02 a1 02\n"	\
	"05 85 09 d0 b1 a2 09 d0 81 a2 09 45 b1 a2 09 45 81 a2\n"		\
	"09 44 b1 a2 09 44 81 a2 09 42 b1 a2 09 42 81 a2\n"			\
	"05 84 09 69 b1 a2 09 69 81 a2 05 85 09 d1 b1 a2 09 d1 81 a2\n"		\
	"95 02 b1 01 81 01 c0 95 01\n"
#define PLAIN	"report: feature 01 01 50 58 02\nreport: feature 02 02 25\n"

static void finds_charge_runtime_and_state(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	assert_int_equal(VALUE(CAPACITY), 80);
	assert_int_equal(VALUE(RUNTIME), 600);
	assert_int_equal(VALUE(PRESENT), 1);
	assert_int_equal(ups.now.state & (UPS_ONLINE | UPS_DISCHARGING | UPS_CHARGING | UPS_LOW),
			 UPS_ONLINE | UPS_CHARGING);
	assert_string_equal(ups.id.protocol, "hid/generic");
}

static void silent_device_is_something_else(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n"), -ENODEV);
	assert_null(ups.priv);
	/* a UPS by the name of its collection only (Ellipse ECO has such an interface) */
	assert_int_equal(start("descriptor:\n05 84 09 04 a1 01 75 08 95 01 15 00 25 64 09 01 b1 02\n"
			       "09 03 b1 02 c0\n"), -ENODEV);
}

/* Charge, and flags, as input reports only, which the device does not give when asked */
#define INPUT_ONLY "descriptor:\n05 84 09 04 a1 01 09 24 a1 02 85 02 75 08 95 01 15 00 25 64 05 85 09 66\n" \
	"81 a2 75 01 25 01 09 d0 81 a2 09 45 81 a2 95 06 81 01 c0 c0\n"

static void device_that_only_speaks_unasked(void **state)
{
	assert_int_equal(start(INPUT_ONLY), 0);
	for (int i = 0; i < 5; i++)
		hid_pdc.poll(&ups, POLL_STATUS);
	assert_int_equal(hid_pdc.event(&ups, (uint8_t[]){ 2, 99, 0x02 }, 3), 2);
	assert_true(state_is(&ups.now, UPS_DISCHARGING));
	assert_int_equal(VALUE(CAPACITY), 99);
	assert_int_equal(hid_pdc.poll(&ups, POLL_STATUS), 0);
	assert_true(state_is(&ups.now, UPS_DISCHARGING));
}

static void unsigned_delay_that_is_idle(void **state)
{
	assert_int_equal(start(HEAD "85 09 75 10 15 00 27 ff ff 00 00 05 84 09 57 66 01 10 55 00 b1 82\n"
			       "c0 c0\n" PLAIN "report: feature 09 09 ff ff\n"), 0);
	assert_int_equal(VALUE(TIMER_SHUTDOWN), -1);
	set_feature(9, 1, 45);
	set_feature(9, 2, 0);
	poll_all();
	assert_int_equal(VALUE(TIMER_SHUTDOWN), 45);
}

static void nothing_is_read_twice_to_begin_with(void **state)
{
	x = fixture_text(HEAD "c0 c0\n" PLAIN);
	ups = (struct ups){ .link = &x->t, .protocol = &hid_pdc };
	assert_int_equal(hid_pdc.probe(&ups), 0);
	assert_int_equal(x->asked, 2);
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
	assert_int_equal(x->asked, 2);
	assert_int_equal(hid_pdc.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(x->asked, 3);
}

static unsigned int asked_by(enum poll_depth depth)
{
	x->asked = 0;
	assert_int_equal(hid_pdc.poll(&ups, depth), 0);
	return x->asked;
}

/* battery volts in report 4 */
#define VOLTS	"c0 05 84 09 12 a1 00 85 04 75 10 27 ff ff 00 00 09 30 b1 82 c0 c0\n"

static void on_battery_what_decides_is_asked_for(void **state)
{
	assert_int_equal(start(HEAD VOLTS PLAIN "report: feature 04 04 18 00\n"), 0);
	assert_int_equal(asked_by(POLL_STATUS), 1);
	set_feature(2, 1, 0x22);
	assert_int_equal(asked_by(POLL_STATUS), 1);
	assert_true(state_is(&ups.now, UPS_DISCHARGING));
	assert_int_equal(asked_by(POLL_STATUS), 3);
	/* flags and charge, without the volts */
	set_feature(1, 1, 70);
	assert_int_equal(asked_by(POLL_STATUS), 2);
	assert_int_equal(VALUE(CAPACITY), 70);
	assert_int_equal(asked_by(POLL_FULL), 3);
	/* one that does not tell its charge is asked for what it is guessed from */
	stop(state);
	assert_int_equal(start(HEAD VOLTS "report: feature 02 02 22\n"
			       "report: feature 04 04 18 00\n"), 0);
	assert_int_equal(VALUE(CAPACITY), UNKNOWN);
	assert_true(state_is(&ups.now, UPS_DISCHARGING));
	assert_true(asked_by(POLL_STATUS) >= 2);
	assert_int_equal(ups.poll_status_ms, 5000);
	hid_pdc.event(&ups, (uint8_t[]){ 2, 0x22 }, 2);
	assert_int_equal(hid_pdc.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.poll_status_ms, 10000);
}

static void dead_device_costs_two_timeouts(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	x->stall_all = ETIMEDOUT;
	x->asked = 0;
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), -ETIMEDOUT);
	assert_int_equal(x->asked, 2);
	/* and what was known stays known */
	assert_int_equal(VALUE(CAPACITY), 80);
	x->stall_all = ENODEV;
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), -ENODEV);
}

static void report_that_is_always_refused_is_given_up(void **state)
{
	/* battery volts are declared and never answered */
	assert_int_equal(start(HEAD "c0 05 84 09 12 a1 00 85 04 09 30 b1 82 c0 c0\n" PLAIN), 0);
	for (int i = 0; i < 3; i++)
		poll_all();
	x->asked = 0;
	poll_all();
	assert_int_equal(x->asked, 2);
}

static void report_that_is_refused_for_a_while_comes_back(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	x->stall_all = EPIPE;
	for (int i = 0; i < 10; i++)
		assert_int_equal(hid_pdc.poll(&ups, POLL_STATUS), -EPIPE);
	x->stall_all = 0;
	set_feature(2, 1, 0x22);
	poll_all();
	assert_false(state_is(&ups.now, UPS_ONLINE));
}

static void events_act_at_once(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	/* mains gone, discharging */
	assert_int_equal(hid_pdc.event(&ups, (uint8_t[]){ 2, 0x22 }, 2), 2);
	assert_true(state_is(&ups.now, UPS_DISCHARGING));
	assert_false(state_is(&ups.now, UPS_ONLINE));
	/* nothing new */
	assert_int_equal(hid_pdc.event(&ups, (uint8_t[]){ 2, 0x22 }, 2), 0);
	/* charge only */
	assert_int_equal(hid_pdc.event(&ups, (uint8_t[]){ 1, 0x4f, 0x50, 0x02 }, 4), 1);
	assert_int_equal(VALUE(CAPACITY), 79);
	assert_int_equal(VALUE(RUNTIME), 592);
	/* a part of a report leaves the rest alone */
	assert_int_equal(hid_pdc.event(&ups, (uint8_t[]){ 1, 0x4e }, 2), 1);
	assert_int_equal(VALUE(RUNTIME), 592);
	/* not a report of this UPS */
	assert_int_equal(hid_pdc.event(&ups, (uint8_t[]){ 9, 0x4e }, 2), 0);
	/* one that was lost is asked for */
	assert_int_equal(hid_pdc.event(&ups, NULL, 0), 2);
}

static void event_of_another_place_is_believed(void **state)
{
	/* ACPresent again, directly in PowerSummary, as input 3 */
	assert_int_equal(start(HEAD "85 03 75 08 05 85 09 d0 81 a2 09 d0 b1 a2 c0 c0\n" PLAIN
			       "report: feature 03 03 01\n"), 0);
	assert_int_equal(hid_pdc.event(&ups, (uint8_t[]){ 3, 0 }, 2), 2);
	assert_false(state_is(&ups.now, UPS_ONLINE));
	/* the poll that it asked for says what is true */
	poll_all();
	assert_true(state_is(&ups.now, UPS_ONLINE));
}

static void paces_itself(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	assert_int_equal(ups.poll_status_ms, 20000);
	hid_pdc.event(&ups, (uint8_t[]){ 1, 0x4f, 0x50, 0x02 }, 4);
	assert_int_equal(ups.poll_status_ms, 30000);
	/* a broken interrupt endpoint */
	x->input_error = -EIO;
	poll_all();
	assert_int_equal(ups.poll_status_ms, 2000);
}

static void runtime_that_is_none(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	set_feature(1, 2, 0xff);
	set_feature(1, 3, 0xff);
	poll_all();
	assert_int_equal(VALUE(RUNTIME), UNKNOWN);
	/* none left, on mains */
	set_feature(1, 2, 0);
	set_feature(1, 3, 0);
	poll_all();
	assert_int_equal(VALUE(RUNTIME), UNKNOWN);
	/* none left, on battery at 5 % */
	set_feature(1, 1, 5);
	set_feature(2, 1, 0x22);
	poll_all();
	assert_int_equal(VALUE(RUNTIME), 0);
}

static void charge_over_a_hundred(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	set_feature(1, 1, 110);
	poll_all();
	assert_int_equal(VALUE(CAPACITY), 100);
	set_feature(1, 1, 0xff);
	poll_all();
	assert_int_equal(VALUE(CAPACITY), UNKNOWN);
}

static void charge_as_a_part_of_full(void **state)
{
	/* CapacityMode 0, FullChargeCapacity 7000, RemainingCapacity 3500 */
	assert_int_equal(start("descriptor:\n"
		"05 84 09 04 a1 01 09 24 a1 02 85 01 75 10 95 01 15 00 27 ff ff 00 00\n"
		"05 85 09 66 b1 a2 09 67 b1 a2 75 08 25 03 09 2c b1 a2 25 01 09 d0 b1 a2 c0 c0\n"
		"report: feature 01 01 ac 0d 58 1b 00 01\n"), 0);
	assert_int_equal(VALUE(CAPACITY), 50);
}

static void missing_battery_that_charges(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	set_feature(2, 1, 0x05);	/* on line, charging, "not present" */
	poll_all();
	assert_int_equal(VALUE(PRESENT), 1);
	set_feature(2, 1, 0x01);
	poll_all();
	assert_int_equal(VALUE(PRESENT), 0);
	assert_true(VALUE(ALARMS) & UPSY_ALARM_BATTERY_MISSING);
}

static void shutdown_imminent_at_ninety_percent(void **state)
{
	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	set_feature(1, 1, 90);
	set_feature(2, 1, 0x32);
	poll_all();
	assert_false(state_is(&ups.now, UPS_LOW));
	assert_true(VALUE(ALARMS) & UPSY_ALARM_SHUTDOWN_IMMINENT);
	set_feature(1, 1, 15);
	poll_all();
	assert_true(state_is(&ups.now, UPS_LOW));
}

/* Input { ConfigVoltage (4), Voltage (5), Frequency (6) } with this exponent */
#define INPUT(exp) "c0 05 84 09 1a a1 00 85 04 75 08 26 ff 00 09 40 67 21 d1 f0 00 55 07 b1 02\n" \
	"85 05 75 10 27 ff ff 00 00 09 30 55 " exp " b1 82 85 06 09 32 66 01 f0 55 " exp \
	" b1 82 c0 c0\n"

static void exponent_off_by_powers_of_ten(void **state)
{
	assert_int_equal(start(HEAD INPUT("01") PLAIN "report: feature 04 04 78\n"
			       "report: feature 05 05 be 04\nreport: feature 06 06 f4 01\n"), 0);
	assert_int_equal(VALUE(INPUT_VOLTAGE_NOMINAL), 120000000);
	assert_int_equal(VALUE(INPUT_VOLTAGE), 121400000);
	assert_int_equal(VALUE(INPUT_FREQUENCY), 50000);
	/* once found, the exponent stays: a brownout is not scaled up again */
	set_feature(5, 1, 0x7d);
	set_feature(5, 2, 0x00);
	set_feature(2, 1, 0x22);
	poll_all();
	assert_int_equal(VALUE(INPUT_VOLTAGE), 12500000);
	set_feature(5, 1, 0);
	poll_all();
	assert_int_equal(VALUE(INPUT_VOLTAGE), 0);
}

static void brownout_with_a_right_exponent(void **state)
{
	assert_int_equal(start(HEAD INPUT("07") "report: feature 01 01 50 58 02\n"
			       "report: feature 02 02 22\nreport: feature 04 04 e6\n"
			       "report: feature 05 05 17 00\n"), 0);
	assert_int_equal(VALUE(INPUT_VOLTAGE), 23000000);
}

static void direct_current_is_not_mains(void **state)
{
	/* 12 V in, no nominal voltage */
	assert_int_equal(start(HEAD INPUT("07") PLAIN "report: feature 05 05 0c 00\n"), 0);
	assert_int_equal(VALUE(INPUT_VOLTAGE), 12000000);
}

/* PowerSummary.Voltage (3), then Output.Voltage (7), volts without decimals */
#define SUMMARY_VOLTS "85 03 75 10 27 ff ff 00 00 05 84 09 30 67 21 d1 f0 00 55 07 b1 82 c0\n" \
	"09 1c a1 00 85 07 09 30 b1 82 c0 c0\n"

static void output_under_the_name_of_the_battery(void **state)
{
	assert_int_equal(start(HEAD SUMMARY_VOLTS PLAIN "report: feature 03 03 e6 00\n"
			       "report: feature 07 07 e6 00\n"), 0);
	assert_int_equal(VALUE(OUTPUT_VOLTAGE), 230000000);
	assert_int_equal(VALUE(VOLTAGE), UNKNOWN);
	set_feature(3, 1, 27);
	poll_all();
	assert_int_equal(VALUE(VOLTAGE), 27000000);
}

/* PowerSummary { ConfigVoltage (3), Voltage (4) } in tenths; Output.ConfigActivePower (5) */
#define TENTHS "85 03 75 10 27 ff ff 00 00 05 84 09 40 67 21 d1 f0 00 55 07 b1 02 85 04 09 30 b1 82 c0\n" \
	"09 1c a1 00 85 05 09 44 66 21 d1 55 07 b1 02 c0 c0\n"

static void battery_of_more_blocks_than_there_is_room_for(void **state)
{
	assert_int_equal(start(HEAD TENTHS PLAIN "report: feature 03 03 68 01\n"
			       "report: feature 04 04 92 01\nreport: feature 05 05 84 03\n"), 0);
	assert_int_equal(VALUE(VOLTAGE_NOMINAL), 36000000);
	assert_int_equal(VALUE(VOLTAGE), 40200000);
	stop(NULL);
	/* but 10 kVA may have it */
	assert_int_equal(start(HEAD TENTHS PLAIN "report: feature 03 03 68 01\n"
			       "report: feature 04 04 92 01\nreport: feature 05 05 10 27\n"), 0);
	assert_int_equal(VALUE(VOLTAGE), 402000000);
}

static void six_times_the_nominal_voltage_is_none(void **state)
{
	assert_int_equal(start(HEAD TENTHS PLAIN "report: feature 03 03 0c 00\n"
			       "report: feature 04 04 48 00\n"), 0);
	assert_int_equal(VALUE(VOLTAGE_NOMINAL), 12000000);
	assert_int_equal(VALUE(VOLTAGE), UNKNOWN);
	/* and an empty one is empty */
	set_feature(4, 1, 3);
	poll_all();
	assert_int_equal(VALUE(VOLTAGE), 3000000);
}

static void nominal_voltage_of_the_battery_at_the_input(void **state)
{
	assert_int_equal(start(HEAD INPUT("01") PLAIN "report: feature 04 04 18\n"
			       "report: feature 05 05 bd 04\n"), 0);
	assert_int_equal(VALUE(INPUT_VOLTAGE_NOMINAL), UNKNOWN);
	assert_int_equal(VALUE(INPUT_VOLTAGE), 121300000);
}

/* PowerSummary { APC's replacement date (3), ManufacturerDate (4) } */
#define DATES "85 03 75 18 27 ff ff ff 00 06 86 ff 09 16 b1 82 85 04 75 10 27 ff ff 00 00 05 85 09 85\n" \
	"b1 82 c0 c0\n"

static void latest_date_is_the_batterys(void **state)
{
	/* replaced on 22 October 2002, made on 2 July 2001 */
	assert_int_equal(start("# vid:pid: 051d:0002\n" HEAD DATES PLAIN
			       "report: feature 03 03 02 22 10\nreport: feature 04 04 e2 2a\n"), 0);
	assert_int_equal(VALUE(MANUFACTURE_YEAR), 2002);
	assert_int_equal(VALUE(MANUFACTURE_MONTH), 10);
	assert_int_equal(VALUE(MANUFACTURE_DAY), 22);
	stop(NULL);
	/* never replaced: the date every one leaves the factory with */
	assert_int_equal(start("# vid:pid: 051d:0002\n" HEAD DATES PLAIN
			       "report: feature 03 03 01 25 09\nreport: feature 04 04 e2 46\n"), 0);
	assert_int_equal(VALUE(MANUFACTURE_YEAR), 2015);
	poll_all();
	assert_int_equal(VALUE(MANUFACTURE_MONTH), 7);
	assert_int_equal(VALUE(MANUFACTURE_DAY), 2);
}

static int act(uint32_t action, struct action_request *req)
{
	memset(req, 0, sizeof(*req));
	req->action = action;
	req->outlet = 1;
	return hid_pdc.action(&ups, req);
}

static void assert_written(size_t n, const char *hex)
{
	uint8_t want[64];
	size_t len = fixture_hex(hex, want, sizeof(want));

	assert_true(n < x->nr_written);
	assert_int_equal(x->written[n].len, len);
	assert_memory_equal(x->written[n].data, want, len);
}

static void flag_of_the_same_name_is_no_number(void **state)
{
	struct action_request req;

	/* Test as a bit of report 8, and as a byte of report 9 */
	assert_int_equal(start(HEAD "85 08 75 01 25 01 05 84 09 58 b1 82 95 07 b1 01 95 01\n"
			       "85 09 75 08 25 0a 09 58 b1 82 c0 c0\n" PLAIN
			       "report: feature 08 08 01\nreport: feature 09 09 06\n"), 0);
	assert_int_equal(VALUE(SELF_TEST), UPSY_SELF_TEST_NONE);
	assert_int_equal(act(UPSY_ACTION_TEST_QUICK, &req), 0);
	assert_written(0, "09 01");
}

static void no_flags_among_the_inputs(void **state)
{
	/* charge comes unasked, mains and battery do not: they are asked for often */
	assert_int_equal(start("descriptor:\n"
		"05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64 05 85 09 66 b1 a2 09 66\n"
		"81 a2 85 02 75 01 25 01 09 d0 b1 a2 95 07 b1 01 c0 c0\n"
		"report: feature 01 01 64\nreport: feature 02 02 01\n"), 0);
	assert_int_equal(ups.poll_status_ms, 2000);
	hid_pdc.event(&ups, (uint8_t[]){ 1, 99 }, 2);
	assert_int_equal(ups.poll_status_ms, 2000);
}

/* PowerSummary.Temperature, 16 bits, K, with this exponent */
#define TEMPERATURE(exp) "85 08 75 10 27 ff ff 00 00 05 84 09 36 67 01 00 01 00 55 " exp \
	" b1 82 c0 c0\n"

static void temperatures(void **state)
{
	static const struct {
		const char *report;
		int64_t want;
	} cases[] = {
		{ HEAD TEMPERATURE("00") PLAIN "report: feature 08 08 2a 01\n", 249 },
		{ HEAD TEMPERATURE("0f") PLAIN "report: feature 08 08 a5 0b\n", 250 },
		{ HEAD TEMPERATURE("00") PLAIN "report: feature 08 08 1a 00\n", 260 },
		{ HEAD TEMPERATURE("01") PLAIN "report: feature 08 08 fa 00\n", 250 },
		{ HEAD TEMPERATURE("00") PLAIN "report: feature 08 08 a5 0b\n", 250 },
		{ HEAD TEMPERATURE("00") PLAIN "report: feature 08 08 ff ff\n", UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(start(cases[i].report), 0);
		assert_int_equal(VALUE(TEMPERATURE), cases[i].want);
		stop(NULL);
	}
}

static void test_results_and_running(void **state)
{
	assert_int_equal(start(HEAD "85 08 75 08 25 06 05 84 09 58 b1 82 c0 c0\n" PLAIN
			       "report: feature 08 08 01\n"), 0);
	assert_int_equal(VALUE(SELF_TEST), UPSY_SELF_TEST_PASSED);
	set_feature(8, 1, 5);
	poll_all();
	assert_int_equal(VALUE(SELF_TEST), UPSY_SELF_TEST_RUNNING);
	assert_true(state_is(&ups.now, UPS_TEST));
}

/* DelayBeforeShutdown (9) and DelayBeforeStartup (a), 16 bits signed, seconds */
#define DELAYS "85 09 75 10 16 ff ff 26 ff 7f 05 84 09 57 66 01 10 55 00 b1 82 85 0a 09 56 b1 82 c0 c0\n"
#define DELAYS_IDLE "report: feature 09 09 ff ff\nreport: feature 0a 0a ff ff\n"

static void shutdown_writes_startup_first(void **state)
{
	struct action_request req;

	assert_int_equal(start(HEAD DELAYS PLAIN DELAYS_IDLE), 0);
	assert_true(ups.actions & 1u << UPSY_ACTION_SHUTDOWN_RETURN);
	assert_int_equal(VALUE(TIMER_SHUTDOWN), -1);
	assert_int_equal(act(UPSY_ACTION_SHUTDOWN_RETURN, &req), 0);
	assert_int_equal(x->nr_written, 2);
	assert_written(0, "0a 1e 00");
	assert_written(1, "09 14 00");
	assert_string_equal(req.text, "DelayBeforeStartup 30 s, DelayBeforeShutdown 20 s");
	assert_int_equal(VALUE(TIMER_SHUTDOWN), 20);
	assert_int_equal(act(UPSY_ACTION_SHUTDOWN_CANCEL, &req), 0);
	assert_written(2, "09 ff ff");
	assert_written(3, "0a ff ff");
	assert_int_equal(VALUE(TIMER_SHUTDOWN), -1);
	assert_int_equal(act(UPSY_ACTION_SHUTDOWN_STAYOFF, &req), 0);
	assert_written(4, "0a ff ff");
	assert_written(5, "09 14 00");
}

static void nothing_is_written_unasked(void **state)
{
	assert_int_equal(start(HEAD DELAYS PLAIN DELAYS_IDLE), 0);
	poll_all();
	assert_int_equal(x->nr_written, 0);
}

static void actions_it_does_not_have(void **state)
{
	struct action_request req;

	assert_int_equal(start(HEAD "c0 c0\n" PLAIN), 0);
	assert_int_equal(ups.actions, 0);
	for (uint32_t a = 0; a < UPSY_ACTION_SET; a++)
		assert_int_equal(act(a, &req), -EOPNOTSUPP);
	assert_int_equal(x->nr_written, 0);
}

static void delays_in_whole_minutes(void **state)
{
	struct action_request req;

	/* CyberPower: minutes on the wire, seconds in the physical range */
	assert_int_equal(start("# vid:pid: 0764:0501\n" HEAD
		"85 09 75 10 15 ff 26 ff 7f 35 c4 47 c4 ff 1d 00 05 84 09 57 66 01 10 55 00 b1 82\n"
		"85 0a 09 56 b1 82 c0 c0\n" PLAIN DELAYS_IDLE), 0);
	assert_string_equal(ups.id.protocol, "hid/cyberpower");
	assert_int_equal(act(UPSY_ACTION_SHUTDOWN_RETURN, &req), 0);
	assert_written(0, "0a 02 00");
	assert_written(1, "09 01 00");
}

static void two_byte_delays_of_powercom(void **state)
{
	struct action_request req;

	assert_int_equal(start("# vid:pid: 0d9f:0004\n" HEAD
		"85 09 75 10 15 00 27 ff ff 00 00 05 84 09 57 b1 82 75 20 85 0a 09 56 b1 82 c0 c0\n"
		PLAIN "report: feature 09 09 00 00\nreport: feature 0a 0a 00 00 00 00\n"), 0);
	assert_int_equal(act(UPSY_ACTION_SHUTDOWN_RETURN, &req), 0);
	assert_written(0, "0a 01 00 00 00");
	assert_written(1, "09 54 00");	/* 20 s, return with mains */
	assert_int_equal(act(UPSY_ACTION_SHUTDOWN_STAYOFF, &req), 0);
	assert_written(2, "09 01 01");	/* on line this stays off, whichever byte is first */
	/* no value of it cancels, and 0 is the longest delay */
	assert_int_equal(act(UPSY_ACTION_SHUTDOWN_CANCEL, &req), -EOPNOTSUPP);
	assert_int_equal(act(UPSY_ACTION_LOAD_OFF, &req), -EOPNOTSUPP);
	assert_int_equal(x->nr_written, 3);
}

/* AudibleAlarmControl and a neighbour in the same report */
#define BEEPER "85 0b 75 08 15 00 25 03 05 84 09 5a b1 82 26 ff 00 09 35 b1 82 c0 c0\n"

static void a_write_leaves_its_neighbours_alone(void **state)
{
	struct action_request req;

	assert_int_equal(start(HEAD BEEPER PLAIN "report: feature 0b 0b 02 2a\n"), 0);
	assert_int_equal(VALUE(BEEPER), UPSY_BEEPER_ENABLED);
	assert_int_equal(act(UPSY_ACTION_BEEPER_OFF, &req), 0);
	assert_written(0, "0b 01 2a");
	assert_int_equal(VALUE(BEEPER), UPSY_BEEPER_DISABLED);
	assert_int_equal(act(UPSY_ACTION_BEEPER_MUTE, &req), 0);
	assert_written(1, "0b 03 2a");
}

/* RemainingCapacityLimit, 0 to 100 */
#define LIMIT "85 0c 75 08 15 00 25 64 05 85 09 29 b1 82 c0 c0\n"

static void setting(const char *name, const char *value, struct action_request *req)
{
	memset(req, 0, sizeof(*req));
	req->action = value ? UPSY_ACTION_SET : UPSY_ACTION_GET;
	snprintf(req->name, sizeof(req->name), "%s", name);
	snprintf(req->value, sizeof(req->value), "%s", value ? value : "");
}

static void settings(void **state)
{
	struct action_request req;

	assert_int_equal(start(HEAD LIMIT PLAIN "report: feature 0c 0c 14\n"), 0);
	setting("", NULL, &req);
	assert_int_equal(hid_pdc.action(&ups, &req), 0);
	assert_string_equal(req.text, "capacity_alert_min=20");
	setting("battery.charge.low", "35", &req);
	assert_int_equal(hid_pdc.action(&ups, &req), 0);
	assert_written(0, "0c 23");
	assert_string_equal(req.text, "capacity_alert_min=35");
	assert_int_equal(VALUE(CAPACITY_ALERT_MIN), 35);
	setting("capacity_alert_min", "135", &req);
	assert_int_equal(hid_pdc.action(&ups, &req), -EINVAL);
	assert_string_equal(req.text, "capacity_alert_min must be between 0 and 100");
	setting("capacity_alert_min", "many", &req);
	assert_int_equal(hid_pdc.action(&ups, &req), -EINVAL);
	setting("colour", "red", &req);
	assert_int_equal(hid_pdc.action(&ups, &req), -EINVAL);
	assert_string_equal(req.text, "this UPS has no setting colour");
	assert_int_equal(x->nr_written, 1);
}

static void strings_of_usages(void **state)
{
	x = fixture_text("# vid:pid: 0463:ffff\n" HEAD
			 "85 0d 75 08 26 ff 00 05 84 09 fe b1 03 09 ff b1 03 05 85 09 89 b1 03\n"
			 "06 ff ff 09 f0 b1 03 09 f1 b1 03 c0 c0\n" PLAIN
			 "report: feature 0d 0d 01 02 03 04 05\n");
	x->strings[1] = "Ellipse";
	x->strings[2] = "  AB12 \x01 ";
	x->strings[3] = "PbAc";
	x->strings[4] = "MAX 1500";
	x->strings[5] = "1.02";
	ups = (struct ups){ .link = &x->t, .protocol = &hid_pdc };
	assert_int_equal(hid_pdc.probe(&ups), 0);
	assert_string_equal(ups.id.model_name, "Ellipse MAX 1500");
	assert_string_equal(ups.id.firmware, "1.02");
	assert_int_equal(VALUE(TECHNOLOGY), UPSY_TECHNOLOGY_LEAD_ACID);
	assert_true(strstr(ups.id.key, "0463:ffff:AB12") != NULL);
}

static void vendor_ids_are_unambiguous(void **state)
{
	struct device_info info = { .vendor = 0x06da, .product = 0xffff };

	assert_string_equal(hid_vendor_find(&info)->name, "phoenixtec");
	strcpy(info.manufacturer, "AEG");
	assert_string_equal(hid_vendor_find(&info)->name, "mge");
	strcpy(info.manufacturer, "Goldenmate");
	assert_string_equal(hid_vendor_find(&info)->name, "idowell");
	info = (struct device_info){ .vendor = 0x09ae, .product = 0x1330 };
	assert_int_equal(hid_vendor_find(&info)->skip[0], 0x54);
	info = (struct device_info){ .vendor = 0x1234, .product = 0x5678 };
	assert_string_equal(hid_vendor_find(&info)->name, "generic");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, stop)
	const struct CMUnitTest tests[] = {
		TEST(finds_charge_runtime_and_state),
		TEST(silent_device_is_something_else),
		TEST(device_that_only_speaks_unasked),
		TEST(unsigned_delay_that_is_idle),
		TEST(nothing_is_read_twice_to_begin_with),
		TEST(dead_device_costs_two_timeouts),
		TEST(report_that_is_always_refused_is_given_up),
		TEST(report_that_is_refused_for_a_while_comes_back),
		TEST(events_act_at_once),
		TEST(event_of_another_place_is_believed),
		TEST(on_battery_what_decides_is_asked_for),
		TEST(paces_itself),
		TEST(runtime_that_is_none),
		TEST(charge_over_a_hundred),
		TEST(charge_as_a_part_of_full),
		TEST(missing_battery_that_charges),
		TEST(shutdown_imminent_at_ninety_percent),
		TEST(exponent_off_by_powers_of_ten),
		TEST(brownout_with_a_right_exponent),
		TEST(direct_current_is_not_mains),
		TEST(output_under_the_name_of_the_battery),
		TEST(battery_of_more_blocks_than_there_is_room_for),
		TEST(six_times_the_nominal_voltage_is_none),
		TEST(nominal_voltage_of_the_battery_at_the_input),
		TEST(latest_date_is_the_batterys),
		TEST(flag_of_the_same_name_is_no_number),
		TEST(no_flags_among_the_inputs),
		TEST(temperatures),
		TEST(test_results_and_running),
		TEST(shutdown_writes_startup_first),
		TEST(nothing_is_written_unasked),
		TEST(actions_it_does_not_have),
		TEST(delays_in_whole_minutes),
		TEST(two_byte_delays_of_powercom),
		TEST(a_write_leaves_its_neighbours_alone),
		TEST(settings),
		TEST(strings_of_usages),
		TEST(vendor_ids_are_unambiguous),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
