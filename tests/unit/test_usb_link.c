// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usb.c and usbhid.c on a libusb that is made up here, with its own clock: what
 * becomes of stalls, timeouts, babble, broken endpoints and devices that vanish,
 * how often a device is spoken to, and that every wait ends.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "transport/usb.h"

#define NEVER	INT64_MAX
#define MAX	4096

static int64_t now_ms;

static int64_t fake_clock(void)
{
	return now_ms;
}

/* A transfer under way: ends @at with @status, NEVER: not by itself */
struct flight {
	struct libusb_transfer *x;
	int64_t at;
	enum libusb_transfer_status status;
	bool cancelled;
};

static struct flight flights[4];
static bool stuck;			/* cancelled transfers do not end */

/* What the device does with the next control transfers, the last for ever */
static struct answer {
	enum libusb_transfer_status status;
	bool silent;
	int len, delay_ms;
	uint8_t data[128];
} answers[16];
static unsigned int nr_answers, controls;
static int64_t control_at[MAX];
static uint16_t asked_len[MAX];

/* And what the interrupt endpoint does: @every ms, or an error */
static struct {
	enum libusb_transfer_status status;
	int submit_error;
	int64_t every, next;
	int len;
	uint8_t data[64];
} endpoint;
static unsigned int submits, clears;
static int clear_error;

static struct flight *free_flight(void)
{
	for (size_t i = 0; i < 4; i++)
		if (!flights[i].x)
			return &flights[i];
	fail();
	return NULL;
}

struct libusb_transfer *LIBUSB_CALL libusb_alloc_transfer(int iso)
{
	return calloc(1, sizeof(struct libusb_transfer));
}

void LIBUSB_CALL libusb_free_transfer(struct libusb_transfer *x)
{
	free(x);
}

int LIBUSB_CALL libusb_submit_transfer(struct libusb_transfer *x)
{
	struct flight *f = free_flight();
	const struct answer *a;

	if (x->type == LIBUSB_TRANSFER_TYPE_INTERRUPT) {
		submits++;
		if (endpoint.submit_error)
			return endpoint.submit_error;
		*f = (struct flight){ x, NEVER, endpoint.status };
		if (endpoint.every) {
			if (endpoint.next < now_ms)
				endpoint.next = now_ms;
			f->at = endpoint.next;
			endpoint.next += endpoint.every;
		}
		return 0;
	}
	assert_true(controls < MAX);
	a = &answers[controls < nr_answers ? controls : nr_answers - 1];
	asked_len[controls] = (uint16_t)(x->length - LIBUSB_CONTROL_SETUP_SIZE);
	control_at[controls++] = now_ms;
	*f = (struct flight){ x, now_ms + a->delay_ms, a->status };
	if (a->silent) {
		f->at = x->timeout ? now_ms + x->timeout : NEVER;
		f->status = LIBUSB_TRANSFER_TIMED_OUT;
	} else if (a->len) {
		x->actual_length = a->len;
		memcpy(x->buffer + LIBUSB_CONTROL_SETUP_SIZE, a->data, (size_t)a->len);
	} else {
		x->actual_length = 0;
	}
	return 0;
}

int LIBUSB_CALL libusb_cancel_transfer(struct libusb_transfer *x)
{
	for (size_t i = 0; i < 4; i++) {
		if (flights[i].x != x)
			continue;
		flights[i].at = stuck ? NEVER : now_ms;
		flights[i].status = LIBUSB_TRANSFER_CANCELLED;
	}
	return 0;
}

/* Let time pass until @end, or until something ends. */
static void pass(int64_t end)
{
	struct flight *next = NULL, f;

	for (size_t i = 0; i < 4; i++)
		if (flights[i].x && flights[i].at <= end && (!next || flights[i].at < next->at))
			next = &flights[i];
	if (!next) {
		now_ms = end;
		return;
	}
	if (next->at > now_ms)
		now_ms = next->at;
	f = *next;
	next->x = NULL;
	f.x->status = f.status;
	if (f.x->type == LIBUSB_TRANSFER_TYPE_INTERRUPT) {
		f.x->actual_length = f.status ? 0 : endpoint.len;
		memcpy(f.x->buffer, endpoint.data, (size_t)f.x->actual_length);
	}
	f.x->callback(f.x);
}

int LIBUSB_CALL libusb_handle_events_timeout_completed(libusb_context *ctx, struct timeval *tv,
						       int *completed)
{
	pass(now_ms + tv->tv_sec * 1000 + tv->tv_usec / 1000);
	return 0;
}

int LIBUSB_CALL libusb_handle_events_timeout(libusb_context *ctx, struct timeval *tv)
{
	return libusb_handle_events_timeout_completed(ctx, tv, NULL);
}

const struct libusb_pollfd **LIBUSB_CALL libusb_get_pollfds(libusb_context *ctx)
{
	return NULL;
}

void LIBUSB_CALL libusb_free_pollfds(const struct libusb_pollfd **list)
{
}

int LIBUSB_CALL libusb_get_next_timeout(libusb_context *ctx, struct timeval *tv)
{
	return 0;
}

int LIBUSB_CALL libusb_clear_halt(libusb_device_handle *handle, unsigned char ep)
{
	clears++;
	return clear_error;
}

libusb_device *LIBUSB_CALL libusb_get_device(libusb_device_handle *handle)
{
	return NULL;
}

/* The HID descriptor in the configuration says so many bytes; 0: there is none */
static uint8_t hid_extra[9] = { 9, 0x21, 0x10, 0x01, 0, 1, 0x22 };
static struct libusb_interface_descriptor alt = { .extra = hid_extra };
static struct libusb_interface interface = { .altsetting = &alt, .num_altsetting = 1 };
static struct libusb_config_descriptor config = { .bNumInterfaces = 1, .interface = &interface };

int LIBUSB_CALL libusb_get_active_config_descriptor(libusb_device *dev,
						    struct libusb_config_descriptor **out)
{
	*out = &config;
	return 0;
}

void LIBUSB_CALL libusb_free_config_descriptor(struct libusb_config_descriptor *c)
{
}

static struct usb *u;
static struct transport *t;
static uint8_t got[MAX][64];
static size_t got_len[MAX];
static unsigned int inputs, lost;
static int64_t input_at[MAX];

static void on_input(void *ctx, const uint8_t *buf, size_t len)
{
	if (!len) {
		lost++;
		return;
	}
	assert_true(inputs < MAX && len <= 64);
	memcpy(got[inputs], buf, len);
	got_len[inputs] = len;
	input_at[inputs++] = now_ms;
}

static int setup(void **state)
{
	clock_set_source(fake_clock);
	now_ms = 1000000;
	memset(flights, 0, sizeof(flights));
	memset(answers, 0, sizeof(answers));
	memset(&endpoint, 0, sizeof(endpoint));
	answers[0].len = 8;
	nr_answers = 1;
	controls = submits = clears = inputs = lost = 0;
	clear_error = 0;
	stuck = false;
	u = calloc(1, sizeof(*u));
	u->t.ops = &usbhid_ops;
	u->t.input = on_input;
	u->t.info.in = 0x81;
	u->in_packet = 8;
	u->claimed = 0;
	u->fd = -1;
	u->xfer = libusb_alloc_transfer(0);
	u->buf = calloc(1, USB_TRANSFER_MAX + LIBUSB_CONTROL_SETUP_SIZE + sizeof(int));
	u->xfer->user_data = u->buf + USB_TRANSFER_MAX + LIBUSB_CONTROL_SETUP_SIZE;
	t = &u->t;
	return 0;
}

static int teardown(void **state)
{
	usb_close(t);
	clock_set_source(NULL);
	return 0;
}

/* As the loop does: dispatch whenever the transport wants to be, for @ms. */
static unsigned int loop(int ms)
{
	int64_t end = now_ms + ms;
	unsigned int woken = 0;

	while (now_ms < end) {
		int64_t next = end, due;
		int wait = (int)(end - now_ms);

		usb_pollfds(t, NULL, 0, &wait);
		due = now_ms + wait;
		for (size_t i = 0; i < 4; i++)
			if (flights[i].x && flights[i].at < next)
				next = flights[i].at;
		if (due < next)
			next = due;
		if (next > now_ms)
			now_ms = next;
		woken++;
		assert_true(woken < 100000);
		if (now_ms < end && usb_dispatch(t))
			break;
	}
	return woken;
}

static int get(uint8_t *buf, size_t len)
{
	return transport_get_report(t, HID_FEATURE, 1, buf, len);
}

static void every_end_of_a_transfer(void **state)
{
	static const struct {
		enum libusb_transfer_status status;
		int want;
	} ends[] = {
		{ LIBUSB_TRANSFER_STALL, -EPIPE }, { LIBUSB_TRANSFER_ERROR, -EIO },
		{ LIBUSB_TRANSFER_TIMED_OUT, -ETIMEDOUT },
	};
	uint8_t buf[8];

	for (size_t i = 0; i < 3; i++) {
		answers[0] = (struct answer){ ends[i].status };
		assert_int_equal(get(buf, 8), ends[i].want);
	}
	/* none of them is the end of the device */
	answers[0] = (struct answer){ .len = 8, .data = { 1, 2, 3 } };
	assert_int_equal(get(buf, 8), 8);
	assert_int_equal(buf[2], 3);
}

static void a_device_that_is_gone_is_left_alone(void **state)
{
	uint8_t buf[8];

	answers[0] = (struct answer){ LIBUSB_TRANSFER_NO_DEVICE };
	assert_int_equal(get(buf, 8), -ENODEV);
	answers[0] = (struct answer){ .len = 8 };
	assert_int_equal(get(buf, 8), -ENODEV);
	assert_int_equal(transport_set_report(t, HID_FEATURE, 1, buf, 8), -ENODEV);
	assert_int_equal(usb_dispatch(t), -ENODEV);
	assert_int_equal(controls, 1);
}

static void reports_longer_than_asked_for(void **state)
{
	uint8_t buf[8];

	/* once more, with room for it; what was asked for is given */
	nr_answers = 2;
	answers[0] = (struct answer){ LIBUSB_TRANSFER_OVERFLOW };
	answers[1] = (struct answer){ .len = 12, .data = { 1, 9, 8, 7, 6, 5, 4, 3, 2 } };
	assert_int_equal(get(buf, 8), 8);
	assert_int_equal(buf[7], 3);
	assert_int_equal(asked_len[1], 64);
	/* one that babbles on is given up at that */
	nr_answers = 1;
	answers[0] = (struct answer){ LIBUSB_TRANSFER_OVERFLOW };
	controls = 0;
	assert_int_equal(get(buf, 8), -EOVERFLOW);
	assert_int_equal(controls, 2);
}

static void silence_ends(void **state)
{
	int64_t start = now_ms;
	uint8_t buf[8];

	answers[0] = (struct answer){ .silent = true };
	assert_int_equal(get(buf, 8), -ETIMEDOUT);
	assert_true(now_ms - start <= 5000);
}

static void a_transfer_that_nobody_gives_back(void **state)
{
	int64_t start = now_ms;
	struct libusb_transfer *x = u->xfer;
	uint8_t *b = u->buf, buf[8];

	stuck = true;
	answers[0] = (struct answer){ .delay_ms = 1000000, .len = 8 };
	assert_int_equal(get(buf, 8), -ENODEV);
	assert_true(now_ms - start <= 10000);
	/* it is the controller's from now on: neither used again nor freed */
	assert_null(u->xfer);
	assert_int_equal(get(buf, 8), -ENODEV);
	assert_int_equal(controls, 1);
	free(x);
	free(b);
}

static void pauses_between_transfers(void **state)
{
	uint8_t buf[8];

	/* no pause where none is needed */
	get(buf, 8);
	get(buf, 8);
	assert_int_equal(control_at[1], control_at[0]);
	/* after a write, of whatever */
	assert_int_equal(transport_set_report(t, HID_FEATURE, 1, buf, 8), 0);
	get(buf, 8);
	assert_true(control_at[3] - control_at[2] >= 125);
	transport_set_report(t, HID_FEATURE, 1, buf, 8);
	transport_set_report(t, HID_FEATURE, 1, buf, 8);
	assert_true(control_at[5] - control_at[4] >= 125);
	/* also after one that was refused */
	now_ms += 1000;
	answers[0] = (struct answer){ LIBUSB_TRANSFER_STALL };
	assert_int_equal(transport_set_report(t, HID_FEATURE, 1, buf, 8), -EPIPE);
	transport_set_report(t, HID_FEATURE, 1, buf, 8);
	assert_true(control_at[7] - control_at[6] >= 125);
}

static void pauses_for_those_that_lock_up(void **state)
{
	uint8_t buf[8];

	u->quirks = USB_SLOW;
	for (int i = 0; i < 10; i++)
		get(buf, 8);
	for (int i = 1; i < 10; i++)
		assert_true(control_at[i] - control_at[i - 1] >= 20);
}

static void one_that_did_not_answer_in_time_is_spared(void **state)
{
	uint8_t buf[8];

	nr_answers = 2;
	answers[0] = (struct answer){ .silent = true };
	answers[1] = (struct answer){ .len = 8 };
	assert_int_equal(get(buf, 8), -ETIMEDOUT);
	get(buf, 8);
	get(buf, 8);
	assert_true(control_at[2] - control_at[1] >= 20);
}

static void events_come_in_the_middle_of_a_wait(void **state)
{
	int64_t start = now_ms;
	uint8_t buf[8];

	assert_int_equal(transport_start_input(t), 0);
	endpoint.len = 3;
	flights[0].at = now_ms + 10;
	answers[0] = (struct answer){ .len = 8, .delay_ms = 4000 };
	assert_int_equal(get(buf, 8), 8);
	assert_int_equal(inputs, 1);
	assert_int_equal(input_at[0], start + 10);
	/* and the endpoint is listened to again, at the latest when that has ended */
	assert_int_equal(submits, 2);
}

/* A poll of many reports does not keep a broken endpoint from being tried again. */
static void endpoint_that_fails_during_a_poll(void **state)
{
	uint8_t buf[8];

	transport_start_input(t);
	flights[0].at = now_ms + 1;
	flights[0].status = LIBUSB_TRANSFER_ERROR;
	answers[0] = (struct answer){ .len = 8, .delay_ms = 150 };
	get(buf, 8);
	assert_int_equal(lost, 1);
	assert_int_equal(submits, 2);
}

static void reports_in_several_packets(void **state)
{
	u->in.size[0] = 20;
	assert_int_equal(transport_start_input(t), 0);
	for (int i = 0; i < 3; i++) {
		endpoint.len = i < 2 ? 8 : 4;
		memset(endpoint.data, i, 8);
		flights[0].at = now_ms + 5;
		loop(6);
	}
	assert_int_equal(inputs, 1);
	assert_int_equal(got_len[0], 20);
	assert_int_equal(got[0][19], 2);
	/* a device that leaves the rest out: what came counts, soon */
	endpoint.len = 8;
	flights[0].at = now_ms + 5;
	loop(200);
	assert_int_equal(inputs, 2);
	assert_int_equal(got_len[1], 8);
	/* an empty packet ends it at once, and is no error */
	flights[0].at = now_ms + 5;
	loop(6);
	endpoint.len = 0;
	flights[0].at = now_ms + 5;
	loop(6);
	assert_int_equal(inputs, 3);
	assert_int_equal(u->in.errors, 0);
	assert_int_equal(lost, 0);
}

/* Errors of the endpoint: never a spin, and told at once, for it may have been the mains. */
static void broken_endpoint(enum libusb_transfer_status status)
{
	unsigned int woken;

	endpoint.status = status;
	endpoint.every = 1;
	assert_int_equal(transport_start_input(t), 0);
	loop(5);
	assert_int_equal(lost, 1);
	woken = loop(10000);
	assert_true(submits <= 8);
	assert_true(woken <= 20);
	/* given up, and the protocol is told when it asks */
	assert_int_equal(transport_start_input(t), -EIO);
	submits = 0;
	woken = loop(600000);
	assert_in_range(submits, 8, 11);
	assert_true(woken <= 40);
	/* it works again: noticed within a minute */
	endpoint.status = LIBUSB_TRANSFER_COMPLETED;
	endpoint.every = 0;
	endpoint.len = 2;
	inputs = 0;
	loop(61000);
	for (size_t i = 0; i < 4; i++)
		if (flights[i].x)
			flights[i].at = now_ms;
	loop(1000);
	assert_true(inputs >= 1);
	assert_int_equal(transport_start_input(t), 0);
}

static void endpoint_that_stalls(void **state)
{
	broken_endpoint(LIBUSB_TRANSFER_STALL);
	/* the halt is cleared before each attempt */
	assert_true(clears >= 5);
}

static void endpoint_with_errors(void **state)
{
	broken_endpoint(LIBUSB_TRANSFER_ERROR);
	assert_int_equal(clears, 0);
}

static void endpoint_that_babbles(void **state)
{
	broken_endpoint(LIBUSB_TRANSFER_OVERFLOW);
}

static void endpoint_that_cannot_be_used(void **state)
{
	endpoint.submit_error = LIBUSB_ERROR_IO;
	transport_start_input(t);
	loop(10000);
	assert_true(submits <= 8);
	assert_int_equal(transport_start_input(t), -EIO);
	endpoint.submit_error = LIBUSB_ERROR_NO_DEVICE;
	loop(120000);
	assert_int_equal(usb_dispatch(t), -ENODEV);
}

static void endpoint_of_a_device_that_went(void **state)
{
	endpoint.status = LIBUSB_TRANSFER_NO_DEVICE;
	transport_start_input(t);
	flights[0].at = now_ms;
	assert_int_equal(usb_dispatch(t), -ENODEV);
	assert_int_equal(lost, 0);
}

static void gone_when_the_halt_is_cleared(void **state)
{
	endpoint.status = LIBUSB_TRANSFER_STALL;
	transport_start_input(t);
	flights[0].at = now_ms;
	clear_error = LIBUSB_ERROR_NO_DEVICE;
	loop(500);
	assert_int_equal(usb_dispatch(t), -ENODEV);
	assert_int_equal(submits, 1);
}

static void a_device_that_never_stops_talking(void **state)
{
	unsigned int woken;

	endpoint.every = 1;
	endpoint.len = 2;
	transport_start_input(t);
	woken = loop(10000);
	assert_in_range(inputs, 100, 700);
	assert_true(woken < 2000);
	/* and it is listened to all the time: nothing waits longer than a moment */
	for (unsigned int i = 1; i < inputs; i++)
		assert_true(input_at[i] - input_at[i - 1] <= 150);
}

static void endpoints_that_are_not_for_us(void **state)
{
	t->info.in = 0;
	assert_int_equal(transport_start_input(t), -EOPNOTSUPP);
	t->info.in = 0x81;
	u->in_packet = 0;
	assert_int_equal(transport_start_input(t), -EOPNOTSUPP);
	assert_int_equal(submits, 0);
}

static void closing_while_listening(void **state)
{
	transport_start_input(t);
	assert_non_null(flights[0].x);
	usbhid_stop(u);
	assert_null(flights[0].x);
	/* one that does not come back is not waited for for ever */
	transport_start_input(t);
	stuck = true;
	usbhid_stop(u);
	assert_true(now_ms < 1000000 + 5000);
	free(flights[0].x);
}

/* Which length counts: the two can differ, and either be the wrong one. */
static void descriptor_lengths(void **state)
{
	static const uint8_t power[] = { 0x05, 0x84, 0x09, 0x04, 0xa1, 0x01, 0xc0 };
	struct usb_place *p = calloc(1, sizeof(*p));

	alt.extra_length = 9;
	hid_extra[7] = 7;
	/* the HID descriptor says 40, and that works: the longer */
	nr_answers = 2;
	answers[0] = (struct answer){ .len = 9, .data = { 9, 0x21, 0x10, 1, 0, 1, 0x22, 40 } };
	answers[1] = (struct answer){ .len = 7 };
	memcpy(answers[1].data, power, sizeof(power));
	assert_int_equal(usbhid_attach(u, p), 0);
	assert_int_equal(asked_len[1], 40);
	assert_int_equal(u->desc_len, 7);
	free(u->desc);
	/* 40 is refused: the other */
	controls = 0;
	nr_answers = 3;
	answers[2] = answers[1];
	answers[1] = (struct answer){ LIBUSB_TRANSFER_STALL };
	assert_int_equal(usbhid_attach(u, p), 0);
	assert_int_equal(asked_len[2], 7);
	assert_int_equal(u->desc_len, 7);
	free(u->desc);
	/* no HID descriptor: that of the configuration */
	controls = 0;
	nr_answers = 2;
	answers[0] = (struct answer){ LIBUSB_TRANSFER_STALL };
	answers[1] = answers[2];
	assert_int_equal(usbhid_attach(u, p), 0);
	assert_int_equal(asked_len[1], 7);
	free(u->desc);
	/* nothing is answered: what the kernel has read */
	controls = 0;
	nr_answers = 1;
	memcpy(p->kernel_desc, power, sizeof(power));
	p->kernel_desc_len = sizeof(power);
	assert_int_equal(usbhid_attach(u, p), 0);
	assert_memory_equal(u->desc, power, sizeof(power));
	free(u->desc);
	p->kernel_desc_len = 0;
	controls = 0;
	assert_int_equal(usbhid_attach(u, p), -EIO);
	alt.extra_length = 0;
	free(p);
}

static void strings_of_all_kinds(void **state)
{
	char buf[16];

	/* no language is told: US English; what is no ASCII becomes a question mark */
	nr_answers = 2;
	answers[0] = (struct answer){ LIBUSB_TRANSFER_STALL };
	answers[1] = (struct answer){ .len = 8, .data = { 8, 3, 'A', 0, 0xe9, 0, 'c', 0 } };
	assert_int_equal(transport_string(t, 2, buf, sizeof(buf)), 3);
	assert_string_equal(buf, "A?c");
	/* one that is longer than it says */
	answers[1] = (struct answer){ .len = 8, .data = { 6, 3, 'A', 0, 'b', 0, 'c', 0 } };
	assert_int_equal(transport_string(t, 2, buf, sizeof(buf)), 2);
	/* a length beyond what came, or that is odd, or no string at all */
	answers[1] = (struct answer){ .len = 5, .data = { 200, 3, 'A', 0, 'b' } };
	assert_int_equal(transport_string(t, 2, buf, sizeof(buf)), 1);
	answers[1] = (struct answer){ .len = 8, .data = { 8, 2, 'A', 0 } };
	assert_int_equal(transport_string(t, 2, buf, sizeof(buf)), -EIO);
	assert_int_equal(transport_string(t, 0, buf, sizeof(buf)), -EINVAL);
}

int main(void)
{
#define TEST(t)	cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_end_of_a_transfer),
		TEST(a_device_that_is_gone_is_left_alone),
		TEST(reports_longer_than_asked_for),
		TEST(silence_ends),
		TEST(a_transfer_that_nobody_gives_back),
		TEST(pauses_between_transfers),
		TEST(pauses_for_those_that_lock_up),
		TEST(one_that_did_not_answer_in_time_is_spared),
		TEST(events_come_in_the_middle_of_a_wait),
		TEST(endpoint_that_fails_during_a_poll),
		TEST(reports_in_several_packets),
		TEST(endpoint_that_stalls),
		TEST(endpoint_with_errors),
		TEST(endpoint_that_babbles),
		TEST(endpoint_that_cannot_be_used),
		TEST(endpoint_of_a_device_that_went),
		TEST(gone_when_the_halt_is_cleared),
		TEST(a_device_that_never_stops_talking),
		TEST(endpoints_that_are_not_for_us),
		TEST(closing_while_listening),
		TEST(descriptor_lengths),
		TEST(strings_of_all_kinds),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("usb link", tests, NULL, NULL);
}
