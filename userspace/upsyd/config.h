/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/upsy/upsy.conf: which options a device gets. NUT's ups.conf is understood
 * as it is: options before the first section count for all, a section's port=,
 * or vendorid=, productid=, vendor=, product=, serial=, bus= and device=, which are
 * regular expressions, say which device it is for.
 */
#ifndef UPSY_CONFIG_H
#define UPSY_CONFIG_H

#include "lib/options.h"

#define CONFIG_FILE	"/etc/upsy/upsy.conf"

/**
 * struct config_device - what is known of a device before it is opened
 * @name: DEVICE as given
 * @vendor, @product: USB ids, 0 when it is not USB or they are not known
 * @serial: USB serial number, "" likewise
 * @maker, @model: USB strings, likewise
 * @bus, @number: of the USB device, three digits
 */
struct config_device {
	const char *name;
	unsigned int vendor, product;
	char serial[128], maker[128], model[128], bus[8], number[8];
};

/** config_knows_option - whether anything reads it; not of the other programs' sections */
bool config_knows_option(const char *name);

/** config_look_at - what DEVICE, or sysfs, tells of it without opening it */
void config_look_at(const char *device, struct config_device *out);

/** config_look_at_usb - what the sysfs directory of a USB device tells; @out has its name */
void config_look_at_usb(const char *dir, struct config_device *out);

/**
 * config_load - the options of one device
 * @path: of the configuration
 * @must_exist: a missing file is an error, not an empty configuration
 * @out: the options; free them with options_free()
 *
 * Options of [global] and of what stands before the first section, then those
 * of all sections for this device, in the file's order; a section for any USB device
 * counts where it is the only one. An option nobody knows
 * and a line nobody understands are logged with file and line, and left out.
 *
 * Return: 0, or a negative errno, logged.
 */
int config_load(const char *path, bool must_exist, const struct config_device *dev,
		struct options **out);

#endif
