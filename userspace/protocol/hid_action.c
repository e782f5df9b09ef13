// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Actions: recipes of writes, the vendor's own first.
 *
 * Nothing here is ever sent unasked. A way that the UPS refuses is undone and the
 * next one tried. What the device accepted is read back and told, because
 * devices round and clip.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "protocol/hid_pdc.h"

#define USAGE_STARTUP	0x00840056
#define USAGE_TEST	0x00840058
#define USAGE_BEEPER	0x0084005a

#define STARTUP_GAP_S	4	/* both delays may run from the same moment */
#define STEPS_DOWN_MAX	4	/* of the few values of a setting */
#define SWITCHES_OFF	(1u << UPSY_ACTION_SHUTDOWN_RETURN |				\
			 1u << UPSY_ACTION_SHUTDOWN_STAYOFF | 1u << UPSY_ACTION_LOAD_OFF)
#define COMMITTED	"; whether that stops what was begun is not known"

struct hid_field *hid_writable(struct hid_pdc *d, const char *end)
{
	struct hid_field *f = hid_lookup(d->hid, end, 0);

	return f && f->type == HID_FEATURE && !f->constant && !hid_skipped(d, f->report) ? f :
	       NULL;
}

static struct hid_field *step_field(struct hid_pdc *d, const struct hid_step *s, uint32_t outlet)
{
	char path[HID_PATH_MAX];
	const char *mark = strpbrk(s->path, "#+");
	struct hid_field *f;

	if (mark)
		snprintf(path, sizeof(path), "%.*s%u%s", (int)(mark - s->path), s->path,
			 *mark == '+' ? outlet + 1 : outlet, mark + 1);
	f = hid_writable(d, mark ? path : s->path);
	/* a flag of that name (KSTAR) does not take the standard's numbers */
	return f && f->size == 1 && (f->usage == USAGE_TEST || f->usage == USAGE_BEEPER) ? NULL : f;
}

/* Seconds of a delay as this recipe needs it; -1 for what is no delay. */
static int64_t step_seconds(const struct hid_pdc *d, const struct hid_step *s)
{
	int64_t v = d->offdelay > s->value ? d->offdelay : s->value;

	switch (s->what) {
	case HID_WRITE_OFFDELAY:
		return v;
	case HID_WRITE_ONDELAY:
	case HID_WRITE_ONDELAY_MINUTES:
		/* 0 can mean never (Belkin) */
		v = s->value == HID_FROM_OFF ? 1 : d->offdelay + STARTUP_GAP_S;
		return d->ondelay > v ? d->ondelay : v;
	default:
		return -1;
	}
}

static int step_value(struct hid_pdc *d, const struct hid_step *s, const struct hid_field *f,
		      int64_t *raw)
{
	int64_t seconds = step_seconds(d, s);
	int ret = 0;

	if (seconds < 0)
		*raw = s->what == HID_WRITE_STOP ? -1 : s->value;
	else if (s->what == HID_WRITE_ONDELAY_MINUTES && f->pmax <= f->pmin)
		*raw = (seconds + 59) / 60;
	else	/* a physical range already says minutes */
		ret = hid_unscale(d, f, HID_Q_TIME, seconds, raw);
	return ret ? ret : hid_fits(f, *raw) ? 0 : -ERANGE;
}

static bool feasible(struct hid_pdc *d, const struct hid_recipe *r, uint32_t outlet)
{
	bool any = false;
	int64_t raw;

	for (int i = 0; i < HID_STEPS_MAX && r->steps[i].path; i++) {
		const struct hid_field *f = step_field(d, &r->steps[i], outlet);

		if (f && !step_value(d, &r->steps[i], f, &raw))
			any = true;
		else if (!r->steps[i].optional)
			return false;
	}
	return any;
}

static bool is_outlet(uint32_t action)
{
	return action == UPSY_ACTION_OUTLET_ON || action == UPSY_ACTION_OUTLET_OFF;
}

/* The @n-th way to do @action on this UPS, the best first; NULL: there is none. */
static const struct hid_recipe *nth_recipe(struct hid_pdc *d, uint32_t action, uint32_t outlet,
					   unsigned int n)
{
	const struct hid_recipe *const tables[] = { d->vendor->recipes, hid_recipes };
	int last = d->vendor->not_standard >> action & 1 ? 1 : 2;

	if (is_outlet(action) && hid_outlet_fixed(d, outlet))
		return NULL;
	for (int t = 0; t < last; t++)
		for (const struct hid_recipe *r = tables[t]; r && r->steps[0].path; r++)
			if (r->action == action && feasible(d, r, outlet) && !n--)
				return r;
	return NULL;
}

void hid_say(struct action_request *req, const char *fmt, ...)
{
	size_t at = strlen(req->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(req->text + at, sizeof(req->text) - at, fmt, ap);
	va_end(ap);
}

/* What the configured delays become on this UPS. */
static void offer_delays(struct ups *ups, struct hid_pdc *d)
{
	const struct hid_recipe *r = nth_recipe(d, UPSY_ACTION_SHUTDOWN_RETURN, 1, 0);

	for (int i = 0; r && i < HID_STEPS_MAX && r->steps[i].path; i++) {
		const struct hid_step *s = &r->steps[i];
		const struct hid_field *f = step_field(d, s, 1);
		int64_t v = step_seconds(d, s), raw;

		if (v < 0 || !f || step_value(d, s, f, &raw))
			continue;
		if (s->what != HID_WRITE_ONDELAY_MINUTES || f->pmax > f->pmin)
			(void)hid_scale(d->hid, f, HID_Q_TIME, raw, &v);
		else
			v = raw * 60;
		reading_set(&ups->now, s->what == HID_WRITE_OFFDELAY ? UPSY_R_DELAY_SHUTDOWN :
							      UPSY_R_DELAY_START, v);
	}
}

void hid_offer_actions(struct ups *ups, struct hid_pdc *d)
{
	for (uint32_t a = 0; a < UPSY_ACTION_SET; a++)
		for (uint32_t outlet = 1; outlet <= (is_outlet(a) ? HID_OUTLETS_MAX : 1u); outlet++)
			if (nth_recipe(d, a, outlet, 0))
				ups->actions |= 1u << a;
	if (d->vendor->offer)
		ups->actions |= d->vendor->offer(ups, d);
	if (!(ups->actions & SWITCHES_OFF))
		ups->actions &= ~(1u << UPSY_ACTION_SHUTDOWN_CANCEL);
	if (hid_has_settings(d, false))
		ups->actions |= 1u << UPSY_ACTION_GET;
	if (hid_has_settings(d, true))
		ups->actions |= 1u << UPSY_ACTION_SET;
	offer_delays(ups, d);
}

/* Vendors' usages, by the names that their sources give them. */
static const struct hid_usage vendor_usages[] = {
	{ 0x00850058, HID_Q_NONE, "BUPHibernate" },
	{ 0x00860010, HID_Q_NONE, "BUPSelfTest" },
	{ 0x00860012, HID_Q_NONE, "BUPBattCapBeforeStartup" },
	{ 0x00860050, HID_Q_NONE, "SwitchOnControl" },
	{ 0x00860051, HID_Q_NONE, "SwitchOffControl" },
	{ 0x00860056, HID_Q_NONE, "DelayBeforeStartup (minutes)" },
	{ 0x00860057, HID_Q_TIME, "DelayBeforeShutdown" },
	{ 0x00860058, HID_Q_NONE, "Test" },
	{ 0x0086005a, HID_Q_NONE, "AudibleAlarmControl" },
	{ 0x00860076, HID_Q_NONE, "BUPDelayBeforeStartup" },
	{ 0xff860019, HID_Q_NONE, "BattCapBeforeStartup" },
	{ 0xff86007c, HID_Q_NONE, "ForceShutdown" },
	{ 0xff86007d, HID_Q_TIME, "APCDelayBeforeShutdown" },
	{ 0xff86007e, HID_Q_TIME, "APCDelayBeforeStartup" },
	{ 0xffff0043, HID_Q_NONE, "AutomaticRestart" },
	{ 0xffff0056, HID_Q_NONE, "DelayBeforeStartup (minutes)" },
	{ 0xffff0092, HID_Q_TIME, "Watchdog" },
};

static const struct hid_usage *usage_of(const struct hid_field *f)
{
	for (size_t i = 0; i < sizeof(vendor_usages) / sizeof(vendor_usages[0]); i++)
		if (vendor_usages[i].usage == f->usage)
			return &vendor_usages[i];
	return hid_usage_find(f->usage);
}

/* What a field holds now, in the words of its unit. */
static void say_value(struct action_request *req, struct hid_pdc *d, const struct hid_field *f)
{
	const struct hid_usage *u = usage_of(f);
	bool is_time = u && u->quantity == HID_Q_TIME;
	int64_t v;
	char hex[9];

	hid_say(req, "%s%s ", *req->text ? ", " : "", u ? u->name : hid_usage_name(f->usage, hex));
	if (!f->valid)
		hid_say(req, "taken, but not told");
	else if (is_time && f->raw < 0)
		hid_say(req, "idle");
	else if (is_time && !hid_scale(d->hid, f, HID_Q_TIME, f->raw, &v))
		hid_say(req, "%" PRId64 " s", v);
	else
		hid_say(req, "%" PRId64, f->raw);
}

/* A setting of a few values that can only be stepped through: 2 is the next lower. */
static int step_down(struct ups *ups, struct hid_pdc *d, struct hid_field *f, int64_t to)
{
	int ret = 0;

	if (hid_get(ups, d, f->type, f->report) == -ENODEV)
		return -ENODEV;
	for (int i = 0; !ret && i < STEPS_DOWN_MAX && f->valid && f->raw > to; i++) {
		ret = hid_write(ups, d, f, 2);
		/* what stood there cannot be written */
		if (!ret && d->nr_written)
			d->written[d->nr_written - 1].known = false;
	}
	return ret;
}

static int run_step(struct ups *ups, struct hid_pdc *d, const struct hid_step *s,
		    struct hid_field *f)
{
	int64_t raw;
	int ret = step_value(d, s, f, &raw);

	if (ret)
		return ret;
	if (s->what == HID_WRITE_STEP_DOWN)
		return step_down(ups, d, f, s->value);
	if (s->what == HID_WRITE_STOP) {
		ret = hid_get(ups, d, f->type, f->report);
		if (ret == -ENODEV)
			return ret;
		if (!f->valid || f->raw <= 0)
			return 0;
	}
	return hid_write(ups, d, f, raw);
}

/* The UPS answers, but refuses: what was set for this way is put back. */
static void undo(struct ups *ups, struct hid_pdc *d)
{
	struct hid_written all[HID_WRITTEN_MAX];
	size_t n = d->nr_written;

	memcpy(all, d->written, sizeof(all));
	while (n--)
		if (all[n].known && hid_write(ups, d, all[n].field, all[n].before) == -ENODEV)
			return;
}

static int refused(struct ups *ups, struct hid_pdc *d, const struct hid_field *f, int error,
		   struct action_request *req)
{
	const struct hid_usage *u = usage_of(f);
	/* the standard's stand in several places */
	const char *path = u && f->usage >> 16 > 0x85 ? u->name :
			   f->path + (strncmp(f->path, "UPS.", 4) ? 0 : 4);

	*req->text = '\0';
	if (error == -EPIPE || error == -ENODATA)
		undo(ups, d);
	if (error == -EPIPE) {
		hid_say(req, "the UPS refuses %s", path);
	} else if (error == -ENODATA) {
		hid_say(req, "%s stands in a report that the UPS does not tell: it was not written",
			path);
	} else if (error != -ENODEV) {
		hid_say(req, "%s: %s; whether the UPS took it is not known", path,
			strerror(-error));
	}
	return error;
}

/* Of steps that may all fail, one of those that matter must not. */
static bool achieved(const struct hid_pdc *d, const struct hid_recipe *r)
{
	for (size_t i = 0; i < d->nr_written; i++)
		if (r->action != UPSY_ACTION_SHUTDOWN_CANCEL ||
		    d->written[i].field->usage != USAGE_STARTUP)
			return true;
	return false;
}

static int run_recipe(struct ups *ups, struct hid_pdc *d, const struct hid_recipe *r,
		      struct action_request *req)
{
	const struct hid_field *failed = NULL;
	int error = 0;

	*req->text = '\0';
	d->nr_written = 0;
	for (int i = 0; i < HID_STEPS_MAX && r->steps[i].path; i++) {
		const struct hid_step *s = &r->steps[i];
		struct hid_field *f = step_field(d, s, req->outlet);
		size_t before = d->nr_written;
		int ret = f ? run_step(ups, d, s, f) : 0;

		if (ret) {
			error = ret;
			failed = f;
		}
		if (ret && (!s->optional || ret == -ENODEV))
			return refused(ups, d, failed, error, req);
		if (d->nr_written > before)
			say_value(req, d, f);
	}
	if (error && !achieved(d, r))
		return refused(ups, d, failed, error, req);
	if (!d->nr_written)
		hid_say(req, "nothing was counting down");
	if (r->say)
		hid_say(req, "; %s", r->say);
	d->committed |= r->final;
	if (d->committed && r->action == UPSY_ACTION_SHUTDOWN_CANCEL)
		hid_say(req, COMMITTED);
	return 0;
}

/* The beeper reads back what it was set to, or it was not set. */
static int check_beeper(struct hid_pdc *d, struct action_request *req)
{
	const struct hid_written *w = d->nr_written ? &d->written[d->nr_written - 1] : NULL;

	if ((req->action != UPSY_ACTION_BEEPER_ON && req->action != UPSY_ACTION_BEEPER_OFF) ||
	    !w || !w->field->valid || w->field->raw == w->raw)
		return 0;
	*req->text = '\0';
	hid_say(req, "the UPS took %" PRId64 " for the beeper and still says %" PRId64, w->raw,
		w->field->raw);
	return -EIO;
}

int hid_action(struct ups *ups, struct action_request *req)
{
	struct hid_pdc *d = ups->priv;
	const struct hid_recipe *r;
	int ret = -EOPNOTSUPP;

	*req->text = '\0';
	if (req->action == UPSY_ACTION_GET)
		return hid_get_settings(ups, d, req);
	if (req->action == UPSY_ACTION_SET)
		return hid_set_setting(ups, d, req);
	if (is_outlet(req->action) && (req->outlet < 1 || req->outlet > HID_OUTLETS_MAX)) {
		hid_say(req, "name an outlet, 1 to %d", HID_OUTLETS_MAX);
		return -EINVAL;
	}
	d->nr_written = 0;
	if (d->vendor->action)
		ret = d->vendor->action(ups, d, req);
	if (ret != -EOPNOTSUPP)
		return ret;
	for (unsigned int n = 0; (r = nth_recipe(d, req->action, req->outlet, n)); n++) {
		ret = run_recipe(ups, d, r, req);
		if (ret != -EPIPE && ret != -ENODATA)
			break;
	}
	if (!ret)
		ret = check_beeper(d, req);
	if (d->nr_written)
		hid_read_all(ups, d);
	return ret;
}
