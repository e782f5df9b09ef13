// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every setting of every dialect: the question, how its answer reads, what goes
 * out to set it, and which values do not. From the protocols' papers and the
 * options of nutdrv_qx(8), not from the tables.
 */
#include "qx_fake.h"

#define Q1 { "Q1", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 }

static const struct pair base[] = {
	Q1, { "QS", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
	{ "D", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
	{ "Q2", "(226.6 224.3 228.0 226.6 229.9 000.0 000.0 012 000 000 49.9 327.6 18.0 00000000 "
		"012.30 100 02 00 00 00 00 00000000 11\r", 0 },
	{ "Q4", "(236.7 243.2 212.1 220.1 230.4 002 001 50.0 371 372 041.3 22.9 IM\r", 0 },
	{ "QGS", "(219.5 59.9 220.4 60.0 002.8 007 361.8 361.8 027.3 ---.- 022.9 100000000010\r",
	  0 },
	{ "WH",
	  "(01 10.06 03.09 A  700  + 0 Bat Pack-19        0 230 50.00 012 02.30 006.00 012.00 "
		"018 10 40 160 276 47.00 53.00\r", 0 },
	{ "Q3", "(01 230.1 195.0 230.2 014 50.0 02.27 30.0 025.30 098 00000000 00000000\r", 0 },
	{ "ID", "AX1,750,120,120,20.0,27.6\r", 0 },
	{ "UN", "1125W/1125VA/048V/160W/020W\r", 0 },
	{ NULL, NULL, 0 }
};

#define FLAGS(on, off) "(E" on "D" off "\r"

/* The question, its answer, what that is; a value, what goes out for it; bad values. */
static const struct row {
	const char *dialect, *name;
	const char *get, *answer, *is;
	const char *value, *set;
	const char *bad[3];
} rows[] = {
	{ "voltronic", "alarm_control", "QFLAG", FLAGS("a", "p"), "enabled", "disabled", "PDA",
	  { "maybe", "" } },
	{ "voltronic", "bypass_alarm", "QFLAG", FLAGS("p", "a"), "enabled", "no", "PDP", { "2" } },
	{ "voltronic", "battery_alarm", "QFLAG", FLAGS("a", "b"), "disabled", "enabled", "PEB",
	  { } },
	{ "voltronic", "bypass_when_off", "QFLAG", FLAGS("a", "o"), "disabled", "yes", "PEO", { } },
	{ "voltronic", "bypass_forbidding", "QFLAG", FLAGS("f", "o"), "enabled", "disabled", "PDF",
	  { } },
	{ "voltronic", "converter_mode", "QFLAG", FLAGS("", "v"), "disabled", "enabled", "PEV",
	  { } },
	{ "voltronic", "eco_mode", "QFLAG", FLAGS("e", ""), "enabled", "disabled", "PDE", { } },
	{ "voltronic", "advanced_eco_mode", "QFLAG", FLAGS("n", ""), "enabled", "disabled", "PDN",
	  { } },
	{ "voltronic", "battery_open_status_check", "QFLAG", FLAGS("d", ""), "enabled", "disabled",
	  "PDD", { } },
	{ "voltronic", "site_fault_detection", "QFLAG", FLAGS("a", "l"), "disabled", "enabled",
	  "PEL", { } },
	{ "voltronic", "constant_phase_angle", "QFLAG", FLAGS("q", ""), "enabled", "disabled",
	  "PDQ", { } },
	{ "voltronic", "limited_runtime_on_battery", "QFLAG", FLAGS("", "w"), "disabled", "enabled",
	  "PEW", { } },
	{ "voltronic", "ups.start.auto", "QFLAG", FLAGS("r", ""), "enabled", "disabled", "PDR",
	  { } },
	{ "voltronic", "battery.protection", "QFLAG", FLAGS("s", ""), "enabled", "disabled", "PDS",
	  { } },
	{ "voltronic", "battery.energysave", "QFLAG", FLAGS("a", "g"), "disabled", "enabled", "PEG",
	  { } },
	{ "voltronic", "ups.start.battery", "QFLAG", FLAGS("c", ""), "enabled", "disabled", "PDC",
	  { } },
	{ "voltronic", "outlet.0.switchable", "QFLAG", FLAGS("", "j"), "disabled", "enabled", "PEJ",
	  { } },
	{ "voltronic", "max_bypass_volt", "QBYV", "(264 170\r", "264", "276", "PHV276", { "301",
	  "x" } },
	{ "voltronic", "min_bypass_volt", "QBYV", "(264 170\r", "170", "50", "PLV050", { "49",
	  "-1" } },
	{ "voltronic", "max_bypass_freq", "QBYF", "(53.0 47.5\r", "53", "52.5", "PGF52.5",
	  { "71" } },
	{ "voltronic", "min_bypass_freq", "QBYF", "(53.0 47.5\r", "47.5", "47", "PSF47.0",
	  { "39" } },
	{ "voltronic", "input.transfer.high", "QHE", "(242 218\r", "242", "245", "HEH245",
	  { "0" } },
	{ "voltronic", "input.transfer.low", "QHE", "(242 218\r", "218", "98", "HEL098", { "30" } },
	{ "voltronic", "input.frequency.high", "QFRE", "(53.0 47.0\r", "53", "52", "FREH52.0",
	  { "99" } },
	{ "voltronic", "input.frequency.low", "QFRE", "(53.0 47.0\r", "47", "48.5", "FREL48.5",
	  { "1" } },
	{ "voltronic", "output_phase_angle", "QPD", "(000 240\r", "240", "120", "PPD120", { "90",
	  "1" } },
	{ "voltronic", "output_phase_angle", "QPD", "(120 000\r", "0", "000", "PPD000", { "360" } },
	{ "voltronic", "battery_number", "QBV", "(273.0 20 01 100 00142\r", "20", "9", "BATN9",
	  { "0", "10" } },
	{ "voltronic", "battery.packs", "QBV", "(273.0 20 03 100 00142\r", "3", "4", "BATGN04",
	  { "0", "100" } },
	{ "voltronic", "battery.voltage.low", "RE0", "#20\r", "20", "24", "W0E24", { "19", "29" } },
	{ "voltronic", "battery.type", "QBT", "(01\r", "Flooded", "agm", "PBT02", { "NiCd",
	  "02" } },
	{ "voltronic", "work_range_type", "QGR", "(00\r", "Appliance", "UPS", "PGR01", { "grid" } },
	{ "voltronic", "outlet.1.delay.shutdown", "QSKT1", "(008\r", "480", "59940", "PSK1999",
	  { "59941", "-60" } },
	{ "voltronic", "outlet.2.delay.shutdown", "QSKT2", "(000\r", "0", "61", "PSK2002",
	  { "x" } },
	{ "voltronic", "outlet.3.delay.shutdown", "QSKT3", "(012\r", "720", "60", "PSK3001", { } },
	{ "voltronic", "outlet.4.delay.shutdown", "QSKT4", "(007\r", "420", "0", "PSK4000", { } },
	{ "voltronic", "input_phase_angle", "QPD", "(120 000\r", "120", NULL, NULL, { "0" } },
	{ "voltronic", "output.power.minimum.percent", "QLDL", "(021 123\r", "21", NULL, NULL,
	  { "1" } },
	{ "voltronic", "output.power.maximum.percent", "QLDL", "(021 123\r", "123", NULL, NULL,
	  { "1" } },
	{ "voltronic", "outlet.1.switch", "QSK1", "(1\r", "on", NULL, NULL, { "on" } },
	{ "voltronic", "outlet.2.switch", "QSK2", "(0\r", "off", NULL, NULL, { "on" } },
	{ "voltronic", "outlet.3.switch", "QSK3", "(1\r", "on", NULL, NULL, { "off" } },
	{ "voltronic", "outlet.4.switch", "QSK4", "(0\r", "off", NULL, NULL, { "on" } },
	{ "voltronic", "reset_to_default", NULL, NULL, NULL, "yes", "PF", { "no", "maybe" } },
	{ "voltronic", "test.battery.start", NULL, NULL, NULL, "12", "T.2", { "11", "5941" } },
	{ "voltronic", "test.battery.start", NULL, NULL, NULL, "5940", "T99", { "" } },
	{ "voltronic", "test.battery.start", NULL, NULL, NULL, "55", "T01", { } },
	{ "bestups", "battery.packs", "BP?", "02\r", "2", "5", "BP5", { "6", "-1" } },
	{ "bestups", "pins_shutdown_mode", "SS?", "3\r", "3", "6", "SS6", { "7", "a" } },
	{ "bestups", "test.battery.start", NULL, NULL, NULL, "600", "T10", { "59", "5941" } },
	{ "masterguard", "battery.packs", "GS,01", "(01,01 2 1\r", "2", "3", "SS--3-,01",
	  { "10" } },
	{ "masterguard", "output.voltage.nominal", "PNV", "(PNV=230\r", "230", "220", "PNV=220",
	  { "90" } },
	{ "masterguard", "test.battery.start", NULL, NULL, NULL, "61", "T02", { "30" } },
	{ "mecer", "test.battery.start", NULL, NULL, NULL, "60", "T01", { "12", "59" } },
#define CLASSIC(d) { d, "test.battery.start", NULL, NULL, NULL, "61", "T02", { "12", "5941", "1m" } }
	CLASSIC("megatec"), CLASSIC("megatec/old"), CLASSIC("mustek"), CLASSIC("q1"),
		CLASSIC("zinto"),
	CLASSIC("hunnox"), CLASSIC("ablerex"), CLASSIC("innovatae"), CLASSIC("q2"), CLASSIC("gtec"),
};

/* Which row it is, for who looks for a failure with TRACE=1. */
#define at_row(...)	do { if (getenv("TRACE")) print_message(__VA_ARGS__); } while (0)

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s, const char *options)
{
	fake_init(&s->f, "serial", base);
	s->f.manners = SAYS_NAK;
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, options), 0);
	*s->f.sent = *s->f.last = '\0';
}

static void end(struct set_up *s)
{
	fake_end(&s->ups, s->opt);
}

static int ask(struct set_up *s, int action, const char *name, const char *value, char *text)
{
	struct action_request req = { .action = (uint32_t)action };
	int err;

	snprintf(req.name, sizeof(req.name), "%s", name);
	snprintf(req.value, sizeof(req.value), "%s", value);
	err = qx.action(&s->ups, &req);
	snprintf(text, UPSY_TEXT_MAX + 1, "%s", req.text);
	assert_true(*text);
	return err;
}

static bool acks_with_a_word(const char *dialect)
{
	return !strcmp(dialect, "voltronic") || !strcmp(dialect, "mecer");
}

static void one_row(const struct row *r)
{
	char options[64], text[UPSY_TEXT_MAX + 1], sent[128];
	struct set_up s;

	snprintf(options, sizeof(options), "protocol=%s", r->dialect);
	start(&s, options);
	at_row("%s %s\n", r->dialect, r->name);
	if (r->get) {
		s.f.changed[0] = (struct pair){ r->get, r->answer, 0 };
		assert_int_equal(ask(&s, UPSY_ACTION_GET, r->name, "", text), 0);
		assert_string_equal(text, r->is);
		assert_string_equal(s.f.last, r->get);
		/* and it is in the list of all */
		snprintf(sent, sizeof(sent), " %s=%s", r->name, r->is);
		assert_int_equal(ask(&s, UPSY_ACTION_GET, "", "", text), 0);
		assert_non_null(strstr(text, sent));
	} else {
		assert_int_not_equal(ask(&s, UPSY_ACTION_GET, r->name, "", text), 0);
	}
	for (int i = 0; i < 3 && r->bad[i]; i++) {
		*s.f.sent = '\0';
		assert_int_not_equal(ask(&s, UPSY_ACTION_SET, r->name, r->bad[i], text), 0);
		assert_string_equal(s.f.sent, "");
		if (!strcmp(r->name, "max_bypass_volt"))
			assert_string_equal(text, "max_bypass_volt takes 60 to 300");
		if (!strcmp(r->name, "battery.type"))
			assert_string_equal(text, "battery.type is one of Li, Flooded, AGM");
	}
	if (!r->set)
		goto out;
	/* taken */
	s.f.changed[1] = (struct pair){ r->set, acks_with_a_word(r->dialect) ? "(ACK\r" : "", 0 };
	*s.f.sent = '\0';
	assert_int_equal(ask(&s, UPSY_ACTION_SET, r->name, r->value, text), 0);
	snprintf(sent, sizeof(sent), "%s ", r->set);
	assert_int_equal(strncmp(s.f.sent, sent, strlen(sent)), 0);
	if (r->get) {
		snprintf(sent, sizeof(sent), "%s is %s", r->name, r->is);
		assert_string_equal(text, sent);
	}
	/* refused by a word, and by an echo */
	s.f.changed[1].cmd = NULL;
	assert_int_equal(ask(&s, UPSY_ACTION_SET, r->name, r->value, text), -EREMOTEIO);
	s.f.manners = ECHOES;
	assert_int_equal(ask(&s, UPSY_ACTION_SET, r->name, r->value, text), -EREMOTEIO);
	/* no word at all */
	s.f.manners = SILENT;
	assert_int_equal(ask(&s, UPSY_ACTION_SET, r->name, r->value, text),
			 acks_with_a_word(r->dialect) ? -ETIMEDOUT : 0);
out:
	end(&s);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		one_row(&rows[i]);
}

/* Each row of the tables stands in the list above, so that none goes untested. */
static void test_none_is_missing(void **state)
{
	for (size_t i = 0; qx_dialects[i]; i++) {
		const struct qx_setting *s = qx_dialects[i]->settings;

		for (; s && s->name; s++) {
			const char *dialect = qx_dialects[i]->name;
			bool found = false;

			/* of one table */
			if (!strncmp(dialect, "q6", 2) || !strncmp(dialect, "innovart", 8))
				dialect = "q2";
			/* read only, in test_qx_masterguard.c; its address is below */
			if (!strcmp(dialect, "masterguard") &&
			    (!s->set || !strcmp(s->name, "ups.id")))
				continue;
			for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
				found |= !strcmp(rows[k].dialect, dialect) &&
					 !strcmp(rows[k].name, s->name);
			if (!found)
				print_message("%s: %s\n", dialect, s->name);
			assert_true(found);
		}
	}
}

/* Below a minute is P98's alone. */
static void test_mecer_p98(void **state)
{
	char text[UPSY_TEXT_MAX + 1];
	struct set_up s;

	fake_init(&s.f, "serial", base);
	s.f.manners = SAYS_NAK;
	s.f.changed[0] = (struct pair){ "QPI", "(PI98\r", 0 };
	s.f.changed[1] = (struct pair){ "T.3", "(ACK\r", 0 };
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, "protocol=mecer"), 0);
	assert_int_equal(ask(&s, UPSY_ACTION_SET, "test.battery.start", "13", text), 0);
	assert_string_equal(s.f.last, "T.3");
	assert_int_equal(ask(&s, UPSY_ACTION_SET, "test.battery.start", "11", text), -EINVAL);
	end(&s);
}

/* The address in commands is the new one at once; slave_addr= keeps off others. */
static void test_address(void **state)
{
	char text[UPSY_TEXT_MAX + 1];
	struct set_up s;

	start(&s, "protocol=masterguard;slave_addr=1");
	s.f.manners = SILENT;
	assert_int_equal(ask(&s, UPSY_ACTION_GET, "ups.id", "", text), 0);
	assert_string_equal(text, "1");
	assert_int_equal(ask(&s, UPSY_ACTION_SET, "ups.id", "100", text), -EINVAL);
	*s.f.sent = '\0';
	assert_int_equal(ask(&s, UPSY_ACTION_SET, "ups.id", "7", text), 0);
	assert_int_equal(strncmp(s.f.sent, "SS07--,01 ", 10), 0);
	s.f.changed[0] = (struct pair){ "GS,07", "(07,07 4 1\r", 0 };
	assert_int_equal(ask(&s, UPSY_ACTION_GET, "battery.packs", "", text), 0);
	assert_string_equal(text, "4");
	end(&s);

	/* 00 is an address like any other */
	fake_init(&s.f, "serial", base);
	s.f.manners = SILENT;
	s.f.changed[0] = (struct pair){
		"WH", "(00 10.06 03.09 A  700  + 0 Bat Pack-19        0 230 50.00 012 02.30 006.00 "
		      "012.00 018 10 40 160 276 47.00 53.00\r", 0
	};
	s.f.changed[1] = (struct pair){ "GS,00", "(00,00 2 1\r", 0 };
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, "protocol=masterguard;slave_addr=0"), 0);
	assert_int_equal(ask(&s, UPSY_ACTION_GET, "battery.packs", "", text), 0);
	assert_string_equal(text, "2");
	end(&s);

	log_set_level(LOG_ERROR - 1);
	for (int forced = 0; forced < 2; forced++) {
		fake_init(&s.f, "serial", base + 6);
		s.f.manners = SILENT;
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, forced ?
					    "protocol=masterguard;slave_addr=2" : "slave_addr=2"),
				 -ENODEV);
		fake_end(&s.ups, s.opt);
	}
	/* the status tells the address as well */
	fake_init(&s.f, "serial", base + 7);
	s.f.manners = SILENT;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, "protocol=masterguard;slave_addr=1"), 0);
	fake_end(&s.ups, s.opt);
}

static const char *const wanted[][3] = {
	/* option, what the UPS has, what goes out; NULL: nothing */
	{ "eco_mode=yes", FLAGS("e", ""), NULL }, { "eco_mode=enabled", FLAGS("", "e"), "PEE" },
	{ "eco_mode=no", FLAGS("e", ""), "PDE" },
	{ "eco_mode=true", FLAGS("", "e"), "PEE" }, { "eco_mode=false", FLAGS("e", ""), "PDE" },
	{ "eco_mode=1", FLAGS("e", ""), NULL }, { "eco_mode=off", FLAGS("", "e"), NULL },
	{ "max_bypass_freq=53", "(53.0 47.0\r", NULL }, { "max_bypass_freq=53.0", "(53.0 47.0\r",
	  NULL },
	{ "max_bypass_freq=52.5", "(53.0 47.0\r", "PGF52.5" },
	{ "min_bypass_volt=170", "(264 170\r", NULL }, { "min_bypass_volt=180.0", "(264 170\r",
	  "PLV180" },
	{ "outlet.1.delay.shutdown=61", "(002\r", NULL }, { "outlet.1.delay.shutdown=121", "(002\r",
	  "PSK1003" },
	{ "output_phase_angle=000", "(120 000\r", NULL }, { "output_phase_angle=120", "(120 000\r",
	  "PPD120" },
	{ "battery.type=agm", "(02\r", NULL }, { "battery.type=Li", "(02\r", "PBT00" },
	{ "battery_number=2", "(273.0 02 03 100 00142\r", NULL },
	{ "battery.voltage.low=24", "#20\r", "W0E24" },
	/* not a value at all: nothing is sent */
	{ "max_bypass_freq=many", "(53.0 47.0\r", NULL }, { "battery.type=NiCd", "(02\r", NULL },
	{ "eco_mode=perhaps", FLAGS("e", ""), NULL },
	/* done when somebody asks for it, not at each start */
	{ "reset_to_default", "(ACK\r", NULL },
};

/* At the start only what differs is written, however it is spelt. */
static void test_at_the_start(void **state)
{
	static const char *const questions[] = {
		"QFLAG", "QFLAG", "QFLAG", "QFLAG", "QFLAG", "QFLAG", "QFLAG", "QBYF", "QBYF", "QBYF",
		"QBYV", "QBYV", "QSKT1",
		"QSKT1", "QPD", "QPD", "QBT", "QBT", "QBV", "RE0", "QBYF", "QBT", "QFLAG", "PF",
	};

	log_set_level(0);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		char options[96], *set = strchr(wanted[i][0], '=');
		struct set_up s;
		char sent[24];

		at_row("%s\n", wanted[i][0]);
		snprintf(options, sizeof(options), "protocol=voltronic;%s", wanted[i][0]);
		fake_init(&s.f, "serial", base);
		s.f.manners = SAYS_NAK;
		s.f.changed[0] = (struct pair){ questions[i], wanted[i][1], 0 };
		if (wanted[i][2])
			s.f.changed[1] = (struct pair){ wanted[i][2], "(ACK\r", 0 };
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, options), 0);
		snprintf(sent, sizeof(sent), " %s ", wanted[i][2] ? wanted[i][2] : "P");
		if (wanted[i][2]) {
			assert_non_null(strstr(s.f.sent, sent));
		} else {
			assert_null(strstr(s.f.sent, " P"));
			assert_null(strstr(s.f.sent, " W"));
			if (set)
				assert_non_null(strstr(s.f.sent, questions[i]));
		}
		end(&s);
	}
}

/* Flags stand in one answer; what was refused is not asked for in each list. */
static void test_list_is_short(void **state)
{
	char text[UPSY_TEXT_MAX + 1];
	struct set_up s;
	const char *at;
	int n = 0;

	start(&s, "protocol=voltronic");
	s.f.changed[0] = (struct pair){ "QFLAG", FLAGS("apbrsg", "dlov"), 0 };
	ask(&s, UPSY_ACTION_GET, "", "", text);
	for (at = s.f.sent; (at = strstr(at, "QFLAG")); at++)
		n++;
	assert_int_equal(n, 1);
	assert_non_null(strstr(s.f.sent, "QSKT3"));
	assert_non_null(strstr(text,
		"ups.delay.shutdown=30 ups.delay.start=180 alarm_control=enabled"));
	*s.f.sent = '\0';
	ask(&s, UPSY_ACTION_GET, "", "", text);
	assert_null(strstr(s.f.sent, "QSKT3"));
	/* asked for by name it is asked again */
	s.f.changed[1] = (struct pair){ "QSKT3", "(003\r", 0 };
	assert_int_equal(ask(&s, UPSY_ACTION_GET, "outlet.3.delay.shutdown", "", text), 0);
	assert_string_equal(text, "180");
	end(&s);
}

/* The status is read between slow answers, and a list ends when mains fail. */
static void test_list_gives_way(void **state)
{
	char text[UPSY_TEXT_MAX + 1];
	struct set_up s;

	start(&s, "protocol=voltronic");
	s.f.manners = SILENT;
	s.f.changed[0] = (struct pair){ "QGS",
		"(000.0 00.0 220.4 60.0 002.8 007 361.8 361.8 025.3 ---.- "
						"022.9 101000000010\r", 0 };
	ask(&s, UPSY_ACTION_GET, "", "", text);
	assert_true(state_is(&s.ups.now, UPS_DISCHARGING));
	assert_non_null(strstr(text, " ..."));
	assert_null(strstr(s.f.sent, "QSKT"));
	end(&s);
}

/* One that tells much: what has no room is not cut in the middle. */
static void test_list_has_an_end(void **state)
{
	static const struct pair much[] = {
		{ "QFLAG", FLAGS("", "apbofvendlqwrsgcj"), 0 }, { "QBYV", "(264 170\r", 0 },
		{ "QBYF", "(53.0 47.5\r", 0 }, { "QHE", "(242 218\r", 0 }, { "QFRE", "(53.5 47.5\r",
		  0 },
		{ "QPD", "(000 240\r", 0 }, { "QBV", "(273.0 20 01 100 00142\r", 0 }, { "RE0",
		  "#20\r", 0 },
		{ "QLDL", "(021 123\r", 0 },
		{ "QBT", "(01\r", 0 }, { "QGR", "(00\r", 0 }, { "QSKT1", "(999\r", 0 },
		{ "QSKT2", "(999\r", 0 }, { "QSKT3", "(999\r", 0 }, { "QSKT4", "(999\r", 0 },
		{ "QSK1", "(0\r", 0 }, { "QSK2", "(0\r", 0 }, { "QSK3", "(0\r", 0 }, { "QSK4",
		  "(0\r", 0 },
		{ NULL, NULL, 0 }
	};
	char text[UPSY_TEXT_MAX + 1];
	struct set_up s;
	size_t len;

	start(&s, "protocol=voltronic");
	s.f.pairs = much;
	s.f.changed[0] = base[5];
	ask(&s, UPSY_ACTION_GET, "", "", text);
	len = strlen(text);
	assert_in_range(len, UPSY_TEXT_MAX - 40, UPSY_TEXT_MAX);
	assert_string_equal(text + len - 4, " ...");
	assert_null(strstr(text, "outlet.4.switch=off"));
	for (char *at = strtok(text, " "); at; at = strtok(NULL, " "))
		assert_true(strchr(at, '=') || !strcmp(at, "..."));
	end(&s);
}

/* Delays: as the link carries them, and only where they are said. */
static void test_delays(void **state)
{
	static const struct {
		const char *options;
		int off, on, sets_on;	/* readings, -1: not told; errno of setting ondelay */
	} of[] = {
		{ "protocol=megatec", 30, 180, 0 }, { "protocol=megatec;ondelay=61", 30, 120, 0 },
		{ "protocol=megatec;offdelay=61", 120, 180, 0 }, { "protocol=hunnox", 60, 0, 0 },
		{ "protocol=voltronic-qs;ondelay=0", 30, 60, 0 },
		{ "protocol=masterguard;ondelay=0", 30, 60, 0 },
		{ "protocol=omron", 30, -1, -EOPNOTSUPP }, { "protocol=omron;ondelay=60", 30, -1,
		  -EOPNOTSUPP },
		{ "protocol=megatec;driver=blazer_ser;ondelay=2", 30, 120, 0 },
		{ "protocol=megatec;driver=nutdrv_qx;ondelay=2", 30, 60, 0 },
	};

	log_set_level(0);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		char text[UPSY_TEXT_MAX + 1];
		struct set_up s;

		at_row("%s\n", of[i].options);
		start(&s, of[i].options);
		assert_int_equal(reading_get(&s.ups.now, UPSY_R_DELAY_SHUTDOWN, -1), of[i].off);
		assert_int_equal(reading_get(&s.ups.now, UPSY_R_DELAY_START, -1), of[i].on);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "ups.delay.start", "61", text),
			of[i].sets_on);
		assert_int_equal(reading_get(&s.ups.now, UPSY_R_DELAY_START, -1),
				 of[i].sets_on ? of[i].on : 120);
		assert_int_equal(ask(&s, UPSY_ACTION_GET, "ondelay", "", text), of[i].sets_on);
		if (!of[i].sets_on)
			assert_string_equal(text, "120");
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "offdelay", "11", text), -EINVAL);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "ups.delay.shutdown", "13", text), 0);
		assert_int_equal(ask(&s, UPSY_ACTION_GET, "offdelay", "", text), 0);
		assert_string_equal(text, "18");
		end(&s);
	}
}

/* The ranges of nutdrv_qx(8), and one second more. */
static void test_ranges(void **state)
{
	static const struct { const char *dialect; int off_max, on_min, on_max; } of[] = {
		{ "megatec", 600, 0, 599940 }, { "megatec/old", 600, 0, 599940 }, { "q1", 600, 0,
		  599940 },
		{ "mustek", 600, 0, 599940 }, { "zinto", 600, 0, 599940 }, { "hunnox", 600, 0,
		  599940 },
		{ "mecer", 5940, 0, 599940 }, { "bestups", 5940, 60, 599940 },
		{ "masterguard", 600, 0, 599940 }, { "voltronic", 5940, 0, 599940 },
		{ "voltronic-qs", 540, 60, 599940 }, { "ablerex", 600, 0, 599940 },
		{ "innovatae", 600, 0, 599940 }, { "q2", 600, 0, 599940 }, { "gtec", 600, 0,
		  599940 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		char text[UPSY_TEXT_MAX + 1], options[64], value[24];
		struct set_up s;

		at_row("%s\n", of[i].dialect);
		snprintf(options, sizeof(options), "protocol=%s", of[i].dialect);
		start(&s, options);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "offdelay", "11", text), -EINVAL);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "offdelay", "12", text), 0);
		snprintf(value, sizeof(value), "%d", of[i].off_max);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "offdelay", value, text), 0);
		snprintf(value, sizeof(value), "%d", of[i].off_max + 1);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "offdelay", value, text), -EINVAL);
		snprintf(value, sizeof(value), "%d", of[i].on_min - 1);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "ondelay", value, text), -EINVAL);
		snprintf(value, sizeof(value), "%d", of[i].on_min);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "ondelay", value, text), 0);
		snprintf(value, sizeof(value), "%d", of[i].on_max);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "ondelay", value, text), 0);
		snprintf(value, sizeof(value), "%d", of[i].on_max + 1);
		assert_int_equal(ask(&s, UPSY_ACTION_SET, "ondelay", value, text), -EINVAL);
		end(&s);
	}
}

/* WA is left out where it is not wanted. */
static void test_nooutstats(void **state)
{
	struct set_up s;

	start(&s, "protocol=q2");
	qx.poll(&s.ups, POLL_FULL);
	assert_non_null(strstr(s.f.sent, "WA "));
	end(&s);
	start(&s, "protocol=q2;nooutstats");
	qx.poll(&s.ups, POLL_FULL);
	assert_null(strstr(s.f.sent, "WA "));
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_none_is_missing),
		cmocka_unit_test(test_mecer_p98),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_at_the_start),
		cmocka_unit_test(test_list_is_short),
		cmocka_unit_test(test_list_gives_way),
		cmocka_unit_test(test_list_has_an_end),
		cmocka_unit_test(test_delays),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_nooutstats),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
