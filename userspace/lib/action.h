/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Actions: what a UPS can be asked to do. */
#ifndef UPSY_ACTION_H
#define UPSY_ACTION_H

#include <stdint.h>

#include <linux/upsy.h>

/**
 * struct action_request - something the UPS shall do
 * @action: enum upsy_action
 * @outlet: 1 for the first, for UPSY_ACTION_OUTLET_*
 * @name: of the setting, for UPSY_ACTION_SET and _GET; "" asks _GET for all
 * @value: for UPSY_ACTION_SET
 * @text: what the UPS answered, what it accepted, or why it could not be done
 */
struct action_request {
	uint32_t action;
	uint32_t outlet;
	char name[UPSY_STRING_MAX + 1];
	char value[UPSY_STRING_MAX + 1];
	char text[UPSY_TEXT_MAX + 1];
};

/** action_names - indexed by enum upsy_action, NULL-terminated: "beeper-on", … */
extern const char *const action_names[];

/** action_reply - write @text, cut at its size, as printf does */
void action_reply(struct action_request *req, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
