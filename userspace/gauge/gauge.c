// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The gauge. What must stay true: what the UPS tells itself is never touched;
 * an estimate does not jump when the mains fail or return (a battery under
 * load shows fewer volts than the same battery at rest, and a charging one
 * more); and it only falls while the battery feeds the load.
 *
 * Three sources, as far as each is there:
 *  - volts between low and high (nutdrv_qx(8), "BATTERY CHARGE");
 *  - counting: runtimecal gives the runtime at two loads, and thus how fast a
 *    load empties the battery; chargetime how fast it fills;
 *  - the model of a common small lead battery where runtimecal is not given.
 */
#include <errno.h>
#include <stdlib.h>

#include "gauge/drain.h"
#include "gauge/gauge.h"
#include "lib/log.h"
#include "lib/options.h"

#define VOLT		1000000LL
#define SETTLE_MS	20000	/* volts sag and recover after the load is taken over */
#define GAP_MS		300000	/* longer than that is no sample of the same course */
#define SINK_S		90	/* from full to empty under a low voltage that is a guess */
#define CELL_MAX	(3 * VOLT)	/* less is one cell, told by itself */
#define WATTS_MAX	280.0	/* below what UPower takes for nonsense, 300 W */
#define WATTS_UNTOLD	60.0	/* a load of which nothing is known, */
#define WATT_HOURS_UNTOLD 100.0	/* unless it lasts for longer than a battery could have it */

struct gauge {
	/* options, 0 where not given */
	int64_t low, high, nominal, default_low, default_high, default_nominal;
	int64_t alert, default_alert;
	int64_t told_low, told_high;	/* by the UPS, 0 where it does not */
	struct drain drain;
	double charge_time;

	/* state */
	bool started, on_battery, has_discharged;
	bool low_before;	/* the UPS said "low" in the sample before */
	bool low_now;		/* and says it still */
	bool nominal_checked;
	bool wrong_nominal;	/* its volts are not those of its nominal voltage */
	double charge;		/* 0 … 1 */
	int64_t last_ms, battery_ms;
	double anchor_charge;	/* charge when the mains failed */
	int64_t anchor_volts;	/* volts once settled under load: the last in SETTLE_MS */
	int64_t guessed_nominal;
	int64_t energy_full;
};

static int number(const struct options *opt, const char *name, int64_t scale, int64_t min,
		  int64_t max, int64_t *out)
{
	int err = option_number(opt, name, scale, min, max, out);

	return err == -ENOENT ? 0 : err;
}

int gauge_new(const struct options *opt, struct gauge **out)
{
	struct gauge *g = calloc(1, sizeof(*g));
	const struct { const char *name; int64_t *value; } volts[] = {
		{ "override.battery.voltage.low", &g->low },
		{ "override.battery.voltage.high", &g->high },
		{ "override.battery.voltage.nominal", &g->nominal },
		{ "default.battery.voltage.low", &g->default_low },
		{ "default.battery.voltage.high", &g->default_high },
		{ "default.battery.voltage.nominal", &g->default_nominal },
	};
	int64_t charge_time = 43200;
	int err = 0;

	if (!g)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(volts) / sizeof(volts[0]) && !err; i++)
		err = number(opt, volts[i].name, VOLT, VOLT, 1000 * VOLT, volts[i].value);
	if (!err)
		err = number(opt, "override.battery.charge.low", 1, 0, 100, &g->alert);
	if (!err)
		err = number(opt, "default.battery.charge.low", 1, 0, 100, &g->default_alert);
	if (!err)
		err = number(opt, "chargetime", 1, 60, 10000000, &charge_time);
	if (!err)
		err = drain_read(&g->drain, opt);
	if (!err && g->low && g->high && g->low >= g->high) {
		log_error("override.battery.voltage.low must be below override.battery.voltage.high");
		err = -EINVAL;
	}
	if (err) {
		free(g);
		return err;
	}
	g->charge_time = (double)charge_time;
	*out = g;
	return 0;
}

void gauge_free(struct gauge *g)
{
	free(g);
}

void gauge_set_range(struct gauge *g, int64_t empty, int64_t full)
{
	bool sound = empty > 0 && full > empty;

	g->told_low = sound ? empty : 0;
	g->told_high = sound ? full : 0;
}

/*
 * A battery of unknown nominal voltage is some number of 12 V blocks; of one
 * cell's volts nothing more is known than that it is one cell.
 */
static int64_t guess_nominal(int64_t volts)
{
	static const int blocks[] = { 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 18, 20, 22, 24, 32 };
	int64_t best = 12 * VOLT, best_distance = INT64_MAX;

	if (volts < CELL_MAX)
		return 2 * VOLT;
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		/* A charged block at rest has 13.2 V. */
		int64_t at_rest = blocks[i] * 13200000LL;
		int64_t distance = llabs(volts - at_rest) * 1000 / at_rest;

		if (distance < best_distance) {
			best_distance = distance;
			best = blocks[i] * 12 * VOLT;
		}
	}
	return best;
}

struct range {
	int64_t low, high;
	bool guessed;		/* low is a rule of thumb, nobody said it */
};

/*
 * No battery on its charger has 0.7 or 1.4 times its nominal volts, so these are
 * not its. Under load it may have few: nothing is concluded from that. Asked
 * until it was seen on line once; what was decided stays.
 */
static void check_nominal(struct gauge *g, const struct readings *r, int64_t volts,
			  int64_t nominal)
{
	bool on_battery = state_is(r, UPS_DISCHARGING);

	if (g->nominal || g->nominal_checked || volts <= 0 || !nominal)
		return;
	g->nominal_checked = !on_battery;
	if (volts > nominal * 14 / 10 || (volts < nominal * 7 / 10 && !on_battery))
		g->wrong_nominal = g->nominal_checked = true;
	if (g->wrong_nominal)
		log_info("%.1f V are not those of a %.0f V battery: its nominal voltage is guessed "
			 "(override.battery.voltage.nominal tells it)", (double)volts / VOLT,
			 (double)nominal / VOLT);
}

/* A rule of thumb (nutdrv_qx): 104/120 and 130/120 of the nominal voltage. */
static struct range volts_range(struct gauge *g, const struct readings *r)
{
	int64_t volts = reading_get(r, UPSY_R_VOLTAGE, 0);
	int64_t nominal = g->nominal ? g->nominal : reading_get(r, UPSY_R_VOLTAGE_NOMINAL, 0);
	struct range v;

	if (!nominal)
		nominal = g->default_nominal;
	check_nominal(g, r, volts, nominal);
	if (!nominal || g->wrong_nominal ||
	    (volts > 0 && volts < CELL_MAX && nominal > 4 * VOLT)) {
		if (!g->guessed_nominal && volts > 0)
			g->guessed_nominal = guess_nominal(volts);
		nominal = g->guessed_nominal;
	}
	v.guessed = !g->low && !g->told_low && !g->default_low;
	v.low = g->low ? g->low : g->told_low ? g->told_low :
		g->default_low ? g->default_low : nominal * 104 / 120;
	v.high = g->high ? g->high : g->told_high ? g->told_high :
		 g->default_high ? g->default_high : nominal * 130 / 120;
	return v;
}

static double clamp(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

static double from_volts(struct range v, int64_t volts)
{
	if (v.high <= v.low)
		return 1;
	return clamp((double)(volts - v.low) / (double)(v.high - v.low), 0, 1);
}

/* Which share of the battery a second at this load takes. */
static double drain(const struct gauge *g, const struct readings *r)
{
	return drain_at(&g->drain, (double)reading_get(r, UPSY_R_LOAD, 50));
}

static void mains_failed(struct gauge *g, const struct readings *r, int64_t now_ms)
{
	g->battery_ms = now_ms;
	g->anchor_charge = g->charge;
	g->anchor_volts = reading_get(r, UPSY_R_VOLTAGE, 0);
	g->has_discharged = true;
}

/*
 * What is left by the volts, of what was there when the mains failed. A healthy
 * battery under a high load may begin near the rule of thumb's low voltage, or
 * below it, so there a fall counts by a quarter of the range, not by the little
 * that is left of it.
 */
static double left_by_volts(const struct gauge *g, struct range v, int64_t volts)
{
	int64_t empty = v.low, least = (v.high - v.low) / 4;

	if (v.guessed && g->anchor_volts - empty < least)
		empty = g->anchor_volts - least;
	if (g->anchor_volts <= empty)
		return 0;
	return g->anchor_charge * clamp((double)(volts - empty) /
					(double)(g->anchor_volts - empty), 0, 1);
}

/*
 * While discharging: what the volts say relative to the volts it began with,
 * and, with runtimecal, not more than what is left by counting.
 */
static void discharge(struct gauge *g, const struct readings *r, struct range v, double seconds,
		      int64_t now_ms)
{
	int64_t volts = reading_get(r, UPSY_R_VOLTAGE, 0);
	double counted = clamp(g->charge - seconds * drain(g, r), 0, 1);
	double charge = g->charge;

	if (volts > 0 && now_ms - g->battery_ms < SETTLE_MS) {
		g->anchor_volts = volts;
	} else if (volts > 0 && g->anchor_volts > 0) {
		charge = left_by_volts(g, v, volts);
		/* But it is no place to stay for long: a weak battery, soon empty. */
		if (v.guessed && volts <= v.low)
			charge = smaller(charge, clamp(g->charge - seconds / SINK_S, 0, 1));
		/* 9.6 V of a 12 V block: no UPS goes on below that. */
		if (v.guessed && volts < v.low * 12 / 13)
			charge = 0;
	}
	if (volts <= 0 || g->drain.calibrated)
		charge = smaller(charge, counted);
	g->charge = smaller(g->charge, charge);
}

/* Charging: as slowly as it does, and not more than the volts allow. */
static void charge(struct gauge *g, const struct readings *r, struct range v, double seconds)
{
	int64_t volts = reading_get(r, UPSY_R_VOLTAGE, 0);
	double limit = volts > 0 ? from_volts(v, volts) : 1;

	if (state_is(r, UPS_FULL) && r->state_known & UPS_FULL)
		g->charge = 1;
	else if (g->has_discharged)
		g->charge = clamp(g->charge + seconds / g->charge_time, 0, 1);
	else
		g->charge = limit;
	/* Volts fall on line only when the battery is worn or disconnected. */
	if (limit < g->charge)
		g->charge = limit;
	if (g->charge >= 1)
		g->has_discharged = false;
}

static void follow(struct gauge *g, const struct readings *r, int64_t now_ms)
{
	struct range v = volts_range(g, r);
	int64_t volts = reading_get(r, UPSY_R_VOLTAGE, 0);
	bool on_battery = state_is(r, UPS_DISCHARGING);
	double seconds = (double)(now_ms - g->last_ms) / 1000;

	if (!g->started) {
		g->charge = volts > 0 ? from_volts(v, volts) : 1;
		g->started = true;
		seconds = 0;
		if (on_battery)
			mains_failed(g, r, now_ms);
	} else if (on_battery && !g->on_battery) {
		mains_failed(g, r, now_ms);
	}
	/* Asleep, or the UPS was away: the volts have to say where it is. */
	if (now_ms - g->last_ms > GAP_MS && g->last_ms && on_battery)
		g->battery_ms = now_ms - SETTLE_MS;
	if (on_battery)
		discharge(g, r, v, seconds, now_ms);
	else
		charge(g, r, v, seconds);
	g->on_battery = on_battery;
	g->last_ms = now_ms;
}

static void estimated(struct readings *r, int64_t bit)
{
	reading_set(r, UPSY_R_ESTIMATED, reading_get(r, UPSY_R_ESTIMATED, 0) | bit);
}

/* Should a sample come back that was completed before: start from what was told. */
static void forget_estimates(struct readings *r)
{
	static const struct { int64_t bit; unsigned int id[2]; } from[] = {
		{ UPSY_ESTIMATE_CAPACITY, { UPSY_R_CAPACITY } },
		{ UPSY_ESTIMATE_RUNTIME, { UPSY_R_RUNTIME } },
		{ UPSY_ESTIMATE_LOAD, { UPSY_R_LOAD } },
		{ UPSY_ESTIMATE_ENERGY, { UPSY_R_ENERGY_FULL, UPSY_R_ENERGY_FULL_DESIGN } },
	};
	int64_t had = reading_get(r, UPSY_R_ESTIMATED, 0);

	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		if (!(had & from[i].bit))
			continue;
		for (int k = 0; k < 2 && from[i].id[k]; k++)
			reading_clear(r, from[i].id[k]);
		had &= ~from[i].bit;
	}
	if (had)
		reading_set(r, UPSY_R_ESTIMATED, had);
	else
		reading_clear(r, UPSY_R_ESTIMATED);
}

static void complete_load(struct readings *r)
{
	static const struct { unsigned int now, nominal; } pairs[] = {
		{ UPSY_R_OUTPUT_POWER, UPSY_R_POWER_NOMINAL },
		{ UPSY_R_OUTPUT_APPARENT_POWER, UPSY_R_APPARENT_POWER_NOMINAL },
		{ UPSY_R_OUTPUT_CURRENT, UPSY_R_OUTPUT_CURRENT_NOMINAL },
	};

	for (size_t i = 0; i < 3 && !reading_known(r, UPSY_R_LOAD); i++) {
		int64_t now = reading_get(r, pairs[i].now, -1);
		int64_t nominal = reading_get(r, pairs[i].nominal, 0);

		if (now < 0 || nominal <= 0)
			continue;
		reading_set(r, UPSY_R_LOAD, (now * 100 + nominal / 2) / nominal);
		estimated(r, UPSY_ESTIMATE_LOAD);
	}
}

/*
 * Watt-hours are asked of every battery, and few UPSes tell them. They are
 * chosen once: true ones where the load is known in watts and stays below what
 * UPower believes at full load, else scaled to stay there.
 */
static void complete_energy(struct gauge *g, struct readings *r)
{
	double capacity = (double)reading_get(r, UPSY_R_CAPACITY, 0) / 100;
	double hours = (double)reading_get(r, UPSY_R_RUNTIME, 0) / 3600;
	double load = (double)reading_get(r, UPSY_R_LOAD, 50), per_hour, most, watts;
	double nominal = (double)reading_get(r, UPSY_R_POWER_NOMINAL, 0) / 1e6;

	if (reading_known(r, UPSY_R_ENERGY_FULL))
		return;
	if (!g->energy_full && capacity > 0 && hours > 0) {
		per_hour = capacity / hours;
		load = load < g->drain.idle_load ? g->drain.idle_load : load;
		most = per_hour * drain_at(&g->drain, 150) / drain_at(&g->drain, load);
		if (nominal <= 0)
			nominal = (double)reading_get(r, UPSY_R_APPARENT_POWER_NOMINAL, 0) / 1e6 * 0.6;
		watts = nominal > 0 ? nominal * load / 100 :
				      smaller(WATTS_UNTOLD, WATT_HOURS_UNTOLD * per_hour);
		g->energy_full = (int64_t)(smaller(watts / per_hour, WATTS_MAX / most) * 1e6);
		if (g->energy_full < 10000)
			g->energy_full = 10000;
		if (g->energy_full > INT32_MAX)
			g->energy_full = INT32_MAX;
	}
	if (!g->energy_full)
		return;
	reading_set(r, UPSY_R_ENERGY_FULL, g->energy_full);
	if (!reading_known(r, UPSY_R_ENERGY_FULL_DESIGN))
		reading_set(r, UPSY_R_ENERGY_FULL_DESIGN, g->energy_full);
	estimated(r, UPSY_ESTIMATE_ENERGY);
}

/*
 * What is published. Low says the UPS, and it should know better; but some flicker
 * (nut#2347), so not from one sample, and not longer than it says so.
 */
static double published(const struct gauge *g)
{
	return g->low_now ? smaller(g->charge, 0.1) : g->charge;
}

static void note_low(struct gauge *g, const struct readings *r)
{
	bool low = state_is(r, UPS_LOW) && state_is(r, UPS_DISCHARGING);

	g->low_now = low && (g->low_before || !g->started);
	g->low_before = low;
}

void gauge_resume(struct gauge *g, const struct readings *kept, int64_t now_ms)
{
	int64_t guessed = reading_get(kept, UPSY_R_ESTIMATED, 0);

	if (guessed & UPSY_ESTIMATE_ENERGY)
		g->energy_full = reading_get(kept, UPSY_R_ENERGY_FULL, 0);
	if (!(guessed & UPSY_ESTIMATE_CAPACITY))
		return;
	g->charge = (double)reading_get(kept, UPSY_R_CAPACITY, 100) / 100;
	g->started = true;
	g->last_ms = now_ms;
}

void gauge_complete(struct gauge *g, struct readings *r, int64_t now_ms)
{
	bool has_capacity;

	forget_estimates(r);
	note_low(g, r);
	has_capacity = reading_known(r, UPSY_R_CAPACITY);
	complete_load(r);
	if (has_capacity) {
		/* Its own charge is the start, should it stop telling it. */
		g->charge = (double)reading_get(r, UPSY_R_CAPACITY, 0) / 100;
		g->started = true;
		g->has_discharged = true;
		g->last_ms = now_ms;
		if (state_is(r, UPS_DISCHARGING) && !g->on_battery)
			mains_failed(g, r, now_ms);
		g->on_battery = state_is(r, UPS_DISCHARGING);
	} else if (r->state_known & (UPS_DISCHARGING | UPS_ONLINE)) {
		follow(g, r, now_ms);
		reading_set(r, UPSY_R_CAPACITY, (int64_t)(published(g) * 100 + 0.5));
		estimated(r, UPSY_ESTIMATE_CAPACITY);
	}
	if (!reading_known(r, UPSY_R_RUNTIME) && reading_known(r, UPSY_R_CAPACITY)) {
		double left = has_capacity ? (double)reading_get(r, UPSY_R_CAPACITY, 0) / 100 :
					     published(g);
		double seconds = left / drain(g, r);

		reading_set(r, UPSY_R_RUNTIME, (int64_t)clamp(seconds, 0, 864000));
		estimated(r, UPSY_ESTIMATE_RUNTIME);
	}
	if (g->alert || (g->default_alert && !reading_known(r, UPSY_R_CAPACITY_ALERT_MIN)))
		reading_set(r, UPSY_R_CAPACITY_ALERT_MIN, g->alert ? g->alert : g->default_alert);
	complete_energy(g, r);
}
