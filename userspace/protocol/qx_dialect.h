/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Megatec/Q1/Voltronic family: what a dialect's tables are made of, and the rows
 * that several dialects share. Each is written once.
 */
#ifndef UPSY_QX_DIALECT_H
#define UPSY_QX_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/readings.h"

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

#endif
