// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The HID class over USB: report descriptor, reports by control transfer, and
 * one interrupt transfer that listens all the time.
 *
 * The listening transfer must never spin. After an error it waits, longer each
 * time, and after several it is given up for a minute; start_input() then says
 * -EIO and the protocol polls faster. A device that sends without pause is
 * listened to at a bounded rate.
 *
 * What was to be heard while nobody could listen may be the loss of the mains:
 * at each error input() is called with nothing, so that the protocol asks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "transport/usb.h"

#define REPORT_MS	5000	/* slowest answer to a report seen in the field */
#define DESCRIPTOR_MS	5000
#define GIVE_UP_AFTER	5	/* errors in a row of the interrupt endpoint */
#define REST_MS		60000	/* then leave it alone for so long */
#define FLUSH_MS	100	/* a report in several packets comes within this time */
#define RATE_MAX	50	/* input reports a second; beyond it, they wait */

#define HID_GET_REPORT	0x01
#define HID_SET_REPORT	0x09
#define DT_HID		0x21
#define DT_REPORT	0x22

/* One short walk over the items; protocol/hid_parser.c has the full parser. */
struct walk {
	const uint8_t *p, *end;
	uint8_t tag;		/* without the size bits */
	uint32_t data;
	unsigned int size;
};

static bool next_item(struct walk *w)
{
	while (w->p < w->end) {
		uint8_t prefix = *w->p++;

		if (prefix == 0xfe) {		/* long item: skip */
			if (w->end - w->p < 2 || w->end - w->p - 2 < w->p[0])
				return false;
			w->p += 2 + w->p[0];
			continue;
		}
		w->size = (prefix & 3) == 3 ? 4 : prefix & 3;
		w->tag = prefix & 0xfc;
		if ((size_t)(w->end - w->p) < w->size)
			return false;
		w->data = 0;
		for (unsigned int i = 0; i < w->size; i++)
			w->data |= (uint32_t)w->p[i] << 8 * i;
		w->p += w->size;
		return true;
	}
	return false;
}

/* Call @match for the usage of every application collection. */
static bool any_application(const uint8_t *desc, size_t len, bool (*match)(uint32_t usage))
{
	struct walk w = { .p = desc, .end = desc + len };
	uint32_t page = 0, usage = 0;

	while (next_item(&w)) {
		switch (w.tag) {
		case 0x04:
			page = w.data << 16;
			break;
		case 0x08:
			usage = w.size == 4 ? w.data : page | w.data;
			break;
		case 0xa0:
			if (w.data == 1 && match(usage))
				return true;
			usage = 0;
			break;
		case 0x80: case 0x90: case 0xb0:
			usage = 0;
			break;
		}
	}
	return false;
}

static bool is_ups(uint32_t usage)
{
	/* UPS, and what stands in its place on oddities: PowerSupply, BatterySystem */
	return usage == 0x00840004 || usage == 0x00840005 || usage == 0x00840010;
}

static bool is_human(uint32_t usage)
{
	return usage >= 0x00010001 && usage <= 0x00010008 && usage != 0x00010003;
}

bool usbhid_is_power_device(const uint8_t *desc, size_t len)
{
	return len && any_application(desc, len, is_ups);
}

bool usbhid_is_human_input(const uint8_t *desc, size_t len)
{
	return len && any_application(desc, len, is_human);
}

static void measure_input(struct usb *u)
{
	struct walk w = { .p = u->desc, .end = u->desc + u->desc_len };
	uint32_t size = 0, count = 0, bits[256] = { 0 };
	uint8_t id = 0;

	while (next_item(&w)) {
		switch (w.tag) {
		case 0x74:
			size = w.data;
			break;
		case 0x84:
			id = (uint8_t)w.data;
			break;
		case 0x94:
			count = w.data;
			break;
		case 0x80:
			if (size <= 32 && count <= USB_TRANSFER_MAX &&
			    bits[id] + size * count <= USB_TRANSFER_MAX * 8)
				bits[id] += size * count;
			break;
		}
	}
	for (int i = 0; i < 256; i++)
		u->in.size[i] = (uint16_t)(bits[i] ? (bits[i] + 7) / 8 + !!i : 0);
}

static int get_descriptor(struct usb *u, uint8_t type, void *buf, size_t len)
{
	return usb_control(&u->t, 0x81, LIBUSB_REQUEST_GET_DESCRIPTOR, (uint16_t)(type << 8),
			   u->t.info.interface, buf, len, DESCRIPTOR_MS);
}

/* Length as the HID descriptor inside the configuration has it; 0 without one. */
static size_t length_in_config(struct usb *u)
{
	const struct libusb_interface_descriptor *alt;
	struct libusb_config_descriptor *config;
	size_t len = 0;

	if (libusb_get_active_config_descriptor(libusb_get_device(u->handle), &config))
		return 0;
	for (int i = 0; i < config->bNumInterfaces; i++) {
		alt = config->interface[i].altsetting;
		if (!alt || alt->bInterfaceNumber != u->claimed)
			continue;
		for (int at = 0; at + 9 <= alt->extra_length && alt->extra[at] >= 2;
		     at += alt->extra[at])
			if (alt->extra[at] >= 9 && alt->extra[at + 1] == DT_HID)
				len = alt->extra[at + 7] | (size_t)alt->extra[at + 8] << 8;
	}
	libusb_free_config_descriptor(config);
	return len;
}

/*
 * The two lengths a device gives can differ, and either can be the wrong one
 * (Eaton with bcdDevice 0202). The longer that works wins; a descriptor
 * that comes shorter is taken as it is; what the kernel has read is the last
 * resort.
 */
int usbhid_attach(struct usb *u, const struct usb_place *p)
{
	size_t lengths[2] = { length_in_config(u), 0 };
	uint8_t hid[9], *trim;
	int ret = -ENXIO;

	ret = get_descriptor(u, DT_HID, hid, sizeof(hid));
	if (ret == -ENODEV)
		return ret;
	if (ret == sizeof(hid) && hid[1] == DT_HID)
		lengths[1] = hid[7] | (size_t)hid[8] << 8;
	if (lengths[1] > lengths[0]) {
		size_t swap = lengths[0];

		lengths[0] = lengths[1];
		lengths[1] = swap;
	}
	u->desc = calloc(1, USB_DESCRIPTOR_MAX);
	if (!u->desc)
		return -ENOMEM;
	ret = lengths[0] ? -EIO : -ENXIO;
	for (int i = 0; i < 2 && ret <= 0; i++) {
		if (!lengths[i] || (i && lengths[1] == lengths[0]))
			continue;
		if (lengths[i] > USB_TRANSFER_MAX)
			lengths[i] = USB_TRANSFER_MAX;
		ret = get_descriptor(u, DT_REPORT, u->desc, lengths[i]);
	}
	if (ret > 0) {
		u->desc_len = (size_t)ret;
	} else if (p->kernel_desc_len) {
		memcpy(u->desc, p->kernel_desc, p->kernel_desc_len);
		u->desc_len = p->kernel_desc_len;
	} else {
		if (lengths[0])
			log_warn("%s: the device does not give its report descriptor",
				 u->t.info.port);
		return ret == -ENODEV ? ret : -EIO;
	}
	trim = realloc(u->desc, u->desc_len);
	if (trim)
		u->desc = trim;
	measure_input(u);
	return 0;
}

static int usbhid_descriptor(struct transport *t, const uint8_t **desc, size_t *len)
{
	struct usb *u = to_usb(t);

	*desc = u->desc;
	*len = u->desc_len;
	return 0;
}

static int usbhid_get_report(struct transport *t, enum hid_report_type type, uint8_t id,
			     uint8_t *buf, size_t len)
{
	uint8_t more[64];
	int ret = usb_control(t, 0xa1, HID_GET_REPORT, (uint16_t)(type << 8 | id),
			      t->info.interface, buf, len, REPORT_MS);

	if (ret != -EOVERFLOW || len >= sizeof(more))
		return ret;
	ret = usb_control(t, 0xa1, HID_GET_REPORT, (uint16_t)(type << 8 | id),
			  t->info.interface, more, sizeof(more), REPORT_MS);
	if (ret > (int)len)
		ret = (int)len;
	if (ret > 0)
		memcpy(buf, more, (size_t)ret);
	return ret;
}

static int usbhid_set_report(struct transport *t, enum hid_report_type type, uint8_t id,
			     const uint8_t *buf, size_t len)
{
	uint8_t copy[USB_TRANSFER_MAX];
	int ret;

	if (len > sizeof(copy))
		return -EINVAL;
	memcpy(copy, buf, len);
	ret = usb_control(t, 0x21, HID_SET_REPORT, (uint16_t)(type << 8 | id),
			  t->info.interface, copy, len, REPORT_MS);
	return ret < 0 ? ret : 0;
}

static void deliver(struct usb *u)
{
	size_t have = u->in.have;

	u->in.have = 0;
	if (have && u->t.input)
		u->t.input(u->t.input_ctx, u->in.report, have);
}

static void input_failed(struct usb *u, int error)
{
	static struct log_limit limit;
	int64_t wait = 100LL << (u->in.errors < 5 ? u->in.errors : 5);

	u->in.have = 0;
	u->in.halted |= error == -EPIPE;
	if (++u->in.errors >= GIVE_UP_AFTER) {
		wait = REST_MS;
		log_limited(&limit, LOG_NOTE,
			    "%s: the interrupt endpoint is broken (%s); polling instead",
			    u->t.info.port, strerror(-error));
	}
	u->in.retry_ms = clock_ms() + wait;
	if (u->t.input)
		u->t.input(u->t.input_ctx, NULL, 0);
}

static void submit_input(struct usb *u)
{
	int r = libusb_submit_transfer(u->in.xfer);

	u->in.pending = !r;
	if (r == LIBUSB_ERROR_NO_DEVICE)
		u->gone = true;
	else if (r)
		input_failed(u, usb_errno(r));
}

static void LIBUSB_CALL input_done(struct libusb_transfer *x)
{
	struct usb *u = x->user_data;
	size_t len = (size_t)x->actual_length;
	int64_t now = clock_ms();
	uint16_t declared;

	u->in.pending = false;
	if (!u->in.wanted || x->status == LIBUSB_TRANSFER_CANCELLED)
		return;
	if (x->status == LIBUSB_TRANSFER_NO_DEVICE) {
		u->gone = true;
		return;
	}
	/* an empty packet ends a report that filled the ones before it */
	if (x->status == LIBUSB_TRANSFER_COMPLETED && !len && u->in.full) {
		u->in.full = false;
		deliver(u);
		submit_input(u);
		return;
	}
	if (x->status != LIBUSB_TRANSFER_COMPLETED || !len) {
		input_failed(u, x->status == LIBUSB_TRANSFER_STALL ? -EPIPE :
				x->status == LIBUSB_TRANSFER_OVERFLOW ? -EOVERFLOW : -EIO);
		return;
	}
	u->in.errors = 0;
	if (u->in.have + len > sizeof(u->in.report))
		u->in.have = 0;
	memcpy(u->in.report + u->in.have, u->in.packet, len);
	u->in.have += len;
	u->in.full = len == u->in_packet;
	declared = u->in.size[u->in.size[0] ? 0 : u->in.report[0]];
	/* A full packet of a longer report: the rest follows, or it was all. */
	if (len == u->in_packet && u->in.have < declared)
		u->in.flush_ms = now + FLUSH_MS;
	else
		deliver(u);

	if (now - u->in.second_ms >= 1000) {
		u->in.second_ms = now;
		u->in.this_second = 0;
	}
	if (++u->in.this_second > RATE_MAX)
		u->in.retry_ms = now + FLUSH_MS;
	else
		submit_input(u);
}

void usbhid_service(struct usb *u)
{
	int64_t now;

	if (!u->in.wanted || u->gone || u->busy)
		return;
	now = clock_ms();
	if (u->in.have && now >= u->in.flush_ms)
		deliver(u);
	if (u->in.pending || now < u->in.retry_ms)
		return;
	if (u->in.halted) {
		u->in.halted = false;
		if (libusb_clear_halt(u->handle, u->t.info.in) == LIBUSB_ERROR_NO_DEVICE) {
			u->gone = true;
			return;
		}
	}
	submit_input(u);
}

/* Also asked later, whether the endpoint still works: -EIO when it does not. */
static int usbhid_start_input(struct transport *t)
{
	struct usb *u = to_usb(t);

	if (!t->info.in || !u->in_packet || u->in_packet > USB_PACKET_MAX)
		return -EOPNOTSUPP;
	if (u->gone)
		return -ENODEV;
	if (u->in.wanted)
		return u->in.errors >= GIVE_UP_AFTER ? -EIO : 0;
	u->in.xfer = libusb_alloc_transfer(0);
	if (!u->in.xfer)
		return -ENOMEM;
	libusb_fill_interrupt_transfer(u->in.xfer, u->handle, t->info.in, u->in.packet,
				       u->in_packet, input_done, u, 0);
	u->in.wanted = true;
	submit_input(u);
	return u->gone ? -ENODEV : 0;
}

void usbhid_stop(struct usb *u)
{
	int64_t end = clock_ms() + 2000;
	struct timeval tv = { 0, 100000 };

	if (!u->in.wanted)
		return;
	u->in.wanted = false;
	if (u->in.pending)
		libusb_cancel_transfer(u->in.xfer);
	while (u->in.pending && clock_ms() < end)
		if (libusb_handle_events_timeout(u->ctx, &tv) < 0)
			break;
	if (!u->in.pending)
		libusb_free_transfer(u->in.xfer);
	u->in.xfer = NULL;
}

const struct transport_ops usbhid_ops = {
	.name = "usbhid",
	.caps = TRANSPORT_HID | TRANSPORT_USB,
	.close = usb_close,
	.control = usb_control,
	.interrupt_in = usb_interrupt_in,
	.interrupt_out = usb_interrupt_out,
	.clear_halt = usb_clear_halt,
	.string = usb_string,
	.pollfds = usb_pollfds,
	.dispatch = usb_dispatch,
	.descriptor = usbhid_descriptor,
	.get_report = usbhid_get_report,
	.set_report = usbhid_set_report,
	.start_input = usbhid_start_input,
};
