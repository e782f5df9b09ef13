// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Outlets that can be switched. Outlet.[1] is the main one, that the UPS as a
 * whole switches; [2], [3], … are the groups, and count from 1 for people.
 * Tripp Lite has no instances but two masks, a bit for each outlet, that can only
 * be read.
 * Sources: MGE/Eaton descriptors; hid-pdc sheet, section 8, for the masks. All but
 * Eaton's: unverified on hardware.
 */
#include "protocol/hid_pdc.h"

#define USAGE_OUTLET		0x00840020
#define USAGE_SWITCH_ON_OFF	0x0084006b
#define USAGE_SWITCHABLE	0x0084006c
#define USAGE_AVAILABLE_MASK	0xffff0095	/* below an outlet; elsewhere another thing */
#define USAGE_STATUS_MASK	0xffff0096

#define OUTLETS	((1u << HID_OUTLETS_MAX) - 1)

static int outlet_of(const struct hid_device *h, const struct hid_field *f)
{
	for (int c = f->collection; c >= 0; c = h->collections[c].parent)
		if (h->collections[c].usage == USAGE_OUTLET)
			return h->collections[c].instance - 1;
	return 0;
}

static bool is_mask(const struct hid_device *h, const struct hid_field *f)
{
	return (f->usage == USAGE_AVAILABLE_MASK || f->usage == USAGE_STATUS_MASK) &&
	       f->collection >= 0 && h->collections[f->collection].usage == USAGE_OUTLET;
}

void hid_bind_outlets(struct hid_pdc *d)
{
	for (size_t i = 0; i < d->hid->nr_fields; i++) {
		struct hid_field *f = &d->hid->fields[i];
		int n;

		if (f->type != HID_FEATURE || d->nr_outlets == HID_OUTLET_FIELDS_MAX ||
		    (f->usage != USAGE_SWITCH_ON_OFF && f->usage != USAGE_SWITCHABLE &&
		     !is_mask(d->hid, f)))
			continue;
		n = is_mask(d->hid, f) ? 1 : outlet_of(d->hid, f);
		if (n < 1 || n > HID_OUTLETS_MAX || hid_skipped(d, f->report))
			continue;
		f->bound = true;
		d->outlets[d->nr_outlets++] = (int16_t)i;
	}
}

bool hid_outlet_fixed(const struct hid_pdc *d, uint32_t n)
{
	for (size_t i = 0; i < d->nr_outlets; i++) {
		const struct hid_field *f = &d->hid->fields[d->outlets[i]];

		if (f->usage == USAGE_SWITCHABLE && f->valid && !f->raw &&
		    outlet_of(d->hid, f) == (int)n)
			return true;
	}
	return false;
}

void hid_read_outlets(struct ups *ups, struct hid_pdc *d)
{
	uint32_t on = 0, have = 0, fixed = 0;

	for (size_t i = 0; i < d->nr_outlets; i++) {
		const struct hid_field *f = &d->hid->fields[d->outlets[i]];
		uint32_t bit;

		if (!f->valid)
			continue;
		if (is_mask(d->hid, f)) {
			bit = (uint32_t)f->raw & OUTLETS;
			*(f->usage == USAGE_STATUS_MASK ? &on : &have) |= bit;
			continue;
		}
		bit = 1u << (outlet_of(d->hid, f) - 1);
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
