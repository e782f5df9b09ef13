// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policy: from what the UPS says to what is published.
 *
 * What must stay true, whatever a UPS sends:
 * - the loss of mains is published with the first sample that says so, or with
 *   the second when the first contradicts itself;
 * - capacity_level is Critical only on battery, and never from one sample;
 * - a battery test is no outage;
 * - an outage in which the UPS or its numbers say "empty" for CONFIRM_MS is
 *   Critical, and stays so until mains is back.
 */
#include <errno.h>
#include <stdlib.h>

#include "lib/options.h"
#include "upsyd/plausible.h"
#include "upsyd/policy.h"

#define SHUTDOWN_CHARGE		10	/* percent; the kernel's own defaults */
#define SHUTDOWN_RUNTIME	120	/* seconds */
#define LOW_CHARGE		20	/* capacity_level Low, where the UPS names no other */

#define CONFIRM_COUNT		2
#define CONFIRM_MS		3000
#define DOUBT_COUNT		5	/* when everything else says otherwise */
#define DOUBT_MS		30000
#define WORN_COUNT		3
#define WORN_MS			30000
#define MISSING_MS		10000
#define NO_CHARGE_COUNT		3	/* then charge is guessed */
#define NO_CHARGE_MS		4000

/* With so much left, "discharging" on line is a word only. */
#define TRICKLE_CHARGE		95

/* With so much left, "low battery" is doubted (nut#1942: 90 %). */
#define AMPLE_CHARGE		50
#define AMPLE_RUNTIME		600

/** enum supply - who feeds the load */
enum supply {
	SUPPLY_UNKNOWN,
	SUPPLY_LINE,
	SUPPLY_TEST,		/* the battery, on purpose, with mains good */
	SUPPLY_BATTERY,
	SUPPLY_ASK_TEST,	/* SUPPLY_TEST if it is said again, else SUPPLY_BATTERY */
	SUPPLY_ASK_BATTERY,	/* as before, SUPPLY_BATTERY if it is said again */
};

struct policy {
	int64_t charge, runtime;
	bool ignore_low;
	struct plausible plausible;
	struct evidence low, few_percent, few_seconds, stuck, replace, missing, back,
			doubt, no_charge, first, denied;
	enum supply supply;
	bool published, critical, low_now, full, worn, absent;
	bool resumed, inherited;	/* the outage; and that it is critical */
};

int policy_new(const struct options *opt, struct policy **out)
{
	struct policy *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->charge = SHUTDOWN_CHARGE;
	p->runtime = SHUTDOWN_RUNTIME;
	/* NUT's names first, ours have the last word; a bad one is logged and left out */
	option_number(opt, "override.battery.charge.low", 1, 0, 100, &p->charge);
	option_number(opt, "override.battery.runtime.low", 1, 0, 86400, &p->runtime);
	option_number(opt, "shutdown.charge", 1, 0, 100, &p->charge);
	option_number(opt, "shutdown.runtime", 1, 0, 86400, &p->runtime);
	p->ignore_low = option_flag(opt, "ignorelb");
	*out = p;
	return 0;
}

void policy_free(struct policy *p)
{
	free(p);
}

uint32_t policy_shutdown_charge(const struct policy *p)
{
	return (uint32_t)p->charge;
}

uint32_t policy_shutdown_runtime(const struct policy *p)
{
	return (uint32_t)p->runtime;
}

void policy_resume(struct policy *p, const struct readings *kept, int64_t now_ms)
{
	int64_t alarms = reading_get(kept, UPSY_R_ALARMS, 0);

	p->supply = SUPPLY_BATTERY;
	p->resumed = true;
	p->worn = alarms & UPSY_ALARM_REPLACE_BATTERY;
	p->low_now = alarms & UPSY_ALARM_LOW_BATTERY;
	p->critical = p->inherited = reading_get(kept, UPSY_R_CAPACITY_LEVEL, -1) ==
				     UPSY_CAPACITY_LEVEL_CRITICAL;
	plausible_start(&p->plausible, kept, now_ms);
}

/** enum said - what a flag says, or what a rule wants it to say */
enum said { ANY, NO, YES };

/** enum volts - what the input voltage says; ANY_VOLTS in a rule */
enum volts { ANY_VOLTS, VOLTS_UNTOLD, VOLTS_GOOD, VOLTS_LOW, VOLTS_DEAD };

static enum said flag(const struct readings *r, uint32_t bit)
{
	return r->state_known & bit ? state_is(r, bit) ? YES : NO : ANY;
}

static enum volts input_volts(const struct readings *r)
{
	int64_t nominal = reading_get(r, UPSY_R_INPUT_VOLTAGE_NOMINAL,
				      reading_get(r, UPSY_R_OUTPUT_VOLTAGE_NOMINAL, 0));
	int64_t v = reading_get(r, UPSY_R_INPUT_VOLTAGE, -1);

	if (v < 0)
		return VOLTS_UNTOLD;
	if (nominal < 80000000)
		nominal = 100000000;	/* the lowest there is: Japan */
	if (v >= nominal * 8 / 10)
		return VOLTS_GOOD;
	return v < nominal / 4 ? VOLTS_DEAD : VOLTS_LOW;
}

/*
 * Who feeds the load: the first rule that fits. "online" and "discharging" are
 * the UPS's words; where it has only one of them the other is its contrary.
 */
static const struct {
	enum said online, discharging, test, off;
	enum volts input;
	enum supply is;
} rules[] = {
	/* online discharging test off  input */
	{ YES,	ANY,	YES,	ANY,	ANY_VOLTS,	SUPPLY_TEST },
	/* some take the mains for gone while they test (nut#2279); the voltage is older
	 * than the flag, so it has to be read again */
	{ NO,	ANY,	YES,	ANY,	VOLTS_GOOD,	SUPPLY_ASK_TEST },
	{ NO,	YES,	ANY,	ANY,	ANY_VOLTS,	SUPPLY_BATTERY },
	/* switched off, and mains is there: nothing is discharged */
	{ NO,	NO,	ANY,	YES,	VOLTS_GOOD,	SUPPLY_LINE },
	/* half of an event, or half of a glitch (Tripp Lite's Keor and ED2000RM2U send a
	 * report with no flag at all now and then) */
	{ NO,	NO,	ANY,	ANY,	VOLTS_GOOD,	SUPPLY_ASK_BATTERY },
	{ NO,	NO,	ANY,	ANY,	VOLTS_UNTOLD,	SUPPLY_ASK_BATTERY },
	{ NO,	NO,	ANY,	ANY,	ANY_VOLTS,	SUPPLY_BATTERY },
	/* a flag that is stuck */
	{ YES,	YES,	ANY,	ANY,	VOLTS_DEAD,	SUPPLY_BATTERY },
	/* a test that is not called one, or a battery that helps out (nut PR #2216) */
	{ YES,	YES,	ANY,	ANY,	ANY_VOLTS,	SUPPLY_TEST },
	{ YES,	NO,	ANY,	ANY,	ANY_VOLTS,	SUPPLY_LINE },
};

static bool fits(enum said want, enum said is)
{
	return want == ANY || want == is;
}

static enum supply apply_rules(const struct readings *r)
{
	enum said online = flag(r, UPS_ONLINE), discharging = flag(r, UPS_DISCHARGING);
	bool test = state_is(r, UPS_TEST | UPS_CALIBRATION);

	if (online == ANY && discharging == ANY)
		return SUPPLY_UNKNOWN;
	if (online == ANY)
		online = discharging == YES ? NO : YES;
	if (discharging == ANY)
		discharging = online == YES ? NO : YES;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (fits(rules[i].online, online) && fits(rules[i].discharging, discharging) &&
		    fits(rules[i].test, test ? YES : NO) &&
		    fits(rules[i].off, flag(r, UPS_OFF)) &&
		    (rules[i].input == ANY_VOLTS || rules[i].input == input_volts(r)))
			return rules[i].is;
	}
	return SUPPLY_UNKNOWN;
}

static bool says_low(const struct readings *r)
{
	return state_is(r, UPS_LOW | UPS_DEPLETED) ||
	       reading_get(r, UPSY_R_ALARMS, 0) & UPSY_ALARM_DEPLETED;
}

/* Settle the rules' questions, and what only time can tell. */
static enum supply decide_supply(struct policy *p, const struct readings *r, int64_t now_ms,
				 bool *ask)
{
	enum supply is = apply_rules(r);
	bool doubt = is == SUPPLY_ASK_BATTERY || is == SUPPLY_ASK_TEST;
	bool undeclared = is == SUPPLY_TEST && !state_is(r, UPS_TEST | UPS_CALIBRATION);
	bool again = evidence_holds(&p->doubt, doubt, now_ms, 2, 0);
	int64_t capacity = reading_get(&p->plausible.believed, UPSY_R_CAPACITY,
				       reading_get(r, UPSY_R_CAPACITY, 0));
	bool empty = capacity <= p->charge || says_low(r);

	/* some say discharging all the time (APC BK650M2); a battery that stays full isn't */
	if (undeclared && capacity >= TRICKLE_CHARGE)
		is = SUPPLY_LINE;
	if (doubt && !again)
		*ask = true;
	if (is == SUPPLY_ASK_BATTERY)
		is = again || !p->published ? SUPPLY_BATTERY : p->supply;
	else if (is == SUPPLY_ASK_TEST)
		is = SUPPLY_TEST;
	/* whatever it says of mains, nothing comes in: this battery is running out */
	if (evidence_holds(&p->stuck, undeclared && empty, now_ms, DOUBT_COUNT, DOUBT_MS))
		is = SUPPLY_BATTERY;
	/* no word of mains is no word of mains that are back */
	if (is == SUPPLY_UNKNOWN)
		return is;
	/* back on line: the second sample is believed */
	if ((p->published || p->resumed) && p->supply == SUPPLY_BATTERY && is != SUPPLY_BATTERY) {
		if (!evidence_holds(&p->back, true, now_ms, 2, 0)) {
			*ask = true;
			return SUPPLY_BATTERY;
		}
	} else {
		p->back.count = 0;
	}
	return is;
}

static bool is_ample(const struct readings *r)
{
	int64_t capacity = reading_get(r, UPSY_R_CAPACITY, 0);

	return capacity > AMPLE_CHARGE &&
	       reading_get(r, UPSY_R_RUNTIME, AMPLE_RUNTIME) >= AMPLE_RUNTIME;
}

/*
 * Low and Critical, on battery only. Each reason is its own evidence, so that a
 * glitch of one cannot confirm a glitch of another.
 */
static void decide_low(struct policy *p, const struct readings *raw, const struct readings *r,
		       int64_t now_ms, bool *ask)
{
	bool battery = p->supply == SUPPLY_BATTERY, low = says_low(raw) && !p->ignore_low;
	int64_t capacity = reading_get(r, UPSY_R_CAPACITY, 100);
	int64_t runtime = reading_get(r, UPSY_R_RUNTIME, INT64_MAX);
	bool doubtful = is_ample(r) || state_is(raw, UPS_TEST | UPS_CALIBRATION);
	bool imminent = reading_get(raw, UPSY_R_ALARMS, 0) & UPSY_ALARM_SHUTDOWN_IMMINENT &&
			!is_ample(r) && !p->ignore_low;
	/* not a value that was believed once and is only carried on since */
	bool few_percent = battery && p->charge && capacity <= p->charge &&
			   reading_get(raw, UPSY_R_CAPACITY, capacity) <= p->charge;
	bool few_seconds = battery && p->runtime && runtime <= p->runtime;

	low = battery && (low || imminent);
	if (!battery)
		p->critical = p->low_now = p->inherited = false;
	/* what another process, or the kernel's countdown, came to: is it so? */
	if (p->inherited && (low || few_percent ||
			     (few_seconds && reading_get(raw, UPSY_R_RUNTIME, 0) <= p->runtime))) {
		p->inherited = false;
	} else if (p->inherited && !state_is(raw, UPS_ONLINE)) {
		if (evidence_holds(&p->denied, true, now_ms, 2, 0))
			p->critical = p->low_now = p->inherited = false;
		else
			*ask = true;
	}
	if (evidence_holds(&p->low, low, now_ms, doubtful ? DOUBT_COUNT : CONFIRM_COUNT,
			   doubtful ? DOUBT_MS : CONFIRM_MS))
		p->critical = p->low_now = true;
	else if (low && !doubtful)
		*ask = true;
	if (evidence_holds(&p->few_percent, few_percent, now_ms, CONFIRM_COUNT, CONFIRM_MS))
		p->critical = true;
	else if (few_percent)
		*ask = true;
	/* with much charge left, the estimate of the first seconds may be worth nothing */
	if (evidence_holds(&p->few_seconds, few_seconds, now_ms, CONFIRM_COUNT,
			   capacity > AMPLE_CHARGE ? 3 * CONFIRM_MS : CONFIRM_MS))
		p->critical = true;
	else if (few_seconds)
		*ask = true;
	if (p->critical && !p->inherited)
		*ask = false;
}

static void decide_battery(struct policy *p, const struct readings *raw, int64_t now_ms)
{
	int64_t alarms = reading_get(raw, UPSY_R_ALARMS, 0);
	bool worn = alarms & UPSY_ALARM_REPLACE_BATTERY;
	bool gone = reading_get(raw, UPSY_R_PRESENT, 1) == 0 ||
		    alarms & UPSY_ALARM_BATTERY_MISSING;

	if (evidence_holds(&p->replace, worn != p->worn, now_ms, WORN_COUNT, WORN_MS)) {
		p->worn = worn;
		p->replace.count = 0;
	}
	/* a battery that feeds the load is there */
	if (p->supply == SUPPLY_BATTERY)
		gone = false;
	if (evidence_holds(&p->missing, gone != p->absent, now_ms, WORN_COUNT, MISSING_MS)) {
		p->absent = gone;
		p->missing.count = 0;
	}
}

static int64_t decide_status(struct policy *p, const struct readings *raw,
			     const struct readings *r)
{
	int64_t capacity = reading_get(r, UPSY_R_CAPACITY, 0);
	enum said charging = flag(raw, UPS_CHARGING);

	if (p->supply == SUPPLY_BATTERY) {
		p->full = false;
		return UPSY_STATUS_DISCHARGING;
	}
	if (p->supply == SUPPLY_TEST || p->absent)
		return UPSY_STATUS_NOT_CHARGING;
	/* once full, a trickle does not make it otherwise */
	p->full = capacity >= 100 || (p->full && capacity >= 97) ||
		  (capacity >= 90 && state_is(raw, UPS_FULL)) ||
		  (capacity >= 95 && charging == NO);
	if (p->full)
		return UPSY_STATUS_FULL;
	/* a UPS on line charges, unless it says that it doesn't */
	return charging == NO ? UPSY_STATUS_NOT_CHARGING : UPSY_STATUS_CHARGING;
}

static int64_t decide_level(const struct policy *p, const struct readings *r, int64_t status)
{
	int64_t alert = reading_get(r, UPSY_R_CAPACITY_ALERT_MIN, 0);

	/* some name 0 %, at which it is off already */
	if (!alert)
		alert = LOW_CHARGE;
	if (p->supply == SUPPLY_BATTERY) {
		if (p->critical)
			return UPSY_CAPACITY_LEVEL_CRITICAL;
		if (reading_get(r, UPSY_R_CAPACITY, 100) <= alert)
			return UPSY_CAPACITY_LEVEL_LOW;
	}
	return status == UPSY_STATUS_FULL ? UPSY_CAPACITY_LEVEL_FULL : UPSY_CAPACITY_LEVEL_NORMAL;
}

/* The first that holds. A test that isn't called one counts as one. */
static int64_t decide_mode(const struct policy *p, const struct readings *raw)
{
	static const struct {
		uint32_t bit;
		int64_t mode;
	} modes[] = {
		{ UPS_BYPASS, UPSY_MODE_BYPASS }, { UPS_BOOST, UPSY_MODE_BOOST },
		{ UPS_TRIM, UPSY_MODE_TRIM }, { UPS_ECO, UPSY_MODE_ECO },
		{ UPS_OFF, UPSY_MODE_STANDBY },
	};

	if (p->supply == SUPPLY_BATTERY)
		return UPSY_MODE_BATTERY;
	if (state_is(raw, UPS_FAULT))
		return UPSY_MODE_FAULT;
	if (state_is(raw, UPS_CALIBRATION))
		return UPSY_MODE_CALIBRATION;
	if (p->supply == SUPPLY_TEST)
		return UPSY_MODE_TEST;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (state_is(raw, modes[i].bit))
			return modes[i].mode;
	return UPSY_MODE_LINE;
}

/* The worst that an alarm says; what the driver knows itself comes first. */
static int64_t decide_health(const struct readings *r, int64_t alarms)
{
	static const struct {
		int64_t alarms, health;
	} rows[] = {
		{ UPSY_ALARM_REPLACE_BATTERY, UPSY_HEALTH_DEAD },
		{ UPSY_ALARM_BATTERY_OVERHEAT, UPSY_HEALTH_OVERHEAT },
		{ UPSY_ALARM_BATTERY_OVERVOLTAGE | UPSY_ALARM_OVERCHARGE,
		  UPSY_HEALTH_OVERVOLTAGE },
		{ UPSY_ALARM_BATTERY_MISSING | UPSY_ALARM_CHARGER_FAILURE |
		  UPSY_ALARM_TEST_FAILED, UPSY_HEALTH_FAILURE },
	};
	int64_t told = reading_get(r, UPSY_R_HEALTH, UPSY_HEALTH_GOOD);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (alarms & rows[i].alarms && told <= UPSY_HEALTH_GOOD)
			return rows[i].health;
	if (reading_get(r, UPSY_R_SELF_TEST, 0) == UPSY_SELF_TEST_FAILED &&
	    told <= UPSY_HEALTH_GOOD)
		return UPSY_HEALTH_FAILURE;
	return told;
}

static int64_t decide_alarms(const struct policy *p, int64_t alarms)
{
	int64_t judged = UPSY_ALARM_LOW_BATTERY | UPSY_ALARM_DEPLETED |
			 UPSY_ALARM_REPLACE_BATTERY | UPSY_ALARM_BATTERY_MISSING;
	int64_t depleted = alarms & UPSY_ALARM_DEPLETED;

	alarms &= ~judged;
	if (p->low_now)
		alarms |= UPSY_ALARM_LOW_BATTERY | depleted;
	if (p->worn)
		alarms |= UPSY_ALARM_REPLACE_BATTERY;
	if (p->absent)
		alarms |= UPSY_ALARM_BATTERY_MISSING;
	return alarms;
}

/*
 * A UPS that knows nothing of its charge, as those with a contact interface:
 * full on line, half on battery, nearly empty when it says low. Only when
 * nothing better has come for a while.
 */
static bool guess_capacity(struct policy *p, struct readings *r, int64_t now_ms)
{
	int64_t guess = 100;

	if (reading_known(r, UPSY_R_CAPACITY)) {
		p->no_charge.count = 0;
		return true;
	}
	if (!evidence_holds(&p->no_charge, true, now_ms, NO_CHARGE_COUNT, NO_CHARGE_MS))
		return false;
	if (p->supply == SUPPLY_BATTERY)
		guess = p->low_now ? 5 : 50;
	reading_set(r, UPSY_R_CAPACITY, guess);
	reading_set(r, UPSY_R_ESTIMATED,
		    reading_get(r, UPSY_R_ESTIMATED, 0) | UPSY_ESTIMATE_CAPACITY);
	return true;
}

/* Nobody is to see an empty battery that was read in the first second. */
static bool is_believable_start(struct policy *p, const struct readings *raw,
				const struct readings *r, int64_t now_ms)
{
	bool empty = reading_get(r, UPSY_R_CAPACITY, 100) <= 5 && !says_low(raw);

	return !empty || evidence_holds(&p->first, true, now_ms, CONFIRM_COUNT + 1, CONFIRM_MS);
}

enum verdict policy_judge(struct policy *p, const struct readings *raw,
			  struct readings *out, int64_t now_ms)
{
	struct readings *r = out;
	enum supply before = p->supply;
	bool ask = false;
	int64_t alarms, status;

	*r = *raw;
	/* what the flags say decides what the numbers may do */
	p->supply = decide_supply(p, raw, now_ms, &ask);
	if (p->supply == SUPPLY_UNKNOWN) {
		p->supply = before;
		return p->published ? VERDICT_ASK_AGAIN : VERDICT_WAIT;
	}
	ask |= plausible_filter(&p->plausible, r, p->supply == SUPPLY_BATTERY, says_low(raw),
				now_ms);
	decide_low(p, raw, r, now_ms, &ask);
	decide_battery(p, raw, now_ms);
	if (!p->published && !p->resumed) {
		if (!guess_capacity(p, r, now_ms))
			return VERDICT_WAIT;
		if (!is_believable_start(p, raw, r, now_ms)) {
			p->plausible = (struct plausible){ };
			return VERDICT_ASK_AGAIN;
		}
	} else if (!guess_capacity(p, r, now_ms)) {
		return VERDICT_ASK_AGAIN;
	}

	alarms = decide_alarms(p, reading_get(raw, UPSY_R_ALARMS, 0));
	if (reading_known(raw, UPSY_R_ALARMS) || reading_known(raw, UPSY_R_HEALTH) ||
	    reading_known(raw, UPSY_R_SELF_TEST))
		reading_set(r, UPSY_R_HEALTH, decide_health(r, alarms));
	status = decide_status(p, raw, r);
	reading_set(r, UPSY_R_ONLINE, p->supply != SUPPLY_BATTERY);
	reading_set(r, UPSY_R_STATUS, status);
	reading_set(r, UPSY_R_PRESENT, !p->absent);
	reading_set(r, UPSY_R_CAPACITY_LEVEL, decide_level(p, r, status));
	reading_set(r, UPSY_R_MODE, decide_mode(p, raw));
	reading_set(r, UPSY_R_ALARMS, alarms);
	r->state = r->state_known = 0;
	p->published = true;
	return ask ? VERDICT_PUBLISH_ASK : VERDICT_PUBLISH;
}
