// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binding: the rows of the tables to the usages of one UPS. Done once; from
 * then on only the bound reports are asked for.
 */
#include <stdio.h>
#include <string.h>

#include "protocol/hid_pdc.h"

bool hid_path_ends(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	if (!m)
		return true;
	if (m > n || strcmp(path + n - m, end))
		return false;
	return m == n || path[n - m - 1] == '.';
}

bool hid_skipped(const struct hid_pdc *d, uint8_t report)
{
	for (const uint8_t *s = d->vendor->skip; s && *s; s++)
		if (*s == report)
			return true;
	return false;
}

static bool matches(const struct hid_field *f, const char *end, uint8_t report)
{
	return (!report || f->report == report) && hid_path_ends(f->path, end);
}

/* The same, but the first of several may stand where the path names none. */
static bool matches_first(const struct hid_field *f, const char *end, uint8_t report)
{
	static const char first[] = ".[1]";
	char path[HID_PATH_MAX];
	char *p;

	snprintf(path, sizeof(path), "%s", f->path);
	if (!strstr(path, first))
		return false;
	while ((p = strstr(path, first)))
		memmove(p, p + strlen(first), strlen(p + strlen(first)) + 1);
	return (!report || f->report == report) && hid_path_ends(path, end);
}

typedef bool (*matcher)(const struct hid_field *f, const char *end, uint8_t report);

/* The smallest field that can hold what is looked for: a flag of the same name
 * (KSTAR's Test and AudibleAlarmControl, 075d's AverageTimeToEmpty) is another thing. */
enum { ANY_SIZE = 1, ENUM_SIZE = 2, NUMBER_SIZE = 4 };

static int16_t find_by(matcher fits, struct hid_device *h, const char *end, uint8_t report,
		       unsigned int size)
{
	/* Features can be asked for; an input only comes when it likes. */
	static const enum hid_report_type order[] = { HID_FEATURE, HID_INPUT };

	for (size_t t = 0; t < 2; t++)
		for (size_t i = 0; i < h->nr_fields; i++)
			if (h->fields[i].type == order[t] && h->fields[i].size >= size &&
			    fits(&h->fields[i], end, report))
				return (int16_t)i;
	return -1;
}

static int16_t find(struct hid_device *h, const char *end, uint8_t report, unsigned int size)
{
	return find_by(matches, h, end, report, size);
}

struct hid_field *hid_lookup(struct hid_device *h, const char *end, uint8_t report)
{
	int16_t i = find(h, end, report, ENUM_SIZE);

	if (i < 0)
		i = find(h, end, report, ANY_SIZE);
	return i < 0 ? NULL : &h->fields[i];
}

static bool taken(const struct hid_pdc *d, unsigned int reading, int16_t field)
{
	for (size_t i = 0; i < d->nr_bindings; i++)
		if (d->bindings[i].field == field && d->bindings[i].row->reading == reading)
			return true;
	return false;
}

/* A vendor's row that is "off" takes its usage away from the general ones. */
static bool switched_off(const struct hid_pdc *d, unsigned int reading, const char *path,
			 uint8_t report)
{
	const struct hid_row *r = d->vendor->rows;

	for (; r && r->reading; r++)
		if (r->off && r->reading == reading && hid_path_ends(path, r->path) &&
		    (!r->report || r->report == report))
			return true;
	return false;
}

static void bind_rows(struct hid_pdc *d, const struct hid_row *rows)
{
	struct hid_device *h = d->hid;

	for (const struct hid_row *r = rows; r && r->reading; r++) {
		unsigned int size = r->conv == HID_CONV_ENUM ? ENUM_SIZE : NUMBER_SIZE;
		int16_t i = r->off ? -1 : find(h, r->path, r->report, size);

		if (i < 0 && rows == hid_rows)
			i = find_by(matches_first, h, r->path, r->report, size);
		if (i < 0 || taken(d, r->reading, i) || d->nr_bindings == HID_BINDINGS_MAX ||
		    hid_skipped(d, h->fields[i].report))
			continue;
		if (rows == hid_rows &&
		    switched_off(d, r->reading, h->fields[i].path, h->fields[i].report))
			continue;
		d->bindings[d->nr_bindings++] = (struct hid_binding){ .row = r, .field = i };
		h->fields[i].bound = true;
	}
}

static void add_fact(struct hid_pdc *d, const struct hid_fact_row *r, size_t field)
{
	struct hid_field *f = &d->hid->fields[field];

	/* A flag inside a word needs the word, not a bit that stands where it was. */
	if ((f->size < 32 && (r->mask | r->equals) >> f->size) || (r->bits && r->bits != f->size))
		return;
	/* Of an input and a feature that are one quantity, the feature. */
	if (f->type == HID_INPUT && f->twin >= 0 && d->hid->fields[f->twin].type == HID_FEATURE)
		field = (size_t)f->twin;
	for (size_t i = 0; i < d->nr_facts; i++) {
		const struct hid_fact_row *have = d->facts[i].row;

		if (have->fact == r->fact && d->facts[i].field == (int16_t)field &&
		    have->mask == r->mask && have->equals == r->equals)
			return;
	}
	if (d->nr_facts == HID_BINDINGS_MAX || hid_skipped(d, f->report))
		return;
	d->facts[d->nr_facts++] = (struct hid_fact_binding){ r, (int16_t)field };
	d->hid->fields[field].bound = true;
}

/* Flags of a part of the UPS that say nothing of the whole. */
static bool of_a_part(const char *path)
{
	return strstr(path, ".Outlet.") || strstr(path, ".Charger.") ||
	       strstr(path, ".Gang.") || strstr(path, ".Input.[2]") ||
	       strstr(path, ".Input.[3]") || strstr(path, ".Input.[4]") ||
	       strstr(path, ".Input.[5]");
}

static bool fact_off(const struct hid_pdc *d, enum hid_fact fact)
{
	const struct hid_fact_row *r = d->vendor->facts;

	for (; r && r->fact; r++)
		if (r->off && r->fact == fact)
			return true;
	return false;
}

static void bind_fact(struct hid_pdc *d, const struct hid_fact_row *r)
{
	/* PowerSummary speaks for the whole; then wherever else it stands. */
	static const char *const places[] = {
		"PowerSummary.PresentStatus.", "PowerSummary.", "UPS.PresentStatus.", "UPS.", "",
	};
	struct hid_device *h = d->hid;
	char end[HID_PATH_MAX];

	for (size_t p = strchr(r->path, '.') || r->report ? 4 : 0; p < 5; p++) {
		strcpy(end, places[p]);
		strncat(end, r->path, sizeof(end) - strlen(end) - 1);
		for (size_t i = 0; i < h->nr_fields; i++) {
			if (matches(&h->fields[i], end, r->report) &&
			    (strchr(r->path, '.') || !of_a_part(h->fields[i].path)))
				add_fact(d, r, i);
		}
	}
}

void hid_bind(struct hid_pdc *d)
{
	const struct hid_fact_row *r;

	bind_rows(d, d->vendor->rows);
	bind_rows(d, hid_rows);
	for (r = d->vendor->facts; r && r->fact; r++)
		if (!r->off)
			bind_fact(d, r);
	for (r = hid_fact_rows; r->fact; r++)
		if (!fact_off(d, r->fact))
			bind_fact(d, r);
	hid_bind_outlets(d);
	d->full_capacity = find(d->hid, "FullChargeCapacity", 0, NUMBER_SIZE);
	d->capacity_mode = find(d->hid, "CapacityMode", 0, ANY_SIZE);
	if (d->full_capacity >= 0)
		d->hid->fields[d->full_capacity].bound = true;
	if (d->capacity_mode >= 0)
		d->hid->fields[d->capacity_mode].bound = true;
}
