// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every action of every dialect over every carrier: the very bytes, or nothing at
 * all and a word why; and each way in which a UPS says yes, no, or nothing.
 * From the protocols' papers, not from the tables.
 */
#include "qx_fake.h"

#define N_ACTIONS	(UPSY_ACTION_BYPASS_OFF + 1)

static const struct pair base[] = {
	{ "Q1", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
	{ "D", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
	{ "QS", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
	{ "QGS", "(219.5 59.9 220.4 60.0 002.8 007 361.8 361.8 027.3 ---.- 022.9 100000000010\r",
	  0 },
	{ "Q2", "(226.6 224.3 228.0 226.6 229.9 000.0 000.0 012 000 000 49.9 327.6 18.0 00000001 "
		"012.30 100 02 00 00 00 00 00000000 11\r", 0 },
	{ "Q4", "(236.7 243.2 212.1 220.1 230.4 002 001 50.0 371 372 041.3 22.9 IM\r", 0 },
	{ "QPIGS",
	  "(230.0 50.0 230.0 49.9 0161 0119 003 460 57.50 012 100 0069 0014 103.8 57.45 00000 "
		   "00010000 00 00 00856 010\r", 0 },
	{ "WH",
	  "(01 10.06 03.09 A  700  + 0 Bat Pack-19        0 230 50.00 012 02.30 006.00 012.00 "
		"018 10 40 160 276 47.00 53.00\r", 0 },
	{ "Q3", "(01 230.1 195.0 230.2 014 50.0 02.27 30.0 025.30 098 00000000 00000000\r", 0 },
	{ "GS,01", "(01,01 2 1\r", 0 },
	{ NULL, NULL, 0 }
};

/* A voltronic-qs of type P: it is on line and beeps. */
static const struct pair binary[] = {
	{ "QS", "#\x01\x02 \x65 \x73\x01 \x65 \x01 \x60\xa8 \x12\xc0\xa8 \xcc \x3c \x09\r", 26 },
	{ NULL, NULL, 0 }
};

/* What goes out for each action, in the order of enum upsy_action; NULL: nothing. */
struct acts {
	const char *sent[N_ACTIONS];
};

#define OFF_ON(ret, stay, cancel) \
	[UPSY_ACTION_SHUTDOWN_RETURN] = ret, [UPSY_ACTION_SHUTDOWN_STAYOFF] = stay, \
	[UPSY_ACTION_SHUTDOWN_CANCEL] = cancel
#define LOAD(on, off)	[UPSY_ACTION_LOAD_ON] = on, [UPSY_ACTION_LOAD_OFF] = off
#define TESTS(quick, deep, stop) \
	[UPSY_ACTION_TEST_QUICK] = quick, [UPSY_ACTION_TEST_DEEP] = deep, \
	[UPSY_ACTION_TEST_STOP] = stop
/* It beeps, so to have it beep is nothing to do. */
#define TOGGLE		[UPSY_ACTION_BEEPER_OFF] = "Q", [UPSY_ACTION_BEEPER_MUTE] = "Q", \
			[UPSY_ACTION_BEEPER_ON] = ""
/* How it is is not known: toggled, whatever was asked for. */
#define BLIND_TOGGLE	[UPSY_ACTION_BEEPER_OFF] = "Q", [UPSY_ACTION_BEEPER_MUTE] = "Q", \
			[UPSY_ACTION_BEEPER_ON] = "Q"

static const struct acts classic = { {
	OFF_ON("S.5R0003", "S.5R0000", "C"), LOAD("C", "S00R0000"), TESTS("T", "TL", "CT"), TOGGLE
} };
static const struct acts hunnox = { {
	OFF_ON("S01", "S01R0000", "C"), LOAD("C", "S00R0000"), TESTS("T", "TL", "CT"), TOGGLE
} };
static const struct acts ablerex = { {
	OFF_ON("S.5R0003", "S.5R0000", "C"), LOAD("C", "S.2"), TESTS("T", "TL", "CT"), TOGGLE
} };
static const struct acts three = { {
	OFF_ON("S.5R0003", "S.5R0000", "C"), LOAD("C", "S00R0000"), TESTS("T", "TL", "CT"), TOGGLE
} };
static const struct acts gtec = { {
	OFF_ON("S.5R0003", "S.5R0000", "C"), LOAD("C", "S00R0000"), TESTS("T", "TL", "CT"),
	BLIND_TOGGLE
} };
/* Beeper bit always 0, and no command for it. */
static const struct acts bestups = { {
	OFF_ON("S.5R0003", "S.5", "C"), LOAD("C", "S00R0000"), TESTS("T", "TL", "CT")
} };
static const struct acts masterguard = { {
	OFF_ON("S.5R0003", "S.5", "C"), LOAD("C", "S.0"), TESTS("T", "TUD,01", "CT"),
	[UPSY_ACTION_BEEPER_ON] = "SS---1,01", [UPSY_ACTION_BEEPER_OFF] = "SS---0,01",
	[UPSY_ACTION_BYPASS_ON] = "FOFF", [UPSY_ACTION_BYPASS_OFF] = "FON"
} };
static const struct acts voltronic = { {
	OFF_ON("S.5R0003", "S.5R0000", "CS"), LOAD("SON", "SOFF"), TESTS("T", "TL", "CT"),
	[UPSY_ACTION_BEEPER_ON] = "PEA", [UPSY_ACTION_BEEPER_OFF] = "PDA",
	[UPSY_ACTION_BEEPER_MUTE] = "BZOFF",
	[UPSY_ACTION_OUTLET_ON] = "SKON3", [UPSY_ACTION_OUTLET_OFF] = "SKOFF3",
	[UPSY_ACTION_BYPASS_ON] = "PEE", [UPSY_ACTION_BYPASS_OFF] = "PDE"
} };
static const struct acts qs = { {
	OFF_ON("S.5R0003", "S.5R0000", "C"), LOAD("C", "S00R0000"), TESTS("T", NULL, NULL), TOGGLE
} };
static const struct acts hex = { {
	OFF_ON("S.5R0003", "S.5R0000", "C"), LOAD("C", "S00R0000"), TOGGLE
} };
static const struct acts omron = { { OFF_ON("An S.5", "Af Sf.5", "C") } };
static const struct acts axpert = { {
	LOAD("SON", "SOFF"), [UPSY_ACTION_BEEPER_ON] = "PEa", [UPSY_ACTION_BEEPER_OFF] = "PDa"
} };

/* By string descriptors, and by fuji's three characters. */
static const struct acts by_krauler = { {
	OFF_ON(NULL, NULL, "C"), LOAD("C", NULL), TESTS("T", "TL", "C"), TOGGLE
} };
static const struct acts by_fabula = { {
	OFF_ON("[18]", "[10]", "C"), LOAD("C", NULL), TOGGLE
} };
static const struct acts by_hunnox = { {
	OFF_ON("[68]", "[60]", "C"), LOAD("C", NULL), TOGGLE
} };
static const struct acts by_snr = { { NULL } };
static const struct acts by_fuji = { {
	OFF_ON("S.5", NULL, "C"), LOAD("C", NULL), TESTS("T", "TL", "CT"), TOGGLE
} };
static const struct acts bestups_by_fuji = { {
	OFF_ON(NULL, NULL, "C"), LOAD("C", NULL), TESTS("T", "TL", "CT")
} };
static const struct acts bestups_by_fabula = { {
	OFF_ON("[18]", "[10]", "C"), LOAD("C", NULL)
} };

/* Carriers of bytes; armac must not be asked D and QS, ablerex has room for Q1's answer. */
#define BYTES	"serial cypress phoenix ippon sgs phoenixtec gtec omron"
#define LONG	BYTES " armac armac-64"
#define PLAIN	LONG " ablerex"

static const struct row {
	const char *dialect, *carriers;
	const char *ack;		/* "": silence is consent */
	const struct acts *acts;
} rows[] = {
	{ "megatec", PLAIN, "", &classic }, { "megatec/old", BYTES, "", &classic },
	{ "mustek", BYTES, "", &classic }, { "q1", PLAIN, "", &classic },
	{ "zinto", PLAIN, "", &classic }, { "innovatae", PLAIN, "", &classic },
	{ "mecer", PLAIN, "(ACK\r", &classic }, { "hunnox", PLAIN, "", &hunnox },
	{ "ablerex", PLAIN, "", &ablerex }, { "bestups", PLAIN, "", &bestups },
	{ "masterguard", LONG, "", &masterguard },
	{ "voltronic", "serial cypress phoenix ippon sgs phoenixtec", "(ACK\r", &voltronic },
	{ "voltronic-qs", "serial cypress phoenix ippon sgs phoenixtec", "", &qs },
	{ "voltronic-qs-hex", "serial cypress phoenix ippon phoenixtec", "", &hex },
	{ "voltronic-axpert", "serial cypress", "(ACK\r", &axpert },
	{ "q2", LONG, "", &three }, { "q6", PLAIN, "", &three }, { "innovart31", PLAIN, "",
	  &three },
	{ "innovart33", PLAIN, "", &three }, { "gtec", LONG, "", &gtec },
	{ "omron", "serial cypress omron", "OK\r", &omron },
	{ "megatec", "krauler", "", &by_krauler }, { "q1", "krauler", "", &by_krauler },
	{ "megatec", "fabula", "UPS No Ack\r", &by_fabula }, { "q1", "fabula", "UPS No Ack\r",
	  &by_fabula },
	{ "hunnox", "hunnox", "UPS No Ack\r", &by_hunnox },
	{ "megatec", "snr", "", &by_snr }, { "megatec", "fuji", "", &by_fuji },
	{ "q1", "fuji", "", &by_fuji }, { "bestups", "fuji", "", &bestups_by_fuji },
	{ "bestups", "fabula", "UPS No Ack\r", &bestups_by_fabula },
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s, const char *dialect, const char *carrier)
{
	bool large = !strcmp(carrier, "armac-64");
	char options[96];
	int err;

	if (large)
		carrier = "armac";
	fake_init(&s->f, carrier, !strcmp(dialect, "voltronic-qs-hex") ? binary : base);
	if (large) {
		s->f.t.info.in = 0x82;
		s->f.t.info.out = 0x02;
	}
	/* What it is asked beyond this is none of these tests'. */
	s->f.manners = SILENT;
	s->f.crc = !strcmp(dialect, "voltronic-axpert");
	snprintf(options, sizeof(options), "protocol=%s;subdriver=%s", dialect, carrier);
	err = fake_probe(&s->f, &s->ups, &s->opt, options);
	if (err)
		print_message("%s over %s: %s\n", dialect, carrier, strerror(-err));
	assert_int_equal(err, 0);
	*s->f.sent = *s->f.last = '\0';
}

static void end(struct set_up *s)
{
	fake_end(&s->ups, s->opt);
}

/* The commands that go out, each answered by @answer. */
static void answer_all(struct fake *f, const char *sent, const char *answer)
{
	static char words[4][32];
	char text[64], *save = NULL;
	int n = 0;

	snprintf(text, sizeof(text), "%s", sent);
	for (char *w = strtok_r(text, " ", &save); w && n < 4; w = strtok_r(NULL, " ", &save),
		n++) {
		snprintf(words[n], sizeof(words[n]), "%s", w);
		f->changed[n] = (struct pair){ words[n], answer, 0 };
	}
}

/* What went out but for the question that a toggle asks first, and hunnox's dummies. */
static const char *told(const struct fake *f)
{
	static const char *const asks[] = { "Q1 ", "D ", "QS ", "Q2 ", "Q4 ", "I ", "F " };
	const char *s = f->sent;

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		if (!strncmp(s, asks[i], strlen(asks[i]))) {
			s += strlen(asks[i]);
			i = (size_t)-1;
		}
	}
	return s;
}

static int act(struct set_up *s, int action, struct action_request *req)
{
	*req = (struct action_request){ .action = (uint32_t)action, .outlet = 3 };
	*s->f.sent = '\0';
	return qx.action(&s->ups, req);
}

static void one(const struct row *r, const char *carrier, int action)
{
	const char *want = r->acts->sent[action];
	struct action_request req;
	struct set_up s;
	char sent[64];
	int err;

	start(&s, r->dialect, carrier);
	if (want)
		answer_all(&s.f, want, r->ack);
	err = act(&s, action, &req);
	snprintf(sent, sizeof(sent), "%s%s", want ? want : "", want && *want ? " " : "");
	if (err != (want ? 0 : -EOPNOTSUPP) || strcmp(told(&s.f), sent))
		print_message("%s over %s: %s: %d, \"%s\", sent \"%s\"\n", r->dialect, carrier,
			      action_names[action], err, req.text, s.f.sent);
	assert_int_equal(err, want ? 0 : -EOPNOTSUPP);
	assert_string_equal(told(&s.f), sent);
	assert_true(*req.text);
	/* What is refused is not on offer either. */
	assert_int_equal(s.ups.actions >> action & 1, want ? 1 : 0);
	end(&s);
}

static void each(void (*fn)(const struct row *r, const char *carrier, int action))
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char carriers[128], *save = NULL;

		snprintf(carriers, sizeof(carriers), "%s", rows[i].carriers);
		for (char *c = strtok_r(carriers, " ", &save); c; c = strtok_r(NULL, " ", &save)) {
			for (int action = 0; action < N_ACTIONS; action++)
				fn(&rows[i], c, action);
		}
	}
}

static void test_bytes(void **state)
{
	each(one);
}

/* Yes, no and nothing, as each dialect means them. */
static void answers(const struct row *r, const char *carrier, int action)
{
	bool word = !strcmp(r->ack, "(ACK\r") || !strcmp(r->ack, "OK\r");
	bool strings = !strcmp(carrier, "krauler") || !strcmp(carrier, "fabula") ||
		       !strcmp(carrier, "hunnox");
	const char *want = r->acts->sent[action];
	const struct { const char *answer; int err; const char *says; } of[] = {
		{ "(ACK\r", 0, "acknowledged" }, { "ACK\r", 0, "acknowledged" },
		{ "OK\r", 0, "acknowledged" },
		{ "(NAK\r", -EREMOTEIO, "refused" }, { "NAK\r", -EREMOTEIO, "refused" },
		{ "N\r", -EREMOTEIO, "refused" },
		{ "echo", -EREMOTEIO, "refused" },
		{ "", word ? -ETIMEDOUT : 0, "not acknowledged" },
		{ "UPS No Ack\r", word ? -ETIMEDOUT : 0, "not acknowledged" },
		/* neither: an old answer, or noise */
		{ "(230.1 195.0\r", word ? -EREMOTEIO : 0, word ? "answered" : "not acknowledged" },
	};

	if (!want || !*want)
		return;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		char first[32], echo[40];
		struct action_request req;
		struct set_up s;
		int err;

		snprintf(first, sizeof(first), "%.*s", (int)strcspn(want, " "), want);
		snprintf(echo, sizeof(echo), "%s\r", first);
		/* what cannot come over a string descriptor: "echo" of an index */
		if (strings && !strcmp(of[i].answer, "echo"))
			continue;
		/* PI30 says no with a checksum, and by a word */
		if (strcspn(of[i].answer, "Ne") == 0 && strcmp(of[i].answer, "NAK\r") &&
		    !strcmp(r->dialect, "voltronic-axpert"))
			continue;
		start(&s, r->dialect, carrier);
		answer_all(&s.f, want, strcmp(of[i].answer, "echo") ? of[i].answer : echo);
		err = act(&s, action, &req);
		if (err != of[i].err || !strstr(req.text, of[i].says))
			print_message("%s over %s: %s answered %s: %d, \"%s\"\n", r->dialect,
				carrier,
				      action_names[action], of[i].answer, err, req.text);
		assert_int_equal(err, of[i].err);
		assert_non_null(strstr(req.text, of[i].says));
		/* after a refusal nothing follows */
		if (err)
			assert_int_equal(strlen(told(&s.f)), strlen(first) + 1);
		end(&s);
	}
}

static void test_answers(void **state)
{
	each(answers);
}

/* One that is no longer there is not said to have done it. */
static void gone(const struct row *r, const char *carrier, int action)
{
	struct action_request req;
	struct set_up s;

	if (!r->acts->sent[action] || !*r->acts->sent[action])
		return;
	start(&s, r->dialect, carrier);
	s.f.gone = true;
	assert_int_equal(act(&s, action, &req), -ENODEV);
	end(&s);
}

static void test_gone(void **state)
{
	each(gone);
}

/* Each dialect and each carrier of the driver stands in a row above. */
static void test_none_is_missing(void **state)
{
	for (size_t i = 0; qx_dialects[i]; i++) {
		bool found = false;

		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
			found |= !strcmp(rows[k].dialect, qx_dialects[i]->name);
		if (!found)
			print_message("%s\n", qx_dialects[i]->name);
		assert_true(found);
	}
	for (size_t i = 0; qx_carriers[i]; i++) {
		bool found = qx_carriers[i]->caps == TRANSPORT_EXCHANGE;

		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			const char *at = strstr(rows[k].carriers, qx_carriers[i]->name);
			size_t len = strlen(qx_carriers[i]->name);

			found |= at && (at == rows[k].carriers || at[-1] == ' ') &&
				 (!at[len] || at[len] == ' ');
		}
		if (!found)
			print_message("%s\n", qx_carriers[i]->name);
		assert_true(found);
	}
}

/* Outlets are those that there are. */
static void test_outlets(void **state)
{
	static const struct { uint32_t outlet; const char *sent; } of[] = {
		{ 0, NULL }, { 1, "SKOFF1" }, { 2, "SKOFF2" }, { 4, "SKOFF4" }, { 5, NULL }, { 11,
		  NULL },
		{ 0xffffffff, NULL },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct action_request req = { .action = UPSY_ACTION_OUTLET_OFF,
			.outlet = of[i].outlet };
		struct set_up s;

		start(&s, "voltronic", "serial");
		if (of[i].sent)
			answer_all(&s.f, of[i].sent, "(ACK\r");
		assert_int_equal(qx.action(&s.ups, &req), of[i].sent ? 0 : -EINVAL);
		assert_string_equal(s.f.last, of[i].sent ? of[i].sent : "");
		end(&s);
	}
}

/* What no UPS has, and numbers that are no actions. */
static void test_nonsense(void **state)
{
	static const uint32_t no_actions[] = { 17, 31, 32, 1000, 0xffffffff };

	for (size_t i = 0; i < sizeof(no_actions) / sizeof(no_actions[0]); i++) {
		struct action_request req = { .action = no_actions[i] };
		struct set_up s;

		start(&s, "megatec", "serial");
		assert_int_equal(qx.action(&s.ups, &req), -EOPNOTSUPP);
		assert_string_equal(s.f.sent, "");
		end(&s);
	}
}

/* Delays as each dialect writes them, over lines that carry them. */
static void test_delays(void **state)
{
	static const struct { int off, on; const char *classic, *stays; } of[] = {
		{ 12, 60, "S.2R0001", "S.2" }, { 13, 61, "S.3R0002", "S.3" }, { 54, 120, "S.9R0002",
		  "S.9" },
		{ 55, 180, "S01R0003", "S01" }, { 60, 240, "S01R0004", "S01" }, { 61, 599940,
		  "S02R9999", "S02" },
		{ 540, 3600, "S09R0060", "S09" }, { 600, 6000, "S10R0100", "S10" },
	};
	static const char *const dialects[] = { "megatec", "voltronic", "masterguard", "bestups" };

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		for (size_t k = 0; k < 4; k++) {
			bool reversed = k >= 2;
			char options[96], stay[24];
			struct action_request req;
			struct set_up s;

			snprintf(options, sizeof(options), "protocol=%s;offdelay=%d;ondelay=%d",
				dialects[k],
				 of[i].off, of[i].on);
			fake_init(&s.f, "serial", base);
			s.f.manners = SILENT;
			assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, options), 0);
			answer_all(&s.f, of[i].classic, k == 1 ? "(ACK\r" : "");
			assert_int_equal(act(&s, UPSY_ACTION_SHUTDOWN_RETURN, &req), 0);
			assert_string_equal(s.f.last, of[i].classic);
			snprintf(stay, sizeof(stay), "%s%s", of[i].stays, reversed ? "" : "R0000");
			answer_all(&s.f, stay, k == 1 ? "(ACK\r" : "");
			assert_int_equal(act(&s, UPSY_ACTION_SHUTDOWN_STAYOFF, &req), 0);
			assert_string_equal(s.f.last, stay);
			end(&s);
		}
	}
}

/* fabula's index: half a minute 10, a minute 60, ten f0; and 8 more to return. */
static void test_fabula_delays(void **state)
{
	static const struct { int off; const char *ret, *stay; } of[] = {
		{ 30, "[18]", "[10]" }, { 31, "[28]", "[20]" }, { 42, "[38]", "[30]" }, { 48,
		  "[48]", "[40]" },
		{ 54, "[58]", "[50]" }, { 60, "[68]", "[60]" }, { 120, "[78]", "[70]" },
		{ 301, "[b8]", "[b0]" }, { 540, "[e8]", "[e0]" }, { 600, "[f8]", "[f0]" },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		char options[64];
		struct action_request req;
		struct set_up s;

		snprintf(options, sizeof(options), "protocol=megatec;offdelay=%d", of[i].off);
		fake_init(&s.f, "fabula", base);
		s.f.manners = SILENT;
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, options), 0);
		assert_int_equal(act(&s, UPSY_ACTION_SHUTDOWN_RETURN, &req), 0);
		assert_string_equal(s.f.last, of[i].ret);
		assert_int_equal(act(&s, UPSY_ACTION_SHUTDOWN_STAYOFF, &req), 0);
		assert_string_equal(s.f.last, of[i].stay);
		end(&s);
	}
}

/* What a link cannot say is not told as if it could. */
static void test_told_delays(void **state)
{
	static const struct { const char *carrier; int off, on; } of[] = {
		{ "serial", 30, 180 }, { "fuji", 30, 10 }, { "fabula", 30, 10 }, { "krauler", -1, -1 },
		{ "snr", -1, -1 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		start(&s, "megatec", of[i].carrier);
		assert_int_equal(reading_get(&s.ups.now, UPSY_R_DELAY_SHUTDOWN, -1), of[i].off);
		assert_int_equal(reading_get(&s.ups.now, UPSY_R_DELAY_START, -1), of[i].on);
		end(&s);
	}
}

/* One toggle that does not say how it is, is said to be one. */
static void test_blind_toggle(void **state)
{
	struct action_request req;
	struct set_up s;

	start(&s, "gtec", "serial");
	assert_int_equal(act(&s, UPSY_ACTION_BEEPER_ON, &req), 0);
	assert_non_null(strstr(req.text, "does not tell"));
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none_is_missing),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_outlets),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_delays),
		cmocka_unit_test(test_fabula_delays),
		cmocka_unit_test(test_told_delays),
		cmocka_unit_test(test_blind_toggle),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
