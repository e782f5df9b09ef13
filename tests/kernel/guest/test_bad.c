// SPDX-License-Identifier: GPL-2.0-or-later
/* Bad input is refused with a message that names what is wrong; nothing changes. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nltest.h"

static struct client c;
static struct ups good;
static uint32_t id;

/* What is shown of it, asked by a socket of its own. */
static void photograph(struct notice *n)
{
	struct client mine;

	memset(n, 0, sizeof(*n));
	client_open(&mine);
	ups_get(&mine, id, n);
	client_close(&mine);
}

/* refused - check the outcome of the last request */
static void refused(int error, uint16_t attr, const char *word, const char *what)
{
	struct notice now;

	if (!ok(c.error == error && (!attr || c.bad == attr) && (!word || strstr(c.why, word)),
		"%s: refused", what))
		note("errno %d (wanted %d), attribute %u (%u), message '%s' (%s)", c.error, error,
		     c.bad, attr, c.why, word ?: "any");
	photograph(&now);
	for (unsigned int r = 1; r < UPSY_R_PAD; r++)
		if (good.snap.known[r] && now.snap.value[r] != good.snap.value[r])
			ok(false, "%s: reading %u has changed", what, r);
}

static void bad_reading(unsigned int r, int64_t value, const char *word)
{
	struct snap s = good.snap;
	char what[64];

	snap_set(&s, r, value);
	snap_set(&s, UPSY_R_CAPACITY, 42);
	if (r == UPSY_R_CAPACITY)
		snap_set(&s, r, value);
	ups_set(&c, id, &s);
	snprintf(what, sizeof(what), "%s = %lld", word, (long long)value);
	refused(EINVAL, r, word, what);
}

static void readings(void)
{
	struct snap s;
	uint32_t nest;
	struct msg m;

	bad_reading(UPSY_R_CAPACITY, 101, "capacity");
	bad_reading(UPSY_R_CAPACITY, -1, "capacity");
	bad_reading(UPSY_R_STATUS, 4, "status");
	bad_reading(UPSY_R_STATUS, -1, "status");
	bad_reading(UPSY_R_ONLINE, 2, "online");
	bad_reading(UPSY_R_RUNTIME, -1, "time_to_empty_now");
	bad_reading(UPSY_R_RUNTIME, INT64_MAX, "time_to_empty_now");
	bad_reading(UPSY_R_VOLTAGE, INT64_MIN, "voltage_now");
	bad_reading(UPSY_R_HEALTH, 7, "health");
	bad_reading(UPSY_R_ALARMS, 1LL << 40, "alarms");
	bad_reading(UPSY_R_ALARMS, -1, "alarms");
	bad_reading(UPSY_R_MODE, 10, "mode");
	bad_reading(UPSY_R_LOAD, 1001, "load");

	s = good.snap;
	s.known[UPSY_R_VOLTAGE] = false;
	ups_set(&c, id, &s);
	refused(EINVAL, UPSY_A_READINGS, "voltage_now: missing", "a reading less");
	s = good.snap;
	s.known[UPSY_R_STATUS] = false;
	ups_set(&c, id, &s);
	refused(EINVAL, UPSY_A_READINGS, "status: missing", "no status");
	s = good.snap;
	snap_set(&s, UPSY_R_CYCLE_COUNT, 3);
	ups_set(&c, id, &s);
	refused(EINVAL, UPSY_R_CYCLE_COUNT, "cycle_count", "a reading more");
	s = good.snap;
	snap_set(&s, UPSY_R_PAD, 0);
	ups_set(&c, id, &s);
	refused(EINVAL, UPSY_R_PAD, NULL, "padding with content");

	/* discharging with mains there, and the other way round */
	s = good.snap;
	snap_set(&s, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
	ups_set(&c, id, &s);
	refused(EINVAL, 0, "status", "discharging on line");
	s = good.snap;
	snap_set(&s, UPSY_R_ONLINE, 0);
	ups_set(&c, id, &s);
	refused(EINVAL, 0, "status", "offline and full");

	msg_start(&c, &m, UPSY_CMD_UPS_SET);
	msg_put_u32(&m, UPSY_A_ID, id);
	nest = msg_nest(&m, UPSY_A_READINGS);
	for (unsigned int r = 1; r <= UPSY_R_MAX; r++)
		if (good.snap.known[r])
			msg_put_s64(&m, r, good.snap.value[r]);
	msg_put_s64(&m, UPSY_R_CAPACITY, 3);
	msg_nest_end(&m, nest);
	request(&c, &m, NULL);
	refused(EINVAL, UPSY_R_CAPACITY, "capacity: given more than once", "a reading twice");

	msg_start(&c, &m, UPSY_CMD_UPS_SET);
	msg_put_u32(&m, UPSY_A_ID, id);
	nest = msg_nest(&m, UPSY_A_READINGS);
	msg_put_u32(&m, UPSY_R_CAPACITY, 3);
	msg_nest_end(&m, nest);
	request(&c, &m, NULL);
	ok(c.error == ERANGE || c.error == EINVAL, "a reading too short: refused");

	msg_start(&c, &m, UPSY_CMD_UPS_SET);
	msg_put_u32(&m, UPSY_A_ID, id);
	nest = msg_nest(&m, UPSY_A_READINGS);
	msg_put(&m, UPSY_R_CAPACITY, "123456789012345", 16);
	msg_nest_end(&m, nest);
	request(&c, &m, NULL);
	ok((c.error == ERANGE || c.error == EINVAL) && c.bad == UPSY_R_CAPACITY,
	   "a reading too long: refused");

	msg_start(&c, &m, UPSY_CMD_UPS_SET);
	msg_put_u32(&m, UPSY_A_ID, id);
	nest = msg_nest(&m, UPSY_A_READINGS);
	msg_put_s64(&m, UPSY_R_MAX + 7, 3);
	msg_nest_end(&m, nest);
	request(&c, &m, NULL);
	refused(EINVAL, UPSY_R_MAX + 7, NULL, "an unknown reading");
}

static void bad_string(uint16_t attr, const char *value, const char *word, const char *what)
{
	struct ups u;
	struct msg m;

	ups_default(&u, "second");
	u.firmware = NULL;
	msg_start(&c, &m, UPSY_CMD_UPS_NEW);
	msg_put_ups(&m, &u);
	msg_put_string(&m, attr, value);
	request(&c, &m, NULL);
	refused(c.error, attr, word, what);
	ok(c.error == EINVAL || c.error == ERANGE, "%s: errno %d", what, c.error);
}

static void attributes(void)
{
	char longest[70] = { 0 };
	struct ups u;
	struct msg m;

	bad_string(UPSY_A_FIRMWARE, "a\nb", "printable", "a newline in a string");
	bad_string(UPSY_A_FIRMWARE, "a\033[31m", "printable", "an escape in a string");
	bad_string(UPSY_A_FIRMWARE, "\303\244", "printable", "a string that isn't ASCII");
	memset(longest, 'x', 64);
	bad_string(UPSY_A_FIRMWARE, longest, NULL, "a string of 64");
	bad_string(UPSY_A_IDENTITY, "again", "more than once", "an attribute twice");
	bad_string(UPSY_A_MAX + 3, "what", NULL, "an unknown attribute");

	ups_default(&u, "second");
	longest[63] = 0;
	u.firmware = longest;
	ok(!ups_new(&c, &u, &id) && psy_is("BAT_UPS1/ups/firmware", longest), "a string of 63");
	ups_del(&c, id);
	id = 0;

	ups_default(&u, "second");
	u.scope = 2;
	ups_new(&c, &u, NULL);
	refused(ERANGE, UPSY_A_SCOPE, NULL, "scope 2");
	ups_default(&u, "second");
	u.powers = UPSY_POWERS_OTHER;
	ups_new(&c, &u, NULL);
	refused(EINVAL, UPSY_A_POWERS, "scope device", "scope system feeding something else");
	ups_default(&u, "second");
	u.deadline = 0;
	ups_new(&c, &u, NULL);
	refused(ERANGE, UPSY_A_DEADLINE, NULL, "deadline 0");
	u.deadline = ~0u;
	ups_new(&c, &u, NULL);
	refused(EINVAL, 0, "deadline: missing", "no deadline");
	ups_default(&u, "second");
	u.shutdown_charge = 101;
	ups_new(&c, &u, NULL);
	refused(ERANGE, UPSY_A_SHUTDOWN_CHARGE, NULL, "shutdown charge 101");
	ups_default(&u, "");
	ups_new(&c, &u, NULL);
	refused(EINVAL, 0, "identity", "an empty identity");
	u.identity = NULL;
	ups_new(&c, &u, NULL);
	refused(EINVAL, 0, "identity", "no identity");
	ups_default(&u, "second");
	u.snap.known[UPSY_R_ONLINE] = false;
	ups_new(&c, &u, NULL);
	refused(EINVAL, 0, "online: missing", "registering without online");
	msg_start(&c, &m, UPSY_CMD_UPS_NEW);
	msg_put_string(&m, UPSY_A_IDENTITY, "second");
	msg_put_u32(&m, UPSY_A_DEADLINE, 1000);
	request(&c, &m, NULL);
	refused(EINVAL, 0, "readings: missing", "registering without readings");
	msg_start(&c, &m, UPSY_CMD_UPS_SET);
	msg_put_snap(&m, &good.snap);
	request(&c, &m, NULL);
	refused(EINVAL, 0, "id: missing", "no id");
	ups_set(&c, 17, &good.snap);
	refused(ENODEV, UPSY_A_ID, "no such UPS", "an id that isn't there");
	ok(!psy_exists("BAT_UPS1"), "no second UPS has appeared");
}

static void strangers(void)
{
	struct client other, mine = c;
	struct ups u;

	client_open(&other);
	ups_set(&other, id, &good.snap);
	c = other;
	refused(EPERM, UPSY_A_ID, "somebody else", "setting another's UPS");
	c = mine;
	ups_del(&other, id);
	c = other;
	refused(EPERM, UPSY_A_ID, "somebody else", "removing another's UPS");
	c = mine;
	ups_default(&u, "first");
	ups_new(&other, &u, NULL);
	c = other;
	refused(EBUSY, 0, "somebody else", "registering a UPS that is fed");
	c = mine;
	client_close(&other);
}

/* What a child says by its exit status, as root or not, here or elsewhere. */
static int child(void (*become)(void), int (*run)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		become();
		_exit(run());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void become_nobody(void)
{
	if (setgid(65534) || setuid(65534))
		_exit(250);
}

static void become_namespace(void)
{
	if (unshare(CLONE_NEWNET))
		_exit(250);
}

static void become_user_namespace(void)
{
	become_nobody();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		_exit(250);
}

static int try_set(void)
{
	struct client mine;

	if (client_open(&mine))
		return mine.error;
	ups_set(&mine, id, &good.snap);
	return mine.error;
}

static int try_get(void)
{
	struct client mine;
	struct notice n;

	if (client_open(&mine))
		return mine.error;
	ups_get(&mine, id, &n);
	return mine.error;
}

static int try_action(void)
{
	struct client mine;

	if (client_open(&mine))
		return mine.error;
	ups_action(&mine, id, UPSY_ACTION_LOAD_OFF, NULL);
	return mine.error;
}

static void permissions(void)
{
	ok(child(become_nobody, try_get) == 0, "anybody may look");
	ok(child(become_nobody, try_set) == EPERM, "nobody may set");
	ok(child(become_nobody, try_action) == EPERM, "nobody may switch off the load");
	ok(child(become_namespace, try_get) == ENOENT, "another network namespace sees no family");
	ok(child(become_namespace, try_set) == ENOENT, "and cannot set");
	ok(child(become_user_namespace, try_set) == ENOENT, "nor can its own root");
}

static void many(void)
{
	uint32_t ids[UPSY_UPS_MAX + 1], n;
	char name[32];
	struct ups u;
	bool good_ids = true;

	for (n = 1; n < UPSY_UPS_MAX; n++) {
		snprintf(name, sizeof(name), "many-%u", n);
		ups_default(&u, name);
		if (ups_new(&c, &u, &ids[n]))
			break;
		good_ids &= ids[n] == n;
	}
	ok(n == UPSY_UPS_MAX && good_ids, "64 UPSes");
	ok(ups_dump(&c) == UPSY_UPS_MAX, "all in the dump");
	ups_default(&u, "one too many");
	ups_new(&c, &u, NULL);
	refused(ENOSPC, 0, "as many", "the 65th");
	while (--n >= 1)
		ups_del(&c, ids[n]);
	ok(ups_dump(&c) == 1, "one is left");
}

void test_bad(void)
{
	if (!ok(!client_open(&c), "open"))
		return;
	ups_default(&good, "first");
	ok(!ups_new(&c, &good, &id) && id == 0, "register");
	readings();
	attributes();
	strangers();
	permissions();
	many();
	ups_del(&c, id);
	client_close(&c);
}
