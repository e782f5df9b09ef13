// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which vendor table a device gets. A device that is in none of them works by
 * the general rules alone; a table only adds what no rule can know.
 */
#include <string.h>
#include <strings.h>

#include "protocol/hid_pdc.h"

static const struct hid_id no_ids[] = { { 0 } };

static const struct hid_vendor unknown = {
	.name = "generic",
	.ids = no_ids,
};

const struct hid_vendor *const hid_vendors[] = {
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
