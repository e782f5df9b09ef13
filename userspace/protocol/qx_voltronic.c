// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * voltronic: Voltronic Power's P00 … P99 UPSes, sold under many names. Tables;
 * warnings and faults are in qx_voltronic_alarms.c.
 * Source: nut-website protocols/voltronic.txt. Seen on an unnamed 10 kVA unit over
 * cypress (0665:5161).
 */
#include <string.h>

#include "protocol/qx.h"

/*
 * An answer to QGS is proof enough, whatever the revision: there are more than
 * are written down (71 on a Microtek, nut PR #3655). P98 speaks mecer. Who has
 * Q1 and does not know QPI is asked only where nothing better is left.
 */
static bool may_be(const struct qx *q)
{
	if (q->revision >= 0)
		return q->revision != 98;
	return !q->has_q1 || q->nak_in_brackets || q->last_resort;
}

/*
 * b7: through the transformer's taps, or past the inverter. Volts that differ
 * say boost or trim; where they do not, P00 and P08 have no bypass.
 */
static void regulation(struct qx *q, bool active)
{
	int64_t in = reading_get(&q->r, UPSY_R_INPUT_VOLTAGE, 0);
	int64_t out = reading_get(&q->r, UPSY_R_OUTPUT_VOLTAGE, 0);
	bool avr = q->revision == 0 || q->revision == 8;
	bool boost = active && in > 0 && (avr ? out > in : out * 100 >= in * 105);
	bool trim = active && in > 0 && (avr ? out < in : out * 100 < in * 95);
	bool bypass = active && !avr && !boost && !trim;

	state_set(&q->r, UPS_BOOST, boost);
	state_set(&q->r, UPS_TRIM, trim);
	/* QMOD, where it is answered, tells bypass from ECO. */
	if (!avr && !q->variant) {
		state_set(&q->r, UPS_BYPASS, bypass);
		alarm_set(&q->r, UPSY_ALARM_BYPASS_ACTIVE, bypass);
	}
}

/*
 * The last two bits are the results of a test: failed, passed (manual of the
 * Grafenthal PTR 6000). They keep for ever, so only a test that was seen counts.
 */
static int test_result(struct qx *q, const char *bits)
{
	if (bits[7] == '1') {
		q->saw_test = true;
		return UPSY_SELF_TEST_RUNNING;
	}
	if (q->saw_test && bits[10] == '1')
		return UPSY_SELF_TEST_FAILED;
	if (q->saw_test && bits[11] == '1')
		return UPSY_SELF_TEST_PASSED;
	return UPSY_SELF_TEST_NONE;
}

/* b11 … b0 of QGS; revision 71 has '-' for those it does not tell. */
static int status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	bool battery;

	if (len < 12)
		return -1;
	for (size_t i = 0; i < 12; i++) {
		if (s[i] != '0' && s[i] != '1' && s[i] != '-')
			return -1;
	}
	if (s[0] != '-' && s[1] != '-')
		reading_set(&q->r, UPSY_R_TOPOLOGY,
			    s[0] == '1' ? UPSY_TOPOLOGY_ONLINE :
			    s[1] == '1' ? UPSY_TOPOLOGY_LINE_INTERACTIVE : UPSY_TOPOLOGY_STANDBY);
	battery = s[2] == '1' ||
		  (s[2] == '-' && reading_get(&q->r, UPSY_R_INPUT_VOLTAGE, 1) == 0);
	state_set(&q->r, UPS_DISCHARGING, battery);
	state_set(&q->r, UPS_ONLINE, !battery);
	state_set(&q->r, UPS_LOW, s[3] == '1');
	regulation(q, s[4] == '1' && !battery);
	q->fault = s[5] == '1';
	state_set(&q->r, UPS_FAULT, q->fault);
	if (!q->fault)
		qx_voltronic_clear_fault(q);
	alarm_set(&q->r, UPSY_ALARM_INTERNAL_FAILURE, q->fault);
	state_set(&q->r, UPS_TEST, s[7] == '1');
	reading_set(&q->r, UPSY_R_SELF_TEST, test_result(q, s));
	q->off_pending = s[8] == '1';
	alarm_set(&q->r, UPSY_ALARM_SHUTDOWN_PENDING, q->off_pending && !q->ignore_shutdown_bit);
	if (reading_get(&q->r, UPSY_R_BEEPER, -1) != UPSY_BEEPER_DISABLED)
		reading_set(&q->r, UPSY_R_BEEPER,
			    s[9] == '1' ? UPSY_BEEPER_MUTED : UPSY_BEEPER_ENABLED);
	return 0;
}

/* QMOD, one letter */
static int mode(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	bool off, bypass;

	if (len < 1 || !strchr("PSYLBTFECD", *s))
		return -1;
	q->variant = *s;
	off = *s == 'P' || *s == 'S' || *s == 'D';
	bypass = *s == 'Y';
	state_set(&q->r, UPS_OFF, off);
	alarm_set(&q->r, UPSY_ALARM_OUTPUT_OFF, off);
	state_set(&q->r, UPS_BYPASS, bypass);
	alarm_set(&q->r, UPSY_ALARM_BYPASS_ACTIVE, bypass);
	state_set(&q->r, UPS_ECO, *s == 'E');
	if (*s == 'B') {
		state_set(&q->r, UPS_DISCHARGING, true);
		state_set(&q->r, UPS_ONLINE, false);
	}
	return 0;
}

/* QPI: "(PI08" */
static int revision(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (len < 2 || qx_parse_number(s, 2, 1, &v))
		return -1;
	q->revision = (int)v;
	return 0;
}

/* QMD: volts per battery times batteries is the pack's nominal voltage. */
static int batteries(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (qx_parse_number(s, len, 1, &v))
		return 0;
	q->cells = (int)v;
	return 0;
}

static int volts_per_battery(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (qx_parse_number(s, len, QX_VOLT, &v))
		return 0;
	if (q->cells > 0 && v > 0)
		reading_set(&q->r, UPSY_R_VOLTAGE_NOMINAL, v * q->cells);
	return 0;
}

static int power_factor(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t va = reading_get(&q->r, UPSY_R_APPARENT_POWER_NOMINAL, 0), v;

	if (!qx_parse_number(s, len, 1, &v) && v > 0 && v <= 100 && va)
		reading_set(&q->r, UPSY_R_POWER_NOMINAL, va / 100 * v);
	return 0;
}

static int input_phases(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	q->in_phases = len && *s >= '1' && *s <= '3' ? *s - '0' : 1;
	return 0;
}

static int output_phases(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	q->phases = len && *s >= '1' && *s <= '3' ? *s - '0' : 1;
	return 0;
}

/* The third phase of a UPS with two is something else. The row's scale is the unit. */
static int third_in(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	return q->in_phases > 2 ? qx_number(q, f, s, len) : 0;
}

static int third_out(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	return q->phases > 2 ? qx_number(q, f, s, len) : 0;
}

/*
 * No minute left with a charged battery: it does not know (Commander RT, nut#1880).
 * Nor does one that has all its digits full.
 */
static int runtime(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int err = qx_number(q, f, s, len);
	size_t nines = 0;

	while (nines < len && s[nines] == '9')
		nines++;
	if (!err && len && nines == len)
		reading_clear(&q->r, UPSY_R_RUNTIME);
	if (!err && !reading_get(&q->r, UPSY_R_RUNTIME, 1) &&
	    reading_get(&q->r, UPSY_R_CAPACITY, 0) > 5)
		reading_clear(&q->r, UPSY_R_RUNTIME);
	return err;
}

static int flags(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	const char *off = memchr(s, 'D', len), *alarm;

	if (!len || *s != 'E')
		return -1;
	alarm = memchr(s, 'a', len);
	if (alarm && off && alarm > off)
		reading_set(&q->r, UPSY_R_BEEPER, UPSY_BEEPER_DISABLED);
	else if (alarm && reading_get(&q->r, UPSY_R_BEEPER, -1) == UPSY_BEEPER_DISABLED)
		reading_set(&q->r, UPSY_R_BEEPER, UPSY_BEEPER_ENABLED);
	return 0;
}

/* QSKn: "1" or "0"; the row's scale is the outlet. */
static int outlet(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t bit = INT64_C(1) << (f->scale - 1), now = reading_get(&q->r, UPSY_R_OUTLETS, 0);

	if (len != 1 || (*s != '0' && *s != '1'))
		return -1;
	reading_set(&q->r, UPSY_R_OUTLETS, *s == '1' ? now | bit : now & ~bit);
	return 0;
}

/* (219.5 59.9 220.4 60.0 002.8 007 361.8 361.8 272.9 ---.- 022.9 100000000010 */
static const struct qx_field fields_qgs[] = {
	QX_VOLTS(1, 5, INPUT_VOLTAGE),
	QX_HZ(7, 10, INPUT_FREQUENCY),
	QX_VOLTS(12, 16, OUTPUT_VOLTAGE),
	QX_HZ(18, 21, OUTPUT_FREQUENCY),
	QX_AMPS(23, 27, OUTPUT_CURRENT),
	QX_PERCENT(29, 31, LOAD),
	QX_SKIP(33, 37),		/* bus, positive */
	QX_SKIP(39, 43),		/* bus, negative */
	QX_BATTERY(45, 49),
	QX_SKIP(51, 55),		/* battery, negative */
	QX_TEMP(57, 61),
	QX_CONV(63, 74, status),
	QX_END
};

/* (273.0 20 01 100 00142; runtime has three to five digits */
static const struct qx_field fields_qbv[] = {
	QX_BATTERY(1, 5),
	QX_SKIP(7, 8),			/* batteries per pack */
	QX_NUM(10, 11, BATTERY_PACKS, 1),
	QX_PERCENT(13, 15, CAPACITY),
	{ 17, 0, UPSY_R_RUNTIME, 60, runtime },
	QX_END
};

/* (#######OLHVT1K0 ###1000 80 1/1 230 230 02 12.0 */
static const struct qx_field fields_qmd[] = {
	QX_TEXT(1, 15, model_name),
	{ 17, 23, UPSY_R_APPARENT_POWER_NOMINAL, QX_VOLT, qx_nominal },
	QX_CONV(25, 26, power_factor),
	QX_CONV(28, 28, input_phases),
	QX_CONV(30, 30, output_phases),
	{ 32, 34, UPSY_R_INPUT_VOLTAGE_NOMINAL, QX_VOLT, qx_nominal },
	{ 36, 38, UPSY_R_OUTPUT_VOLTAGE_NOMINAL, QX_VOLT, qx_nominal },
	QX_CONV(40, 41, batteries),
	QX_CONV(43, 46, volts_per_battery),
	QX_END
};

/* (230.0 004 024.0 50.0 */
static const struct qx_field fields_qri[] = {
	{ 1, 5, UPSY_R_OUTPUT_VOLTAGE_NOMINAL, QX_VOLT, qx_nominal },
	{ 7, 9, UPSY_R_OUTPUT_CURRENT_NOMINAL, QX_VOLT, qx_nominal },
	{ 11, 15, UPSY_R_VOLTAGE_NOMINAL, QX_VOLT, qx_nominal },
	{ 17, 20, UPSY_R_OUTPUT_FREQUENCY_NOMINAL, QX_HERTZ, qx_nominal },
	QX_END
};

/* Six voltages: L1 L2 L3, then between phases. */
static const struct qx_field fields_q3pv[] = {
	QX_VOLTS(1, 5, INPUT_VOLTAGE),
	QX_VOLTS(7, 11, INPUT_VOLTAGE_L2),
	{ 13, 17, UPSY_R_INPUT_VOLTAGE_L3, QX_VOLT, third_in },
	QX_END
};

static const struct qx_field fields_q3ov[] = {
	QX_VOLTS(1, 5, OUTPUT_VOLTAGE),
	QX_VOLTS(7, 11, OUTPUT_VOLTAGE_L2),
	{ 13, 17, UPSY_R_OUTPUT_VOLTAGE_L3, QX_VOLT, third_out },
	QX_END
};

static const struct qx_field fields_q3oc[] = {
	QX_SKIP(1, 3),			/* QGS has it to a tenth */
	QX_AMPS(5, 7, OUTPUT_CURRENT_L2),
	{ 9, 11, UPSY_R_OUTPUT_CURRENT_L3, QX_VOLT, third_out },
	QX_END
};

static const struct qx_field fields_q3ld[] = {
	QX_SKIP(1, 3),			/* QGS tells the load as a whole */
	QX_PERCENT(5, 7, LOAD_L2),
	{ 9, 11, UPSY_R_LOAD_L3, 1, third_out },
	QX_END
};

static const struct qx_field fields_q3yv[] = { QX_VOLTS(1, 5, BYPASS_VOLTAGE), QX_END };
static const struct qx_field fields_qsk[4][2] = {
	{ { 1, 1, 0, 1, outlet }, QX_END }, { { 1, 1, 0, 2, outlet }, QX_END },
	{ { 1, 1, 0, 3, outlet }, QX_END }, { { 1, 1, 0, 4, outlet }, QX_END },
};
const struct qx_field qx_fields_qpi[] = { QX_CONV(3, 4, revision), QX_END };
static const struct qx_field fields_qmod[] = { QX_CONV(1, 1, mode), QX_END };
static const struct qx_field fields_qws[] = { QX_CONV(1, 64, qx_voltronic_warnings), QX_END };
static const struct qx_field fields_qfs[] = { QX_CONV(1, 0, qx_voltronic_fault), QX_END };
static const struct qx_field fields_qflag[] = { QX_CONV(1, 0, flags), QX_END };
static const struct qx_field fields_qvfw[] = { QX_TEXT(7, 0, firmware), QX_END };
static const struct qx_field fields_qid[] = { QX_TEXT(1, 0, serial_number), QX_END };
static const struct qx_field fields_qmf[] = { QX_TEXT(1, 0, manufacturer), QX_END };

static const struct qx_query queries[] = {
	{ "QGS", NULL, '(', 75, QX_STATUS | QX_CLAIM, fields_qgs },
	{ "QMOD", NULL, '(', 2, QX_SLOW | QX_BLANKS, fields_qmod },
	{ "QPI", NULL, '(', 5, QX_ONCE | QX_BLANKS, qx_fields_qpi },
	{ "QRI", NULL, '(', 21, QX_ONCE | QX_RATING, fields_qri },
	/* Older ones know these as Megatec's. */
	{ "F", NULL, '#', 21, QX_ONCE | QX_RATING | QX_ELSE, qx_fields_f },
	{ "QMF", NULL, '(', 2, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_qmf },
	{ "I", NULL, '#', 38, QX_ONCE | QX_VENDOR | QX_BLANKS | QX_ELSE, qx_fields_i },
	{ "QMD", NULL, '(', 47, QX_ONCE | QX_RATING | QX_BLANKS, fields_qmd },
	{ "QVFW", NULL, '(', 8, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_qvfw },
	{ "QID", NULL, '(', 2, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_qid },
	{ "QBV", NULL, '(', 18, QX_SLOW, fields_qbv },
	{ "QWS", NULL, '(', 65, QX_SLOW | QX_BLANKS, fields_qws },
	{ "QFS", NULL, '(', 3, QX_SLOW | QX_FAULT | QX_BLANKS, fields_qfs },
	{ "QFLAG", NULL, '(', 3, QX_SLOW | QX_BLANKS, fields_qflag },
	{ "QSK1", NULL, '(', 2, QX_SLOW | QX_BLANKS, fields_qsk[0] },
	{ "QSK2", NULL, '(', 2, QX_SLOW | QX_AFTER | QX_BLANKS, fields_qsk[1] },
	{ "QSK3", NULL, '(', 2, QX_SLOW | QX_AFTER | QX_BLANKS, fields_qsk[2] },
	{ "QSK4", NULL, '(', 2, QX_SLOW | QX_AFTER | QX_BLANKS, fields_qsk[3] },
	{ "Q3PV", NULL, '(', 18, QX_SLOW | QX_IN_PHASES | QX_BLANKS, fields_q3pv },
	{ "Q3OV", NULL, '(', 18, QX_SLOW | QX_PHASES | QX_BLANKS, fields_q3ov },
	{ "Q3OC", NULL, '(', 12, QX_SLOW | QX_PHASES | QX_BLANKS, fields_q3oc },
	{ "Q3LD", NULL, '(', 12, QX_SLOW | QX_PHASES | QX_BLANKS, fields_q3ld },
	{ "Q3YV", NULL, '(', 6, QX_SLOW | QX_PHASES | QX_BLANKS, fields_q3yv },
	QX_LAST_QUERY
};

/* BZOFF and BZON are taken only while it buzzes; PEA and PDA always. */
static const struct qx_command commands[] = {
	{ UPSY_ACTION_BEEPER_ON, "PEA" },
	{ UPSY_ACTION_BEEPER_OFF, "PDA" },
	{ UPSY_ACTION_BEEPER_MUTE, "BZOFF" },
	QX_TESTS,
	{ UPSY_ACTION_SHUTDOWN_RETURN, "S%n%r" },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, "S%nR0000" },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, "CS" },
	{ UPSY_ACTION_LOAD_ON, "SON" },
	{ UPSY_ACTION_LOAD_OFF, "SOFF" },
	{ UPSY_ACTION_OUTLET_ON, "SKON%o" },
	{ UPSY_ACTION_OUTLET_OFF, "SKOFF%o" },
	{ UPSY_ACTION_BYPASS_ON, "PEE" },		/* into ECO, as NUT has it */
	{ UPSY_ACTION_BYPASS_OFF, "PDE" },
	QX_LAST_COMMAND
};

#define FLAG(name, letter)	{ name, "QFLAG", '(', 1, 0, NULL, letter, 0, 0, 0 }
#define LIMIT(name, get, from, to, set, min, max) \
	{ name, get, '(', from, to, set, NULL, min, max, 1000 }

/* Names: man page nutdrv_qx(8), and its variables for what was an option once. */
static const struct qx_setting settings[] = {
	FLAG("alarm_control", "a"),
	FLAG("bypass_alarm", "p"),
	FLAG("battery_alarm", "b"),
	FLAG("bypass_when_off", "o"),
	FLAG("bypass_forbidding", "f"),
	FLAG("converter_mode", "v"),
	FLAG("eco_mode", "e"),
	FLAG("advanced_eco_mode", "n"),
	FLAG("battery_open_status_check", "d"),
	FLAG("site_fault_detection", "l"),
	FLAG("constant_phase_angle", "q"),
	FLAG("limited_runtime_on_battery", "w"),
	FLAG("ups.start.auto", "r"),
	FLAG("battery.protection", "s"),
	FLAG("battery.energysave", "g"),
	FLAG("ups.start.battery", "c"),
	FLAG("outlet.0.switchable", "j"),
	LIMIT("max_bypass_volt", "QBYV", 1, 3, "PHV%03v", 60000, 300000),
	LIMIT("min_bypass_volt", "QBYV", 5, 7, "PLV%03v", 50000, 300000),
	LIMIT("max_bypass_freq", "QBYF", 1, 4, "PGF%04.1v", 40000, 70000),
	LIMIT("min_bypass_freq", "QBYF", 6, 9, "PSF%04.1v", 40000, 70000),
	LIMIT("input.transfer.high", "QHE", 1, 3, "HEH%03v", 60000, 300000),
	LIMIT("input.transfer.low", "QHE", 5, 7, "HEL%03v", 60000, 300000),
	LIMIT("input.frequency.high", "QFRE", 1, 4, "FREH%04.1v", 40000, 70000),
	LIMIT("input.frequency.low", "QFRE", 6, 9, "FREL%04.1v", 40000, 70000),
	/* (000 120: of the input and of the output */
	{ "output_phase_angle", "QPD", '(', 5, 7, "PPD%v",
	  "000=0,120=120,180=180,240=240", 0, 0, 0 },
	LIMIT("input_phase_angle", "QPD", 1, 3, NULL, 0, 0),
	/* the least and the most load that it has seen */
	LIMIT("output.power.minimum.percent", "QLDL", 1, 3, NULL, 0, 0),
	LIMIT("output.power.maximum.percent", "QLDL", 5, 7, NULL, 0, 0),
	LIMIT("battery_number", "QBV", 7, 8, "BATN%1v", 1000, 9000),
	LIMIT("battery.packs", "QBV", 10, 11, "BATGN%02v", 1000, 99000),
	{ "battery.voltage.low", "RE0", '#', 1, 2, "W0E%02v", NULL, 20000, 28000, 1000 },
	{ "battery.type", "QBT", '(', 1, 2, "PBT%v", "00=Li,01=Flooded,02=AGM", 0, 0, 0 },
	{ "work_range_type", "QGR", '(', 1, 2, "PGR%v", "00=Appliance,01=UPS", 0, 0, 0 },
	{ "outlet.1.delay.shutdown", "QSKT1", '(', 1, 0, "PSK1%03v", NULL, 0, 59940000, 60000 },
	{ "outlet.2.delay.shutdown", "QSKT2", '(', 1, 0, "PSK2%03v", NULL, 0, 59940000, 60000 },
	{ "outlet.3.delay.shutdown", "QSKT3", '(', 1, 0, "PSK3%03v", NULL, 0, 59940000, 60000 },
	{ "outlet.4.delay.shutdown", "QSKT4", '(', 1, 0, "PSK4%03v", NULL, 0, 59940000, 60000 },
	{ "outlet.1.switch", "QSK1", '(', 1, 1, NULL, "0=off,1=on", 0, 0, 0 },
	{ "outlet.2.switch", "QSK2", '(', 1, 1, NULL, "0=off,1=on", 0, 0, 0 },
	{ "outlet.3.switch", "QSK3", '(', 1, 1, NULL, "0=off,1=on", 0, 0, 0 },
	{ "outlet.4.switch", "QSK4", '(', 1, 1, NULL, "0=off,1=on", 0, 0, 0 },
	/* Taken in standby only; sets all of the above but the outlets. */
	{ "reset_to_default", NULL, 0, 0, 0, "PF", NULL, 0, 0, 0 },
	{ "test.battery.start", NULL, 0, 0, 0, "T%dv", NULL, 12000, 5940000, 1000 },
	QX_LAST_SETTING
};

const struct qx_dialect qx_voltronic = {
	.name = "voltronic", .distinct = true, .ack = QX_ACK_WORD, .queries = queries, .commands = commands,
	.settings = settings, .may_be = may_be, .off_min = 12, .off_max = 5940,
	.off_default = 30, .on_min = 0, .on_max = 599940, .on_default = 180,
	.timeout_ms = 1000,
};
