/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Talking to the service manager: sd_notify(3), without its library. */
#ifndef UPSY_NOTIFY_H
#define UPSY_NOTIFY_H

#include <stdint.h>

/**
 * notify_systemd - send a message such as "READY=1" or "STATUS=…"
 * Does nothing where no service manager listens.
 */
void notify_systemd(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** notify_watchdog_ms - how often WATCHDOG=1 is wanted, 0 for never */
int64_t notify_watchdog_ms(void);

#endif
