/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transports: how bytes get to a UPS and back. A transport knows no protocol,
 * a protocol does no I/O of its own.
 *
 * Every call is bounded by its timeout. Errors are negative errnos, the same
 * on every transport:
 *   -ETIMEDOUT  no answer in time; the device may still be there
 *   -EPIPE      the device refused (USB stall)
 *   -EOVERFLOW  it sent more than asked for
 *   -EIO        the transfer broke; the next one may work
 *   -ENODEV     the device is gone
 *   -EACCES, -EBUSY, -ENOENT  at open: already logged, with what to do
 *   -EOPNOTSUPP this transport has no such operation
 */
#ifndef UPSY_TRANSPORT_H
#define UPSY_TRANSPORT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct options;
struct transport;
struct recorder;

/** enum transport_caps - which groups of operations a transport has */
enum transport_caps {
	TRANSPORT_STREAM	= 1 << 0,	/* read, write, flush, lines */
	TRANSPORT_USB		= 1 << 1,	/* control, interrupt_*, string */
	TRANSPORT_HID		= 1 << 2,	/* descriptor, get/set_report, input, string */
	TRANSPORT_EXCHANGE	= 1 << 3,	/* exchange: replay of a conversation */
};

/** enum modem_line - bits of lines() and get_lines() */
enum modem_line {
	LINE_DTR = 1, LINE_RTS = 2,				/* ours */
	LINE_CTS = 4, LINE_DSR = 8, LINE_DCD = 16, LINE_RI = 32, /* the UPS's */
	LINE_BREAK = 64,
};

enum hid_report_type { HID_INPUT = 1, HID_OUTPUT = 2, HID_FEATURE = 3 };

/**
 * struct device_info - what the bus says of the device, before a word is
 * spoken with it
 * @vendor: USB vendor id, 0 when not USB
 * @product: USB product id
 * @release: bcdDevice
 * @interface: the USB interface in use
 * @in: address of its interrupt IN endpoint, 0 when it has none
 * @out: address of its interrupt OUT endpoint, 0 when it has none
 * @manufacturer: string descriptor, "" when there is none
 * @product_name: likewise
 * @serial: likewise
 * @port: where it hangs: "1-2.4" on USB, "/dev/ttyS0", "host:port"
 */
struct device_info {
	uint16_t vendor, product, release;
	uint8_t interface, in, out;
	char manufacturer[128], product_name[128], serial[128];
	char port[128];
};

/**
 * struct transport_ops - operations; NULL where the transport has none.
 * Call them through the transport_*() functions.
 */
struct transport_ops {
	const char *name;
	unsigned int caps;
	void (*close)(struct transport *t);

	ssize_t (*read)(struct transport *t, void *buf, size_t len, int timeout_ms);
	int (*write)(struct transport *t, const void *buf, size_t len, int timeout_ms);
	int (*flush)(struct transport *t);
	int (*set_lines)(struct transport *t, unsigned int set, unsigned int clear);
	int (*get_lines)(struct transport *t);

	int (*control)(struct transport *t, uint8_t type, uint8_t request,
		       uint16_t value, uint16_t index, void *buf, size_t len,
		       int timeout_ms);
	int (*interrupt_in)(struct transport *t, void *buf, size_t len, int timeout_ms);
	int (*interrupt_out)(struct transport *t, const void *buf, size_t len,
			     int timeout_ms);
	int (*clear_halt)(struct transport *t, uint8_t endpoint);

	int (*descriptor)(struct transport *t, const uint8_t **desc, size_t *len);
	int (*get_report)(struct transport *t, enum hid_report_type type, uint8_t id,
			  uint8_t *buf, size_t len);
	int (*set_report)(struct transport *t, enum hid_report_type type, uint8_t id,
			  const uint8_t *buf, size_t len);
	int (*start_input)(struct transport *t);
	int (*string)(struct transport *t, uint8_t index, char *buf, size_t len);

	int (*exchange)(struct transport *t, const void *req, size_t req_len,
			void *ans, size_t ans_len);

	int (*pollfds)(struct transport *t, struct pollfd *fds, int max, int *timeout_ms);
	int (*dispatch)(struct transport *t);
};

/**
 * struct transport - an open link to one device
 * @ops: what it can do
 * @info: what the bus says of the device
 * @input: called for every unsolicited message: a HID input report (report id
 *         first if the device uses ids), bytes on a serial line. Called from
 *         dispatch() and from inside any waiting operation, so that an event
 *         is never queued behind a slow poll. With a length of 0: listening
 *         failed, and something may have been missed.
 * @input_ctx: first argument of @input
 * @recorder: where the conversation is written down, or NULL
 *
 * Embedded first in each transport's own struct.
 */
struct transport {
	const struct transport_ops *ops;
	struct device_info info;
	void (*input)(void *ctx, const uint8_t *buf, size_t len);
	void *input_ctx;
	struct recorder *recorder;
};

/**
 * transport_open - open the device that a DEVICE names
 * @device: "usb:VVVV:PPPP[:SERIAL]", "/sys/devices/…" of a usb device,
 *          "serial:/dev/ttyS0", "replay:FILE", …; the syntax of upsyd(8)
 * @want: TRANSPORT_HID for a HID Power Device, TRANSPORT_USB for any other
 *        USB carrier; ignored where the device leaves no choice
 * @opt: options of its section
 * @out: the transport; close it with transport_close()
 *
 * A USB device is claimed by its interface; the kernel's own driver is
 * detached, and given back on close.
 *
 * Return: 0 or a negative errno, already logged with what to do about it.
 */
int transport_open(const char *device, unsigned int want,
		   const struct options *opt, struct transport **out);
void transport_close(struct transport *t);

/*
 * The operations. Buffers are the caller's. Those that return a length return
 * it as a non-negative number.
 */

/** transport_read - at least 1 byte, at most @len, or -ETIMEDOUT */
ssize_t transport_read(struct transport *t, void *buf, size_t len, int timeout_ms);
/** transport_write - all of it or an error */
int transport_write(struct transport *t, const void *buf, size_t len, int timeout_ms);
/** transport_flush - throw away what came in unasked */
int transport_flush(struct transport *t);
/** transport_set_lines - raise and drop modem lines (LINE_DTR, _RTS, _BREAK) */
int transport_set_lines(struct transport *t, unsigned int set, unsigned int clear);
/** transport_get_lines - state of all modem lines */
int transport_get_lines(struct transport *t);
/** transport_control - a control transfer. Return: bytes moved. */
int transport_control(struct transport *t, uint8_t type, uint8_t request,
		      uint16_t value, uint16_t index, void *buf, size_t len,
		      int timeout_ms);
/**
 * transport_interrupt_in - one transfer from info.in
 *
 * It ends with a short packet, when @buf is full, or at the timeout with what has
 * come. Return: bytes.
 */
int transport_interrupt_in(struct transport *t, void *buf, size_t len, int timeout_ms);
/** transport_interrupt_out - one transfer to info.out. Return: 0. */
int transport_interrupt_out(struct transport *t, const void *buf, size_t len,
			    int timeout_ms);
int transport_clear_halt(struct transport *t, uint8_t endpoint);
/** transport_descriptor - the HID report descriptor, owned by the transport */
int transport_descriptor(struct transport *t, const uint8_t **desc, size_t *len);
/**
 * transport_get_report - read a report
 * @buf: gets the report as the device sent it, id first when it uses ids
 * Return: its length, which may be shorter or longer than declared.
 */
int transport_get_report(struct transport *t, enum hid_report_type type, uint8_t id,
			 uint8_t *buf, size_t len);
int transport_set_report(struct transport *t, enum hid_report_type type, uint8_t id,
			 const uint8_t *buf, size_t len);
/** transport_start_input - listen to the interrupt endpoint from now on */
int transport_start_input(struct transport *t);
/** transport_string - string descriptor @index as ASCII. Return: its length. */
int transport_string(struct transport *t, uint8_t index, char *buf, size_t len);
/**
 * transport_exchange - ask a replay what was answered to @req
 * Return: bytes in @ans; -ETIMEDOUT when it was recorded as unanswered;
 * -ENOENT when it was never asked.
 */
int transport_exchange(struct transport *t, const void *req, size_t req_len,
		       void *ans, size_t ans_len);
/**
 * transport_pollfds - what the loop must wait for
 * @timeout_ms: lowered when the transport needs dispatch() earlier
 * Return: how many of @fds were filled in.
 */
int transport_pollfds(struct transport *t, struct pollfd *fds, int max, int *timeout_ms);
/** transport_dispatch - let it work; calls @input. Return: 0, or -ENODEV. */
int transport_dispatch(struct transport *t);

static inline bool transport_can(const struct transport *t, unsigned int caps)
{
	return (t->ops->caps & caps) == caps;
}

#endif
