// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * q2, q6, innovart31, innovart33, gtec: tables.
 * Sources: nut-website protocols/megatec.txt ("Additional information from
 * 21st century"), facts of NUT's drivers. Seen on Ippon Innova RT 3/1 20K;
 * q2, innovart33 and gtec are unverified on hardware.
 */
#include <errno.h>
#include <string.h>

#include "lib/log.h"
#include "protocol/qx.h"

/* Phases that give no volts are phases this UPS does not have. */
static int phase_voltage(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;
	int err = qx_parse_number(s, len, QX_VOLT, &v);

	if (err && err != -ENODATA)
		return err;
	if (err || (v == 0 && !reading_known(&q->ups->now, f->id)))
		reading_clear(&q->r, f->id);
	else
		reading_set(&q->r, f->id, v);
	if (f->id == UPSY_R_OUTPUT_VOLTAGE_L2)
		q->phases = reading_known(&q->r, f->id) ? 3 : 1;
	return 0;
}

static int phase_load(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	if (q->phases < 2)
		return 0;
	return qx_number(q, f, s, len);
}

/* Of one phase it is the load; of three they make it up together. */
static int first_load(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int err = qx_number(q, f, s, len);

	q->load_l1 = reading_get(&q->r, UPSY_R_LOAD, -1);
	return err;
}

static int last_load(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int err = phase_load(q, f, s, len);
	int64_t l2 = reading_get(&q->r, UPSY_R_LOAD_L2, -1);
	int64_t l3 = reading_get(&q->r, UPSY_R_LOAD_L3, -1);

	/* Each phase is rated for a third, so the mean is what WA gives as the sum. */
	if (!err && q->phases > 1 && q->load_l1 >= 0 && l2 >= 0 && l3 >= 0)
		reading_set(&q->r, UPSY_R_LOAD, (q->load_l1 + l2 + l3 + 1) / 3);
	return err;
}

/*
 * Fault and warning of Q6, hexadecimal; what their bits mean is not published.
 * The row's scale tells them apart: 1 fault, 2 warning, which comes second.
 */
static int code(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int row = f->scale - 1;
	uint32_t v = 0;

	if (len != 8)
		return -1;
	for (size_t i = 0; i < len; i++) {
		const char *digits = "0123456789ABCDEF";
		const char *at = strchr(digits, s[i] >= 'a' && s[i] <= 'f' ? s[i] - 32 : s[i]);

		if (!s[i] || !at)
			return -1;
		v = v << 4 | (uint32_t)(at - digits);
	}
	if (!row || v)
		alarm_set(&q->r, UPSY_ALARM_OTHER, v != 0);
	if (v && v != q->codes[row])
		log_warn("the UPS tells %s %08X", row ? "warning" : "fault", (unsigned int)v);
	q->codes[row] = v;
	return 0;
}

#define PHASE_VOLTS(f, t, r)	{ f, t, UPSY_R_##r, QX_VOLT, phase_voltage }
#define PHASE_LOAD(f, t, r)	{ f, t, UPSY_R_##r, 1, phase_load }

/* Three phases, from a column on: what Q2 and Q6 share, at different places. */
#define THREE_VOLTS(f, r) \
	PHASE_VOLTS(f, f + 4, r), PHASE_VOLTS(f + 6, f + 10, r##_L2), \
	PHASE_VOLTS(f + 12, f + 16, r##_L3)
#define THREE_LOADS(f) \
	{ f, f + 2, UPSY_R_LOAD, 1, first_load }, PHASE_LOAD(f + 4, f + 6, LOAD_L2), \
	{ f + 8, f + 10, UPSY_R_LOAD_L3, 1, last_load }

/*
 * Mode digit, in the order of Voltronic's mode letters P S Y L B T F E C D:
 * 3 on line was recorded, the others are inferred.
 */
static int mode_digit(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	if (len != 1 && len != 2)
		return -1;
	state_set(&q->r, UPS_ECO, *s == '7');
	state_set(&q->r, UPS_OFF, *s == '1');
	reading_set(&q->r, UPSY_R_TOPOLOGY, UPSY_TOPOLOGY_ONLINE);
	/* What bits say is surer than an inferred digit: a test they tell is no outage. */
	if (q->q1_bits)
		return 0;
	state_set(&q->r, UPS_DISCHARGING, *s == '4');
	state_set(&q->r, UPS_ONLINE, *s != '4');
	state_set(&q->r, UPS_BYPASS, *s == '2');
	alarm_set(&q->r, UPSY_ALARM_BYPASS_ACTIVE, *s == '2');
	state_set(&q->r, UPS_TEST, *s == '5');
	q->fault = *s == '6';
	state_set(&q->r, UPS_FAULT, q->fault);
	alarm_set(&q->r, UPSY_ALARM_INTERNAL_FAILURE, q->fault);
	return 0;
}

/*
 * Q6
 * (227.0 225.6 230.0 50.0 229.9 000.0 000.0 49.9 007 000 000 327.8 000.0 23.0 06932 100 32
 *  00000000 00000000 11
 */
static const struct qx_field fields_q6[] = {
	THREE_VOLTS(1, INPUT_VOLTAGE),
	QX_HZ(19, 22, INPUT_FREQUENCY),
	THREE_VOLTS(24, OUTPUT_VOLTAGE),
	QX_HZ(42, 45, OUTPUT_FREQUENCY),
	THREE_LOADS(47),
	QX_BATTERY(59, 63),
	QX_SKIP(65, 69),		/* the negative half, where it is split */
	QX_TEMP(71, 74),
	QX_SECONDS(76, 80, RUNTIME),
	QX_PERCENT(82, 84, CAPACITY),
	QX_CONV(86, 87, mode_digit),
	{ 89, 96, 0, 1, code },		/* fault */
	{ 98, 105, 0, 2, code },	/* warnings */
	QX_SKIP(107, 108),		/* transformers of input and output */
	QX_END
};

/*
 * The bits of Q1 alone: Q6 has the rest, and better, but takes twice the time.
 * They decide about the mains; Q6's mode does where Q1 is not answered.
 */
static int q1_bits(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	bool off = state_is(&q->r, UPS_OFF);
	int err = qx_status_bits(q, f, s, len);

	if (!err)
		state_set(&q->r, UPS_OFF, off);
	q->q1_bits |= !err;
	return err;
}

static const struct qx_field fields_bits[] = {
	QX_SKIP(1, 5), QX_SKIP(7, 11), QX_SKIP(13, 17), QX_SKIP(19, 21), QX_SKIP(23, 26),
	QX_SKIP(28, 31), QX_SKIP(33, 36), QX_CONV(38, 45, q1_bits),
	QX_END
};

/*
 * WA
 * (001.4 000.0 000.0 001.4 000.0 000.0 001.4 001.4 006.5 000.0 000.0 007 00000000
 * kW and kVA per phase, their sums, amperes per phase, load
 */
static const struct qx_field fields_wa[] = {
	QX_SKIP(1, 5), QX_SKIP(7, 11), QX_SKIP(13, 17),
	QX_SKIP(19, 23), QX_SKIP(25, 29), QX_SKIP(31, 35),
	QX_KILOWATTS(37, 41, OUTPUT_POWER),
	QX_KILOWATTS(43, 47, OUTPUT_APPARENT_POWER),
	QX_AMPS(49, 53, OUTPUT_CURRENT),
	{ 55, 59, UPSY_R_OUTPUT_CURRENT_L2, QX_VOLT, phase_load },
	{ 61, 65, UPSY_R_OUTPUT_CURRENT_L3, QX_VOLT, phase_load },
	QX_PERCENT(67, 69, LOAD),
	QX_SKIP(71, 78),
	QX_END
};

/* BPS: (230.4 000.0 000.0 49.9 */
static const struct qx_field fields_bps[] = {
	QX_VOLTS(1, 5, BYPASS_VOLTAGE), QX_SKIP(7, 11), QX_SKIP(13, 17),
	QX_HZ(19, 22, BYPASS_FREQUENCY),
	QX_END
};

/* "05516-1100", and "GASV07DN05K10KB100004      " */
static const struct qx_field fields_fw[] = { QX_TEXT(0, 0, firmware), QX_END };
static const struct qx_field fields_serial[] = { QX_TEXT(7, 0, serial_number), QX_END };

/*
 * How many batteries: blocks of 12 V on Innova RT, whatever the next column says;
 * the volts just read tell whether that holds.
 */
static int blocks(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t volts = reading_get(&q->ups->now, UPSY_R_VOLTAGE, 0), n;

	if (qx_parse_number(s, len, 12 * QX_VOLT, &n) || reading_known(&q->r, f->id))
		return 0;
	if (volts >= n * 8 / 10 && volts <= n * 125 / 100)
		reading_set(&q->r, f->id, n);
	return 0;
}

/*
 * WH of Innova RT, and of Castle C1K, which does not know F
 * (00 00.00 00.00 INN3T20K                 2 3/1 6 230 50.00 024 02.00 005.00 015.00 005 00 40
 *  110 276 45.00 55.00
 */
static const struct qx_field fields_wh[] = {
	QX_TEXT(16, 39, model_name),
	{ 49, 51, UPSY_R_OUTPUT_VOLTAGE_NOMINAL, QX_VOLT, qx_nominal },
	{ 53, 57, UPSY_R_OUTPUT_FREQUENCY_NOMINAL, QX_HERTZ, qx_nominal },
	{ 59, 61, UPSY_R_VOLTAGE_NOMINAL, 0, blocks },
	{ 93, 95, UPSY_R_INPUT_TRANSFER_LOW, QX_VOLT, qx_nominal },
	{ 97, 99, UPSY_R_INPUT_TRANSFER_HIGH, QX_VOLT, qx_nominal },
	QX_END
};

#define Q6	{ "Q6", NULL, '(', 108, QX_INSTEAD | QX_SLOW | QX_CLAIM | QX_LONG, fields_q6 }
#define BITS	{ "Q1", NULL, '(', 46, QX_STATUS, fields_bits }
#define WA	{ "WA", NULL, '(', 78, QX_SLOW | QX_LONG | QX_OUTSTATS, fields_wa }
#define BPS	{ "BPS", NULL, '(', 23, QX_SLOW, fields_bps }
#define RATING	{ "F", NULL, '#', 21, QX_ONCE | QX_RATING, qx_fields_f }

static const struct qx_query q6_queries[] = {
	BITS, Q6, WA, BPS, RATING,
	{ "FW?", NULL, 0, 4, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_fw },
	QX_LAST_QUERY
};

/* FW? first: who does not answer it is spared the long ones. */
static const struct qx_query innovart_queries[] = {
	{ "FW?", NULL, 0, 4, QX_ONCE | QX_CLAIM | QX_VENDOR | QX_BLANKS, fields_fw },
	BITS, Q6, WA, BPS, RATING,
	{ "SASV07?", NULL, 0, 12, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_serial },
	{ "WH", NULL, '(', 40, QX_ONCE | QX_VENDOR | QX_BLANKS | QX_LONG, fields_wh },
	QX_LAST_QUERY
};

/* mmm.mm, where 999.24 says "no idea" */
static int q2_runtime(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;
	int err = qx_parse_number(s, len, 60, &v);

	if (err && err != -ENODATA)
		return err;
	if (err || v >= 999 * 60)
		reading_clear(&q->r, UPSY_R_RUNTIME);
	else
		reading_set(&q->r, UPSY_R_RUNTIME, v);
	return 0;
}

/*
 * Q2
 * (226.6 224.3 228.0 226.6 229.9 000.0 000.0 000 000 000 49.9 327.6 18.0 00000000 999.24 100
 *  02 00 00 00 00 00000000 11
 */
static const struct qx_field fields_q2[] = {
	THREE_VOLTS(1, INPUT_VOLTAGE),
	QX_VOLTS(19, 23, INPUT_VOLTAGE_FAULT),
	THREE_VOLTS(25, OUTPUT_VOLTAGE),
	THREE_LOADS(43),
	QX_HZ(55, 58, INPUT_FREQUENCY),
	QX_BATTERY(60, 64),
	QX_TEMP(66, 69),
	QX_CONV(71, 78, qx_status_bits),
	QX_CONV(80, 85, q2_runtime),
	QX_PERCENT(87, 89, CAPACITY),
	QX_SKIP(91, 92), QX_SKIP(94, 95), QX_SKIP(97, 98), QX_SKIP(100, 101), QX_SKIP(103, 104),
	QX_SKIP(106, 113),
	QX_SKIP(115, 116),
	QX_END
};

static const struct qx_query q2_queries[] = {
	{ "Q2", NULL, '(', 117, QX_STATUS | QX_CLAIM | QX_LONG, fields_q2 },
	WA, BPS, RATING,
	QX_LAST_QUERY
};

/*
 * Q4
 * (236.7 243.2 212.1 220.1 230.4 002 001 50.0 371 372 041.3 22.9 IM
 * Letters from 63 on say the state; none of A, C, M: switched off.
 */
static int letters(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	uint32_t on = 0;
	bool fail;
	int test;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == ' ' || s[i] == '\0')
			continue;
		if (s[i] < 'A' || s[i] > 'Z')
			return -1;
		on |= UINT32_C(1) << (s[i] - 'A');
	}
#define HAS(c) (on >> ((c) - 'A') & 1)
	fail = HAS('A');
	state_set(&q->r, UPS_DISCHARGING, fail);
	state_set(&q->r, UPS_ONLINE, !fail);
	state_set(&q->r, UPS_LOW, HAS('B'));
	state_set(&q->r, UPS_BYPASS, HAS('C') && !fail);
	alarm_set(&q->r, UPSY_ALARM_BYPASS_ACTIVE, HAS('C') && !fail);
	q->fault = HAS('D');
	state_set(&q->r, UPS_FAULT, q->fault);
	alarm_set(&q->r, UPSY_ALARM_INTERNAL_FAILURE, q->fault);
	state_set(&q->r, UPS_TEST, HAS('E'));
	q->off_pending = HAS('F');
	alarm_set(&q->r, UPSY_ALARM_SHUTDOWN_PENDING, q->off_pending && !q->ignore_shutdown_bit);
	alarm_set(&q->r, UPSY_ALARM_WIRING_FAULT, HAS('G'));
	alarm_set(&q->r, UPSY_ALARM_EEPROM_FAILURE, HAS('H'));
	alarm_set(&q->r, UPSY_ALARM_REPLACE_BATTERY, HAS('J'));
	alarm_set(&q->r, UPSY_ALARM_TEST_FAILED, HAS('J'));
	alarm_set(&q->r, UPSY_ALARM_BATTERY_MISSING, HAS('K') || HAS('P'));
	alarm_set(&q->r, UPSY_ALARM_OVERLOAD, HAS('N'));
	state_set(&q->r, UPS_OFF, !fail && !HAS('C') && !HAS('M'));
	alarm_set(&q->r, UPSY_ALARM_OUTPUT_OFF, !fail && !HAS('C') && !HAS('M'));
	test = HAS('E') ? UPSY_SELF_TEST_RUNNING : HAS('J') ? UPSY_SELF_TEST_FAILED :
	       HAS('I') ? UPSY_SELF_TEST_PASSED : UPSY_SELF_TEST_NONE;
#undef HAS
	reading_set(&q->r, UPSY_R_SELF_TEST, test);
	return 0;
}

static const struct qx_field fields_q4[] = {
	QX_VOLTS(1, 5, INPUT_VOLTAGE),
	QX_SKIP(7, 11), QX_SKIP(13, 17),
	QX_VOLTS(19, 23, INPUT_VOLTAGE_FAULT),
	QX_VOLTS(25, 29, OUTPUT_VOLTAGE),
	QX_SKIP(31, 33),
	QX_PERCENT(35, 37, LOAD),
	QX_HZ(39, 42, INPUT_FREQUENCY),
	QX_SKIP(44, 46), QX_SKIP(48, 50),
	QX_BATTERY(52, 56),
	QX_TEMP(58, 61),
	QX_CONV(63, 0, letters),
	QX_END
};

static const struct qx_query gtec_queries[] = {
	{ "Q4", NULL, '(', 63, QX_STATUS | QX_CLAIM, fields_q4 },
	{ "I", NULL, '#', 38, QX_ONCE | QX_VENDOR | QX_BLANKS, qx_fields_i },
	RATING,
	QX_LAST_QUERY
};

static const struct qx_command commands[] = {
	QX_TOGGLED_BEEPER,
	QX_TESTS,
	QX_SHUTDOWNS,
	QX_LOAD_OFF,
	QX_LAST_COMMAND
};

static const struct qx_setting settings[] = {
	QX_TIMED_TEST,
	QX_LAST_SETTING
};

static bool one_phase_out(struct qx *q)
{
	return q->phases < 2;
}

static bool three_phases_out(struct qx *q)
{
	return q->phases > 1;
}

#define FAMILY(n, qs) \
	.name = n, .queries = qs, .commands = commands, .settings = settings, \
	.off_min = 12, .off_max = 600, .off_default = 30, \
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000

const struct qx_dialect qx_q2 = { FAMILY("q2", q2_queries), .distinct = true };
const struct qx_dialect qx_q6 = { FAMILY("q6", q6_queries), .distinct = true };
const struct qx_dialect qx_innovart31 = {
	FAMILY("innovart31", innovart_queries), .claim = one_phase_out, .distinct = true,
};
const struct qx_dialect qx_innovart33 = {
	FAMILY("innovart33", innovart_queries), .claim = three_phases_out, .distinct = true,
};
const struct qx_dialect qx_gtec = { FAMILY("gtec", gtec_queries), .carrier = "gtec" };
