// SPDX-License-Identifier: GPL-2.0
/*
 * A laptop's own battery and adapter, BAT0 and ADP0, for virtual machines, which
 * have none. Set from the outside by the module's parameters "capacity" and
 * "online"; no event but at loading: nothing here depends on one.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/power_supply.h>

static int capacity = 80;
module_param(capacity, int, 0644);
MODULE_PARM_DESC(capacity, "charge of the battery in percent");
static bool online = true;
module_param(online, bool, 0644);
MODULE_PARM_DESC(online, "whether the adapter has power");

static struct device *parent;
static struct power_supply *battery, *adapter;

static int battery_get(struct power_supply *psy, enum power_supply_property psp,
		       union power_supply_propval *val)
{
	switch (psp) {
	case POWER_SUPPLY_PROP_STATUS:
		val->intval = online ? POWER_SUPPLY_STATUS_CHARGING :
				       POWER_SUPPLY_STATUS_DISCHARGING;
		return 0;
	case POWER_SUPPLY_PROP_PRESENT:
		val->intval = 1;
		return 0;
	case POWER_SUPPLY_PROP_CAPACITY:
		val->intval = capacity;
		return 0;
	default:
		return -EINVAL;
	}
}

static int adapter_get(struct power_supply *psy, enum power_supply_property psp,
		       union power_supply_propval *val)
{
	if (psp != POWER_SUPPLY_PROP_ONLINE)
		return -EINVAL;
	val->intval = online;
	return 0;
}

static enum power_supply_property battery_properties[] = {
	POWER_SUPPLY_PROP_STATUS, POWER_SUPPLY_PROP_PRESENT, POWER_SUPPLY_PROP_CAPACITY,
};

static enum power_supply_property adapter_properties[] = { POWER_SUPPLY_PROP_ONLINE };

static const struct power_supply_desc battery_desc = {
	.name = "BAT0",
	.type = POWER_SUPPLY_TYPE_BATTERY,
	.properties = battery_properties,
	.num_properties = ARRAY_SIZE(battery_properties),
	.get_property = battery_get,
};

static const struct power_supply_desc adapter_desc = {
	.name = "ADP0",
	.type = POWER_SUPPLY_TYPE_MAINS,
	.properties = adapter_properties,
	.num_properties = ARRAY_SIZE(adapter_properties),
	.get_property = adapter_get,
};

static int __init laptop_init(void)
{
	struct power_supply_config cfg = {};
	int rc;

	parent = root_device_register("laptop");
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	battery = power_supply_register(parent, &battery_desc, &cfg);
	if (IS_ERR(battery)) {
		rc = PTR_ERR(battery);
		goto no_battery;
	}
	adapter = power_supply_register(parent, &adapter_desc, &cfg);
	if (IS_ERR(adapter)) {
		rc = PTR_ERR(adapter);
		goto no_adapter;
	}
	return 0;

no_adapter:
	power_supply_unregister(battery);
no_battery:
	root_device_unregister(parent);
	return rc;
}

static void __exit laptop_exit(void)
{
	power_supply_unregister(adapter);
	power_supply_unregister(battery);
	root_device_unregister(parent);
}

module_init(laptop_init);
module_exit(laptop_exit);
MODULE_DESCRIPTION("A laptop's battery and adapter, for tests");
MODULE_LICENSE("GPL");
