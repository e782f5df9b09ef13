// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every driver, in the order of probing: those that know the device without a
 * word first, those whose first question disturbs nobody last.
 */
#include "protocol/protocol.h"
#include "protocol/qx_contact.h"

const struct protocol *const protocols[] = {
#if __has_include("protocol/hid_pdc.c")
	&hid_pdc,
#endif
	&contact_atcl,
#if __has_include("protocol/qx.c")
	&qx,
#endif
	&contact_richcomm,
	NULL
};
