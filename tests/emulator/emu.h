/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * upsy-emu: emulated UPSes. One battery model per UPS; a kind (serial, usb-qx,
 * hid) shows it to the host; a control socket changes it from the outside.
 *
 * Floating point is fine here: this is physics, not what upsy publishes.
 */
#ifndef UPSY_EMU_H
#define UPSY_EMU_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EMU_MAX		64	/* UPSes in one process */
#define ARRAY_LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* ---- loop.c: one poll(2) for everything -------------------------------- */

typedef void (*loop_fn)(void *ctx);

struct timer {
	int64_t at_ms;		/* 0 when it is not set */
	loop_fn fn;
	void *ctx;
	struct timer *next;
	bool listed;
};

int64_t now_ms(void);
int loop_add(int fd, short events, loop_fn fn, void *ctx);
void loop_set_events(int fd, short events);
void loop_del(int fd);
void timer_in(struct timer *t, int64_t ms, loop_fn fn, void *ctx);
void timer_stop(struct timer *t);
int loop_run(void);
void loop_quit(int status);

/* ---- model.c: a battery, a mains socket and what happens between -------- */

enum model_flag {
	FLAG_BYPASS, FLAG_BOOST, FLAG_TRIM, FLAG_FAULT, FLAG_OVERLOAD, FLAG_OVERTEMP,
	FLAG_REPLACE, FLAG_NOBATTERY, FLAG_BEEPER, FLAG_MUTED, FLAG_SHUTDOWN, FLAG_ECO, FLAG_LOW,
	FLAG_COUNT
};

extern const char *const flag_names[FLAG_COUNT];

enum model_output { OUTPUT_ON, OUTPUT_OFF_RETURNS, OUTPUT_OFF };

/**
 * struct model - the UPS's insides
 * @charge: 0…1
 * @low_at: charge at which the UPS says "low battery"
 * @runtime_set: seconds forced from the outside, < 0 for the model's own
 * @volts_set: battery volts forced from the outside, < 0 for the model's own
 * @speed: model seconds per second for the battery
 * @timer_speed: likewise for delays and tests
 * @off_in, @on_in, @test_in: seconds left, < 0 when not armed
 */
struct model {
	bool mains, returns;
	double charge, capacity_wh, nominal_w, nominal_va, load, peukert, charge_hours;
	double low_at, runtime_set, volts_set;
	double mains_volts, mains_hz, nominal_volts, nominal_hz, battery_nominal, temp;
	double speed, timer_speed;
	double off_in, on_in, on_after, test_in;
	unsigned int flags;
	enum model_output output;
	bool low, online_type, frozen;
	int test_result;	/* 0 none, 1 passed, 4 aborted, 5 running */
	int64_t last_ms;
};

/* ---- faults: what goes wrong on the wire -------------------------------- */

enum fault {
	FAULT_SILENT,	/* no answer at all */
	FAULT_STALL,	/* USB: every control request is refused; serial: as silent */
	FAULT_ECHO,	/* the command comes back */
	FAULT_GARBAGE,	/* noise of the answer's length */
	FAULT_SHORT,	/* half of the answer, no CR */
	FAULT_LONG,	/* extra bytes before the CR */
	FAULT_NOCR,	/* all but the CR */
	FAULT_TWOCR,	/* CR twice */
	FAULT_STRAY,	/* bytes in front of the answer */
	FAULT_NUL,	/* a NUL in the midst */
	FAULT_NAK,	/* refuse everything, the dialect's way; HID: what is written */
	FAULT_BABBLE,	/* USB: more than there is room for */
	FAULT_IGNORE,	/* HID: what is written is taken and forgotten */
	FAULT_COUNT
};

extern const char *const fault_names[FAULT_COUNT];

/** struct faults - for how many answers yet each fault holds; -1 for ever */
struct faults {
	int left[FAULT_COUNT];
	int slow_ms;
	int hammer_ms;		/* USB: control requests nearer than this lock it up */
	int leave_ms;		/* USB: leaves the bus when not asked for so long */
};

/* ---- a UPS --------------------------------------------------------------- */

struct emu;
struct emu_ups;

/**
 * struct emu_kind - a way to show a UPS to the host
 * @changed: the model changed in a way that a UPS would tell unasked
 * @plug: unplug or replug. Return: 0 or a negative errno.
 * @set: "set REPORT…" of the control socket
 */
struct emu_kind {
	const char *name;
	int (*start)(struct emu_ups *u);
	void (*changed)(struct emu_ups *u);
	int (*plug)(struct emu_ups *u, bool in);
	int (*set)(struct emu_ups *u, int argc, char **argv, FILE *out);
	void (*state)(struct emu_ups *u, FILE *out);
	void (*stop)(struct emu_ups *u);
};

struct emu_ups {
	unsigned int n;
	struct emu *emu;
	struct model m;
	struct faults f;
	void *priv;
	bool plugged;
	unsigned int queries;	/* requests taken */
};

/** struct emu - the process: what the command line said */
struct emu {
	const struct emu_kind *kind;
	unsigned int count;
	const char *link, *socket_path, *control, *log, *on_kill, *recording;
	const char *dialect, *carrier;
	char manufacturer[64], product[64], serial[64];
	unsigned int vid, pid, baud;
	bool have_ids, have_strings, background, survive, use_stdin, quiet;
	struct model model;		/* as every UPS starts */
	struct emu_ups ups[EMU_MAX];
	int log_fd;
};

void emu_log(struct emu_ups *u, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* model.c */
void model_init(struct model *m);
void model_tick(struct emu_ups *u);
double model_runtime(const struct model *m);
double model_battery_volts(const struct model *m);
double model_cell_volts(const struct model *m);
double model_output_volts(const struct model *m);
double model_input_volts(const struct model *m);
bool model_on_battery(const struct model *m);
bool model_low(const struct model *m);
bool model_flag(const struct model *m, enum model_flag f);
void model_mains(struct emu_ups *u, bool on);
void model_set_flag(struct emu_ups *u, enum model_flag f, bool on);
/** model_shutdown - cut the load in @off_s; @on_s < 0: stay off */
void model_shutdown(struct emu_ups *u, double off_s, double on_s);
void model_start(struct emu_ups *u, double on_s);
void model_cancel(struct emu_ups *u);
void model_test(struct emu_ups *u, double seconds);
void model_test_stop(struct emu_ups *u);
/** model_changed - say so to the kind, which may tell the host */
void model_changed(struct emu_ups *u);

/* faults.c */
/** fault_take - whether @f holds for this answer; counts it down */
bool fault_take(struct emu_ups *u, enum fault f);
/** fault_apply - spoil the answer in @buf. Return: its new length, < 0 to send none. */
int fault_apply(struct emu_ups *u, const void *cmd, size_t cmd_len, uint8_t *buf, int len,
		size_t cap);

/* control.c */
int control_start(struct emu *e);
int control_client(int argc, char **argv);
void control_stop(struct emu *e);

extern const struct emu_kind kind_serial, kind_usb_qx, kind_hid;

#endif
