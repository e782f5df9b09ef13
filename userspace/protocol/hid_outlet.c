// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Outlets that can be switched. Outlet.[1] is the main one, that the UPS as a
 * whole switches; [2], [3], … are the groups, and count from 1 for people.
 * Source: MGE/Eaton descriptors; unverified on others.
 */
#include "protocol/hid_pdc.h"

#define USAGE_OUTLET		0x00840020
#define USAGE_SWITCH_ON_OFF	0x0084006b
#define USAGE_SWITCHABLE	0x0084006c

static int outlet_of(const struct hid_device *h, const struct hid_field *f)
{
	for (int c = f->collection; c >= 0; c = h->collections[c].parent)
		if (h->collections[c].usage == USAGE_OUTLET)
			return h->collections[c].instance - 1;
	return 0;
}

void hid_bind_outlets(struct hid_pdc *d)
{
	for (size_t i = 0; i < d->hid->nr_fields; i++) {
		struct hid_field *f = &d->hid->fields[i];
		int n;

		if (f->type != HID_FEATURE || d->nr_outlets == HID_OUTLET_FIELDS_MAX ||
		    (f->usage != USAGE_SWITCH_ON_OFF && f->usage != USAGE_SWITCHABLE))
			continue;
		n = outlet_of(d->hid, f);
		if (n < 1 || n > HID_OUTLETS_MAX || hid_skipped(d, f->report))
			continue;
		f->bound = true;
		d->outlets[d->nr_outlets++] = (int16_t)i;
	}
}

void hid_read_outlets(struct ups *ups, struct hid_pdc *d)
{
	uint32_t on = 0, have = 0, fixed = 0;

	for (size_t i = 0; i < d->nr_outlets; i++) {
		const struct hid_field *f = &d->hid->fields[d->outlets[i]];
		uint32_t bit = 1u << (outlet_of(d->hid, f) - 1);

		if (!f->valid)
			continue;
		if (f->usage == USAGE_SWITCHABLE)
			fixed |= f->raw ? 0 : bit;
		else
			have |= bit;
		if (f->usage == USAGE_SWITCH_ON_OFF && f->raw)
			on |= bit;
	}
	have &= ~fixed;
	if (have)
		reading_set(&ups->now, UPSY_R_OUTLETS, on & have);
}
