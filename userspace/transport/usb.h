/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * USB: opening a device by what the bus says of it, and bounded transfers.
 * usb_find.c reads sysfs, usb.c owns libusb, usbhid.c speaks the HID class.
 */
#ifndef UPSY_USB_H
#define UPSY_USB_H

#include <libusb.h>

#include "transport/transport.h"

/**
 * usb_open - open "usb:VVVV:PPPP[:SERIAL]" or a sysfs path of a usb device
 *
 * With TRANSPORT_HID in @want the interface is one whose report descriptor
 * says Power Device, unless the option "force" is set. A keyboard or a mouse
 * is never detached. Parameters and errors as for transport_open().
 */
int usb_open(const char *device, unsigned int want, const struct options *opt,
	     struct transport **out);

/* What follows is shared among the three files only. */

#define USB_DESCRIPTOR_MAX	16384	/* longest report descriptor accepted */
#define USB_TRANSFER_MAX	4096	/* longest single transfer */
#define USB_PACKET_MAX		1024	/* longest interrupt packet */

/**
 * struct usb_place - a device and the interface to use, as sysfs shows them
 * @syspath: of the usb device
 * @bus: bus and device number, which name the node below /dev/bus/usb
 * @interface: chosen interface, -1 until one is
 * @kernel_desc: report descriptor the kernel has read, and its length
 * @info: ids, strings, port
 */
struct usb_place {
	char syspath[512];
	int bus, dev;
	int interface;
	uint8_t kernel_desc[4096];
	size_t kernel_desc_len;
	struct device_info info;
};

/** usb_find - resolve a DEVICE. Return: 0 or a negative errno, logged. */
int usb_find(const char *device, unsigned int want, bool force, struct usb_place *p);

enum usb_quirk {
	USB_SLOW	= 1 << 0,	/* locks up when hammered: pace transfers */
};

/**
 * struct usb - an open device
 * @ctx, @handle, @fd: libusb's and the node under them
 * @claimed: interface number, -1 when none is claimed
 * @gone: no transfer can succeed any more
 * @busy: a transfer is under way; operations do not nest
 * @quirks: enum usb_quirk
 * @next_control_ms: not before then the next control transfer
 * @xfer, @buf: the one transfer that operations use
 * @langid: language of string descriptors, 0 until asked
 * @desc, @desc_len: HID report descriptor
 * @in: the listening interrupt transfer, see usbhid.c
 */
struct usb {
	struct transport t;
	libusb_context *ctx;
	libusb_device_handle *handle;
	int fd;
	int claimed;
	bool gone, busy;
	unsigned int quirks;
	int64_t next_control_ms;
	struct libusb_transfer *xfer;
	uint8_t *buf;
	uint16_t langid;
	uint8_t *desc;
	size_t desc_len;
	uint16_t in_packet;
	struct {
		struct libusb_transfer *xfer;
		uint8_t packet[USB_PACKET_MAX];
		uint8_t report[USB_TRANSFER_MAX];
		size_t have;
		uint16_t size[256];	/* declared bytes of each input report */
		bool wanted, pending, halted;
		bool full;		/* the last packet had no room left */
		unsigned int errors;
		int64_t retry_ms, flush_ms, second_ms;
		unsigned int this_second;
	} in;
};

static inline struct usb *to_usb(struct transport *t)
{
	return (struct usb *)t;
}

int usb_errno(int libusb_error);
int usb_control(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
		uint16_t index, void *buf, size_t len, int timeout_ms);
int usb_interrupt_in(struct transport *t, void *buf, size_t len, int timeout_ms);
int usb_interrupt_out(struct transport *t, const void *buf, size_t len, int timeout_ms);
int usb_clear_halt(struct transport *t, uint8_t endpoint);
int usb_string(struct transport *t, uint8_t index, char *buf, size_t len);
int usb_pollfds(struct transport *t, struct pollfd *fds, int max, int *timeout_ms);
int usb_dispatch(struct transport *t);
void usb_close(struct transport *t);

extern const struct transport_ops usbhid_ops;

/** usbhid_attach - read the report descriptor of the claimed interface */
int usbhid_attach(struct usb *u, const struct usb_place *p);
/** usbhid_service - keep the listening transfer going; cheap when it does */
void usbhid_service(struct usb *u);
/** usbhid_stop - cancel the listening transfer and wait for its end */
void usbhid_stop(struct usb *u);
/** usbhid_is_power_device - an application collection of a UPS is in @desc */
bool usbhid_is_power_device(const uint8_t *desc, size_t len);
/** usbhid_is_human_input - @desc has a keyboard, keypad, mouse or pointer */
bool usbhid_is_human_input(const uint8_t *desc, size_t len);

#endif
