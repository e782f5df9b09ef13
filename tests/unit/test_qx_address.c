// SPDX-License-Identifier: GPL-2.0-or-later
/* slave_addr=: of several identical Masterguards the right one, however it was found. */
#include "qx_fake.h"

#define Q3(address) "(" address " 230.1 195.0 230.2 014 50.0 02.27 30.0 025.30 098 00000000 00000000\r"

static const struct pair a700[] = {
	{ "WH", "(07 10.06 03.09 A  700                         0 230 50.00 012 02.00 006.00 012.00 "
		"018 10 40 160 276 47.00 53.00\r", 0 },
	{ "Q3", Q3("07"), 0 }, { "GS,07", "(07,01 2 1\r", 0 }, { "GS,08", "(08,01 3 1\r", 0 },
	{ NULL, NULL, 0 }
};

static void test_address(void **state)
{
	static const struct { const char *options; int err; } of[] = {
		{ "", 0 }, { "slave_addr=7", 0 }, { "slave_addr=8", -ENODEV },
		{ "slave_addr=x", -ENODEV },
		{ "protocol=masterguard", 0 }, { "protocol=masterguard;slave_addr=07", 0 },
		{ "protocol=masterguard;slave_addr=8", -ENODEV },
		{ "remembered.dialect=masterguard;slave_addr=7", 0 },
		{ "remembered.dialect=masterguard;slave_addr=8", -ENODEV },
	};

	log_set_level(LOG_ERROR - 1);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct fake f;
		struct ups ups;
		struct options *opt;
		int err;

		fake_init(&f, "serial", a700);
		f.manners = SILENT;
		err = fake_probe(&f, &ups, &opt, of[i].options);
		if (err != of[i].err)
			print_message("%s\n", of[i].options);
		assert_int_equal(err, of[i].err);
		fake_end(&ups, opt);
	}
}

/* Its address is changed at its front: it is talked to under the new one. */
static void test_change_of_address(void **state)
{
	struct fake f;
	struct ups ups;
	struct options *opt;

	fake_init(&f, "serial", a700);
	f.manners = SILENT;
	assert_int_equal(fake_probe(&f, &ups, &opt, "slave_addr=7"), 0);
	assert_int_equal(qx.poll(&ups, POLL_FULL), 0);
	assert_int_equal(ups.now.value[UPSY_R_BATTERY_PACKS], 2);
	f.changed[0] = (struct pair){ "Q3", Q3("08"), 0 };
	assert_int_equal(qx.poll(&ups, POLL_FULL), 0);
	assert_int_equal(ups.now.value[UPSY_R_BATTERY_PACKS], 3);
	fake_end(&ups, opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_change_of_address),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
