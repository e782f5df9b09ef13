// SPDX-License-Identifier: GPL-2.0
/*
 * hwmon device "upsyn": what flows in and out, for sensors and whatever else
 * reads hwmon. The battery has a hwmon device of its own, by the class.
 */
#include <linux/device.h>
#include <linux/math64.h>

#include "upsy.h"

/**
 * struct channel - one sensor
 * @type: kind of sensor
 * @channel: its number among these
 * @input: the attribute that holds its value
 * @label: the attribute that holds its label, 0 when there is none
 * @reading: UPSY_R_*
 * @divisor: from the reading's unit to hwmon's
 * @text: the label
 */
struct channel {
	enum hwmon_sensor_types type;
	int channel;
	u32 input, label;
	unsigned int reading;
	s32 divisor;
	const char *text;
};

#define VOLT(_n, _reading, _text) \
	{ hwmon_in, _n, hwmon_in_input, hwmon_in_label, UPSY_R_##_reading, 1000, _text }
#define AMPERE(_n, _reading, _text) \
	{ hwmon_curr, _n, hwmon_curr_input, hwmon_curr_label, UPSY_R_##_reading, 1000, _text }
#define WATT(_n, _reading, _text) \
	{ hwmon_power, _n, hwmon_power_input, hwmon_power_label, UPSY_R_##_reading, 1, _text }

static const struct channel channels[] = {
	VOLT(0, INPUT_VOLTAGE, "input"),
	VOLT(1, OUTPUT_VOLTAGE, "output"),
	VOLT(2, BYPASS_VOLTAGE, "bypass"),
	VOLT(3, INPUT_VOLTAGE_L2, "input L2"),
	VOLT(4, INPUT_VOLTAGE_L3, "input L3"),
	VOLT(5, OUTPUT_VOLTAGE_L2, "output L2"),
	VOLT(6, OUTPUT_VOLTAGE_L3, "output L3"),
	AMPERE(0, OUTPUT_CURRENT, "output"),
	AMPERE(1, INPUT_CURRENT, "input"),
	AMPERE(2, OUTPUT_CURRENT_L2, "output L2"),
	AMPERE(3, OUTPUT_CURRENT_L3, "output L3"),
	WATT(0, OUTPUT_POWER, "output"),
};

#define IN	(HWMON_I_INPUT | HWMON_I_LABEL)
#define CURR	(HWMON_C_INPUT | HWMON_C_LABEL)
#define POWER	(HWMON_P_INPUT | HWMON_P_LABEL)

/* As many of each type as there are rows above. */
static const struct hwmon_channel_info *info[] = {
	HWMON_CHANNEL_INFO(in, IN, IN, IN, IN, IN, IN, IN),
	HWMON_CHANNEL_INFO(curr, CURR, CURR, CURR, CURR),
	HWMON_CHANNEL_INFO(power, POWER),
	NULL
};

static const struct channel *find(enum hwmon_sensor_types type, u32 attr, int channel)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++) {
		const struct channel *c = &channels[i];

		if (c->type == type && c->channel == channel &&
		    (c->input == attr || c->label == attr))
			return c;
	}
	return NULL;
}

static umode_t upsy_hwmon_is_visible(const void *data, enum hwmon_sensor_types type, u32 attr,
				     int channel)
{
	const struct channel *c = find(type, attr, channel);
	const struct upsy_ups *ups = data;

	return c && test_bit(c->reading, ups->base.known) ? 0444 : 0;
}

static int upsy_hwmon_read(struct device *dev, enum hwmon_sensor_types type, u32 attr,
			   int channel, long *val)
{
	const struct channel *c = find(type, attr, channel);
	s64 value;

	if (!c || !upsy_value(dev_get_drvdata(dev), c->reading, &value))
		return -EOPNOTSUPP;
	*val = clamp_t(s64, div_s64(value, c->divisor), LONG_MIN, LONG_MAX);
	return 0;
}

static int upsy_hwmon_read_string(struct device *dev, enum hwmon_sensor_types type, u32 attr,
				  int channel, const char **str)
{
	const struct channel *c = find(type, attr, channel);

	if (!c)
		return -EOPNOTSUPP;
	*str = c->text;
	return 0;
}

static const struct hwmon_ops ops = {
	.is_visible = upsy_hwmon_is_visible,
	.read = upsy_hwmon_read,
	.read_string = upsy_hwmon_read_string,
};

static const struct hwmon_chip_info chip = { .ops = &ops, .info = info };

int upsy_hwmon_register(struct upsy_ups *ups)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(channels); i++)
		if (test_bit(channels[i].reading, ups->base.known))
			break;
	if (i == ARRAY_SIZE(channels))
		return 0;
	snprintf(ups->hwmon_name, sizeof(ups->hwmon_name), "upsy%u", ups->id);
	ups->hwmon = hwmon_device_register_with_info(upsy_root, ups->hwmon_name, ups, &chip, NULL);
	return PTR_ERR_OR_ZERO(ups->hwmon);
}

void upsy_hwmon_unregister(struct upsy_ups *ups)
{
	if (ups->hwmon)
		hwmon_device_unregister(ups->hwmon);
}
