// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bestups: Best Power Patriot Pro, Fortress, Axxium, Sola 320 … 620. Tables.
 * Source: nut-website protocols/sola.txt (Phoenixtec's specification).
 */
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "protocol/qx.h"

static const struct { const char *code, *name; } models[] = {
	{ "AX1", "Axxium Rackmount" }, { "FOR", "Fortress" }, { "FTC", "Fortress Telecom" },
	{ "PR2", "Patriot Pro II" }, { "PRO", "Patriot Pro" }, { "320", "Sola 320" },
	{ "325", "Sola 325" }, { "520", "Sola 520" }, { "525", "Sola 525" },
	{ "620", "Sola 620" },
};

/* Low and high transfer voltage by the digit of M; [1] for 230 V models. */
static const struct { uint16_t low, high; } transfer[2][10] = {
	{ { 96, 146 }, { 96, 156 }, { 90, 146 }, { 90, 156 }, { 90, 130 },
	  { 90, 146 }, { 90, 130 }, { 90, 146 }, { 96, 156 }, { 90, 156 } },
	{ { 200, 284 }, { 200, 290 }, { 188, 284 }, { 188, 290 }, { 188, 270 },
	  { 188, 284 }, { 180, 270 }, { 180, 284 }, { 165, 244 }, { 165, 270 } },
};

static int model(struct qx *q, const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		if (len == 3 && !memcmp(s, models[i].code, 3)) {
			identity_copy(q->id.model_name, models[i].name, strlen(models[i].name));
			/* Their bypass bit says "normal" when it is set. */
			q->pro_bypass = !memcmp(s, "PRO", 3) || !memcmp(s, "PR2", 3);
			return 0;
		}
	}
	return -1;
}

/*
 * ID
 * FOR,750,120,120,20.0,27.6
 * model, VA, nominal input and output, battery low and full
 */
static int id(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v[6] = { 0 };
	size_t start = 0;
	int n = 0;

	for (size_t i = 0; i <= len && n < 6; i++) {
		if (i < len && s[i] != ',')
			continue;
		if (n == 0 ? model(q, s, i) :
			     qx_parse_number(s + start, i - start, QX_VOLT, &v[n]))
			return -1;
		n++;
		start = i + 1;
	}
	if (n < 6)
		return -1;
	identity_copy(q->id.manufacturer, "Best Power", 10);
	reading_set(&q->r, UPSY_R_APPARENT_POWER_NOMINAL, v[1]);
	reading_set(&q->r, UPSY_R_INPUT_VOLTAGE_NOMINAL, v[2]);
	reading_set(&q->r, UPSY_R_OUTPUT_VOLTAGE_NOMINAL, v[3]);
	q->ups->battery_empty = v[4];
	q->ups->battery_full = v[5];
	/* Full is 13.8 V for each 12 V. */
	if (v[5] > 0)
		reading_set(&q->r, UPSY_R_VOLTAGE_NOMINAL,
			    (v[5] + 6900000) / 13800000 * 12000000);
	return 0;
}

static int transfer_index(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	bool europe = reading_get(&q->r, UPSY_R_INPUT_VOLTAGE_NOMINAL, 0) > 160LL * QX_VOLT;

	if (len != 1 || *s < '0' || *s > '9')
		return -1;
	reading_set(&q->r, UPSY_R_INPUT_TRANSFER_LOW,
		    transfer[europe][*s - '0'].low * (int64_t)QX_VOLT);
	reading_set(&q->r, UPSY_R_INPUT_TRANSFER_HIGH,
		    transfer[europe][*s - '0'].high * (int64_t)QX_VOLT);
	return 0;
}

static const struct qx_field fields_id[] = { QX_CONV(0, 0, id), QX_END };
static const struct qx_field fields_m[] = { QX_CONV(0, 0, transfer_index), QX_END };
static const struct qx_field fields_rt[] = { QX_MINUTES(0, 2, RUNTIME), QX_END };
static const struct qx_field fields_bp[] = { QX_NUM(0, 1, BATTERY_PACKS, 1), QX_END };

static const struct qx_query queries[] = {
	{ "Q1", NULL, '(', 46, QX_STATUS | QX_CLAIM, qx_fields_q1 },
	{ "ID", NULL, 0, 20, QX_ONCE | QX_CLAIM | QX_VENDOR | QX_BLANKS, fields_id },
	{ "M", NULL, 0, 1, QX_ONCE | QX_BLANKS, fields_m },
	{ "RT", NULL, 0, 3, QX_SLOW | QX_BLANKS, fields_rt },	/* not PRO, 320 */
	{ "BP?", NULL, 0, 2, QX_ONCE | QX_BLANKS, fields_bp },	/* AX1, 620 */
	QX_LAST_QUERY
};

/* "Sn" alone stays off here. */
static const struct qx_command commands[] = {
	QX_TESTS,
	{ UPSY_ACTION_SHUTDOWN_RETURN, "S%n%r" },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, "S%n" },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, "C" },
	{ UPSY_ACTION_LOAD_ON, "C" },
	QX_LOAD_OFF,
	QX_LAST_COMMAND
};

static const struct qx_setting settings[] = {
	QX_TIMED_TEST,
	{ "battery.packs", "BP?", 0, 0, 1, "BP%1v", NULL, 0, 5000, 1000 },
	{ "pins_shutdown_mode", "SS?", 0, 0, 1, "SS%1v", NULL, 0, 6000, 1000 },
	QX_LAST_SETTING
};

/* PRO and 320 neither answer RT; the bit b0 of this family is always 0. */
static void started(struct qx *q)
{
	reading_clear(&q->ups->now, UPSY_R_BEEPER);
}

const struct qx_dialect qx_bestups = {
	.name = "bestups", .flags = QX_STAYOFF_SN, .queries = queries, .commands = commands,
	.settings = settings, .started = started, .off_min = 12, .off_max = 5940,
	.off_default = 30, .on_min = 60, .on_max = 599940, .on_default = 180,
	.timeout_ms = 3000,
};
