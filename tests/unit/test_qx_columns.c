// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a column may hold: volts of a cell, a point that is a comma, nothing that
 * makes sense. And which of it is a line's error, to be asked for again.
 */
#include "qx_fake.h"

#define V	1000000LL
#define Q1(load, battery) "(230.1 195.0 230.2 " load " 50.0 " battery " 31.0 00001001\r"

static const struct pair plain[] = {
	{ "Q1", Q1("014", "27.5"), 0 }, { "F", "#230.0 004 24.00 50.0\r", 0 },
	{ "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 }, { NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s)
{
	fake_init(&s->f, "serial", plain);
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, ""), 0);
}

/* Cells and blocks are counted, whatever their volts just are; parts are guessed. */
static void test_packs(void **state)
{
	static const struct { const char *told, *nominal; int64_t volts; } of[] = {
		/* told, nominal, of the battery */
		{ "2.27", "024.0", 27240000 }, { "1.75", "036.0", 31500000 },
		{ "1.68", "072.0", 60480000 }, { "2.27", "192.0", 217920000 },
		{ "2.25", "180.0", 202500000 }, { "2.30", "012.0", 13800000 },
		{ "13.6", "036.0", 40800000 }, { "11.0", "072.0", 66000000 },
		{ "13.5", "192.0", 216000000 }, { "27.2", "048.0", 54400000 },
		{ "13.5", "12.00", 13500000 }, { "10.1", "12.00", 10100000 },
		{ "054.6", "24.00", 27300000 },
		/* not half of it: 36 V and a wrong nominal */
		{ "041.3", "24.00", 41300000 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;
		char q1[64], f[64];

		snprintf(q1, sizeof(q1), "(230.1 195.0 230.2 014 50.0 %s 31.0 00000001\r",
			 of[i].told);
		snprintf(f, sizeof(f), "#230.0 004 %s 50.0\r", of[i].nominal);
		fake_init(&s.f, "serial", plain);
		s.f.changed[0] = (struct pair){ "Q1", q1, 0 };
		s.f.changed[1] = (struct pair){ "F", f, 0 };
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
		if (s.ups.now.value[UPSY_R_VOLTAGE] != of[i].volts)
			print_message("%s of %s\n", of[i].told, of[i].nominal);
		assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE], of[i].volts);
		fake_end(&s.ups, s.opt);
	}
}

/*
 * Nonsense is asked for again and not believed; the same nonsense three times
 * running is how this UPS is, and costs its column only.
 */
static void test_nonsense(void **state)
{
	struct set_up s;

	start(&s);
	s.f.changed[0] = (struct pair){ "Q1", Q1("0A4", "26.5"), 0 };
	*s.f.sent = '\0';
	assert_true(qx.poll(&s.ups, POLL_STATUS) < 0);
	assert_string_equal(s.f.sent, "Q1 Q1 ");
	assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE], 27500000);
	/* other nonsense: a bad line */
	s.f.changed[0] = (struct pair){ "Q1", Q1("0B4", "26.5"), 0 };
	assert_true(qx.poll(&s.ups, POLL_STATUS) < 0);
	assert_int_equal(s.ups.now.value[UPSY_R_LOAD], 14);
	/* the same again */
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	assert_false(reading_known(&s.ups.now, UPSY_R_LOAD));
	assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE], 26500000);
	/* what makes sense again is believed, and the counting starts anew */
	s.f.changed[0] = (struct pair){ "Q1", Q1("015", "26.5"), 0 };
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	assert_int_equal(s.ups.now.value[UPSY_R_LOAD], 15);
	s.f.changed[0] = (struct pair){ "Q1", Q1("0B4", "26.5"), 0 };
	assert_true(qx.poll(&s.ups, POLL_STATUS) < 0);
	fake_end(&s.ups, s.opt);
}

/* The bits are never left out. */
static void test_nonsense_bits(void **state)
{
	struct set_up s;

	start(&s);
	s.f.changed[0] = (struct pair){ "Q1",
		"(230.1 195.0 230.2 014 50.0 27.5 31.0 000010x1\r", 0 };
	for (int i = 0; i < 5; i++)
		assert_true(qx.poll(&s.ups, POLL_STATUS) < 0);
	fake_end(&s.ups, s.opt);
}

/* No volts in, out, or in the battery, and mains is good: nobody is there. */
static void test_no_volts(void **state)
{
	static const struct { const char *answer; bool taken; } of[] = {
		{ "(000.0 000.0 000.0 000 00.0 0.00 00.0 00000000\r", false },
		{ "(000.0 000.0 000.0 000 00.0 00.0 25.0 00001000\r", false },
		{ "(000.0 000.0 000.0 000 00.0 00.0 25.0 10001000\r", true },
		{ "(000.0 000.0 000.0 000 00.0 13.1 25.0 00001000\r", true },
		{ "(230.0 000.0 000.0 000 50.0 00.0 25.0 00001000\r", true },
	};
	struct set_up s;

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		start(&s);
		s.f.changed[0] = (struct pair){ "Q1", of[i].answer, 0 };
		assert_int_equal(qx.poll(&s.ups, POLL_STATUS) == 0, of[i].taken);
		if (!of[i].taken)
			assert_int_equal(s.ups.now.value[UPSY_R_INPUT_VOLTAGE], 230100000);
		fake_end(&s.ups, s.opt);
	}
	/* nor is it a UPS to begin with */
	fake_init(&s.f, "serial", plain);
	s.f.changed[0] = (struct pair){ "Q1", of[0].answer, 0 };
	s.f.changed[1] = (struct pair){ "I", of[0].answer, 0 };
	s.f.changed[2] = (struct pair){ "F", of[0].answer, 0 };
	s.f.manners = SILENT;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), -ENODEV);
	fake_end(&s.ups, s.opt);
}

static void test_commas(void **state)
{
	static const struct { const char *text; int err; int64_t value; } of[] = {
		{ "230,1", 0, 2301 }, { "-5,2", 0, -52 }, { "2,3,1", -EBADMSG, 0 },
		{ "2.3,1", -EBADMSG, 0 }, { "--,-", -ENODATA, 0 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		int64_t v = 0;

		assert_int_equal(qx_parse_number(of[i].text, strlen(of[i].text), 10, &v),
				 of[i].err);
		assert_int_equal(v, of[i].value);
	}
}

/* Texts that lost characters are asked for again, unless they come so twice. */
static void test_short_texts(void **state)
{
	static const struct { const char *first, *then, *model, *firmware, *dialect; } of[] = {
		/* the blanks at the end: always */
		{ NULL, "#UPSY            MT-1000    V1.00\r", "MT-1000", "V1.00", "megatec" },
		{ NULL, "#UPSY            MT-1000    V1.00    \r", "MT-1000", "V1.00", "megatec" },
		/* or this time only */
		{ "#UPSY            MT-1000    V1.0\r", NULL, "MT-1000", "V1.00", "megatec" },
		/* one character before the gaps */
		{ "#UPSY TST       MT-1000    V1.00     \r", NULL, "MT-1000", "V1.00", "megatec" },
		{ NULL, "#UPSY TST       MT-1000    V1.00     \r", "MT-1000", "V1.00", "megatec" },
		/* one text is not there at all */
		{ NULL, "#UPSY TEST       MT-1000\r", "", "", "q1" },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;
		const struct qx *q;

		fake_init(&s.f, "serial", plain);
		if (of[i].then)
			s.f.changed[0] = (struct pair){ "I", of[i].then, 0 };
		if (of[i].first)
			s.f.once = (struct pair){ "I", of[i].first, 0 };
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
		q = s.ups.priv;
		assert_string_equal(q->dialect->name, of[i].dialect);
		if (of[i].first)
			assert_string_equal(s.ups.id.manufacturer, "UPSY TEST");
		assert_string_equal(s.ups.id.model_name, of[i].model);
		assert_string_equal(s.ups.id.firmware, of[i].firmware);
		fake_end(&s.ups, s.opt);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packs),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_nonsense_bits),
		cmocka_unit_test(test_no_volts),
		cmocka_unit_test(test_commas),
		cmocka_unit_test(test_short_texts),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
