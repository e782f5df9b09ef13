// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Powercom. The standard page, with three exceptions: PowerSummary's and the
 * battery's voltage are the output's; the beeper has numbers of its own; and
 * DelayBeforeShutdown is not a number of seconds, see struct means.
 *
 * Reports a0 to ae hold what came over the serial line inside. Where that is
 * Megatec's text (Raptor), a4 is the piece with the battery's voltage.
 *
 * Sources: the vendor's "Software USB communication controller" documents (BNT,
 * IMPERIAL, WOW, SKP series) and USB-Protocol1; powercom sheet, part C.
 */
#include <errno.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/hid_vendor.h"

#define RETURN_WITH_MAINS	0x40
#define STAY_OFF		0x80

#define TEXT_VOLTS	{ UPSY_R_VOLTAGE, "iName", HID_CONV_TEXT, .mul = 1000000, .report = 0xa4 }

#define INDEX_MAX	18
#define MINUTES_MAX	59	/* the minutes' byte has no room for what looks like a flag */
#define SAME_MAX	59	/* nor has one that is minutes and seconds at once */
#define LOOK_MS		2000	/* after which a countdown has moved */

static const int16_t index_seconds[INDEX_MAX] = {
	12, 18, 24, 30, 36, 42, 48, 54, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600,
};

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

/*
 * How a Powercom is told to switch off:
 *
 * - by an index of a table, one byte (SKP, Raptor, KIN and BNT-AP of today). The
 *   vendor's own program writes it to the output's report, where the range says
 *   so; devices without that have it in PowerSummary's report, which declares two
 *   bytes and is answered with one (nut#3182: any number over 18 is ten minutes);
 * - by minutes and seconds, two bytes, with flags in the seconds. The documents
 *   (BNT, WOW, IMPERIAL) have the minutes first, a BNT-600AP of 2024 the seconds
 *   (nut#2480).
 *
 * With the bytes the wrong way round, 20 s and "return" are 84 minutes. So where
 * the line says by itself what is wanted (without flags: return when on battery,
 * stay off when on line), both bytes get the same number, and the order does not
 * matter. Elsewhere the order is guessed by the product id, and after two seconds
 * the countdown tells whether it was right; if not, the other one is written. 0
 * is the longest delay and is never written.
 */
struct means {
	struct hid_field *off, *on;
	struct hid_field one_byte;	/* @off, where it is shorter than declared */
	bool index;
};

static bool output_means(struct hid_pdc *d, struct means *m)
{
	*m = (struct means){ .off = hid_writable(d, "Output.DelayBeforeShutdown"), .index = true };
	if (!m->off || m->off->size > 8 || m->off->lmax > INDEX_MAX)
		return false;
	m->on = hid_writable(d, "Output.DelayBeforeStartup");
	if (!m->on)
		m->on = hid_writable(d, "PowerSummary.DelayBeforeStartup");
	return true;
}

static bool summary_means(struct ups *ups, struct hid_pdc *d, struct means *m)
{
	uint8_t buf[8];
	int n;

	*m = (struct means){ .off = hid_writable(d, "DelayBeforeShutdown"),
			     .on = hid_writable(d, "DelayBeforeStartup") };
	if (!m->off || m->off->offset || (m->off->size != 8 && m->off->size != 16))
		return false;
	m->index = m->off->size == 8;
	if (m->index)
		return true;
	n = transport_get_report(ups->link, m->off->type, m->off->report, buf, sizeof(buf));
	if (n == (int)d->hid->uses_ids + 1) {
		m->one_byte = *m->off;
		m->one_byte.size = 8;
		m->off = &m->one_byte;
		m->index = true;
	}
	return true;
}

/* The index of the delay that is not less, and that delay. */
static int64_t index_of(int64_t seconds, int64_t *delay)
{
	int64_t i = 0;

	while (i < INDEX_MAX - 1 && index_seconds[i] < seconds)
		i++;
	*delay = index_seconds[i];
	return i + 1;
}

/* Coming back is what the other report is for; it must be set first. */
static int set_startup(struct ups *ups, struct hid_pdc *d, const struct means *m)
{
	int64_t minutes = (d->ondelay + 59) / 60;
	int ret;

	if (!m->on)
		return 0;
	if (!minutes)
		minutes = 1;
	/* two bytes: the most significant first */
	if (m->on->size == 16)
		minutes = (minutes & 0xff) << 8 | minutes >> 8;
	ret = hid_write(ups, d, m->on, minutes);
	/* it keeps what it had; that it comes back does not depend on it */
	return ret == -EPIPE ? 0 : ret;
}

static int by_index(struct ups *ups, struct hid_pdc *d, const struct means *m,
		    struct action_request *req)
{
	int64_t delay, index = index_of(d->offdelay, &delay);
	int ret = set_startup(ups, d, m);

	if (!ret)
		ret = hid_write(ups, d, m->off, index);
	if (!ret)
		hid_say(req, "off in %lld s%s", (long long)delay,
			delay < d->offdelay ? ", the longest that this UPS can" : "");
	return ret;
}

static bool minutes_first(struct ups *ups, bool *certain)
{
	const char *order = ups->opt ? option_text(ups->opt, "powercom_order") : NULL;
	uint16_t product = ups->link->info.product;

	*certain = order;
	if (order)
		return !strcmp(order, "minutes-first");
	return product == 0x00a2 || (product >= 0x00a4 && product <= 0x00a6);
}

static int64_t pair(bool minutes_first, int64_t minutes, int64_t seconds)
{
	return minutes_first ? minutes | seconds << 8 : seconds | minutes << 8;
}

/* The seconds with their flag count down as minutes: they were in the wrong place. */
static bool taken_as_minutes(struct ups *ups, struct hid_pdc *d, const struct hid_field *off,
			     int64_t seconds)
{
	int64_t a, b;

	clock_sleep_ms(LOOK_MS);
	if (hid_get(ups, d, off->type, off->report) < 0 || !off->valid)
		return false;
	a = off->raw & 0xff;
	b = off->raw >> 8 & 0xff;
	return (a == seconds - 1 && b >= 50 && b < 60) || (b == seconds - 1 && a >= 50 && a < 60);
}

static int by_flags(struct ups *ups, struct hid_pdc *d, const struct means *m, bool back,
		    struct action_request *req)
{
	int64_t delay = d->offdelay ? d->offdelay : 1, minutes, seconds;
	bool certain, first = minutes_first(ups, &certain);
	int ret;

	if (delay > MINUTES_MAX * 60)
		delay = MINUTES_MAX * 60;
	minutes = delay / 60;
	seconds = delay % 60 | (back ? RETURN_WITH_MAINS : STAY_OFF);
	ret = hid_write(ups, d, m->off, pair(first, minutes, seconds));
	if (!ret && !certain && taken_as_minutes(ups, d, m->off, seconds)) {
		first = !first;
		log_note("%s: its delays have the %s first; say powercom_order = %s",
			 ups->link->info.port, first ? "minutes" : "seconds",
			 first ? "minutes-first" : "seconds-first");
		ret = hid_write(ups, d, m->off, pair(first, minutes, seconds));
	}
	if (!ret)
		hid_say(req, "off in %lld s", (long long)delay);
	return ret;
}

/* @n minutes and @n seconds in either order. */
static int by_line(struct ups *ups, struct hid_pdc *d, const struct means *m,
		   struct action_request *req)
{
	int64_t n = (d->offdelay + 60) / 61;
	int ret;

	if (!n)
		n = 1;
	ret = hid_write(ups, d, m->off, n | n << 8);
	if (!ret)
		hid_say(req, "off in %lld s", (long long)n * 61);
	return ret;
}

static int two_bytes(struct ups *ups, struct hid_pdc *d, const struct means *m, bool back,
		     struct action_request *req)
{
	bool online = state_is(&ups->now, UPS_ONLINE), certain;
	int ret = back ? set_startup(ups, d, m) : 0;

	if (ret)
		return ret;
	(void)minutes_first(ups, &certain);
	if (!certain && ups->now.state_known & UPS_ONLINE && online != back &&
	    d->offdelay <= SAME_MAX * 61)
		return by_line(ups, d, m, req);
	return by_flags(ups, d, m, back, req);
}

/* What the configured delays become. */
static int64_t real_delay(struct ups *ups, struct hid_pdc *d, const struct means *m)
{
	int64_t delay = d->offdelay ? d->offdelay : 1;
	bool certain;

	(void)minutes_first(ups, &certain);
	if (m->index)
		(void)index_of(d->offdelay, &delay);
	else if (!certain && delay <= SAME_MAX * 61)
		delay = (delay + 60) / 61 * 61;
	else if (delay > MINUTES_MAX * 60)
		delay = MINUTES_MAX * 60;
	return delay;
}

static uint32_t offer(struct ups *ups, struct hid_pdc *d)
{
	struct means m;

	if (!output_means(d, &m) && !summary_means(ups, d, &m))
		return 0;
	reading_set(&ups->now, UPSY_R_DELAY_SHUTDOWN, real_delay(ups, d, &m));
	if (m.on)
		reading_set(&ups->now, UPSY_R_DELAY_START,
			    d->ondelay > 60 ? (d->ondelay + 59) / 60 * 60 : 60);
	return 1u << UPSY_ACTION_SHUTDOWN_RETURN |
	       1u << (m.index ? UPSY_ACTION_SHUTDOWN_CANCEL : UPSY_ACTION_SHUTDOWN_STAYOFF);
}

static int shut_down(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	bool back = req->action == UPSY_ACTION_SHUTDOWN_RETURN;
	int ret = -EOPNOTSUPP;
	struct means m;

	if (output_means(d, &m))
		ret = back ? by_index(ups, d, &m, req) : -EOPNOTSUPP;
	if ((ret == -EPIPE || ret == -EOPNOTSUPP) && summary_means(ups, d, &m)) {
		if (!m.index)
			ret = two_bytes(ups, d, &m, back, req);
		else if (back)
			ret = by_index(ups, d, &m, req);
	}
	if (ret == -EPIPE)
		hid_say(req, "the UPS refuses DelayBeforeShutdown");
	return ret;
}

/* An index of 0 cancels. In two bytes nothing does, and 0 is the longest delay. */
static int cancel(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	int ret = -EOPNOTSUPP;
	struct means m;

	if (output_means(d, &m))
		ret = hid_write(ups, d, m.off, 0);
	if ((ret == -EPIPE || ret == -EOPNOTSUPP) && summary_means(ups, d, &m) && m.index)
		ret = hid_write(ups, d, m.off, 0);
	if (!ret)
		hid_say(req, "cancelled");
	return ret;
}

static int action(struct ups *ups, struct hid_pdc *d, struct action_request *req)
{
	int ret = -EOPNOTSUPP;

	if (req->action == UPSY_ACTION_SHUTDOWN_RETURN ||
	    req->action == UPSY_ACTION_SHUTDOWN_STAYOFF)
		ret = shut_down(ups, d, req);
	else if (req->action == UPSY_ACTION_SHUTDOWN_CANCEL)
		ret = cancel(ups, d, req);
	d->nr_written = 0;	/* fields in there may have been ours */
	return ret;
}

/* 2 tests for three seconds; that is all there is of tests. */
#define QUICK_TEST { UPSY_ACTION_TEST_QUICK, { { "Battery.Test", HID_WRITE_CONST, 2 } } }

#define NOT_STANDARD									\
	(1u << UPSY_ACTION_BEEPER_ON | 1u << UPSY_ACTION_BEEPER_OFF |			\
	 1u << UPSY_ACTION_BEEPER_MUTE | 1u << UPSY_ACTION_TEST_QUICK |			\
	 1u << UPSY_ACTION_TEST_DEEP | 1u << UPSY_ACTION_TEST_STOP |			\
	 1u << UPSY_ACTION_SHUTDOWN_RETURN | 1u << UPSY_ACTION_SHUTDOWN_STAYOFF |	\
	 1u << UPSY_ACTION_SHUTDOWN_CANCEL | 1u << UPSY_ACTION_LOAD_ON |			\
	 1u << UPSY_ACTION_LOAD_OFF)

static const struct hid_recipe skp_recipes[] = {
	QUICK_TEST,
	{ UPSY_ACTION_BEEPER_ON, { { "AudibleAlarmControl", HID_WRITE_CONST, 2 } } },
	{ UPSY_ACTION_BEEPER_MUTE, { { "AudibleAlarmControl", HID_WRITE_CONST, 3 } } },
	{ 0 },
};

/*
 * The first with USB: the usages of the power page and the battery's, both on page
 * 2, as input reports; volts in steps of four, the charge under the name of the
 * battery's voltage, and two words of flags. Unverified on hardware.
 */
#define FIRST_BATTERY	"00020010."
#define FIRST_INPUT	"00020016.0002001a."
#define FIRST_OUTPUT	"00020016.0002001c."

static const struct hid_row first_rows[] = {
	{ UPSY_R_CAPACITY, FIRST_BATTERY "00020030", HID_CONV_CHARGE },
	{ UPSY_R_TEMPERATURE, FIRST_BATTERY "00020036", .mul = 10 },
	{ UPSY_R_INPUT_VOLTAGE, FIRST_INPUT "00020030", .mul = 4000000 },
	{ UPSY_R_INPUT_FREQUENCY, FIRST_INPUT "00020032", .mul = 1000 },
	{ UPSY_R_OUTPUT_VOLTAGE, FIRST_OUTPUT "00020030", .mul = 4000000 },
	{ UPSY_R_OUTPUT_FREQUENCY, FIRST_OUTPUT "00020032", .mul = 1000 },
	{ UPSY_R_LOAD, FIRST_OUTPUT "00020035", .mul = 1 },
	{ UPSY_R_SELF_TEST, "00020016.00020058", HID_CONV_ENUM, hid_test_results },
	{ 0 },
};

static const struct hid_fact_row first_facts[] = {
	{ HID_FACT_INTERNAL, FIRST_OUTPUT "00020081", .mask = 0x01 },
	{ HID_FACT_REPLACE, FIRST_OUTPUT "00020081", .mask = 0x02 },
	{ HID_FACT_TEST, FIRST_OUTPUT "00020081", .mask = 0x04 },
	{ HID_FACT_IMMINENT, FIRST_OUTPUT "00020081", .mask = 0x10 },
	{ HID_FACT_AC, FIRST_OUTPUT "00020082", .mask = 0x01, .invert = true },
	{ HID_FACT_LOW_CAPACITY, FIRST_OUTPUT "00020082", .mask = 0x02 },
	{ HID_FACT_BUCK, FIRST_OUTPUT "00020082", .mask = 0x18, .equals = 0x08 },
	{ HID_FACT_BOOST, FIRST_OUTPUT "00020082", .mask = 0x18, .equals = 0x18 },
	{ HID_FACT_OVERLOAD, FIRST_OUTPUT "00020082", .mask = 0x20 },
	{ HID_FACT_NONE },
};

static const struct hid_id first_ids[] = { { 0x0d9f, 0x0001 }, { 0 } };

const struct hid_vendor hid_powercom_first = {
	.name = "powercom",
	.ids = first_ids,
	.not_standard = NOT_STANDARD,
	.rows = first_rows,
	.facts = first_facts,
	.top = 0x00020004,
};

static const struct hid_id skp_ids[] = { { 0x0d9f, 0x00a3 }, { 0 } };

const struct hid_vendor hid_powercom_skp = {
	.name = "powercom",
	.ids = skp_ids,
	.quirks = HID_NOT_SUMMARY_VOLTS,
	.rows = rows,
	.recipes = skp_recipes,
	.offer = offer,
	.not_standard = NOT_STANDARD,
	.action = action,
};

/* The beeper can only be read. */
static const struct hid_recipe plain_recipes[] = {
	QUICK_TEST,
	{ 0 },
};

static const struct hid_id ids[] = { { 0x0d9f, -1 }, { 0 } };

const struct hid_vendor hid_powercom = {
	.name = "powercom",
	.ids = ids,
	.quirks = HID_NOT_SUMMARY_VOLTS,
	.rows = plain_rows,
	.complete = complete,
	.recipes = plain_recipes,
	.offer = offer,
	.not_standard = NOT_STANDARD,
	.action = action,
	.seen = "0d9f:0004 \"HID UPS Battery\" (BNT-600AP; one with Megatec's text)",
};
