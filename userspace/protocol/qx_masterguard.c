// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * masterguard: A series (A 700 … A 3000, -19) and E series (E 60 … E 200).
 * Tables. Facts of NUT's driver (tested there on A); E unverified on hardware.
 */
#include <errno.h>
#include <string.h>

#include "lib/log.h"
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

/* Volt-amperes follow from the name. */
static const struct { const char *name; uint16_t va; } models[] = {
	{ "A  700", 700 }, { "A 1000", 1000 }, { "A 2000", 2000 },
	{ "A 3000", 3000 }, { "E 60", 6000 }, { "E100", 10000 }, { "E200", 20000 },
};

static int model(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	/* "A  700", "A 3000-19", "E 60", "E100": else it is another's WH. */
	if (len < 2 || (*s != 'A' && *s != 'E') || (s[1] != ' ' && (s[1] < '0' || s[1] > '9')))
		return -1;
	identity_copy(q->id.manufacturer, "Masterguard", 11);
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		size_t n = strlen(models[i].name);

		if (len >= n && !memcmp(s, models[i].name, n))
			reading_set(&q->r, UPSY_R_APPARENT_POWER_NOMINAL,
				    models[i].va * (int64_t)QX_VOLT);
	}
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

/*
 * FLT: what failed, newest first; read while the status says "failed", because
 * the record stays for years. C, a parallel error, is left to bit T6.
 */
static const struct { char code; int64_t alarm; } faults[] = {
	{ '1', UPSY_ALARM_BUS_FAILURE }, { '2', UPSY_ALARM_INVERTER_FAILURE },
	{ '3', UPSY_ALARM_OVERHEAT }, { '4', UPSY_ALARM_BATTERY_OVERVOLTAGE },
	{ '5', UPSY_ALARM_OVERLOAD /* on battery */ },
	{ '6', UPSY_ALARM_OVERLOAD /* on bypass */ }, { '7', UPSY_ALARM_SHORT_CIRCUIT },
	{ '8', UPSY_ALARM_FAN_FAILURE }, { '9', UPSY_ALARM_BATTERY_UNDERVOLTAGE },
	{ 'A', UPSY_ALARM_CHARGER_FAILURE }, { 'B', UPSY_ALARM_EMERGENCY_OFF },
	{ 'D', UPSY_ALARM_OTHER /* MCU */ },
};

static int newest_fault(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	if (len != 1 || !strchr("0123456789ABCDEF", *s))
		return -1;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		alarm_set(&q->r, faults[i].alarm, false);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (q->fault && faults[i].code == *s)
			alarm_set(&q->r, faults[i].alarm, true);
	}
	return 0;
}

/* As Q1's, but the last bit has no meaning. */
static int status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int err = qx_status_bits(q, f, s, len > 7 ? 7 : len);

	/* What a fault raised goes with it. */
	for (size_t i = 0; !err && !q->fault && i < sizeof(faults) / sizeof(faults[0]); i++)
		alarm_set(&q->r, faults[i].alarm, false);
	return err;
}

static int beeper(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	if (len != 1 || (*s != '0' && *s != '1'))
		return -1;
	reading_set(&q->r, UPSY_R_BEEPER,
		    *s == '1' ? UPSY_BEEPER_ENABLED : UPSY_BEEPER_DISABLED);
	return 0;
}

/* "00,SSN=6A1212      2782": part and serial number */
static int serial(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	if (len > 7 && !memcmp(s + 2, ",SSN=", 5)) {
		s += 7;
		len -= 7;
	}
	return qx_text(q, f, s, len);
}

/* T7 … T0 */
static int more_status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	static const int8_t results[8] = {
		UPSY_SELF_TEST_NONE, UPSY_SELF_TEST_RUNNING, UPSY_SELF_TEST_PASSED,
		UPSY_SELF_TEST_FAILED, UPSY_SELF_TEST_ABORTED /* impossible now */,
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

/* Q3, 70 characters; its address may be changed at any time */
static const struct qx_field fields_q3[] = {
	QX_CONV(1, 2, slave),
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

static const struct qx_field fields_gsn[] = {
	{ 1, 0, offsetof(struct identity, serial_number), 0, serial }, QX_END
};

/* (00,00 0 1: address, packs, beeper */
static const struct qx_field fields_gs[] = {
	QX_NUM(7, 7, BATTERY_PACKS, 1), QX_CONV(9, 9, beeper), QX_END
};

/* (00,7 0043 0000:16:48:06 0 0000 … */
static const struct qx_field fields_flt[] = { QX_CONV(4, 4, newest_fault), QX_END };

static const struct qx_query queries[] = {
	{ "WH", NULL, '(', 112, QX_ONCE | QX_CLAIM | QX_BLANKS, fields_wh },
	{ "Q3", NULL, '(', 70, QX_STATUS | QX_CLAIM, fields_q3 },
	{ "GSN,%a", NULL, '(', 4, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_gsn },
	{ "GS,%a", NULL, '(', 10, QX_SLOW | QX_BLANKS, fields_gs },
	{ "FLT,%a", NULL, '(', 24, QX_SLOW | QX_FAULT | QX_BLANKS, fields_flt },
	QX_LAST_QUERY
};

/* "Sn" alone stays off; "SnRmmmm" returns. */
static const struct qx_command commands[] = {
	{ UPSY_ACTION_BEEPER_ON, "SS---1,%a" },
	{ UPSY_ACTION_BEEPER_OFF, "SS---0,%a" },
	{ UPSY_ACTION_TEST_QUICK, "T" },
	{ UPSY_ACTION_TEST_DEEP, "TUD,%a" },
	{ UPSY_ACTION_TEST_STOP, "CT" },
	{ UPSY_ACTION_SHUTDOWN_RETURN, "S%n%r" },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, "S%n" },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, "C" },
	{ UPSY_ACTION_LOAD_ON, "C" },
	{ UPSY_ACTION_LOAD_OFF, "S.0" },
	{ UPSY_ACTION_BYPASS_ON, "FOFF" },
	{ UPSY_ACTION_BYPASS_OFF, "FON" },
	QX_LAST_COMMAND
};

static const struct qx_setting settings[] = {
	/* Minutes only: T01 … T99. */
	QX_TIMED_TEST,
	{ "output.voltage.nominal", "PNV", '(', 5, 7, "PNV=%03v", NULL, 100000, 250000, 1000 },
	{ "battery.packs", "GS,%a", '(', 7, 7, "SS--%1v-,%a", NULL, 0, 9000, 1000 },
	{ "ups.id", "WH", '(', 1, 2, "SS%02v--,%a", NULL, 0, 99000, 1000 },
	/* GBS: (00,100 0017 0000 0708 0712 0994 115 02.28 */
	{ "battery.recharge.time", "GBS,%a", '(', 13, 16, NULL, NULL, 0, 0, 60000 },
	{ "battery.ageing", "GBS,%a", '(', 18, 21, NULL, NULL, 0, 0, 100 },
	{ "battery.ageing.time", "GBS,%a", '(', 23, 26, NULL, NULL, 0, 0, 100 },
	{ "battery.ageing.cycles", "GBS,%a", '(', 28, 31, NULL, NULL, 0, 0, 100 },
	{ "battery.calibration", "GBS,%a", '(', 33, 35, NULL, NULL, 0, 0, 1000 },
	QX_LAST_SETTING
};

/* slave_addr= keeps us off another of several on the same bus. */
static bool is_the_one(struct qx *q)
{
	int64_t want = -1;
	int err = option_number(q->ups->opt, "slave_addr", 1, 0, 99, &want);

	if (err == -ENOENT)
		return true;
	if (!err && want != q->slave)
		log_error("this is the UPS with address %02d, not slave_addr=%02d: left alone",
			  q->slave, (int)want);
	return !err && want == q->slave;
}

/* From now on it listens to its new address only. */
static void changed(struct qx *q, const struct qx_setting *s, int64_t value)
{
	if (!strcmp(s->name, "ups.id"))
		q->slave = (int)(value / 1000);
}

const struct qx_dialect qx_masterguard = {
	.name = "masterguard", .distinct = true, .flags = QX_STAYOFF_SN, .queries = queries,
	.commands = commands, .settings = settings, .mine = is_the_one, .changed = changed,
	.off_min = 12, .off_max = 600, .off_default = 30,
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};
