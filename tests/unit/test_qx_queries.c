// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every question of every dialect: which column is which reading, in answers whose
 * every digit matters, so that a column that is off by one is seen. Columns from
 * the protocols' papers, not from the tables.
 */
#include <stddef.h>

#include "qx_fake.h"

#define V	1000000LL
#define MAX	16

struct expect { unsigned int id; int64_t value; };

static const struct row {
	const char *dialects, *cmd;
	int shortest;			/* characters that it must have, without the CR */
	const char *answer;
	struct expect expect[MAX];
	const char *maker, *model, *firmware, *serial;
	int len;			/* of a binary answer */
} rows[] = {
#define Q1_ANSWER "(231.7 195.3 229.8 117 49.6 27.4 31.5 00001001"
#define Q1_EXPECT { UPSY_R_INPUT_VOLTAGE, 231700000 }, { UPSY_R_INPUT_VOLTAGE_FAULT, 195300000 }, \
	{ UPSY_R_OUTPUT_VOLTAGE, 229800000 }, { UPSY_R_LOAD, 117 }, { UPSY_R_VOLTAGE, 27400000 }
	{ "megatec q1 zinto hunnox mecer innovatae bestups ablerex", "Q1", 46, Q1_ANSWER,
	  { Q1_EXPECT, { UPSY_R_INPUT_FREQUENCY, 49600 }, { UPSY_R_TEMPERATURE, 315 } } },
	{ "megatec/old", "D", 46, Q1_ANSWER,
	  { Q1_EXPECT, { UPSY_R_INPUT_FREQUENCY, 49600 }, { UPSY_R_TEMPERATURE, 315 } } },
	{ "mustek", "QS", 46, Q1_ANSWER,
	  { Q1_EXPECT, { UPSY_R_INPUT_FREQUENCY, 49600 }, { UPSY_R_TEMPERATURE, 315 } } },
	{ "voltronic-qs", "QS", 46, Q1_ANSWER,
	  { Q1_EXPECT, { UPSY_R_OUTPUT_FREQUENCY, 49600 }, { UPSY_R_TEMPERATURE, 315 } } },
	{ "omron", "Q1", 46, Q1_ANSWER, { Q1_EXPECT, { UPSY_R_INPUT_FREQUENCY, 49600 } } },
	/* its bits alone */
	{ "q6 innovart31 innovart33", "Q1", 46, Q1_ANSWER, { { 0, 0 } } },
	{ "megatec q1 zinto hunnox mecer innovatae ablerex megatec/old mustek voltronic-qs "
	  "voltronic-qs-hex voltronic q2 q6 innovart31 innovart33 gtec", "F", 21, "#231.7 114 36.25 59.6",
	  { { UPSY_R_INPUT_VOLTAGE_NOMINAL, 231700000 }, { UPSY_R_OUTPUT_CURRENT_NOMINAL, 114 * V },
	    { UPSY_R_VOLTAGE_NOMINAL, 36250000 }, { UPSY_R_INPUT_FREQUENCY_NOMINAL, 59600 } } },
#define INFO "#ABCDEFGHIJKLMNO PQRSTUVWXY Z123456789"
	{ "megatec mecer ablerex megatec/old mustek gtec voltronic", "I", 38, INFO, { { 0, 0 } },
	  "ABCDEFGHIJKLMNO", "PQRSTUVWXY", "Z123456789", "" },
	{ "zinto hunnox", "FW?", 38, INFO, { { 0, 0 } }, "ABCDEFGHIJKLMNO", "PQRSTUVWXY",
	  "Z123456789", "" },
	{ "megatec", "I", 38, "#MAKERABSERIAL78 MODEL01234 FIRMWARE01", { { UPSY_R_RUNTIME,
	  1234 } },
	  "MAKERAB", "MODEL", "FIRMWARE01", "SERIAL78" },
	{ "innovatae", "I", 35, "#ABCDEFGHIJKLMNO PQRSTUVWXY Z1234567", { { 0, 0 } },
	  "ABCDEFGHIJKLMNO", "PQRSTUVWXY", "Z1234567", "" },
	{ "hunnox", "BL", 5, "BL100", { { UPSY_R_CAPACITY, 100 } } },
	/* 61.1 Hz, 1370/1200 of the nominal volts, 2.5 A */
	{ "ablerex", "Q5", 21, "(\x02\x63\0\0\0\0\x05\x5a\x04\x10\0\0\0\0\x01\x19\0\0\0\0",
	  { { UPSY_R_OUTPUT_FREQUENCY, 61100 }, { UPSY_R_OUTPUT_CURRENT, 28100000 },
	    { UPSY_R_VOLTAGE, 27400000 } }, NULL, NULL, NULL, NULL, 21 },
	{ "ablerex", "At", 5, "(\0\x01\x02\x58", { { UPSY_R_RUNTIME, 66136 } }, NULL, NULL, NULL,
	  NULL, 5 },

	{ "bestups", "ID", 20, "FOR,751,121,122,20.5,27.6",
	  { { UPSY_R_APPARENT_POWER_NOMINAL, 751 * V }, { UPSY_R_INPUT_VOLTAGE_NOMINAL, 121 * V },
	    { UPSY_R_OUTPUT_VOLTAGE_NOMINAL, 122 * V }, { UPSY_R_VOLTAGE_NOMINAL, 24 * V } },
	  "Best Power", "Fortress", "", "" },
	{ "bestups", "M", 1, "5", { { UPSY_R_INPUT_TRANSFER_LOW, 90 * V },
	  { UPSY_R_INPUT_TRANSFER_HIGH, 146 * V } } },
	{ "bestups", "RT", 3, "125", { { UPSY_R_RUNTIME, 7500 } } },
	{ "bestups", "BP?", 2, "12", { { UPSY_R_BATTERY_PACKS, 12 } } },

	{ "masterguard", "WH", 112,
	  "(01 12.34 1.000 A 1000                         3 231 51.25 118 02.25 012.00 005.00 012 15 45 165 275 "
	  "45.00 55.00",
	  { { UPSY_R_BATTERY_PACKS, 3 }, { UPSY_R_INPUT_VOLTAGE_NOMINAL, 231 * V },
	    { UPSY_R_INPUT_FREQUENCY_NOMINAL, 51250 }, { UPSY_R_VOLTAGE_NOMINAL, 265500000 },
	    { UPSY_R_INPUT_TRANSFER_LOW, 165 * V }, { UPSY_R_INPUT_TRANSFER_HIGH, 275 * V },
	    { UPSY_R_APPARENT_POWER_NOMINAL, 1000 * V } },
	  "Masterguard", "A 1000", "12.34", "" },
	{ "masterguard", "Q3", 70,
	  "(01 231.7 195.3 229.8 117 49.6 12.27 31.5 125.31 100 00000000 00000010",
	  { { UPSY_R_INPUT_VOLTAGE, 231700000 }, { UPSY_R_INPUT_VOLTAGE_FAULT, 195300000 },
	    { UPSY_R_OUTPUT_VOLTAGE, 229800000 }, { UPSY_R_LOAD, 117 }, { UPSY_R_INPUT_FREQUENCY,
	    49600 },
	    { UPSY_R_VOLTAGE, 12270000 }, { UPSY_R_TEMPERATURE, 315 }, { UPSY_R_RUNTIME, 7531 },
	    { UPSY_R_CAPACITY, 100 }, { UPSY_R_SELF_TEST, UPSY_SELF_TEST_PASSED } } },
	{ "masterguard", "GSN,%a", 4, "(01,SSN=6A1212", { { 0, 0 } }, "", "", "", "6A1212" },
	{ "masterguard", "GS,%a", 10, "(01,01 3 1", { { UPSY_R_BATTERY_PACKS, 3 },
	  { UPSY_R_BEEPER, UPSY_BEEPER_ENABLED } } },
	{ "masterguard", "FLT,%a", 24, "(01,0 0046 0000:21:14:41 ", { { 0, 0 } } },

	{ "voltronic", "QGS", 75,
	  "(231.7 49.6 229.8 51.3 112.5 117 361.8 361.8 127.3 ---.- 122.9 100000000010",
	  { { UPSY_R_INPUT_VOLTAGE, 231700000 }, { UPSY_R_INPUT_FREQUENCY, 49600 },
	    { UPSY_R_OUTPUT_VOLTAGE, 229800000 }, { UPSY_R_OUTPUT_FREQUENCY, 51300 },
	    { UPSY_R_OUTPUT_CURRENT, 112500000 }, { UPSY_R_LOAD, 117 }, { UPSY_R_VOLTAGE,
	    127300000 },
	    { UPSY_R_TEMPERATURE, 1229 } } },
	{ "voltronic", "QMOD", 2, "(L", { { 0, 0 } } },
	{ "voltronic mecer", "QPI", 5, "(PI98", { { 0, 0 } } },
	{ "voltronic", "QBV", 18, "(273.1 21 13 100 1234", { { UPSY_R_VOLTAGE, 273100000 },
	  { UPSY_R_BATTERY_PACKS, 13 }, { UPSY_R_CAPACITY, 100 }, { UPSY_R_RUNTIME, 74040 } } },
	{ "voltronic", "QBV", 18, "(273.1 21 13 100 123", { { UPSY_R_VOLTAGE, 273100000 },
	  { UPSY_R_BATTERY_PACKS, 13 }, { UPSY_R_CAPACITY, 100 }, { UPSY_R_RUNTIME, 7380 } } },
	{ "voltronic", "QMD", 47, "(ABCDEFGHIJKLMNO ##12310 85 3/3 231 228 12 12.5",
	  { { UPSY_R_APPARENT_POWER_NOMINAL, 12310 * V }, { UPSY_R_POWER_NOMINAL, 10463500000 },
	    { UPSY_R_INPUT_VOLTAGE_NOMINAL, 231 * V }, { UPSY_R_OUTPUT_VOLTAGE_NOMINAL, 228 * V },
	    { UPSY_R_VOLTAGE_NOMINAL, 150 * V } }, "", "ABCDEFGHIJKLMNO", "", "" },
	{ "voltronic", "QRI", 21, "(231.7 114 136.5 59.6", { { UPSY_R_OUTPUT_VOLTAGE_NOMINAL,
	  231700000 },
	  { UPSY_R_OUTPUT_CURRENT_NOMINAL, 114 * V }, { UPSY_R_VOLTAGE_NOMINAL, 136500000 },
	  { UPSY_R_OUTPUT_FREQUENCY_NOMINAL, 59600 } } },
	{ "voltronic", "QMF", 2, "(BOH", { { 0, 0 } }, "BOH", "", "", "" },
	{ "voltronic voltronic-axpert", "QVFW", 8, "(VERFW:00322.02", { { 0, 0 } }, "", "",
	  "00322.02", "" },
	{ "voltronic voltronic-axpert", "QID", 2, "(12345", { { 0, 0 } }, "", "", "", "12345" },
	{ "voltronic", "QWS", 65,
	  "(0000000000000000000000000000000000000000000000000000000000000000",
	  { { 0, 0 } } },
	{ "voltronic", "QFS", 3, "(OK", { { 0, 0 } } },
	{ "voltronic", "QFLAG", 3, "(EpbDa", { { UPSY_R_BEEPER, UPSY_BEEPER_DISABLED } } },
	{ "voltronic", "QSK1", 2, "(1", { { UPSY_R_OUTLETS, 1 } } },
	{ "voltronic", "QSK2", 2, "(1", { { UPSY_R_OUTLETS, 2 } } },
	{ "voltronic", "QSK3", 2, "(1", { { UPSY_R_OUTLETS, 4 } } },
	{ "voltronic", "QSK4", 2, "(1", { { UPSY_R_OUTLETS, 8 } } },
	{ "voltronic", "Q3PV", 18, "(231.1 232.2 233.3 401.1 402.2 403.3", { { UPSY_R_INPUT_VOLTAGE,
	  231100000 },
	  { UPSY_R_INPUT_VOLTAGE_L2, 232200000 }, { UPSY_R_INPUT_VOLTAGE_L3, 233300000 } } },
	{ "voltronic", "Q3OV", 18, "(231.1 232.2 233.3 401.1 402.2 403.3",
	  { { UPSY_R_OUTPUT_VOLTAGE, 231100000 },
	  { UPSY_R_OUTPUT_VOLTAGE_L2, 232200000 }, { UPSY_R_OUTPUT_VOLTAGE_L3, 233300000 } } },
	{ "voltronic", "Q3OC", 12, "(111 112 113", { { UPSY_R_OUTPUT_CURRENT_L2, 112 * V },
	  { UPSY_R_OUTPUT_CURRENT_L3, 113 * V } } },
	{ "voltronic", "Q3LD", 12, "(111 112 113", { { UPSY_R_LOAD_L2, 112 }, { UPSY_R_LOAD_L3,
	  113 } } },
	{ "voltronic", "Q3YV", 6, "(231.7 232.1 233.4", { { UPSY_R_BYPASS_VOLTAGE, 231700000 } } },

	{ "voltronic-qs voltronic-qs-hex", "M", 1, NULL, { { 0, 0 } } },
	{ "voltronic-qs", "QI", 29, "(100 12345 49.6 111.5 191 264 000000000000000000",
	  { { UPSY_R_CAPACITY, 100 }, { UPSY_R_RUNTIME, 12345 }, { UPSY_R_INPUT_FREQUENCY, 49600 },
	    { UPSY_R_OUTPUT_CURRENT, 111500000 }, { UPSY_R_INPUT_TRANSFER_LOW, 191 * V },
	    { UPSY_R_INPUT_TRANSFER_HIGH, 264 * V } } },
	/* (ABh * C / 51 / 256) V, JKL / HI Hz, M * N / 510 V; P: 60 Hz, 36 V, 230 V */
	{ "voltronic-qs-hex", "QS", 25,
	  "#\x73\x01 \x65 \x71\x02 \x67 \x4d \x60\xa8 \x12\xc0\x42 \xcc \x5b \x09 \xc3",
	  { { UPSY_R_INPUT_VOLTAGE, 227752833 }, { UPSY_R_OUTPUT_VOLTAGE, 228231464 },
	  { UPSY_R_LOAD, 77 },
	    { UPSY_R_OUTPUT_FREQUENCY, 49663 }, { UPSY_R_VOLTAGE, 36400000 },
	    { UPSY_R_INPUT_FREQUENCY_NOMINAL, 60000 }, { UPSY_R_VOLTAGE_NOMINAL, 36 * V },
	    { UPSY_R_INPUT_VOLTAGE_NOMINAL, 230 * V } }, NULL, NULL, NULL, NULL, 27 },

	{ "voltronic-axpert", "QPIGS", 91,
	  "(231.7 49.6 229.8 51.3 1161 1119 113 461 57.51 112 100 0069 0014 103.8 57.45 00000 00010000",
	  { { UPSY_R_INPUT_VOLTAGE, 231700000 }, { UPSY_R_INPUT_FREQUENCY, 49600 },
	    { UPSY_R_OUTPUT_VOLTAGE, 229800000 }, { UPSY_R_OUTPUT_FREQUENCY, 51300 },
	    { UPSY_R_OUTPUT_APPARENT_POWER, 1161 * V }, { UPSY_R_OUTPUT_POWER, 1119 * V },
	    { UPSY_R_LOAD, 113 }, { UPSY_R_VOLTAGE, 57510000 }, { UPSY_R_BATTERY_CURRENT,
	    -112 * V },
	    { UPSY_R_CAPACITY, 100 }, { UPSY_R_TEMPERATURE, 690 } } },
	{ "voltronic-axpert", "QPIGS", 91,
	  "(231.7 49.6 229.8 51.3 1161 1119 113 461 57.51 000 100 0069 0014 103.8 57.45 00123 00010000",
	  { { UPSY_R_BATTERY_CURRENT, 123 * V } } },
	{ "voltronic-axpert", "QMOD", 2, "(L", { { 0, 0 } } },
	{ "voltronic-axpert", "QPIRI", 42, "(231.7 21.7 228.6 59.6 21.8 5123 4123 48.5 46.0 42.0",
	  { { UPSY_R_INPUT_VOLTAGE_NOMINAL, 231700000 }, { UPSY_R_OUTPUT_VOLTAGE_NOMINAL,
	  228600000 },
	    { UPSY_R_OUTPUT_FREQUENCY_NOMINAL, 59600 }, { UPSY_R_OUTPUT_CURRENT_NOMINAL, 21800000 },
	    { UPSY_R_APPARENT_POWER_NOMINAL, 5123 * V }, { UPSY_R_POWER_NOMINAL, 4123 * V },
	    { UPSY_R_VOLTAGE_NOMINAL, 48500000 } } },
	{ "voltronic-axpert", "QMN", 2, "(MKS2-8000", { { 0, 0 } }, "", "MKS2-8000", "", "" },
	{ "voltronic-axpert", "QPIWS", 25, "(00000000000000000000000000000000", { { 0, 0 } } },

	{ "omron", "UN", 17, "1125W/1136VA/148V/160W/020W", { { UPSY_R_POWER_NOMINAL, 1125 * V },
	  { UPSY_R_APPARENT_POWER_NOMINAL, 1136 * V }, { UPSY_R_VOLTAGE_NOMINAL, 148 * V } } },
	{ "omron", "PSNR", 4, "A0Z25110005109G ", { { 0, 0 } }, "", "", "", "A0Z25110005109G" },
	{ "omron", "FWV", 4, "M:0.17(S:2.00)", { { 0, 0 } }, "", "", "M:0.17(S:2.00)", "" },
	{ "omron", "BRR", 8, "20261130", { { UPSY_R_MANUFACTURE_YEAR, 2026 },
	  { UPSY_R_MANUFACTURE_MONTH, 11 },
	  { UPSY_R_MANUFACTURE_DAY, 30 } } },
	{ "omron", "Bl ?", 3, "100", { { UPSY_R_CAPACITY, 100 } } },
	{ "omron", "RTS", 4, "1699", { { UPSY_R_RUNTIME, 1699 } } },
	{ "omron", "TPb", 4, "+22.5", { { UPSY_R_TEMPERATURE, 225 } } },
	{ "omron", "Lf ?", 4, "49.6", { { UPSY_R_OUTPUT_FREQUENCY, 49600 } } },

	{ "q6 innovart31 innovart33", "Q6", 108,
	  "(231.1 232.2 233.3 51.3 229.1 230.2 231.3 49.6 117 118 119 327.8 000.0 23.5 16932 100 32 "
	  "00000000 00000000 11",
	  { { UPSY_R_INPUT_VOLTAGE, 231100000 }, { UPSY_R_INPUT_VOLTAGE_L2, 232200000 },
	    { UPSY_R_INPUT_VOLTAGE_L3, 233300000 }, { UPSY_R_INPUT_FREQUENCY, 51300 },
	    { UPSY_R_OUTPUT_VOLTAGE, 229100000 }, { UPSY_R_OUTPUT_VOLTAGE_L2, 230200000 },
	    { UPSY_R_OUTPUT_VOLTAGE_L3, 231300000 }, { UPSY_R_OUTPUT_FREQUENCY, 49600 },
	    { UPSY_R_LOAD, 118 },
	    { UPSY_R_LOAD_L2, 118 }, { UPSY_R_LOAD_L3, 119 }, { UPSY_R_VOLTAGE, 327800000 },
	    { UPSY_R_TEMPERATURE, 235 }, { UPSY_R_RUNTIME, 16932 }, { UPSY_R_CAPACITY, 100 } } },
	{ "q2 q6 innovart31 innovart33", "WA", 78,
	  "(111.1 112.2 113.3 121.1 122.2 123.3 336.6 366.6 101.5 102.6 103.7 117 00000000",
	  { { UPSY_R_OUTPUT_POWER, 336600000000 }, { UPSY_R_OUTPUT_APPARENT_POWER, 366600000000 },
	    { UPSY_R_OUTPUT_CURRENT, 101500000 }, { UPSY_R_OUTPUT_CURRENT_L2, 102600000 },
	    { UPSY_R_OUTPUT_CURRENT_L3, 103700000 }, { UPSY_R_LOAD, 117 } } },
	{ "q2 q6 innovart31 innovart33", "BPS", 23, "(231.7 232.1 233.4 49.6",
	  { { UPSY_R_BYPASS_VOLTAGE, 231700000 }, { UPSY_R_BYPASS_FREQUENCY, 49600 } } },
	{ "q6 innovart31 innovart33", "FW?", 4, "05516-1100", { { 0, 0 } }, "", "", "05516-1100",
	  "" },
	{ "innovart31 innovart33", "SASV07?", 12, "GASV07DN05K10KB100004      ", { { 0, 0 } }, "",
	  "", "",
	  "N05K10KB100004" },
	{ "innovart31 innovart33", "WH", 40, "(00 00.00 00.00 INN3T20K                 2 3/1",
	  { { 0, 0 } },
	  "", "INN3T20K", "", "" },
	{ "q2", "Q2", 117,
	  "(231.1 232.2 233.3 195.3 229.1 230.2 231.3 117 118 119 49.6 327.6 18.5 00000000 123.50 100 "
	  "02 00 00 00 00 00000000 11",
	  { { UPSY_R_INPUT_VOLTAGE, 231100000 }, { UPSY_R_INPUT_VOLTAGE_L2, 232200000 },
	    { UPSY_R_INPUT_VOLTAGE_L3, 233300000 }, { UPSY_R_INPUT_VOLTAGE_FAULT, 195300000 },
	    { UPSY_R_OUTPUT_VOLTAGE, 229100000 }, { UPSY_R_OUTPUT_VOLTAGE_L2, 230200000 },
	    { UPSY_R_OUTPUT_VOLTAGE_L3, 231300000 }, { UPSY_R_LOAD, 118 }, { UPSY_R_LOAD_L2, 118 },
	    { UPSY_R_LOAD_L3, 119 }, { UPSY_R_INPUT_FREQUENCY, 49600 }, { UPSY_R_VOLTAGE,
	    327600000 },
	    { UPSY_R_TEMPERATURE, 185 }, { UPSY_R_RUNTIME, 7410 }, { UPSY_R_CAPACITY, 100 } } },
	{ "gtec", "Q4", 63, "(236.7 243.2 212.1 221.3 231.4 112 113 49.6 371 372 141.3 22.9 IM",
	  { { UPSY_R_INPUT_VOLTAGE, 236700000 }, { UPSY_R_INPUT_VOLTAGE_FAULT, 221300000 },
	    { UPSY_R_OUTPUT_VOLTAGE, 231400000 }, { UPSY_R_LOAD, 113 }, { UPSY_R_INPUT_FREQUENCY,
	    49600 },
	    { UPSY_R_VOLTAGE, 141300000 }, { UPSY_R_TEMPERATURE, 229 },
	    { UPSY_R_SELF_TEST, UPSY_SELF_TEST_PASSED } } },
};

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at++) {
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	}
	return false;
}

static const struct qx_query *query_of(const struct qx_dialect *d, const char *cmd)
{
	const struct qx_query *query;

	for (query = d->queries; query->cmd && strcmp(query->cmd, cmd); query++)
		;
	return query->cmd ? query : NULL;
}

static bool is_expected(const struct row *r, unsigned int id)
{
	for (int i = 0; i < MAX && r->expect[i].id; i++) {
		if (r->expect[i].id == id)
			return true;
	}
	return false;
}

static void check_texts(const struct row *r, const struct qx *q)
{
	if (!r->maker)
		return;
	assert_string_equal(q->id.manufacturer, r->maker);
	assert_string_equal(q->id.model_name, r->model);
	assert_string_equal(q->id.firmware, r->firmware);
	assert_string_equal(q->id.serial_number, r->serial);
}

/* A UPS that speaks @d, with as many phases as there can be. */
static void init(struct qx *q, struct ups *ups, const struct qx_dialect *d)
{
	memset(q, 0, sizeof(*q));
	memset(ups, 0, sizeof(*ups));
	q->ups = ups;
	q->dialect = d;
	q->link.carrier = qx_carrier_named("serial");
	q->phases = q->in_phases = 3;
	q->revision = -1;
	reading_set(&ups->now, UPSY_R_VOLTAGE_NOMINAL, 24 * V);
	if (!strcmp(d->name, "ablerex"))
		q->variant = '\0';
}

static void check(const struct row *r, const struct qx_dialect *d)
{
	const struct qx_query *query = query_of(d, r->cmd);
	size_t len = r->len ? (size_t)r->len : strlen(r->answer);
	struct ups ups;
	struct qx q;

	init(&q, &ups, d);
	assert_int_equal(qx_parse_answer(&q, query, r->answer, len), 0);
	for (int i = 0; i < MAX && r->expect[i].id; i++) {
		int64_t is = reading_get(&q.r, r->expect[i].id, INT64_MIN);

		if (is != r->expect[i].value)
			print_message("%s: %s: %s is %lld, not %lld\n", d->name, r->cmd,
				      reading_table[r->expect[i].id].name, (long long)is,
				      (long long)r->expect[i].value);
		assert_int_equal(is, r->expect[i].value);
	}
	/* Nothing else is told, but for what the bits say; and the row of discharging. */
	for (unsigned int id = 1; id <= UPSY_R_MAX && r->expect[1].id; id++) {
		if (!reading_known(&q.r, id) || is_expected(r, id) || id == UPSY_R_ALARMS ||
		    id == UPSY_R_TOPOLOGY || id == UPSY_R_SELF_TEST || id == UPSY_R_BEEPER)
			continue;
		print_message("%s: %s tells %s too\n", d->name, r->cmd, reading_table[id].name);
		fail();
	}
	check_texts(r, &q);
	if (!strcmp(r->cmd, "QPI"))
		assert_int_equal(q.revision, 98);
	if (!strcmp(r->cmd, "WH") && *r->firmware)
		assert_int_equal(q.slave, 1);
}

/* One character less than there must be is no answer, where columns cannot be counted. */
static void check_short(const struct row *r, const struct qx_dialect *d)
{
	const struct qx_query *query = query_of(d, r->cmd);
	struct ups ups;
	struct qx q;

	init(&q, &ups, d);
	/* but an I is read without the blanks at its end, when it comes twice */
	if (query->flags & (QX_BLANKS | QX_BINARY) && query->fields != qx_fields_i)
		assert_int_not_equal(qx_parse_answer(&q, query, r->answer, (size_t)r->shortest - 1),
			0);
	assert_int_equal(query->min, r->shortest);
	/* another lead character */
	if (query->lead) {
		char other[256];
		size_t len = r->len ? (size_t)r->len : strlen(r->answer);

		memcpy(other, r->answer, len);
		other[0] = 'X';
		assert_int_not_equal(qx_parse_answer(&q, query, other, len), 0);
	}
}

static void test_columns(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t k = 0; qx_dialects[k]; k++) {
			struct row r = rows[i];

			if (!has_word(r.dialects, qx_dialects[k]->name))
				continue;
			if (!query_of(qx_dialects[k], r.cmd))
				print_message("%s does not ask %s\n", qx_dialects[k]->name, r.cmd);
			assert_non_null(query_of(qx_dialects[k], r.cmd));
			if (!r.answer)
				r.answer = strstr(qx_dialects[k]->name, "hex") ? "P" : "V";
			check(&r, qx_dialects[k]);
			check_short(&r, qx_dialects[k]);
		}
	}
}

/* No question without a row. */
static void test_none_is_missing(void **state)
{
	for (size_t k = 0; qx_dialects[k]; k++) {
		for (const struct qx_query *query = qx_dialects[k]->queries; query->cmd; query++) {
			bool found = false;

			for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
				found |= has_word(rows[i].dialects, qx_dialects[k]->name) &&
					 !strcmp(rows[i].cmd, query->cmd);
			if (!found)
				print_message("%s: %s\n", qx_dialects[k]->name, query->cmd);
			assert_true(found);
		}
	}
}

/* When each question is asked: at the start, in each poll, in full ones; and what forbids it. */
static void test_when(void **state)
{
	static const struct {
		const char *dialect;
		const char *claim, *once, *rating, *vendor, *slow;
		const char *status;
	} of[] = {
		{ "megatec", "Q1 I", "I F", "F", "I", "", "Q1" },
		{ "megatec/old", "D I", "I F", "F", "I", "", "D" },
		{ "mustek", "QS I", "I F", "F", "I", "", "QS" },
		{ "q1", "Q1", "F", "F", "", "", "Q1" },
		{ "mecer", "Q1", "QPI F I", "F", "I", "", "Q1" },
		{ "zinto", "Q1 FW?", "FW? F", "F", "FW?", "", "Q1" },
		{ "hunnox", "Q1 FW? BL", "FW? F", "F", "FW?", "BL", "Q1" },
		{ "innovatae", "Q1 I", "I F", "F", "I", "", "Q1" },
		{ "ablerex", "Q1 I", "I F", "F", "I", "Q5 At", "Q1" },
		{ "bestups", "Q1 ID", "ID M BP?", "", "ID", "RT", "Q1" },
		{ "masterguard", "WH Q3", "WH GSN,%a", "", "GSN,%a", "GS,%a FLT,%a", "Q3" },
		{ "voltronic", "QGS", "QPI QRI F QMD QMF I QVFW QID", "QRI QMD F",
		  "QMF I QVFW QID",
		  "QMOD QBV QWS QFS QFLAG QSK1 QSK2 QSK3 QSK4 Q3PV Q3OV Q3OC Q3LD Q3YV", "QGS" },
		{ "voltronic-qs", "M QS", "F", "F", "", "QI", "QS" },
		{ "voltronic-qs-hex", "M QS", "F", "F", "", "", "QS" },
		{ "voltronic-axpert", "QPIGS", "QPIRI QID QVFW QMN", "QPIRI", "QID QVFW QMN",
		  "QPIWS",
		  "QPIGS QMOD" },
		{ "omron", "Q1 UN", "UN PSNR FWV BRR", "", "PSNR FWV BRR", "Bl_? RTS TPb Lf_?",
		  "Q1" },
		{ "q2", "Q2", "F", "F", "", "WA BPS", "Q2" },
		{ "q6", "Q6", "F FW?", "F", "FW?", "Q6 WA BPS", "Q1" },
		{ "innovart31", "FW? Q6", "FW? F SASV07? WH", "F", "FW? SASV07? WH", "Q6 WA BPS",
		  "Q1" },
		{ "innovart33", "FW? Q6", "FW? F SASV07? WH", "F", "FW? SASV07? WH", "Q6 WA BPS",
		  "Q1" },
		{ "gtec", "Q4", "I F", "F", "I", "", "Q4" },
	};
	size_t n = 0;

	for (; qx_dialects[n]; n++)
		;
	assert_int_equal(n, sizeof(of) / sizeof(of[0]));
	for (size_t i = 0; i < n; i++) {
		const struct { const char *list; unsigned int flag; } lists[] = {
			{ of[i].claim, QX_CLAIM }, { of[i].once, QX_ONCE }, { of[i].rating,
			  QX_RATING },
			{ of[i].vendor, QX_VENDOR }, { of[i].slow, QX_SLOW }, { of[i].status,
			  QX_STATUS },
			{ "WA", QX_OUTSTATS }, { "QFS FLT,%a", QX_FAULT }, { "Q6", QX_INSTEAD },
			{ "Q3OV Q3OC Q3LD Q3YV", QX_PHASES }, { "Q3PV", QX_IN_PHASES },
			{ "QSK2 QSK3 QSK4", QX_AFTER }, { "Q5 At", QX_BINARY },
			{ strcmp(of[i].dialect, "voltronic") ? "" : "F I", QX_ELSE },
		};
		const struct qx_dialect *d = qx_dialect_named(of[i].dialect);

		assert_non_null(d);
		for (const struct qx_query *query = d->queries; query->cmd; query++) {
			char cmd[24];

			snprintf(cmd, sizeof(cmd), "%s", query->cmd);
			for (char *c = cmd; *c; c++)
				*c = *c == ' ' ? '_' : *c;
			for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
				bool is = query->flags & lists[k].flag;
				bool hex = !strcmp(d->name, "voltronic-qs-hex") && !strcmp(cmd,
					"QS") &&
					   lists[k].flag == QX_BINARY;

				if (is != (has_word(lists[k].list, cmd) || hex))
					print_message("%s: %s: flag %#x\n", d->name, cmd,
						lists[k].flag);
				assert_int_equal(is, has_word(lists[k].list, cmd) || hex);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_none_is_missing),
		cmocka_unit_test(test_when),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
