/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stash: what the last hook of a shutdown must know to reach a UPS when
 * upsyd is long dead. One small file per UPS in /run/upsy.
 */
#ifndef UPSY_STASH_H
#define UPSY_STASH_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/protocol.h"

#define STASH_DIR	"/run/upsy"

/**
 * struct stash - how to reach one UPS
 * @device: upsyd's DEVICE
 * @config: path of the configuration
 * @protocol: the driver's name, "qx"
 * @dialect: what it found out, "megatec"; may be ""
 * @model: for the log
 * @stayoff: switch off without return
 */
struct stash {
	char device[256], config[256], protocol[32], dialect[64], model[64];
	bool stayoff;
};

/**
 * stash_write - call it once the UPS is registered, and again when it is new
 * @dir: STASH_DIR
 * @n: its number in the kernel
 * @device: upsyd's DEVICE, uncut
 * @ups: after probe()
 * @feeds_us: whether it powers this machine; if not, an old stash is removed
 * @config: path of the configuration, NULL for none
 *
 * Warns, now and not at the end, about a UPS that cannot switch off and
 * return. Failing costs only the switching off; it is logged here.
 */
void stash_write(const char *dir, uint32_t n, const char *device, const struct ups *ups,
		 bool feeds_us, const char *config);

/** stash_read - Return: 0 or a negative errno; -EINVAL when it is none */
int stash_read(const char *path, struct stash *out);

/**
 * stash_device_allowed - may the hook open this as root?
 *
 * /run/upsy is writable by upsyd's own user, and the hook runs as root when no
 * one watches: it opens ttys and USB devices, nothing else.
 */
bool stash_device_allowed(const char *device);

#endif
