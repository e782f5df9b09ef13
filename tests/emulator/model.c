// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The battery model: charge, volts and runtime follow load and time, so that a
 * demo drains by itself. What was forced from the outside stays forced.
 */
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "emu.h"

#define IDLE_W		3.0	/* what the UPS itself draws from its battery */
#define TEST_QUICK_S	10.0

const char *const flag_names[FLAG_COUNT] = {
	[FLAG_BYPASS] = "bypass",	[FLAG_BOOST] = "boost",
	[FLAG_TRIM] = "trim",		[FLAG_FAULT] = "fault",
	[FLAG_OVERLOAD] = "overload",	[FLAG_OVERTEMP] = "overtemp",
	[FLAG_REPLACE] = "replace",	[FLAG_NOBATTERY] = "nobattery",
	[FLAG_BEEPER] = "beeper",	[FLAG_MUTED] = "muted",
	[FLAG_SHUTDOWN] = "shutdown",	[FLAG_ECO] = "eco",
	[FLAG_LOW] = "low",
};

void model_init(struct model *m)
{
	*m = (struct model){
		.mains = true, .charge = 1, .capacity_wh = 108, .nominal_w = 600,
		.nominal_va = 1000, .load = 25, .peukert = 1.15, .charge_hours = 6,
		.low_at = 0.20, .runtime_set = -1, .volts_set = -1,
		.mains_volts = 230.1, .mains_hz = 50, .nominal_volts = 230, .nominal_hz = 50,
		.battery_nominal = 24, .temp = 25, .speed = 1, .timer_speed = 0,
		.off_in = -1, .on_in = -1, .on_after = -1, .test_in = -1,
		.flags = 1u << FLAG_BEEPER,
	};
}

bool model_flag(const struct model *m, enum model_flag f)
{
	return m->flags >> f & 1;
}

bool model_on_battery(const struct model *m)
{
	return !m->mains;
}

bool model_low(const struct model *m)
{
	return model_flag(m, FLAG_LOW) || m->charge <= m->low_at;
}

static double battery_watts(const struct model *m)
{
	double w = m->output == OUTPUT_ON ? m->nominal_w * m->load / 100 : 0;

	return w > IDLE_W ? w : IDLE_W;
}

/* Peukert's law, with the ten-hour rate as the reference that gives capacity_wh. */
static double drain_watts(const struct model *m)
{
	double w = battery_watts(m), ref = m->capacity_wh / 10;

	return w * pow(w / ref > 1 ? w / ref : 1, m->peukert - 1);
}

double model_runtime(const struct model *m)
{
	double s = m->charge * m->capacity_wh * 3600 / drain_watts(m);

	return m->runtime_set >= 0 ? m->runtime_set : s < 99999 ? s : 99999;
}

/* Lead-acid, per 2 V cell: 1.75 empty to 2.12 full under load, 2.28 floating. */
double model_cell_volts(const struct model *m)
{
	double v = m->mains ? 2.10 + 0.18 * m->charge : 1.75 + 0.37 * m->charge;

	if (m->volts_set >= 0)
		return m->volts_set / (m->battery_nominal / 2);
	return v;
}

double model_battery_volts(const struct model *m)
{
	return model_cell_volts(m) * m->battery_nominal / 2;
}

double model_input_volts(const struct model *m)
{
	double v = m->mains_volts;

	if (!m->mains)
		return 0;
	if (model_flag(m, FLAG_BOOST))
		v *= 0.87;
	if (model_flag(m, FLAG_TRIM))
		v *= 1.13;
	return v;
}

double model_output_volts(const struct model *m)
{
	if (m->output != OUTPUT_ON)
		return 0;
	return m->mains && !m->online_type ? m->mains_volts : m->nominal_volts;
}

void model_set_flag(struct emu_ups *u, enum model_flag f, bool on)
{
	if (on)
		u->m.flags |= 1u << f;
	else
		u->m.flags &= ~(1u << f);
	if (f == FLAG_BOOST && on)
		u->m.flags &= ~(1u << FLAG_TRIM);
	if (f == FLAG_TRIM && on)
		u->m.flags &= ~(1u << FLAG_BOOST);
	emu_log(u, "flag %s %s", flag_names[f], on ? "on" : "off");
	model_changed(u);
}

void model_changed(struct emu_ups *u)
{
	bool low = model_low(&u->m);

	if (low != u->m.low) {
		u->m.low = low;
		emu_log(u, "battery %s", low ? "low" : "no longer low");
	}
	if (u->emu->kind->changed)
		u->emu->kind->changed(u);
}

static void load_off(struct emu_ups *u, enum model_output how, const char *why)
{
	char cmd[600];

	if (u->m.output != OUTPUT_ON)
		return;
	u->m.output = how;
	emu_log(u, "load off (%s)", why);
	if (u->emu->on_kill) {
		snprintf(cmd, sizeof(cmd), "UPSY_EMU=%u %s &", u->n, u->emu->on_kill);
		if (system(cmd))
			emu_log(u, "on-kill command failed");
	}
}

static void load_on(struct emu_ups *u, const char *why)
{
	if (u->m.output == OUTPUT_ON)
		return;
	u->m.output = OUTPUT_ON;
	u->m.on_in = -1;
	emu_log(u, "load on (%s)", why);
}

void model_mains(struct emu_ups *u, bool on)
{
	struct model *m = &u->m;

	if (m->mains == on)
		return;
	m->mains = on;
	emu_log(u, "mains %s", on ? "on" : "off");
	if (on && m->output == OUTPUT_OFF_RETURNS && m->on_in < 0)
		m->on_in = m->on_after > 0 ? m->on_after : 0;
	if (!on && m->output == OUTPUT_OFF_RETURNS)
		m->on_in = -1;
	model_changed(u);
}

void model_shutdown(struct emu_ups *u, double off_s, double on_s)
{
	u->m.off_in = off_s;
	u->m.on_after = on_s;
	u->m.returns = on_s >= 0;
	emu_log(u, "shutdown armed: off in %g s, %s", off_s,
		on_s >= 0 ? "returns with mains" : "stays off");
	model_changed(u);
}

void model_start(struct emu_ups *u, double on_s)
{
	u->m.on_in = on_s;
	emu_log(u, "start armed: on in %g s", on_s);
}

void model_cancel(struct emu_ups *u)
{
	if (u->m.off_in >= 0)
		emu_log(u, "shutdown cancelled");
	u->m.off_in = -1;
	load_on(u, "command");
	model_changed(u);
}

void model_test(struct emu_ups *u, double seconds)
{
	u->m.test_in = seconds > 0 ? seconds : TEST_QUICK_S;
	u->m.test_result = 5;
	emu_log(u, "test started");
	model_changed(u);
}

void model_test_stop(struct emu_ups *u)
{
	if (u->m.test_in >= 0) {
		u->m.test_result = 4;
		emu_log(u, "test stopped");
	}
	u->m.test_in = -1;
	model_changed(u);
}

/* Counts *left down by dt. Return: true when it has just run out. */
static bool count_down(double *left, double dt)
{
	if (*left < 0)
		return false;
	*left -= dt;
	if (*left > 0)
		return false;
	*left = -1;
	return true;
}

void model_tick(struct emu_ups *u)
{
	struct model *m = &u->m;
	int64_t now = now_ms();
	double wall = m->last_ms ? (now - m->last_ms) / 1000.0 : 0;
	double dt = wall * m->speed;
	double timed = wall * (m->timer_speed > 0 ? m->timer_speed : m->speed);
	double before = m->charge;
	bool changed = false;

	m->last_ms = now;
	if (!m->frozen) {
		if (!m->mains || m->test_in >= 0)
			m->charge -= drain_watts(m) * dt / (m->capacity_wh * 3600);
		else if (m->charge < 1)
			m->charge += dt / (m->charge_hours * 3600);
		m->charge = m->charge < 0 ? 0 : m->charge > 1 ? 1 : m->charge;
		if (m->runtime_set >= 0 && !m->mains)
			m->runtime_set = m->runtime_set > dt ? m->runtime_set - dt : 0;
	}
	if (m->charge <= 0 && !m->mains && m->output == OUTPUT_ON) {
		load_off(u, OUTPUT_OFF_RETURNS, "battery empty");
		changed = true;
	}
	if (count_down(&m->off_in, timed)) {
		load_off(u, m->returns ? OUTPUT_OFF_RETURNS : OUTPUT_OFF,
			 m->returns ? "shutdown.return" : "shutdown.stayoff");
		if (m->returns && m->mains)
			m->on_in = m->on_after;
		changed = true;
	}
	if (count_down(&m->on_in, timed)) {
		load_on(u, "start delay");
		changed = true;
	}
	if (count_down(&m->test_in, timed)) {
		m->test_result = 1;
		emu_log(u, "test passed");
		changed = true;
	}
	if (changed || (int)(before * 100) != (int)(m->charge * 100) || model_low(m) != m->low)
		model_changed(u);
}
