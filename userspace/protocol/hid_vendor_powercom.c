// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Powercom. The standard page, with three exceptions: PowerSummary's and the
 * battery's voltage are the output's; the beeper has numbers of its own; and
 * DelayBeforeShutdown is not a number of seconds but two bytes, minutes and
 * seconds, whose order differs between devices, with flags in the seconds.
 *
 * Reports a0 to ae hold what came over the serial line inside. Where that is
 * Megatec's text (Raptor), a4 is the piece with the battery's voltage.
 *
 * Sources: the vendor's "Software USB communication controller" documents (BNT,
 * IMPERIAL, WOW, SKP series) and USB-Protocol1; powercom sheet, part C.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/options.h"
#include "protocol/hid_vendor.h"

#define RETURN_WITH_MAINS	0x40
#define STAY_OFF		0x80

#define TEXT_VOLTS	{ UPSY_R_VOLTAGE, "iName", HID_CONV_TEXT, .mul = 1000000, .report = 0xa4 }

static const struct hid_row rows[] = {
	TEXT_VOLTS,
	{ UPSY_R_VOLTAGE, "Battery.Voltage", .off = true },
	{ UPSY_R_VOLTAGE_NOMINAL, "Battery.ConfigVoltage", .off = true },
	{ UPSY_R_VOLTAGE_NOMINAL, "PowerSummary.ConfigVoltage", .off = true },
	{ UPSY_R_OUTPUT_VOLTAGE_NOMINAL, "PowerSummary.ConfigVoltage" },
	{ UPSY_R_TIMER_SHUTDOWN, "DelayBeforeShutdown", .off = true },
	{ 0 },
};

/* BNT, WOW and Imperial: 1 sounds, 2 is silent, the standard the other way round. */
static const struct hid_value_map beeper[] = {
	{ 1, UPSY_BEEPER_ENABLED }, { 2, UPSY_BEEPER_MUTED }, { 3, UPSY_BEEPER_MUTED },
	{ -1, -1 },
};

static const struct hid_row plain_rows[] = {
	TEXT_VOLTS,
	{ UPSY_R_VOLTAGE, "Battery.Voltage", .off = true },
	{ UPSY_R_VOLTAGE_NOMINAL, "Battery.ConfigVoltage", .off = true },
	{ UPSY_R_VOLTAGE_NOMINAL, "PowerSummary.ConfigVoltage", .off = true },
	{ UPSY_R_OUTPUT_VOLTAGE_NOMINAL, "PowerSummary.ConfigVoltage" },
	{ UPSY_R_TIMER_SHUTDOWN, "DelayBeforeShutdown", .off = true },
	{ UPSY_R_BEEPER, "PowerSummary.AudibleAlarmControl", HID_CONV_ENUM, beeper },
	{ UPSY_R_BEEPER, "UPS.AudibleAlarmControl", HID_CONV_ENUM, beeper },
	{ 0 },
};

/* Those that speak Megatec inside (SKP, Raptor) number the beeper as the standard does,
 * under the same product id. Only they have volts of the battery. */
static void complete(struct ups *ups, struct hid_pdc *d)
{
	const struct hid_field *f = hid_lookup(d->hid, "AudibleAlarmControl", 0);

	if (!f || !f->valid || !reading_known(&ups->now, UPSY_R_VOLTAGE))
		return;
	for (const struct hid_value_map *m = hid_beeper_modes; m->raw >= 0; m++)
		if (m->raw == f->raw)
			reading_set(&ups->now, UPSY_R_BEEPER, m->value);
}

/* 12 to 54 s by 6, then minutes: the index that is not less. */
static int64_t skp_index(int64_t seconds)
{
	if (seconds <= 54)
		return seconds <= 12 ? 1 : (seconds - 12 + 5) / 6 + 1;
	return seconds >= 600 ? 18 : 8 + (seconds + 59) / 60;
}

/*
 * Minutes and seconds into two bytes. A value of zero means the longest delay
 * there is, so it is never written. Devices seen in 2024 want the seconds first,
 * the documents say minutes first: "powercom_order = minutes-first" is for these.
 */
static int64_t two_bytes(struct ups *ups, int64_t seconds, uint8_t flags)
{
	const char *order = ups->opt ? option_text(ups->opt, "powercom_order") : NULL;
	int64_t minutes = seconds / 60, rest = seconds % 60;

	if (minutes > 99)
		minutes = 99;
	if (!minutes && !rest)
		rest = 1;
	if (order && !strcmp(order, "minutes-first"))
		return minutes | (rest | flags) << 8;
	return rest | flags | minutes << 8;
}

static int shut_down(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	struct hid_field *off = hid_lookup(d->hid, "DelayBeforeShutdown", 0);
	struct hid_field *on = hid_lookup(d->hid, "DelayBeforeStartup", 0);
	bool back = req->action == UPSY_ACTION_SHUTDOWN_RETURN;
	int64_t minutes = (d->ondelay + 59) / 60, value;
	int ret = 0;

	if (!off || off->type != HID_FEATURE || (off->size != 8 && off->size != 16))
		return -EOPNOTSUPP;
	if (off->size == 8) {
		/* Coming back is what the other report is for; it must be set first. */
		if (!back)
			return -EOPNOTSUPP;
		value = skp_index(d->offdelay);
	} else {
		value = two_bytes(ups, d->offdelay, back ? RETURN_WITH_MAINS : STAY_OFF);
	}
	if (!minutes)
		minutes = 1;
	if (back && on && on->type == HID_FEATURE) {
		/* two bytes: the most significant first */
		if (on->size == 16)
			minutes = (minutes & 0xff) << 8 | minutes >> 8;
		ret = hid_write(ups, d, on, minutes);
	}
	if (!ret)
		ret = hid_write(ups, d, off, value);
	if (!ret)
		hid_say(req, "off in %lld s", (long long)d->offdelay);
	return ret;
}

/* In two bytes nothing cancels, and 0 is the longest delay; one byte 0 cancels. */
static int action(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	struct hid_field *off = hid_lookup(d->hid, "DelayBeforeShutdown", 0);

	if (req->action == UPSY_ACTION_SHUTDOWN_RETURN ||
	    req->action == UPSY_ACTION_SHUTDOWN_STAYOFF)
		return shut_down(ups, d, req);
	if (req->action == UPSY_ACTION_SHUTDOWN_CANCEL && off && off->size == 8)
		return hid_write(ups, d, off, 0);
	return -EOPNOTSUPP;
}

static const struct hid_id skp_ids[] = { { 0x0d9f, 0x00a3 }, { 0 } };

const struct hid_vendor hid_powercom_skp = {
	.name = "powercom",
	.ids = skp_ids,
	.quirks = HID_NOT_SUMMARY_VOLTS | HID_NO_DELAYS,
	.rows = rows,
	.own_actions = 1u << UPSY_ACTION_SHUTDOWN_RETURN | 1u << UPSY_ACTION_SHUTDOWN_CANCEL,
	.action = action,
};

static const struct hid_id ids[] = { { 0x0d9f, -1 }, { 0 } };

const struct hid_vendor hid_powercom = {
	.name = "powercom",
	.ids = ids,
	.quirks = HID_NOT_SUMMARY_VOLTS | HID_NO_DELAYS,
	.rows = plain_rows,
	.complete = complete,
	.own_actions = 1u << UPSY_ACTION_SHUTDOWN_RETURN | 1u << UPSY_ACTION_SHUTDOWN_STAYOFF,
	.action = action,
	.seen = "0d9f:0004 \"HID UPS Battery\" (BNT-600AP; one with Megatec's text)",
};
