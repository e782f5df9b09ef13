// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Actions: recipes of writes, the vendor's own first.
 */
#include <errno.h>

#include "protocol/hid_pdc.h"

void hid_offer_actions(struct ups *ups, struct hid_pdc *d)
{
	ups->actions = 0;
}

int hid_action(struct ups *ups, struct action_request *req)
{
	return -EOPNOTSUPP;
}
