/* SPDX-License-Identifier: GPL-2.0-or-later */
/* upsyctl: what its commands share. */
#ifndef UPSYCTL_H
#define UPSYCTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/netlink.h"
#include "upsyctl/elevate.h"

/** enum exit_status - see upsyctl(1) */
enum exit_status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,	/* it could not be done */
	STATUS_USAGE = 2,
	STATUS_NO_UPS = 3,	/* no such UPS, or none at all */
};

/**
 * struct command - one row of the table of commands
 * @name: as typed
 * @args: for the usage text
 * @help: one line
 * @run: gets argv from the command's own name on; returns the exit status
 */
struct command {
	const char *name, *args, *help;
	int (*run)(int argc, char **argv);
};

/** struct settings - options that hold for every command */
extern struct settings {
	bool json, yes, color;
	enum may may;
} settings;

/** struct ups_list - every UPS the kernel knows, in order */
struct ups_list {
	struct upsy_ups *ups;
	size_t n;
};

/**
 * open_module - connect to the module
 * Return: the link, or NULL after having said what to do.
 */
struct upsy_link *open_module(void);

/** list_load - ask the kernel. Return: 0, or -1 after having said why not. */
int list_load(struct upsy_link *link, struct ups_list *list);
void list_free(struct ups_list *list);

/**
 * list_find - the UPS that a user names: "BAT_UPS0", "UPS0", "0", or the
 * beginning of its model's name. NULL stands for the only one.
 * Return: the UPS, or NULL after having said what is wrong.
 */
const struct upsy_ups *list_find(const struct ups_list *list, const char *name);

/* view.c: how things look */
#define COLOR_OFF	"\033[0m"
#define COLOR_DIM	"\033[2m"
#define COLOR_GOOD	"\033[32m"
#define COLOR_WARN	"\033[33m"
#define COLOR_BAD	"\033[1;31m"

/** paint - @color where colour is wanted, "" elsewhere */
const char *paint(const char *color);
/** state_text - what the UPS is doing, for people: "on line", "on battery", … */
const char *state_text(const struct upsy_ups *u);
/** state_color - how worrying that is */
const char *state_color(const struct upsy_ups *u);
/** runtime_text - "14 min", "1:05 h", "50 s", or "-" */
const char *runtime_text(const struct upsy_ups *u, char buf[24]);
/** bar_text - a bar of ten cells and the percentage */
const char *bar_text(const struct upsy_ups *u, char buf[64]);
/** reading_text - a reading with its unit, for people */
const char *reading_text(const struct readings *r, unsigned int id, char *buf, size_t size);
/** alarms_text - names of the alarms, separated by commas, or "" */
const char *alarms_text(const struct readings *r, char *buf, size_t size);

int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_probe(int argc, char **argv);
int cmd_action(int argc, char **argv);
int cmd_import_nut(int argc, char **argv);

#endif
