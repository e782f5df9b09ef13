// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The socket to the module. Each call waits for its own answer only, at most
 * ANSWER_MS; events that come in meanwhile are queued for upsy_receive().
 * Whatever was not sent by the kernel is dropped.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/message.h"

#define ANSWER_MS	5000
#define QUEUE_MAX	256
#define DUMP_TRIES	5

struct queued {
	struct queued *next;
	struct upsy_event ev;
};

struct upsy_link {
	int fd;
	uint16_t family;
	uint32_t group, seq;
	struct queued *first, **last;
	unsigned int waiting;
	bool overrun;
	char error[512];
	_Alignas(8) uint8_t out[MESSAGE_MAX];
	_Alignas(8) uint8_t in[MESSAGE_MAX];
};

/** typedef answer_fn - one message of the answer to a request */
typedef int (*answer_fn)(const struct nlmsghdr *nlh, void *ctx);

static char open_error[512];

static const char *advice(int err)
{
	switch (-err) {
	case EPERM:
		return "only root may do this, or a process with CAP_NET_ADMIN";
	case ENODEV:
		return "no such UPS; upsyctl list shows those there are";
	case ENOTCONN:
		return "no daemon feeds this UPS: systemctl status 'upsyd@*'";
	case EBUSY:
		return "another process feeds this UPS: systemctl status 'upsyd@*'";
	case ETIMEDOUT:
		return "no answer in time";
	case ENOSPC:
		return "64 UPSes are registered, there is room for no more";
	case EOPNOTSUPP:
		return "the module is of another version: reload it, modprobe -r upsy; modprobe upsy";
	default:
		return strerror(-err);
	}
}

static int failed(struct upsy_link *l, int err, const char *words)
{
	snprintf(l->error, sizeof(l->error), "%s%s%s", words ? words : "",
		 words && *words ? "; " : "", advice(err));
	return err;
}

static int64_t monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static struct nlmsghdr *request(struct upsy_link *l, uint16_t type, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(l->out);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++l->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static void enqueue(struct upsy_link *l, const struct nlmsghdr *nlh)
{
	struct queued *q;

	if (nlh->nlmsg_type != l->family || !l->family)
		return;
	if (l->waiting >= QUEUE_MAX || !(q = malloc(sizeof(*q)))) {
		l->overrun = true;
		return;
	}
	if (message_event(nlh, &q->ev) != 1) {
		free(q);
		return;
	}
	q->next = NULL;
	*l->last = q;
	l->last = &q->next;
	l->waiting++;
}

/* Return: bytes in l->in, 0 when nothing is there, or a negative errno. */
static ssize_t take(struct upsy_link *l)
{
	struct sockaddr_nl from = { };
	struct iovec iov = { l->in, sizeof(l->in) };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1,
	};
	ssize_t n;

	do
		n = recvmsg(l->fd, &msg, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0 && errno == ENOBUFS) {
		l->overrun = true;
		return -ENOBUFS;
	}
	if (n < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC || n == 0) {
		l->overrun = true;
		return -ENOBUFS;
	}
	if (from.nl_family == AF_NETLINK && from.nl_pid != 0)
		return -EAGAIN;
	return n;
}

/* What talk() waits for. */
struct talk {
	const struct nlmsghdr *sent;
	answer_fn each;
	void *ctx;
	bool torn;
};

/* Return: 1 when there is more to come, else how it ended. */
static int answered(struct upsy_link *l, struct talk *t, const struct nlmsghdr *nlh)
{
	char words[256];
	int ret;

	if (nlh->nlmsg_seq != t->sent->nlmsg_seq) {
		enqueue(l, nlh);
		return 1;
	}
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		t->torn = true;
	if (nlh->nlmsg_type == NLMSG_DONE)
		return t->torn ? -EINTR : 0;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		ret = message_error(nlh, t->sent, words, sizeof(words));
		return ret ? failed(l, ret, words) : 0;
	}
	ret = t->each ? t->each(nlh, t->ctx) : 0;
	return ret < 0 ? failed(l, ret, NULL) : 1;
}

/*
 * Send what request() began and wait for the end of the answer: the
 * acknowledgement, or the end of a dump. -EINTR: the dump was torn.
 */
static int talk(struct upsy_link *l, struct nlmsghdr *sent, answer_fn each, void *ctx)
{
	struct talk t = { .sent = sent, .each = each, .ctx = ctx };
	int64_t end = monotonic_ms() + ANSWER_MS;

	if (send(l->fd, sent, sent->nlmsg_len, MSG_NOSIGNAL) < 0)
		return failed(l, -errno, NULL);
	for (;;) {
		struct pollfd pfd = { .fd = l->fd, .events = POLLIN };
		int64_t left = end - monotonic_ms();
		struct nlmsghdr *nlh = (struct nlmsghdr *)l->in;
		int len, ret = 1;

		if (left <= 0)
			return failed(l, -ETIMEDOUT, "the module upsy");
		if (poll(&pfd, 1, (int)left) <= 0)
			continue;
		len = (int)take(l);
		if (len == 0 || len == -EAGAIN)
			continue;
		if (len < 0)
			return failed(l, len, NULL);
		/* all of it, even after the end: events may stand behind it */
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
			if (ret == 1)
				ret = answered(l, &t, nlh);
			else
				enqueue(l, nlh);
		}
		if (ret != 1)
			return ret;
	}
}

static int take_group(const struct nlattr *nest, uint32_t *group)
{
	const struct nlattr *at, *in;

	mnl_attr_for_each_nested(at, nest) {
		const char *name = "";
		uint32_t id = 0;

		mnl_attr_for_each_nested(in, at) {
			if (mnl_attr_get_type(in) == CTRL_ATTR_MCAST_GRP_NAME &&
			    mnl_attr_validate(in, MNL_TYPE_NUL_STRING) >= 0)
				name = mnl_attr_get_str(in);
			else if (mnl_attr_get_type(in) == CTRL_ATTR_MCAST_GRP_ID &&
				 mnl_attr_validate(in, MNL_TYPE_U32) >= 0)
				id = mnl_attr_get_u32(in);
		}
		if (!strcmp(name, UPSY_MCGRP_MONITOR))
			*group = id;
	}
	return 0;
}

static int take_family(const struct nlmsghdr *nlh, void *ctx)
{
	struct upsy_link *l = ctx;
	const struct nlattr *at;

	mnl_attr_for_each(at, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(at) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(at, MNL_TYPE_U16) >= 0)
			l->family = mnl_attr_get_u16(at);
		else if (mnl_attr_get_type(at) == CTRL_ATTR_MCAST_GROUPS)
			take_group(at, &l->group);
	}
	return 0;
}

int upsy_open_fd(int fd, struct upsy_link **out)
{
	struct upsy_link *l = calloc(1, sizeof(*l));
	struct nlmsghdr *nlh;
	int ret;

	if (!l) {
		close(fd);
		return -ENOMEM;
	}
	l->fd = fd;
	l->last = &l->first;
	nlh = request(l, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, UPSY_FAMILY_NAME);
	ret = talk(l, nlh, take_family, l);
	if (!ret && !l->family)
		ret = -ENOENT;
	if (ret) {
		snprintf(open_error, sizeof(open_error), "%s", ret == -ENOENT ?
			 "the kernel module upsy is not loaded: modprobe upsy; if there is none, install the upsy package or run make install, and look at dkms status" :
			 l->error);
		upsy_close(l);
		return ret;
	}
	*out = l;
	return 0;
}

int upsy_open(struct upsy_link **out)
{
	struct sockaddr_nl local = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	int one = 1;

	*out = NULL;
	if (fd < 0 || bind(fd, (struct sockaddr *)&local, sizeof(local)) < 0) {
		int err = -errno;

		snprintf(open_error, sizeof(open_error), "netlink socket: %s", strerror(-err));
		if (fd >= 0)
			close(fd);
		return err;
	}
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return upsy_open_fd(fd, out);
}

void upsy_close(struct upsy_link *l)
{
	struct queued *next;

	if (!l)
		return;
	for (struct queued *q = l->first; q; q = next) {
		next = q->next;
		free(q);
	}
	close(l->fd);
	free(l);
}

int upsy_fd(const struct upsy_link *l)
{
	return l->fd;
}

const char *upsy_strerror(struct upsy_link *l)
{
	return l ? l->error : open_error;
}

static int take_id(const struct nlmsghdr *nlh, void *ctx)
{
	struct upsy_ups ups;

	if (message_parse_ups(nlh, &ups))
		return -EBADMSG;
	*(uint32_t *)ctx = ups.n;
	return 0;
}

int upsy_new(struct upsy_link *l, struct upsy_ups *ups)
{
	struct nlmsghdr *nlh = request(l, l->family, UPSY_CMD_UPS_NEW, NLM_F_ACK);

	message_ups(nlh, ups);
	return talk(l, nlh, take_id, &ups->n);
}

int upsy_set(struct upsy_link *l, uint32_t n, const struct readings *r)
{
	struct nlmsghdr *nlh = request(l, l->family, UPSY_CMD_UPS_SET, NLM_F_ACK);

	mnl_attr_put_u32(nlh, UPSY_A_ID, n);
	message_readings(nlh, r);
	return talk(l, nlh, NULL, NULL);
}

int upsy_del(struct upsy_link *l, uint32_t n)
{
	struct nlmsghdr *nlh = request(l, l->family, UPSY_CMD_UPS_DEL, NLM_F_ACK);

	mnl_attr_put_u32(nlh, UPSY_A_ID, n);
	return talk(l, nlh, NULL, NULL);
}

int upsy_result(struct upsy_link *l, uint32_t cookie, int error, const char *text)
{
	struct nlmsghdr *nlh = request(l, l->family, UPSY_CMD_ACTION_RESULT, NLM_F_ACK);

	mnl_attr_put_u32(nlh, UPSY_ACT_COOKIE, cookie);
	mnl_attr_put_u32(nlh, UPSY_ACT_ERROR, (uint32_t)(error < 0 ? -error : error));
	mnl_attr_put_strz(nlh, UPSY_ACT_TEXT, text);
	return talk(l, nlh, NULL, NULL);
}

static int take_ups(const struct nlmsghdr *nlh, void *ctx)
{
	return message_parse_ups(nlh, ctx);
}

int upsy_get(struct upsy_link *l, uint32_t n, struct upsy_ups *ups)
{
	struct nlmsghdr *nlh = request(l, l->family, UPSY_CMD_UPS_GET, NLM_F_ACK);

	mnl_attr_put_u32(nlh, UPSY_A_ID, n);
	return talk(l, nlh, take_ups, ups);
}

struct each {
	struct upsy_ups *list;
	unsigned int count;
};

static int take_each(const struct nlmsghdr *nlh, void *ctx)
{
	struct each *e = ctx;

	if (e->count == UPSY_UPS_MAX)
		return 0;
	return message_parse_ups(nlh, &e->list[e->count++]);
}

/* Collected first: @each may use the socket, and a torn dump is asked again. */
int upsy_dump(struct upsy_link *l, int (*each)(const struct upsy_ups *ups, void *ctx),
	      void *ctx)
{
	struct each e = { .list = calloc(UPSY_UPS_MAX, sizeof(struct upsy_ups)) };
	int ret = -EINTR;

	if (!e.list)
		return failed(l, -ENOMEM, NULL);
	for (int i = 0; i < DUMP_TRIES && ret == -EINTR; i++) {
		e.count = 0;
		ret = talk(l, request(l, l->family, UPSY_CMD_UPS_GET, NLM_F_DUMP), take_each, &e);
	}
	for (unsigned int i = 0; !ret && i < e.count; i++)
		ret = each(&e.list[i], ctx);
	free(e.list);
	return ret < 0 ? ret : 0;
}

int upsy_subscribe(struct upsy_link *l)
{
	if (setsockopt(l->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &l->group,
		       sizeof(l->group)) < 0)
		return failed(l, -errno, "group monitor");
	return 0;
}

static int take_cookie(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *at;

	mnl_attr_for_each(at, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(at) == UPSY_ACT_COOKIE &&
		    mnl_attr_validate(at, MNL_TYPE_U32) >= 0)
			*(uint32_t *)ctx = mnl_attr_get_u32(at);
	}
	return 0;
}

int upsy_action(struct upsy_link *l, uint32_t n, const struct action_request *req,
		uint32_t *cookie)
{
	struct nlmsghdr *nlh = request(l, l->family, UPSY_CMD_ACTION, NLM_F_ACK);

	message_request(nlh, n, req);
	return talk(l, nlh, take_cookie, cookie);
}

/* Take the result of @cookie out of the queue, wherever it stands. */
static bool take_result(struct upsy_link *l, uint32_t cookie, struct action_request *req,
			int *error)
{
	for (struct queued **p = &l->first; *p; p = &(*p)->next) {
		struct queued *q = *p;

		if (q->ev.type != UPSY_EVENT_RESULT || q->ev.cookie != cookie)
			continue;
		snprintf(req->text, sizeof(req->text), "%s", q->ev.request.text);
		*error = q->ev.error;
		*p = q->next;
		if (!q->next)
			l->last = p;
		l->waiting--;
		free(q);
		return true;
	}
	return false;
}

static void fill_queue(struct upsy_link *l)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)l->in;
	int len = (int)take(l);

	for (; len > 0 && mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		enqueue(l, nlh);
}

int upsy_action_wait(struct upsy_link *l, uint32_t n, struct action_request *req,
		     int timeout_ms)
{
	int64_t end = monotonic_ms() + timeout_ms;
	uint32_t cookie = 0;
	int ret;

	req->text[0] = '\0';
	ret = upsy_action(l, n, req, &cookie);
	if (ret) {
		snprintf(req->text, sizeof(req->text), "%s", l->error);
		return ret;
	}
	while (!take_result(l, cookie, req, &ret)) {
		struct pollfd pfd = { .fd = l->fd, .events = POLLIN };
		int64_t left = end - monotonic_ms();

		if (left <= 0) {
			snprintf(req->text, sizeof(req->text), "no result within %d s",
				 timeout_ms / 1000);
			return failed(l, -ETIMEDOUT, "the UPS");
		}
		if (poll(&pfd, 1, (int)left) > 0)
			fill_queue(l);
	}
	return ret ? failed(l, ret, req->text) : 0;
}

int upsy_receive(struct upsy_link *l, struct upsy_event *ev)
{
	struct queued *q;

	if (!l->first)
		fill_queue(l);
	if (l->overrun) {
		l->overrun = false;
		memset(ev, 0, sizeof(*ev));
		ev->type = UPSY_EVENT_OVERRUN;
		return 1;
	}
	q = l->first;
	if (!q)
		return 0;
	l->first = q->next;
	if (!l->first)
		l->last = &l->first;
	l->waiting--;
	*ev = q->ev;
	free(q);
	return 1;
}
