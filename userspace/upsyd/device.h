/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a DEVICE to a UPS: opening it and finding out what it speaks. */
#ifndef UPSY_DEVICE_H
#define UPSY_DEVICE_H

#include "protocol/protocol.h"

/**
 * device_open - open a device and probe it
 * @device: DEVICE of upsyd(8)
 * @opt: its options; must live as long as @ups
 * @record: file to write the conversation to, or NULL
 * @ups: filled in; close it with device_close()
 *
 * Return: 0; -ENXIO when it is no UPS that any driver knows; other negative
 * errnos when it could not be reached. Logged.
 */
int device_open(const char *device, const struct options *opt, const char *record,
		struct ups *ups);
void device_close(struct ups *ups);

/** device_identity - who it is, with nothing left empty that must not be */
void device_identity(const struct ups *ups, const char *device, struct identity *id);

#endif
