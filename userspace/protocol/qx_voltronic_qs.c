// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * voltronic-qs and voltronic-qs-hex: tables.
 * Source: nut-website protocols/voltronic-qs.txt.
 */
#include <string.h>

#include "protocol/qx.h"

/* QS is Q1, but its frequency is the output's. */
static const struct qx_field fields_qs[] = {
	QX_Q1_FRONT,
	QX_HZ(23, 26, OUTPUT_FREQUENCY),
	QX_BATTERY(28, 31),
	QX_Q1_BACK,
	QX_END
};

/*
 * QI
 * (CCC TTTTT II.I OOO.O LLL HHH …   charge, seconds, Hz, A, transfer low, high
 */
static const struct qx_field fields_qi[] = {
	QX_PERCENT(1, 3, CAPACITY),
	QX_SECONDS(5, 9, RUNTIME),
	QX_HZ(11, 14, INPUT_FREQUENCY),
	QX_AMPS(16, 20, OUTPUT_CURRENT),
	QX_VOLTS(22, 24, INPUT_TRANSFER_LOW),
	QX_VOLTS(26, 28, INPUT_TRANSFER_HIGH),
	QX_END
};

/*
 * M → one letter: P and T speak binary, V, H and the few others (C, I, J) text.
 * Their b3 says "line-interactive".
 */
static int letter(struct qx *q, const char *s, size_t len, bool binary)
{
	if (len != 1 || *s < 'A' || *s > 'Z' || (*s == 'P' || *s == 'T') != binary)
		return -1;
	q->regulates = true;
	return 0;
}

static int is_text(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	return letter(q, s, len, false);
}

static int is_hex(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	return letter(q, s, len, true);
}

static const struct qx_field fields_m_text[] = { QX_CONV(0, 0, is_text), QX_END };
static const struct qx_field fields_m_hex[] = { QX_CONV(0, 0, is_hex), QX_END };

static const struct qx_query qs_queries[] = {
	{ "M", NULL, 0, 1, QX_CLAIM, fields_m_text },
	{ "QS", NULL, '(', 46, QX_STATUS | QX_CLAIM, fields_qs },
	{ "F", NULL, '#', 21, QX_ONCE | QX_RATING, qx_fields_f },
	{ "QI", NULL, '(', 29, QX_SLOW | QX_BLANKS, fields_qi },
	QX_LAST_QUERY
};

/* Its only test is the quick one. */
static const struct qx_command qs_commands[] = {
	QX_TOGGLED_BEEPER,
	{ UPSY_ACTION_TEST_QUICK, "T" },
	QX_SHUTDOWNS,
	QX_LOAD_OFF,
	QX_LAST_COMMAND
};

const struct qx_dialect qx_voltronic_qs = {
	.name = "voltronic-qs", .distinct = true, .queries = qs_queries, .commands = qs_commands,
	.off_min = 12, .off_max = 540, .off_default = 30,
	.on_min = 60, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};

/*
 * Binary QS: '#', then AB C DE F G HI JKL M N O [P], parted by blanks. Bytes
 * that frame a message are sent as 28 and an index.
 */
static size_t unescape(const char *s, size_t len, uint8_t *out, size_t size)
{
	static const uint8_t plain[] = { 0x0d, 0x11, 0x13, 0x0a, 0x20 };
	size_t n = 0;

	for (size_t i = 0; i < len && n < size; i++) {
		uint8_t c = (uint8_t)s[i];

		if (c == 0x28 && i + 1 < len && (uint8_t)s[i + 1] < sizeof(plain))
			c = plain[(uint8_t)s[++i]];
		out[n++] = c;
	}
	return n;
}

static uint8_t const part_lengths[] = { 2, 1, 2, 1, 1, 2, 3, 1, 1, 1, 1 };

/* Blanks part the fields and are escaped inside them. Return: how many parts. */
static int parts_of(const char *s, size_t len, uint8_t part[][4])
{
	size_t start = 0;
	int n = 0;

	for (size_t i = 0; i <= len && n < 11; i++) {
		if (i < len && s[i] != ' ')
			continue;
		if (unescape(s + start, i - start, part[n], 4) != part_lengths[n])
			return -1;
		n++;
		start = i + 1;
	}
	return n;
}

static void hex_rating(struct qx *q, uint8_t p)
{
	static const int battery[] = { 12, 24, 36, 48 };
	static const int volts[] = { 110, 120, 220, 230, 240 };

	reading_set(&q->r, UPSY_R_INPUT_FREQUENCY_NOMINAL, p & 0x80 ? 60000 : 50000);
	reading_set(&q->r, UPSY_R_VOLTAGE_NOMINAL, (int64_t)battery[p >> 5 & 3] * QX_VOLT);
	if ((p & 7) < 5)
		reading_set(&q->r, UPSY_R_INPUT_VOLTAGE_NOMINAL, (int64_t)volts[p & 7] * QX_VOLT);
}

static int binary_status(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	uint8_t part[11][4];
	char bits[9];
	int64_t in, out, hz, period;
	int n = parts_of(s, len, part);

	if (n < 10)
		return -1;
	in = (int64_t)(part[0][0] << 8 | part[0][1]) * part[1][0] * QX_VOLT / 51 / 256;
	out = (int64_t)(part[2][0] << 8 | part[2][1]) * part[3][0] * QX_VOLT / 51 / 256;
	period = part[5][0] << 8 | part[5][1];
	hz = (int64_t)(part[6][0] << 16 | part[6][1] << 8 | part[6][2]);
	if (in > 500LL * QX_VOLT || out > 500LL * QX_VOLT)
		return -1;
	reading_set(&q->r, UPSY_R_INPUT_VOLTAGE, in);
	reading_set(&q->r, UPSY_R_OUTPUT_VOLTAGE, out);
	reading_set(&q->r, UPSY_R_LOAD, part[4][0]);
	if (period) {
		hz = hz * QX_HERTZ / period;
		reading_set(&q->r, UPSY_R_OUTPUT_FREQUENCY, hz > 99900 ? 99900 : hz);
	}
	qx_set_battery(q, (int64_t)part[7][0] * part[8][0] * QX_VOLT / 510);
	for (int i = 0; i < 8; i++)
		bits[i] = part[9][0] >> (7 - i) & 1 ? '1' : '0';
	bits[8] = '\0';
	if (n == 11)
		hex_rating(q, part[10][0]);
	return qx_status_bits(q, f, bits, 8);
}

static const struct qx_field fields_hex[] = { QX_CONV(1, 0, binary_status), QX_END };

static const struct qx_query hex_queries[] = {
	{ "M", NULL, 0, 1, QX_CLAIM, fields_m_hex },
	{ "QS", NULL, '#', 25, QX_STATUS | QX_CLAIM | QX_BINARY, fields_hex },
	{ "F", NULL, '#', 21, QX_ONCE | QX_RATING, qx_fields_f },
	QX_LAST_QUERY
};

/*
 * No tests: of the sources one says that P has none, another that T has none, and
 * P is silent to whatever begins with T, known or not.
 */
static const struct qx_command hex_commands[] = {
	QX_TOGGLED_BEEPER,
	QX_SHUTDOWNS,
	QX_LOAD_OFF,
	QX_LAST_COMMAND
};

const struct qx_dialect qx_voltronic_qs_hex = {
	.name = "voltronic-qs-hex", .distinct = true, .queries = hex_queries, .commands = hex_commands,
	.off_min = 12, .off_max = 540, .off_default = 30,
	.on_min = 60, .on_max = 599940, .on_default = 180, .timeout_ms = 1000,
};
