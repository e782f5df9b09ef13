// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * voltronic-axpert: PI30 inverter-chargers. Tables.
 * Sources: nut drivers' facts, answers collected by jblance/mpp-solar.
 */
#include <string.h>

#include "protocol/qx.h"

/*
 * QPIGS' bits b7 … b0: b4 the load is on, b2 charging, b1 from the sun, b0
 * from mains. On battery when mains give no volts and the sun does not charge.
 */
static int status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t mains = reading_get(&q->r, UPSY_R_INPUT_VOLTAGE, 0);
	bool on_line = mains > 80LL * QX_VOLT || (len > 5 && s[5] == '1');

	if (len < 8)
		return -1;
	for (size_t i = 0; i < 8; i++) {
		if (s[i] != '0' && s[i] != '1')
			return -1;
	}
	/* QMOD, where it is told, decides instead. */
	if (!q->variant) {
		state_set(&q->r, UPS_ONLINE, on_line);
		state_set(&q->r, UPS_DISCHARGING, !on_line);
	}
	state_set(&q->r, UPS_CHARGING, s[5] == '1');
	state_set(&q->r, UPS_OFF, s[3] == '0');
	reading_set(&q->r, UPSY_R_TOPOLOGY, UPSY_TOPOLOGY_LINE_INTERACTIVE);
	return 0;
}

/* P power on, S standby, L line, B battery, F fault, H power saving */
static int mode(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	if (len < 1 || !strchr("PSLBFHYTECDG", *s))
		return -1;
	q->variant = *s;
	state_set(&q->r, UPS_DISCHARGING, *s == 'B');
	state_set(&q->r, UPS_ONLINE, *s != 'B' && *s != 'F');
	q->fault = *s == 'F';
	state_set(&q->r, UPS_FAULT, q->fault);
	alarm_set(&q->r, UPSY_ALARM_INTERNAL_FAILURE, q->fault);
	return 0;
}

/* QPIWS: 32 or 36 bits, a0 first. Only those with a name of ours. */
static int warnings(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	static const struct { uint8_t bit; uint64_t alarm; } names[] = {
		{ 1, UPSY_ALARM_INVERTER_FAILURE }, { 2, UPSY_ALARM_BUS_FAILURE },
		{ 3, UPSY_ALARM_BUS_FAILURE }, { 4, UPSY_ALARM_BUS_FAILURE },
		{ 6, UPSY_ALARM_SHORT_CIRCUIT }, { 7, UPSY_ALARM_INVERTER_FAILURE },
		{ 8, UPSY_ALARM_INVERTER_FAILURE }, { 9, UPSY_ALARM_OVERHEAT },
		{ 10, UPSY_ALARM_FAN_FAILURE }, { 11, UPSY_ALARM_BATTERY_OVERVOLTAGE },
		{ 12, UPSY_ALARM_LOW_BATTERY }, { 14, UPSY_ALARM_BATTERY_UNDERVOLTAGE },
		{ 16, UPSY_ALARM_OVERLOAD }, { 17, UPSY_ALARM_EEPROM_FAILURE },
		{ 18, UPSY_ALARM_INVERTER_FAILURE }, { 19, UPSY_ALARM_INVERTER_FAILURE },
		{ 20, UPSY_ALARM_INTERNAL_FAILURE }, { 21, UPSY_ALARM_INVERTER_FAILURE },
		{ 22, UPSY_ALARM_BATTERY_MISSING }, { 23, UPSY_ALARM_INTERNAL_FAILURE },
	};
	uint64_t all = 0, on = 0;

	if (len < 24)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (s[i] != '0' && s[i] != '1')
			return -1;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		all |= names[i].alarm;
		if (s[names[i].bit] == '1')
			on |= names[i].alarm;
	}
	alarm_set(&q->r, (int64_t)(all & ~on), false);
	alarm_set(&q->r, (int64_t)on, true);
	state_set(&q->r, UPS_LOW, s[12] == '1' || s[14] == '1');
	return 0;
}

/* Told as two currents; one of them is zero. */
static int discharge_current(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (qx_parse_number(s, len, QX_VOLT, &v))
		return -1;
	if (v)
		reading_set(&q->r, UPSY_R_BATTERY_CURRENT, v);
	return 0;
}

static int charge_current(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;

	if (qx_parse_number(s, len, QX_VOLT, &v))
		return -1;
	reading_set(&q->r, UPSY_R_BATTERY_CURRENT, -v);
	return 0;
}

/*
 * QPIGS
 * (000.0 00.0 230.0 49.9 0161 0119 003 460 57.50 012 100 0069 0014 103.8 57.45 00000 00110110 …
 */
static const struct qx_field fields_qpigs[] = {
	QX_VOLTS(1, 5, INPUT_VOLTAGE),
	QX_HZ(7, 10, INPUT_FREQUENCY),
	QX_VOLTS(12, 16, OUTPUT_VOLTAGE),
	QX_HZ(18, 21, OUTPUT_FREQUENCY),
	QX_NUM(23, 26, OUTPUT_APPARENT_POWER, QX_VOLT),
	QX_NUM(28, 31, OUTPUT_POWER, QX_VOLT),
	QX_PERCENT(33, 35, LOAD),
	QX_SKIP(37, 39),
	QX_VOLTS(41, 45, VOLTAGE),
	QX_CONV(47, 49, charge_current),
	QX_PERCENT(51, 53, CAPACITY),
	QX_NUM(55, 58, TEMPERATURE, QX_DEGREE),
	QX_SKIP(60, 63), QX_SKIP(65, 69), QX_SKIP(71, 75),
	QX_CONV(77, 81, discharge_current),
	QX_CONV(83, 90, status),
	QX_END
};

/* QPIRI (230.0 21.7 230.0 50.0 21.7 5000 4000 48.0 46.0 42.0 56.4 54.0 0 … */
static const struct qx_field fields_qpiri[] = {
	QX_VOLTS(1, 5, INPUT_VOLTAGE_NOMINAL),
	QX_SKIP(7, 10),
	QX_VOLTS(12, 16, OUTPUT_VOLTAGE_NOMINAL),
	QX_HZ(18, 21, OUTPUT_FREQUENCY_NOMINAL),
	QX_AMPS(23, 26, OUTPUT_CURRENT_NOMINAL),
	QX_NUM(28, 31, APPARENT_POWER_NOMINAL, QX_VOLT),
	QX_NUM(33, 36, POWER_NOMINAL, QX_VOLT),
	QX_VOLTS(38, 41, VOLTAGE_NOMINAL),
	QX_END
};

static const struct qx_field fields_qmod[] = { QX_CONV(1, 1, mode), QX_END };
static const struct qx_field fields_qpiws[] = { QX_CONV(1, 0, warnings), QX_END };
static const struct qx_field fields_qid[] = { QX_TEXT(1, 0, serial_number), QX_END };
static const struct qx_field fields_qvfw[] = { QX_TEXT(7, 0, firmware), QX_END };
static const struct qx_field fields_qmn[] = { QX_TEXT(1, 0, model_name), QX_END };

static const struct qx_query queries[] = {
	{ "QPIGS", NULL, '(', 91, QX_STATUS | QX_CLAIM | QX_LONG, fields_qpigs },
	{ "QMOD", NULL, '(', 2, QX_STATUS | QX_BLANKS, fields_qmod },
	{ "QPIRI", NULL, '(', 42, QX_ONCE | QX_RATING | QX_LONG, fields_qpiri },
	{ "QID", NULL, '(', 2, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_qid },
	{ "QVFW", NULL, '(', 8, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_qvfw },
	{ "QMN", NULL, '(', 2, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_qmn },
	{ "QPIWS", NULL, '(', 25, QX_SLOW | QX_BLANKS, fields_qpiws },
	QX_LAST_QUERY
};

/*
 * Small letters, as QFLAG has them (mpp-solar; nutdrv_qx has capitals). SON and SOFF
 * are nutdrv_qx's, unverified on hardware.
 */
static const struct qx_command commands[] = {
	{ UPSY_ACTION_BEEPER_ON, "PEa" },
	{ UPSY_ACTION_BEEPER_OFF, "PDa" },
	{ UPSY_ACTION_LOAD_ON, "SON" },
	{ UPSY_ACTION_LOAD_OFF, "SOFF" },
	QX_LAST_COMMAND
};

const struct qx_dialect qx_axpert = {
	.name = "voltronic-axpert", .distinct = true, .flags = QX_CRC, .ack = QX_ACK_WORD, .queries = queries,
	.commands = commands, .off_min = 0, .off_max = 5940, .off_default = 30,
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};
