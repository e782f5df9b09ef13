/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Qx: what an emulated UPS of the Megatec family answers. Knows no carrier. */
#ifndef UPSY_EMU_QX_H
#define UPSY_EMU_QX_H

#include <stddef.h>
#include <stdint.h>

#include "emu.h"

#define QX_ANSWER_MAX	512

/** enum qx_act - what a command does to the UPS */
enum qx_act {
	ACT_NONE,
	ACT_SHUTDOWN,		/* %n = off delay; %m = on delay in minutes, 0 = stay off */
	ACT_SHUTDOWN_RETURN,	/* %n, back as soon as there are mains */
	ACT_SHUTDOWN_STAYOFF,	/* %n */
	ACT_CANCEL,		/* and output on */
	ACT_TEST,		/* %n minutes; 10 s without */
	ACT_TEST_LOW,
	ACT_TEST_STOP,
	ACT_BEEPER_TOGGLE, ACT_BEEPER_ON, ACT_BEEPER_OFF,
	ACT_BYPASS_ON, ACT_BYPASS_OFF,
	ACT_LOAD_ON, ACT_LOAD_OFF,
	ACT_NOTE,		/* accepted, logged, nothing else */
};

/**
 * struct qx_row - one command
 * @cmd: as sent, without its CR. %n: a delay, ".d" tenths of a minute or "dd"
 *       minutes; %m: 4 digits; %d: one digit; %*: the rest, whatever it is
 * @answer: template. {name width.precision} is a number of the model, or a
 *          string when it has no precision; NULL: the dialect's acknowledgement
 * @act: what it does
 * @fill: for binary answers. Return: the length.
 */
struct qx_row {
	const char *cmd;
	const char *answer;
	enum qx_act act;
	int (*fill)(const struct emu_ups *u, uint8_t *out);
};

/** enum qx_unknown - what a UPS does with a command that it does not know */
enum qx_unknown { UNKNOWN_ECHO, UNKNOWN_NAK, UNKNOWN_N, UNKNOWN_SILENT, UNKNOWN_NAK_CRC };

/**
 * struct qx_dialect - a UPS's command set
 * @ack: answer to an action that was done, NULL for silence
 * @nak: answer to one that was refused, NULL for an echo
 * @tables: searched in order
 * @maker, @model: as its I answer has them, NULL for ours
 * @crc: CRC-16 at the end of everything
 */
struct qx_dialect {
	const char *name;
	const char *ack, *nak;
	enum qx_unknown unknown;
	const struct qx_row *tables[6];
	const char *maker, *model;
	bool crc;
};

extern const struct qx_dialect qx_dialects[];

const struct qx_dialect *qx_dialect(const char *name);
int qx_list(bool dialects);

/**
 * qx_answer - let UPS @u take one command
 * @cmd: without its CR
 * @out: at least QX_ANSWER_MAX bytes
 * Return: length of the answer, 0 for none.
 */
int qx_answer(struct emu_ups *u, const struct qx_dialect *d, const char *cmd, size_t len,
	      uint8_t *out);

#endif
