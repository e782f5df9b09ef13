/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HID report descriptors and reports, as far as an emulated UPS needs them. */
#ifndef UPSY_EMU_HID_H
#define UPSY_EMU_HID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HID_FIELDS_MAX	640
#define HID_REPORT_MAX	256
#define HID_DESC_MAX	4096

enum { TYPE_INPUT = 1, TYPE_OUTPUT = 2, TYPE_FEATURE = 3 };

/**
 * struct hid_field - one value in one report
 * @parent: usage of the innermost collection that is not PresentStatus
 * @at: bit in the report, behind the report id
 */
struct hid_field {
	uint32_t usage, parent, unit;
	int32_t min, max;
	int exponent;
	uint8_t type, id;
	uint16_t at, bits;
};

struct hid_report {
	bool present;
	uint16_t len;		/* with the id */
	uint8_t data[HID_REPORT_MAX];
};

/** struct hid_image - a device: what it says of itself and what it holds */
struct hid_image {
	uint8_t desc[HID_DESC_MAX];
	uint16_t desc_len;
	bool uses_ids;
	struct hid_field fields[HID_FIELDS_MAX];
	int nfields;
	struct hid_report reports[4][256];
};

int hid_parse(struct hid_image *im);
/** hid_make_reports - give every declared report its place, all zero */
void hid_make_reports(struct hid_image *im);
int64_t hid_get(const struct hid_image *im, const struct hid_field *f);
void hid_put(struct hid_image *im, const struct hid_field *f, int64_t raw);
/** hid_scale - what one count of @f is worth, in SI */
double hid_scale(const struct hid_field *f);
/** hid_load_recording - descriptor and reports from a file. Return: 0 or -errno. */
int hid_load_recording(struct hid_image *im, const char *path, unsigned int *vid,
		       unsigned int *pid, char *model, size_t model_len);

extern const uint8_t hid_own_desc[];
extern const size_t hid_own_desc_len;

#endif
