// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * USB/IP, the device's side: CMD_SUBMIT and CMD_UNLINK come, RET_* go back.
 * Facts: Documentation/usb/usbip_protocol.rst of the kernel.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "usb.h"

#define VHCI "/sys/devices/platform/vhci_hcd.0"
#define HEADER_LEN 48
#define SPEED_FULL 2

enum { CMD_SUBMIT = 1, CMD_UNLINK = 2, RET_SUBMIT = 3, RET_UNLINK = 4 };

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

static void device_gone(struct usb_dev *d)
{
	if (d->fd < 0)
		return;
	loop_del(d->fd);
	close(d->fd);
	d->fd = -1;
	emu_log(d->u, "the host let go of the device");
}

static void reply(struct usb_dev *d, uint32_t what, uint32_t seq, int status, const void *buf,
		  int actual, bool data)
{
	uint8_t msg[HEADER_LEN + USB_XFER_MAX] = { 0 };
	size_t len = HEADER_LEN + (data ? actual : 0);

	if (d->fd < 0)
		return;
	put32(msg, what);
	put32(msg + 4, seq);
	put32(msg + 20, status);
	if (what == RET_SUBMIT)
		put32(msg + 24, actual);
	if (data && actual)
		memcpy(msg + HEADER_LEN, buf, actual);
	if (write(d->fd, msg, len) != (ssize_t)len)
		device_gone(d);
}

static struct urb *urb_add(struct usb_dev *d, uint32_t seq, uint32_t ep, uint32_t len)
{
	for (int i = 0; i < USB_URBS; i++) {
		if (d->urbs[i].used)
			continue;
		d->urbs[i] = (struct urb){ .seq = seq, .ep = ep, .len = len, .used = true };
		return &d->urbs[i];
	}
	return NULL;
}

static struct packet *packet_at(struct usb_dev *d, unsigned int i)
{
	return &d->queue[(d->queue_first + i) % USB_PACKETS];
}

/*
 * Gives waiting IN requests what is queued. A request ends with a short packet
 * or when it is full; one that got only full packets so far waits on.
 */
static void serve_in(struct usb_dev *d)
{
	while (d->queue_len) {
		struct urb *oldest = NULL;
		uint8_t buf[USB_XFER_MAX];
		unsigned int used = 0, got = 0;
		bool ended = false;
		int status = 0;

		for (int i = 0; i < USB_URBS; i++)
			if (d->urbs[i].used && d->urbs[i].ep &&
			    (!oldest || d->urbs[i].seq < oldest->seq))
				oldest = &d->urbs[i];
		if (!oldest)
			return;
		while (used < d->queue_len && !ended) {
			struct packet *p = packet_at(d, used++);

			if (got + p->len > oldest->len) {
				status = -EOVERFLOW;
				break;
			}
			memcpy(buf + got, p->buf, p->len);
			got += p->len;
			ended = p->len < d->packet_in || got == oldest->len;
		}
		if (!ended && !status)
			return;
		d->queue_first = (d->queue_first + used) % USB_PACKETS;
		d->queue_len -= used;
		oldest->used = false;
		reply(d, RET_SUBMIT, oldest->seq, status, buf, status ? 0 : got, true);
	}
}

void usb_send_packet(struct usb_dev *d, const uint8_t *buf, int len)
{
	struct packet *p;

	if (d->queue_len == USB_PACKETS || d->fd < 0 || !d->configuration)
		return;
	p = packet_at(d, d->queue_len++);
	p->len = len < (int)sizeof(p->buf) ? len : (int)sizeof(p->buf);
	memcpy(p->buf, buf, p->len);
	serve_in(d);
}

/* The oldest IN request ends with an error, as when more comes than it has room for. */
static bool babble(struct usb_dev *d)
{
	for (int i = 0; i < USB_URBS; i++) {
		if (!d->urbs[i].used || !d->urbs[i].ep)
			continue;
		if (!fault_take(d->u, FAULT_BABBLE))
			return false;
		d->urbs[i].used = false;
		reply(d, RET_SUBMIT, d->urbs[i].seq, -EOVERFLOW, NULL, 0, true);
		return true;
	}
	return false;
}

void usb_send(struct usb_dev *d, const uint8_t *buf, int len)
{
	if (babble(d))
		return;
	for (int at = 0; at < len; at += d->packet_in)
		usb_send_packet(d, buf + at, len - at < d->packet_in ? len - at : d->packet_in);
}

void usb_halt(struct usb_dev *d)
{
	d->halted = true;
	d->queue_len = 0;
	for (int i = 0; i < USB_URBS; i++) {
		if (!d->urbs[i].used || !d->urbs[i].ep)
			continue;
		d->urbs[i].used = false;
		reply(d, RET_SUBMIT, d->urbs[i].seq, -EPIPE, NULL, 0, true);
	}
}

static int device_descriptor(const struct usb_dev *d, uint8_t *b)
{
	const uint8_t desc[18] = {
		18, DESC_DEVICE, 0x10, 0x01, 0, 0, 0, 8, d->vid & 0xff, d->vid >> 8, d->pid & 0xff,
		d->pid >> 8, d->release & 0xff, d->release >> 8, !!d->strings[0][0],
		d->strings[1][0] ? 2 : 0, d->strings[2][0] && !d->no_serial ? 3 : 0, 1 };

	memcpy(b, desc, sizeof(desc));
	return sizeof(desc);
}

static int hid_descriptor(const struct usb_dev *d, uint8_t *b)
{
	const uint8_t desc[9] = { 9, DESC_HID, 0x10, 0x01, 0, 1, DESC_REPORT,
				  d->report_desc_len & 0xff, d->report_desc_len >> 8 };

	memcpy(b, desc, sizeof(desc));
	return sizeof(desc);
}

static int endpoint_descriptor(const struct usb_dev *d, uint8_t address, uint8_t *b)
{
	const uint8_t desc[7] = { 7, 5, address, 3, d->packet_in, 0, d->interval };

	memcpy(b, desc, sizeof(desc));
	return sizeof(desc);
}

static int config_descriptor(const struct usb_dev *d, uint8_t *b)
{
	const uint8_t head[] = { 9, DESC_CONFIG, 0, 0, 1, 1, 0, 0xa0, 50,
				 9, 4, 0, 0, !!d->ep_in + !!d->ep_out, d->class, 0, 0, 0 };
	int n = sizeof(head);

	memcpy(b, head, n);
	if (d->class == 3)
		n += hid_descriptor(d, b + n);
	if (d->ep_in)
		n += endpoint_descriptor(d, d->ep_in, b + n);
	if (d->ep_out)
		n += endpoint_descriptor(d, d->ep_out, b + n);
	b[2] = n;
	return n;
}

static int string_descriptor(struct usb_dev *d, uint8_t index, uint16_t langid, uint8_t *b)
{
	char text[127];
	int n = -EPIPE;

	if (!index) {
		const uint8_t langs[] = { 4, DESC_STRING, 0x09, 0x04 };

		memcpy(b, langs, sizeof(langs));
		return sizeof(langs);
	}
	if (d->fn->string)
		n = d->fn->string(d, index, langid, text, sizeof(text) - 1);
	if (n == -EPIPE && index <= 3 && d->strings[index - 1][0])
		n = snprintf(text, sizeof(text), "%s", d->strings[index - 1]);
	if (n < 0)
		return n;
	for (int i = 0; i < n; i++) {
		b[2 + 2 * i] = text[i];
		b[3 + 2 * i] = 0;
	}
	b[0] = 2 + 2 * n;
	b[1] = DESC_STRING;
	return b[0];
}

static int get_descriptor(struct usb_dev *d, const struct usb_setup *s, uint8_t *b)
{
	switch (s->value >> 8) {
	case DESC_DEVICE:
		return device_descriptor(d, b);
	case DESC_CONFIG:
		return config_descriptor(d, b);
	case DESC_STRING:
		return string_descriptor(d, s->value, s->index, b);
	case DESC_HID:
		return d->class == 3 ? hid_descriptor(d, b) : -EPIPE;
	case DESC_REPORT:
		if (d->class != 3)
			return -EPIPE;
		memcpy(b, d->report_desc, d->report_desc_len);
		return d->report_desc_len;
	}
	return -EPIPE;
}

static int standard_request(struct usb_dev *d, const struct usb_setup *s, uint8_t *b)
{
	switch (s->request) {
	case REQ_GET_STATUS:
		memset(b, 0, 2);
		return 2;
	case REQ_CLEAR_FEATURE:
		if ((s->type & 0x1f) == 2)
			d->halted = false;
		return 0;
	case REQ_SET_FEATURE:
	case REQ_SET_INTERFACE:
		return 0;
	case REQ_GET_DESCRIPTOR:
		return get_descriptor(d, s, b);
	case REQ_GET_CONFIG:
		b[0] = d->configuration;
		return 1;
	case REQ_SET_CONFIG:
		d->configuration = s->value;
		d->halted = false;
		return 0;
	case REQ_GET_INTERFACE:
		b[0] = 0;
		return 1;
	}
	return -EPIPE;
}

/* Enumeration must always work: faults start with the requests of drivers. */
static bool is_enumeration(const struct usb_dev *d, const struct usb_setup *s)
{
	return (s->type & 0x60) == 0 && !(s->request == REQ_GET_DESCRIPTOR &&
					  s->value >> 8 == DESC_STRING && d->configuration);
}

static void late_send(void *ctx)
{
	struct late_answer *l = ctx;

	l->used = false;
	reply(l->dev, RET_SUBMIT, l->seq, 0, l->buf, l->len, true);
}

static bool send_late(struct usb_dev *d, uint32_t seq, const uint8_t *buf, int len)
{
	for (size_t i = 0; i < ARRAY_LEN(d->late); i++) {
		struct late_answer *l = &d->late[i];

		if (l->used)
			continue;
		l->used = true;
		l->dev = d;
		l->seq = seq;
		l->len = len;
		memcpy(l->buf, buf, len);
		timer_in(&l->timer, d->u->f.slow_ms, late_send, l);
		return true;
	}
	return false;
}

static void come_back(void *ctx)
{
	struct usb_dev *d = ctx;

	if (d->fd < 0 && usb_plug(d))
		emu_log(d->u, "cannot come back");
}

static void left_alone(void *ctx)
{
	struct usb_dev *d = ctx;

	if (d->fd < 0 || !d->u->f.leave_ms)
		return;
	emu_log(d->u, "left the bus: nobody spoke to it");
	usb_unplug(d);
	timer_in(&d->leave, 2000, come_back, d);
}

/* Whether a request of a driver finds it locked up, or locks it up. */
static bool locked_up(struct usb_dev *d)
{
	int64_t now = now_ms();

	if (d->u->f.leave_ms)
		timer_in(&d->leave, d->u->f.leave_ms, left_alone, d);
	if (d->u->f.hammer_ms && d->asked_ms && now - d->asked_ms < d->u->f.hammer_ms &&
	    now >= d->locked_ms) {
		emu_log(d->u, "locked up: asked again after %d ms", (int)(now - d->asked_ms));
		d->locked_ms = now + 3000;
	}
	d->asked_ms = now;
	return now < d->locked_ms;
}

static void serve_control(struct usb_dev *d, uint32_t seq, const uint8_t *setup, uint8_t *data,
			  int len, bool in)
{
	struct usb_setup s = {
		.type = setup[0], .request = setup[1], .value = setup[2] | setup[3] << 8,
		.index = setup[4] | setup[5] << 8, .length = setup[6] | setup[7] << 8,
	};
	static uint8_t buf[USB_XFER_MAX];
	bool easy = is_enumeration(d, &s);
	int n;

	if (!in)
		memcpy(buf, data, len);
	else
		memset(buf, 0, len);
	if (!easy)
		d->u->queries++;
	if (!easy && d->spoil_control && locked_up(d))
		n = USB_NO_ANSWER;
	else if (!easy && fault_take(d->u, FAULT_STALL))
		n = -EPIPE;
	else if (!easy && in && d->spoil_control && fault_take(d->u, FAULT_BABBLE))
		n = -EOVERFLOW;
	else if (!easy && d->spoil_control && fault_take(d->u, FAULT_SILENT))
		n = USB_NO_ANSWER;
	else if ((s.type & 0x60) == 0)
		n = standard_request(d, &s, buf);
	else
		n = d->fn->control(d, &s, buf, len);
	if (n == USB_NO_ANSWER) {
		urb_add(d, seq, 0, 0);
		return;
	}
	if (n < 0) {
		reply(d, RET_SUBMIT, seq, n, NULL, 0, in);
		return;
	}
	if (!in) {
		reply(d, RET_SUBMIT, seq, 0, NULL, len, false);
		return;
	}
	if (n > len)
		n = len;
	if (!easy && d->spoil_control && n > 0 && fault_take(d->u, FAULT_SHORT))
		n /= 2;
	if (!easy && d->u->f.slow_ms && send_late(d, seq, buf, n))
		return;
	reply(d, RET_SUBMIT, seq, 0, buf, n, true);
}

static void serve_unlink(struct usb_dev *d, uint32_t seq, uint32_t victim)
{
	bool found = false;

	for (int i = 0; i < USB_URBS; i++) {
		if (d->urbs[i].used && d->urbs[i].seq == victim) {
			d->urbs[i].used = false;
			found = true;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(d->late); i++) {
		if (d->late[i].used && d->late[i].seq == victim) {
			timer_stop(&d->late[i].timer);
			d->late[i].used = false;
			found = true;
		}
	}
	reply(d, RET_UNLINK, seq, found ? -ECONNRESET : 0, NULL, 0, false);
}

static void serve(struct usb_dev *d, const uint8_t *h, uint8_t *data)
{
	uint32_t cmd = get32(h), seq = get32(h + 4), in = get32(h + 12), ep = get32(h + 16);
	uint32_t len = get32(h + 24);

	if (cmd == CMD_UNLINK) {
		serve_unlink(d, seq, get32(h + 20));
	} else if (!ep) {
		serve_control(d, seq, h + 40, data, len, in);
	} else if (in) {
		if (ep != (d->ep_in & 15u) || d->halted || !urb_add(d, seq, ep, len))
			reply(d, RET_SUBMIT, seq, -EPIPE, NULL, 0, true);
		serve_in(d);
	} else {
		reply(d, RET_SUBMIT, seq, ep == d->ep_out ? 0 : -EPIPE, NULL,
		      ep == d->ep_out ? len : 0, false);
		if (ep == d->ep_out && d->fn->out)
			d->fn->out(d, ep, data, len);
	}
}

static void usb_ready(void *ctx)
{
	struct usb_dev *d = ctx;
	ssize_t n = read(d->fd, d->in + d->in_len, sizeof(d->in) - d->in_len);

	if (n <= 0) {
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		device_gone(d);
		return;
	}
	d->in_len += n;
	while (d->in_len >= HEADER_LEN && d->fd >= 0) {
		bool submit = get32(d->in) == CMD_SUBMIT;
		uint32_t len = get32(d->in + 24);
		size_t all = HEADER_LEN;

		if (submit && len > USB_XFER_MAX) {
			emu_log(d->u, "transfer of %u bytes refused", len);
			device_gone(d);
			return;
		}
		if (submit && !get32(d->in + 12))
			all += len;
		if (d->in_len < all)
			return;
		serve(d, d->in, d->in + HEADER_LEN);
		memmove(d->in, d->in + all, d->in_len - all);
		d->in_len -= all;
	}
}

/* Ports of the controller that are free; "hs" ones take everything below 5 Gbit/s. */
static int next_free_port(int after)
{
	char hub[8], line[256];
	unsigned int port, sta;
	int found = -EBUSY;
	FILE *f;

	for (int i = 0; i < 16 && found < 0; i++) {
		char path[80];

		snprintf(path, sizeof(path), i ? VHCI "/status.%d" : VHCI "/status", i);
		f = fopen(path, "re");
		if (!f) {
			if (!i)
				fprintf(stderr, "upsy-emu: no USB/IP: modprobe vhci_hcd\n");
			return i ? -EBUSY : -ENODEV;
		}
		while (found < 0 && fgets(line, sizeof(line), f))
			if (sscanf(line, "%7s %u %u", hub, &port, &sta) == 3 &&
			    !strcmp(hub, "hs") && sta == 4 && (int)port > after)
				found = port;
		fclose(f);
	}
	return found;
}

int usb_plug(struct usb_dev *d)
{
	int pair[2], port = -1, fd, rc = -EBUSY;
	char cmd[64];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return -errno;
	fd = open(VHCI "/attach", O_WRONLY | O_CLOEXEC);
	/* Somebody else may take the port between reading and writing: try the next. */
	while (rc == -EBUSY && (port = next_free_port(port)) >= 0) {
		int len = snprintf(cmd, sizeof(cmd), "%d %d %d %d", port, pair[1],
				   1 << 16 | (port + 2), SPEED_FULL);

		rc = fd >= 0 && write(fd, cmd, len) == len ? 0 : -errno;
		if (rc == -EINVAL)
			rc = -EBUSY;
	}
	if (port < 0 && rc == -EBUSY)
		rc = port;
	if (fd >= 0)
		close(fd);
	close(pair[1]);
	if (rc) {
		close(pair[0]);
		return rc;
	}
	d->fd = pair[0];
	d->port = port;
	d->in_len = d->queue_len = 0;
	d->configuration = 0;
	d->halted = false;
	memset(d->urbs, 0, sizeof(d->urbs));
	return loop_add(d->fd, POLLIN, usb_ready, d);
}

void usb_unplug(struct usb_dev *d)
{
	if (d->fd < 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(d->late); i++) {
		timer_stop(&d->late[i].timer);
		d->late[i].used = false;
	}
	loop_del(d->fd);
	shutdown(d->fd, SHUT_RDWR);
	close(d->fd);
	d->fd = -1;
}
