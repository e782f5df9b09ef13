// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report descriptor of our own emulated UPS: what the Power Device Class
 * (Usage Tables for HID Power Devices 1.1) means a UPS to look like, with units
 * and exponents everywhere.
 */
#include "hid.h"

#define PAGE_POWER	0x05, 0x84
#define PAGE_BATTERY	0x05, 0x85
#define U(x)		0x09, (x)
#define COLLECTION(x)	U(x), 0xa1, 0x00
#define LOGICAL(x)	U(x), 0xa1, 0x02
#define END		0xc0
#define REPORT(id)	0x85, (id)
#define SIZE(bits)	0x75, (bits)
#define COUNT(n)	0x95, (n)
#define RANGE8(lo, hi)	0x15, (lo), 0x26, (hi), 0x00
#define RANGE16		0x15, 0x00, 0x27, 0xff, 0xff, 0x00, 0x00
#define SIGNED16	0x16, 0xff, 0xff, 0x26, 0xff, 0x7f
#define BYTE		SIZE(8), COUNT(1)
#define WORD		SIZE(16), COUNT(1)
#define NO_UNIT		0x65, 0x00, 0x55, 0x00
#define VOLT(e)		0x67, 0x21, 0xd1, 0xf0, 0x00, 0x55, (e)
#define WATT		0x66, 0x21, 0xd1, 0x55, 0x07
#define SECOND		0x66, 0x01, 0x10, 0x55, 0x00
#define HERTZ(e)	0x66, 0x01, 0xf0, 0x55, (e)
#define AMPERE(e)	0x67, 0x01, 0x00, 0x10, 0x00, 0x55, (e)
#define KELVIN(e)	0x67, 0x01, 0x00, 0x01, 0x00, 0x55, (e)
#define INPUT		0x81, 0x22
#define FEATURE		0xb1, 0x22	/* as it is */
#define SETTING		0xb1, 0xa2	/* and can be written: volatile */

#define STATUS_BITS \
	PAGE_BATTERY, U(0xd0), U(0x44), U(0x45), U(0x46), U(0x42), U(0x4b), U(0xd1), U(0x43), \
	PAGE_POWER, U(0x69), U(0x65), U(0x67), U(0x62), U(0x73), U(0x6e), U(0x6f), U(0x61)

const uint8_t hid_own_desc[] = {
	PAGE_POWER, U(0x04), 0xa1, 0x01,			/* UPS */
	COLLECTION(0x24),					/* PowerSummary */
	REPORT(0x01), NO_UNIT, RANGE8(0, 1), SIZE(1), COUNT(16),
	LOGICAL(0x02), STATUS_BITS, INPUT, STATUS_BITS, FEATURE, END,
	REPORT(0x02), PAGE_BATTERY, BYTE, RANGE8(0, 100),
	U(0x66), INPUT, U(0x66), FEATURE,			/* RemainingCapacity */
	WORD, RANGE16, SECOND, U(0x68), INPUT, U(0x68), FEATURE, /* RunTimeToEmpty */
	REPORT(0x03), NO_UNIT, BYTE, RANGE8(0, 100),
	U(0x29), SETTING, U(0x8c), FEATURE,		/* Remaining-, WarningCapacityLimit */
	WORD, RANGE16, SECOND, U(0x2a), SETTING,		/* RemainingTimeLimit */
	REPORT(0x04), NO_UNIT, BYTE, RANGE8(0, 255),
	U(0x2c), FEATURE, U(0x83), FEATURE, U(0x67), FEATURE,	/* mode, design, full */
	U(0x8b), FEATURE, U(0x89), 0x79, 0x04, FEATURE,		/* rechargeable, chemistry */
	PAGE_POWER,
	REPORT(0x05), WORD, SIGNED16, SECOND, U(0x57), SETTING,	/* DelayBeforeShutdown */
	REPORT(0x06), U(0x56), SETTING,				/* DelayBeforeStartup */
	REPORT(0x07), U(0x55), SETTING,				/* DelayBeforeReboot */
	REPORT(0x08), NO_UNIT, BYTE, RANGE8(1, 3), U(0x5a), SETTING, /* AudibleAlarmControl */
	REPORT(0x09), WORD, RANGE16, VOLT(0x05), U(0x30), FEATURE, U(0x40), FEATURE,
	END,
	COLLECTION(0x12),					/* Battery */
	REPORT(0x0a), NO_UNIT, BYTE, RANGE8(0, 7), U(0x58), SETTING, /* Test */
	REPORT(0x0b), WORD, RANGE16, KELVIN(0x0f), U(0x36), FEATURE,
	END,
	COLLECTION(0x1a),					/* Input */
	REPORT(0x10), VOLT(0x06), U(0x30), FEATURE, U(0x40), FEATURE,
	U(0x53), FEATURE, U(0x54), FEATURE,			/* Low-, HighVoltageTransfer */
	HERTZ(0x0e), U(0x32), FEATURE,
	END,
	COLLECTION(0x1c),					/* Output */
	REPORT(0x11), VOLT(0x06), U(0x30), FEATURE, U(0x40), FEATURE,
	HERTZ(0x0e), U(0x32), FEATURE,
	WATT, U(0x34), FEATURE, U(0x44), FEATURE, U(0x43), FEATURE,
	AMPERE(0x0e), U(0x31), FEATURE,
	NO_UNIT, BYTE, RANGE8(0, 255), U(0x35), FEATURE,	/* PercentLoad */
	END,
	END,
};

const size_t hid_own_desc_len = sizeof(hid_own_desc);
