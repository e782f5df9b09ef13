/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protocols: how a UPS is spoken to. A driver is one const struct protocol in
 * one file: tables that say which command or usage gives which reading, and
 * code only where a table can't say it.
 */
#ifndef UPSY_PROTOCOL_H
#define UPSY_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/action.h"
#include "lib/readings.h"

struct options;
struct protocol;
struct transport;

/** enum poll_depth - how much a poll shall read */
enum poll_depth {
	POLL_STATUS,	/* mains, battery state: what decides */
	POLL_FULL,	/* and everything that drifts: volts, load, runtime, … */
};

/**
 * struct ups - one UPS as its protocol sees it
 * @link: the open transport
 * @opt: its section of the configuration
 * @protocol: the driver that claimed it
 * @priv: the driver's own, freed by its close()
 * @id: who it is; the driver fills it in probe()
 * @now: what it says. Drivers set what they read and clear what has become
 *       unknown; what they leave alone keeps its value.
 * @poll_status_ms: how often POLL_STATUS is wanted, set by probe()
 * @poll_full_ms: how often POLL_FULL is wanted, set by probe()
 * @actions: bit per enum upsy_action this UPS can do, set by probe()
 * @battery_empty: µV of the battery when it is empty, as the UPS says; 0: it does not
 * @battery_full: likewise when it is full
 * @deadline_ms: silence after which the device counts as lost, set by probe()
 * @hurry: one action follows and nothing else, so ask for no more than it needs;
 *         set before probe()
 */
struct ups {
	struct transport *link;
	const struct options *opt;
	const struct protocol *protocol;
	void *priv;
	struct identity id;
	struct readings now;
	int poll_status_ms, poll_full_ms, deadline_ms;
	int64_t battery_empty, battery_full;
	uint32_t actions;
	bool hurry;
};

/**
 * struct protocol - a driver
 * @name: as in ups.conf's driver= and in ups/protocol
 * @caps: the transport it needs (enum transport_caps); any one of these bits
 * @probe: whether the device on @link speaks this protocol. Must never send
 *         what another device may take for a command to switch off. Fills in
 *         id, now, poll_*_ms, deadline_ms and actions.
 *         Return: 0, -ENODEV when it is something else, other errnos when the
 *         link failed.
 * @poll: read into ups->now. Return: 0 when at least the status was read;
 *        -ETIMEDOUT, -EIO and the like when it is worth trying again; -ENODEV
 *        when the device is gone.
 * @event: an unsolicited message; of length 0: one may have been lost.
 *         Return: 1 when @now changed, 2 when it may have and a POLL_STATUS is
 *         wanted at once as well, 0 otherwise.
 * @action: do it and fill in @text. Return: 0 or a negative errno; -EOPNOTSUPP
 *          when this UPS cannot, -EINVAL with a text that says the range.
 * @describe: print what the device offers, for a bug report (may be NULL)
 * @close: free @priv; the link is closed by the caller
 */
struct protocol {
	const char *name;
	unsigned int caps;
	int (*probe)(struct ups *ups);
	int (*poll)(struct ups *ups, enum poll_depth depth);
	int (*event)(struct ups *ups, const uint8_t *buf, size_t len);
	int (*action)(struct ups *ups, struct action_request *req);
	void (*describe)(struct ups *ups, FILE *out);
	void (*close)(struct ups *ups);
};

/**
 * protocols - every driver, in the order in which they are probed
 *
 * The order is part of the design: first those that recognise the device
 * without sending anything, then those whose first request is harmless to all
 * others. NULL-terminated.
 */
extern const struct protocol *const protocols[];

extern const struct protocol hid_pdc;

/**
 * hid_describe_unknown - print what a HID device offers that no driver knows
 * @out: NULL to read it only, for a recording
 */
void hid_describe_unknown(struct transport *link, FILE *out);

extern const struct protocol qx;

#endif
