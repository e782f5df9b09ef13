// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of actions, and the text of their results. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/action.h"

const char *const action_names[] = {
	[UPSY_ACTION_BEEPER_ON]		= "beeper-on",
	[UPSY_ACTION_BEEPER_OFF]	= "beeper-off",
	[UPSY_ACTION_BEEPER_MUTE]	= "beeper-mute",
	[UPSY_ACTION_TEST_QUICK]	= "test-quick",
	[UPSY_ACTION_TEST_DEEP]		= "test-deep",
	[UPSY_ACTION_TEST_STOP]		= "test-stop",
	[UPSY_ACTION_SHUTDOWN_RETURN]	= "shutdown-return",
	[UPSY_ACTION_SHUTDOWN_STAYOFF]	= "shutdown-stayoff",
	[UPSY_ACTION_SHUTDOWN_CANCEL]	= "shutdown-cancel",
	[UPSY_ACTION_LOAD_ON]		= "load-on",
	[UPSY_ACTION_LOAD_OFF]		= "load-off",
	[UPSY_ACTION_OUTLET_ON]		= "outlet-on",
	[UPSY_ACTION_OUTLET_OFF]	= "outlet-off",
	[UPSY_ACTION_BYPASS_ON]		= "bypass-on",
	[UPSY_ACTION_BYPASS_OFF]	= "bypass-off",
	[UPSY_ACTION_SET]		= "set",
	[UPSY_ACTION_GET]		= "get",
	NULL
};

/* The module takes printable ASCII and newlines, nothing else. */
void action_reply(struct action_request *req, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(req->text, sizeof(req->text), fmt, args);
	va_end(args);
	for (char *c = req->text; *c; c++)
		if ((*c < ' ' || *c > '~') && *c != '\n')
			*c = '?';
}
