// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What every vendor's UPS is sent for every action: bytes, order, and what
 * becomes of it when the UPS refuses, ignores or does not tell. The UPSes are
 * made up: a descriptor with what matters of the real one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hid_fixture.h"

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/hid_pdc.h"

static struct fixture *x;
static struct ups ups;
static struct options *opt;
static bool refuse_set[256], refuse_get[256], ignore_set[256];
static int set_error;			/* what a refusal is, 0 for a stall */
static char wrote[1024];

static int get_report(struct transport *t, enum hid_report_type type, uint8_t id, uint8_t *buf,
		      size_t len)
{
	return refuse_get[id] ? -EPIPE : fixture_get(t, type, id, buf, len);
}

static int set_report(struct transport *t, enum hid_report_type type, uint8_t id,
		      const uint8_t *buf, size_t len)
{
	size_t at = strlen(wrote);

	if (at)
		at += (size_t)snprintf(wrote + at, sizeof(wrote) - at, " | ");
	for (size_t i = 0; i < len && at + 4 < sizeof(wrote); i++)
		at += (size_t)snprintf(wrote + at, sizeof(wrote) - at, "%s%02x", i ? " " : "",
				       buf[i]);
	if (refuse_set[id])
		return set_error ? set_error : -EPIPE;
	if (ignore_set[id])
		return 0;
	return fixture_set(t, type, id, buf, len);
}

static struct transport_ops ops;

static int stop(void **state)
{
	if (ups.priv)
		hid_pdc.close(&ups);
	free(x);
	x = NULL;
	options_free(opt);
	opt = NULL;
	memset(refuse_set, 0, sizeof(refuse_set));
	memset(refuse_get, 0, sizeof(refuse_get));
	memset(ignore_set, 0, sizeof(ignore_set));
	set_error = 0;
	return 0;
}

static void mark(bool *reports, const char *hex)
{
	uint8_t ids[16];
	size_t n = hex ? fixture_hex(hex, ids, sizeof(ids)) : 0;

	while (n--)
		reports[ids[n]] = true;
}

static int start(const char *text, const char *offdelay, const char *ondelay)
{
	x = fixture_text(text);
	ops = *x->t.ops;
	ops.get_report = get_report;
	ops.set_report = set_report;
	x->t.ops = &ops;
	if (!opt)
		opt = options_new();
	if (offdelay)
		options_set(opt, "offdelay", offdelay);
	if (ondelay)
		options_set(opt, "ondelay", ondelay);
	ups = (struct ups){ .link = &x->t, .protocol = &hid_pdc, .opt = opt };
	wrote[0] = '\0';
	return hid_pdc.probe(&ups) ? : hid_pdc.poll(&ups, POLL_FULL);
}

static struct action_request req;

static int act(uint32_t action)
{
	memset(&req, 0, sizeof(req));
	req.action = action;
	req.outlet = 1;
	wrote[0] = '\0';
	return hid_pdc.action(&ups, &req);
}

/* Descriptors: a UPS with its flags in report 2, then what a case adds */
#define POWER	"05 84 "
#define APC	"06 86 ff "
#define P86	"05 86 "
#define MGE	"06 ff ff "
#define HEAD	"descriptor:\n05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64 05 85\n" \
		"09 66 b1 82 85 02 75 01 25 01 95 01 09 d0 b1 82 09 45 b1 82 95 06 b1 01 95 01\n"
#define END_SUMMARY "c0\n"
#define IN(usage)	usage " a1 00\n"
#define OUT	"c0\n"
#define BYTE(id, usage)		"85 " id " 75 08 15 00 26 ff 00 65 00 " usage " b1 82\n"
#define FIXED(id, usage)	"85 " id " 75 08 15 00 26 ff 00 65 00 " usage " b1 03\n"
#define WORD(id, usage)		"85 " id " 75 10 15 00 27 ff ff 00 00 65 00 " usage " b1 82\n"
#define LONG(id, usage)		"85 " id " 75 20 15 00 27 9f 86 01 00 65 00 " usage " b1 82\n"
#define DELAY(id, usage) \
	"85 " id " 75 10 16 ff ff 26 ff 7f 66 01 10 55 00 " usage " b1 82 65 00\n"
#define END	"c0\nreport: feature 01 01 64\nreport: feature 02 02 01\n"
#define R(bytes)	"report: feature " bytes "\n"
#define IDLE(id)	R(id " " id " ff ff")
#define ZERO(id)	R(id " " id " 00")

#define REBOOT	POWER "09 55"
#define STARTUP	POWER "09 56"
#define SHUTDOWN POWER "09 57"
#define TEST_	POWER "09 58"
#define BEEPER	POWER "09 5a"
#define SUMMARY_DELAYS	DELAY("09", SHUTDOWN) DELAY("0a", STARTUP)

/* The ladder of APC */
#define APC_ALL	"# vid:pid: 051d:0002\n" HEAD SUMMARY_DELAYS END_SUMMARY \
	IN(APC "09 05") BYTE("20", APC "09 19") DELAY("21", APC "09 7e") DELAY("22", APC "09 7d") \
	BYTE("23", APC "09 7c") OUT END R("20 20 0f") R("21 21 00 00") IDLE("22") ZERO("23") \
	IDLE("09") IDLE("0a")
#define APC_SMART "# vid:pid: 051d:0002\n" HEAD SUMMARY_DELAYS BYTE("20", APC "09 19") END_SUMMARY \
	END R("20 20 0f") IDLE("09") IDLE("0a")
#define APC_REBOOT "# vid:pid: 051d:0003\n" HEAD DELAY("09", SHUTDOWN) DELAY("0b", REBOOT) \
	END_SUMMARY END IDLE("09") IDLE("0b")
#define APC_FORCE "# vid:pid: 051d:0002\n" HEAD DELAY("09", SHUTDOWN) END_SUMMARY \
	IN(APC "09 05") BYTE("23", APC "09 7c") OUT END IDLE("09") ZERO("23")
#define APC_ONLY_FORCE "# vid:pid: 051d:0002\n" HEAD END_SUMMARY \
	IN(APC "09 05") BYTE("23", APC "09 7c") OUT END ZERO("23")
#define APC_BUTTON "# vid:pid: 051d:0002\n" HEAD DELAY("09", SHUTDOWN) END_SUMMARY END IDLE("09")
#define APC_PRO	"# vid:pid: 051d:0002\n" HEAD END_SUMMARY WORD("30", P86 "09 12") \
	BYTE("32", "05 85 09 58") BYTE("33", P86 "09 10") END R("30 30 30 30") ZERO("32") ZERO("33")

#define CPS	"# vid:pid: 0764:0501\n" HEAD END_SUMMARY IN(POWER "09 1c") \
	"85 09 75 10 15 ff 26 ff 7f 35 c4 47 c4 ff 1d 00 66 01 10 " SHUTDOWN " b1 82\n" \
	"85 0a " STARTUP " b1 82 45 00 35 00 65 00\n" OUT END IDLE("09") IDLE("0a")

#define EATON	"# vid:pid: 0463:ffff\n" HEAD SUMMARY_DELAYS END_SUMMARY BYTE("40", MGE "09 43") \
	IN(POWER "09 18") "09 20 a1 82\n" DELAY("41", SHUTDOWN) DELAY("42", STARTUP) "c0\n" \
	"09 20 a1 83\n" DELAY("43", SHUTDOWN) DELAY("44", STARTUP) \
	BYTE("45", POWER "09 6c") "c0\n" OUT \
	END IDLE("09") IDLE("0a") R("40 40 01") IDLE("41") IDLE("42") IDLE("43") IDLE("44") \
	ZERO("45")
/* ten seconds a count, as on the Ellipse */
#define ELLIPSE	"# vid:pid: 0463:ffff\n" HEAD DELAY("09", SHUTDOWN) \
	"85 0a 75 18 17 ff ff ff ff 27 ff ff 7f 00 66 01 10 55 01 " STARTUP " b1 82\n" \
	END_SUMMARY END IDLE("09") R("0a 0a ff ff ff")

#define OUTLETS	IN(POWER "09 18") IN(POWER "09 20")
#define TRIPP	"# vid:pid: 09ae:3016\n" HEAD END_SUMMARY OUTLETS DELAY("09", SHUTDOWN) \
	DELAY("16", MGE "09 56") DELAY("0a", STARTUP) OUT OUT END IDLE("09") IDLE("16") IDLE("0a")
#define TRIPP_MINUTES "# vid:pid: 09ae:2012\n" HEAD END_SUMMARY OUTLETS DELAY("09", SHUTDOWN) \
	WORD("16", MGE "09 56") OUT OUT END IDLE("09") IDLE("16")
#define TRIPP_WATCHDOG "# vid:pid: 09ae:1010\n" HEAD END_SUMMARY OUTLETS DELAY("09", SHUTDOWN) \
	BYTE("52", MGE "09 92") OUT OUT END IDLE("09") ZERO("52")

#define BELKIN	"# vid:pid: 050d:0980\n" HEAD END_SUMMARY IN(P86 "09 27") \
	"85 09 75 10 16 ff ff 26 ff 7f " P86 "09 57 b1 82\n" \
	"85 0a 09 56 b1 82\n" BYTE("58", P86 "09 58") BYTE("5a", P86 "09 5a") OUT \
	IN(P86 "09 26") BYTE("53", P86 "09 53") OUT \
	END IDLE("09") IDLE("0a") ZERO("58") R("5a 5a 02") R("53 53 c4")

/* Powercom: index in the output's report; in PowerSummary's; minutes and seconds */
#define PCM(pid)	"# vid:pid: 0d9f:" pid "\n" HEAD WORD("0f", SHUTDOWN) LONG("10", STARTUP) \
	BYTE("13", BEEPER) END_SUMMARY
#define PCM_OUTPUT PCM("0004") IN(POWER "09 1c") \
	"85 23 75 08 15 00 25 12 " SHUTDOWN " b1 82\n" LONG("24", STARTUP) OUT END \
	R("0f 0f 00 00") R("10 10 00 00 00 00") R("13 13 01") ZERO("23") R("24 24 00 00 00 00")
#define PCM_SHORT PCM("0004") END ZERO("0f") R("10 10 00 00 00 00") R("13 13 01")
#define PCM_PAIR(pid) PCM(pid) END R("0f 0f 02 00") R("10 10 00 00 00 00") R("13 13 01")
#define PCM_BNT	"# vid:pid: 0d9f:00a6\n" HEAD WORD("0f", SHUTDOWN) WORD("10", STARTUP) \
	END_SUMMARY BYTE("15", IN(POWER "09 12") TEST_) "c0\n" END \
	R("0f 0f 02 00") R("10 10 00 01") R("15 15 01")
#define PCM_SKP	"# vid:pid: 0d9f:00a3\n" HEAD BYTE("0f", SHUTDOWN) LONG("10", STARTUP) \
	BYTE("13", BEEPER) END_SUMMARY END ZERO("0f") R("10 10 00 00 00 00") R("13 13 02")

#define DELTA	"# vid:pid: 05dd:041b\n" HEAD SUMMARY_DELAYS END_SUMMARY OUTLETS DELAY("29", SHUTDOWN) \
	DELAY("2a", STARTUP) OUT OUT END IDLE("09") IDLE("0a") IDLE("29") IDLE("2a")
#define LEGRAND	"# vid:pid: 1cb0:0032\n" HEAD BYTE("11", BEEPER) END_SUMMARY OUTLETS \
	WORD("15", SHUTDOWN) WORD("61", STARTUP) OUT OUT END R("11 11 02") IDLE("15") IDLE("61")
#define ECOFLOW	"# vid:pid: 3746:ffff\n" HEAD SUMMARY_DELAYS BYTE("13", BEEPER) END_SUMMARY END \
	IDLE("09") IDLE("0a") R("13 13 02")
#define EVER	"# vid:pid: 2e51:ffff\n" HEAD DELAY("09", SHUTDOWN) END_SUMMARY END IDLE("09")
#define PLAIN	"# vid:pid: 2341:8036\n" HEAD SUMMARY_DELAYS DELAY("0b", REBOOT) BYTE("13", BEEPER) \
	END_SUMMARY IN(POWER "09 12") BYTE("14", TEST_) OUT END IDLE("09") IDLE("0a") IDLE("0b") \
	R("13 13 02") R("14 14 06")
#define ONLY_REBOOT HEAD DELAY("0b", REBOOT) END_SUMMARY END IDLE("0b")
#define ONLY_STARTUP HEAD DELAY("0a", STARTUP) END_SUMMARY END IDLE("0a")
#define ONE_BYTE HEAD "85 09 75 08 15 00 26 ff 00 66 01 10 55 00 " SHUTDOWN " b1 82\n" \
	"85 0a " STARTUP " b1 82 65 00\n" END_SUMMARY END R("09 09 ff") R("0a 0a ff")
#define CONSTANT HEAD FIXED("13", BEEPER) FIXED("14", TEST_) END_SUMMARY END R("13 13 02") R("14 14 06")

#define FLAGS	HEAD "85 13 75 01 15 00 25 01 " BEEPER " b1 82 " TEST_ " b1 82 75 06 b1 01\n" END_SUMMARY \
	END ZERO("13")

#define RETURN	UPSY_ACTION_SHUTDOWN_RETURN
#define STAYOFF	UPSY_ACTION_SHUTDOWN_STAYOFF
#define CANCEL	UPSY_ACTION_SHUTDOWN_CANCEL
#define ANYHOW	NULL

/*
 * What is asked of which UPS; reports whose writes it refuses; what it then got;
 * the result and what the user reads. "" is an action that it does not have.
 */
static const struct {
	const char *name, *ups;
	uint32_t action;
	const char *off, *on, *refused, *want;
	int ret;
	const char *text;
} cases[] = {
	{ "apc", APC_ALL, RETURN, "60", "10", "", "20 00 | 21 0a 00 | 22 3c 00", 0, ANYHOW },
	{ "apc without a charge to start at", APC_ALL, RETURN, "60", "100", "20",
	  "20 00 | 21 64 00 | 22 3c 00", 0, ANYHOW },
	{ "apc, next rung, the last one undone", APC_ALL, RETURN, NULL, NULL, "22",
	  "20 00 | 21 1e 00 | 22 14 00 | 21 00 00 | 20 0f | 20 00 | 21 1e 00 | 0a 1e 00 | 09 14 00", 0,
	  "BattCapBeforeStartup 0, APCDelayBeforeStartup 30 s, DelayBeforeStartup 30 s, DelayBeforeShutdown 20 s" },
	{ "apc, all rungs refused", APC_FORCE, RETURN, NULL, NULL, "23", "23 01", -EPIPE,
	  "the UPS refuses ForceShutdown" },
	{ "smart-ups: startup after shutdown", APC_SMART, RETURN, "60", "10", "",
	  "20 00 | 0a 40 00 | 09 3c 00", 0, ANYHOW },
	{ "smart-ups: reboot, at least 90 s", APC_REBOOT, RETURN, NULL, NULL, "", "0b 5a 00", 0,
	  "DelayBeforeReboot 90 s" },
	{ "smart-ups: reboot, longer", APC_REBOOT, RETURN, "120", NULL, "", "0b 78 00", 0, ANYHOW },
	{ "back-ups: force", APC_FORCE, RETURN, NULL, NULL, "", "23 01", 0,
	  "ForceShutdown 1; off in one or two minutes, as the UPS chooses" },
	{ "back-ups: nothing stops that", APC_ONLY_FORCE, CANCEL, NULL, NULL, "", "", -EOPNOTSUPP, "" },
	{ "apc that needs its button has no return", APC_BUTTON, RETURN, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },
	{ "but it can stay off", APC_BUTTON, STAYOFF, NULL, NULL, "", "09 14 00", 0, ANYHOW },
	{ "apc stays off", APC_ALL, STAYOFF, NULL, NULL, "", "0a ff ff | 09 14 00", 0, ANYHOW },
	{ "apc: all that may count is stopped", APC_ALL, CANCEL, NULL, NULL, "",
	  "22 ff ff | 09 ff ff | 0a ff ff", 0,
	  "APCDelayBeforeShutdown idle, DelayBeforeShutdown idle, DelayBeforeStartup idle" },
	{ "back-ups pro", APC_PRO, RETURN, NULL, NULL, "", "32 01 | 33 01", 0, ANYHOW },
	{ "back-ups pro: undone", APC_PRO, RETURN, NULL, NULL, "33", "32 01 | 33 01 | 32 00",
	  -EPIPE,
	  ANYHOW },

	{ "cyberpower: whole minutes", CPS, RETURN, NULL, NULL, "", "0a 02 00 | 09 01 00", 0,
	  "DelayBeforeStartup 120 s, DelayBeforeShutdown 60 s" },
	{ "cyberpower: rounded up", CPS, RETURN, "61", "200", "", "0a 04 00 | 09 02 00", 0,
	  ANYHOW },
	{ "cyberpower stays off", CPS, STAYOFF, NULL, NULL, "", "0a ff ff | 09 01 00", 0, ANYHOW },
	{ "cyberpower: off", CPS, UPSY_ACTION_LOAD_OFF, NULL, NULL, "", "0a ff ff | 09 00 00", 0,
	  ANYHOW },

	{ "eaton", EATON, RETURN, NULL, NULL, "", "40 01 | 0a 1e 00 | 09 14 00", 0,
	  "AutomaticRestart 1, DelayBeforeStartup 30 s, DelayBeforeShutdown 20 s" },
	{ "eaton stays off", EATON, STAYOFF, NULL, NULL, "", "40 00 | 0a ff ff | 09 14 00", 0,
	  ANYHOW },
	{ "eaton, cancelled, comes back again", EATON, CANCEL, NULL, NULL, "",
	  "09 ff ff | 0a ff ff | 40 01", 0, ANYHOW },
	{ "eaton: outlet", EATON, UPSY_ACTION_OUTLET_OFF, NULL, NULL, "", "41 00 00", 0, ANYHOW },
	{ "eaton: outlet on", EATON, UPSY_ACTION_OUTLET_ON, NULL, NULL, "", "42 00 00", 0, ANYHOW },
	{ "eaton: tens of seconds", ELLIPSE, RETURN, NULL, "35", "", "0a 04 00 00 | 09 14 00", 0,
	  "DelayBeforeStartup 40 s, DelayBeforeShutdown 20 s" },

	{ "tripp lite: seconds first", TRIPP, RETURN, NULL, NULL, "", "0a 1e 00 | 09 14 00", 0,
	  ANYHOW },
	{ "tripp lite: minutes", TRIPP_MINUTES, RETURN, NULL, "61", "", "16 02 00 | 09 14 00", 0,
	  ANYHOW },
	{ "tripp lite stays off", TRIPP_MINUTES, STAYOFF, NULL, NULL, "", "16 ff ff | 09 14 00", 0,
	  ANYHOW },
	{ "tripp lite: watchdog", TRIPP_WATCHDOG, RETURN, "10", NULL, "", "52 0a", 0, ANYHOW },
	{ "tripp lite: watchdog, not before offdelay", TRIPP_WATCHDOG, RETURN, NULL, NULL, "",
	  "52 14",
	  0, ANYHOW },
	{ "tripp lite, watchdog only: no staying off", TRIPP_WATCHDOG, STAYOFF, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },

	{ "belkin: minutes and seconds", BELKIN, RETURN, NULL, NULL, "", "0a 01 00 | 09 14 00", 0,
	  ANYHOW },
	{ "belkin: startup counts from off", BELKIN, RETURN, "600", NULL, "", "0a 01 00 | 09 58 02", 0,
	  ANYHOW },
	{ "belkin: 0 would be never", BELKIN, RETURN, NULL, "0", "", "0a 01 00 | 09 14 00", 0, ANYHOW },
	{ "belkin stays off", BELKIN, STAYOFF, NULL, NULL, "", "0a 00 00 | 09 14 00", 0, ANYHOW },
	{ "belkin: off", BELKIN, UPSY_ACTION_LOAD_OFF, NULL, NULL, "", "09 01 00", 0, ANYHOW },
	{ "belkin: on", BELKIN, UPSY_ACTION_LOAD_ON, NULL, NULL, "", "0a 01 00", 0, ANYHOW },
	{ "belkin: test", BELKIN, UPSY_ACTION_TEST_DEEP, NULL, NULL, "", "58 02", 0, ANYHOW },
	{ "belkin: beeper", BELKIN, UPSY_ACTION_BEEPER_MUTE, NULL, NULL, "", "5a 03", 0, ANYHOW },

	{ "powercom: index, output's report", PCM_OUTPUT, RETURN, NULL, NULL, "",
	  "24 01 00 00 00 | 23 03", 0, "off in 24 s" },
	{ "powercom: a minute", PCM_OUTPUT, RETURN, "55", "200", "", "24 04 00 00 00 | 23 09", 0,
	  "off in 60 s" },
	{ "powercom: longest index", PCM_OUTPUT, RETURN, "700", NULL, "", "24 01 00 00 00 | 23 12",
	  0,
	  "off in 600 s, the longest that this UPS can" },
	{ "powercom: index cancelled", PCM_OUTPUT, CANCEL, NULL, NULL, "", "23 00", 0,
	  "cancelled" },
	{ "powercom: no startup", PCM_OUTPUT, RETURN, NULL, NULL, "24", "24 01 00 00 00 | 23 03", 0,
	  "off in 24 s" },
	{ "powercom: one byte where two are declared", PCM_SHORT, RETURN, NULL, NULL, "",
	  "10 01 00 00 00 | 0f 03", 0, "off in 24 s" },
	{ "powercom: an index does not stay off", PCM_OUTPUT, STAYOFF, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },
	{ "powercom: two bytes are not cancelled", PCM_PAIR("0004"), CANCEL, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },
	{ "powercom: beeper is only read", PCM_OUTPUT, UPSY_ACTION_BEEPER_OFF, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },
	{ "powercom: nothing at once", PCM_OUTPUT, UPSY_ACTION_LOAD_OFF, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },
	{ "powercom: test of three seconds", PCM_BNT, UPSY_ACTION_TEST_QUICK, NULL, NULL, "",
	  "15 02",
	  0, ANYHOW },
	{ "powercom: no deep test", PCM_BNT, UPSY_ACTION_TEST_DEEP, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },
	{ "smart king: one byte", PCM_SKP, RETURN, "12", NULL, "", "10 01 00 00 00 | 0f 01", 0,
	  "off in 12 s" },
	{ "smart king: beeper on", PCM_SKP, UPSY_ACTION_BEEPER_ON, NULL, NULL, "", "13 02", 0,
	  ANYHOW },
	{ "smart king: beeper muted", PCM_SKP, UPSY_ACTION_BEEPER_MUTE, NULL, NULL, "", "13 03", 0,
	  ANYHOW },

	{ "delta: the outlets' delays", DELTA, RETURN, NULL, NULL, "", "2a 1e 00 | 29 14 00", 0,
	  ANYHOW },
	{ "delta: all stopped", DELTA, CANCEL, NULL, NULL, "",
	  "09 ff ff | 29 ff ff | 0a ff ff | 2a ff ff", 0, ANYHOW },
	{ "legrand", LEGRAND, RETURN, NULL, NULL, "", "61 1e 00 | 15 14 00", 0, ANYHOW },
	{ "legrand: silent is 3", LEGRAND, UPSY_ACTION_BEEPER_OFF, NULL, NULL, "", "11 03", 0,
	  ANYHOW },
	{ "ecoflow: delays do nothing", ECOFLOW, RETURN, NULL, NULL, "", "", -EOPNOTSUPP, "" },
	{ "ecoflow: nor cancelling them", ECOFLOW, CANCEL, NULL, NULL, "", "", -EOPNOTSUPP, "" },
	{ "ecoflow: nor the beeper", ECOFLOW, UPSY_ACTION_BEEPER_OFF, NULL, NULL, "", "",
	  -EOPNOTSUPP,
	  "" },
	{ "ever: shutdown alone", EVER, RETURN, NULL, NULL, "", "09 14 00", 0, ANYHOW },
	{ "shutdown alone does not stay off", EVER, STAYOFF, NULL, NULL, "", "", -EOPNOTSUPP, "" },

	{ "standard", PLAIN, RETURN, NULL, NULL, "", "0a 1e 00 | 09 14 00", 0,
	  "DelayBeforeStartup 30 s, DelayBeforeShutdown 20 s" },
	{ "standard: startup after shutdown", PLAIN, RETURN, "100", "30", "",
	  "0a 68 00 | 09 64 00", 0,
	  ANYHOW },
	{ "standard: cancelled; what does not count is left alone", PLAIN, CANCEL, NULL, NULL, "",
	  "09 ff ff | 0a ff ff", 0, ANYHOW },
	{ "what runs on is not cancelled", PLAIN, CANCEL, NULL, NULL, "09",
	  "09 ff ff | 0a ff ff | 0a ff ff",
	  -EPIPE, "the UPS refuses PowerSummary.DelayBeforeShutdown" },
	{ "standard: on", PLAIN, UPSY_ACTION_LOAD_ON, NULL, NULL, "", "0a 00 00", 0, ANYHOW },
	{ "standard: off", PLAIN, UPSY_ACTION_LOAD_OFF, NULL, NULL, "", "0a ff ff | 09 00 00", 0,
	  ANYHOW },
	{ "standard: stop a test", PLAIN, UPSY_ACTION_TEST_STOP, NULL, NULL, "", "14 03", 0,
	  ANYHOW },
	{ "standard: beeper off", PLAIN, UPSY_ACTION_BEEPER_OFF, NULL, NULL, "", "13 01", 0,
	  ANYHOW },
	{ "the second of two writes is refused: the reboot", PLAIN, RETURN, NULL, NULL, "09",
	  "0a 1e 00 | 09 14 00 | 0a ff ff | 0b 14 00", 0, "DelayBeforeReboot 20 s" },
	{ "nothing works", PLAIN, RETURN, NULL, NULL, "09 0b",
	  "0a 1e 00 | 09 14 00 | 0a ff ff | 0b 14 00 | 09 14 00", -EPIPE,
	  "the UPS refuses PowerSummary.DelayBeforeShutdown" },
	{ "staying off that cannot be ensured is not done", PLAIN, STAYOFF, NULL, NULL, "0a",
	  "0a ff ff",
	  -EPIPE, "the UPS refuses PowerSummary.DelayBeforeStartup" },
	{ "only a reboot", ONLY_REBOOT, RETURN, NULL, NULL, "", "0b 14 00", 0, ANYHOW },
	{ "nothing to stop without a shutdown", ONLY_STARTUP, CANCEL, NULL, NULL, "", "",
	  -EOPNOTSUPP,
	  ANYHOW },
	{ "as long as a byte can count", ONE_BYTE, RETURN, "200", "255", "", "0a ff | 09 c8", 0,
	  ANYHOW },
	{ "longer than a byte can count", ONE_BYTE, RETURN, "300", NULL, "", "", -EOPNOTSUPP, "" },
	{ "a flag is no number", FLAGS, UPSY_ACTION_BEEPER_OFF, NULL, NULL, "", "", -EOPNOTSUPP, "" },
	{ "nor is it a test", FLAGS, UPSY_ACTION_TEST_QUICK, NULL, NULL, "", "", -EOPNOTSUPP, "" },
	{ "what is constant is not written", CONSTANT, UPSY_ACTION_BEEPER_OFF, NULL, NULL, "", "",
	  -EOPNOTSUPP, "" },
	{ "nor a test of it", CONSTANT, UPSY_ACTION_TEST_QUICK, NULL, NULL, "", "", -EOPNOTSUPP,
	  "" },
};

static void every_action_of_every_vendor(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool offered;
		int ret;

		if (start(cases[i].ups, cases[i].off, cases[i].on))
			fail_msg("%s: does not start", cases[i].name);
		mark(refuse_set, cases[i].refused);
		offered = ups.actions >> cases[i].action & 1;
		ret = act(cases[i].action);
		if (strcmp(wrote, cases[i].want) && offered)
			fail_msg("%s: got \"%s\", wanted \"%s\"", cases[i].name, wrote,
					cases[i].want);
		if (offered != (cases[i].ret != -EOPNOTSUPP))
			fail_msg("%s: %soffered", cases[i].name, offered ? "" : "not ");
		if (offered && (ret != cases[i].ret || (cases[i].text && strcmp(req.text,
				cases[i].text))))
			fail_msg("%s: %d \"%s\"", cases[i].name, ret, req.text);
		stop(NULL);
	}
}

static void what_is_offered_is_told(void **state)
{
	assert_int_equal(start(CPS, NULL, NULL), 0);
	assert_int_equal(reading_get(&ups.now, UPSY_R_DELAY_SHUTDOWN, 0), 60);
	assert_int_equal(reading_get(&ups.now, UPSY_R_DELAY_START, 0), 120);
	stop(NULL);
	assert_int_equal(start(ELLIPSE, NULL, "35"), 0);
	assert_int_equal(reading_get(&ups.now, UPSY_R_DELAY_START, 0), 40);
	stop(NULL);
	assert_int_equal(start(PCM_OUTPUT, NULL, NULL), 0);
	assert_int_equal(reading_get(&ups.now, UPSY_R_DELAY_SHUTDOWN, 0), 24);
	assert_int_equal(reading_get(&ups.now, UPSY_R_DELAY_START, 0), 60);
	stop(NULL);
	/* the UPS's own time is not ours to tell */
	assert_int_equal(start(APC_FORCE, NULL, NULL), 0);
	assert_false(reading_known(&ups.now, UPSY_R_DELAY_SHUTDOWN));
}

static void fixed_outlets(void **state)
{
	assert_int_equal(start(EATON, NULL, NULL), 0);
	memset(&req, 0, sizeof(req));
	req.action = UPSY_ACTION_OUTLET_OFF;
	req.outlet = 2;		/* its Switchable is 0 */
	assert_int_equal(hid_pdc.action(&ups, &req), -EOPNOTSUPP);
	req.outlet = 17;
	assert_int_equal(hid_pdc.action(&ups, &req), -EINVAL);
	assert_string_equal(req.text, "name an outlet, 1 to 16");
	assert_string_equal(wrote, "");
}

/* Tripp Lite: of outlets 1 to 4, the first and the third are on */
static void outlets_as_masks(void **state)
{
	assert_int_equal(start("# vid:pid: 09ae:3016\n" HEAD END_SUMMARY OUTLETS BYTE("60",
			MGE "09 95")
			       BYTE("61", MGE "09 96") OUT OUT END R("60 60 0f") R("61 61 15"),
					NULL,
			       NULL), 0);
	assert_int_equal(reading_get(&ups.now, UPSY_R_OUTLETS, -1), 0x05);
	assert_false(ups.actions >> UPSY_ACTION_OUTLET_OFF & 1);
}

/* The ways in which a write ends that is neither taken nor refused */
static void links_that_fail(void **state)
{
	assert_int_equal(start(PLAIN, NULL, NULL), 0);
	refuse_set[0x09] = true;
	set_error = -ETIMEDOUT;
	assert_int_equal(act(RETURN), -ETIMEDOUT);
	/* nothing more is sent to a UPS that may have taken it */
	assert_string_equal(wrote, "0a 1e 00 | 09 14 00");
	assert_string_equal(req.text, "PowerSummary.DelayBeforeShutdown: Connection timed out; "
			    "whether the UPS took it is not known");
	set_error = -ENODEV;
	assert_int_equal(act(RETURN), -ENODEV);
}

static void what_is_not_read_back_is_not_told(void **state)
{
	assert_int_equal(start(PLAIN, NULL, NULL), 0);
	refuse_get[0x09] = true;
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(wrote, "0a 1e 00 | 09 14 00");
	assert_string_equal(req.text,
			    "DelayBeforeStartup 30 s, DelayBeforeShutdown taken, but not told");
	/* taken, but it does not count */
	refuse_get[0x09] = false;
	ignore_set[0x09] = true;
	x->feature[9].data[1] = x->feature[9].data[2] = 0xff;
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(req.text, "DelayBeforeStartup 30 s, DelayBeforeShutdown idle");
}

static void a_beeper_that_beeps_on(void **state)
{
	assert_int_equal(start(PLAIN, NULL, NULL), 0);
	ignore_set[0x13] = true;
	assert_int_equal(act(UPSY_ACTION_BEEPER_OFF), -EIO);
	assert_string_equal(req.text, "the UPS took 1 for the beeper and still says 2");
	/* muting is for now and need not stay */
	assert_int_equal(act(UPSY_ACTION_BEEPER_MUTE), 0);
	refuse_set[0x13] = true;
	assert_int_equal(act(UPSY_ACTION_BEEPER_OFF), -EPIPE);
	assert_string_equal(req.text, "the UPS refuses PowerSummary.AudibleAlarmControl");
}

/* Delays, a test, a switch and a limit, all in report 9 */
#define CROWD	HEAD "85 09 75 10 16 ff ff 26 ff 7f 66 01 10 55 00 " SHUTDOWN " b1 82 09 56 b1 82\n" \
	"65 00 75 08 15 00 26 ff 00 09 58 b1 82 09 50 b1 82 05 85 09 29 b1 82\n" END_SUMMARY END

static void neighbours_in_a_report(void **state)
{
	/* idle at 0; the test passed; the switch is done */
	assert_int_equal(start(CROWD R("09 09 00 00 00 00 01 03 14"), NULL, NULL), 0);
	assert_int_equal(act(RETURN), 0);
	/* never "off now", never a test, and the startup stays what it was set to */
	assert_string_equal(wrote, "09 ff ff 1e 00 00 00 14 | 09 14 00 1e 00 00 00 14");
	assert_int_equal(act(UPSY_ACTION_TEST_QUICK), 0);
	assert_string_equal(wrote, "09 14 00 1e 00 01 00 14");
	/* also when it is told only once it counts */
	memset(x->feature[9].data + 1, 0, 4);
	ignore_set[0x09] = true;
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(wrote, "09 ff ff 1e 00 00 00 14 | 09 14 00 1e 00 00 00 14");
	/* and when something else stands there while nothing counts */
	ignore_set[0x09] = false;
	x->feature[9].data[1] = 1;
	x->feature[9].data[2] = 0;
	reading_clear(&ups.now, UPSY_R_TIMER_SHUTDOWN);
	assert_int_equal(act(UPSY_ACTION_TEST_QUICK), 0);
	assert_string_equal(wrote, "09 ff ff 00 00 01 00 14");
	/* what cannot be read is not sent */
	refuse_get[0x09] = true;
	assert_int_equal(act(UPSY_ACTION_TEST_QUICK), -EPIPE);
	assert_string_equal(wrote, "");
	stop(NULL);
	/* nor is the report taken for longer than it is */
	assert_int_equal(start(CROWD R("09 09 ff ff ff ff"), NULL, NULL), 0);
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(wrote, "09 ff ff 1e 00 | 09 14 00 1e 00");
	assert_int_equal(act(UPSY_ACTION_TEST_QUICK), -ENODATA);
	assert_string_equal(wrote, "");
	assert_string_equal(req.text,
			"PowerSummary.Test stands in a report that the UPS does not tell: "
			    "it was not written");
}

/* A report count of 2 left over: declared twice as long as it is */
static void leftover_counts(void **state)
{
	assert_int_equal(start(HEAD "95 02 85 09 75 08 15 00 26 ff 00 " SHUTDOWN " b1 82 " STARTUP
			       " b1 82 95 01\n" END_SUMMARY END R("09 09 ff ff"), NULL, NULL), 0);
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(wrote, "09 ff 1e | 09 14 1e");
}

static void devices_without_report_ids(void **state)
{
	assert_int_equal(start("descriptor:\n05 84 09 04 a1 01 09 24 a1 02 75 08 95 01 15 00 25 64 05 85\n"
			       "09 66 b1 82 25 01 09 d0 b1 82 " POWER "25 03 09 5a b1 82 c0 c0\n"
			       "report: feature 00 64 01 02\n", NULL, NULL), 0);
	assert_int_equal(act(UPSY_ACTION_BEEPER_OFF), 0);
	assert_string_equal(wrote, "64 01 01");
}

/* Back-UPS Pro: 90 % steps down to 0, and what cannot be stepped stays */
static unsigned int steps;

static int step_set(struct transport *t, enum hid_report_type type, uint8_t id, const uint8_t *buf,
		    size_t len)
{
	static const uint8_t next[][2] = { { 0x30, 0x36 }, { 0x35, 0x31 }, { 0x30, 0x30 } };
	int ret = set_report(t, type, id, buf, len);

	if (id != 0x30 || ret)
		return ret;
	assert_int_equal(buf[1], 2);
	memcpy(x->feature[0x30].data + 1, next[steps++ % 3], 2);
	return 0;
}

static void settings_that_are_stepped_through(void **state)
{
	assert_int_equal(start(APC_PRO, NULL, NULL), 0);
	ops.set_report = step_set;
	steps = 0;
	x->feature[0x30].data[1] = 0x30;
	x->feature[0x30].data[2] = 0x39;
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(wrote, "30 02 00 | 30 02 00 | 30 02 00 | 32 01 | 33 01");
	/* when it goes wrong after that, what stood there cannot be put back */
	x->feature[0x30].data[2] = 0x39;
	x->feature[0x32].data[1] = 0;
	refuse_set[0x33] = true;
	steps = 2;
	assert_int_equal(act(RETURN), -EPIPE);
	assert_string_equal(wrote, "30 02 00 | 32 01 | 33 01 | 32 00");
	refuse_set[0x33] = false;
	/* one that never gets there is given up */
	ops.set_report = set_report;
	ignore_set[0x30] = true;
	x->feature[0x30].data[2] = 0x39;
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(wrote, "30 02 00 | 30 02 00 | 30 02 00 | 30 02 00 | 32 01 | 33 01");
}

static int64_t now_ms;

static int64_t fake_clock(void)
{
	return now_ms;
}

/* A Powercom that counts down what it is told: minutes in byte @minutes of two */
static int minutes_at;
static int64_t told_at, told_s;

static int pcm_set(struct transport *t, enum hid_report_type type, uint8_t id, const uint8_t *buf,
		   size_t len)
{
	int ret = set_report(t, type, id, buf, len);

	if (id == 0x0f && !ret) {
		told_s = buf[1 + minutes_at] * 60 + (buf[2 - minutes_at] & 0x3f);
		told_at = clock_ms();
	}
	return ret;
}

static int pcm_get(struct transport *t, enum hid_report_type type, uint8_t id, uint8_t *buf,
		   size_t len)
{
	int64_t left = told_s - (clock_ms() - told_at) / 1000;

	if (id != 0x0f || !told_s)
		return get_report(t, type, id, buf, len);
	buf[0] = 0x0f;
	buf[1 + minutes_at] = (uint8_t)(left / 60);
	buf[2 - minutes_at] = (uint8_t)(left % 60);
	return 3;
}

static void pcm_start(const char *text, int minutes, bool on_line)
{
	assert_int_equal(start(text, NULL, NULL), 0);
	ops.set_report = pcm_set;
	ops.get_report = pcm_get;
	minutes_at = minutes;
	told_s = 0;
	x->feature[2].data[1] = on_line ? 1 : 2;
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
}

static void powercoms_bytes_in_either_order(void **state)
{
	clock_set_source(fake_clock);
	for (int minutes = 0; minutes < 2; minutes++) {
		/* where the line says what is wanted, the order does not matter */
		pcm_start(PCM_PAIR("0004"), minutes, false);
		assert_int_equal(act(RETURN), 0);
		assert_string_equal(wrote, "10 01 00 00 00 | 0f 01 01");
		assert_string_equal(req.text, "off in 61 s");
		assert_int_equal(told_s, 61);
		stop(NULL);
		pcm_start(PCM_PAIR("0004"), minutes, true);
		assert_int_equal(act(STAYOFF), 0);
		assert_string_equal(wrote, "0f 01 01");
		stop(NULL);
		/* where it does not, a wrong guess is found out and put right */
		pcm_start(PCM_PAIR("0004"), minutes, true);
		assert_int_equal(act(RETURN), 0);
		assert_string_equal(wrote, minutes ? "10 01 00 00 00 | 0f 54 00" :
				    "10 01 00 00 00 | 0f 54 00 | 0f 00 54");
		assert_int_equal(told_s, 20);
		stop(NULL);
		/* the documents' order for those that they describe */
		pcm_start(PCM_BNT, minutes, false);
		assert_int_equal(act(STAYOFF), 0);
		assert_string_equal(wrote, minutes ? "0f 00 94 | 0f 94 00" : "0f 00 94");
		assert_int_equal(told_s, 20);
		stop(NULL);
	}
	clock_set_source(NULL);
}

static void powercoms_order_that_was_said(void **state)
{
	opt = options_new();
	options_set(opt, "powercom_order", "minutes-first");
	assert_int_equal(start(PCM_PAIR("0004"), "100", NULL), 0);
	assert_int_equal(act(RETURN), 0);
	assert_string_equal(wrote, "10 01 00 00 00 | 0f 01 68");
	stop(NULL);
	opt = options_new();
	options_set(opt, "powercom_order", "seconds-first");
	assert_int_equal(start(PCM_BNT, "60", "90"), 0);
	assert_int_equal(act(RETURN), 0);
	/* two bytes of startup: the most significant first */
	assert_string_equal(wrote, "10 00 02 | 0f 40 01");
}

/* Never 0, never an hour: whatever is asked for, in either reading of the bytes */
static void powercom_is_never_told_the_longest_delay(void **state)
{
	static const char *const delays[] = { "0", "1", "59", "60", "61", "600", "3599", "7200" };

	clock_set_source(fake_clock);
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		assert_int_equal(start(PCM_PAIR("0004"), delays[i], NULL), 0);
		x->feature[2].data[1] = 2;
		assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
		assert_int_equal(act(RETURN), 0);
		assert_true(x->feature[0x0f].data[1] | x->feature[0x0f].data[2]);
		if (i < 7)
			assert_int_equal(x->feature[0x0f].data[1], x->feature[0x0f].data[2]);
		assert_true(x->feature[0x0f].data[2] < 60);
		stop(NULL);
	}
	clock_set_source(NULL);
}

static int setting(uint32_t action, const char *name, const char *value)
{
	memset(&req, 0, sizeof(req));
	req.action = action;
	snprintf(req.name, sizeof(req.name), "%s", name);
	snprintf(req.value, sizeof(req.value), "%s", value);
	wrote[0] = '\0';
	return hid_pdc.action(&ups, &req);
}

#define SET(name, value)	setting(UPSY_ACTION_SET, name, value)
#define GET(name)		setting(UPSY_ACTION_GET, name, "")

/* Charge and time limits, transfer volts; a second charge limit that is constant */
#define LIMITS	HEAD "85 0c 75 18 15 00 27 ff ff ff 00 05 85 09 29 b1 82 65 00\n" \
	"85 0d 75 10 15 00 27 58 02 00 00 66 01 10 09 2a b1 82 65 00\n" \
	"85 0e 75 08 15 00 25 64 09 8c b1 03\n" END_SUMMARY \
	IN(POWER "09 1a") "85 10 75 10 15 4e 25 58 67 21 d1 f0 00 55 07 09 53 b1 82 26 8e 00 16 88 00\n" \
	"09 54 b1 82 65 00 55 00\n" OUT END R("0c 0c 0a 00 00") R("0d 0d 2c 01") R("0e 0e 32") \
	R("10 10 58 00 8b 00")

static void settings_and_their_limits(void **state)
{
	assert_int_equal(start(LIMITS, NULL, NULL), 0);
	assert_int_equal(GET(""), 0);
	assert_string_equal(req.text,
			"capacity_alert_min=10\nruntime_alert_min=300\ncapacity_warning=50\n"
			    "input_transfer_low=88\ninput_transfer_high=139");
	assert_int_equal(SET("battery.charge.low", "35"), 0);
	assert_string_equal(wrote, "0c 23 00 00");
	/* 24 bits of "percent" */
	assert_int_equal(SET("capacity_alert_min", "101"), -EINVAL);
	assert_string_equal(req.text, "capacity_alert_min must be between 0 and 100");
	assert_int_equal(SET("battery.runtime.low", "600"), 0);
	assert_string_equal(wrote, "0d 58 02");
	assert_int_equal(SET("battery.runtime.low", "601"), -EINVAL);
	assert_int_equal(SET("battery.runtime.low", "-1"), -EINVAL);
	assert_int_equal(SET("battery.runtime.low", "nan"), -EINVAL);
	/* its neighbour in the report stays */
	assert_int_equal(SET("input.transfer.low", "80"), 0);
	assert_string_equal(wrote, "10 50 00 8b 00");
	assert_int_equal(SET("input.transfer.low", "90"), -EINVAL);
	assert_string_equal(req.text, "input_transfer_low must be between 78 and 88");
	assert_int_equal(SET("capacity_warning", "20"), -EINVAL);
	assert_string_equal(req.text, "capacity_warning can be read on this UPS, but not changed");
	ignore_set[0x0d] = true;
	assert_int_equal(SET("battery.runtime.low", "120"), 0);
	assert_string_equal(req.text,
			"runtime_alert_min=600 (not quite what was asked for: the UPS decides)");
	refuse_set[0x0d] = true;
	assert_int_equal(SET("battery.runtime.low", "120"), -EPIPE);
	assert_string_equal(req.text, "the UPS refuses to change runtime_alert_min");
}

static void settings_by_the_vendors_numbers(void **state)
{
	assert_int_equal(start(LEGRAND, NULL, NULL), 0);
	assert_int_equal(SET("beeper", "disabled"), 0);
	assert_string_equal(wrote, "11 03");
	stop(NULL);
	/* whose numbers are not the standard's, and not to be written */
	assert_int_equal(start(PCM_OUTPUT, NULL, NULL), 0);
	assert_int_equal(SET("beeper", "disabled"), -EINVAL);
	assert_string_equal(wrote, "");
	stop(NULL);
	assert_int_equal(start(BELKIN, NULL, NULL), 0);
	assert_int_equal(SET("input.transfer.low", "180"), 0);
	assert_string_equal(wrote, "53 b4");
	assert_string_equal(req.text, "input_transfer_low=180");
}

static void settings_that_nobody_can_change(void **state)
{
	assert_int_equal(start(HEAD "85 0e 75 08 15 00 25 64 05 85 09 29 b1 03\n" END_SUMMARY END
			       R("0e 0e 32"), NULL, NULL), 0);
	assert_true(ups.actions >> UPSY_ACTION_GET & 1);
	assert_false(ups.actions >> UPSY_ACTION_SET & 1);
	assert_int_equal(GET("battery.charge.low"), 0);
	assert_string_equal(req.text, "capacity_alert_min=50");
}

static void what_cannot_be_stopped_is_said(void **state)
{
	assert_int_equal(start(APC_FORCE, NULL, NULL), 0);
	assert_int_equal(act(CANCEL), 0);
	assert_string_equal(req.text, "DelayBeforeShutdown idle");
	assert_int_equal(act(RETURN), 0);
	assert_int_equal(act(CANCEL), 0);
	assert_string_equal(req.text,
			    "DelayBeforeShutdown idle; whether that stops what was begun is not known");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, stop)
	const struct CMUnitTest tests[] = {
		TEST(every_action_of_every_vendor),
		TEST(what_is_offered_is_told),
		TEST(fixed_outlets),
		TEST(outlets_as_masks),
		TEST(links_that_fail),
		TEST(what_is_not_read_back_is_not_told),
		TEST(a_beeper_that_beeps_on),
		TEST(neighbours_in_a_report),
		TEST(leftover_counts),
		TEST(devices_without_report_ids),
		TEST(settings_that_are_stepped_through),
		TEST(powercoms_bytes_in_either_order),
		TEST(powercoms_order_that_was_said),
		TEST(powercom_is_never_told_the_longest_delay),
		TEST(settings_and_their_limits),
		TEST(settings_by_the_vendors_numbers),
		TEST(settings_that_nobody_can_change),
		TEST(what_cannot_be_stopped_is_said),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("hid_action", tests, NULL, NULL);
}
