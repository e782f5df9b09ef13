// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Report descriptors: every fault that the parser repairs, each in a descriptor
 * made up for it; extraction and scaling of values.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/hid_usage.h"

#define PARSE(...) parse((const uint8_t[]){ __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }))

static struct hid_device *dev;

static struct hid_device *parse(const uint8_t *desc, size_t len)
{
	hid_free(dev);
	dev = NULL;
	assert_int_equal(hid_parse(desc, len, &dev), 0);
	return dev;
}

static int teardown(void **state)
{
	hid_free(dev);
	dev = NULL;
	return 0;
}

static bool repaired(enum hid_repair r)
{
	return dev->repairs >> r & 1;
}

static const char *path_of(size_t i)
{
	static char path[HID_PATH_MAX];

	hid_path(dev, &dev->fields[i], path, sizeof(path));
	return path;
}

/* UPS { PowerSummary { … } } around what is given, 8 bits, one each */
#define UPS_BEGIN 0x05, 0x84, 0x09, 0x04, 0xa1, 0x01, 0x09, 0x24, 0xa1, 0x02, \
		  0x85, 0x01, 0x75, 0x08, 0x95, 0x01, 0x15, 0x00, 0x26, 0xff, 0x00
#define UPS_END 0xc0, 0xc0

static int64_t extract(unsigned int off, unsigned int size, int64_t min, int64_t max,
		       const uint8_t *report, size_t len)
{
	return hid_extract(report + 1, len - 1, off, size, min, max);
}

static void extraction(void **state)
{
	static const uint8_t garbage[] = { 0x33, 0x00, 0x0a, 0x08, 0x80 };
	static const uint8_t ff[] = { 0x00, 0xff }, ffff[] = { 0x00, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t flag[] = { 0x06, 0x00, 0x00, 0x08 };
	static const uint8_t bits[] = { 0x16, 0x0c, 0x00, 0x00, 0x00 };

	assert_int_equal(extract(0, 32, 0, 65535, garbage, 5), 2560);
	assert_int_equal(extract(0, 8, 0, 127, ff, 2), 127);
	assert_int_equal(extract(0, 8, -1, 127, ff, 2), -1);
	assert_int_equal(extract(0, 32, -1, 2147483647, ffff, 5), -1);
	assert_int_equal(extract(16, 8, 0, 255, flag, 4), 8);
	for (unsigned int i = 0; i < 16; i++)
		assert_int_equal(extract(i, 1, 0, 1, bits, 5), i == 2 || i == 3);
}

static void insertion_is_the_reverse(void **state)
{
	uint8_t buf[4] = { 0xff, 0xff, 0xff, 0xff };

	hid_insert(buf, sizeof(buf), 5, 11, 0x2a5);
	assert_int_equal(hid_extract(buf, 4, 5, 11, 0, 2047), 0x2a5);
	assert_int_equal(buf[0] & 0x1f, 0x1f);
	assert_int_equal(buf[2], 0xff);
	hid_insert(buf, sizeof(buf), 8, 16, -1);
	assert_int_equal(hid_extract(buf, 4, 8, 16, -1, 32767), -1);
	hid_insert(buf, sizeof(buf), 28, 16, 0);	/* past the end: cut */
	assert_int_equal(buf[3], 0x0f);
}

static void paths_and_places(void **state)
{
	PARSE(0x05, 0x84, 0x09, 0x04, 0xa1, 0x01,	/* UPS */
	      0x09, 0x1e, 0xa1, 0x84,			/* Flow, instance 4 */
	      0x85, 0x0d, 0x75, 0x10, 0x95, 0x01, 0x15, 0x00, 0x27, 0xff, 0xff, 0x00, 0x00,
	      0x09, 0x43, 0xb1, 0x83, 0x75, 0x08, 0x26, 0xff, 0x00, 0x09, 0x42, 0xb1, 0x83, 0xc0,
	      0x09, 0x24, 0xa1, 0x00, 0x0b, 0x66, 0x00, 0x85, 0x00, 0xb1, 0x02,
	      0x0b, 0x60, 0x00, 0x86, 0xff, 0x81, 0x02, 0xc0, 0xc0);
	assert_int_equal(dev->nr_fields, 4);
	assert_string_equal(path_of(0), "UPS.Flow.[4].ConfigApparentPower");
	assert_string_equal(path_of(1), "UPS.Flow.[4].ConfigFrequency");
	assert_int_equal(dev->fields[1].offset, 16);
	assert_string_equal(path_of(2), "UPS.PowerSummary.RemainingCapacity");
	assert_int_equal(dev->fields[2].offset, 24);
	/* offsets are counted for each type of report */
	assert_string_equal(path_of(3), "UPS.PowerSummary.ff860060");
	assert_int_equal(dev->fields[3].offset, 0);
	assert_true(hid_is_ups(dev));
	assert_int_equal(dev->repairs, 0);
}

static void page_changes_inside_a_list(void **state)
{
	PARSE(UPS_BEGIN, 0x05, 0x85, 0x09, 0xd0, 0x05, 0x84, 0x09, 0x65, 0x95, 0x02, 0xb1, 0x02,
	      UPS_END);
	assert_string_equal(path_of(0), "UPS.PowerSummary.ACPresent");
	assert_string_equal(path_of(1), "UPS.PowerSummary.Overload");
}

static void two_byte_main_item(void **state)
{
	PARSE(UPS_BEGIN, 0x09, 0x66, 0xb2, 0xa2, 0x01, UPS_END);
	assert_int_equal(dev->nr_fields, 1);
	assert_int_equal(dev->fields[0].type, HID_FEATURE);
	assert_true(dev->fields[0].is_volatile);
}

static void several_top_level_collections(void **state)
{
	PARSE(0x06, 0xa0, 0xff, 0x09, 0x01, 0xa1, 0x01, 0x85, 0x07, 0x75, 0x08, 0x95, 0x01,
	      0x09, 0x02, 0x81, 0x02, 0xc0, UPS_BEGIN, 0x09, 0x35, 0xb1, 0x02, UPS_END);
	assert_true(hid_is_ups(dev));
	assert_string_equal(path_of(1), "UPS.PowerSummary.PercentLoad");
}

static void not_a_ups(void **state)
{
	/* the page of Megatec in disguise, and a mouse */
	PARSE(0x05, 0x86, 0x09, 0x04, 0xa1, 0x01, 0x05, 0x84, 0x75, 0x08, 0x95, 0x01,
	      0x09, 0x35, 0xb1, 0x02, 0xc0);
	assert_false(hid_is_ups(dev));
	PARSE(0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x75, 0x08, 0x95, 0x01, 0x09, 0x30,
	      0x81, 0x06, 0xc0);
	assert_false(hid_is_ups(dev));
}

static void maximum_read_as_minus_one(void **state)
{
	PARSE(UPS_BEGIN, 0x09, 0x35, 0x25, 0xff, 0xb1, 0x02,
	      0x09, 0x30, 0x75, 0x10, 0x26, 0xff, 0xff, 0xb1, 0x02, UPS_END);
	assert_int_equal(dev->fields[0].lmax, 255);
	assert_int_equal(dev->fields[1].lmax, 65535);
	assert_true(repaired(HID_REPAIR_MAX_AS_MINUS_ONE));
}

static void maximum_wider_than_the_field(void **state)
{
	/* the maximum of a run time, left over for what comes after it */
	PARSE(UPS_BEGIN, 0x05, 0x85, 0x75, 0x10, 0x27, 0xff, 0xff, 0xff, 0xfe, 0x09, 0x68,
	      0xb1, 0x02, UPS_END);
	assert_int_equal(dev->fields[0].lmax, 65535);
	assert_true(repaired(HID_REPAIR_MAX_TOO_WIDE));
}

static void leftover_count(void **state)
{
	static const uint8_t report[] = { 0x01, 0x21, 0x2a, 0x64 };

	/* a count of 23 from the padding before; two fields, three bytes sent */
	PARSE(UPS_BEGIN, 0x95, 0x17, 0x05, 0x85, 0x75, 0x10, 0x09, 0x85, 0xb1, 0x02,
	      0x75, 0x08, 0x09, 0x66, 0xb1, 0x02, UPS_END);
	assert_int_equal(dev->nr_fields, 2);
	assert_int_equal(dev->fields[1].offset, 23 * 16);
	assert_int_equal(hid_take_report(dev, HID_FEATURE, 1, report, sizeof(report)), 2);
	assert_int_equal(dev->fields[0].raw, 0x2a21);
	assert_int_equal(dev->fields[1].raw, 100);
	assert_true(repaired(HID_REPAIR_LEFTOVER_COUNT));
}

static void truncated(void **state)
{
	PARSE(UPS_BEGIN, 0x09, 0x35, 0xb1, 0x02, 0x27, 0xff);
	assert_int_equal(dev->nr_fields, 1);
	assert_true(repaired(HID_REPAIR_TRUNCATED));
}

static void nesting(void **state)
{
	PARSE(UPS_BEGIN, 0x09, 0x35, 0xb1, 0x02, UPS_END, 0xc0, 0xc0);
	assert_true(repaired(HID_REPAIR_NESTING));
	PARSE(UPS_BEGIN, 0x09, 0x35, 0xb1, 0x02);
	assert_true(repaired(HID_REPAIR_NESTING));
}

static void too_large(void **state)
{
	static const uint8_t begin[] = { UPS_BEGIN };
	uint8_t deep[200];
	size_t n = sizeof(begin);

	/* 40 collections deep, then a field that must not land elsewhere */

	memcpy(deep, begin, n);
	for (int i = 0; i < 40; i++, n += 4)
		memcpy(deep + n, (const uint8_t[]){ 0x09, 0x02, 0xa1, 0x02 }, 4);
	memcpy(deep + n, (const uint8_t[]){ 0x09, 0x35, 0xb1, 0x02 }, 4);
	hid_free(dev);
	dev = NULL;
	assert_int_equal(hid_parse(deep, n + 4, &dev), -EINVAL);
	PARSE(UPS_BEGIN, 0x09, 0x35, 0xb1, 0x02, 0x96, 0xff, 0xff, 0x75, 0xff, 0x09, 0x36,
	      0xb1, 0x02, UPS_END);
	assert_int_equal(dev->nr_fields, 1);
	assert_true(repaired(HID_REPAIR_LIMIT));
}

static void status_on_the_power_page(void **state)
{
	PARSE(UPS_BEGIN, 0x09, 0x02, 0xa1, 0x02, 0x75, 0x01, 0x95, 0x02, 0x25, 0x01,
	      0x09, 0x44, 0x09, 0xd0, 0xb1, 0x02, 0xc0, UPS_END);
	assert_string_equal(path_of(0), "UPS.PowerSummary.PresentStatus.Charging");
	assert_string_equal(path_of(1), "UPS.PowerSummary.PresentStatus.ACPresent");
	assert_true(repaired(HID_REPAIR_STATUS_PAGE));
}

static void first_bytes_lost(void **state)
{
	/* the request for it lies over its first eight bytes, the page among them */
	PARSE(0x81, 0x06, 0x00, 0x22, 0x00, 0x00, 0x30, 0x02, 0xa1, 0x84, 0x09, 0x04, 0xa1, 0x01,
	      0x09, 0x24, 0xa1, 0x02, 0x85, 0x01, 0x75, 0x08, 0x95, 0x01, 0x15, 0x00,
	      0x26, 0xff, 0x00, 0x09, 0x30, 0xb1, 0x02, 0x05, 0x85, 0x09, 0x66, 0xb1, 0x02,
	      UPS_END);
	assert_true(hid_is_ups(dev));
	assert_int_equal(dev->nr_fields, 2);
	assert_string_equal(path_of(0), "UPS.PowerSummary.Voltage");
	assert_string_equal(path_of(1), "UPS.PowerSummary.RemainingCapacity");
	assert_true(repaired(HID_REPAIR_NO_PAGE));
}

static void reports_of_another_length(void **state)
{
	PARSE(UPS_BEGIN, 0x09, 0x35, 0xb1, 0x02, 0x09, 0x36, 0xb1, 0x02, UPS_END);
	/* shorter: what is there counts, what is not keeps its value */
	dev->fields[1].raw = 77;
	dev->fields[1].valid = true;
	assert_int_equal(hid_take_report(dev, HID_FEATURE, 1, (uint8_t[]){ 1, 9 }, 2), 1);
	assert_int_equal(dev->fields[0].raw, 9);
	assert_int_equal(dev->fields[1].raw, 77);
	assert_true(repaired(HID_REPAIR_SHORT_REPORT));
	/* longer */
	assert_int_equal(hid_take_report(dev, HID_FEATURE, 1, (uint8_t[]){ 1, 8, 7, 6 }, 4), 2);
	assert_true(repaired(HID_REPAIR_LONG_REPORT));
	/* without its id */
	assert_int_equal(hid_take_report(dev, HID_FEATURE, 1, (uint8_t[]){ 5, 4 }, 2), 2);
	assert_int_equal(dev->fields[0].raw, 5);
	assert_true(repaired(HID_REPAIR_NO_REPORT_ID));
	/* another report altogether, or nothing */
	assert_int_equal(hid_take_report(dev, HID_FEATURE, 1, (uint8_t[]){ 2, 8, 7 }, 3), -EIO);
	assert_int_equal(hid_take_report(dev, HID_FEATURE, 1, (uint8_t[]){ 1 }, 1), -EIO);
}

static void values_outside_their_limits(void **state)
{
	/* limits of the transfer voltage, left over for the voltage */
	PARSE(UPS_BEGIN, 0x75, 0x10, 0x16, 0x88, 0x00, 0x26, 0x8e, 0x00, 0x09, 0x30, 0xb1, 0x02,
	      0x15, 0x00, 0x27, 0xfe, 0xff, 0x00, 0x00, 0x09, 0x32, 0xb1, 0x02,
	      0x75, 0x20, 0x27, 0xff, 0xff, 0x00, 0x00, 0x09, 0x31, 0xb1, 0x02, UPS_END);
	hid_take_report(dev, HID_FEATURE, 1,
			(uint8_t[]){ 1, 121, 0, 0xff, 0xff, 0x00, 0x0a, 0x08, 0x80 }, 9);
	assert_int_equal(dev->fields[0].raw, 121);
	assert_false(dev->fields[1].valid);	/* all ones beyond the maximum: none */
	assert_int_equal(dev->fields[2].raw, 2560);
	assert_true(repaired(HID_REPAIR_VALUE_LIMITS));
}

static void input_and_feature_are_one_quantity(void **state)
{
	PARSE(UPS_BEGIN, 0x05, 0x85, 0x09, 0x66, 0x81, 0x02, 0x09, 0x66, 0xb1, 0x02, UPS_END);
	assert_int_equal(dev->fields[0].twin, 1);
	hid_take_report(dev, HID_INPUT, 1, (uint8_t[]){ 1, 55 }, 2);
	assert_true(dev->fields[1].valid);
	assert_int_equal(dev->fields[1].raw, 55);
}

static int64_t scaled(enum hid_quantity q, uint32_t unit, int exponent, int64_t raw)
{
	struct hid_field f = { .unit = unit, .exponent = (int8_t)exponent, .lmax = 65535 };
	struct hid_device h = { 0 };
	int64_t v = 0;

	assert_int_equal(hid_scale(&h, &f, q, raw, &v), 0);
	return v;
}

static void units(void **state)
{
	/* 7 for V, W, VA; 0 for the others */
	assert_int_equal(scaled(HID_Q_VOLTAGE, 0xf0d121, 7, 230), 230000000);
	assert_int_equal(scaled(HID_Q_VOLTAGE, 0xf0d121, 5, 1358), 13580000);
	assert_int_equal(scaled(HID_Q_VOLTAGE, 0xf0d121, 6, 272), 27200000);
	assert_int_equal(scaled(HID_Q_POWER, 0xd121, 7, 900), 900000000);
	assert_int_equal(scaled(HID_Q_APPARENT, 0xd121, 7, 650), 650000000);
	assert_int_equal(scaled(HID_Q_CURRENT, 0x100001, -2, 150), 1500000);
	assert_int_equal(scaled(HID_Q_FREQUENCY, 0xf001, 0, 50), 50000);
	assert_int_equal(scaled(HID_Q_FREQUENCY, 0xf001, -1, 498), 49800);
	assert_int_equal(scaled(HID_Q_TIME, 0x1001, 0, 1875), 1875);
	assert_int_equal(scaled(HID_Q_TIME, 0x1001, 1, 3), 30);
	assert_int_equal(scaled(HID_Q_TEMPERATURE, 0x10001, 0, 298), 249);
	assert_int_equal(scaled(HID_Q_TEMPERATURE, 0x10001, 0, 25), 250);
	assert_int_equal(scaled(HID_Q_PERCENT, 0, 0, 42), 42);
	/* tenths of a percent have an exponent and no unit */
	assert_int_equal(scaled(HID_Q_PERCENT, 0, -1, 104), 10);
	assert_int_equal(scaled(HID_Q_CAPACITY, 0, -1, 1000), 100);
	/* left over from an item before */
	assert_int_equal(scaled(HID_Q_PERCENT, 0, 1, 42), 42);
	assert_int_equal(scaled(HID_Q_PERCENT, 0xf001, -1, 42), 42);
	assert_int_equal(scaled(HID_Q_PERCENT, 0xf0d121, 5, 42), 42);
	assert_int_equal(scaled(HID_Q_APPARENT, 0xf001, 0, 90), 90000000);
	assert_int_equal(scaled(HID_Q_VOLTAGE, 0, 5, 230), 230000000);
	assert_int_equal(scaled(HID_Q_TIME, 0x1001, 7, 600), 600);
}

static void percent_without_room_for_a_hundred(void **state)
{
	struct hid_field f = { .exponent = -1, .lmax = 255 };
	struct hid_device h = { 0 };
	int64_t v;

	assert_int_equal(hid_scale(&h, &f, HID_Q_PERCENT, 42, &v), 0);
	assert_int_equal(v, 42);
}

static void units_overflow(void **state)
{
	struct hid_field f = { .unit = 0xf0d121, .exponent = 16, .lmax = 65535 };
	struct hid_device h = { 0 };
	int64_t v;

	assert_int_equal(hid_scale(&h, &f, HID_Q_VOLTAGE, INT32_MAX, &v), -ERANGE);
}

static void physical_range(void **state)
{
	/* minutes on the wire, seconds in the physical range; -1 is idle */
	struct hid_field f = { .unit = 0x1001, .lmin = -1, .lmax = 32767, .pmin = -60,
			       .pmax = 1966020 };
	struct hid_device h = { 0 };
	int64_t v;

	assert_int_equal(hid_scale(&h, &f, HID_Q_TIME, -1, &v), 0);
	assert_int_equal(v, -60);
	assert_int_equal(hid_scale(&h, &f, HID_Q_TIME, 2, &v), 0);
	assert_int_equal(v, 120);
	/* both zero: none given */
	f.pmin = f.pmax = 0;
	assert_int_equal(hid_scale(&h, &f, HID_Q_TIME, 120, &v), 0);
	assert_int_equal(v, 120);
}

static void usage_table_is_sorted(void **state)
{
	char hex[9];

	assert_string_equal(hid_usage_name(0x00840001, hex), "iName");
	assert_string_equal(hid_usage_name(0x008500f3, hex), "Level3");
	assert_string_equal(hid_usage_name(0x00850066, hex), "RemainingCapacity");
	assert_string_equal(hid_usage_name(0xff860060, hex), "ff860060");
	assert_null(hid_usage_find(0x00840006));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extraction),
		cmocka_unit_test(insertion_is_the_reverse),
		cmocka_unit_test(paths_and_places),
		cmocka_unit_test(page_changes_inside_a_list),
		cmocka_unit_test(two_byte_main_item),
		cmocka_unit_test(several_top_level_collections),
		cmocka_unit_test(not_a_ups),
		cmocka_unit_test(maximum_read_as_minus_one),
		cmocka_unit_test(maximum_wider_than_the_field),
		cmocka_unit_test(leftover_count),
		cmocka_unit_test(truncated),
		cmocka_unit_test(nesting),
		cmocka_unit_test(too_large),
		cmocka_unit_test(status_on_the_power_page),
		cmocka_unit_test(first_bytes_lost),
		cmocka_unit_test(reports_of_another_length),
		cmocka_unit_test(values_outside_their_limits),
		cmocka_unit_test(input_and_feature_are_one_quantity),
		cmocka_unit_test(units),
		cmocka_unit_test(percent_without_room_for_a_hundred),
		cmocka_unit_test(units_overflow),
		cmocka_unit_test(physical_range),
		cmocka_unit_test(usage_table_is_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
