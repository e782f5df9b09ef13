// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which vendor table a device gets. A device that is in none of them works by
 * the general rules alone; a table only adds what no rule can know.
 */
#include <string.h>
#include <strings.h>

#include "protocol/hid_vendor.h"

static const struct hid_id no_ids[] = { { 0 } };

static const struct hid_vendor unknown = {
	.name = "generic",
	.ids = no_ids,
};

/* Those that look closer come before those that take all of an id. */
const struct hid_vendor *const hid_vendors[] = {
	&hid_apc_5g,
	&hid_apc_smart,
	&hid_apc_pro,
	&hid_apc,
	&hid_cyberpower,
	&hid_idowell,
	&hid_kstar,
	&hid_mge,
	&hid_phoenixtec,
	&hid_salicru,
	&hid_tripplite_1330,
	&hid_tripplite_550u,
	&hid_tripplite_tenth,
	&hid_tripplite,
	&hid_legrand,
	&hid_legrand_pdu,
	&hid_belkin,
	&hid_liebert_gxt5,
	&hid_liebert,
	&hid_powercom_first,
	&hid_powercom_skp,
	&hid_powercom,
	&hid_delta,
	&hid_ever,
	&hid_powervar,
	&hid_openups,
	&hid_openups2,
	&hid_ecoflow,
	&hid_arduino,
	NULL,
};

static bool says(const struct device_info *info, const char *text)
{
	return strcasestr(info->manufacturer, text) || strcasestr(info->product_name, text);
}

const struct hid_vendor *hid_vendor_find(const struct device_info *info)
{
	for (const struct hid_vendor *const *v = hid_vendors; *v; v++)
		for (const struct hid_id *id = (*v)->ids; id->vendor; id++)
			if (id->vendor == info->vendor &&
			    (id->product < 0 || id->product == info->product) &&
			    (!id->text || says(info, id->text)))
				return *v;
	return &unknown;
}
