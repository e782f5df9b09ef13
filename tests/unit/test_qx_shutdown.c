// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Switching off, over links that cannot say all of it: "stay off" never becomes
 * "return" nor the other way round, nothing is promised that was not sent, and
 * what cannot be said is refused before a byte goes out.
 */
#include "protocol/qx_carrier.h"
#include "qx_fake.h"

static const struct pair plain[] = {
	{ "Q1", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
	{ "F", "#230.0 004 24.00 50.0\r", 0 },
	{ "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 },
	{ "ID", "FOR,750,120,120,20.0,27.6\r", 0 },
	{ "UN", "1125W/1125VA/048V/160W/020W\r", 0 },
	{ "WH", "(01 4.011 1.000 A  1000                        1 230 50.00 018 02.00 012.00 005.00 "
		"012 15 45 165 275 45.00 55.00\r", 0 },
	{ "Q3", "(01 230.1 195.0 230.2 014 50.0 02.27 30.0 025.30 098 00000000 00000010\r", 0 },
	{ NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s, const char *carrier, const char *options)
{
	fake_init(&s->f, carrier, plain);
	s->f.manners = SILENT;
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, options), 0);
	*s->f.sent = *s->f.last = '\0';
}

static void end(struct set_up *s)
{
	fake_end(&s->ups, s->opt);
}

/* What goes out, and what is said of it; NULL: refused, and nothing goes out. */
static void test_links(void **state)
{
	static const struct {
		const char *carrier, *options;
		int action;
		const char *sent, *text, *not;
	} of[] = {
		/* fuji has room for three characters: the rest would be cut off */
		{ "fuji", "", UPSY_ACTION_SHUTDOWN_RETURN, "S.5", "on 10 s after", "180" },
		{ "fuji", "", UPSY_ACTION_SHUTDOWN_STAYOFF, NULL, "shutdown-stayoff", NULL },
		{ "fuji", "", UPSY_ACTION_LOAD_OFF, NULL, "fuji", NULL },
		{ "fuji", "ondelay=0", UPSY_ACTION_SHUTDOWN_RETURN, "S.5", "on 10 s after", NULL },
		/* there "Sn" alone stays off */
		{ "fuji", "protocol=bestups", UPSY_ACTION_SHUTDOWN_RETURN, NULL, "fuji", NULL },
		{ "fuji", "protocol=bestups", UPSY_ACTION_SHUTDOWN_STAYOFF, NULL, "fuji", NULL },
		{ "fuji", "protocol=bestups", UPSY_ACTION_LOAD_OFF, NULL, "fuji", NULL },
		/* fabula's index says itself whether to return */
		{ "fabula", "", UPSY_ACTION_SHUTDOWN_RETURN, "[18]", "on 10 s after", "180" },
		{ "fabula", "", UPSY_ACTION_SHUTDOWN_STAYOFF, "[10]", "stays off", NULL },
		{ "fabula", "protocol=bestups", UPSY_ACTION_SHUTDOWN_RETURN, "[18]", "10 s after", NULL },
		{ "fabula", "protocol=bestups", UPSY_ACTION_SHUTDOWN_STAYOFF, "[10]", "stays off", NULL },
		{ "fabula", "offdelay=12", UPSY_ACTION_SHUTDOWN_STAYOFF, "[10]", "off in 30 s", "12" },
		{ "fabula", "offdelay=61", UPSY_ACTION_SHUTDOWN_RETURN, "[78]", "off in 120 s", NULL },
		{ "fabula", "", UPSY_ACTION_LOAD_OFF, NULL, "load-off", NULL },
		{ "fabula", "", UPSY_ACTION_TEST_QUICK, NULL, "fabula", NULL },
		{ "hunnox", "protocol=hunnox", UPSY_ACTION_LOAD_OFF, NULL, "hunnox", NULL },
		{ "hunnox", "protocol=hunnox", UPSY_ACTION_SHUTDOWN_RETURN, "[68]", "on 10 s after", NULL },
		{ "krauler", "", UPSY_ACTION_SHUTDOWN_STAYOFF, NULL, "krauler", NULL },
		{ "krauler", "", UPSY_ACTION_SHUTDOWN_RETURN, NULL, "krauler", NULL },
		{ "krauler", "", UPSY_ACTION_LOAD_OFF, NULL, "krauler", NULL },
		{ "snr", "subdriver=snr", UPSY_ACTION_SHUTDOWN_CANCEL, NULL, "snr", NULL },
		{ "snr", "subdriver=snr", UPSY_ACTION_SHUTDOWN_RETURN, NULL, "snr", NULL },
		/* lines that say all of it */
		{ "serial", "", UPSY_ACTION_SHUTDOWN_RETURN, "S.5R0003", "on 180 s after", NULL },
		{ "serial", "", UPSY_ACTION_SHUTDOWN_STAYOFF, "S.5R0000", "stays off", NULL },
		{ "serial", "ondelay=0", UPSY_ACTION_SHUTDOWN_RETURN, "S.5", "on when mains", " 0 s" },
		{ "serial", "protocol=bestups", UPSY_ACTION_SHUTDOWN_RETURN, "S.5R0003", "180", NULL },
		{ "serial", "protocol=bestups", UPSY_ACTION_SHUTDOWN_STAYOFF, "S.5", "stays off", NULL },
		{ "serial", "protocol=bestups;driver=blazer_ser;ondelay=0", UPSY_ACTION_SHUTDOWN_RETURN,
		  "S.5R0001", "on 60 s after", NULL },
		{ "serial", "protocol=masterguard;ondelay=0", UPSY_ACTION_SHUTDOWN_RETURN, "S.5R0001",
		  "on 60 s after", NULL },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct action_request req = { .action = (uint32_t)of[i].action };
		struct set_up s;
		int err;

		start(&s, of[i].carrier, of[i].options);
		err = qx.action(&s.ups, &req);
		if (err != (of[i].sent ? 0 : -EOPNOTSUPP) || !strstr(req.text, of[i].text))
			print_message("row %zu: %d \"%s\" sent %s\n", i, err, req.text, s.f.sent);
		assert_int_equal(err, of[i].sent ? 0 : -EOPNOTSUPP);
		assert_non_null(strstr(req.text, of[i].text));
		if (of[i].not)
			assert_null(strstr(req.text, of[i].not));
		if (of[i].sent)
			assert_string_equal(s.f.last, of[i].sent);
		else
			assert_string_equal(s.f.sent, "");
		/* What is refused is not on offer either. */
		assert_int_equal(s.ups.actions >> of[i].action & 1, of[i].sent ? 1 : 0);
		end(&s);
	}
}

/* omron's command has no delay of switching on, so none is promised. */
static void test_no_delay_promised(void **state)
{
	struct action_request req = { .action = UPSY_ACTION_SHUTDOWN_RETURN };
	struct set_up s;

	start(&s, "serial", "protocol=omron");
	s.f.changed[0] = (struct pair){ "S.5", "OK\r", 0 };
	s.f.changed[1] = (struct pair){ "An", "OK\r", 0 };
	assert_int_equal(qx.action(&s.ups, &req), 0);
	assert_null(strstr(req.text, "180"));
	end(&s);
}

static void test_delays_of_a_link(void **state)
{
	struct action_request set = { .action = UPSY_ACTION_SET, .name = "ondelay", .value = "60" };
	struct action_request get = { .action = UPSY_ACTION_GET, .name = "offdelay" };
	struct options *opt;
	struct set_up s;
	struct ups ups;
	struct fake f;

	start(&s, "fabula", "offdelay=12");
	assert_int_equal(s.ups.now.value[UPSY_R_DELAY_SHUTDOWN], 30);
	assert_int_equal(s.ups.now.value[UPSY_R_DELAY_START], 10);
	assert_int_equal(qx.action(&s.ups, &set), -EOPNOTSUPP);
	assert_non_null(strstr(set.text, "10 s after"));
	assert_int_equal(qx.action(&s.ups, &get), 0);
	assert_string_equal(get.text, "30");
	snprintf(set.name, sizeof(set.name), "offdelay");
	snprintf(set.value, sizeof(set.value), "601");
	assert_int_equal(qx.action(&s.ups, &set), -EINVAL);
	end(&s);

	/* mecer takes 99 minutes, fabula ten: 20 must not become 10 */
	log_set_level(LOG_ERROR - 1);
	fake_init(&f, "fabula", plain);
	assert_int_equal(fake_probe(&f, &ups, &opt, "protocol=mecer;offdelay=1200"), -EINVAL);
	fake_end(&ups, opt);
}

/* A carrier asked directly goes by what is meant, and refuses what it is not told. */
static void test_carriers_alone(void **state)
{
	static const struct qx_carrier *const carriers[] = {
		&qx_fuji, &qx_krauler, &qx_fabula, &qx_hunnox_usb, &qx_snr,
	};
	static const char *const off[] = { "S.5", "S.5R0003", "S.5R0000", "S00R0000", "S99", "S.2" };

	for (size_t i = 0; i < 5; i++) {
		for (size_t k = 0; k < 6; k++) {
			struct qx_link link = { .carrier = carriers[i], .step = 1 };
			struct qx_request rq = {
				.cmd = off[k], .len = strlen(off[k]), .timeout_ms = 100,
				.action = true,
			};
			uint8_t ans[QX_ANSWER_MAX];
			struct fake f;

			fake_init(&f, carriers[i]->name, plain);
			f.manners = SILENT;
			link.t = &f.t;
			assert_int_equal(carriers[i]->exchange(&link, &rq, ans, sizeof(ans)),
					 -EOPNOTSUPP);
			assert_null(strchr(f.sent, 'S'));
			assert_null(strchr(f.sent, '['));
			clock_set_source(NULL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_no_delay_promised),
		cmocka_unit_test(test_delays_of_a_link),
		cmocka_unit_test(test_carriers_alone),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
