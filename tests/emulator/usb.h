/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An emulated USB device, plugged into vhci_hcd: USB/IP over a socketpair, no
 * network, no tools. usbip.c serves URBs, enumeration and endpoint queues; a
 * function serves the rest.
 */
#ifndef UPSY_EMU_USB_H
#define UPSY_EMU_USB_H

#include <stdbool.h>
#include <stdint.h>

#include "emu.h"

#define USB_XFER_MAX	4096
#define USB_URBS	32
#define USB_PACKETS	256

enum {
	REQ_GET_STATUS = 0, REQ_CLEAR_FEATURE = 1, REQ_SET_FEATURE = 3, REQ_GET_DESCRIPTOR = 6,
	REQ_GET_CONFIG = 8, REQ_SET_CONFIG = 9, REQ_GET_INTERFACE = 10, REQ_SET_INTERFACE = 11,
};

enum { HID_GET_REPORT = 1, HID_GET_IDLE = 2, HID_SET_REPORT = 9, HID_SET_IDLE = 10,
       HID_SET_PROTOCOL = 11 };

enum { DESC_DEVICE = 1, DESC_CONFIG = 2, DESC_STRING = 3, DESC_HID = 0x21, DESC_REPORT = 0x22 };

/* What a control handler returns when it answers nothing, until the host gives up */
#define USB_NO_ANSWER	(-1000)

struct usb_setup {
	uint8_t type, request;
	uint16_t value, index, length;
};

struct usb_dev;

/**
 * struct usb_function - what the device is
 * @control: a request that usbip.c does not know. @buf: data of an OUT request,
 *           room for the answer of an IN one. Return: bytes, -EPIPE for a
 *           stall, or USB_NO_ANSWER.
 * @string: string @index into @out as ASCII. Return: characters, < 0: -EPIPE.
 * @out: data to the interrupt OUT endpoint
 */
struct usb_function {
	int (*control)(struct usb_dev *d, const struct usb_setup *s, uint8_t *buf, int len);
	int (*string)(struct usb_dev *d, uint8_t index, uint16_t langid, char *out, int cap);
	void (*out)(struct usb_dev *d, uint8_t ep, const uint8_t *buf, int len);
};

struct urb {
	uint32_t seq, ep;
	uint32_t len;
	bool used;
};

/* A control answer that is late on purpose */
struct late_answer {
	struct timer timer;
	struct usb_dev *dev;
	uint32_t seq;
	int len;
	bool used;
	uint8_t buf[USB_XFER_MAX];
};

struct packet {
	uint16_t len;
	uint8_t buf[64];
};

/**
 * struct usb_dev - one device
 * @class: of the interface; 3 gets a HID descriptor
 * @ep_in, @ep_out: addresses, 0 when there is none
 * @packet_in: packet size of @ep_in
 * @spoil_control: silent and short hit control requests, not Qx answers
 */
struct usb_dev {
	struct emu_ups *u;
	const struct usb_function *fn;
	void *priv;
	uint16_t vid, pid, release;
	uint8_t class, ep_in, ep_out, interval;
	uint16_t packet_in;
	const uint8_t *report_desc;
	uint16_t report_desc_len;
	char strings[3][64];	/* maker, product, serial: indices 1, 2, 3 */
	bool no_serial, spoil_control;

	int fd;
	unsigned int port;
	int64_t asked_ms, locked_ms;	/* last control request; locked up until */
	struct timer leave;
	bool halted;
	uint8_t configuration;
	struct urb urbs[USB_URBS];
	struct packet queue[USB_PACKETS];
	unsigned int queue_first, queue_len;
	struct late_answer late[4];
	uint8_t in[USB_XFER_MAX + 48];
	size_t in_len;
};

int usb_plug(struct usb_dev *d);
void usb_unplug(struct usb_dev *d);
/** usb_send - queue @len bytes for the IN endpoint, cut into packets */
void usb_send(struct usb_dev *d, const uint8_t *buf, int len);
/** usb_send_packet - queue one packet as it is */
void usb_send_packet(struct usb_dev *d, const uint8_t *buf, int len);
/** usb_halt - the IN endpoint stalls until the host clears it */
void usb_halt(struct usb_dev *d);

#endif
