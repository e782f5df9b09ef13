// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening a DEVICE, and the operations of a transport: each is refused where a
 * transport has none, and written down where it is recorded.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "transport/record.h"
#include "transport/replay.h"
#include "transport/serial.h"
#include "transport/transport.h"
#include "transport/usb.h"

static int open_usb(const char *device, unsigned int want, const struct options *opt,
		    struct transport **out)
{
	return usb_open(device, want, opt, out);
}

static int open_serial(const char *device, unsigned int want, const struct options *opt,
		       struct transport **out)
{
	return serial_open(strncmp(device, "serial:", 7) ? device : device + 7, opt, out);
}

static int open_replay(const char *device, unsigned int want, const struct options *opt,
		       struct transport **out)
{
	return replay_open(device + strlen("replay:"), out);
}

static const struct {
	const char *prefix;
	int (*open)(const char *device, unsigned int want, const struct options *opt,
		    struct transport **out);
} schemes[] = {
	{ "usb:", open_usb },
	{ "/sys/", open_usb },
	{ "serial:", open_serial },
	{ "/dev/", open_serial },
	{ "replay:", open_replay },
};

int transport_open(const char *device, unsigned int want,
		   const struct options *opt, struct transport **out)
{
	*out = NULL;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (!strncmp(device, schemes[i].prefix, strlen(schemes[i].prefix)))
			return schemes[i].open(device, want, opt, out);
	log_error("%s: no DEVICE; it is usb:VVVV:PPPP[:SERIAL], /sys/devices/… of a USB device, serial:/dev/ttyS0 or replay:FILE",
		  device);
	return -EINVAL;
}

void transport_close(struct transport *t)
{
	if (!t)
		return;
	record_stop(t);
	t->ops->close(t);
}

ssize_t transport_read(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	ssize_t n;

	if (!t->ops->read)
		return -EOPNOTSUPP;
	n = t->ops->read(t, buf, len, timeout_ms);
	if (n > 0)
		record_received(t, buf, (size_t)n);
	return n;
}

int transport_write(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	if (!t->ops->write)
		return -EOPNOTSUPP;
	record_sent(t, buf, len);
	return t->ops->write(t, buf, len, timeout_ms);
}

int transport_flush(struct transport *t)
{
	return t->ops->flush ? t->ops->flush(t) : -EOPNOTSUPP;
}

int transport_set_lines(struct transport *t, unsigned int set, unsigned int clear)
{
	return t->ops->set_lines ? t->ops->set_lines(t, set, clear) : -EOPNOTSUPP;
}

int transport_get_lines(struct transport *t)
{
	return t->ops->get_lines ? t->ops->get_lines(t) : -EOPNOTSUPP;
}

#define USB_IN	0x80	/* bmRequestType, USB 2.0 table 9-2 */

int transport_control(struct transport *t, uint8_t type, uint8_t request,
		      uint16_t value, uint16_t index, void *buf, size_t len,
		      int timeout_ms)
{
	int n;

	if (!t->ops->control)
		return -EOPNOTSUPP;
	if (!(type & USB_IN))
		record_sent(t, buf, len);
	n = t->ops->control(t, type, request, value, index, buf, len, timeout_ms);
	if (type & USB_IN && n > 0)
		record_packet(t, buf, (size_t)n);
	return n;
}

int transport_interrupt_in(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	int n;

	if (!t->ops->interrupt_in)
		return -EOPNOTSUPP;
	n = t->ops->interrupt_in(t, buf, len, timeout_ms);
	if (n > 0)
		record_packet(t, buf, (size_t)n);
	return n;
}

int transport_interrupt_out(struct transport *t, const void *buf, size_t len,
			    int timeout_ms)
{
	if (!t->ops->interrupt_out)
		return -EOPNOTSUPP;
	record_sent(t, buf, len);
	return t->ops->interrupt_out(t, buf, len, timeout_ms);
}

int transport_clear_halt(struct transport *t, uint8_t endpoint)
{
	return t->ops->clear_halt ? t->ops->clear_halt(t, endpoint) : -EOPNOTSUPP;
}

int transport_descriptor(struct transport *t, const uint8_t **desc, size_t *len)
{
	int ret;

	if (!t->ops->descriptor)
		return -EOPNOTSUPP;
	ret = t->ops->descriptor(t, desc, len);
	if (!ret)
		record_descriptor(t, *desc, *len);
	return ret;
}

int transport_get_report(struct transport *t, enum hid_report_type type, uint8_t id,
			 uint8_t *buf, size_t len)
{
	int n;

	if (!t->ops->get_report)
		return -EOPNOTSUPP;
	n = t->ops->get_report(t, type, id, buf, len);
	if (n > 0)
		record_report(t, type, id, buf, (size_t)n);
	return n;
}

int transport_set_report(struct transport *t, enum hid_report_type type, uint8_t id,
			 const uint8_t *buf, size_t len)
{
	return t->ops->set_report ? t->ops->set_report(t, type, id, buf, len) : -EOPNOTSUPP;
}

int transport_start_input(struct transport *t)
{
	return t->ops->start_input ? t->ops->start_input(t) : -EOPNOTSUPP;
}

int transport_string(struct transport *t, uint8_t index, char *buf, size_t len)
{
	char key[16];
	int n;

	if (!t->ops->string)
		return -EOPNOTSUPP;
	n = t->ops->string(t, index, buf, len);
	if (n > 0) {
		snprintf(key, sizeof(key), "string %u", index);
		record_header(t, key, buf);
	}
	return n;
}

int transport_exchange(struct transport *t, const void *req, size_t req_len,
		       void *ans, size_t ans_len)
{
	int n;

	if (!t->ops->exchange)
		return -EOPNOTSUPP;
	n = t->ops->exchange(t, req, req_len, ans, ans_len);
	record_exchange(t, req, req_len, ans, n);
	return n;
}

int transport_pollfds(struct transport *t, struct pollfd *fds, int max, int *timeout_ms)
{
	return t->ops->pollfds ? t->ops->pollfds(t, fds, max, timeout_ms) : 0;
}

int transport_dispatch(struct transport *t)
{
	return t->ops->dispatch ? t->ops->dispatch(t) : 0;
}
