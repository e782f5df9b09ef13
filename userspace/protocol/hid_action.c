// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Actions: recipes of writes, the vendor's own first.
 *
 * Nothing here is ever sent unasked. A write changes one field; the rest of its
 * report is first read, for many reports hold several. What the device
 * accepted is read back and told, because devices round and clip.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "protocol/hid_pdc.h"

int hid_unscale(struct hid_pdc *d, const struct hid_field *f, enum hid_quantity q, int64_t v,
		int64_t *raw)
{
	const int64_t far = 1000000;
	int64_t zero, one;
	__int128 n;

	/* The scale is linear: two points give its inverse. */
	if (hid_scale(d->hid, f, q, 0, &zero) || hid_scale(d->hid, f, q, far, &one) ||
	    one <= zero)
		return -ERANGE;
	n = (__int128)(v - zero) * far;
	n = n > 0 ? (n + (one - zero) - 1) / (one - zero) : n / (one - zero);
	if (n > INT32_MAX || n < INT32_MIN)
		return -ERANGE;
	*raw = (int64_t)n;
	return 0;
}

int hid_write(struct ups *ups, struct hid_pdc *d, struct hid_field *f, int64_t raw)
{
	size_t bytes = (d->hid->size[f->type - 1][f->report].bits + 7u) / 8;
	uint8_t buf[HID_REPORT_BYTES_MAX + 1] = { 0 };
	uint8_t now[HID_REPORT_BYTES_MAX + 1];
	size_t id = d->hid->uses_ids, end = (f->offset + f->size + 7u) / 8;
	int n, ret;

	/* What the device sends is its report's real length, whatever it declares. */
	n = transport_get_report(ups->link, f->type, f->report, now, bytes + id > 8 ?
				 bytes + id : 8);
	if (n == -ENODEV)
		return n;
	if (n > (int)id && (!id || now[0] == f->report) && (size_t)n >= end + id &&
	    (size_t)n <= bytes + id)
		bytes = (size_t)n - id;
	if (n > 0)
		memcpy(buf, now, (size_t)n < sizeof(buf) ? (size_t)n : sizeof(buf));
	if (id)
		buf[0] = f->report;
	hid_insert(buf + id, bytes, f->offset, f->size, raw);
	ret = transport_set_report(ups->link, f->type, f->report, buf, bytes + id);
	if (ret < 0)
		return ret;
	ret = hid_get(ups, d, f->type, f->report);
	return ret == -ENODEV ? ret : 0;
}

static struct hid_field *step_field(struct hid_pdc *d, const struct hid_step *s, uint32_t outlet)
{
	char path[HID_PATH_MAX];
	const char *mark = strpbrk(s->path, "#+");
	struct hid_field *f;

	if (mark)
		snprintf(path, sizeof(path), "%.*s%u%s", (int)(mark - s->path), s->path,
			 *mark == '+' ? outlet + 1 : outlet, mark + 1);
	f = hid_lookup(d->hid, mark ? path : s->path, 0);
	return f && f->type == HID_FEATURE && !hid_skipped(d, f->report) ? f : NULL;
}

static bool feasible(struct hid_pdc *d, const struct hid_recipe *r, uint32_t outlet)
{
	for (int i = 0; i < HID_STEPS_MAX && r->steps[i].path; i++)
		if (!r->steps[i].optional && !step_field(d, &r->steps[i], outlet))
			return false;
	return true;
}

static const struct hid_recipe *find_recipe(struct hid_pdc *d, uint32_t action, uint32_t outlet)
{
	const struct hid_recipe *const tables[] = { d->vendor->recipes, hid_recipes };

	for (int t = 0; t < 2; t++)
		for (const struct hid_recipe *r = tables[t]; r && r->steps[0].path; r++)
			if (r->action == action && feasible(d, r, outlet))
				return r;
	return NULL;
}

static bool is_outlet(uint32_t action)
{
	return action == UPSY_ACTION_OUTLET_ON || action == UPSY_ACTION_OUTLET_OFF;
}

static bool is_timed(uint32_t action)
{
	return action >= UPSY_ACTION_SHUTDOWN_RETURN && action <= UPSY_ACTION_LOAD_OFF;
}

void hid_say(struct action_request *req, const char *fmt, ...)
{
	size_t at = strlen(req->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(req->text + at, sizeof(req->text) - at, fmt, ap);
	va_end(ap);
}

void hid_offer_actions(struct ups *ups, struct hid_pdc *d)
{
	for (uint32_t a = 0; a < UPSY_ACTION_SET; a++) {
		if (is_timed(a) && d->vendor->quirks & HID_NO_DELAYS)
			continue;
		for (uint32_t outlet = 1; outlet <= (is_outlet(a) ? HID_OUTLETS_MAX : 1u); outlet++)
			if (find_recipe(d, a, outlet))
				ups->actions |= 1u << a;
	}
	if (hid_lookup(d->hid, "DelayBeforeShutdown", 0))
		ups->actions |= d->vendor->own_actions;
	if (hid_has_settings(d))
		ups->actions |= 1u << UPSY_ACTION_SET | 1u << UPSY_ACTION_GET;
	if (ups->actions & 1u << UPSY_ACTION_SHUTDOWN_RETURN) {
		reading_set(&ups->now, UPSY_R_DELAY_SHUTDOWN, d->offdelay);
		reading_set(&ups->now, UPSY_R_DELAY_START, d->ondelay);
	}
}

static int step_value(struct hid_pdc *d, const struct hid_step *s, const struct hid_field *f,
		      int64_t *raw)
{
	switch (s->what) {
	case HID_WRITE_CONST:
		*raw = s->value;
		return 0;
	case HID_WRITE_OFFDELAY:
		return hid_unscale(d, f, HID_Q_TIME, d->offdelay, raw);
	case HID_WRITE_ONDELAY:
		return hid_unscale(d, f, HID_Q_TIME, d->ondelay, raw);
	case HID_WRITE_ONDELAY_MINUTES:
		/* a physical range already says minutes */
		if (f->pmax > f->pmin)
			return hid_unscale(d, f, HID_Q_TIME, d->ondelay, raw);
		*raw = (d->ondelay + 59) / 60;
		return 0;
	}
	return -EINVAL;
}

/* What a field holds now, in the words of its unit. */
static void say_value(struct action_request *req, struct hid_pdc *d, const struct hid_field *f)
{
	const struct hid_usage *u = hid_usage_find(f->usage);
	int64_t v;
	char hex[9];

	hid_say(req, "%s%s ", *req->text ? ", " : "", hid_usage_name(f->usage, hex));
	if (!f->valid)
		hid_say(req, "unknown");
	else if (u && u->quantity == HID_Q_TIME && f->raw >= 0 &&
		 !hid_scale(d->hid, f, HID_Q_TIME, f->raw, &v))
		hid_say(req, "%" PRId64 " s", v);
	else
		hid_say(req, "%" PRId64, f->raw);
}

static int run_recipe(struct ups *ups, struct hid_pdc *d, const struct hid_recipe *r,
		      struct action_request *req)
{
	for (int i = 0; i < HID_STEPS_MAX && r->steps[i].path; i++) {
		const struct hid_step *s = &r->steps[i];
		struct hid_field *f = step_field(d, s, req->outlet);
		int64_t raw;
		int ret;

		if (!f)
			continue;
		ret = step_value(d, s, f, &raw);
		if (!ret)
			ret = hid_write(ups, d, f, raw);
		if (ret && s->optional && ret != -ENODEV)
			continue;
		if (ret == -EPIPE) {
			*req->text = '\0';
			hid_say(req, "the UPS refuses %s", s->path);
			return ret;
		}
		if (ret)
			return ret;
		say_value(req, d, f);
	}
	hid_read_all(ups, d);
	return 0;
}

int hid_action(struct ups *ups, struct action_request *req)
{
	struct hid_pdc *d = ups->priv;
	const struct hid_recipe *r;
	int ret;

	*req->text = '\0';
	if (req->action == UPSY_ACTION_GET)
		return hid_get_settings(ups, d, req);
	if (req->action == UPSY_ACTION_SET)
		return hid_set_setting(ups, d, req);
	if (is_outlet(req->action) && (req->outlet < 1 || req->outlet > HID_OUTLETS_MAX)) {
		hid_say(req, "name an outlet, 1 to %d", HID_OUTLETS_MAX);
		return -EINVAL;
	}
	if (d->vendor->action) {
		ret = d->vendor->action(ups, d, req);
		if (ret != -EOPNOTSUPP)
			return ret;
	}
	if (is_timed(req->action) && d->vendor->quirks & HID_NO_DELAYS)
		return -EOPNOTSUPP;
	r = find_recipe(d, req->action, req->outlet);
	if (!r)
		return -EOPNOTSUPP;
	return run_recipe(ups, d, r, req);
}
