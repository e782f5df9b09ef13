/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A client of the module with nothing between it and the socket, so that it can
 * send what a well-behaved library would not. And uevents, sysfs, TAP.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/upsy.h>

/** struct snap - readings */
struct snap {
	bool known[UPSY_R_MAX + 1];
	int64_t value[UPSY_R_MAX + 1];
};

/** struct ups - what a UPS is registered with; NULL and ~0u are not sent */
struct ups {
	const char *identity, *manufacturer, *model_name, *serial_number, *firmware;
	const char *protocol, *device, *link;
	uint32_t scope, powers, deadline, shutdown_charge, shutdown_runtime;
	struct snap snap;
};

/** struct msg - a message being put together, or one received */
struct msg {
	uint32_t len;
	char buf[8192];
};

/** struct notice - a message that nobody asked for, taken apart */
struct notice {
	uint8_t cmd;
	uint32_t id, cookie, action, error, feed;
	uint64_t raised, cleared;
	char text[UPSY_TEXT_MAX + 1];
	struct snap snap;
};

/**
 * struct client - a socket to the module
 * @error: errno of the last request, 0 when it succeeded
 * @why: the kernel's message
 * @bad: type of the attribute that it names, 0 for none
 * @queue: what came while an answer was waited for
 * @queued: how much of it
 */
struct client {
	int fd;
	uint32_t portid, seq, family, group;
	int error;
	char why[256];
	uint16_t bad;
	struct notice queue[32];
	int queued;
};

int client_open(struct client *c);
void client_close(struct client *c);
int client_subscribe(struct client *c);

void msg_start(struct client *c, struct msg *m, uint8_t cmd);
void msg_put(struct msg *m, uint16_t type, const void *data, uint16_t len);
void msg_put_u32(struct msg *m, uint16_t type, uint32_t value);
void msg_put_s64(struct msg *m, uint16_t type, int64_t value);
void msg_put_string(struct msg *m, uint16_t type, const char *s);
uint32_t msg_nest(struct msg *m, uint16_t type);
void msg_nest_end(struct msg *m, uint32_t nest);

/** request - send and wait for the answer; sets error, why and bad */
int request(struct client *c, struct msg *m, struct notice *reply);

void ups_default(struct ups *u, const char *identity);
void snap_set(struct snap *s, unsigned int r, int64_t value);
void msg_put_ups(struct msg *m, const struct ups *u);
void msg_put_snap(struct msg *m, const struct snap *s);

int ups_new(struct client *c, const struct ups *u, uint32_t *id);
int ups_set(struct client *c, uint32_t id, const struct snap *s);
int ups_del(struct client *c, uint32_t id);
int ups_get(struct client *c, uint32_t id, struct notice *n);
int ups_dump(struct client *c);	/* how many there are, or -1 */
int ups_action(struct client *c, uint32_t id, uint32_t action, uint32_t *cookie);
int ups_result(struct client *c, uint32_t cookie, uint32_t error, const char *text);

/** receive - wait for a message that nobody asked for; false after @ms */
bool receive(struct client *c, struct notice *n, int ms);

/* Uevents. */
int uevent_open(void);
/** uevent_count - of @name (NULL: of any supply of ours) within @ms */
int uevent_count(int fd, const char *name, const char *action, int ms);

/* sysfs: PATH is below /sys/class/power_supply. */
const char *psy(const char *path);		/* "" when it cannot be read */
long long psy_number(const char *path);		/* -1 likewise */
bool psy_exists(const char *path);
int psy_write(const char *path, const char *value);	/* 0 or errno */
bool psy_is(const char *path, const char *value);
/** hwmon - what a file of hwmon device @name says */
long long hwmon(const char *name, const char *file);

int64_t boottime_ms(void);
void sleep_ms(int ms);

/* TAP. */
extern int failures, tests;
bool ok(bool good, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
