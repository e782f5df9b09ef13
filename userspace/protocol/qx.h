/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Megatec/Q1/Voltronic family, inside: what its parts share.
 *
 *   qx.c           the driver: probe, close; what is asked is committed here
 *   qx_poll.c      the status, and what is asked more rarely
 *   qx_detect.c    which dialect, asked in an order that is safe for all
 *   qx_action.c    actions and delays
 *   qx_setting.c   settings that the UPS keeps
 *   qx_options.c   ratings that the configuration gives instead of the UPS
 *   qx_link.c      one question, one whole answer
 *   qx_carriers.c  framing: how a command and its answer cross the wire; and
 *                  qx_usb.c, qx_strings.c, qx_recorded.c, qx_ids.c
 *   qx_convert.c   characters of an answer → readings
 *   qx_dialect.h   what tables are made of, and
 *   qx_<dialect>.c tables: which command, which characters, which reading
 *
 * A carrier knows framing only; a dialect never knows its carrier.
 */
#ifndef UPSY_QX_H
#define UPSY_QX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/action.h"
#include "lib/readings.h"
#include "protocol/protocol.h"
#include "protocol/qx_dialect.h"
#include "transport/transport.h"

#define QX_ANSWER_MAX	512	/* longest answer, with its CR */
#define QX_NOMINALS	6	/* ratings that override.* can replace */
#define QX_COMMAND_MAX	64	/* longest command, without its CR */
#define QX_STATUS_AGE_MS 700	/* older than that, it is asked before anything slow */
#define QX_SLOWEST_MS	3000	/* Best Power's may take that long to begin an answer */

/*
 * Carriers.
 */
struct qx_link;

/** enum qx_off - what a command does to the load; letters alone do not say it */
enum qx_off {
	QX_OFF_NO,		/* nothing that a carrier must know */
	QX_OFF_RETURN,		/* off, and on again with the mains */
	QX_OFF_STAY,		/* off, and stay off */
};

/**
 * struct qx_request - one command for a carrier
 * @cmd: bytes without the CR
 * @len: how many
 * @want: expected length of the answer with its CR, 0 when not known
 * @timeout_ms: for the whole answer
 * @action: no answer is expected
 * @binary: a CR before @want bytes is not the end
 * @off: what is meant, since "S.5" returns in one dialect and stays off in
 *       another: a carrier that recodes shutdowns goes by this alone
 */
struct qx_request {
	const char *cmd;
	size_t len;
	size_t want;
	int timeout_ms;
	bool action, binary;
	enum qx_off off;
};

/**
 * struct qx_packets - an answer that comes in packets
 * @buf: what has come
 * @len: how much
 */
struct qx_packets {
	uint8_t buf[QX_ANSWER_MAX];
	size_t len;
};

/**
 * struct qx_carrier - a framing
 * @name: as in subdriver=
 * @caps: what it needs of the transport
 * @banned: commands that lock it up, NULL-terminated, or NULL
 * @exchange: send @rq, collect the answer up to its CR. Return: bytes in @ans;
 *            -ETIMEDOUT for silence; -EOPNOTSUPP when this framing cannot
 *            carry the command; -ENODATA when the device says that the UPS is
 *            off; other errnos as for a transport.
 * @packet: take the valid bytes out of one packet. Return: 1 when the answer
 *          is complete, 0 when there is more, -ENODATA, -EBADMSG.
 * @report: for HID framings: wValue of SET_REPORT
 * @out: bytes per report sent
 * @in: bytes per packet read
 * @drain: empty the IN endpoint before each command
 * @strings: commands are string descriptors, in some language
 * @lacks: bit per enum upsy_action that it cannot carry, whatever the dialect
 * @off_min, @off_max: seconds to switching off that it can carry; 0: any
 * @on_fixed: it carries no delay of switching on: the UPS comes back these
 *            seconds after the mains; 0: it does
 * @cuts: the delay of switching on is cut off the command
 */
struct qx_carrier {
	const char *name;
	unsigned int caps;
	uint16_t report;
	uint8_t out, in;
	bool drain, strings;
	uint32_t lacks;
	int off_min, off_max, on_fixed;
	bool cuts;
	const char *const *banned;
	ssize_t (*exchange)(struct qx_link *l, const struct qx_request *rq,
			    uint8_t *ans, size_t size);
	int (*packet)(struct qx_packets *p, const uint8_t *packet, size_t len);
};

/**
 * struct qx_link - a carrier at work
 * @t: transport
 * @carrier: framing
 * @langid: of string descriptors
 * @late: an answer timed out and may still come
 * @warm: the first question was answered
 * @no_cr: this device never sends its CR
 * @step: place in hunnox's rotation of dummy reads
 * @whole: length of the answer that one transfer may ask for, 0 for none (USB packets)
 * @singly: so many answers more are taken packet by packet
 */
struct qx_link {
	struct transport *t;
	const struct qx_carrier *carrier;
	uint16_t langid;
	bool late, warm, no_cr;
	unsigned int step;
	uint16_t whole;
	uint8_t singly;
};

/** qx_carriers - all of them, NULL-terminated */
extern const struct qx_carrier *const qx_carriers[];

const struct qx_carrier *qx_carrier_named(const char *name);

/**
 * qx_carriers_for - which carriers a device may have, most likely first
 * @list: gets up to @max of them
 *
 * Decided by ids and strings alone; nothing is sent. Return: how many.
 */
int qx_carriers_for(const struct transport *t, const struct qx_carrier **list, int max);

/**
 * struct qx_id - USB ids of a carrier, for probing and for the hwdb
 * @claim: the id is a UPS's own; false for ids that other devices bear too
 */
struct qx_id {
	uint16_t vendor, product;
	const char *manufacturer, *product_name;	/* NULL: any */
	const char *carrier;
	bool claim;
	const char *seen;
};

extern const struct qx_id qx_ids[];	/* up to a row without a carrier */

/*
 * One UPS.
 */

/**
 * struct qx - a UPS of this family
 * @ups: the driver's view
 * @link: carrier at work
 * @dialect: its tables
 * @r: where conversions write: a copy of ups->now until the answer is whole
 * @id: likewise for strings
 * @packs: volts are multiplied by packs / 2, 0 when not known yet
 * @want_packs: packs must be worked out when the nominal voltage is known
 * @slow_next: the slow question to go on with
 * @fault: the status says "fault"
 * @temperature_moves: another value than the placeholder 25.0 was seen
 * @shutdown_bit_works: the bit "shutdown active" was seen off
 * @off_pending: that bit, believed or not
 * @revision: of the protocol, "PI08" → 8; -1 when not told
 * @slave: address on masterguard's bus, -1 for none
 * @raw_battery: battery volts as told, in millivolts
 * @phases, @in_phases: of the output and of the input
 * @off_s, @on_s: delays as configured
 * @override: ratings that the configuration gives instead of the UPS, 0: it does not
 * @failures: exchanges without an answer, in a row
 */
struct qx {
	struct ups *ups;
	struct qx_link link;
	const struct qx_dialect *dialect;
	struct readings r;
	struct identity id;
	int packs;
	bool packs_given;		/* by the user */
	bool want_packs;
	unsigned int slow_next;
	bool fault;
	bool temperature_moves, shutdown_bit_works, ignore_shutdown_bit, off_pending;
	bool pro_bypass;
	bool regulates;			/* boost or trim was seen */
	bool live_info;			/* the vendor question tells the runtime too */
	bool filler_info;		/* maker and model are one character repeated */
	bool nak_in_brackets;		/* it says "(NAK" */
	bool nak_with_crc;		/* and with a checksum */
	bool has_q1;			/* it answers Q1; known while detecting only */
	bool q1_bits;			/* Q1 tells the state, Q6 need not */
	bool last_resort;		/* nothing is left to ask but what is unlikely */
	bool saw_test;			/* a battery test ran while we looked */
	int64_t fault_alarms;		/* voltronic: raised by QFS */
	bool heard_noise;		/* an answer was garbled while detecting */
	int refusals, silences;		/* heard while detecting */
	uint32_t codes[2];			/* q6: fault and warning, as logged last */
	int64_t load_l1;			/* of the first phase, -1 when not told */
	bool probing;			/* nothing is claimed yet: be brief */
	bool patient;			/* it may be a slow one: do not be */
	char variant;				/* letter of the QS family */
	int revision;
	int slave;
	int raw_battery, phases, in_phases, cells;
	int off_s, on_s;
	int64_t override[QX_NOMINALS];
	int failures;
	struct {			/* the column that made no sense last */
		const struct qx_field *field;
		char text[8];
		size_t len;
		int times;
	} odd;
	char flags_on[32], flags_off[32];	/* letters of QFLAG */
	uint32_t refused, silent, answered;	/* bit per row of dialect->queries */
	uint64_t unsettable;			/* bit per row of dialect->settings: refused */
	uint16_t odd_len[32];			/* per row: length of an answer out of shape */
	int64_t status_ms;			/* when the status was last read */
	struct qx_cache *cache;			/* while detecting */
};

/* qx_link.c */

/**
 * qx_exchange - send @cmd, get one answer
 * @cmd: without CR and CRC
 * @lead, @min, @flags: shape of the answer, as in struct qx_query
 * @ans: QX_ANSWER_MAX + 1 bytes; gets the answer from its lead character on,
 *       without CR and CRC, NUL-terminated
 * @tries: how often a silent or garbled line is asked
 *
 * Return: its length, -EOPNOTSUPP when the UPS refused (echo, NAK) or the
 * carrier cannot ask, -ETIMEDOUT, -EBADMSG when all answers were garbled,
 * -ENODATA (see struct qx_carrier), -ENODEV.
 */
ssize_t qx_exchange(struct qx *q, const char *cmd, char lead, size_t min,
		    unsigned int flags, char *ans, int tries);

/**
 * qx_tell - send a command
 * @cmd: without CR and CRC
 * @off: what it is to do to the load
 * @text: gets what the UPS answered
 * Return: 0 when it was accepted, -EREMOTEIO refused, -ETIMEDOUT no answer
 * where the dialect always gives one, other errnos.
 */
int qx_tell(struct qx *q, const char *cmd, enum qx_off off, char *text, size_t size);

/** qx_crc - CRC-16/XMODEM with the bytes 28, 0D and 0A incremented */
uint16_t qx_crc(const char *s, size_t len);

/* qx_convert.c */
int qx_number(struct qx *q, const struct qx_field *f, const char *s, size_t len);
int qx_battery(struct qx *q, const struct qx_field *f, const char *s, size_t len);
int qx_nominal(struct qx *q, const struct qx_field *f, const char *s, size_t len);
int qx_temperature(struct qx *q, const struct qx_field *f, const char *s, size_t len);
int qx_status_bits(struct qx *q, const struct qx_field *f, const char *s, size_t len);
int qx_text(struct qx *q, const struct qx_field *f, const char *s, size_t len);
int qx_skip(struct qx *q, const struct qx_field *f, const char *s, size_t len);

/* qx_voltronic_alarms.c */
int qx_voltronic_warnings(struct qx *q, const struct qx_field *f, const char *s, size_t len);
int qx_voltronic_fault(struct qx *q, const struct qx_field *f, const char *s, size_t len);
/** qx_voltronic_clear_fault - what QFS named goes with the fault */
void qx_voltronic_clear_fault(struct qx *q);

/**
 * qx_parse_number - a decimal number scaled to an integer
 * Takes padding by blanks and '#', a sign, one point. Return: 0, -ENODATA for
 * a placeholder ("---.-", "###", blank), -EBADMSG for anything else.
 */
int qx_parse_number(const char *s, size_t len, int32_t scale, int64_t *out);

/**
 * qx_parse_answer - run all rows of @fields over @ans
 * Writes into q->r and q->id only. Return: 0 or -EBADMSG.
 */
int qx_parse_answer(struct qx *q, const struct qx_query *query, const char *ans, size_t len);

/** qx_fits - whether @ans can be an answer to @query, without reading it */
bool qx_fits(const struct qx_query *query, const char *ans, size_t len);

/** qx_set_battery - the battery's volts as told, which may be those of a part of it */
void qx_set_battery(struct qx *q, int64_t microvolts);

/** qx_settle_packs - find the multiplier now that volts and nominal are known */
void qx_settle_packs(struct qx *q);

/* qx.c */

/** qx_forget_answers - while detecting: ask everything anew */
void qx_forget_answers(struct qx *q);

/**
 * qx_ask - ask one question and commit what it says
 * Return: 0 or as qx_exchange().
 */
int qx_ask(struct qx *q, const struct qx_query *query, int tries);

/** qx_drop_impossible - what the module would refuse is not known */
void qx_drop_impossible(struct readings *r);

/* qx_poll.c */
int qx_poll(struct ups *ups, enum poll_depth depth);
bool qx_is_refused(const struct qx *q, const struct qx_query *query);
/** qx_refuse - this question is not asked again */
void qx_refuse(struct qx *q, const struct qx_query *query);

/** qx_read_status - ask what decides. Return: 0, or why nothing was answered. */
int qx_read_status(struct qx *q);

/** qx_expand - fill in the % of a command. Return: 0 or -ERANGE. */
int qx_expand(const struct qx *q, const char *template, unsigned int outlet,
	      char *out, size_t size);

/* qx_detect.c */

/**
 * qx_detect - find the dialect spoken on q->link
 * Return: 0 with q->dialect set, -ENODEV when none is.
 */
int qx_detect(struct qx *q);

/**
 * qx_claim - whether the answers to all of @d's claim questions are its own
 * Return: 0 with q->dialect set, or why not.
 */
int qx_claim(struct qx *q, const struct qx_dialect *d);
const struct qx_dialect *qx_dialect_named(const char *name);

/* qx_options.c */
int qx_read_packs(struct qx *q);

/** qx_read_nominals - after what is asked once. Return: 0 or -EINVAL, logged. */
int qx_read_nominals(struct qx *q);

/** qx_apply_overrides - after each answer that may tell a rating */
void qx_apply_overrides(struct qx *q);

/* qx_action.c */
int qx_action(struct ups *ups, struct action_request *req);
uint32_t qx_actions_of(const struct qx *q);
/**
 * qx_off_seconds, qx_on_seconds - what the UPS is told, as this link carries it
 *
 * Return: seconds; the second -1 where it is not told when to switch on: it does
 * so when mains return.
 */
int qx_off_seconds(const struct qx *q);
int qx_on_seconds(const struct qx *q);
int qx_read_delays(struct qx *q);


/* qx_setting.c */

/** qx_apply_settings - tell the UPS those of its settings that are options */
void qx_apply_settings(struct qx *q);

/** qx_list_settings - append " name=value" of all that the UPS tells to @text */
void qx_list_settings(struct qx *q, char *text, size_t size);

/** qx_setting - get or set what is named in @req. Return: 0 or as an action. */
int qx_setting(struct qx *q, struct action_request *req);

/**
 * qx_encode_delay - seconds → ".2" … ".9", "01" … "99", rounded up
 * Return: the seconds that this means.
 */
int qx_encode_delay(int seconds, char out[3]);

#endif
