// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * masterguard: A series (A 700 … A 3000, -19) and E series (E 60 … E 200).
 * Tables. Facts of NUT's driver (tested there on A); E unverified on hardware.
 */
#include <errno.h>
#include <string.h>

#include "lib/options.h"
#include "protocol/qx.h"

static int slave(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (qx_parse_number(s, len, 1, &v))
		return -1;
	q->slave = (int)v;
	return 0;
}

static int model(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	/* "A  700", "A 3000-19", "E 60", "E100": else it is another's WH. */
	if (len < 2 || (*s != 'A' && *s != 'E') || (s[1] != ' ' && (s[1] < '0' || s[1] > '9')))
		return -1;
	identity_copy(q->id.manufacturer, "Masterguard", 11);
	return qx_text(q, f, s, len);
}

static int cells(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (qx_parse_number(s, len, 1, &v) || v < 1 || v > 240)
		return -1;
	q->cells = (int)v;
	return 0;
}

static int cell_nominal(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (qx_parse_number(s, len, QX_VOLT, &v))
		return -1;
	if (v > 0 && q->cells) {
		reading_set(&q->r, UPSY_R_VOLTAGE_NOMINAL, v * q->cells);
		q->packs = 2 * q->cells;
	}
	return 0;
}

/* mmm.ss */
static int minutes_seconds(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;
	int err = qx_parse_number(s, len, 100, &v);

	if (err == -ENODATA) {
		reading_clear(&q->r, UPSY_R_RUNTIME);
		return 0;
	}
	if (err || v % 100 > 59)
		return -1;
	reading_set(&q->r, UPSY_R_RUNTIME, v / 100 * 60 + v % 100);
	return 0;
}

/* As Q1's, but the last bit has no meaning. */
static int status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	return qx_status_bits(q, f, s, len > 7 ? 7 : len);
}

/* T7 … T0 */
static int more_status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	static const int8_t results[8] = {
		UPSY_SELF_TEST_NONE, UPSY_SELF_TEST_RUNNING, UPSY_SELF_TEST_PASSED,
		UPSY_SELF_TEST_FAILED, UPSY_SELF_TEST_FAILED /* impossible now */,
		UPSY_SELF_TEST_ABORTED, UPSY_SELF_TEST_RUNNING /* calibrating */, -1,
	};
	int result;

	if (len < 8)
		return -1;
	for (size_t i = 0; i < 8; i++) {
		if (s[i] != '0' && s[i] != '1')
			return -1;
	}
	alarm_set(&q->r, UPSY_ALARM_PARALLEL_FAILURE, s[1] == '1');
	alarm_set(&q->r, UPSY_ALARM_REPLACE_BATTERY, s[3] == '1');
	alarm_set(&q->r, UPSY_ALARM_BATTERY_MISSING, s[4] == '1');
	result = (s[5] - '0') << 2 | (s[6] - '0') << 1 | (s[7] - '0');
	if (results[result] >= 0)
		reading_set(&q->r, UPSY_R_SELF_TEST, results[result]);
	alarm_set(&q->r, UPSY_ALARM_TEST_FAILED, result == 3);
	state_set(&q->r, UPS_CALIBRATION, result == 6);
	return 0;
}

/* WH, 112 characters; the runtimes at half and full load are left to the gauge */
static const struct qx_field fields_wh[] = {
	QX_CONV(1, 2, slave),
	QX_TEXT(4, 8, firmware),
	QX_SKIP(10, 14),
	{ 16, 45, offsetof(struct identity, model_name), 0, model },
	QX_NUM(47, 47, BATTERY_PACKS, 1),
	QX_VOLTS(49, 51, INPUT_VOLTAGE_NOMINAL),
	QX_HZ(53, 57, INPUT_FREQUENCY_NOMINAL),
	QX_CONV(59, 61, cells),
	QX_CONV(63, 67, cell_nominal),
	QX_VOLTS(93, 95, INPUT_TRANSFER_LOW),
	QX_VOLTS(97, 99, INPUT_TRANSFER_HIGH),
	QX_END
};

/* Q3, 70 characters */
static const struct qx_field fields_q3[] = {
	QX_SKIP(1, 2),
	QX_VOLTS(4, 8, INPUT_VOLTAGE),
	QX_VOLTS(10, 14, INPUT_VOLTAGE_FAULT),
	QX_VOLTS(16, 20, OUTPUT_VOLTAGE),
	QX_PERCENT(22, 24, LOAD),
	QX_HZ(26, 29, INPUT_FREQUENCY),
	QX_BATTERY(31, 35),
	QX_TEMP(37, 40),
	QX_CONV(42, 47, minutes_seconds),
	QX_PERCENT(49, 51, CAPACITY),
	QX_CONV(53, 60, status),
	QX_CONV(62, 69, more_status),
	QX_END
};

static const struct qx_field fields_gsn[] = { QX_TEXT(1, 0, serial_number), QX_END };

static const struct qx_query queries[] = {
	{ "WH", NULL, '(', 112, QX_ONCE | QX_CLAIM | QX_BLANKS, fields_wh },
	{ "Q3", NULL, '(', 70, QX_STATUS | QX_CLAIM, fields_q3 },
	{ "GSN,%a", NULL, '(', 4, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_gsn },
	QX_LAST_QUERY
};

/* "Sn" alone stays off; "SnRmmmm" returns. */
static const struct qx_command commands[] = {
	{ UPSY_ACTION_BEEPER_ON, "SS---1,%a" },
	{ UPSY_ACTION_BEEPER_OFF, "SS---0,%a" },
	{ UPSY_ACTION_TEST_QUICK, "T" },
	{ UPSY_ACTION_TEST_DEEP, "TUD" },
	{ UPSY_ACTION_TEST_STOP, "CT" },
	{ UPSY_ACTION_SHUTDOWN_RETURN, "S%n%r" },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, "S%n" },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, "C" },
	{ UPSY_ACTION_LOAD_ON, "C" },
	{ UPSY_ACTION_LOAD_OFF, "S.0" },
	{ UPSY_ACTION_BYPASS_ON, "FOFF" },
	{ UPSY_ACTION_BYPASS_OFF, "FON" },
	{ 0, NULL }
};

static const struct qx_setting settings[] = {
	{ "test.battery.start", NULL, 0, 0, 0, "T%dv", NULL, 0, 5940000, 1000 },
	{ "output.voltage.nominal", "PNV", 0, 0, 0, "PNV=%03v", NULL, 100000, 250000, 1000 },
	QX_LAST_SETTING
};

/* slave_addr= keeps us off another of several on the same bus. */
static bool is_the_one(struct qx *q)
{
	int64_t want = -1;

	if (option_number(q->ups->opt, "slave_addr", 1, 0, 99, &want))
		return true;
	return want == q->slave;
}

const struct qx_dialect qx_masterguard = {
	.name = "masterguard", .flags = QX_STAYOFF_SN, .queries = queries,
	.commands = commands, .settings = settings, .claim = is_the_one,
	.off_min = 12, .off_max = 600, .off_default = 30,
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};
