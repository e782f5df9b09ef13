// SPDX-License-Identifier: GPL-2.0-or-later
/* Energy as the module shows it. */
#include "lib/energy.h"

#define POWER_MAX	INT64_C(300000000)	/* µW */
#define FALLBACK	INT64_C(15000000)	/* µWh: 3 min at 300 W */
#define LOAD_FALLBACK	25
#define RUNTIME_MIN	60
#define RUNTIME_MAX	14400

static int64_t clamp(int64_t v, int64_t min, int64_t max)
{
	return v < min ? min : v > max ? max : v;
}

/* For a UPS that tells none: full load is POWER_MAX, or its true power if less. */
static int64_t energy_full(const struct readings *r)
{
	int64_t runtime = reading_get(r, UPSY_R_RUNTIME, 0);
	int64_t capacity = reading_get(r, UPSY_R_CAPACITY, 0);
	int64_t load = clamp(reading_get(r, UPSY_R_LOAD, LOAD_FALLBACK), 10, 100);
	int64_t power = reading_get(r, UPSY_R_POWER_NOMINAL, 0), full;

	if (!runtime || !capacity)
		return FALLBACK;
	runtime = clamp(runtime * load / capacity, RUNTIME_MIN, RUNTIME_MAX);
	full = (power && power < POWER_MAX ? power : POWER_MAX) * runtime / 3600;
	return full > 1000 ? full : 1000;
}

void energy_derive(struct readings *r, struct energy *out)
{
	int64_t full = reading_get(r, UPSY_R_ENERGY_FULL, 0);
	int64_t design = reading_get(r, UPSY_R_ENERGY_FULL_DESIGN, 0);
	int64_t runtime = reading_get(r, UPSY_R_RUNTIME, 0);
	int64_t status = reading_get(r, UPSY_R_STATUS, UPSY_STATUS_NOT_CHARGING);

	if (!full)
		full = design ? design : energy_full(r);
	if (!design)
		design = full;
	reading_set(r, UPSY_R_ENERGY_FULL, full);
	reading_set(r, UPSY_R_ENERGY_FULL_DESIGN, design);
	out->now = full * reading_get(r, UPSY_R_CAPACITY, 0) / 100;
	out->power = 0;
	if (status != UPSY_STATUS_DISCHARGING || !runtime)
		return;
	out->power = out->now * 3600 / runtime;
	if (out->power > POWER_MAX) {
		out->power = POWER_MAX;
		out->now = POWER_MAX * runtime / 3600;
	}
}
