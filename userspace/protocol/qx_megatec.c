// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * megatec and the dialects that differ from it in little: tables.
 *
 * Sources: "Megatec protocol", version 2.7 (nut-website protocols/megatec.txt)
 * for Q1, F, I and all commands; what differs is named at its row.
 */
#include <ctype.h>
#include <string.h>

#include "protocol/qx.h"

/* Q1: its columns are drawn in qx.h */
const struct qx_field qx_fields_q1[] = {
	QX_Q1_FRONT,
	QX_HZ(23, 26, INPUT_FREQUENCY),
	QX_BATTERY(28, 31),
	QX_Q1_BACK,
	QX_END
};

/*
 * F
 * #MMM.M QQQ SS.SS RR.R
 * #220.0 005 24.00 50.0
 * 0123456789 123456789
 */
const struct qx_field qx_fields_f[] = {
	{ 1, 5, UPSY_R_INPUT_VOLTAGE_NOMINAL, QX_VOLT, qx_nominal },
	{ 7, 9, UPSY_R_OUTPUT_CURRENT_NOMINAL, QX_VOLT, qx_nominal },
	{ 11, 15, UPSY_R_VOLTAGE_NOMINAL, QX_VOLT, qx_nominal },
	{ 17, 20, UPSY_R_INPUT_FREQUENCY_NOMINAL, QX_HERTZ, qx_nominal },
	QX_END
};

static bool all_digits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s[i]))
			return false;
	}
	return len > 0;
}

/*
 * Newer chips put more into I: maker 1-7, serial number 8-15, model 17-21,
 * seconds of runtime 22-26, firmware from 28 (megatec.txt, "additional
 * information"). Told apart by the digits at 22 and no gap at 8.
 */
static int info(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	static const struct qx_field classic[] = {
		QX_TEXT(1, 15, manufacturer),
		QX_TEXT(17, 26, model_name),
		QX_TEXT(28, 37, firmware),
	};
	static const struct qx_field newer[] = {
		QX_TEXT(1, 7, manufacturer),
		QX_TEXT(8, 15, serial_number),
		QX_TEXT(17, 21, model_name),
		QX_SECONDS(22, 26, RUNTIME),
		QX_TEXT(28, 37, firmware),
	};
	bool is_newer = len > 27 && all_digits(s + 21, 5) && !memchr(s + 7, ' ', 8) &&
			!memchr(s + 7, '#', 8) && s[21] == '0';
	const struct qx_field *rows = is_newer ? newer : classic;
	size_t n = is_newer ? 5 : 3, early = 0;	/* both gaps one character early */

	/* @s starts at the character behind the lead, so offsets are one less. */
	if (len > 26 && s[14] == ' ' && s[15] != ' ' && s[25] == ' ' && s[26] != ' ')
		early = 1;
	for (size_t i = 0; i < n; i++) {
		size_t from = rows[i].from - 1u, to = rows[i].to - early;

		if (i)
			from -= early;
		if (from >= len)
			break;
		if (to > len)
			to = len;
		if (rows[i].conv(q, &rows[i], s + from, to - from))
			return -1;
	}
	q->live_info |= is_newer;
	return 0;
}

/*
 * I
 * #AAAAAAAAAAAAAAA BBBBBBBBBB CCCCCCCCCC
 * With fewer characters it must come twice (odd_once() in qx.c).
 */
const struct qx_field qx_fields_i[] = {
	QX_CONV(1, 0, info),
	QX_END
};

/* Innova TAE: version at 28-35, the rest is filled with '2' (Ippon, CH340). */
static const struct qx_field fields_i_innovatae[] = {
	QX_TEXT(1, 15, manufacturer),
	QX_TEXT(17, 26, model_name),
	QX_TEXT(28, 35, firmware),
	QX_END
};

/* BLnnn (hunnox) */
static const struct qx_field fields_bl[] = {
	QX_PERCENT(2, 4, CAPACITY),
	QX_END
};

#define STATUS(cmd) { cmd, NULL, '(', 46, QX_STATUS | QX_CLAIM, qx_fields_q1 }
#define RATING(cmd) { cmd, NULL, '#', 21, QX_ONCE | QX_RATING, qx_fields_f }
/* Some bridges know the question as ID (ExeGate, Vultech over armac). */
#define INFO(cmd, alt) { cmd, alt, '#', 38, QX_ONCE | QX_CLAIM | QX_VENDOR | QX_BLANKS, qx_fields_i }

static const struct qx_query q1_queries[] = { STATUS("Q1"), RATING("F"), QX_LAST_QUERY };
static const struct qx_query megatec_queries[] = {
	STATUS("Q1"), INFO("I", "ID"), RATING("F"), QX_LAST_QUERY
};
static const struct qx_query megatec_old_queries[] = {
	STATUS("D"), INFO("I", NULL), RATING("F"), QX_LAST_QUERY
};
static const struct qx_query mustek_queries[] = {
	STATUS("QS"), INFO("I", NULL), RATING("F"), QX_LAST_QUERY
};
static const struct qx_query mecer_queries[] = {
	STATUS("Q1"),
	{ "QPI", NULL, '(', 5, QX_ONCE | QX_BLANKS, qx_fields_qpi },
	RATING("F"),
	{ "I", NULL, '#', 38, QX_ONCE | QX_VENDOR | QX_BLANKS, qx_fields_i },
	QX_LAST_QUERY
};
static const struct qx_query zinto_queries[] = {
	STATUS("Q1"), INFO("FW?", NULL), RATING("F"), QX_LAST_QUERY
};
static const struct qx_query hunnox_queries[] = {
	STATUS("Q1"),
	INFO("FW?", "I"),	/* its own carrier knows I only */
	{ "BL", NULL, 'B', 5, QX_SLOW | QX_CLAIM | QX_BLANKS, fields_bl },
	RATING("F"), QX_LAST_QUERY
};
static const struct qx_query innovatae_queries[] = {
	STATUS("Q1"),
	{ "I", NULL, '#', 35, QX_ONCE | QX_CLAIM | QX_VENDOR | QX_BLANKS, fields_i_innovatae },
	RATING("F"), QX_LAST_QUERY
};

/*
 * "Q" toggles, so beeper-on and -off look at the state first. S00R0000 is the
 * one command that acts at once; it is sent for load-off only.
 */
static const struct qx_command classic_commands[] = {
	QX_TOGGLED_BEEPER,
	QX_TESTS,
	QX_SHUTDOWNS,
	QX_LOAD_OFF,
	QX_LAST_COMMAND
};

/* Minutes: T01 … T99 */
static const struct qx_setting classic_settings[] = {
	QX_TIMED_TEST,
	QX_LAST_SETTING
};

static bool is_p98(const struct qx *q)
{
	return q->revision == 98;
}

/* P98 units take .2 … .9 too (nutdrv_qx(8), "P98 units"). */
static const struct qx_setting mecer_settings[] = {
	{ "test.battery.start", NULL, 0, 0, 0, "T%dv", NULL, 12000, 5940000, 1000, is_p98 },
	QX_TIMED_TEST,
	QX_LAST_SETTING
};

/*
 * Early General Electric firmware never comes back with an on delay below 3
 * minutes, hence the default of 180 s.
 */
#define CLASSIC(n, q) \
	.name = n, .queries = q, .commands = classic_commands, .settings = classic_settings, \
	.off_min = 12, .off_max = 600, .off_default = 30, \
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000

const struct qx_dialect qx_q1 = { CLASSIC("q1", q1_queries) };
const struct qx_dialect qx_megatec = { CLASSIC("megatec", megatec_queries) };
const struct qx_dialect qx_megatec_old = { CLASSIC("megatec/old", megatec_old_queries) };
const struct qx_dialect qx_mustek = { CLASSIC("mustek", mustek_queries) };
const struct qx_dialect qx_zinto = { CLASSIC("zinto", zinto_queries) };

static bool says_nak_or_p98(const struct qx *q)
{
	return q->revision == 98 || (q->revision < 0 && q->nak_in_brackets);
}

const struct qx_dialect qx_mecer = {
	.name = "mecer", .queries = mecer_queries, .commands = classic_commands,
	.settings = mecer_settings, .ack = QX_ACK_WORD, .may_be = says_nak_or_p98,
	.off_min = 12, .off_max = 5940, .off_default = 30,
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};

/* Defaults 60 and 0: hunnox comes back with the mains (nutdrv_qx). */
const struct qx_dialect qx_hunnox = {
	.name = "hunnox", .carrier = "hunnox", .queries = hunnox_queries,
	.commands = classic_commands, .settings = classic_settings,
	.off_min = 12, .off_max = 600, .off_default = 60,
	.on_min = 0, .on_max = 599940, .on_default = 0, .timeout_ms = 1000,
};

/* All "2": what Innova TAE sends for its maker and model. */
static bool is_innovatae(struct qx *q)
{
	return q->filler_info;
}

const struct qx_dialect qx_innovatae = {
	CLASSIC("innovatae", innovatae_queries), .claim = is_innovatae,
};

/*
 * ablerex: megatec with binary extras (unverified on hardware; facts of NUT's
 * driver). Q5 and At are 16- and 32-bit big-endian behind the lead character.
 */
static uint32_t big_endian(const char *s, size_t n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | (uint8_t)*s++;
	return v;
}

/* Real volts are raw * nominal / 1200. */
static int ablerex_q5(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t nominal = reading_get(&q->ups->now, UPSY_R_VOLTAGE_NOMINAL, 0);
	uint32_t hz = big_endian(s + 1, 2), battery = big_endian(s + 7, 2);
	uint32_t error = big_endian(s + 13, 2), amps = big_endian(s + 15, 2);

	if (hz > 700 || amps > 10000)
		return -1;
	if (hz)
		reading_set(&q->r, UPSY_R_OUTPUT_FREQUENCY, (int64_t)hz * 100);
	reading_set(&q->r, UPSY_R_OUTPUT_CURRENT, (int64_t)amps * 100000);
	if (battery && nominal) {
		reading_set(&q->r, UPSY_R_VOLTAGE, (int64_t)battery * nominal / 1200);
		q->variant = '5';
	}
	alarm_set(&q->r, UPSY_ALARM_OTHER, error != 0);
	return 0;
}

static int ablerex_at(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	uint32_t seconds = big_endian(s + 1, 4);

	if (seconds && seconds < 86400 * 7)
		reading_set(&q->r, UPSY_R_RUNTIME, seconds);
	else
		reading_clear(&q->r, UPSY_R_RUNTIME);
	return 0;
}

static const struct qx_field ablerex_fields_q5[] = { QX_CONV(0, 0, ablerex_q5), QX_END };
static const struct qx_field ablerex_fields_at[] = { QX_CONV(0, 0, ablerex_at), QX_END };

/* Q1's battery column is not the real voltage; Q5, where it is answered, is. */
static int ablerex_battery(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	return q->variant == '5' ? 0 : qx_battery(q, f, s, len);
}

static const struct qx_field ablerex_fields_q1[] = {
	QX_Q1_FRONT,
	QX_HZ(23, 26, INPUT_FREQUENCY),
	{ 28, 31, UPSY_R_VOLTAGE, QX_VOLT, ablerex_battery },
	QX_Q1_BACK,
	QX_END
};

static const struct qx_query ablerex_queries[] = {
	{ "Q1", NULL, '(', 46, QX_STATUS | QX_CLAIM, ablerex_fields_q1 }, INFO("I", NULL), RATING("F"),
	{ "Q5", NULL, '(', 21, QX_SLOW | QX_BINARY, ablerex_fields_q5 },
	{ "At", NULL, '(', 5, QX_SLOW | QX_BINARY, ablerex_fields_at },
	QX_LAST_QUERY
};

static const struct qx_command ablerex_commands[] = {
	QX_TOGGLED_BEEPER,
	QX_TESTS,
	QX_SHUTDOWNS,
	{ UPSY_ACTION_LOAD_OFF, "S.2" },
	QX_LAST_COMMAND
};

static bool is_ablerex(struct qx *q)
{
	return !strncasecmp(q->id.manufacturer, "ablerex", 7) ||
	       !strcmp(q->link.carrier->name, "ablerex");
}

const struct qx_dialect qx_ablerex = {
	.name = "ablerex", .carrier = "ablerex", .queries = ablerex_queries,
	.commands = ablerex_commands, .settings = classic_settings, .claim = is_ablerex,
	.off_min = 12, .off_max = 600, .off_default = 30,
	.on_min = 0, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};
