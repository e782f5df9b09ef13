// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the configuration says of a Qx UPS instead of the UPS: how its volts are
 * to be multiplied, and its ratings.
 */
#include <errno.h>
#include <stdio.h>

#include "lib/options.h"
#include "protocol/qx.h"

int qx_read_packs(struct qx *q)
{
	static const char *const names[] = {
		"override.battery.packs", "battery_packs", "default.battery.packs",
	};
	int64_t v;

	for (size_t i = 0; i < 3; i++) {
		int err = option_number(q->ups->opt, names[i], 10, 5, 1200, &v);

		if (err == -EINVAL)
			return err;
		if (!err) {
			q->packs = (int)v / 5;	/* in halves */
			q->packs_given = true;
			if (q->raw_battery)
				reading_set(&q->ups->now, UPSY_R_VOLTAGE,
					    (int64_t)q->raw_battery * 500 * q->packs);
			break;
		}
	}
	return 0;
}

static const struct {
	const char *name;
	uint16_t id;
	int32_t scale;
} nominals[QX_NOMINALS] = {
	{ "battery.voltage.nominal", UPSY_R_VOLTAGE_NOMINAL, QX_VOLT },
	{ "input.voltage.nominal", UPSY_R_INPUT_VOLTAGE_NOMINAL, QX_VOLT },
	{ "output.voltage.nominal", UPSY_R_OUTPUT_VOLTAGE_NOMINAL, QX_VOLT },
	{ "input.frequency.nominal", UPSY_R_INPUT_FREQUENCY_NOMINAL, QX_HERTZ },
	{ "ups.power.nominal", UPSY_R_APPARENT_POWER_NOMINAL, QX_VOLT },
	{ "ups.realpower.nominal", UPSY_R_POWER_NOMINAL, QX_VOLT },
};

static int nominal_option(const struct qx *q, const char *kind, size_t i, int64_t *v)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%s", kind, nominals[i].name);
	return option_number(q->ups->opt, name, nominals[i].scale, nominals[i].scale,
			     reading_table[nominals[i].id].max, v);
}

void qx_apply_overrides(struct qx *q)
{
	for (size_t i = 0; i < QX_NOMINALS; i++) {
		if (q->override[i])
			reading_set(&q->ups->now, nominals[i].id, q->override[i]);
	}
}

/* default.* fill what the UPS leaves out, override.* replace what it says. */
int qx_read_nominals(struct qx *q)
{
	int64_t v;

	for (size_t i = 0; i < QX_NOMINALS; i++) {
		int err = nominal_option(q, "override", i, &q->override[i]);

		if (err == -ENOENT && !reading_known(&q->ups->now, nominals[i].id)) {
			err = nominal_option(q, "default", i, &v);
			if (!err)
				reading_set(&q->ups->now, nominals[i].id, v);
		}
		if (err == -EINVAL)
			return err;
	}
	qx_apply_overrides(q);
	return 0;
}
