// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * voltronic: warnings (QWS) and faults (QFS) as alarms. Sources: the table of
 * nutdrv_qx(8) for warnings, facts of NUT's driver for faults; unverified on
 * hardware.
 */
#include <string.h>

#include "lib/log.h"
#include "protocol/qx.h"

/*
 * The 62 warnings of QWS, bit 1 first. Zero: the table has no name for it.
 */
static const uint64_t warning_alarms[64] = {
	[1] = UPSY_ALARM_BATTERY_MISSING,
	[2] = UPSY_ALARM_WIRING_FAULT,			/* neutral not connected */
	[3] = UPSY_ALARM_WIRING_FAULT,			/* site fault */
	[4] = UPSY_ALARM_PHASE_ERROR,
	[5] = UPSY_ALARM_PHASE_ERROR,			/* in bypass */
	[6] = UPSY_ALARM_BYPASS_OUT_OF_RANGE,		/* frequency unstable */
	[7] = UPSY_ALARM_OVERCHARGE,
	[8] = UPSY_ALARM_LOW_BATTERY,
	[9] = UPSY_ALARM_OVERLOAD,
	[10] = UPSY_ALARM_FAN_FAILURE,
	[11] = UPSY_ALARM_EMERGENCY_OFF,
	[12] = UPSY_ALARM_INTERNAL_FAILURE,		/* unable to turn on */
	[13] = UPSY_ALARM_OVERHEAT,
	[14] = UPSY_ALARM_CHARGER_FAILURE,
	[15] = UPSY_ALARM_SHUTDOWN_IMMINENT,		/* remote auto shutdown */
	[16] = UPSY_ALARM_FUSE_FAILURE,			/* L1 */
	[17] = UPSY_ALARM_FUSE_FAILURE,			/* L2 */
	[18] = UPSY_ALARM_FUSE_FAILURE,			/* L3 */
	[19] = UPSY_ALARM_BUS_FAILURE,			/* positive PFC, L1 */
	[20] = UPSY_ALARM_BUS_FAILURE,			/* negative PFC, L1 */
	[21] = UPSY_ALARM_BUS_FAILURE,			/* positive PFC, L2 */
	[22] = UPSY_ALARM_BUS_FAILURE,			/* negative PFC, L2 */
	[23] = UPSY_ALARM_BUS_FAILURE,			/* positive PFC, L3 */
	[24] = UPSY_ALARM_BUS_FAILURE,			/* negative PFC, L3 */
	[25] = UPSY_ALARM_PARALLEL_FAILURE,		/* CAN bus */
	[26] = UPSY_ALARM_PARALLEL_FAILURE,		/* synchronous signal */
	[27] = UPSY_ALARM_PARALLEL_FAILURE,		/* synchronous pulse */
	[28] = UPSY_ALARM_PARALLEL_FAILURE,		/* host signal */
	[29] = UPSY_ALARM_PARALLEL_FAILURE,		/* male connector */
	[30] = UPSY_ALARM_PARALLEL_FAILURE,		/* female connector */
	[31] = UPSY_ALARM_PARALLEL_FAILURE,		/* cable */
	[32] = UPSY_ALARM_CONFIGURATION_ERROR,		/* parallel: battery connection */
	[33] = UPSY_ALARM_CONFIGURATION_ERROR,		/* AC connection */
	[34] = UPSY_ALARM_CONFIGURATION_ERROR,		/* bypass connection */
	[35] = UPSY_ALARM_CONFIGURATION_ERROR,		/* model types */
	[36] = UPSY_ALARM_CONFIGURATION_ERROR,		/* capacity */
	[37] = UPSY_ALARM_CONFIGURATION_ERROR,		/* auto restart */
	[38] = UPSY_ALARM_OVERCHARGE,			/* battery cell */
	[39] = UPSY_ALARM_CONFIGURATION_ERROR,		/* battery protection */
	[40] = UPSY_ALARM_CONFIGURATION_ERROR,		/* battery detection */
	[41] = UPSY_ALARM_CONFIGURATION_ERROR,		/* bypass not allowed */
	[42] = UPSY_ALARM_CONFIGURATION_ERROR,		/* converter */
	[43] = UPSY_ALARM_CONFIGURATION_ERROR,		/* bypass Hz, high */
	[44] = UPSY_ALARM_CONFIGURATION_ERROR,		/* bypass Hz, low */
	[45] = UPSY_ALARM_CONFIGURATION_ERROR,		/* bypass V, high */
	[46] = UPSY_ALARM_CONFIGURATION_ERROR,		/* bypass V, low */
	[47] = UPSY_ALARM_CONFIGURATION_ERROR,		/* AC Hz, high */
	[48] = UPSY_ALARM_CONFIGURATION_ERROR,		/* AC Hz, low */
	[49] = UPSY_ALARM_CONFIGURATION_ERROR,		/* AC V, high */
	[50] = UPSY_ALARM_CONFIGURATION_ERROR,		/* AC V, low */
	[51] = UPSY_ALARM_OVERLOAD,			/* locked in bypass after three */
	[52] = UPSY_ALARM_PHASE_ERROR,			/* AC input unbalanced */
	[53] = UPSY_ALARM_PHASE_ERROR,			/* the same on battery */
	[54] = UPSY_ALARM_INVERTER_FAILURE,		/* inter-current unbalance */
	[55] = UPSY_ALARM_SHUTDOWN_PENDING,		/* outlets cut off soon */
	[56] = UPSY_ALARM_REPLACE_BATTERY,
	[57] = UPSY_ALARM_PHASE_ERROR,			/* input phase angle */
	[58] = UPSY_ALARM_COVER_OPEN,			/* of the maintenance switch */
	[62] = UPSY_ALARM_EEPROM_FAILURE,
};

/* Raise those of @on, clear those of @all that are off; leave the others. */
static void set_alarms(struct qx *q, uint64_t all, uint64_t on)
{
	alarm_set(&q->r, (int64_t)(all & ~on), false);
	alarm_set(&q->r, (int64_t)on, true);
}

int qx_voltronic_warnings(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	uint64_t all = UPSY_ALARM_OTHER, on = 0;

	if (len < 64)
		return -1;
	for (size_t i = 0; i < 64; i++) {
		uint64_t alarm = i < 63 && warning_alarms[i + 1] ? warning_alarms[i + 1] :
				 UPSY_ALARM_OTHER;

		if (s[i] != '0' && s[i] != '1')
			return -1;
		all |= alarm;
		if (s[i] == '1')
			on |= alarm;
	}
	/* What the status bits and QFS say too is theirs to clear. */
	all &= ~(uint64_t)(UPSY_ALARM_SHUTDOWN_PENDING | UPSY_ALARM_INTERNAL_FAILURE |
			   q->fault_alarms);
	set_alarms(q, all, on);
	return 0;
}

/* What QFS named goes with the fault. */
void qx_voltronic_clear_fault(struct qx *q)
{
	alarm_set(&q->r, q->fault_alarms, false);
	q->fault_alarms = 0;
}

static const struct { uint8_t from, to; uint64_t alarm; } faults[] = {
	{ 0x01, 0x06, UPSY_ALARM_BUS_FAILURE },
	{ 0x11, 0x13, UPSY_ALARM_INVERTER_FAILURE },
	{ 0x14, 0x19, UPSY_ALARM_INVERTER_FAILURE | UPSY_ALARM_SHORT_CIRCUIT },
	{ 0x1a, 0x1c, UPSY_ALARM_INVERTER_FAILURE },	/* negative power */
	{ 0x21, 0x22, UPSY_ALARM_SHORT_CIRCUIT },	/* SCR of battery, of line */
	{ 0x23, 0x24, UPSY_ALARM_INVERTER_FAILURE },	/* its relay */
	{ 0x25, 0x25, UPSY_ALARM_WIRING_FAULT },	/* input and output */
	{ 0x26, 0x26, UPSY_ALARM_WIRING_FAULT },	/* battery the wrong way round */
	{ 0x27, 0x27, UPSY_ALARM_BATTERY_OVERVOLTAGE },
	{ 0x28, 0x28, UPSY_ALARM_BATTERY_UNDERVOLTAGE },
	{ 0x29, 0x29, UPSY_ALARM_FUSE_FAILURE },	/* battery's */
	{ 0x31, 0x36, UPSY_ALARM_PARALLEL_FAILURE },
	{ 0x41, 0x41, UPSY_ALARM_OVERHEAT },
	{ 0x43, 0x43, UPSY_ALARM_OVERLOAD },
	{ 0x44, 0x44, UPSY_ALARM_FAN_FAILURE },
	{ 0x45, 0x45, UPSY_ALARM_CHARGER_FAILURE },
	{ 0x42, 0x42, UPSY_ALARM_INTERNAL_FAILURE },	/* between its processors */
	{ 0x46, 0x46, UPSY_ALARM_CONFIGURATION_ERROR },	/* model */
	{ 0x47, 0x47, UPSY_ALARM_INTERNAL_FAILURE },	/* MCU */
};

/* P31 numbers them differently. */
static const struct { uint8_t from, to; uint64_t alarm; } faults_p31[] = {
	{ 0x01, 0x01, UPSY_ALARM_FAN_FAILURE },
	{ 0x02, 0x02, UPSY_ALARM_OVERHEAT },
	{ 0x03, 0x03, UPSY_ALARM_BATTERY_OVERVOLTAGE },
	{ 0x04, 0x04, UPSY_ALARM_BATTERY_UNDERVOLTAGE },
	{ 0x05, 0x05, UPSY_ALARM_SHORT_CIRCUIT },
	{ 0x06, 0x06, UPSY_ALARM_OUTPUT_VOLTAGE_OUT_OF_RANGE },
	{ 0x07, 0x07, UPSY_ALARM_OVERLOAD },
	{ 0x08, 0x09, UPSY_ALARM_BUS_FAILURE },
	{ 0x10, 0x10, UPSY_ALARM_INTERNAL_FAILURE },
	{ 0x51, 0x51, UPSY_ALARM_OVERLOAD },		/* current */
	{ 0x52, 0x52, UPSY_ALARM_BUS_FAILURE },
	{ 0x53, 0x53, UPSY_ALARM_INVERTER_FAILURE },
	{ 0x54, 0x54, UPSY_ALARM_TEST_FAILED },
	{ 0x55, 0x55, UPSY_ALARM_OUTPUT_VOLTAGE_OUT_OF_RANGE },
	{ 0x56, 0x56, UPSY_ALARM_BATTERY_MISSING },
	{ 0x57, 0x57, UPSY_ALARM_INTERNAL_FAILURE },	/* current sensor */
	{ 0x58, 0x58, UPSY_ALARM_SHORT_CIRCUIT },	/* battery */
	{ 0x59, 0x59, UPSY_ALARM_INVERTER_FAILURE },
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * QFS: "OK", or a code of two hexadecimal digits and what was measured then.
 * Without a fault the answer is stale, so it is asked for only with one.
 */
int qx_voltronic_fault(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	bool p31 = q->revision == 31;
	size_t n = p31 ? sizeof(faults_p31) / sizeof(faults_p31[0]) :
			 sizeof(faults) / sizeof(faults[0]);
	int high, low, code;

	qx_voltronic_clear_fault(q);
	if (len >= 2 && !memcmp(s, "OK", 2))
		return 0;
	if (len < 2)
		return -1;
	high = hex_digit(s[0]);
	low = hex_digit(s[1]);
	if (high < 0 || low < 0)
		return -1;
	code = high << 4 | low;
	for (size_t i = 0; i < n; i++) {
		uint8_t from = p31 ? faults_p31[i].from : faults[i].from;
		uint8_t to = p31 ? faults_p31[i].to : faults[i].to;

		if (code >= from && code <= to) {
			q->fault_alarms = (int64_t)(p31 ? faults_p31[i].alarm : faults[i].alarm);
			alarm_set(&q->r, q->fault_alarms, true);
			return 0;
		}
	}
	q->fault_alarms = UPSY_ALARM_OTHER;
	alarm_set(&q->r, UPSY_ALARM_OTHER, true);
	log_info("fault code %02X has no name", code);
	return 0;
}
