// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings: "set" and "get". Names are those of sysfs, and NUT's; what the UPS
 * made of a value is read back and told.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

#include "protocol/hid_pdc.h"

#define OUTPUT_UNITS	1000000		/* volts are given as whole volts */
#define BEEPER		(1u << UPSY_ACTION_BEEPER_ON)

static struct hid_field *setting_field(struct hid_pdc *d, const struct hid_setting *s)
{
	struct hid_field *f = hid_lookup(d->hid, s->path, 0);

	return f && f->type == HID_FEATURE && !hid_skipped(d, f->report) ? f : NULL;
}

/* Where the standard's numbers are wrong for an action, they are for the setting. */
static bool means_else(const struct hid_pdc *d, const struct hid_setting *s)
{
	return s->map == hid_beeper_modes && d->vendor->not_standard & BEEPER;
}

static const struct hid_setting *find_setting(struct hid_pdc *d, const char *name, bool write)
{
	const struct hid_setting *const tables[] = { d->vendor->settings, hid_settings };

	for (int t = 0; t < 2; t++)
		for (const struct hid_setting *s = tables[t]; s && s->path; s++)
			if ((!name || !strcasecmp(name, s->name) || !strcasecmp(name, s->nut)) &&
			    setting_field(d, s) && !means_else(d, s) &&
			    !(write && setting_field(d, s)->constant))
				return s;
	return NULL;
}

bool hid_has_settings(struct hid_pdc *d, bool write)
{
	return find_setting(d, NULL, write);
}

static const char *enum_name(const struct hid_setting *s, int64_t raw)
{
	for (const struct hid_value_map *m = s->map; m->raw >= 0; m++)
		if (m->raw == raw)
			return reading_name_of(s->reading, m->value);
	return NULL;
}

/* The power of ten that readings of this field were found to need. */
static int decades_of(struct hid_pdc *d, const struct hid_setting *s, const struct hid_field *f)
{
	for (size_t i = 0; s->reading && i < d->nr_bindings; i++)
		if (d->bindings[i].row->reading == s->reading &&
		    &d->hid->fields[d->bindings[i].field] == f)
			return d->bindings[i].decades;
	return 0;
}

static int say_setting(struct ups *ups, struct hid_pdc *d, const struct hid_setting *s,
		       struct action_request *req)
{
	struct hid_field *f = setting_field(d, s);
	const char *name;
	int64_t v;
	int ret = hid_get(ups, d, f->type, f->report);

	if (ret < 0 || !f->valid)
		return ret < 0 ? ret : -EIO;
	hid_say(req, "%s%s=", *req->text ? "\n" : "", s->name);
	name = s->map ? enum_name(s, f->raw) : NULL;
	if (name)
		hid_say(req, "%s", name);
	else if (!hid_scale(d->hid, f, s->quantity, f->raw, &v) &&
		 !scale_pow10(v, decades_of(d, s, f), &v))
		hid_say(req, "%" PRId64, s->quantity == HID_Q_VOLTAGE ? v / OUTPUT_UNITS : v);
	return 0;
}

static int say_all(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	const struct hid_setting *const tables[] = { d->vendor->settings, hid_settings };
	int ret;

	for (int t = 0; t < 2; t++) {
		for (const struct hid_setting *s = tables[t]; s && s->path; s++) {
			/* of several places for one name, the first is the one */
			if (find_setting(d, s->name, false) != s)
				continue;
			ret = say_setting(ups, d, s, req);
			if (ret == -ENODEV)
				return ret;
		}
	}
	return 0;
}

int hid_get_settings(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	const struct hid_setting *s;

	if (!*req->name)
		return say_all(ups, d, req);
	s = find_setting(d, req->name, false);
	if (s)
		return say_setting(ups, d, s, req);
	hid_say(req, "this UPS has no setting %s", req->name);
	return -EINVAL;
}

static int parse_setting(struct hid_pdc *d, const struct hid_setting *s,
			 const struct hid_field *f, struct action_request *req, int64_t *raw)
{
	int64_t v, low, high, most = f->lmax;
	char *end;
	double given;

	for (const struct hid_value_map *m = s->map; m && m->raw >= 0; m++) {
		const char *name = reading_name_of(s->reading, m->value);

		if (name && !strcasecmp(name, req->value)) {
			*raw = m->raw;
			return 0;
		}
	}
	if (s->map) {
		hid_say(req, "%s must be one of", s->name);
		for (const struct hid_value_map *m = s->map; m->raw >= 0; m++)
			hid_say(req, " %s", reading_name_of(s->reading, m->value));
		return -EINVAL;
	}
	given = strtod(req->value, &end);
	v = s->quantity == HID_Q_VOLTAGE ? OUTPUT_UNITS : 1;
	if (end == req->value || *end || !(given >= 0 && given < 1e9)) {
		hid_say(req, "%s must be a number, not \"%s\"", s->name, req->value);
		return -EINVAL;
	}
	v = (int64_t)(given * (double)v + 0.5);
	if (scale_pow10(v, -decades_of(d, s, f), &v) || hid_unscale(d, f, s->quantity, v, raw))
		return -ERANGE;
	/* a capacity that has been percent is percent, whatever the descriptor says */
	if (s->quantity == HID_Q_CAPACITY && most > 100 && f->valid && f->raw <= 100)
		most = 100;
	if (*raw >= f->lmin && *raw <= most && hid_fits(f, *raw))
		return 0;
	if (!hid_scale(d->hid, f, s->quantity, f->lmin, &low) &&
	    !hid_scale(d->hid, f, s->quantity, most, &high)) {
		int64_t unit = s->quantity == HID_Q_VOLTAGE ? OUTPUT_UNITS : 1;

		hid_say(req, "%s must be between %" PRId64 " and %" PRId64, s->name, low / unit,
		    high / unit);
	}
	return -EINVAL;
}

int hid_set_setting(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	const struct hid_setting *s = find_setting(d, req->name, true);
	struct hid_field *f;
	int64_t raw;
	int ret;

	if (!s) {
		hid_say(req, find_setting(d, req->name, false) ?
			"%s can be read on this UPS, but not changed" :
			"this UPS has no setting %s", req->name);
		return -EINVAL;
	}
	f = setting_field(d, s);
	if (!f->valid && hid_get(ups, d, f->type, f->report) == -ENODEV)
		return -ENODEV;
	d->nr_written = 0;
	ret = parse_setting(d, s, f, req, &raw);
	if (!ret)
		ret = hid_write(ups, d, f, raw);
	if (ret == -EPIPE)
		hid_say(req, "the UPS refuses to change %s", s->name);
	if (ret == -ENODATA)
		hid_say(req, "%s stands in a report that the UPS does not tell: it was not written",
			s->name);
	if (ret)
		return ret;
	ret = say_setting(ups, d, s, req);
	if (ret)
		hid_say(req, "%s was taken, but is not told", s->name);
	else if (f->raw != raw)
		hid_say(req, " (not quite what was asked for: the UPS decides)");
	hid_read_all(ups, d);
	return ret == -ENODEV ? ret : 0;
}
