// SPDX-License-Identifier: GPL-2.0
/*
 * BAT_UPSn/ups/: what the class has no name for. The attributes are made from
 * the table of readings once; each UPS shows those it has.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "upsy.h"

/**
 * struct ups_attr - a file in ups/
 * @dev: the attribute
 * @reading: UPSY_R_*, or 0
 * @string: UPSY_A_*, when there is no reading
 */
struct ups_attr {
	struct device_attribute dev;
	unsigned int reading, string;
};

static const struct {
	unsigned int string;
	const char *name;
} strings[] = {
	{ UPSY_A_FIRMWARE, "firmware" },
	{ UPSY_A_PROTOCOL, "protocol" },
	{ UPSY_A_DEVICE, "device" },
	{ UPSY_A_LINK, "link" },
};

/* Words that can be written, and what they ask of the UPS. */
static const struct {
	unsigned int reading;
	const char *word;
	enum upsy_action action;
} commands[] = {
	{ UPSY_R_BEEPER, "enabled", UPSY_ACTION_BEEPER_ON },
	{ UPSY_R_BEEPER, "disabled", UPSY_ACTION_BEEPER_OFF },
	{ UPSY_R_BEEPER, "muted", UPSY_ACTION_BEEPER_MUTE },
	{ UPSY_R_SELF_TEST, "quick", UPSY_ACTION_TEST_QUICK },
	{ UPSY_R_SELF_TEST, "deep", UPSY_ACTION_TEST_DEEP },
	{ UPSY_R_SELF_TEST, "stop", UPSY_ACTION_TEST_STOP },
};

static struct ups_attr ups_attr[UPSY_R_MAX + ARRAY_SIZE(strings)];
static struct attribute *ups_attrs[ARRAY_SIZE(ups_attr) + 1];

static struct upsy_ups *to_ups(struct device *dev)
{
	return power_supply_get_drvdata(dev_get_drvdata(dev));
}

static ssize_t show_flags(char *buf, const struct upsy_row *row, s64 value)
{
	unsigned int bit;
	int len = 0;

	for (bit = 0; row->max >> bit; bit++)
		if (value >> bit & 1)
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "", row->names[bit]);
	return len + sysfs_emit_at(buf, len, "%s\n", len ? "" : "none");
}

static ssize_t ups_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct ups_attr *a = container_of(attr, struct ups_attr, dev);
	const struct upsy_row *row = &upsy_table[a->reading];
	struct upsy_ups *ups = to_ups(dev);
	s64 value;

	if (!a->reading)
		return sysfs_emit(buf, "%s\n", ups->string[a->string]);
	if (!upsy_value(ups, a->reading, &value))
		return -ENODEV;
	switch (row->kind) {
	case UPSY_ENUM:
		return sysfs_emit(buf, "%s\n", row->names[value]);
	case UPSY_FLAGS:
		return show_flags(buf, row, value);
	default:
		return sysfs_emit(buf, "%lld\n", value);
	}
}

/*
 * Passes the wish on to the owner and does not wait for the result: whoever
 * wants that asks by netlink. The reading changes when the UPS says so.
 */
static ssize_t ups_store(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t count)
{
	const struct ups_attr *a = container_of(attr, struct ups_attr, dev);
	unsigned int i;
	u32 cookie;
	int ret;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		struct upsy_request req = { .action = commands[i].action };

		if (commands[i].reading != a->reading || !sysfs_streq(buf, commands[i].word))
			continue;
		ret = upsy_action_ask(to_ups(dev), &req, 0, &cookie);
		return ret ? ret : count;
	}
	return -EINVAL;
}

static umode_t ups_is_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	struct upsy_ups *ups = to_ups(kobj_to_dev(kobj));
	const struct ups_attr *a = container_of(attr, struct ups_attr, dev.attr);

	if (a->reading ? test_bit(a->reading, ups->base.known) : *ups->string[a->string] != 0)
		return attr->mode;
	return 0;
}

static const struct attribute_group ups_group = {
	.name = "ups",
	.attrs = ups_attrs,
	.is_visible = ups_is_visible,
};

const struct attribute_group *upsy_groups[] = { &ups_group, NULL };

static bool writable(unsigned int reading)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].reading == reading)
			return true;
	return false;
}

/* Fill in the attributes, before the first UPS comes. */
void upsy_attrs_init(void)
{
	struct ups_attr *a = ups_attr;
	unsigned int i, n;

	upsy_each_reading(i) {
		if (upsy_table[i].supply != UPSY_IN_GROUP)
			continue;
		a->dev.attr.name = upsy_table[i].name;
		a->reading = i;
		a++;
	}
	for (i = 0; i < ARRAY_SIZE(strings); i++, a++) {
		a->dev.attr.name = strings[i].name;
		a->string = strings[i].string;
	}
	n = a - ups_attr;
	for (i = 0; i < n; i++) {
		a = &ups_attr[i];
		sysfs_attr_init(&a->dev.attr);
		a->dev.attr.mode = a->reading && writable(a->reading) ? 0644 : 0444;
		a->dev.show = ups_show;
		a->dev.store = a->dev.attr.mode & 0200 ? ups_store : NULL;
		ups_attrs[i] = &a->dev.attr;
	}
}
