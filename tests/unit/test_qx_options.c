// SPDX-License-Identifier: GPL-2.0-or-later
/* Options that replace or complete what a Qx UPS tells of itself, or forbid a question. */
#include "qx_fake.h"

#define V	1000000LL

/* A T of voltronic-qs: it tells its ratings in every status. */
#define HEX	"#\x01\x02 \x65 \x73\x01 \x65 \x01 \x60\xa8 \x12\xc0\xa8 \xcc \x3c \x09 \x23\r"

static const struct pair online[] = {
	{ "Q1", "(230.1 195.0 230.2 014 50.0 2.27 31.0 00000001\r", 0 },
	{ "F", "#230.0 004 36.00 50.0\r", 0 },
	{ "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 },
	{ NULL, NULL, 0 }
};

static const struct pair binary[] = { { "M", "T\r", 0 }, { "QS", HEX, 28 }, { NULL, NULL, 0 } };

static const struct pair without_rating[] = {
	{ "Q1", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001011\r", 0 },
	{ "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 }, { NULL, NULL, 0 }
};

static const struct {
	const struct pair *pairs;
	const char *options;
	unsigned int id;
	int64_t value;		/* -1: not known */
} rows[] = {
	{ online, "", UPSY_R_VOLTAGE_NOMINAL, 36 * V }, { online, "", UPSY_R_VOLTAGE, 40860000 },
	{ online, "default.battery.voltage.nominal=24", UPSY_R_VOLTAGE_NOMINAL, 36 * V },
	{ online, "override.battery.voltage.nominal=24", UPSY_R_VOLTAGE_NOMINAL, 24 * V },
	{ online, "override.battery.voltage.nominal=24", UPSY_R_VOLTAGE, 27240000 },
	{ online, "override.battery.packs=12", UPSY_R_VOLTAGE, 27240000 },
	{ online, "battery_packs=6", UPSY_R_VOLTAGE, 13620000 },
	{ online, "default.battery.packs=24", UPSY_R_VOLTAGE, 54480000 },
	{ online, "battery_packs=0.5", UPSY_R_VOLTAGE, 1135000 },
	{ online, "override.ups.power.nominal=2000", UPSY_R_APPARENT_POWER_NOMINAL, 2000 * V },
	{ online, "override.ups.realpower.nominal=1200.5", UPSY_R_POWER_NOMINAL, 1200500000 },
	{ online, "default.ups.realpower.nominal=1200", UPSY_R_POWER_NOMINAL, 1200 * V },
	{ online, "override.input.voltage.nominal=220", UPSY_R_INPUT_VOLTAGE_NOMINAL, 220 * V },
	{ online, "default.input.voltage.nominal=220", UPSY_R_INPUT_VOLTAGE_NOMINAL, 230 * V },
	{ online, "override.input.frequency.nominal=60", UPSY_R_INPUT_FREQUENCY_NOMINAL, 60000 },
	{ online, "override.output.voltage.nominal=220", UPSY_R_OUTPUT_VOLTAGE_NOMINAL, 220 * V },
	{ binary, "protocol=voltronic-qs-hex", UPSY_R_VOLTAGE_NOMINAL, 24 * V },
	/* also where each status says otherwise */
	{ binary, "protocol=voltronic-qs-hex;override.battery.voltage.nominal=12",
	  UPSY_R_VOLTAGE_NOMINAL, 12 * V },
	{ without_rating, "", UPSY_R_VOLTAGE_NOMINAL, -1 },
	{ without_rating, "default.battery.voltage.nominal=24", UPSY_R_VOLTAGE_NOMINAL, 24 * V },
	{ without_rating, "default.ups.power.nominal=600", UPSY_R_APPARENT_POWER_NOMINAL, 600 * V },
};

static void test_ratings(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;
		int64_t is;

		fake_init(&f, "serial", rows[i].pairs);
		assert_int_equal(fake_probe(&f, &ups, &opt, rows[i].options), 0);
		for (int polls = 0; polls < 3; polls++) {
			is = reading_get(&ups.now, rows[i].id, -1);
			if (is != rows[i].value)
				print_message("\"%s\": %s is %lld after %d polls\n",
					rows[i].options,
					      reading_table[rows[i].id].name, (long long)is, polls);
			assert_int_equal(is, rows[i].value);
			assert_int_equal(qx.poll(&ups, polls ? POLL_FULL : POLL_STATUS), 0);
		}
		fake_end(&ups, opt);
	}
}

static void test_nonsense(void **state)
{
	static const char *const bad[] = {
		"override.battery.voltage.nominal=24 V", "default.ups.power.nominal=0",
		"battery_packs=0", "battery_packs=121", "override.battery.packs=many",
		"protocol=esperanto", "langid_fix=english",
	};

	log_set_level(0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, "serial", without_rating);
		assert_int_equal(fake_probe(&f, &ups, &opt, bad[i]), -EINVAL);
		assert_null(ups.priv);
		fake_end(&ups, opt);
	}
}

/* A question that locks the UPS up is never asked, by detection neither. */
static void test_forbidden_questions(void **state)
{
	static const struct { const char *options, *never[3], *asked; } of[] = {
		{ "", { NULL }, " F " }, { "", { NULL }, " I " },
		{ "norating", { " F ", NULL }, " I " }, { "novendor", { " I ", " FW? ", NULL },
		  " F " },
		{ "norating;novendor", { " F ", " I ", NULL }, "Q1 " },
		{ "protocol=megatec;norating;novendor", { " F ", " I ", NULL }, "Q1 " },
		{ "remembered.dialect=megatec;norating;novendor", { " F ", " I ", NULL }, "Q1 " },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, "serial", online);
		assert_int_equal(fake_probe(&f, &ups, &opt, of[i].options), 0);
		qx.poll(&ups, POLL_FULL);
		assert_non_null(strstr(f.sent, of[i].asked));
		for (int k = 0; of[i].never[k]; k++)
			assert_null(strstr(f.sent, of[i].never[k]));
		fake_end(&ups, opt);
	}
}

/* A bit that is always set says nothing; one that was seen clear may be ignored by wish. */
static void test_ignoresab(void **state)
{
	static const char *const clear = "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r";
	static const char *const set = "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001011\r";

	for (int ignore = 0; ignore < 2; ignore++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, "serial", without_rating);
		assert_int_equal(fake_probe(&f, &ups, &opt, ignore ? "ignoresab" : ""), 0);
		assert_int_equal(reading_get(&ups.now, UPSY_R_ALARMS, 0), 0);
		f.changed[0] = (struct pair){ "Q1", clear, 0 };
		qx.poll(&ups, POLL_STATUS);
		f.changed[0] = (struct pair){ "Q1", set, 0 };
		qx.poll(&ups, POLL_STATUS);
		assert_int_equal(reading_get(&ups.now, UPSY_R_ALARMS, 0),
				 ignore ? 0 : UPSY_ALARM_SHUTDOWN_PENDING);
		fake_end(&ups, opt);
	}
}

static void test_poll_options(void **state)
{
	static const struct { const char *options; int status_ms, full_ms, err; } of[] = {
		{ "", 1000, 30000, 0 }, { "pollinterval=5", 5000, 30000, 0 },
		{ "pollfreq=60", 1000, 60000, 0 }, { "pollfreq=1;pollinterval=60", 60000, 1000, 0 },
		/* what cannot be is left out, and the UPS watched all the same */
		{ "pollinterval=0", 1000, 30000, 0 }, { "pollinterval=61", 1000, 30000, 0 },
		{ "pollfreq=3601", 1000, 30000, 0 },
	};

	log_set_level(0);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, "serial", online);
		assert_int_equal(fake_probe(&f, &ups, &opt, of[i].options), of[i].err);
		if (!of[i].err) {
			assert_int_equal(ups.poll_status_ms, of[i].status_ms);
			assert_int_equal(ups.poll_full_ms, of[i].full_ms);
		}
		fake_end(&ups, opt);
	}
}

/* The language that langid_fix names is the only one asked for. */
static void test_langid(void **state)
{
	static const struct { const char *options; uint16_t has; int err; } of[] = {
		{ "", 0x0409, 0 }, { "", 0x4095, 0 }, { "langid_fix=0x4095", 0x4095, 0 },
		{ "langid_fix=409", 0x0409, 0 }, { "langid_fix=0x409", 0x4095, -ENODEV },
		{ "noscanlangid", 0x4095, -ENODEV }, { "noscanlangid", 0x0409, 0 },
		{ "subdriver=krauler;langid_fix=0x4095", 0x4095, 0 },
	};

	log_set_level(0);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, "krauler", online);
		f.manners = SILENT;
		f.langid = of[i].has;
		assert_int_equal(fake_probe(&f, &ups, &opt, of[i].options), of[i].err);
		fake_end(&ups, opt);
	}
}

/* A framing by name, where the id says another; serial lines have none. */
static void test_subdriver(void **state)
{
	static const struct { const char *carrier, *options; int err; } of[] = {
		{ "cypress", "subdriver=cypress", 0 }, { "cypress", "subdriver=nonsense", -EINVAL },
		{ "cypress", "subdriver=serial", -EINVAL }, { "serial", "subdriver=cypress", 0 },
		{ "gtec", "subdriver=gtec", 0 }, { "gtec", "", -ENODEV },
	};

	log_set_level(0);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, of[i].carrier, online);
		assert_int_equal(fake_probe(&f, &ups, &opt, of[i].options), of[i].err);
		fake_end(&ups, opt);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ratings),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_forbidden_questions),
		cmocka_unit_test(test_ignoresab),
		cmocka_unit_test(test_poll_options),
		cmocka_unit_test(test_langid),
		cmocka_unit_test(test_subdriver),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
