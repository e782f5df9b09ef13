// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * USB transfers, by libusb's asynchronous interface. Every operation submits
 * one transfer and serves libusb until it ends, so a listening interrupt
 * transfer delivers its reports meanwhile. Every wait has an end; a transfer
 * that the host controller will not give back costs the device, not the
 * daemon.
 *
 * The device is opened by its node, without libusb's bus scan: no thread, no
 * hotplug, and nothing but this one node is needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "transport/usb.h"

#define CANCEL_MS	2000	/* how long a cancelled transfer may take to end */
#define STRING_MS	1000
#define PACE_MS		20	/* between control transfers, where it is needed */
#define SET_PACE_MS	125	/* after a write: Tripp Lite AVR750U loses the second */

/*
 * Devices that stop answering when control transfers follow each other too
 * fast (hid-pdc sheet, section 1: APC CS 650, RS 800). All of APC's are paced, and
 * any other from its first transfer on that was not answered in time.
 */
static const struct {
	uint16_t vendor, product;	/* product 0: all */
	unsigned int quirks;
} usb_quirks[] = {
	{ 0x051d, 0, USB_SLOW },
	{ 0x09ae, 0, USB_SLOW },
};

int usb_errno(int libusb_error)
{
	switch (libusb_error) {
	case LIBUSB_ERROR_TIMEOUT:	return -ETIMEDOUT;
	case LIBUSB_ERROR_PIPE:		return -EPIPE;
	case LIBUSB_ERROR_OVERFLOW:	return -EOVERFLOW;
	case LIBUSB_ERROR_NO_DEVICE:	return -ENODEV;
	case LIBUSB_ERROR_NOT_FOUND:	return -ENOENT;
	case LIBUSB_ERROR_ACCESS:	return -EACCES;
	case LIBUSB_ERROR_BUSY:		return -EBUSY;
	case LIBUSB_ERROR_NO_MEM:	return -ENOMEM;
	case LIBUSB_ERROR_INVALID_PARAM: return -EINVAL;
	case LIBUSB_ERROR_NOT_SUPPORTED: return -EOPNOTSUPP;
	default:			return libusb_error < 0 ? -EIO : libusb_error;
	}
}

static int status_errno(const struct libusb_transfer *x)
{
	switch (x->status) {
	case LIBUSB_TRANSFER_COMPLETED:	return x->actual_length;
	case LIBUSB_TRANSFER_TIMED_OUT:
	case LIBUSB_TRANSFER_CANCELLED:	return -ETIMEDOUT;
	case LIBUSB_TRANSFER_STALL:	return -EPIPE;
	case LIBUSB_TRANSFER_OVERFLOW:	return -EOVERFLOW;
	case LIBUSB_TRANSFER_NO_DEVICE:	return -ENODEV;
	default:			return -EIO;
	}
}

static void LIBUSB_CALL transfer_done(struct libusb_transfer *x)
{
	*(int *)x->user_data = 1;
}

/* Serve libusb for at most @ms, or until *@done. */
static int serve(struct usb *u, int ms, int *done)
{
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };
	int r = libusb_handle_events_timeout_completed(u->ctx, &tv, done);

	return r == LIBUSB_ERROR_INTERRUPTED ? 0 : usb_errno(r);
}

/*
 * Run u->xfer. Its completion flag lies behind the data buffer, so that it
 * outlives this call when the transfer has to be abandoned.
 */
static int run(struct usb *u, int timeout_ms)
{
	struct libusb_transfer *x = u->xfer;
	int *done = x->user_data;
	int64_t end = clock_ms() + timeout_ms + CANCEL_MS;
	bool cancelled = false;
	int r;

	*done = 0;
	x->timeout = (unsigned int)timeout_ms;
	r = libusb_submit_transfer(x);
	if (r < 0) {
		if (r == LIBUSB_ERROR_NO_DEVICE)
			u->gone = true;
		return usb_errno(r);
	}
	u->busy = true;
	while (!*done) {
		int64_t left = end - clock_ms();

		if (left > 0 && !serve(u, (int)left, done))
			continue;
		if (cancelled)
			break;
		libusb_cancel_transfer(x);
		cancelled = true;
		end = clock_ms() + CANCEL_MS;
	}
	u->busy = false;
	if (!*done) {
		/* The host controller keeps it: leave it to it, and the device alone. */
		log_error("%s: a USB transfer does not end; unplug the cable and plug it in again",
			  u->t.info.port);
		u->xfer = NULL;
		u->buf = NULL;
		u->gone = true;
		return -ENODEV;
	}
	r = status_errno(x);
	if (r == -ENODEV)
		u->gone = true;
	return r;
}

/* Wait out the pacing, delivering input reports meanwhile. */
static void pace(struct usb *u)
{
	int64_t left;

	while ((left = u->next_control_ms - clock_ms()) > 0 && left <= SET_PACE_MS)
		if (serve(u, (int)left, NULL))
			break;
}

static int ready(struct usb *u, size_t len)
{
	if (u->gone)
		return -ENODEV;
	if (u->busy)
		return -EBUSY;
	return len > USB_TRANSFER_MAX ? -EINVAL : 0;
}

int usb_control(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
		uint16_t index, void *buf, size_t len, int timeout_ms)
{
	struct usb *u = to_usb(t);
	bool in = type & LIBUSB_ENDPOINT_IN;
	int ret = ready(u, len);

	if (ret)
		return ret;
	pace(u);
	libusb_fill_control_setup(u->buf, type, request, value, index, (uint16_t)len);
	if (!in && len)
		memcpy(u->buf + LIBUSB_CONTROL_SETUP_SIZE, buf, len);
	libusb_fill_control_transfer(u->xfer, u->handle, u->buf, transfer_done,
				     u->xfer->user_data, 0);
	ret = run(u, timeout_ms);
	if (ret == -ETIMEDOUT)
		u->quirks |= USB_SLOW;
	if (!in)
		u->next_control_ms = clock_ms() + SET_PACE_MS;
	else if (u->quirks & USB_SLOW)
		u->next_control_ms = clock_ms() + PACE_MS;
	if (in && ret > 0)
		memcpy(buf, u->buf + LIBUSB_CONTROL_SETUP_SIZE, (size_t)ret);
	usbhid_service(u);
	return ret;
}

int usb_interrupt_in(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	struct usb *u = to_usb(t);
	int ret = ready(u, len);

	if (ret)
		return ret;
	if (!t->info.in || u->in.wanted)
		return -EOPNOTSUPP;
	libusb_fill_interrupt_transfer(u->xfer, u->handle, t->info.in, u->buf, (int)len,
				       transfer_done, u->xfer->user_data, 0);
	ret = run(u, timeout_ms);
	if (ret == -ETIMEDOUT && u->xfer->actual_length > 0)
		ret = u->xfer->actual_length;
	if (ret > 0)
		memcpy(buf, u->buf, (size_t)ret);
	return ret;
}

int usb_interrupt_out(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	struct usb *u = to_usb(t);
	int ret = ready(u, len);

	if (ret)
		return ret;
	if (!t->info.out)
		return -EOPNOTSUPP;
	memcpy(u->buf, buf, len);
	libusb_fill_interrupt_transfer(u->xfer, u->handle, t->info.out, u->buf, (int)len,
				       transfer_done, u->xfer->user_data, 0);
	ret = run(u, timeout_ms);
	if (ret < 0)
		return ret;
	return (size_t)ret == len ? 0 : -EIO;
}

int usb_clear_halt(struct transport *t, uint8_t endpoint)
{
	struct usb *u = to_usb(t);

	if (u->gone)
		return -ENODEV;
	return usb_errno(libusb_clear_halt(u->handle, endpoint));
}

static int get_string(struct transport *t, uint8_t index, uint16_t langid, uint8_t *raw)
{
	return usb_control(t, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR,
			   (uint16_t)(LIBUSB_DT_STRING << 8 | index), langid, raw, 255,
			   STRING_MS);
}

int usb_string(struct transport *t, uint8_t index, char *buf, size_t len)
{
	struct usb *u = to_usb(t);
	uint8_t raw[256];
	size_t n = 0;
	int ret, i;

	if (!index || !len)
		return -EINVAL;
	if (!u->langid) {
		ret = get_string(t, 0, 0, raw);
		if (ret == -ENODEV)
			return ret;
		/* Those that do not answer, or with nonsense, speak US English. */
		u->langid = ret >= 4 && raw[1] == LIBUSB_DT_STRING && (raw[2] || raw[3]) ?
			    (uint16_t)(raw[2] | raw[3] << 8) : 0x0409;
	}
	ret = get_string(t, index, u->langid, raw);
	if (ret < 0)
		return ret;
	if (ret < 2 || raw[1] != LIBUSB_DT_STRING)
		return -EIO;
	if (ret > raw[0])
		ret = raw[0];
	for (i = 2; i + 1 < ret && n + 1 < len; i += 2)
		buf[n++] = raw[i + 1] || raw[i] >= 0x80 ? '?' : (char)raw[i];
	buf[n] = '\0';
	return (int)n;
}

int usb_pollfds(struct transport *t, struct pollfd *fds, int max, int *timeout_ms)
{
	struct usb *u = to_usb(t);
	const struct libusb_pollfd **list = libusb_get_pollfds(u->ctx);
	int64_t wait, now = clock_ms();
	struct timeval tv;
	int n = 0;

	for (int i = 0; list && list[i] && n < max; i++, n++) {
		fds[n].fd = list[i]->fd;
		fds[n].events = list[i]->events;
		fds[n].revents = 0;
	}
	libusb_free_pollfds(list);
	if (libusb_get_next_timeout(u->ctx, &tv) == 1) {
		wait = tv.tv_sec * 1000LL + (tv.tv_usec + 999) / 1000;
		if (*timeout_ms < 0 || wait < *timeout_ms)
			*timeout_ms = (int)wait;
	}
	if (u->in.wanted && (!u->in.pending || u->in.have)) {
		wait = (u->in.pending ? u->in.flush_ms : u->in.retry_ms) - now;
		if (wait < 0)
			wait = 0;
		if (*timeout_ms < 0 || wait < *timeout_ms)
			*timeout_ms = (int)wait;
	}
	return n;
}

int usb_dispatch(struct transport *t)
{
	struct usb *u = to_usb(t);
	int ret = serve(u, 0, NULL);

	usbhid_service(u);
	return u->gone || ret == -ENODEV ? -ENODEV : 0;
}

void usb_close(struct transport *t)
{
	struct usb *u = to_usb(t);

	usbhid_stop(u);
	if (u->handle) {
		/* Auto-detach: releasing the interface gives it back to the kernel. */
		if (u->claimed >= 0)
			libusb_release_interface(u->handle, u->claimed);
		libusb_close(u->handle);
	}
	libusb_free_transfer(u->xfer);
	if (u->ctx)
		libusb_exit(u->ctx);
	if (u->fd >= 0)
		close(u->fd);
	free(u->buf);
	free(u->desc);
	free(u);
}

static const struct transport_ops usb_ops = {
	.name = "usb",
	.caps = TRANSPORT_USB,
	.close = usb_close,
	.control = usb_control,
	.interrupt_in = usb_interrupt_in,
	.interrupt_out = usb_interrupt_out,
	.clear_halt = usb_clear_halt,
	.string = usb_string,
	.pollfds = usb_pollfds,
	.dispatch = usb_dispatch,
};

static int open_node(struct usb *u, const struct usb_place *p)
{
	char node[64];
	int r;

	snprintf(node, sizeof(node), "/dev/bus/usb/%03d/%03d", p->bus, p->dev);
	u->fd = open(node, O_RDWR | O_CLOEXEC);
	if (u->fd < 0) {
		r = -errno;
		if (r == -EACCES || r == -EPERM)
			log_error("%s: no permission for %s; run as root, or install upsy's udev rules",
				  u->t.info.port, node);
		else
			log_error("%s: cannot open %s: %s", u->t.info.port, node, strerror(-r));
		return r == -EPERM ? -EACCES : r;
	}
	/* No scan of the bus and no thread for hotplug: only this node is looked at. */
	libusb_set_option(NULL, LIBUSB_OPTION_NO_DEVICE_DISCOVERY);
	r = libusb_init(&u->ctx);
	if (r)
		u->ctx = NULL;
	else
		r = libusb_wrap_sys_device(u->ctx, u->fd, &u->handle);
	if (r) {
		log_error("%s: libusb cannot use %s: %s", u->t.info.port, node,
			  libusb_strerror(r));
		return usb_errno(r);
	}
	return 0;
}

static int claim(struct usb *u, int interface)
{
	int r;

	libusb_set_auto_detach_kernel_driver(u->handle, 1);
	r = libusb_claim_interface(u->handle, interface);
	if (r == LIBUSB_ERROR_BUSY)
		log_error("%s: another program uses this UPS (NUT, apcupsd?); stop that one first",
			  u->t.info.port);
	else if (r)
		log_error("%s: cannot claim interface %d: %s", u->t.info.port, interface,
			  libusb_strerror(r));
	if (r)
		return usb_errno(r);
	u->claimed = interface;
	u->t.info.interface = (uint8_t)interface;
	return 0;
}

static void find_endpoints(struct usb *u)
{
	const struct libusb_interface_descriptor *alt;
	struct libusb_config_descriptor *config;

	if (libusb_get_active_config_descriptor(libusb_get_device(u->handle), &config))
		return;
	for (int i = 0; i < config->bNumInterfaces; i++) {
		alt = config->interface[i].altsetting;
		if (!alt || alt->bInterfaceNumber != u->claimed)
			continue;
		for (int k = 0; k < alt->bNumEndpoints; k++) {
			const struct libusb_endpoint_descriptor *ep = &alt->endpoint[k];

			if ((ep->bmAttributes & 3) != LIBUSB_TRANSFER_TYPE_INTERRUPT)
				continue;
			if (!(ep->bEndpointAddress & LIBUSB_ENDPOINT_IN)) {
				u->t.info.out = ep->bEndpointAddress;
				continue;
			}
			u->t.info.in = ep->bEndpointAddress;
			u->in_packet = ep->wMaxPacketSize & 0x7ff;
		}
	}
	libusb_free_config_descriptor(config);
}

int usb_open(const char *device, unsigned int want, const struct options *opt,
	     struct transport **out)
{
	bool force = opt && option_flag(opt, "force");
	struct usb_place *p = calloc(1, sizeof(*p));
	struct usb *u = calloc(1, sizeof(*u));
	int ret = -ENOMEM;

	*out = NULL;
	if (!p || !u) {
		free(u);
		goto out;
	}
	u->fd = -1;
	u->claimed = -1;
	u->t.ops = &usb_ops;
	u->xfer = libusb_alloc_transfer(0);
	/* behind the data: the completion flag */
	u->buf = calloc(1, USB_TRANSFER_MAX + LIBUSB_CONTROL_SETUP_SIZE + sizeof(int));
	if (!u->xfer || !u->buf)
		goto fail;
	u->xfer->user_data = u->buf + USB_TRANSFER_MAX + LIBUSB_CONTROL_SETUP_SIZE;
	ret = usb_find(device, want, force, p);
	if (ret)
		goto fail;
	u->t.info = p->info;
	for (size_t i = 0; i < sizeof(usb_quirks) / sizeof(usb_quirks[0]); i++)
		if (usb_quirks[i].vendor == p->info.vendor &&
		    (!usb_quirks[i].product || usb_quirks[i].product == p->info.product))
			u->quirks |= usb_quirks[i].quirks;
	ret = open_node(u, p);
	if (!ret)
		ret = claim(u, p->interface);
	if (ret)
		goto fail;
	find_endpoints(u);
	ret = usbhid_attach(u, p);
	if (!ret && !usbhid_is_power_device(u->desc, u->desc_len) &&
	    usbhid_is_human_input(u->desc, u->desc_len))
		ret = -ENXIO;
	if (!ret && !force && !(want & TRANSPORT_USB) &&
	    !usbhid_is_power_device(u->desc, u->desc_len))
		ret = -ENXIO;
	if (ret == -ENXIO)
		log_error("%s: its report descriptor is no Power Device's; if it is a UPS all the same, set force",
			  u->t.info.port);
	if (ret && !(want & TRANSPORT_USB))
		goto fail;
	if (ret == -ENXIO || ret == -ENODEV)
		goto fail;
	if (u->desc_len)
		u->t.ops = &usbhid_ops;
	*out = &u->t;
	free(p);
	return 0;
fail:
	usb_close(&u->t);
out:
	free(p);
	return ret;
}
