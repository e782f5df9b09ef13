// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From flags to state and alarms. These are the UPS's own words, gathered from
 * wherever it says them; what is to be believed is decided in policy.c. Only
 * what contradicts itself within one sample is put right here.
 */
#include "protocol/hid_pdc.h"

/* Facts that are an alarm, a state, or both, as they stand. */
static const struct {
	enum hid_fact fact;
	uint32_t state;
	int64_t alarm;
} meanings[] = {
	{ HID_FACT_DISCHARGING, UPS_DISCHARGING },
	{ HID_FACT_CHARGING, UPS_CHARGING },
	{ HID_FACT_FULL, UPS_FULL },
	{ HID_FACT_BOOST, UPS_BOOST },
	{ HID_FACT_BUCK, UPS_TRIM },
	{ HID_FACT_BYPASS, UPS_BYPASS, UPSY_ALARM_BYPASS_ACTIVE },
	{ HID_FACT_MAINTENANCE, UPS_BYPASS, UPSY_ALARM_MAINTENANCE_BYPASS },
	{ HID_FACT_ECO, UPS_ECO },
	{ HID_FACT_TEST, UPS_TEST },
	{ HID_FACT_CALIBRATION, UPS_CALIBRATION },
	{ HID_FACT_DEPLETED, UPS_DEPLETED },
	{ HID_FACT_OFF, UPS_OFF, UPSY_ALARM_OUTPUT_OFF },
	{ HID_FACT_OVERLOAD, 0, UPSY_ALARM_OVERLOAD },
	{ HID_FACT_OVERHEAT, 0, UPSY_ALARM_OVERHEAT },
	{ HID_FACT_BATTERY_HOT, 0, UPSY_ALARM_BATTERY_OVERHEAT },
	{ HID_FACT_BATTERY_HIGH, 0, UPSY_ALARM_BATTERY_OVERVOLTAGE },
	{ HID_FACT_BATTERY_LOW, 0, UPSY_ALARM_BATTERY_UNDERVOLTAGE },
	{ HID_FACT_OVERCHARGED, 0, UPSY_ALARM_OVERCHARGE },
	{ HID_FACT_INTERNAL, 0, UPSY_ALARM_INTERNAL_FAILURE },
	{ HID_FACT_CHARGER, 0, UPSY_ALARM_CHARGER_FAILURE },
	{ HID_FACT_FAN, 0, UPSY_ALARM_FAN_FAILURE },
	{ HID_FACT_WIRING, 0, UPSY_ALARM_WIRING_FAULT },
	{ HID_FACT_SHORT, 0, UPSY_ALARM_SHORT_CIRCUIT },
	{ HID_FACT_EPO, 0, UPSY_ALARM_EMERGENCY_OFF },
	{ HID_FACT_COMMUNICATION, 0, UPSY_ALARM_COMMUNICATION_LOST },
	{ HID_FACT_INPUT_VOLTAGE, 0, UPSY_ALARM_INPUT_VOLTAGE_OUT_OF_RANGE },
	{ HID_FACT_INPUT_FREQUENCY, 0, UPSY_ALARM_INPUT_FREQUENCY_OUT_OF_RANGE },
	{ HID_FACT_AWAITING, 0, UPSY_ALARM_AWAITING_POWER },
	{ HID_FACT_REQUESTED, 0, UPSY_ALARM_SHUTDOWN_PENDING },
	{ HID_FACT_IMMINENT, 0, UPSY_ALARM_SHUTDOWN_IMMINENT },
	{ HID_FACT_REPLACE, 0, UPSY_ALARM_REPLACE_BATTERY },
};

static bool holds(const struct hid_fact_row *r, const struct hid_field *f)
{
	uint32_t v = (uint32_t)f->raw;
	bool on;

	if (r->mask)
		v &= r->mask;
	on = r->equals ? v == r->equals : v != 0;
	return on != r->invert;
}

void hid_read_facts(struct hid_pdc *d)
{
	bool strict[HID_FACTS] = { false };

	for (int i = 0; i < HID_FACTS; i++)
		d->fact_known[i] = d->fact[i] = false;
	for (size_t i = 0; i < d->nr_facts; i++) {
		const struct hid_fact_row *r = d->facts[i].row;
		const struct hid_field *f = &d->hid->fields[d->facts[i].field];

		if (!f->valid || strict[r->fact])
			continue;
		d->fact_known[r->fact] = true;
		d->fact[r->fact] |= holds(r, f);
		/* "any" goes on looking; else the first place settles it */
		strict[r->fact] = !r->any;
	}
	/* Charging and Discharging say little while battery management rests. */
	if (d->fact[HID_FACT_ABM] && d->fact_known[HID_FACT_ABM_CHARGE]) {
		d->fact[HID_FACT_CHARGING] = d->fact[HID_FACT_ABM_CHARGE];
		d->fact_known[HID_FACT_CHARGING] = true;
		d->fact[HID_FACT_DISCHARGING] = d->fact[HID_FACT_ABM_DISCHARGE] ||
			(d->fact_known[HID_FACT_AC] && !d->fact[HID_FACT_AC]);
		d->fact_known[HID_FACT_DISCHARGING] = true;
		d->fact[HID_FACT_FULL] |= d->fact[HID_FACT_ABM_REST];
		d->fact_known[HID_FACT_FULL] = true;
	}
}

/*
 * A missing battery neither charges nor feeds the load (GXT5 says "not present"
 * while charging; others flicker).
 */
static bool battery_fitted(const struct hid_pdc *d)
{
	return d->fact[HID_FACT_BATTERY] || d->fact[HID_FACT_CHARGING] ||
	       d->fact[HID_FACT_DISCHARGING];
}

/*
 * ShutdownImminent also means that somebody ordered a shutdown, and some say
 * it at 90 % (nut#1942). With plenty of charge and time left it is no low battery.
 */
static bool imminent_is_low(const struct ups *ups, const struct hid_pdc *d)
{
	int64_t limit = reading_get(&ups->now, UPSY_R_CAPACITY_ALERT_MIN, 20);

	if (!d->fact[HID_FACT_IMMINENT])
		return false;
	if (reading_known(&ups->now, UPSY_R_CAPACITY) &&
	    reading_get(&ups->now, UPSY_R_CAPACITY, 0) > (limit > 50 ? limit : 50))
		return reading_get(&ups->now, UPSY_R_RUNTIME, 300) < 120;
	return true;
}

void hid_set_state(struct ups *ups, struct hid_pdc *d)
{
	struct readings *r = &ups->now;
	bool known = false;

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		enum hid_fact f = meanings[i].fact;

		if (!d->fact_known[f])
			continue;
		if (meanings[i].state)
			state_set(r, meanings[i].state, d->fact[f] ||
				  (meanings[i].state == UPS_BYPASS &&
				   (d->fact[HID_FACT_BYPASS] || d->fact[HID_FACT_MAINTENANCE])));
		if (meanings[i].alarm)
			alarm_set(r, meanings[i].alarm, d->fact[f]);
	}
	if (d->fact_known[HID_FACT_AC])
		state_set(r, UPS_ONLINE, d->fact[HID_FACT_AC]);
	else if (d->fact_known[HID_FACT_DISCHARGING])
		state_set(r, UPS_ONLINE, !d->fact[HID_FACT_DISCHARGING]);
	/* Without a flag of its own, on battery means that the battery feeds. */
	if (!d->fact_known[HID_FACT_DISCHARGING] && d->fact_known[HID_FACT_AC])
		state_set(r, UPS_DISCHARGING, !d->fact[HID_FACT_AC]);
	known = d->fact_known[HID_FACT_LOW_CAPACITY] || d->fact_known[HID_FACT_LOW_TIME] ||
		d->fact_known[HID_FACT_IMMINENT];
	if (known)
		state_set(r, UPS_LOW, d->fact[HID_FACT_LOW_CAPACITY] ||
			  d->fact[HID_FACT_LOW_TIME] || imminent_is_low(ups, d));
	if (d->fact_known[HID_FACT_GOOD] && !d->fact_known[HID_FACT_OFF]) {
		state_set(r, UPS_OFF, !d->fact[HID_FACT_GOOD]);
		alarm_set(r, UPSY_ALARM_OUTPUT_OFF, !d->fact[HID_FACT_GOOD]);
	}
	if (d->fact_known[HID_FACT_INTERNAL])
		state_set(r, UPS_FAULT, d->fact[HID_FACT_INTERNAL] && state_is(r, UPS_OFF));
	if (reading_known(r, UPSY_R_SELF_TEST) && !d->fact_known[HID_FACT_TEST])
		state_set(r, UPS_TEST,
			  reading_get(r, UPSY_R_SELF_TEST, 0) == UPSY_SELF_TEST_RUNNING);
	if (d->vendor->quirks & HID_NO_BATTERY_FLAG) {
		alarm_set(r, UPSY_ALARM_REPLACE_BATTERY, false);
	} else if (d->fact_known[HID_FACT_BATTERY]) {
		reading_set(r, UPSY_R_PRESENT, battery_fitted(d));
		alarm_set(r, UPSY_ALARM_BATTERY_MISSING, !battery_fitted(d));
	}
}
