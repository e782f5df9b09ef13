// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values in reports: bits to numbers and back, and what to make of reports
 * that are shorter or longer than declared.
 */
#include <errno.h>

#include "protocol/hid_parser.h"

static uint64_t get_bits(const uint8_t *data, size_t len, unsigned int offset,
			 unsigned int size)
{
	uint64_t v = 0;

	if (size > 32)
		size = 32;
	for (unsigned int i = 0; i < size; i++) {
		size_t byte = (offset + i) / 8;

		if (byte < len && data[byte] >> (offset + i) % 8 & 1)
			v |= UINT64_C(1) << i;
	}
	return v;
}

static int64_t to_signed(uint64_t v, unsigned int bits)
{
	if (bits < 64 && v >> (bits - 1) & 1)
		v |= ~UINT64_C(0) << bits;
	return (int64_t)v;
}

/* How many bits hold both limits. */
static unsigned int bits_needed(int64_t min, int64_t max, unsigned int size)
{
	uint64_t most = (uint64_t)(max < 0 ? -(max + 1) : max);
	unsigned int n = min < 0;

	if (min < 0 && (uint64_t)-(min + 1) > most)
		most = (uint64_t)-(min + 1);
	while (most) {
		most >>= 1;
		n++;
	}
	return n && n < size ? n : size;
}

int64_t hid_extract(const uint8_t *data, size_t len, unsigned int offset, unsigned int size,
		    int64_t min, int64_t max)
{
	unsigned int bits;
	int64_t v;

	if (!size)
		return 0;
	if (size > 32)
		size = 32;
	bits = bits_needed(min, max, size);
	v = (int64_t)get_bits(data, len, offset, bits);
	/* Garbage above the sign: the sign is that of the bits the limits need.
	 * But a plain -1 in the whole field must stay -1. */
	if (min < 0)
		v = to_signed((uint64_t)v, bits);
	if (v < min)
		v = min;
	if (v > max)
		v = max;
	return v;
}

void hid_insert(uint8_t *data, size_t len, unsigned int offset, unsigned int size, int64_t v)
{
	for (unsigned int i = 0; i < size; i++) {
		size_t byte = (offset + i) / 8;
		uint8_t mask = (uint8_t)(1 << (offset + i) % 8);
		bool bit = (uint64_t)v >> (i < 63 ? i : 63) & 1;

		if (byte >= len)
			return;
		data[byte] = (uint8_t)(bit ? data[byte] | mask : data[byte] & ~mask);
	}
}

/*
 * Take one field. Returns 1 with a value; 0 when the report does not reach so
 * far, which leaves the field alone, as events may hold a part only; -1 for "no
 * value": all ones, outside the limits.
 *
 * Limits are often wrong (copied from the item before, or of a 120 V model):
 * up to 16 bits the value is believed and the limit is not. In wider fields
 * the bits above the limits are rubbish (APC BF500) and are thrown away.
 */
static int take_field(struct hid_device *h, struct hid_field *f, unsigned int offset,
		       const uint8_t *data, size_t len)
{
	unsigned int size = f->size > 32 ? 32 : f->size;
	uint64_t all = get_bits(data, len, offset, size);
	int64_t full = f->lmin < 0 ? to_signed(all, size) : (int64_t)all;
	bool outside = full < f->lmin || full > f->lmax;

	if (offset >= len * 8 || (offset + size > len * 8 && f->lmin < 0))
		return 0;
	if (f->size == 8 && f->count > 1)
		for (unsigned int i = 0; i < HID_BYTES_KEPT; i++)
			f->bytes[i] = i < f->count ? (uint8_t)get_bits(data, len, offset + 8 * i, 8)
						   : 0;
	if (outside && size >= 8 && all == (size == 32 ? UINT32_MAX : (1u << size) - 1) &&
	    f->lmin >= 0)
		return -1;
	if (!outside) {
		f->raw = full;
	} else if (size <= 16) {
		f->raw = full;
		hid_repaired(h, HID_REPAIR_VALUE_LIMITS);
	} else {
		f->raw = hid_extract(data, len, offset, f->size, f->lmin, f->lmax);
		hid_repaired(h, HID_REPAIR_VALUE_LIMITS);
	}
	return 1;
}

static void take_twin(struct hid_device *h, const struct hid_field *f)
{
	if (f->twin < 0)
		return;
	h->fields[f->twin].raw = f->raw;
	h->fields[f->twin].valid = f->valid;
}

int hid_take_report(struct hid_device *h, enum hid_report_type type, uint8_t id,
		    const uint8_t *buf, size_t len)
{
	const struct hid_report_size *s = &h->size[type - 1][id];
	size_t declared = (s->bits + 7u) / 8;
	bool pack;
	int got, n = 0;

	if (h->uses_ids) {
		if (len && buf[0] == id) {
			buf++;
			len--;
		} else if (len && len == declared) {
			hid_repaired(h, HID_REPAIR_NO_REPORT_ID);
		} else {
			return -EIO;
		}
	}
	if (!len)
		return -EIO;
	pack = hid_is_packed(h, type, id, len);
	if (pack)
		hid_repaired(h, HID_REPAIR_LEFTOVER_COUNT);
	else if (len < declared)
		hid_repaired(h, HID_REPAIR_SHORT_REPORT);
	if (len > declared)
		hid_repaired(h, HID_REPAIR_LONG_REPORT);
	for (size_t i = 0; i < h->nr_fields; i++) {
		struct hid_field *f = &h->fields[i];

		if (f->type != type || f->report != id)
			continue;
		got = take_field(h, f, pack ? f->packed : f->offset, buf, len);
		if (!got)
			continue;
		f->valid = got > 0;
		n += f->valid;
		/* Input and feature of one path are one quantity. */
		take_twin(h, f);
	}
	return n;
}
