// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A HID Power Device: the model's values stand in its reports, what the host
 * writes acts on the model, what changes comes by the interrupt endpoint.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hid.h"
#include "usb.h"

#define KELVIN_0C	273.15

struct hid_ups {
	struct usb_dev dev;
	struct hid_image im;
	double start_delay;	/* DelayBeforeStartup as written, -1 when idle */
	double first[64];	/* each row's value at the start, … */
	bool live[64];		/* … and whether it has moved since */
	bool recorded;
};

static double v_ac(const struct emu_ups *u) { return u->m.mains; }
static double v_charging(const struct emu_ups *u) { return u->m.mains && u->m.charge < 1; }
static double v_discharging(const struct emu_ups *u) { return !u->m.mains; }
static double v_full(const struct emu_ups *u) { return u->m.mains && u->m.charge >= 1; }
static double v_low(const struct emu_ups *u) { return model_low(&u->m); }
static double v_imminent(const struct emu_ups *u) { return u->m.off_in >= 0; }
static double v_replace(const struct emu_ups *u) { return model_flag(&u->m, FLAG_REPLACE); }
static double v_battery(const struct emu_ups *u) { return !model_flag(&u->m, FLAG_NOBATTERY); }
static double v_overload(const struct emu_ups *u) { return model_flag(&u->m, FLAG_OVERLOAD); }
static double v_hot(const struct emu_ups *u) { return model_flag(&u->m, FLAG_OVERTEMP); }
static double v_fault(const struct emu_ups *u) { return model_flag(&u->m, FLAG_FAULT); }
static double v_boost(const struct emu_ups *u) { return model_flag(&u->m, FLAG_BOOST); }
static double v_buck(const struct emu_ups *u) { return model_flag(&u->m, FLAG_TRIM); }
static double v_good(const struct emu_ups *u) { return u->m.output == OUTPUT_ON; }
static double v_charge(const struct emu_ups *u) { return floor(u->m.charge * 100 + 1e-6); }
static double v_runtime(const struct emu_ups *u) { return fmin(model_runtime(&u->m), 65534); }
static double v_limit(const struct emu_ups *u) { return u->m.low_at * 100; }
static double v_warning(const struct emu_ups *u) { return 50; }
static double v_time_limit(const struct emu_ups *u) { return 120; }
static double v_percent_mode(const struct emu_ups *u) { return 2; }
static double v_hundred(const struct emu_ups *u) { return 100; }
static double v_one(const struct emu_ups *u) { return 1; }
static double v_chemistry(const struct emu_ups *u) { return 4; }
static double v_off_in(const struct emu_ups *u) { return u->m.off_in < 0 ? -1 : u->m.off_in; }
static double v_no_reboot(const struct emu_ups *u) { return -1; }
static double v_batt_volts(const struct emu_ups *u) { return model_battery_volts(&u->m); }
static double v_batt_nominal(const struct emu_ups *u) { return u->m.battery_nominal; }
static double v_temp(const struct emu_ups *u) { return u->m.temp + KELVIN_0C; }
static double v_in_volts(const struct emu_ups *u) { return model_input_volts(&u->m); }
static double v_nominal(const struct emu_ups *u) { return u->m.nominal_volts; }
static double v_transfer_low(const struct emu_ups *u) { return u->m.nominal_volts * 0.8; }
static double v_transfer_high(const struct emu_ups *u) { return u->m.nominal_volts * 1.15; }
static double v_in_hz(const struct emu_ups *u) { return u->m.mains ? u->m.mains_hz : 0; }
static double v_out_volts(const struct emu_ups *u) { return model_output_volts(&u->m); }
static double v_out_hz(const struct emu_ups *u)
{
	return u->m.mains ? u->m.mains_hz : u->m.nominal_hz;
}
static double v_load(const struct emu_ups *u) { return u->m.output ? 0 : u->m.load; }
static double v_watts(const struct emu_ups *u) { return v_load(u) * u->m.nominal_w / 100; }
static double v_watts_nominal(const struct emu_ups *u) { return u->m.nominal_w; }
static double v_va_nominal(const struct emu_ups *u) { return u->m.nominal_va; }
static double v_amps(const struct emu_ups *u) { return v_watts(u) / u->m.nominal_volts; }
static double v_test(const struct emu_ups *u)
{
	return u->m.test_result ? u->m.test_result : 6;
}

static double v_alarm(const struct emu_ups *u)
{
	return model_flag(&u->m, FLAG_MUTED) ? 3 : model_flag(&u->m, FLAG_BEEPER) ? 2 : 1;
}

static double v_start_delay(const struct emu_ups *u)
{
	return ((const struct hid_ups *)u->priv)->start_delay;
}

static void w_shutdown(struct emu_ups *u, double v)
{
	struct hid_ups *h = u->priv;

	if (v < 0)
		model_cancel(u);
	else
		model_shutdown(u, v, h->start_delay);
}

static void w_startup(struct emu_ups *u, double v)
{
	struct hid_ups *h = u->priv;

	h->start_delay = v;
	if (v >= 0 && u->m.output != OUTPUT_ON)
		model_start(u, v);
}

static void w_reboot(struct emu_ups *u, double v)
{
	if (v >= 0)
		model_shutdown(u, v, 10);
}

static void w_test(struct emu_ups *u, double v)
{
	if (v == 1)
		model_test(u, 0);
	else if (v == 2)
		model_test(u, 3600);
	else if (v == 3)
		model_test_stop(u);
}

static void w_alarm(struct emu_ups *u, double v)
{
	model_set_flag(u, FLAG_BEEPER, v != 1);
	model_set_flag(u, FLAG_MUTED, v == 3);
}

static void w_limit(struct emu_ups *u, double v)
{
	u->m.low_at = v / 100;
	model_changed(u);
}

/*
 * usage, parent collection (0: any), value, what a write does. Rows marked
 * "own" are not laid over a recorded device: its units are its own affair.
 */
static const struct row {
	uint32_t usage, parent;
	double (*get)(const struct emu_ups *u);
	void (*write)(struct emu_ups *u, double v);
	bool own;
} rows[] = {
	{ 0x8500d0, 0, v_ac },			{ 0x850044, 0, v_charging },
	{ 0x850045, 0, v_discharging },		{ 0x850046, 0, v_full },
	{ 0x850042, 0, v_low },			{ 0x840069, 0, v_imminent },
	{ 0x85004b, 0, v_replace },		{ 0x8500d1, 0, v_battery },
	{ 0x840065, 0, v_overload },		{ 0x840067, 0, v_hot },
	{ 0x840062, 0, v_fault },		{ 0x84006e, 0, v_boost },
	{ 0x84006f, 0, v_buck },		{ 0x840061, 0x840024, v_good },
	{ 0x850066, 0, v_charge },		{ 0x850068, 0, v_runtime },
	{ 0x850029, 0, v_limit, w_limit },	{ 0x85008c, 0, v_warning, NULL, true },
	{ 0x85002a, 0, v_time_limit, NULL, true }, { 0x85002c, 0, v_percent_mode, NULL, true },
	{ 0x850083, 0, v_hundred, NULL, true },	{ 0x850067, 0, v_hundred, NULL, true },
	{ 0x85008b, 0, v_one, NULL, true },	{ 0x850089, 0, v_chemistry, NULL, true },
	{ 0x840057, 0, v_off_in, w_shutdown },	{ 0x840056, 0, v_start_delay, w_startup },
	{ 0x840055, 0, v_no_reboot, w_reboot },	{ 0x84005a, 0, v_alarm, w_alarm },
	{ 0x840058, 0, v_test, w_test },
	{ 0x840030, 0x840024, v_batt_volts, NULL, true },
	{ 0x840040, 0x840024, v_batt_nominal, NULL, true },
	{ 0x840036, 0x840012, v_temp, NULL, true },
	{ 0x840030, 0x84001a, v_in_volts },	{ 0x840040, 0x84001a, v_nominal },
	{ 0x840053, 0x84001a, v_transfer_low },	{ 0x840054, 0x84001a, v_transfer_high },
	{ 0x840032, 0x84001a, v_in_hz },
	{ 0x840030, 0x84001c, v_out_volts, NULL, true },
	{ 0x840040, 0x84001c, v_nominal },	{ 0x840032, 0x84001c, v_out_hz },
	{ 0x840034, 0x84001c, v_watts },	{ 0x840044, 0x84001c, v_watts_nominal },
	{ 0x840043, 0x84001c, v_va_nominal },	{ 0x840031, 0x84001c, v_amps },
	{ 0x840035, 0, v_load },
};

static bool row_fits(const struct row *r, const struct hid_field *f)
{
	return f->usage == r->usage && (!r->parent || f->parent == r->parent);
}

/* Lays the model over the reports. Sends those input reports that changed. */
static void hid_update(struct emu_ups *u, bool send)
{
	struct hid_ups *h = u->priv;
	static struct hid_report before[256];

	memcpy(before, h->im.reports[TYPE_INPUT], sizeof(before));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		double v = rows[i].get(u);

		if (h->recorded && rows[i].own)
			continue;
		if (v != h->first[i])
			h->live[i] = true;
		if (h->recorded && !h->live[i])
			continue;
		for (int k = 0; k < h->im.nfields; k++) {
			const struct hid_field *f = &h->im.fields[k];

			if (row_fits(&rows[i], f))
				hid_put(&h->im, f, llround(v / hid_scale(f)));
		}
	}
	for (int id = 0; id < 256 && send; id++) {
		const struct hid_report *r = &h->im.reports[TYPE_INPUT][id];
		int skip = !h->im.uses_ids;

		if (r->present && r->len > skip && memcmp(r, &before[id], sizeof(*r)))
			usb_send(&h->dev, r->data + skip, r->len - skip);
	}
}

static void hid_changed(struct emu_ups *u)
{
	if (u->priv)
		hid_update(u, true);
}

static int get_report(struct hid_ups *h, const struct usb_setup *s, uint8_t *buf, int len)
{
	unsigned int type = s->value >> 8, id = s->value & 0xff;
	const struct hid_report *r;
	int skip = !h->im.uses_ids, n;

	if (type < TYPE_INPUT || type > TYPE_FEATURE)
		return -EPIPE;
	r = &h->im.reports[type][id];
	if (!r->present)
		return -EPIPE;
	n = r->len - skip < len ? r->len - skip : len;
	memcpy(buf, r->data + skip, n);
	if (n > 1 && fault_take(h->dev.u, FAULT_GARBAGE))
		for (int i = !skip; i < n; i++)
			buf[i] = 0xa5 ^ (i * 37);
	return n;
}

static int set_report(struct hid_ups *h, const struct usb_setup *s, const uint8_t *buf, int len)
{
	unsigned int type = s->value >> 8, id = s->value & 0xff;
	int skip = !h->im.uses_ids;
	struct hid_report *r;

	if (type < TYPE_INPUT || type > TYPE_FEATURE)
		return -EPIPE;
	r = &h->im.reports[type][id];
	if (!r->present || len > r->len - skip || len < 1)
		return -EPIPE;
	if (fault_take(h->dev.u, FAULT_NAK)) {
		emu_log(h->dev.u, "write refused");
		return -EPIPE;
	}
	if (fault_take(h->dev.u, FAULT_IGNORE)) {
		emu_log(h->dev.u, "write ignored");
		return 0;
	}
	memcpy(r->data + skip, buf, len);
	for (int k = 0; k < h->im.nfields; k++) {
		const struct hid_field *f = &h->im.fields[k];
		double v;

		if (f->type != type || f->id != id || !f->usage)
			continue;
		v = hid_get(&h->im, f) * hid_scale(f);
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			if (!rows[i].write || !row_fits(&rows[i], f))
				continue;
			emu_log(h->dev.u, "write usage %06x = %g", f->usage, v);
			rows[i].write(h->dev.u, v);
		}
	}
	hid_update(h->dev.u, true);
	return 0;
}

static int hid_control(struct usb_dev *d, const struct usb_setup *s, uint8_t *buf, int len)
{
	struct hid_ups *h = d->priv;

	if (s->type == 0xa1 && s->request == HID_GET_REPORT) {
		hid_update(d->u, false);
		return get_report(h, s, buf, len);
	}
	if (s->type == 0x21 && s->request == HID_SET_REPORT)
		return set_report(h, s, buf, len);
	if (s->type == 0x21 && (s->request == HID_SET_IDLE || s->request == HID_SET_PROTOCOL))
		return 0;
	return -EPIPE;
}

static int hid_string(struct usb_dev *d, uint8_t index, uint16_t langid, char *out, int cap)
{
	return index == 4 ? snprintf(out, cap, "PbAc") : -EPIPE;
}

static const struct usb_function hid_function = { .control = hid_control, .string = hid_string };

static int hid_plug(struct emu_ups *u, bool in)
{
	struct hid_ups *h = u->priv;

	if (in)
		return usb_plug(&h->dev);
	usb_unplug(&h->dev);
	return 0;
}

/* "set 01 0f 00": these bytes are the report; "set halt"; "set 850066=50": raw value */
static int hid_set(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	struct hid_ups *h = u->priv;
	uint8_t data[HID_REPORT_MAX];
	unsigned int usage;
	long value;
	int n = 0, skip = !h->im.uses_ids;

	if (!strcmp(argv[0], "halt")) {
		usb_halt(&h->dev);
		return 0;
	}
	if (sscanf(argv[0], "%x=%ld", &usage, &value) == 2) {
		for (int k = 0; k < h->im.nfields; k++)
			if (h->im.fields[k].usage == usage)
				hid_put(&h->im, &h->im.fields[k], value);
		return 0;
	}
	for (int i = 0; i < argc && n < HID_REPORT_MAX; i++)
		data[n++] = strtoul(argv[i], NULL, 16);
	for (int type = TYPE_INPUT; type <= TYPE_FEATURE; type++) {
		struct hid_report *r = &h->im.reports[type][data[0]];

		if (!r->present)
			continue;
		memcpy(r->data, data, n);
		r->len = n;
		if (type == TYPE_INPUT)
			usb_send(&h->dev, r->data + skip, r->len - skip);
	}
	return 0;
}

static int hid_start(struct emu_ups *u)
{
	struct hid_ups *h = calloc(1, sizeof(*h));
	struct emu *e = u->emu;
	unsigned int vid = 0x1209, pid = 0x7570;	/* pid.codes' space for tests */
	char model[64] = "Emulated UPS 1000";
	int rc;

	if (!h)
		return -ENOMEM;
	u->priv = h;
	h->dev.fd = -1;
	h->start_delay = -1;
	if (e->recording) {
		rc = hid_load_recording(&h->im, e->recording, &vid, &pid, model, sizeof(model));
		if (rc) {
			fprintf(stderr, "upsy-emu: %s: no HID recording\n", e->recording);
			return rc;
		}
		h->recorded = true;
	} else {
		memcpy(h->im.desc, hid_own_desc, hid_own_desc_len);
		h->im.desc_len = hid_own_desc_len;
		rc = hid_parse(&h->im);
		if (rc)
			return rc;
		hid_make_reports(&h->im);
	}
	h->dev.u = u;
	h->dev.fn = &hid_function;
	h->dev.priv = h;
	h->dev.vid = e->have_ids ? e->vid : vid;
	h->dev.pid = e->have_ids ? e->pid : pid;
	h->dev.release = 0x0100;
	h->dev.class = 3;
	h->dev.ep_in = 0x81;
	h->dev.packet_in = 64;
	h->dev.interval = 8;
	h->dev.spoil_control = true;
	h->dev.report_desc = h->im.desc;
	h->dev.report_desc_len = h->im.desc_len;
	snprintf(h->dev.strings[0], 64, "%s", e->have_strings ? e->manufacturer : "upsy");
	snprintf(h->dev.strings[1], 64, "%.63s", e->have_strings ? e->product : model);
	if (e->have_strings)
		snprintf(h->dev.strings[2], 64, "%s", e->serial);
	else
		snprintf(h->dev.strings[2], 64, "EMU%04u", u->n + 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		h->first[i] = rows[i].get(u);
	hid_update(u, false);
	rc = usb_plug(&h->dev);
	if (!rc)
		printf("%04x:%04x vhci port %u\n", h->dev.vid, h->dev.pid, h->dev.port);
	return rc;
}

static void hid_state(struct emu_ups *u, FILE *out)
{
	struct hid_ups *h = u->priv;

	fprintf(out, ", \"vid\": \"%04x\", \"pid\": \"%04x\", \"serial\": \"%s\"", h->dev.vid,
		h->dev.pid, h->dev.strings[2]);
}

static void hid_stop(struct emu_ups *u)
{
	hid_plug(u, false);
	free(u->priv);
	u->priv = NULL;
}

_Static_assert(ARRAY_LEN(rows) <= 64, "rows outgrew hid_ups.first[]");

const struct emu_kind kind_hid = {
	.name = "hid", .start = hid_start, .changed = hid_changed, .plug = hid_plug,
	.set = hid_set, .state = hid_state, .stop = hid_stop,
};
