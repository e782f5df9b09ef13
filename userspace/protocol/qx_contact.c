// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drivers "atcl" and "richcomm": UPSes behind a USB chip that tells mains and
 * battery and nothing else. Both ids are shared with UPSes of the Qx family.
 * Facts of NUT's drivers nutdrv_atcl_usb and richcomm_usb; unverified on hardware.
 *
 * What must stay true: atcl is only listened to while probing, because any
 * packet out may switch it off; richcomm is sent its one question and nothing
 * else, ever. Neither is believed to be a UPS on battery on its first word:
 * the ids are used by hobby projects, too.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/qx_contact.h"
#include "transport/transport.h"

#define POLL_MS		1000
#define DEADLINE_MS	20000

const struct contact_id contact_ids[] = {
	{ 0x0001, 0x0000, "ATCL FOR UPS", "atcl", "unbranded (\"ATCL FOR UPS\")" },
	{ 0x0925, 0x1234, NULL, "richcomm", "Richcomm dry contact: Sweex 1000VA" },
	{ 0, 0, NULL, NULL, NULL },
};

static bool says(const char *want, const char *have)
{
	size_t len = strlen(have);

	while (len && have[len - 1] == ' ')
		len--;
	return !want || (strlen(want) == len && !strncmp(want, have, len));
}

static bool is_listed(const struct transport *t, const char *driver)
{
	for (const struct contact_id *id = contact_ids; id->driver; id++) {
		if (!strcmp(id->driver, driver) && id->vendor == t->info.vendor &&
		    id->product == t->info.product && says(id->manufacturer, t->info.manufacturer))
			return true;
	}
	return false;
}

static void claim(struct ups *ups, const char *protocol)
{
	identity_copy(ups->id.protocol, protocol, strlen(protocol));
	ups->poll_status_ms = POLL_MS;
	ups->poll_full_ms = DEADLINE_MS;
	ups->deadline_ms = DEADLINE_MS;
}

static void set_state(struct ups *ups, bool on_line, bool low)
{
	state_set(&ups->now, UPS_ONLINE, on_line);
	state_set(&ups->now, UPS_DISCHARGING, !on_line);
	state_set(&ups->now, UPS_LOW, low);
}

/* A stalled or overflowing endpoint is cleared, so that the next read may work. */
static ssize_t read_packet(struct transport *t, uint8_t *buf, size_t len, int timeout_ms)
{
	ssize_t n = transport_interrupt_in(t, buf, len, timeout_ms);

	if (n == -EPIPE || n == -EOVERFLOW) {
		transport_clear_halt(t, t->info.in);
		n = -EIO;
	}
	return n;
}

/*
 * atcl: 8 bytes about once a second, unasked. The first is 3 on line, 1 on
 * battery, 2 on battery and low; the others are 0.
 */
enum { ATCL_ON_BATTERY = 1, ATCL_LOW = 2, ATCL_ON_LINE = 3 };

#define ATCL_WAIT_MS	2500
#define ATCL_PROBE_MS	1500

static int atcl_read(struct transport *t, int timeout_ms)
{
	static const uint8_t zeros[7];
	uint8_t buf[8];
	ssize_t n = read_packet(t, buf, sizeof(buf), timeout_ms);

	if (n < 0)
		return (int)n;
	if (n != sizeof(buf) || buf[0] < ATCL_ON_BATTERY || buf[0] > ATCL_ON_LINE ||
	    memcmp(buf + 1, zeros, sizeof(zeros)))
		return -EBADMSG;
	return buf[0];
}

static int atcl_poll(struct ups *ups, enum poll_depth depth)
{
	int state = atcl_read(ups->link, ATCL_WAIT_MS);

	if (state == -EBADMSG)
		state = atcl_read(ups->link, ATCL_WAIT_MS);
	if (state < 0)
		return state == -EBADMSG ? -EIO : state;
	set_state(ups, state == ATCL_ON_LINE, state == ATCL_LOW);
	return 0;
}

static int atcl_probe(struct ups *ups)
{
	const char *known = option_text(ups->opt, "remembered.dialect");
	int state;

	if (!is_listed(ups->link, "atcl") || (known && strcmp(known, "atcl")))
		return -ENODEV;
	/* Fuji's has the same id and strings, and is silent until it is asked. */
	for (int i = 0; i < 2; i++) {
		state = atcl_read(ups->link, ATCL_PROBE_MS);
		if (state < 0)
			return state == -ENODEV || state == -EACCES ? state : -ENODEV;
	}
	claim(ups, "contact/atcl");
	set_state(ups, state == ATCL_ON_LINE, state == ATCL_LOW);
	if (ups->link->info.out)
		ups->actions = UINT32_C(1) << UPSY_ACTION_SHUTDOWN_RETURN;
	return 0;
}

/* The same packet twice, as its own software does; it acts on battery only. */
static int atcl_action(struct ups *ups, struct action_request *req)
{
	static const uint8_t off[8] = { 0x01 };
	int err;

	if (req->action != UPSY_ACTION_SHUTDOWN_RETURN || !ups->actions) {
		action_reply(req, "this UPS tells its state; all it can be told is shutdown-return");
		return -EOPNOTSUPP;
	}
	err = transport_interrupt_out(ups->link, off, sizeof(off), 1000);
	if (!err) {
		clock_sleep_ms(170);
		err = transport_interrupt_out(ups->link, off, sizeof(off), 1000);
	}
	if (err)
		action_reply(req, "%s", strerror(-err));
	else
		action_reply(req, "off in about 30 s if it is on battery then; on mains it does "
			     "nothing (not acknowledged)");
	return err;
}

/*
 * richcomm: 01 00 00 30 asks for the contacts; six bytes come, in the fourth
 * bit 2 says on line, bit 1 battery good.
 */
#define RICHCOMM_ON_LINE	0x04
#define RICHCOMM_GOOD		0x02
#define RICHCOMM_RUBBISH	5	/* answers after plugging in that mean nothing */

static int richcomm_ask(struct transport *t)
{
	uint8_t ask[4] = { 0x01, 0x00, 0x00, 0x30 }, buf[8];
	ssize_t n;

	n = transport_control(t, 0x21, 0x09, 0x0200, t->info.interface, ask, sizeof(ask), 1000);
	if (n < 0)
		return (int)n;
	n = read_packet(t, buf, sizeof(buf), 1000);
	if (n < 0)
		return (int)n;
	return n == 6 ? buf[3] & (RICHCOMM_ON_LINE | RICHCOMM_GOOD) : -EBADMSG;
}

static void richcomm_state(struct ups *ups, int contacts)
{
	set_state(ups, contacts & RICHCOMM_ON_LINE, !(contacts & RICHCOMM_GOOD));
}

static int richcomm_poll(struct ups *ups, enum poll_depth depth)
{
	int contacts = richcomm_ask(ups->link);
	bool same = contacts >= 0 &&
		    !(contacts & RICHCOMM_ON_LINE) == state_is(&ups->now, UPS_DISCHARGING) &&
		    !(contacts & RICHCOMM_GOOD) == state_is(&ups->now, UPS_LOW);

	/* There is no checksum: a change counts when it is told twice. */
	if (!same && contacts != -ENODEV) {
		int again = richcomm_ask(ups->link);

		if (contacts >= 0 && again >= 0 && again != contacts)
			again = -EBADMSG;
		contacts = again;
	}
	if (contacts < 0)
		return contacts == -EBADMSG ? -EIO : contacts;
	richcomm_state(ups, contacts);
	return 0;
}

static bool is_known_as(const struct options *opt, const char *name)
{
	const char *driver = option_text(opt, "driver");
	const char *known = option_text(opt, "remembered.dialect");

	return (driver && (!strcasecmp(driver, name) || !strcasecmp(driver, "richcomm_usb"))) ||
	       (known && !strcmp(known, name));
}

static int richcomm_probe(struct ups *ups)
{
	int contacts = 0, last = -1, silent = 0;

	if (!is_listed(ups->link, "richcomm"))
		return -ENODEV;
	for (int i = 0; i < RICHCOMM_RUBBISH; i++) {
		contacts = richcomm_ask(ups->link);
		if (contacts == -ENODEV || contacts == -EACCES)
			return contacts;
		silent = contacts == -ETIMEDOUT ? silent + 1 : 0;
		if (silent == 3)
			return -ENODEV;
		clock_sleep_ms(1000);
	}
	for (int i = 0; i < 3; i++) {
		contacts = richcomm_ask(ups->link);
		if (contacts < 0 || (i && contacts != last))
			return contacts == -ENODEV ? contacts : -ENODEV;
		last = contacts;
	}
	/* Zeros are what anything may say, and "mains lost" is too much to believe of it. */
	if (contacts != (RICHCOMM_ON_LINE | RICHCOMM_GOOD) &&
	    !is_known_as(ups->opt, "richcomm")) {
		log_info("may be a Richcomm contact on battery; driver = richcomm says that it is");
		return -ENODEV;
	}
	claim(ups, "contact/richcomm");
	richcomm_state(ups, contacts);
	return 0;
}

/* Its shutdown is known from one report only, so it is not sent. */
static int richcomm_action(struct ups *ups, struct action_request *req)
{
	action_reply(req, "this UPS tells its state and can be told nothing");
	return -EOPNOTSUPP;
}

const struct protocol contact_atcl = {
	.name = "atcl", .caps = TRANSPORT_USB, .probe = atcl_probe, .poll = atcl_poll,
	.action = atcl_action,
};

const struct protocol contact_richcomm = {
	.name = "richcomm", .caps = TRANSPORT_USB, .probe = richcomm_probe,
	.poll = richcomm_poll, .action = richcomm_action,
};
