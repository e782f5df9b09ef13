// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the fields of a report descriptor, so that a model value can be put
 * where a device keeps it. Written apart from upsy's own parser on purpose.
 * (Device Class Definition for HID 1.11, section 6.2.2.)
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hid.h"

#define PRESENT_STATUS	0x840002u
#define USAGES_MAX	64

struct globals {
	uint32_t page, unit;
	int32_t min, max;
	int exponent, size, count, id;
};

static void add_fields(struct hid_image *im, const struct globals *g, int type, bool constant,
		       const uint32_t *usages, int nusages, const uint32_t *path, int depth,
		       uint16_t used[4][256])
{
	uint32_t parent = 0;

	while (depth > 0 && !parent)
		if (path[--depth] != PRESENT_STATUS)
			parent = path[depth];
	for (int i = 0; i < g->count && i < 512; i++) {
		uint16_t at = used[type][g->id];

		if (at + g->size > (HID_REPORT_MAX - 1) * 8)
			return;
		used[type][g->id] = at + g->size;
		if (im->nfields == HID_FIELDS_MAX)
			continue;
		im->fields[im->nfields++] = (struct hid_field){
			.usage = constant || !nusages ? 0 :
				 usages[i < nusages ? i : nusages - 1],
			.parent = parent, .unit = g->unit, .min = g->min, .max = g->max,
			.exponent = g->exponent, .type = type, .id = g->id,
			.at = at, .bits = g->size,
		};
	}
}

int hid_parse(struct hid_image *im)
{
	struct globals g = { 0 }, stack[4];
	uint32_t usages[USAGES_MAX], path[16];
	int nusages = 0, depth = 0, pushed = 0;
	static uint16_t used[4][256];

	memset(used, 0, sizeof(used));
	im->nfields = 0;
	for (int i = 0; i < im->desc_len;) {
		uint8_t item = im->desc[i++];
		int n = (item & 3) == 3 ? 4 : item & 3;
		uint32_t u = 0;
		int32_t s;

		if (i + n > im->desc_len)
			return -EINVAL;
		for (int k = 0; k < n; k++)
			u |= (uint32_t)im->desc[i + k] << (8 * k);
		s = n == 1 ? (int8_t)u : n == 2 ? (int16_t)u : (int32_t)u;
		i += n;
		switch (item & 0xfc) {
		case 0x04: g.page = u << 16; break;
		case 0x14: g.min = s; break;
		case 0x24: g.max = s; break;
		case 0x54: g.exponent = u & 15; if (g.exponent > 7) g.exponent -= 16; break;
		case 0x64: g.unit = u; break;
		case 0x74: g.size = u; break;
		case 0x84: g.id = u & 0xff; im->uses_ids = true; break;
		case 0x94: g.count = u; break;
		case 0xa4: if (pushed < 4) stack[pushed++] = g; break;
		case 0xb4: if (pushed) g = stack[--pushed]; break;
		case 0x08:
			if (nusages < USAGES_MAX)
				usages[nusages++] = n == 4 ? u : g.page | u;
			break;
		case 0xa0:
			if (depth < 16)
				path[depth++] = nusages ? usages[0] : 0;
			nusages = 0;
			break;
		case 0xc0: if (depth) depth--; nusages = 0; break;
		case 0x80: case 0x90: case 0xb0:
			if (g.size < 0 || g.size > 64)
				return -EINVAL;
			add_fields(im, &g, (item & 0xfc) == 0x80 ? TYPE_INPUT :
				   (item & 0xfc) == 0x90 ? TYPE_OUTPUT : TYPE_FEATURE,
				   u & 1, usages, nusages, path, depth, used);
			nusages = 0;
			break;
		}
	}
	return 0;
}

void hid_make_reports(struct hid_image *im)
{
	for (int i = 0; i < im->nfields; i++) {
		const struct hid_field *f = &im->fields[i];
		struct hid_report *r = &im->reports[f->type][f->id];
		int len = 1 + (f->at + f->bits + 7) / 8;

		r->present = true;
		r->data[0] = f->id;
		if (len > r->len)
			r->len = len;
	}
}

int64_t hid_get(const struct hid_image *im, const struct hid_field *f)
{
	const struct hid_report *r = &im->reports[f->type][f->id];
	uint64_t v = 0;

	for (int i = 0; i < f->bits; i++) {
		int bit = 8 + f->at + i;

		if (bit / 8 < r->len && r->data[bit / 8] >> (bit % 8) & 1)
			v |= UINT64_C(1) << i;
	}
	if (f->min < 0 && f->bits < 64 && v >> (f->bits - 1) & 1)
		v |= ~UINT64_C(0) << f->bits;
	return v;
}

void hid_put(struct hid_image *im, const struct hid_field *f, int64_t raw)
{
	struct hid_report *r = &im->reports[f->type][f->id];

	for (int i = 0; i < f->bits; i++) {
		int bit = 8 + f->at + i;

		if (bit / 8 >= r->len)
			return;
		r->data[bit / 8] &= ~(1 << (bit % 8));
		r->data[bit / 8] |= (raw >> i & 1) << (bit % 8);
	}
}

double hid_scale(const struct hid_field *f)
{
	/* Volt and watt are built of centimetres and grams: seven powers of ten. */
	bool cgs = f->unit == 0x00f0d121 || f->unit == 0x0000d121;

	return f->unit || f->exponent ? pow(10, f->exponent - (cgs ? 7 : 0)) : 1;
}

/* "0a 1b …" into @out. Return: how many bytes. */
static int hex_bytes(const char *s, uint8_t *out, int max)
{
	int n = 0;
	char *end;

	while (n < max) {
		unsigned long v = strtoul(s, &end, 16);

		if (end == s || v > 0xff)
			break;
		out[n++] = v;
		s = end;
	}
	return n;
}

int hid_load_recording(struct hid_image *im, const char *path, unsigned int *vid,
		       unsigned int *pid, char *model, size_t model_len)
{
	char line[4096], type[16];
	bool in_desc = false;
	unsigned int id;
	int at, rc;
	FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\r\n")] = 0;
		if (!strncmp(line, "# model: ", 9)) {
			snprintf(model, model_len, "%s", line + 9);
		} else if (sscanf(line, "# vid:pid: %x:%x", vid, pid) == 2 || *line == '#') {
			continue;
		} else if (!strncmp(line, "descriptor:", 11)) {
			in_desc = true;
			im->desc_len += hex_bytes(line + 11, im->desc + im->desc_len,
						  HID_DESC_MAX - im->desc_len);
		} else if (sscanf(line, "report: %15s %x %n", type, &id, &at) == 2) {
			struct hid_report *r = &im->reports[!strcmp(type, "input") ? TYPE_INPUT :
							    TYPE_FEATURE][id & 0xff];

			in_desc = false;
			/* The first one counts: later ones are what came of events. */
			if (r->present)
				continue;
			r->len = hex_bytes(line + at, r->data, HID_REPORT_MAX);
			r->present = r->len > 0;
		} else if (!strncmp(line, "decoded:", 8)) {
			break;
		} else if (in_desc) {
			im->desc_len += hex_bytes(line, im->desc + im->desc_len,
						  HID_DESC_MAX - im->desc_len);
		}
	}
	fclose(f);
	if (!im->desc_len)
		return -EINVAL;
	rc = hid_parse(im);
	return rc;
}
