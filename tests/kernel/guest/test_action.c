// SPDX-License-Identifier: GPL-2.0-or-later
/* Actions: there, back, and every way in which they end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "nltest.h"

static void round_trip(struct client *owner, struct client *asker, uint32_t id)
{
	uint32_t cookie = 0, first;
	struct notice n;
	struct msg m;

	ok(!ups_action(asker, id, UPSY_ACTION_TEST_QUICK, &cookie) && cookie,
	   "an action is answered with a cookie");
	ok(receive(owner, &n, 5000) && n.cmd == UPSY_CMD_ACTION && n.cookie == cookie &&
	   n.id == id && n.action == UPSY_ACTION_TEST_QUICK, "the owner gets it");
	ok(!ups_result(owner, cookie, EIO, "no answer\nat all"), "the owner answers");
	ok(receive(asker, &n, 5000) && n.cmd == UPSY_CMD_ACTION_RESULT && n.cookie == cookie &&
	   n.error == EIO && !strcmp(n.text, "no answer\nat all"), "and the asker hears it");
	ok(ups_result(owner, cookie, 0, "") && owner->error == ENOENT, "once only");

	first = cookie;
	ups_action(asker, id, UPSY_ACTION_BEEPER_OFF, &cookie);
	receive(owner, &n, 5000);
	ok(cookie != first && ups_result(asker, cookie, 0, "") && asker->error == ENOENT &&
	   asker->bad == UPSY_ACT_COOKIE, "a stranger cannot answer");
	ups_result(owner, cookie, 0, "");
	receive(asker, &n, 5000);

	ok(ups_action(asker, id, UPSY_ACTION_GET + 1, NULL) && asker->bad == UPSY_ACT_ACTION,
	   "an unknown action: refused");
	ok(ups_action(asker, id, UPSY_ACTION_OUTLET_ON, NULL) && strstr(asker->why, "outlet"),
	   "an outlet without a number: refused");
	ok(ups_action(asker, id + 1, UPSY_ACTION_TEST_QUICK, NULL) && asker->error == ENODEV &&
	   asker->bad == UPSY_ACT_ID, "an unknown UPS: refused");
	msg_start(asker, &m, UPSY_CMD_ACTION);
	msg_put_u32(&m, UPSY_ACT_ID, id);
	msg_put_u32(&m, UPSY_ACT_ACTION, UPSY_ACTION_SET);
	msg_put_string(&m, UPSY_ACT_NAME, "a\nb");
	msg_put_string(&m, UPSY_ACT_VALUE, "1");
	ok(request(asker, &m, NULL) && asker->bad == UPSY_ACT_NAME, "a newline in a name: refused");
}

static void bounded(struct client *owner, struct client *asker, uint32_t id)
{
	uint32_t cookie[64];
	struct notice n;
	int i, got = 0;

	for (i = 0; i < 64; i++)
		if (ups_action(asker, id, UPSY_ACTION_BEEPER_ON, &cookie[i]))
			break;
	ok(i > 0 && i < 64 && asker->error == EBUSY, "not more than %d wait at once", i);
	while (receive(owner, &n, 0))
		ups_result(owner, n.cookie, 0, "");
	while (receive(asker, &n, 200))
		got += n.cmd == UPSY_CMD_ACTION_RESULT;
	ok(got == i, "each is answered (%d)", got);
}

static void by_sysfs(struct client *owner)
{
	struct notice n;

	ok(!psy_write("BAT_UPS0/ups/beeper", "disabled\n") && receive(owner, &n, 5000) &&
	   n.action == UPSY_ACTION_BEEPER_OFF, "writing to ups/beeper");
	ups_result(owner, n.cookie, 0, "");
	ok(psy_is("BAT_UPS0/ups/beeper", "enabled"), "it reads as the UPS says");
	ok(!psy_write("BAT_UPS0/ups/self_test", "quick") && receive(owner, &n, 5000) &&
	   n.action == UPSY_ACTION_TEST_QUICK, "writing to ups/self_test");
	ok(psy_write("BAT_UPS0/ups/self_test", "now") == EINVAL, "no such test");
	ok(psy_write("BAT_UPS0/ups/beeper", "quick") == EINVAL, "no such beeper");
	ok(!receive(owner, &n, 0), "the owner heard of none of that");
	ups_result(owner, n.cookie, 0, "");
}

void test_action(void)
{
	struct client owner, asker;
	uint32_t id, cookie = 0;
	struct notice n;
	struct ups u;

	if (!ok(!client_open(&owner) && !client_open(&asker), "open"))
		return;
	ups_default(&u, "action");
	ups_new(&owner, &u, &id);
	round_trip(&owner, &asker, id);
	bounded(&owner, &asker, id);
	by_sysfs(&owner);

	ups_action(&asker, id, UPSY_ACTION_TEST_DEEP, &cookie);
	ok(receive(&asker, &n, 40000) && n.cookie == cookie && n.error == ETIMEDOUT && *n.text,
	   "an owner that doesn't answer: timed out");
	ok(ups_result(&owner, cookie, 0, "") && owner.error == ENOENT, "its late answer is refused");

	/* the asker dies first: the owner's answer goes nowhere, and is no error */
	while (receive(&owner, &n, 0))
		;
	ups_action(&asker, id, UPSY_ACTION_TEST_DEEP, &cookie);
	client_close(&asker);
	ok(!ups_result(&owner, cookie, 0, ""), "an asker that is gone");
	client_open(&asker);

	ups_action(&asker, id, UPSY_ACTION_TEST_DEEP, &cookie);
	client_close(&owner);
	ok(receive(&asker, &n, 5000) && n.cookie == cookie && n.error == ENODEV,
	   "an owner that dies");
	ok(ups_action(&asker, id, UPSY_ACTION_TEST_DEEP, NULL) && asker.error == ENOTCONN &&
	   strstr(asker.why, "daemon"), "no owner: refused");
	ok(psy_write("BAT_UPS0/ups/beeper", "muted") == ENOTCONN, "in sysfs too");

	client_open(&owner);
	ups_new(&owner, &u, &id);
	ups_action(&asker, id, UPSY_ACTION_TEST_DEEP, &cookie);
	ups_del(&owner, id);
	ok(receive(&asker, &n, 5000) && n.cookie == cookie && n.error == ENODEV,
	   "a UPS that is unregistered");
	client_close(&owner);
	client_close(&asker);
}
