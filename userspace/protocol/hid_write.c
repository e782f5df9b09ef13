// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writing one field. The rest of its report is first read and sent back as it
 * is, but for what would act when it is sent back: a test's result is not an
 * order for a test, nor a countdown that stands at 0 an order to switch off.
 * What the device made of it is read back.
 */
#include <errno.h>
#include <string.h>

#include "protocol/hid_pdc.h"

#define PAGE_POWER		0x0084
#define PAGE_BELKIN		0x0086	/* the same numbers as the power page has */

enum control {
	SWITCH_ON = 0x50, SWITCH_OFF, TOGGLE,
	DELAY_REBOOT = 0x55, DELAY_STARTUP, DELAY_SHUTDOWN, TEST, RESET,
};

int hid_unscale(struct hid_pdc *d, const struct hid_field *f, enum hid_quantity q, int64_t v,
		int64_t *raw)
{
	const int64_t far = 1000000;
	int64_t zero, one;
	__int128 n;

	/* The scale is linear: two points give its inverse. */
	if (hid_scale(d->hid, f, q, 0, &zero) || hid_scale(d->hid, f, q, far, &one) ||
	    one <= zero)
		return -ERANGE;
	n = (__int128)(v - zero) * far;
	n = n > 0 ? (n + (one - zero) - 1) / (one - zero) : n / (one - zero);
	if (n > INT32_MAX || n < INT32_MIN)
		return -ERANGE;
	*raw = (int64_t)n;
	return 0;
}

bool hid_fits(const struct hid_field *f, int64_t raw)
{
	unsigned int bits = f->size > 32 ? 32 : f->size;
	int64_t most = (INT64_C(1) << (f->lmin < 0 ? bits - 1 : bits)) - 1;

	/* -1 is all ones in any field */
	return bits && raw <= most && (raw >= -1 || (f->lmin < 0 && raw >= -most - 1));
}

/*
 * What the report holds now, without its id. What the device sends is its real
 * length, whatever it declares. Return: bytes, 0 when it does not tell.
 */
static size_t current(struct ups *ups, struct hid_pdc *d, const struct hid_field *f,
		      size_t declared, uint8_t *data, int *error)
{
	uint8_t buf[HID_REPORT_BYTES_MAX + 1];
	size_t id = d->hid->uses_ids, want = declared + id, len;
	int n;

	n = transport_get_report(ups->link, f->type, f->report, buf, want > 8 ? want : 8);
	*error = n < 0 ? n : 0;
	if (n <= 0 || hid_take_report(d->hid, f->type, f->report, buf, (size_t)n) < 0)
		return 0;
	/* some leave out the id that they declare */
	if (id && (buf[0] != f->report || n == 1))
		id = 0;
	len = (size_t)n - id;
	if (len > declared)
		len = declared;
	memcpy(data, buf + id, len);
	return len;
}

static const struct hid_written *written(const struct hid_pdc *d, const struct hid_field *f)
{
	for (size_t i = d->nr_written; i--;)
		if (d->written[i].field == f)
			return &d->written[i];
	return NULL;
}

/* What is sent back in a neighbour's place. */
static int64_t at_rest(const struct ups *ups, const struct hid_pdc *d, const struct hid_field *f)
{
	const struct hid_written *w = written(d, f);
	bool counts = f->raw > 0 && (w || reading_get(&ups->now, UPSY_R_TIMER_SHUTDOWN, 0) > 0);
	uint32_t page = f->usage >> 16;

	if (page != PAGE_POWER && page != PAGE_BELKIN)
		return f->raw;
	switch (f->usage & 0xffff) {
	case SWITCH_ON: case SWITCH_OFF: case TOGGLE: case TEST: case RESET:
		return 0;
	case DELAY_REBOOT: case DELAY_SHUTDOWN:
		/* some say 0, or something else, when they do not count: written, it is "now" */
		return counts ? f->raw : w && w->raw ? w->raw : -1;
	case DELAY_STARTUP:
		return w ? w->raw : f->raw;
	}
	return f->raw;
}

static bool is_neighbour(const struct hid_field *f, const struct hid_field *of)
{
	return f->type == of->type && f->report == of->report && f->offset != of->offset &&
	       !f->constant;
}

/*
 * @have: bytes that the device has of this report; what is declared beyond does
 * not exist. Of a report that could not be read, nothing but @f may be in it.
 */
static int calm_neighbours(const struct ups *ups, struct hid_pdc *d, const struct hid_field *f,
			   uint8_t *data, size_t have, bool packed, bool read)
{
	for (size_t i = 0; i < d->hid->nr_fields; i++) {
		const struct hid_field *n = &d->hid->fields[i];
		unsigned int at = packed ? n->packed : n->offset;

		if (!is_neighbour(n, f))
			continue;
		if (!read)
			return -ENODATA;
		if (at + n->size <= have * 8 && at_rest(ups, d, n) != n->raw)
			hid_insert(data, have, at, n->size, at_rest(ups, d, n));
	}
	return 0;
}

static void note(struct hid_pdc *d, struct hid_field *f, int64_t raw, int64_t before, bool known)
{
	if (d->nr_written < HID_WRITTEN_MAX)
		d->written[d->nr_written++] = (struct hid_written){ f, raw, before, known };
}

int hid_write(struct ups *ups, struct hid_pdc *d, struct hid_field *f, int64_t raw)
{
	size_t bytes = (d->hid->size[f->type - 1][f->report].bits + 7u) / 8;
	uint8_t buf[HID_REPORT_BYTES_MAX + 2] = { 0 };
	size_t id = d->hid->uses_ids, have;
	bool packed, read, known;
	int64_t before;
	int error, ret;

	if (bytes > HID_REPORT_BYTES_MAX)
		return -ERANGE;
	have = current(ups, d, f, bytes, buf + id, &error);
	if (error == -ENODEV)
		return error;
	packed = have && hid_is_packed(d->hid, f->type, f->report, have);
	read = (size_t)(packed ? f->packed : f->offset) + f->size <= have * 8;
	if (read)
		bytes = have;
	/* what nobody has read cannot be sent back as it is */
	ret = calm_neighbours(ups, d, f, buf + id, have, packed, read);
	if (ret)
		return error ? error : ret;
	known = f->valid;
	before = f->raw;
	if (id)
		buf[0] = f->report;
	hid_insert(buf + id, bytes, read && packed ? f->packed : f->offset, f->size, raw);
	ret = transport_set_report(ups->link, f->type, f->report, buf, bytes + id);
	if (ret < 0)
		return ret;
	note(d, f, raw, before, known);
	/* It was taken. What it is now is not known until it is read. */
	f->valid = false;
	hid_get(ups, d, f->type, f->report);
	return 0;
}
