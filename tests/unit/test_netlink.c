// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The netlink client and the feed, against a kernel that is a thread at the
 * other end of a socket pair. It does what the module does, as far as a client
 * can tell, and what a broken one might.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/message.h"
#include "lib/options.h"
#include "upsyd/feed.h"

#define FAMILY	0x20
#define COOKIE	77

/* What the kernel has been told, and how it shall behave. Set up before it is asked. */
static struct kernel {
	int fd;
	pthread_t thread;
	struct upsy_ups ups;
	bool registered;
	unsigned int news, sets, dels, dump_torn;
	int refuse_set;			/* errno */
	bool event_before_ack;
	bool no_family;
	int result_error;
	char result_text[64];
} k;

static struct upsy_link *l;

static void *put(void *buf, const struct nlmsghdr *req, uint16_t type, uint16_t flags, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = req ? req->nlmsg_seq : 0;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	return nlh;
}

static void give(const struct nlmsghdr *nlh)
{
	assert_int_equal(send(k.fd, nlh, nlh->nlmsg_len, 0), nlh->nlmsg_len);
}

static void acknowledge(const struct nlmsghdr *req, int error, const char *words, uint32_t offset)
{
	uint8_t buf[1024] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlmsgerr *err;

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED | (words ? NLM_F_ACK_TLVS : 0);
	nlh->nlmsg_seq = req->nlmsg_seq;
	err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));
	err->error = error;
	err->msg = *req;
	if (words)
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, words);
	if (words && offset)
		mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, offset);
	give(nlh);
}

static void give_family(const struct nlmsghdr *req)
{
	uint8_t buf[1024] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = put(buf, req, GENL_ID_CTRL, 0, CTRL_CMD_NEWFAMILY);
	struct nlattr *groups, *one;

	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	one = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, 9);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, UPSY_MCGRP_MONITOR);
	mnl_attr_nest_end(nlh, one);
	mnl_attr_nest_end(nlh, groups);
	give(nlh);
	acknowledge(req, 0, NULL, 0);
}

static void give_ups(const struct nlmsghdr *req, uint8_t cmd, uint16_t flags, uint32_t n)
{
	uint8_t buf[MESSAGE_MAX] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = put(buf, req, FAMILY, flags, cmd);

	mnl_attr_put_u32(nlh, UPSY_A_ID, n);
	message_ups(nlh, &k.ups);
	mnl_attr_put_u32(nlh, UPSY_A_FEED, UPSY_FEED_LOST);
	give(nlh);
}

static void give_done(const struct nlmsghdr *req, uint16_t flags)
{
	uint8_t buf[64] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = NLMSG_DONE;
	nlh->nlmsg_flags = NLM_F_MULTI | flags;
	nlh->nlmsg_seq = req->nlmsg_seq;
	mnl_nlmsg_put_extra_header(nlh, sizeof(int));
	give(nlh);
}

/* Where a reading lies in a message: what the module would complain about. */
static uint32_t offset_of(const struct nlmsghdr *nlh, unsigned int reading)
{
	const struct nlattr *at, *in;

	mnl_attr_for_each(at, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(at) != UPSY_A_READINGS)
			continue;
		mnl_attr_for_each_nested(in, at) {
			if (mnl_attr_get_type(in) == reading)
				return (uint32_t)((const char *)in - (const char *)nlh);
		}
	}
	return 0;
}

static void give_action(uint8_t cmd, const char *text)
{
	struct action_request req = { .action = UPSY_ACTION_OUTLET_ON, .outlet = 2 };
	uint8_t buf[2048] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = put(buf, NULL, FAMILY, 0, cmd);

	mnl_attr_put_u32(nlh, UPSY_ACT_COOKIE, COOKIE);
	message_request(nlh, 3, &req);
	if (text) {
		mnl_attr_put_u32(nlh, UPSY_ACT_ERROR, EREMOTEIO);
		mnl_attr_put_strz(nlh, UPSY_ACT_TEXT, text);
	}
	give(nlh);
}

static void answer_set(const struct nlmsghdr *nlh)
{
	struct upsy_ups ups;

	k.sets++;
	if (k.event_before_ack)
		give_action(UPSY_CMD_ACTION, NULL);
	if (k.refuse_set) {
		acknowledge(nlh, -k.refuse_set, "must be good", offset_of(nlh, UPSY_R_CAPACITY));
		return;
	}
	assert_int_equal(message_parse_ups(nlh, &ups), 0);
	k.ups.readings = ups.readings;
	acknowledge(nlh, 0, NULL, 0);
}

static void answer_result(const struct nlmsghdr *nlh)
{
	struct upsy_event ev;

	assert_int_equal(message_event(nlh, &ev), 1);
	assert_int_equal(ev.cookie, COOKIE);
	k.result_error = ev.error;
	snprintf(k.result_text, sizeof(k.result_text), "%.60s", ev.request.text);
	acknowledge(nlh, 0, NULL, 0);
}

static void answer_action(const struct nlmsghdr *nlh)
{
	uint8_t buf[256] __attribute__((aligned(8)));
	struct nlmsghdr *reply = put(buf, nlh, FAMILY, 0, UPSY_CMD_ACTION);

	mnl_attr_put_u32(reply, UPSY_ACT_COOKIE, COOKIE);
	give(reply);
	/* the result may overtake the acknowledgement */
	give_action(UPSY_CMD_ACTION_RESULT, "no such outlet");
	acknowledge(nlh, 0, NULL, 0);
}

static void answer_get(const struct nlmsghdr *nlh)
{
	bool torn = k.dump_torn > 0;

	if (!(nlh->nlmsg_flags & NLM_F_DUMP)) {
		give_ups(nlh, UPSY_CMD_UPS_GET, 0, 5);
		acknowledge(nlh, 0, NULL, 0);
		return;
	}
	k.dump_torn -= torn;
	give_ups(nlh, UPSY_CMD_UPS_GET, NLM_F_MULTI, 0);
	give_ups(nlh, UPSY_CMD_UPS_GET, NLM_F_MULTI, 1);
	give_done(nlh, torn ? NLM_F_DUMP_INTR : 0);
}

static void answer(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type == GENL_ID_CTRL) {
		if (k.no_family)
			acknowledge(nlh, -ENOENT, NULL, 0);
		else
			give_family(nlh);
		return;
	}
	switch (genl->cmd) {
	case UPSY_CMD_UPS_NEW:
		k.news++;
		assert_int_equal(message_parse_ups(nlh, &k.ups), 0);
		give_ups(nlh, UPSY_CMD_UPS_NEW, 0, 4);
		acknowledge(nlh, 0, NULL, 0);
		break;
	case UPSY_CMD_UPS_SET:
		answer_set(nlh);
		break;
	case UPSY_CMD_UPS_DEL:
		k.dels++;
		acknowledge(nlh, 0, NULL, 0);
		break;
	case UPSY_CMD_UPS_GET:
		answer_get(nlh);
		break;
	case UPSY_CMD_ACTION:
		answer_action(nlh);
		break;
	case UPSY_CMD_ACTION_RESULT:
		answer_result(nlh);
		break;
	}
}

static void *kernel(void *arg)
{
	uint8_t buf[MESSAGE_MAX] __attribute__((aligned(8)));
	ssize_t n;

	while ((n = recv(k.fd, buf, sizeof(buf), 0)) > 0)
		answer((struct nlmsghdr *)buf);
	return NULL;
}

static int boot(bool family)
{
	int pair[2], ret;

	memset(&k, 0, sizeof(k));
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	k.fd = pair[0];
	k.no_family = !family;
	assert_int_equal(pthread_create(&k.thread, NULL, kernel, NULL), 0);
	l = NULL;
	ret = upsy_open_fd(pair[1], &l);
	return ret;
}

static void halt(void)
{
	upsy_close(l);
	pthread_join(k.thread, NULL);
	close(k.fd);
}

static struct readings a_snapshot(void)
{
	struct readings r = { };

	reading_set(&r, UPSY_R_ONLINE, 1);
	reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_FULL);
	reading_set(&r, UPSY_R_CAPACITY, 100);
	reading_set(&r, UPSY_R_BATTERY_CURRENT, -5);
	return r;
}

static struct upsy_ups an_ups(void)
{
	struct upsy_ups ups = { .deadline_ms = 5000, .shutdown_charge = 10, .readings = a_snapshot() };

	strcpy(ups.id.key, "usb:0463:ffff:1");
	strcpy(ups.id.model_name, "Ellipse");
	return ups;
}

static void test_no_module(void **state)
{
	assert_int_equal(boot(false), -ENOENT);
	assert_null(l);
	assert_non_null(strstr(upsy_strerror(NULL), "modprobe upsy"));
	halt();
}

static void test_register(void **state)
{
	struct upsy_ups ups = an_ups();

	assert_int_equal(boot(true), 0);
	assert_int_equal(upsy_new(l, &ups), 0);
	assert_int_equal(ups.n, 4);
	assert_string_equal(k.ups.id.key, "usb:0463:ffff:1");
	assert_string_equal(k.ups.id.model_name, "Ellipse");
	assert_string_equal(k.ups.id.serial_number, "");
	assert_int_equal(k.ups.deadline_ms, 5000);
	assert_memory_equal(&k.ups.readings, &ups.readings, sizeof(ups.readings));
	assert_int_equal(upsy_del(l, 4), 0);
	assert_int_equal(k.dels, 1);
	halt();
}

static void test_refused(void **state)
{
	struct readings r = a_snapshot();

	assert_int_equal(boot(true), 0);
	k.refuse_set = EINVAL;
	assert_int_equal(upsy_set(l, 4, &r), -EINVAL);
	assert_non_null(strstr(upsy_strerror(l), "capacity: must be good"));
	k.refuse_set = EPERM;
	assert_int_equal(upsy_set(l, 4, &r), -EPERM);
	assert_non_null(strstr(upsy_strerror(l), "root"));
	/* and goes on */
	k.refuse_set = 0;
	assert_int_equal(upsy_set(l, 4, &r), 0);
	halt();
}

static int collect(const struct upsy_ups *ups, void *ctx)
{
	*(unsigned int *)ctx = *(unsigned int *)ctx * 10 + ups->n + 1;
	assert_int_equal(ups->feed, UPSY_FEED_LOST);
	assert_int_equal(reading_get(&ups->readings, UPSY_R_BATTERY_CURRENT, 0), -5);
	return 0;
}

static int stop(const struct upsy_ups *ups, void *ctx)
{
	return -ECANCELED;
}

static void test_dump(void **state)
{
	struct upsy_ups ups = an_ups();
	unsigned int seen = 0;

	assert_int_equal(boot(true), 0);
	assert_int_equal(upsy_new(l, &ups), 0);
	k.dump_torn = 2;
	assert_int_equal(upsy_dump(l, collect, &seen), 0);
	assert_int_equal(seen, 12);
	assert_int_equal(upsy_dump(l, stop, NULL), -ECANCELED);
	assert_int_equal(upsy_get(l, 5, &ups), 0);
	assert_int_equal(ups.n, 5);
	halt();
}

static void test_action_for_owner(void **state)
{
	struct readings r = a_snapshot();
	struct upsy_event ev;

	assert_int_equal(boot(true), 0);
	assert_int_equal(upsy_receive(l, &ev), 0);
	/* an event in the middle of something else is kept */
	k.event_before_ack = true;
	assert_int_equal(upsy_set(l, 3, &r), 0);
	assert_int_equal(upsy_receive(l, &ev), 1);
	assert_int_equal(ev.type, UPSY_EVENT_ACTION);
	assert_int_equal(ev.cookie, COOKIE);
	assert_int_equal(ev.n, 3);
	assert_int_equal(ev.request.action, UPSY_ACTION_OUTLET_ON);
	assert_int_equal(ev.request.outlet, 2);
	assert_int_equal(upsy_receive(l, &ev), 0);
	assert_int_equal(upsy_result(l, COOKIE, -EOPNOTSUPP, "there is none"), 0);
	assert_int_equal(k.result_error, -EOPNOTSUPP);
	assert_string_equal(k.result_text, "there is none");
	halt();
}

static void test_action_for_requester(void **state)
{
	struct action_request req = { .action = UPSY_ACTION_OUTLET_ON, .outlet = 2 };
	struct upsy_event ev;

	assert_int_equal(boot(true), 0);
	assert_int_equal(upsy_action_wait(l, 3, &req, 2000), -EREMOTEIO);
	assert_string_equal(req.text, "no such outlet");
	assert_int_equal(upsy_receive(l, &ev), 0);
	halt();
}

static void test_overrun(void **state)
{
	struct readings r = a_snapshot();
	struct upsy_event ev;
	unsigned int n = 0;

	assert_int_equal(boot(true), 0);
	k.event_before_ack = true;
	for (int i = 0; i < 300; i++)
		assert_int_equal(upsy_set(l, 3, &r), 0);
	assert_int_equal(upsy_receive(l, &ev), 1);
	assert_int_equal(ev.type, UPSY_EVENT_OVERRUN);
	while (upsy_receive(l, &ev) == 1)
		n++;
	assert_int_equal(n, 256);
	halt();
}

/* Attributes of the wrong length, strings without an end, messages cut short. */
static void test_malformed(void **state)
{
	uint8_t buf[512] __attribute__((aligned(8)));
	char text[UPSY_STRING_MAX + 10];
	struct upsy_event ev;
	struct nlmsghdr *nlh;

	nlh = put(buf, NULL, FAMILY, 0, UPSY_CMD_UPS_CHANGE_NTF);
	mnl_attr_put_u8(nlh, UPSY_A_ID, 1);
	assert_int_equal(message_event(nlh, &ev), -EBADMSG);

	nlh = put(buf, NULL, FAMILY, 0, UPSY_CMD_UPS_CHANGE_NTF);
	memset(text, 'x', sizeof(text));
	mnl_attr_put(nlh, UPSY_A_MODEL_NAME, sizeof(text), text);
	assert_int_equal(message_event(nlh, &ev), -EBADMSG);

	nlh = put(buf, NULL, FAMILY, 0, UPSY_CMD_UPS_CHANGE_NTF);
	mnl_attr_put(nlh, UPSY_A_MODEL_NAME, 3, "abc");
	assert_int_equal(message_event(nlh, &ev), 1);
	assert_string_equal(ev.ups.id.model_name, "abc");

	nlh = put(buf, NULL, FAMILY, 0, UPSY_CMD_ACTION);
	mnl_attr_put_u64(nlh, UPSY_ACT_COOKIE, 1);
	assert_int_equal(message_event(nlh, &ev), -EBADMSG);

	/* unknown commands and attributes are a newer module's */
	nlh = put(buf, NULL, FAMILY, 0, 200);
	assert_int_equal(message_event(nlh, &ev), 0);
	nlh = put(buf, NULL, FAMILY, 0, UPSY_CMD_UPS_DEL_NTF);
	mnl_attr_put_u32(nlh, 100, 1);
	assert_int_equal(message_event(nlh, &ev), 1);

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_len += 2;
	assert_int_equal(message_event(nlh, &ev), -EBADMSG);
}

static int64_t now;

static int64_t the_time(void)
{
	return now;
}

static void test_feed(void **state)
{
	struct identity id = { .key = "k", .model_name = "m" };
	struct feed f = { };
	struct readings r = a_snapshot();

	clock_set_source(the_time);
	now = 1000;
	assert_int_equal(boot(true), 0);
	f.link = l;
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.news, 1);
	assert_int_equal(f.ups.n, 4);
	/* nothing new: only when half the deadline is over */
	now += 4999;
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.sets, 0);
	now += 1;
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.sets, 1);
	reading_set(&r, UPSY_R_CAPACITY, 99);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.sets, 2);
	/* what has become unknown keeps its value */
	reading_clear(&r, UPSY_R_BATTERY_CURRENT);
	reading_set(&r, UPSY_R_CAPACITY, 98);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(reading_get(&k.ups.readings, UPSY_R_BATTERY_CURRENT, 0), -5);
	/* what comes up in an outage waits for its end */
	reading_set(&r, UPSY_R_ONLINE, 0);
	reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
	reading_set(&r, UPSY_R_RUNTIME, 600);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.dels, 0);
	assert_false(reading_known(&k.ups.readings, UPSY_R_RUNTIME));
	reading_set(&r, UPSY_R_ONLINE, 1);
	reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_CHARGING);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.dels, 1);
	assert_int_equal(k.news, 2);
	assert_int_equal(reading_get(&k.ups.readings, UPSY_R_RUNTIME, 0), 600);
	assert_int_equal(reading_get(&k.ups.readings, UPSY_R_BATTERY_CURRENT, 0), -5);
	k.refuse_set = EINVAL;
	reading_set(&r, UPSY_R_CAPACITY, 97);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), -EINVAL);
	clock_set_source(NULL);
	halt();
}

/* A daemon that comes in an outage takes over what another has left, as it is. */
static void test_feed_resumes(void **state)
{
	struct identity id = { .key = "usb:0463:ffff:1", .model_name = "Ellipse" };
	struct feed f = { };
	struct readings r = a_snapshot();
	const struct readings *kept;

	assert_int_equal(boot(true), 0);
	k.ups = an_ups();
	k.ups.scope = UPSY_SCOPE_DEVICE;
	f.link = l;
	f.auto_scope = true;
	assert_null(feed_resume(&f, id.key));		/* on line */
	reading_set(&k.ups.readings, UPSY_R_ONLINE, 0);
	reading_set(&k.ups.readings, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
	reading_set(&k.ups.readings, UPSY_R_CAPACITY, 44);
	reading_set(&k.ups.readings, UPSY_R_RUNTIME, 400);
	/* the kernel's own addition */
	reading_set(&k.ups.readings, UPSY_R_TECHNOLOGY, UPSY_TECHNOLOGY_UNKNOWN);
	assert_null(feed_resume(&f, "another"));
	kept = feed_resume(&f, id.key);
	assert_non_null(kept);
	assert_int_equal(reading_get(kept, UPSY_R_CAPACITY, 0), 44);

	/* it doesn't know the runtime yet, and has the load, which the other hadn't */
	reading_set(&r, UPSY_R_ONLINE, 0);
	reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
	reading_set(&r, UPSY_R_CAPACITY, 43);
	reading_set(&r, UPSY_R_LOAD, 20);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(reading_get(&k.ups.readings, UPSY_R_CAPACITY, 0), 43);
	assert_int_equal(k.ups.scope, UPSY_SCOPE_DEVICE);
	assert_int_equal(reading_get(&k.ups.readings, UPSY_R_RUNTIME, 0), 400);
	assert_false(reading_known(&k.ups.readings, UPSY_R_LOAD));
	assert_false(reading_known(&k.ups.readings, UPSY_R_TECHNOLOGY));
	reading_set(&r, UPSY_R_CAPACITY, 42);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.news, 1);
	assert_int_equal(k.sets, 1);
	assert_false(reading_known(&k.ups.readings, UPSY_R_LOAD));

	/* on line it is registered anew, with what it has */
	reading_set(&r, UPSY_R_ONLINE, 1);
	reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_CHARGING);
	assert_int_equal(feed_publish(&f, &id, &r, 10000), 0);
	assert_int_equal(k.dels, 1);
	assert_int_equal(k.news, 2);
	assert_int_equal(reading_get(&k.ups.readings, UPSY_R_LOAD, 0), 20);
	assert_false(reading_known(&k.ups.readings, UPSY_R_RUNTIME));
	halt();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_module),
		cmocka_unit_test(test_register),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_action_for_owner),
		cmocka_unit_test(test_action_for_requester),
		cmocka_unit_test(test_overrun),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_feed),
		cmocka_unit_test(test_feed_resumes),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("netlink", tests, NULL, NULL);
}
