// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that a device says, a line for each field: what one pastes into a
 * bug report. Reading it also puts it into a recording.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hid_pdc.h"

#define TIMEOUTS_MAX	2	/* of a device that answers nothing, it is enough */

/* Every report that has not told anything yet is asked for, once. */
static void read_the_rest(struct ups *ups, struct hid_pdc *d)
{
	bool asked[256] = { false };
	int timeouts = 0;

	for (size_t i = 0; i < d->hid->nr_fields && timeouts < TIMEOUTS_MAX; i++) {
		const struct hid_field *f = &d->hid->fields[i];
		int ret;

		if (f->type != HID_FEATURE || f->valid || asked[f->report] ||
		    hid_skipped(d, f->report))
			continue;
		asked[f->report] = true;
		ret = hid_get(ups, d, f->type, f->report);
		if (ret == -ENODEV)
			return;
		timeouts += ret == -ETIMEDOUT;
	}
}

static void print_value(struct ups *ups, const struct hid_field *f, FILE *out)
{
	const struct hid_usage *u = hid_usage_find(f->usage);
	char text[128];

	if (!f->valid) {
		fputs(" = ?", out);
		return;
	}
	fprintf(out, " = %" PRId64, f->raw);
	if (u && u->quantity == HID_Q_STRING && f->raw > 0 && f->raw < 256 &&
	    transport_string(ups->link, (uint8_t)f->raw, text, sizeof(text)) >= 0)
		fprintf(out, " \"%s\"", text);
}

void hid_describe(struct ups *ups, FILE *out)
{
	static const char *const types[] = { "", "Input", "Output", "Feature" };
	const struct device_info *info = &ups->link->info;
	struct hid_pdc *d = ups->priv;

	read_the_rest(ups, d);
	fprintf(out, "# %04x:%04x %s %s, vendor table %s\n", info->vendor, info->product,
		*ups->id.manufacturer ? ups->id.manufacturer : info->manufacturer,
		*ups->id.model_name ? ups->id.model_name : info->product_name, d->vendor->name);
	for (int i = 0; i < HID_REPAIRS; i++)
		if (d->hid->repairs & 1u << i)
			fprintf(out, "# put right: %s\n", hid_repair_names[i]);
	for (size_t i = 0; i < d->hid->nr_fields; i++) {
		const struct hid_field *f = &d->hid->fields[i];

		fprintf(out, "%s %s 0x%02x off=%u size=%u", f->path, types[f->type], f->report,
			f->offset, f->size);
		if (f->count > 1)
			fprintf(out, " count=%u", f->count);
		fprintf(out, " [%" PRId64 "..%" PRId64 "]", f->lmin, f->lmax);
		if (f->pmax > f->pmin)
			fprintf(out, " phys=[%" PRId64 "..%" PRId64 "]", f->pmin, f->pmax);
		if (f->unit || f->exponent)
			fprintf(out, " unit=%08x exp=%d", f->unit, f->exponent);
		if (f->constant)
			fputs(" const", out);
		print_value(ups, f, out);
		fprintf(out, "%s\n", f->bound ? " *" : "");
	}
}

void hid_describe_unknown(struct transport *link, FILE *out)
{
	struct ups ups = { .link = link, .protocol = &hid_pdc };
	FILE *nowhere = out ? NULL : fopen("/dev/null", "we");
	struct hid_pdc *d = calloc(1, sizeof(*d));
	const uint8_t *desc;
	size_t len;

	if (d && !transport_descriptor(link, &desc, &len) && !hid_parse(desc, len, &d->hid)) {
		d->vendor = hid_vendor_find(&link->info);
		hid_bind(d);
		ups.priv = d;
		if (out || nowhere)
			hid_describe(&ups, out ? out : nowhere);
		hid_free(d->hid);
	}
	free(d);
	if (nowhere)
		fclose(nowhere);
}
