// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of a shutdown: the dialect is known, nothing else is, and there is no
 * time. What goes over the line, byte by byte, and what a refusal leads to.
 */
#include "qx_fake.h"

#define Q1(bits)	"(000.0 195.0 230.2 014 50.0 21.5 31.0 " bits "\r"
#define Q3(bits)	"(01 000.0 195.0 230.2 014 50.0 02.07 30.0 005.30 018 " bits " 00000000\r"
#define QGS(bits)	"(000.0 00.0 220.4 60.0 002.8 007 361.8 361.8 022.3 ---.- 022.9 " bits "\r"
#define Q4(letters)	"(000.0 243.2 212.1 220.1 230.4 002 001 50.0 371 372 031.3 22.9 " letters "\r"
#define Q2(bits)	"(000.0 000.0 000.0 226.6 229.9 000.0 000.0 012 000 000 49.9 297.6 18.0 " bits \
			" 002.30 010 02 00 00 00 00 00000000 11\r"

static const struct pair ups[] = {
	{ "Q1", Q1("11001001"), 0 }, { "D", Q1("11001001"), 0 }, { "QS", Q1("11001001"), 0 },
	{ "Q3", Q3("11000000"), 0 }, { "QGS", QGS("101100000010"), 0 }, { "Q4", Q4("AB"), 0 },
	{ "Q2", Q2("11000000"), 0 },
	{ "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 },
	{ "FW?", "#UPSY TEST       MT-1000    V1.00     \r", 0 },
	{ "F", "#230.0 004 24.00 50.0\r", 0 }, { "BL", "BL010\r", 0 },
	{ "ID", "FOR,750,120,120,20.0,27.6\r", 0 },
	{ "UN", "1125W/1125VA/048V/160W/020W\r", 0 },
	{ "WH",
	  "(01 10.06 03.09 A  700  + 0 Bat Pack-19        0 230 50.00 012 02.30 006.00 012.00 "
		"018 10 40 160 276 47.00 53.00\r", 0 },
	{ "An", "OK\r", 0 }, { "Af", "OK\r", 0 },
	{ NULL, NULL, 0 }
};

static const struct row {
	const char *dialect, *carrier, *options;
	const char *ack;		/* what it says to a command */
	const char *ret, *stay;		/* all that goes over the line, but for blanks */
	struct pair pending;		/* status while a shutdown counts down */
	const char *cancel;
} rows[] = {
	{ "megatec", "serial", "", "", "Q1 I S.5R0003 ", "Q1 I S.5R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "q1", "serial", "", "", "Q1 S.5R0003 ", "Q1 S.5R0000 ", { "Q1", Q1("11001011"), 0 },
	  "C" },
	{ "megatec/old", "serial", "", "", "D I S.5R0003 ", "D I S.5R0000 ",
	  { "D", Q1("11001011"), 0 }, "C" },
	{ "mecer", "serial", "", "(ACK\r", "Q1 S.5R0003 ", "Q1 S.5R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "zinto", "serial", "", "", "Q1 FW? S.5R0003 ", "Q1 FW? S.5R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "hunnox", "serial", "", "", "Q1 FW? S01 ", "Q1 FW? S01R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "ablerex", "serial", "", "", "Q1 I S.5R0003 ", "Q1 I S.5R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "bestups", "serial", "", "", "Q1 ID S.5R0003 ", "Q1 ID S.5 ",
	  { "Q1", Q1("11001010"), 0 }, "C" },
	{ "bestups", "serial", "ondelay=0", "", "Q1 ID S.5R0001 ", "Q1 ID S.5 ", { NULL, NULL, 0 },
	  NULL },
	{ "masterguard", "serial", "", "", "Q3 WH S.5R0003 ", "Q3 WH S.5 ",
	  { "Q3", Q3("11000010"), 0 }, "C" },
	{ "masterguard", "serial", "ondelay=0", "", "Q3 WH S.5R0001 ", "Q3 WH S.5 ",
	  { NULL, NULL, 0 }, NULL },
	{ "voltronic", "serial", "", "(ACK\r", "QGS S.5R0003 ", "QGS S.5R0000 ",
	  { "QGS", QGS("101100001010"), 0 }, "CS" },
	{ "voltronic", "serial", "eco_mode=enabled;ondelay=0;offdelay=5940", "(ACK\r", "QGS S99 ",
	  "QGS S99R0000 ", { NULL, NULL, 0 }, NULL },
	{ "omron", "serial", "", "OK\r", "Q1 UN An S.5 ", "Q1 UN Af Sf.5 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "mustek", "serial", "", "", "QS I S.5R0003 ", "QS I S.5R0000 ",
	  { "QS", Q1("11001011"), 0 }, "C" },
	{ "voltronic-qs", "serial", "", "", "QS S.5R0003 ", "QS S.5R0000 ",
	  { "QS", Q1("11001011"), 0 }, "C" },
	{ "voltronic-qs", "serial", "ondelay=0", "", "QS S.5R0001 ", "QS S.5R0000 ",
	  { NULL, NULL, 0 }, NULL },
	{ "q6", "serial", "", "", "Q1 S.5R0003 ", "Q1 S.5R0000 ", { "Q1", Q1("11001011"), 0 },
	  "C" },
	{ "innovart31", "serial", "", "", "Q1 FW? S.5R0003 ", "Q1 FW? S.5R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "q2", "serial", "", "", "Q2 S.5R0003 ", "Q2 S.5R0000 ", { "Q2", Q2("11000010"), 0 },
	  "C" },
	{ "gtec", "serial", "", "", "Q4 S.5R0003 ", "Q4 S.5R0000 ", { "Q4", Q4("ABF"), 0 }, "C" },
	{ "megatec", "serial", "norating;novendor;runtimecal=240,100,720,50", "", "Q1 S.5R0003 ",
	  "Q1 S.5R0000 ", { NULL, NULL, 0 }, NULL },
	{ "megatec", "cypress", "", "", "Q1 I S.5R0003 ", "Q1 I S.5R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "megatec", "fabula", "", "UPS No Ack\r", "Q1 I [18] ", "Q1 I [10] ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
	{ "megatec", "fuji", "", "", "Q1 I S.5 ", NULL, { NULL, NULL, 0 }, NULL },
	{ "megatec", "armac", "", "", "Q1 I S.5R0003 ", "Q1 I S.5R0000 ",
	  { "Q1", Q1("11001011"), 0 }, "C" },
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

/* As upsy-killpower does it. */
static int probe(struct set_up *s, const struct row *r, const struct pair *pairs)
{
	char options[128];

	fake_init(&s->f, r->carrier, pairs);
	s->f.manners = SILENT;
	snprintf(options, sizeof(options), "protocol=%s;%s", r->dialect, r->options);
	return fake_probe_in_hurry(&s->f, &s->ups, &s->opt, options);
}

static int kill_it(struct set_up *s, bool stay, char *text)
{
	struct action_request req = {
		.action = stay ? UPSY_ACTION_SHUTDOWN_STAYOFF : UPSY_ACTION_SHUTDOWN_RETURN,
	};
	int err = qx.action(&s->ups, &req);

	snprintf(text, sizeof(req.text), "%s", req.text);
	return err;
}

/* The last word that went out. */
static const char *last_of(const char *sent)
{
	const char *end = strrchr(sent, ' ');

	while (end > sent && end[-1] != ' ')
		end--;
	return end;
}

/* Commands of @r are answered as it answers them. */
static void acknowledge(struct set_up *s, const struct row *r, int at, const char *sent)
{
	static char cmd[4][24];

	snprintf(cmd[at], sizeof(cmd[at]), "%s", last_of(sent));
	cmd[at][strcspn(cmd[at], " ")] = '\0';
	s->f.changed[at] = (struct pair){ cmd[at], r->ack, 0 };
}

static void one(const struct row *r, bool stay)
{
	const char *want = stay ? r->stay : r->ret;
	char text[UPSY_TEXT_MAX + 1], pending[64];
	struct set_up s;

	if (getenv("TRACE"))
		print_message("%s over %s %s\n", r->dialect, r->carrier, r->options);
	assert_int_equal(probe(&s, r, ups), 0);
	if (!want) {
		assert_false(s.ups.actions >> UPSY_ACTION_SHUTDOWN_STAYOFF & 1);
		fake_end(&s.ups, s.opt);
		return;
	}
	acknowledge(&s, r, 0, want);
	assert_int_equal(kill_it(&s, stay, text), 0);
	assert_string_equal(s.f.sent, want);
	fake_end(&s.ups, s.opt);

	if (!r->pending.cmd)
		return;
	/* what counts down already is stopped before */
	fake_init(&s.f, r->carrier, ups);
	assert_int_equal(probe(&s, r, ups), 0);
	*s.f.sent = '\0';
	s.f.changed[0] = r->pending;
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	acknowledge(&s, r, 1, want);
	s.f.changed[2] = (struct pair){ r->cancel, r->ack, 0 };
	*s.f.sent = '\0';
	assert_int_equal(kill_it(&s, stay, text), 0);
	snprintf(pending, sizeof(pending), "%s ", r->cancel);
	assert_int_equal(strncmp(s.f.sent, pending, strlen(pending)), 0);
	assert_string_equal(last_of(s.f.sent), last_of(want));
	fake_end(&s.ups, s.opt);
}

static void test_bytes(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		one(&rows[i], false);
		one(&rows[i], true);
	}
}

/* One who knows it otherwise is told again, and it is said when nothing helps. */
static void test_refused(void **state)
{
	static const struct row r = { "voltronic", "serial", "", "(ACK\r", NULL, NULL, { NULL, NULL,
		0 }, NULL };
	static const struct pair said[] = { { "S.5R0003", "(NAK\r", 0 }, { "S.5R0003", "", 0 },
					    { "S.5R0003", "S.5R0003\r", 0 } };
	char text[UPSY_TEXT_MAX + 1];
	struct set_up s;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_int_equal(probe(&s, &r, ups), 0);
		*s.f.sent = '\0';
		s.f.changed[0] = said[i];
		assert_int_not_equal(kill_it(&s, false, text), 0);
		assert_string_equal(s.f.sent, "S.5R0003 S.5R0003 S.5R0003 ");
		assert_true(*text);
		fake_end(&s.ups, s.opt);
	}
	/* not heard the first time */
	assert_int_equal(probe(&s, &r, ups), 0);
	*s.f.sent = '\0';
	s.f.changed[0] = (struct pair){ "S.5R0003", "(ACK\r", 0 };
	s.f.lost = "S.5R0003";
	assert_int_equal(kill_it(&s, false, text), 0);
	assert_string_equal(s.f.sent, "S.5R0003 S.5R0003 ");
	assert_non_null(strstr(text, "acknowledged"));
	fake_end(&s.ups, s.opt);
}

/* omron: nothing is switched off by one who may not come back. */
static void test_no_consent(void **state)
{
	static const struct row r = { "omron", "serial", "", "OK\r", NULL, NULL, { NULL, NULL, 0 },
		NULL };
	static const char *const said[] = { "NG\r", "", "An\r", "(NAK\r" };
	char text[UPSY_TEXT_MAX + 1];
	struct set_up s;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_int_equal(probe(&s, &r, ups), 0);
		s.f.changed[0] = (struct pair){ "An", said[i], 0 };
		s.f.changed[1] = (struct pair){ "S.5", "OK\r", 0 };
		assert_int_not_equal(kill_it(&s, false, text), 0);
		assert_null(strstr(s.f.sent, "S."));
		fake_end(&s.ups, s.opt);
	}
}

/* A configuration with a mistake in it: the UPS is told something sensible all the same. */
static void test_mistakes(void **state)
{
	static const struct { const char *options, *sent; } of[] = {
		{ "offdelay=700", "S10R0003" }, { "offdelay=soon", "S.5R0003" },
		{ "ondelay=later", "S.5R0003" }, { "ondelay=600000;offdelay=60", "S01R9999" },
		{ "offdelay=700;ondelay=60", "S10R0003" }, { "battery_packs=all;ondelay=60", "S.5R0001" },
		{ "override.battery.voltage.nominal=x;pollfreq=0;ondelay=60", "S.5R0001" },
	};
	char text[UPSY_TEXT_MAX + 1];

	log_set_level(0);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct row r = { "megatec", "serial", of[i].options, "", NULL, NULL,
				 { NULL, NULL, 0 }, NULL };
		struct set_up s;

		assert_int_equal(probe(&s, &r, ups), 0);
		assert_int_equal(kill_it(&s, false, text), 0);
		assert_string_equal(s.f.last, of[i].sent);
		fake_end(&s.ups, s.opt);
	}
}

/* Another UPS on the line, or none: not a byte that switches off. */
static void test_another(void **state)
{
	struct set_up s;

	log_set_level(0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const struct pair nobody[] = { { NULL, NULL, 0 } };

		assert_int_not_equal(probe(&s, &rows[i], nobody), 0);
		assert_null(strstr(s.f.sent, "S."));
		assert_null(strstr(s.f.sent, "S0"));
		/* 10, 18, … f8: fabula's shutdowns; 68, 69: krauler's */
		for (const char *at = s.f.sent; (at = strchr(at, '[')); at++) {
			assert_true(at[1] == '0' || (at[2] != '0' && at[2] != '8'));
			assert_int_not_equal(strncmp(at, "[69]", 4), 0);
		}
		fake_end(&s.ups, s.opt);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_consent),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_another),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
