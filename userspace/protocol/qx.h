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
#include "transport/transport.h"

#define QX_ANSWER_MAX	512	/* longest answer, with its CR */
#define QX_NOMINALS	6	/* ratings that override.* can replace */
#define QX_COMMAND_MAX	64	/* longest command, without its CR */
#define QX_STATUS_AGE_MS 700	/* older than that, it is asked before anything slow */
#define QX_SLOWEST_MS	3000	/* Best Power's may take that long to begin an answer */
#define QX_VOLT		1000000	/* volts, amperes, watts → micro */
#define QX_HERTZ	1000
#define QX_DEGREE	10

struct qx;
struct qx_field;

/**
 * qx_conv - turn characters of an answer into a reading
 * @f: the row
 * @s: its characters, @len of them, not terminated
 *
 * Writes into qx->r, qx->id or the state of @q. Return: 0, or -EBADMSG when
 * this cannot be what the UPS wanted to say.
 */
typedef int (*qx_conv)(struct qx *q, const struct qx_field *f, const char *s, size_t len);

/**
 * struct qx_field - one column of an answer
 * @from: first character, 0 is the lead character
 * @to: last character; 0 means to the end of the answer
 * @id: reading (UPSY_R_*), or offset into struct identity for qx_text
 * @scale: unit of the column → unit of the class
 * @conv: conversion
 *
 * Rows stand in the order of the columns and leave none out (QX_SKIP), so that
 * an answer whose columns have moved is still read by counting blanks.
 */
struct qx_field {
	uint16_t from, to;
	uint16_t id;
	int32_t scale;
	qx_conv conv;
};

#define QX_NUM(f, t, r, s)	{ f, t, UPSY_R_##r, s, qx_number }
#define QX_VOLTS(f, t, r)	QX_NUM(f, t, r, QX_VOLT)
#define QX_AMPS(f, t, r)	QX_NUM(f, t, r, QX_VOLT)
#define QX_HZ(f, t, r)		QX_NUM(f, t, r, QX_HERTZ)
#define QX_PERCENT(f, t, r)	QX_NUM(f, t, r, 1)
#define QX_SECONDS(f, t, r)	QX_NUM(f, t, r, 1)
#define QX_MINUTES(f, t, r)	QX_NUM(f, t, r, 60)
#define QX_KILOWATTS(f, t, r)	QX_NUM(f, t, r, 1000000000)
#define QX_BATTERY(f, t)	{ f, t, UPSY_R_VOLTAGE, QX_VOLT, qx_battery }
#define QX_TEMP(f, t)		{ f, t, UPSY_R_TEMPERATURE, QX_DEGREE, qx_temperature }
#define QX_TEXT(f, t, member)	{ f, t, offsetof(struct identity, member), 0, qx_text }
#define QX_SKIP(f, t)		{ f, t, 0, 0, qx_skip }
#define QX_CONV(f, t, fn)	{ f, t, 0, 0, fn }
#define QX_END			{ 0, 0, 0, 0, NULL }
#define QX_LAST_QUERY		{ NULL, NULL, 0, 0, 0, NULL }
#define QX_LAST_SETTING		{ NULL, NULL, 0, 0, 0, NULL, NULL, 0, 0, 0 }

/** enum qx_query_flags - when a question is asked, and how its answer is read */
enum qx_query_flags {
	QX_STATUS	= 1 << 0,	/* in every poll */
	QX_SLOW		= 1 << 1,	/* in full polls */
	QX_ONCE		= 1 << 2,	/* at the start */
	QX_CLAIM	= 1 << 3,	/* must be answered for the dialect to be it */
	QX_RATING	= 1 << 4,	/* not with norating */
	QX_VENDOR	= 1 << 5,	/* not with novendor */
	QX_BLANKS	= 1 << 6,	/* columns contain blanks: never count columns */
	QX_BINARY	= 1 << 7,	/* may contain any byte before its CR */
	QX_FAULT	= 1 << 8,	/* only while the status says "fault" */
	QX_LONG		= 1 << 9,	/* the answer takes longer than others */
	QX_INSTEAD	= 1 << 11,	/* is the status, when QX_STATUS is not answered */
	QX_PHASES	= 1 << 10,	/* only where there is more than one phase */
	QX_AFTER	= 1 << 12,	/* only where the row before it was answered */
	QX_ELSE		= 1 << 13,	/* with QX_ONCE: only where it was asked and not */
	QX_IN_PHASES	= 1 << 14,	/* only where more than one phase comes in */
	QX_OUTSTATS	= 1 << 15,	/* not with nooutstats */
};

/**
 * struct qx_query - a question
 * @cmd: without its CR; "%a" stands for the slave address
 * @alt: asked instead when @cmd is refused, or NULL
 * @lead: first character of the answer, 0 when it has none
 * @min: shortest answer, in characters without the CR
 * @flags: enum qx_query_flags
 * @fields: what it says, up to a row without conversion
 */
struct qx_query {
	const char *cmd, *alt;
	char lead;
	uint16_t min;
	uint16_t flags;
	const struct qx_field *fields;
};

/**
 * struct qx_command - how an action is asked for
 * @action: enum upsy_action
 * @cmd: %n off delay, %r "Rmmmm" or nothing, %o outlet, %a slave address.
 *       Several are parted by '|' and sent in turn.
 */
struct qx_command {
	int action;
	const char *cmd;
};

/**
 * struct qx_setting - something upsyctl can read and set
 * @name: NUT's name of the option or variable
 * @get: question, "%a" as in a query; NULL when it can only be set
 * @lead: first character of the answer
 * @from: first character of the value
 * @to: last one; 0 means to the end
 * @set: command; %v is the value, "%03v" three digits, "%04.1v" a decimal;
 *       NULL when it can only be read
 * @names: for enumerated values, "0=Li,1=Flooded"; for flags the letter of
 *         QFLAG; NULL for numbers
 * @min: smallest value, in thousandths
 * @max: largest value, in thousandths
 * @unit: what one step of the value means to the UPS, in thousandths of the
 *        user's unit (60000: UPS counts minutes, users write seconds)
 * @has: whether this UPS has it; NULL: any has. The first row of a name that
 *       has not said no counts
 */
struct qx_setting {
	const char *name;
	const char *get;
	char lead;
	uint8_t from, to;
	const char *set;
	const char *names;
	int32_t min, max, unit;
	bool (*has)(const struct qx *q);
};

/** enum qx_ack - how a dialect says that it does what it was told */
enum qx_ack {
	QX_ACK_SILENCE,		/* no answer is consent; an echo is refusal */
	QX_ACK_WORD,		/* (ACK, ACK or OK; silence is refusal */
};

/** enum qx_dialect_flags */
enum qx_dialect_flags {
	QX_CRC		= 1 << 0,	/* CRC-16 before each CR */
	QX_STAYOFF_SN	= 1 << 1,	/* "Sn" alone stays off: return needs R0000 even at 0 s */
	QX_LEAD_LOST	= 1 << 2,	/* answers have no lead character: add it */
};

/**
 * struct qx_dialect - a dialect: its tables
 * @name: as in protocol=
 * @carrier: tried first on this carrier (and there only, with @bound)
 * @bound: the dialect is never looked for on other carriers
 * @distinct: its claim questions are answered so by no UPS that answers Q1 too
 * @flags: enum qx_dialect_flags
 * @ack: see enum qx_ack
 * @queries: up to a row without a command
 * @commands: up to a row without a command
 * @settings: up to a row without a name, or NULL
 * @off_min, @off_max, @off_default: seconds from the command to switching off
 * @on_min, @on_max, @on_default: seconds from the return of mains to switching on
 * @timeout_ms: for one answer
 * @may_be: false when it is known without a question that it cannot be
 * @claim: refuses a device whose answers parse, but are another dialect's
 * @mine: refuses a device that is not the one the user means, also with protocol=
 * @started: after all QX_ONCE questions
 * @changed: after a setting was taken, with its value in thousandths
 */
struct qx_dialect {
	const char *name;
	const char *carrier;
	bool bound, distinct;
	unsigned int flags;
	enum qx_ack ack;
	const struct qx_query *queries;
	const struct qx_command *commands;
	const struct qx_setting *settings;
	int off_min, off_max, off_default;
	int on_min, on_max, on_default;
	int timeout_ms;
	bool (*may_be)(const struct qx *q);
	bool (*claim)(struct qx *q);
	bool (*mine)(struct qx *q);
	void (*started)(struct qx *q);
	void (*changed)(struct qx *q, const struct qx_setting *s, int64_t value);
};

/** qx_dialects - all of them, NULL-terminated */
extern const struct qx_dialect *const qx_dialects[];

extern const struct qx_dialect qx_megatec, qx_megatec_old, qx_mecer, qx_mustek,
	qx_q1, qx_zinto, qx_hunnox, qx_ablerex, qx_innovatae, qx_bestups,
	qx_masterguard, qx_voltronic, qx_voltronic_qs, qx_voltronic_qs_hex,
	qx_q2, qx_q6, qx_innovart31, qx_innovart33, qx_gtec, qx_omron, qx_axpert;

/* Answers that several dialects share. */
extern const struct qx_field qx_fields_q1[], qx_fields_f[], qx_fields_i[], qx_fields_qpi[];

/*
 * What Q1 and its descendants have in common, in front of and behind what differs:
 * (MMM.M NNN.N PPP.P QQQ RR.R SS.S TT.T b7b6b5b4b3b2b1b0
 * (230.1 000.0 230.2 027 50.0 27.5 49.0 00001001
 * 0123456789 123456789 123456789 123456789 12345
 */
#define QX_Q1_FRONT \
	QX_VOLTS(1, 5, INPUT_VOLTAGE), QX_VOLTS(7, 11, INPUT_VOLTAGE_FAULT), \
	QX_VOLTS(13, 17, OUTPUT_VOLTAGE), QX_PERCENT(19, 21, LOAD)
#define QX_Q1_BACK	QX_TEMP(33, 36), QX_CONV(38, 45, qx_status_bits)

/*
 * Megatec's commands, in pieces that most dialects have. Q toggles: what it does is
 * known by the beeper's state alone. %r is left out where 0 minutes means "with the
 * mains"; R0000 stays off.
 */
#define QX_TOGGLED_BEEPER \
	{ UPSY_ACTION_BEEPER_ON, "Q" }, { UPSY_ACTION_BEEPER_OFF, "Q" }, \
	{ UPSY_ACTION_BEEPER_MUTE, "Q" }
#define QX_TESTS \
	{ UPSY_ACTION_TEST_QUICK, "T" }, { UPSY_ACTION_TEST_DEEP, "TL" }, \
	{ UPSY_ACTION_TEST_STOP, "CT" }
#define QX_SHUTDOWNS \
	{ UPSY_ACTION_SHUTDOWN_RETURN, "S%n%r" }, { UPSY_ACTION_SHUTDOWN_STAYOFF, "S%nR0000" }, \
	{ UPSY_ACTION_SHUTDOWN_CANCEL, "C" }, { UPSY_ACTION_LOAD_ON, "C" }
#define QX_LOAD_OFF	{ UPSY_ACTION_LOAD_OFF, "S00R0000" }
#define QX_LAST_COMMAND	{ 0, NULL }
/* T01 … T99 */
#define QX_TIMED_TEST \
	{ "test.battery.start", NULL, 0, 0, 0, "T%02v", NULL, 60000, 5940000, 60000 }

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
