// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * USB HID Power Device Class: any UPS whose report descriptor says so, listed
 * or not. Nothing is written to a device unless an action asks for it; probing
 * only reads.
 *
 * Input reports are acted on at once. Features are polled: slowly while the
 * interrupt endpoint is known to work, faster when it is not, for then polling
 * is the only way to hear that the mains failed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/hid_pdc.h"
#include "transport/record.h"
#include "transport/transport.h"

/* Idle, with ten reports: some 320 transfers an hour, each a wake-up. */
#define STATUS_DEAF_MS		2000	/* no interrupt endpoint, or a broken one */
#define STATUS_UNSURE_MS	20000	/* it has not said anything yet */
#define STATUS_TRUSTED_MS	30000
#define BATTERY_MS		5000	/* on battery, what decides then */
#define BATTERY_TRUSTED_MS	10000	/* and when it tells of changes by itself */
#define FULL_MS			180000
#define FULL_SOON_MS		30000	/* on battery, or deaf */
#define CHATTY_MS		12000	/* devices that leave the bus when not asked */
#define FIXED_EVERY		60	/* full polls between reads of what hardly changes */
#define DEAD_AFTER		3	/* refusals in a row */
#define LISTEN_MS		2500	/* for one that answers no question at all */

static void tell_repairs(struct ups *ups, struct hid_pdc *d)
{
	uint32_t fresh = d->hid->repairs & ~d->logged;

	for (int i = 0; i < HID_REPAIRS; i++)
		if (fresh & 1u << i)
			log_trace("%s: put right: %s", ups->link->info.port, hid_repair_names[i]);
	d->logged |= fresh;
}

int hid_get(struct ups *ups, struct hid_pdc *d, enum hid_report_type type, uint8_t id)
{
	uint8_t buf[HID_REPORT_BYTES_MAX + 1];
	size_t want = (d->hid->size[type - 1][id].bits + 7u) / 8 + d->hid->uses_ids;
	int n;

	/* Some send more than they declare (Back-UPS ES 525, CS); none minds being
	 * asked for more, as other systems always ask for the longest report. */
	if (want < 8)
		want = 8;
	if (want > sizeof(buf))
		want = sizeof(buf);
	n = transport_get_report(ups->link, type, id, buf, want);
	if (n < 0)
		return n;
	n = hid_take_report(d->hid, type, id, buf, (size_t)n);
	tell_repairs(ups, d);
	return n;
}

static enum hid_depth depth_of(unsigned int reading)
{
	switch (reading) {
	case UPSY_R_CAPACITY:
	case UPSY_R_RUNTIME:
		return HID_DEPTH_BATTERY;
	case UPSY_R_INPUT_VOLTAGE_NOMINAL:
	case UPSY_R_OUTPUT_VOLTAGE_NOMINAL:
	case UPSY_R_INPUT_FREQUENCY_NOMINAL:
	case UPSY_R_OUTPUT_FREQUENCY_NOMINAL:
	case UPSY_R_OUTPUT_CURRENT_NOMINAL:
	case UPSY_R_VOLTAGE_NOMINAL:
	case UPSY_R_POWER_NOMINAL:
	case UPSY_R_APPARENT_POWER_NOMINAL:
	case UPSY_R_INPUT_TRANSFER_LOW:
	case UPSY_R_INPUT_TRANSFER_HIGH:
	case UPSY_R_CAPACITY_ALERT_MIN:
	case UPSY_R_SENSITIVITY:
	case UPSY_R_TOPOLOGY:
	case UPSY_R_MANUFACTURE_YEAR:
		return HID_DEPTH_ALL;
	}
	return HID_DEPTH_FULL;
}

static bool decides(enum hid_fact fact)
{
	switch (fact) {
	case HID_FACT_AC:
	case HID_FACT_DISCHARGING:
	case HID_FACT_LOW_CAPACITY:
	case HID_FACT_LOW_TIME:
	case HID_FACT_IMMINENT:
	case HID_FACT_ABM_CHARGE:
	case HID_FACT_ABM_DISCHARGE:
		return true;
	default:
		return false;
	}
}

static struct hid_plan *plan_for(struct hid_pdc *d, const struct hid_field *f)
{
	for (size_t i = 0; i < d->nr_plan; i++)
		if (d->plan[i].id == f->report && d->plan[i].type == f->type)
			return &d->plan[i];
	if (d->nr_plan == sizeof(d->plan) / sizeof(d->plan[0]))
		return NULL;
	d->plan[d->nr_plan] = (struct hid_plan){ .id = f->report, .type = f->type, .depth = HID_DEPTH_ALL };
	return &d->plan[d->nr_plan++];
}

static void plan_field(struct hid_pdc *d, int16_t field, enum hid_depth depth)
{
	struct hid_plan *p = field < 0 ? NULL : plan_for(d, &d->hid->fields[field]);

	if (p && depth < p->depth)
		p->depth = depth;
}

/*
 * Which reports to ask for. @narrow: what is known after the first reading is
 * used to leave out the places that are only looked at when the ones before
 * them say nothing.
 */
static void make_plan(struct hid_pdc *d, bool narrow)
{
	bool settled[UPSY_R_MAX + 1] = { false }, fact_settled[HID_FACTS] = { false };
	struct hid_plan old[sizeof(d->plan) / sizeof(d->plan[0])];
	size_t nr_old = d->nr_plan;

	memcpy(old, d->plan, sizeof(old));
	d->nr_plan = 0;
	for (size_t i = 0; i < d->nr_facts; i++) {
		const struct hid_fact_row *r = d->facts[i].row;

		if (narrow && fact_settled[r->fact])
			continue;
		plan_field(d, d->facts[i].field,
			   decides(r->fact) ? HID_DEPTH_STATUS : HID_DEPTH_FULL);
		fact_settled[r->fact] = !r->any && d->hid->fields[d->facts[i].field].valid;
	}
	for (size_t i = 0; i < d->nr_bindings; i++) {
		unsigned int reading = d->bindings[i].row->reading;

		if (narrow && settled[reading])
			continue;
		plan_field(d, d->bindings[i].field, depth_of(reading));
		/* of dates, all are looked at */
		settled[reading] = d->hid->fields[d->bindings[i].field].valid &&
				   reading != UPSY_R_MANUFACTURE_YEAR;
	}
	for (size_t i = 0; i < d->nr_outlets; i++)
		plan_field(d, d->outlets[i], HID_DEPTH_FULL);
	plan_field(d, d->full_capacity, HID_DEPTH_ALL);
	plan_field(d, d->capacity_mode, HID_DEPTH_ALL);
	for (size_t i = 0; i < d->nr_plan; i++)
		for (size_t k = 0; k < nr_old; k++)
			if (old[k].id == d->plan[i].id && old[k].type == d->plan[i].type) {
				d->plan[i].dead = old[k].dead;
				d->plan[i].answered = old[k].answered;
				d->plan[i].stalls = old[k].stalls;
			}
}

/*
 * Read what is planned. One report that fails is skipped; the old values stay.
 * Two timeouts in a row end the round, so that a dead device costs no minutes.
 */
static int read_plan(struct ups *ups, struct hid_pdc *d, enum hid_depth depth)
{
	int got = 0, asked = 0, timeouts = 0, error = -EIO, ret;

	for (size_t i = 0; i < d->nr_plan; i++) {
		struct hid_plan *p = &d->plan[i];

		if ((p->dead && depth != HID_DEPTH_ALL) || p->depth > depth)
			continue;
		asked++;
		ret = hid_get(ups, d, p->type, p->id);
		if (ret == -ENODEV)
			return ret;
		if (ret >= 0) {
			p->stalls = 0;
			p->answered = true;
			p->dead = false;
			timeouts = 0;
			got++;
			continue;
		}
		error = ret;
		/* never answered, by a device that does answer: it costs time each time */
		if ((ret == -EPIPE || (ret == -ETIMEDOUT && got)) && !p->answered &&
		    ++p->stalls >= DEAD_AFTER)
			p->dead = true;
		if (ret == -ETIMEDOUT && ++timeouts >= 2)
			break;
	}
	/* One that only speaks unasked has nothing to be asked for, or refuses. */
	if (d->input && (!asked || (error == -EPIPE && d->input_seen)))
		return got;
	return got ? got : error;
}

/* The flags of some come as input reports only, and only when they change. */
static bool must_listen(const struct hid_pdc *d)
{
	bool any = false;

	for (size_t i = 0; i < d->nr_facts; i++) {
		if (!decides(d->facts[i].row->fact))
			continue;
		if (d->hid->fields[d->facts[i].field].type == HID_FEATURE)
			return false;
		any = true;
	}
	return any;
}

static void overhear(void *ctx, const uint8_t *buf, size_t len)
{
	struct ups *ups = ctx;
	struct hid_pdc *d = ups->priv;
	uint8_t id;

	/* the endpoint had an error: no report, and buf may be NULL */
	if (!len)
		return;
	id = d->hid->uses_ids ? buf[0] : 0;
	record_input(ups->link, buf, len);
	if (hid_take_report(d->hid, HID_INPUT, id, buf, len) <= 0)
		return;
	for (size_t i = 0; i < d->hid->nr_fields; i++) {
		const struct hid_field *f = &d->hid->fields[i];

		if (f->type == HID_INPUT && f->report == id && f->valid &&
		    (f->bound || (f->twin >= 0 && d->hid->fields[f->twin].bound)))
			d->input_seen = true;
	}
}

/*
 * Some refuse every question and still tell of themselves when they like
 * (GoldenMate, Keor PDU). One report with something in it is enough; who says
 * nothing in that time is something else: Megatec under the descriptor of a UPS.
 */
static bool speaks_unasked(struct ups *ups, struct hid_pdc *d)
{
	struct transport *t = ups->link, before = *t;
	int64_t end = clock_ms() + LISTEN_MS, left;
	struct pollfd fds[8];

	if (d->vendor->quirks & HID_NO_INPUT || transport_start_input(t))
		return false;
	t->input = overhear;
	t->input_ctx = ups;
	while (!d->input_seen && (left = end - clock_ms()) > 0) {
		int timeout_ms = (int)left, n = transport_pollfds(t, fds, 8, &timeout_ms);

		/* nothing there that could speak */
		if (n <= 0 && timeout_ms)
			break;
		if (poll(fds, (nfds_t)(n > 0 ? n : 0), timeout_ms < left ? timeout_ms : (int)left)
		    < 0 && errno != EINTR)
			break;
		if (transport_dispatch(t))
			break;
	}
	t->input = before.input;
	t->input_ctx = before.input_ctx;
	return d->input_seen;
}

static bool may_listen(const struct hid_pdc *d)
{
	return !(d->vendor->quirks & HID_NO_INPUT) &&
	       (!(d->vendor->quirks & HID_RATHER_NO_INPUT) || must_listen(d) ||
		d->input_seen);
}

/* Whether the interrupt endpoint can tell that the mains fail at all. */
static bool status_comes_unasked(const struct hid_pdc *d)
{
	for (size_t i = 0; i < d->nr_facts; i++) {
		const struct hid_field *f = &d->hid->fields[d->facts[i].field];

		if (d->facts[i].row->fact != HID_FACT_AC &&
		    d->facts[i].row->fact != HID_FACT_DISCHARGING)
			continue;
		if (f->type == HID_INPUT ||
		    (f->twin >= 0 && d->hid->fields[f->twin].type == HID_INPUT))
			return true;
	}
	return false;
}

/* Adjust the pace to what is known of the interrupt endpoint and the battery. */
static void set_pace(struct ups *ups, struct hid_pdc *d)
{
	/* Some say discharging for good while they float: that is no hurry. */
	bool battery = state_is(&ups->now, UPS_DISCHARGING) && !state_is(&ups->now, UPS_ONLINE);
	bool deaf = !d->input || !status_comes_unasked(d) ||
		    transport_start_input(ups->link) < 0;

	ups->poll_full_ms = battery || deaf ? FULL_SOON_MS : FULL_MS;
	ups->poll_status_ms = deaf ? STATUS_DEAF_MS :
			      battery ? (d->input_seen ? BATTERY_TRUSTED_MS : BATTERY_MS) :
			      d->input_seen ? STATUS_TRUSTED_MS : STATUS_UNSURE_MS;
	if (d->vendor->quirks & HID_CHATTY && ups->poll_status_ms > CHATTY_MS)
		ups->poll_status_ms = CHATTY_MS;
	ups->deadline_ms = 3 * STATUS_TRUSTED_MS;
}

static int hid_poll(struct ups *ups, enum poll_depth depth)
{
	struct hid_pdc *d = ups->priv;
	enum hid_depth deep = depth == POLL_STATUS ? HID_DEPTH_STATUS : HID_DEPTH_FULL;
	bool discharging = state_is(&ups->now, UPS_DISCHARGING);
	int ret;

	if (depth == POLL_FULL && ++d->fulls >= FIXED_EVERY) {
		d->fulls = 0;
		deep = HID_DEPTH_ALL;
	}
	/*
	 * Once the battery is in use its charge decides as well, or what it is guessed
	 * from; and in the beginning everything has changed.
	 */
	if (deep == HID_DEPTH_STATUS && discharging)
		deep = d->discharging && reading_known(&ups->now, UPSY_R_CAPACITY) ?
		       HID_DEPTH_BATTERY : HID_DEPTH_FULL;
	/* What the probe has read need not be read again to begin with. */
	if (!d->fresh) {
		ret = read_plan(ups, d, deep);
		if (ret < 0)
			return ret;
	}
	d->fresh = false;
	d->discharging = discharging;
	hid_read_all(ups, d);
	tell_repairs(ups, d);
	set_pace(ups, d);
	return 0;
}

/*
 * An event says mains or no mains wherever this UPS has that flag, also where
 * polling would look somewhere else first: it is acted on now, and checked by
 * the poll it asks for.
 */
static void believe_event(struct ups *ups, struct hid_pdc *d, uint8_t id)
{
	for (size_t i = 0; i < d->nr_facts; i++) {
		const struct hid_field *f = &d->hid->fields[d->facts[i].field];
		const struct hid_field *in = f->twin >= 0 ? &d->hid->fields[f->twin] : f;

		if (f->type == HID_INPUT)
			in = f;
		if (d->facts[i].row->fact != HID_FACT_AC || in->type != HID_INPUT ||
		    in->report != id || !in->valid)
			continue;
		state_set(&ups->now, UPS_ONLINE, !!in->raw != d->facts[i].row->invert);
	}
}

static int hid_event(struct ups *ups, const uint8_t *buf, size_t len)
{
	struct hid_pdc *d = ups->priv;
	const uint32_t deciding = UPS_ONLINE | UPS_DISCHARGING | UPS_LOW;
	struct readings before = ups->now;
	uint8_t id;

	if (!len) {
		/* what was not heard is asked for, now and by the pace from now on */
		set_pace(ups, d);
		return 2;
	}
	id = d->hid->uses_ids ? buf[0] : 0;
	if (hid_take_report(d->hid, HID_INPUT, id, buf, len) <= 0)
		return 0;
	if (!d->input_seen) {
		d->input_seen = true;
		set_pace(ups, d);
	}
	hid_read_all(ups, d);
	believe_event(ups, d, id);
	if ((before.state ^ ups->now.state) & deciding)
		return 2;
	return memcmp(&before, &ups->now, sizeof(before)) ? 1 : 0;
}

static void hid_close(struct ups *ups)
{
	struct hid_pdc *d = ups->priv;

	if (d)
		hid_free(d->hid);
	free(d);
	ups->priv = NULL;
}

static int read_delays(struct ups *ups, struct hid_pdc *d)
{
	int ret;

	d->offdelay = 20;
	d->ondelay = 30;
	if (ups->opt) {
		ret = option_number(ups->opt, "offdelay", 1, 0, 7200, &d->offdelay);
		if (ret && ret != -ENOENT)
			return ret;
		ret = option_number(ups->opt, "ondelay", 1, 0, 86400, &d->ondelay);
		if (ret && ret != -ENOENT)
			return ret;
	}
	if (d->vendor->quirks & HID_WHOLE_MINUTES) {
		/* Cut down to minutes, and under a minute means at once. */
		d->offdelay = (d->offdelay + 59) / 60 * 60;
		d->ondelay = (d->ondelay + 59) / 60 * 60;
		if (!d->offdelay)
			d->offdelay = 60;
		if (d->ondelay <= d->offdelay)
			d->ondelay = d->offdelay + 60;
	}
	return 0;
}

static int hid_probe(struct ups *ups)
{
	struct hid_pdc *d;
	const uint8_t *desc;
	size_t len;
	int ret;

	ret = transport_descriptor(ups->link, &desc, &len);
	if (ret)
		return ret == -EOPNOTSUPP ? -ENODEV : ret;
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	ups->priv = d;
	d->vendor = hid_vendor_find(&ups->link->info);
	ret = hid_parse(desc, len, &d->hid);
	if (ret == -EINVAL || (!ret && !hid_is_ups(d->hid) &&
			       !(d->vendor->top && hid_begins_with(d->hid, d->vendor->top))))
		ret = -ENODEV;
	if (ret)
		goto fail;
	ret = read_delays(ups, d);
	if (ret)
		goto fail;
	hid_bind(d);
	/* A UPS by name, with nothing in it that anybody knows. */
	ret = d->nr_bindings || d->nr_facts ? 0 : -ENODEV;
	if (ret)
		goto fail;
	make_plan(d, false);
	ret = read_plan(ups, d, HID_DEPTH_ALL);
	if (ret == -EPIPE && (must_listen(d) || speaks_unasked(ups, d)))
		ret = 0;
	if (ret == -EPIPE) {
		/* It looks like a UPS and answers nothing: Megatec in disguise. */
		log_info("%s: none of the reports of its descriptor is answered",
			 ups->link->info.port);
		ret = -ENODEV;
	}
	if (ret < 0)
		goto fail;
	hid_read_all(ups, d);
	make_plan(d, true);
	hid_identify(ups, d);
	hid_offer_actions(ups, d);
	if (may_listen(d) && !(ups->opt && option_flag(ups->opt, "pollonly"))) {
		ret = transport_start_input(ups->link);
		if (ret == -ENODEV)
			goto fail;
		d->input = !ret;
	}
	set_pace(ups, d);
	d->fresh = true;
	tell_repairs(ups, d);
	return 0;
fail:
	hid_close(ups);
	return ret;
}

const struct protocol hid_pdc = {
	.name = "hid",
	.caps = TRANSPORT_HID,
	.probe = hid_probe,
	.poll = hid_poll,
	.event = hid_event,
	.action = hid_action,
	.describe = hid_describe,
	.close = hid_close,
};
