// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * omron: BN series. Tables. Facts of NUT's driver, seen there on a BN150T.
 */
#include <string.h>

#include "protocol/qx.h"

/* Q1 with two bits that mean nothing here: bypass and beeper. */
static int status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	char bits[8];

	if (len < 7)
		return -1;
	memcpy(bits, s, 7);
	bits[2] = '0';
	return qx_status_bits(q, f, bits, 7);
}

static const struct qx_field fields_q1[] = {
	QX_Q1_FRONT,
	QX_HZ(23, 26, INPUT_FREQUENCY),
	QX_BATTERY(28, 31),
	QX_SKIP(33, 36),		/* TPb is the battery's own */
	QX_CONV(38, 45, status),
	QX_END
};

/* UN: "1125W/1125VA/048V/160W/020W" */
static int rating(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t watts, va, volts;

	if (len < 17 || s[4] != 'W' || memcmp(s + 10, "VA/", 3) || s[16] != 'V' ||
	    qx_parse_number(s, 4, QX_VOLT, &watts) || qx_parse_number(s + 6, 4, QX_VOLT, &va) ||
	    qx_parse_number(s + 13, 3, QX_VOLT, &volts))
		return -1;
	identity_copy(q->id.manufacturer, "Omron", 5);
	reading_set(&q->r, UPSY_R_POWER_NOMINAL, watts);
	reading_set(&q->r, UPSY_R_APPARENT_POWER_NOMINAL, va);
	reading_set(&q->r, UPSY_R_VOLTAGE_NOMINAL, volts);
	return 0;
}

/* BRR: yyyymmdd, the day the battery was replaced */
static int battery_date(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t year, month, day;

	if (len < 8 || qx_parse_number(s, 4, 1, &year) || qx_parse_number(s + 4, 2, 1, &month) ||
	    qx_parse_number(s + 6, 2, 1, &day))
		return -1;
	if (year < 1990 || month < 1 || month > 12 || day < 1 || day > 31)
		return 0;
	reading_set(&q->r, UPSY_R_MANUFACTURE_YEAR, year);
	reading_set(&q->r, UPSY_R_MANUFACTURE_MONTH, month);
	reading_set(&q->r, UPSY_R_MANUFACTURE_DAY, day);
	return 0;
}

static const struct qx_field fields_un[] = { QX_CONV(0, 0, rating), QX_END };
static const struct qx_field fields_psnr[] = { QX_TEXT(0, 0, serial_number), QX_END };
static const struct qx_field fields_fwv[] = { QX_TEXT(0, 0, firmware), QX_END };
static const struct qx_field fields_brr[] = { QX_CONV(0, 0, battery_date), QX_END };
static const struct qx_field fields_bl[] = { QX_PERCENT(0, 2, CAPACITY), QX_END };
static const struct qx_field fields_rts[] = { QX_SECONDS(0, 3, RUNTIME), QX_END };
static const struct qx_field fields_tpb[] = { QX_NUM(0, 4, TEMPERATURE, QX_DEGREE), QX_END };
static const struct qx_field fields_lf[] = { QX_HZ(0, 3, OUTPUT_FREQUENCY), QX_END };

static const struct qx_query queries[] = {
	{ "Q1", NULL, '(', 46, QX_STATUS | QX_CLAIM, fields_q1 },
	{ "UN", NULL, 0, 17, QX_ONCE | QX_CLAIM | QX_BLANKS, fields_un },
	{ "PSNR", NULL, 0, 4, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_psnr },
	{ "FWV", NULL, 0, 4, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_fwv },
	{ "BRR", NULL, 0, 8, QX_ONCE | QX_VENDOR | QX_BLANKS, fields_brr },
	{ "Bl ?", NULL, 0, 3, QX_SLOW | QX_BLANKS, fields_bl },
	{ "RTS", NULL, 0, 4, QX_SLOW | QX_BLANKS, fields_rts },
	{ "TPb", NULL, 0, 4, QX_SLOW | QX_BLANKS, fields_tpb },
	{ "Lf ?", NULL, 0, 4, QX_SLOW | QX_BLANKS, fields_lf },
	QX_LAST_QUERY
};

/*
 * An and Af say whether it is to start by itself when mains return. They go first,
 * and without their consent nothing follows: who does not know cannot be trusted to
 * come back (nutdrv_qx; seen there on a BN150T).
 */
static const struct qx_command commands[] = {
	{ UPSY_ACTION_SHUTDOWN_RETURN, "An|S%n" },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, "Af|Sf%n" },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, "C" },
	QX_LAST_COMMAND
};

const struct qx_dialect qx_omron = {
	.name = "omron", .carrier = "omron", .ack = QX_ACK_WORD, .queries = queries,
	.commands = commands, .off_min = 12, .off_max = 600, .off_default = 30,
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};
