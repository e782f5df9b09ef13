// SPDX-License-Identifier: GPL-2.0
/*
 * The two supplies: BAT_UPSn, whose property list is what this UPS has, and
 * AC_UPSn, for a UPS that is the mains of this machine. The lists do not change
 * and every property in them can always be read: one that could not would break
 * uevents and readers that give up on the first error.
 */
#include <linux/string.h>

#include "upsy.h"

static const struct upsy_row *row_of(enum upsy_supply supply, enum power_supply_property psp)
{
	unsigned int r;

	upsy_each_reading(r)
		if (upsy_table[r].supply == supply && upsy_table[r].psp == psp)
			return &upsy_table[r];
	return NULL;
}

static int get_reading(struct upsy_ups *ups, enum upsy_supply supply,
		       enum power_supply_property psp, union power_supply_propval *val)
{
	const struct upsy_row *row = row_of(supply, psp);
	s64 value;

	if (!row || !upsy_value(ups, row - upsy_table, &value))
		return -EINVAL;
	val->intval = row->map ? row->map[value] : value;
	return 0;
}

static int get_scope(const struct upsy_ups *ups, union power_supply_propval *val)
{
	val->intval = ups->scope == UPSY_SCOPE_SYSTEM ? POWER_SUPPLY_SCOPE_SYSTEM :
							POWER_SUPPLY_SCOPE_DEVICE;
	return 0;
}

static int get_energy(struct upsy_ups *ups, const s64 *energy, union power_supply_propval *val)
{
	s64 capacity;

	/* brings a countdown up to date */
	upsy_value(ups, UPSY_R_CAPACITY, &capacity);
	spin_lock(&ups->lock);
	val->intval = *energy;
	spin_unlock(&ups->lock);
	return 0;
}

/*
 * Called for any property at any time: power_supply_is_system_supplied() asks
 * without looking at the list, even before registration is complete.
 */
static int bat_get(struct power_supply *psy, enum power_supply_property psp,
		   union power_supply_propval *val)
{
	struct upsy_ups *ups = power_supply_get_drvdata(psy);

	switch (psp) {
	case POWER_SUPPLY_PROP_MANUFACTURER:
		val->strval = ups->string[UPSY_A_MANUFACTURER];
		return 0;
	case POWER_SUPPLY_PROP_MODEL_NAME:
		val->strval = ups->string[UPSY_A_MODEL_NAME];
		return 0;
	case POWER_SUPPLY_PROP_SERIAL_NUMBER:
		val->strval = ups->string[UPSY_A_SERIAL_NUMBER];
		return 0;
	case POWER_SUPPLY_PROP_SCOPE:
		return get_scope(ups, val);
	case POWER_SUPPLY_PROP_ENERGY_NOW:
		return get_energy(ups, &ups->energy_now, val);
	case POWER_SUPPLY_PROP_POWER_NOW:
		return get_energy(ups, &ups->power_now, val);
	default:
		return get_reading(ups, UPSY_IN_BAT, psp, val);
	}
}

static int ac_get(struct power_supply *psy, enum power_supply_property psp,
		  union power_supply_propval *val)
{
	struct upsy_ups *ups = power_supply_get_drvdata(psy);

	if (psp == POWER_SUPPLY_PROP_SCOPE)
		return get_scope(ups, val);
	return get_reading(ups, UPSY_IN_AC, psp, val);
}

static const enum power_supply_property ac_props[] = {
	POWER_SUPPLY_PROP_ONLINE,
	POWER_SUPPLY_PROP_SCOPE,
};

static void list_bat_props(struct upsy_ups *ups)
{
	enum power_supply_property *to = ups->bat_props;
	unsigned int r;

	upsy_each_reading(r)
		if (upsy_table[r].supply == UPSY_IN_BAT && test_bit(r, ups->shown.known))
			*to++ = upsy_table[r].psp;
	*to++ = POWER_SUPPLY_PROP_ENERGY_NOW;
	*to++ = POWER_SUPPLY_PROP_POWER_NOW;
	*to++ = POWER_SUPPLY_PROP_SCOPE;
	if (*ups->string[UPSY_A_MODEL_NAME])
		*to++ = POWER_SUPPLY_PROP_MODEL_NAME;
	if (*ups->string[UPSY_A_MANUFACTURER])
		*to++ = POWER_SUPPLY_PROP_MANUFACTURER;
	if (*ups->string[UPSY_A_SERIAL_NUMBER])
		*to++ = POWER_SUPPLY_PROP_SERIAL_NUMBER;
	ups->bat_desc.num_properties = to - ups->bat_props;
}

int upsy_supply_register(struct upsy_ups *ups)
{
	struct power_supply_config config = { .drv_data = ups };

	if (ups->scope == UPSY_SCOPE_SYSTEM) {
		snprintf(ups->ac_name, sizeof(ups->ac_name), "AC_UPS%u", ups->id);
		ups->ac_desc = (struct power_supply_desc) {
			.name = ups->ac_name,
			.type = POWER_SUPPLY_TYPE_MAINS,
			.properties = ac_props,
			.num_properties = ARRAY_SIZE(ac_props),
			.get_property = ac_get,
		};
		ups->ac = power_supply_register(upsy_root, &ups->ac_desc, &config);
		if (IS_ERR(ups->ac))
			return PTR_ERR(ups->ac);
	}

	snprintf(ups->bat_name, sizeof(ups->bat_name), "BAT_UPS%u", ups->id);
	ups->bat_desc = (struct power_supply_desc) {
		.name = ups->bat_name,
		.type = POWER_SUPPLY_TYPE_BATTERY,
		.properties = ups->bat_props,
		.get_property = bat_get,
		.no_thermal = true,
	};
	list_bat_props(ups);
	config.attr_grp = upsy_groups;
	ups->bat = power_supply_register(upsy_root, &ups->bat_desc, &config);
	if (IS_ERR(ups->bat)) {
		if (ups->ac)
			power_supply_unregister(ups->ac);
		return PTR_ERR(ups->bat);
	}
	return 0;
}

/* The battery first, so that nobody sees one without its mains. */
void upsy_supply_unregister(struct upsy_ups *ups)
{
	power_supply_unregister(ups->bat);
	if (ups->ac)
		power_supply_unregister(ups->ac);
}
