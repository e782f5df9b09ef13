/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HID report descriptors, as UPSes have them: what lies at which bits of which
 * report, under which path of usages.
 *
 * A UPS is not refused for a fault in its descriptor. Each fault that the
 * parser repairs is a bit of enum hid_repair, so that it can be named, tested
 * and logged once.
 */
#ifndef UPSY_HID_PARSER_H
#define UPSY_HID_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transport/transport.h"

#define HID_FIELDS_MAX		1024
#define HID_COLLECTIONS_MAX	256
#define HID_DEPTH_MAX		16
#define HID_USAGES_MAX		256
#define HID_REPORT_BYTES_MAX	1024
#define HID_PATH_MAX		192
#define HID_BYTES_KEPT		8

/** enum hid_repair - what was wrong and has been put right; see hid_repair_names[] */
enum hid_repair {
	HID_REPAIR_MAX_AS_MINUS_ONE,	/* logical maximum ff meant 255, not -1 */
	HID_REPAIR_MAX_TOO_WIDE,	/* logical maximum that the field cannot hold */
	HID_REPAIR_MAX_NOTHING,		/* limits that leave a wide field no value above zero */
	HID_REPAIR_LEFTOVER_COUNT,	/* report count of an earlier item, never reset */
	HID_REPAIR_TRUNCATED,		/* the descriptor ends inside an item */
	HID_REPAIR_NESTING,		/* collections opened and closed do not match */
	HID_REPAIR_LIMIT,		/* more of something than any UPS has; rest left out */
	HID_REPAIR_LEAKED_UNIT,		/* unit of an earlier item, never reset */
	HID_REPAIR_LEAKED_EXPONENT,	/* exponent of an earlier item, never reset */
	HID_REPAIR_VALUE_LIMITS,	/* value outside its own logical limits, and right */
	HID_REPAIR_EXPONENT,		/* exponent off by powers of ten */
	HID_REPAIR_SHORT_REPORT,	/* report shorter than declared */
	HID_REPAIR_LONG_REPORT,		/* report longer than declared */
	HID_REPAIR_NO_REPORT_ID,	/* report without the id it must begin with */
	HID_REPAIR_STATUS_PAGE,		/* battery flag on the power page */
	HID_REPAIR_NO_PAGE,		/* usages before any page: the power page's */
	HID_REPAIRS
};

extern const char *const hid_repair_names[HID_REPAIRS];

/**
 * struct hid_collection - one collection
 * @usage: page and id
 * @parent: index of the one around it, -1 at the top
 * @instance: 1 to 127 where the type says so (MGE's Flow.[4]), else 0
 */
struct hid_collection {
	uint32_t usage;
	int16_t parent;
	uint8_t instance;
};

/**
 * struct hid_field - one usage in one report
 * @usage: page and id
 * @collection: index of the innermost collection, -1 outside any
 * @type: of the report
 * @report: its id, 0 where the device uses none
 * @constant, @is_volatile: main item flags
 * @offset: first bit, after the report id
 * @packed: first bit if report counts were what the usages say
 * @size: bits of one value
 * @count: how many values share this usage; only the first is read
 * @bytes: of a row of bytes under one usage, the first eight as they came
 * @nth: 0 for the first field with this path in this report type
 * @twin: the same quantity in another report type, or -1
 * @lmin, @lmax, @pmin, @pmax: limits; pmin == pmax when not given
 * @unit, @exponent: as declared
 * @path: "UPS.PowerSummary.PresentStatus.ACPresent"
 * @raw: last value read, when @valid
 * @bound: something is read from here
 */
struct hid_field {
	uint32_t usage;
	int16_t collection;
	int16_t twin;
	enum hid_report_type type;
	uint8_t report;
	bool constant, is_volatile;
	uint8_t nth;
	uint16_t offset, packed, size, count;
	int64_t lmin, lmax, pmin, pmax;
	uint32_t unit;
	int8_t exponent;
	bool valid, bound;
	uint8_t bytes[HID_BYTES_KEPT];
	const char *path;
	int64_t raw;
};

/**
 * struct hid_report_size - declared length of a report
 * @bits: as declared, without the id; @packed: if counts were as usages say
 */
struct hid_report_size {
	uint16_t bits, packed;
};

/**
 * struct hid_device - a parsed descriptor, and the values last read
 * @uses_ids: reports begin with their id
 * @repairs: bit per enum hid_repair that was needed
 * @size: by report type - 1 and id
 */
struct hid_device {
	struct hid_field *fields;
	size_t nr_fields;
	struct hid_collection *collections;
	size_t nr_collections;
	char *paths;
	bool uses_ids;
	uint32_t repairs;
	struct hid_report_size size[3][256];
};

/**
 * hid_parse - parse a report descriptor
 * Return: 0; -EINVAL when nothing useful is in it; -ENOMEM. Free with hid_free().
 */
int hid_parse(const uint8_t *desc, size_t len, struct hid_device **out);
void hid_free(struct hid_device *h);

/** hid_is_ups - the top-level collection is a UPS (or its like) of the power page */
bool hid_is_ups(const struct hid_device *h);
/** hid_begins_with - there is a top-level collection of this usage */
bool hid_begins_with(const struct hid_device *h, uint32_t usage);

/** hid_path - write the path of a field, cut at @len. Return: its length. */
size_t hid_path(const struct hid_device *h, const struct hid_field *f, char *buf, size_t len);

/**
 * hid_extract - a value out of a report's data
 * @data: after the report id
 * @offset, @size: in bits
 * @min, @max: logical limits; a negative @min makes the value signed
 *
 * Takes as many bits as the limits need, throws garbage above them away, and
 * clamps to the limits. Bits beyond @len read as 0.
 */
int64_t hid_extract(const uint8_t *data, size_t len, unsigned int offset, unsigned int size,
		    int64_t min, int64_t max);

/** hid_insert - the reverse; bits beyond @len are dropped */
void hid_insert(uint8_t *data, size_t len, unsigned int offset, unsigned int size, int64_t v);

/**
 * hid_take_report - store what a report says in its fields
 * @buf: as received, report id first when the device uses ids
 *
 * Return: how many fields got a value, or -EIO when it is not this report.
 */
int hid_take_report(struct hid_device *h, enum hid_report_type type, uint8_t id,
		    const uint8_t *buf, size_t len);

/** hid_is_packed - of @len bytes: report counts are as the usages say, not as declared */
static inline bool hid_is_packed(const struct hid_device *h, enum hid_report_type type,
				 uint8_t id, size_t len)
{
	size_t declared = (h->size[type - 1][id].bits + 7u) / 8;

	return (h->size[type - 1][id].packed + 7u) / 8 < declared && len < declared;
}

/** hid_find - a field by type, report id and bit offset, or NULL */
struct hid_field *hid_find(struct hid_device *h, enum hid_report_type type, uint8_t report,
			   unsigned int offset);

static inline bool hid_repaired(struct hid_device *h, enum hid_repair r)
{
	bool first = !(h->repairs & 1u << r);

	h->repairs |= 1u << r;
	return first;
}

#endif
