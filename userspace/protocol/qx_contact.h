/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UPSes on USB that tell their state and nothing else, and share ids with the Qx family. */
#ifndef UPSY_QX_CONTACT_H
#define UPSY_QX_CONTACT_H

#include <stdint.h>

#include "protocol/protocol.h"

/**
 * struct contact_id - USB ids of such a UPS, for probing and for the hwdb
 * @manufacturer: string descriptor, NULL: any
 * @driver: which of the protocols below
 * @seen: devices it was found in
 */
struct contact_id {
	uint16_t vendor, product;
	const char *manufacturer, *driver, *seen;
};

extern const struct contact_id contact_ids[];	/* up to a row without a driver */

extern const struct protocol contact_atcl, contact_richcomm;

#endif
