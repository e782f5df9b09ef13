// SPDX-License-Identifier: GPL-2.0-or-later
/* See client.h. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

int failures, tests;

bool ok(bool good, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tests);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	failures += !good;
	return good;
}

void note(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
}

int64_t boottime_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void sleep_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

/* messages */

void msg_start(struct client *c, struct msg *m, uint8_t cmd)
{
	struct nlmsghdr *nlh = (void *)m->buf;
	struct genlmsghdr *genl = NLMSG_DATA(nlh);

	memset(m->buf, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nlh->nlmsg_type = cmd ? c->family : GENL_ID_CTRL;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++c->seq;
	genl->cmd = cmd ?: CTRL_CMD_GETFAMILY;
	genl->version = 1;
	m->len = NLMSG_HDRLEN + GENL_HDRLEN;
}

void msg_put(struct msg *m, uint16_t type, const void *data, uint16_t len)
{
	struct nlattr *at = (void *)(m->buf + m->len);

	at->nla_type = type;
	at->nla_len = NLA_HDRLEN + len;
	memset(at + 1, 0, NLA_ALIGN(len));
	memcpy(at + 1, data, len);
	m->len += NLA_ALIGN(at->nla_len);
}

void msg_put_u32(struct msg *m, uint16_t type, uint32_t value)
{
	msg_put(m, type, &value, sizeof(value));
}

void msg_put_s64(struct msg *m, uint16_t type, int64_t value)
{
	msg_put(m, type, &value, sizeof(value));
}

void msg_put_string(struct msg *m, uint16_t type, const char *s)
{
	msg_put(m, type, s, strlen(s) + 1);
}

uint32_t msg_nest(struct msg *m, uint16_t type)
{
	uint32_t at = m->len;

	msg_put(m, type | NLA_F_NESTED, "", 0);
	return at;
}

void msg_nest_end(struct msg *m, uint32_t nest)
{
	((struct nlattr *)(m->buf + nest))->nla_len = m->len - nest;
}

/* Which attribute, in or outside of a nest, starts at @offset. */
static uint16_t attribute_at(const struct msg *m, uint32_t offset)
{
	const struct nlattr *at;

	if (offset + NLA_HDRLEN > m->len)
		return 0;
	at = (const void *)(m->buf + offset);
	return at->nla_type & NLA_TYPE_MASK;
}

static void read_ack(struct client *c, const struct msg *sent, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = NLMSG_DATA(nlh);
	uint32_t at = NLMSG_HDRLEN + sizeof(*e);
	const struct nlattr *a;

	c->error = -e->error;
	c->why[0] = 0;
	c->bad = 0;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		at += NLMSG_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);
	for (; at + NLA_HDRLEN <= nlh->nlmsg_len; at += NLA_ALIGN(a->nla_len)) {
		a = (const void *)((const char *)nlh + at);
		if (a->nla_len < NLA_HDRLEN)
			break;
		if (a->nla_type == NLMSGERR_ATTR_MSG)
			snprintf(c->why, sizeof(c->why), "%s", (const char *)(a + 1));
		if (a->nla_type == NLMSGERR_ATTR_OFFS)
			c->bad = attribute_at(sent, *(const uint32_t *)(a + 1));
	}
}

static void read_snap(struct snap *s, const struct nlattr *nest)
{
	const char *at = (const char *)(nest + 1), *end = (const char *)nest + nest->nla_len;
	const struct nlattr *a;

	for (; at + NLA_HDRLEN <= end; at += NLA_ALIGN(a->nla_len)) {
		a = (const void *)at;
		if (a->nla_type <= UPSY_R_MAX && a->nla_len == NLA_HDRLEN + 8) {
			int64_t v;

			memcpy(&v, a + 1, sizeof(v));
			snap_set(s, a->nla_type, v);
		}
	}
}

static void read_notice(struct notice *n, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	const char *at = (const char *)genl + GENL_HDRLEN;
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *a;
	bool action;

	memset(n, 0, sizeof(*n));
	n->cmd = genl->cmd;
	action = n->cmd == UPSY_CMD_ACTION || n->cmd == UPSY_CMD_ACTION_RESULT;
	for (; at + NLA_HDRLEN <= end; at += NLA_ALIGN(a->nla_len)) {
		uint16_t type;
		const void *data;

		a = (const void *)at;
		if (a->nla_len < NLA_HDRLEN)
			break;
		type = a->nla_type & NLA_TYPE_MASK;
		data = a + 1;
		if (action) {
			if (type == UPSY_ACT_COOKIE)
				n->cookie = *(const uint32_t *)data;
			if (type == UPSY_ACT_ID)
				n->id = *(const uint32_t *)data;
			if (type == UPSY_ACT_ACTION)
				n->action = *(const uint32_t *)data;
			if (type == UPSY_ACT_ERROR)
				n->error = *(const uint32_t *)data;
			if (type == UPSY_ACT_TEXT)
				snprintf(n->text, sizeof(n->text), "%s", (const char *)data);
			continue;
		}
		if (type == UPSY_A_ID)
			n->id = *(const uint32_t *)data;
		if (type == UPSY_A_FEED)
			n->feed = *(const uint32_t *)data;
		if (type == UPSY_A_RAISED)
			memcpy(&n->raised, data, 8);
		if (type == UPSY_A_CLEARED)
			memcpy(&n->cleared, data, 8);
		if (type == UPSY_A_READINGS)
			read_snap(&n->snap, a);
	}
}

static int take(struct client *c, char *buf, size_t size, int ms)
{
	struct pollfd p = { c->fd, POLLIN, 0 };

	if (poll(&p, 1, ms) <= 0)
		return 0;
	return recv(c->fd, buf, size, 0);
}

int request(struct client *c, struct msg *m, struct notice *reply)
{
	static __thread char buf[65536];
	struct nlmsghdr *nlh = (void *)m->buf;

	nlh->nlmsg_len = m->len;
	if (send(c->fd, m->buf, m->len, 0) < 0) {
		c->error = errno;
		return -1;
	}
	for (;;) {
		int len = take(c, buf, sizeof(buf), 60000);

		if (len <= 0) {
			c->error = EIO;
			return -1;
		}
		for (nlh = (void *)buf; NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_seq != c->seq) {
				if (c->queued < (int)(sizeof(c->queue) / sizeof(*c->queue)))
					read_notice(&c->queue[c->queued++], nlh);
				continue;
			}
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				read_ack(c, m, nlh);
				return c->error ? -1 : 0;
			}
			if (reply)
				read_notice(reply, nlh);
		}
	}
}

bool receive(struct client *c, struct notice *n, int ms)
{
	static char buf[65536];
	int len;

	if (c->queued) {
		*n = c->queue[0];
		memmove(c->queue, c->queue + 1, --c->queued * sizeof(*n));
		return true;
	}
	len = take(c, buf, sizeof(buf), ms);
	if (len <= 0)
		return false;
	read_notice(n, (void *)buf);
	return true;
}

/* A family's number and its group's, from the reply to CTRL_CMD_GETFAMILY. */
static int find_family(struct client *c)
{
	static char buf[65536];
	struct nlmsghdr *nlh = (void *)buf;
	const struct nlattr *a, *b;
	struct msg m;
	int len;

	msg_start(c, &m, 0);
	msg_put_string(&m, CTRL_ATTR_FAMILY_NAME, UPSY_FAMILY_NAME);
	((struct nlmsghdr *)m.buf)->nlmsg_len = m.len;
	((struct nlmsghdr *)m.buf)->nlmsg_flags = NLM_F_REQUEST;
	if (send(c->fd, m.buf, m.len, 0) < 0)
		return -1;
	len = take(c, buf, sizeof(buf), 10000);
	if (len <= 0)
		return -1;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		c->error = -((struct nlmsgerr *)NLMSG_DATA(nlh))->error;
		return -1;
	}
	for (const char *at = (char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN;
	     at < (char *)nlh + nlh->nlmsg_len; at += NLA_ALIGN(a->nla_len)) {
		a = (const void *)at;
		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			c->family = *(const uint16_t *)(a + 1);
		if ((a->nla_type & NLA_TYPE_MASK) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		/* one group: its attributes are two levels down */
		a = (const void *)at;
		for (const char *g = (const char *)(a + 1) + NLA_HDRLEN;
		     g < at + a->nla_len; g += NLA_ALIGN(b->nla_len)) {
			b = (const void *)g;
			if (b->nla_type == CTRL_ATTR_MCAST_GRP_ID)
				c->group = *(const uint32_t *)(b + 1);
		}
	}
	return c->family ? 0 : -1;
}

int client_open(struct client *c)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(sa);
	int one = 1, size = 1 << 20;

	memset(c, 0, sizeof(*c));
	c->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (c->fd < 0)
		return -1;
	setsockopt(c->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(c->fd, (void *)&sa, sizeof(sa)) || getsockname(c->fd, (void *)&sa, &len) ||
	    find_family(c)) {
		if (!c->error)
			c->error = errno;
		close(c->fd);
		c->fd = -1;
		return -1;
	}
	c->portid = sa.nl_pid;
	return 0;
}

void client_close(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

int client_subscribe(struct client *c)
{
	return setsockopt(c->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &c->group,
			  sizeof(c->group));
}

/* UPSes */

void snap_set(struct snap *s, unsigned int r, int64_t value)
{
	s->known[r] = true;
	s->value[r] = value;
}

/* A usual one, on line and full. */
void ups_default(struct ups *u, const char *identity)
{
	*u = (struct ups) {
		.identity = identity, .manufacturer = "Maker", .model_name = "Model 1500",
		.serial_number = identity, .firmware = "1.2", .protocol = "qx/megatec",
		.device = "serial:/dev/ttyS0", .link = "serial 2400",
		.deadline = 600000, .shutdown_charge = 10, .shutdown_runtime = 60,
	};
	snap_set(&u->snap, UPSY_R_ONLINE, 1);
	snap_set(&u->snap, UPSY_R_STATUS, UPSY_STATUS_FULL);
	snap_set(&u->snap, UPSY_R_CAPACITY, 100);
	snap_set(&u->snap, UPSY_R_CAPACITY_LEVEL, UPSY_CAPACITY_LEVEL_FULL);
	snap_set(&u->snap, UPSY_R_RUNTIME, 1200);
	snap_set(&u->snap, UPSY_R_VOLTAGE, 27200000);
	snap_set(&u->snap, UPSY_R_HEALTH, UPSY_HEALTH_GOOD);
	snap_set(&u->snap, UPSY_R_TECHNOLOGY, UPSY_TECHNOLOGY_LI_ION);
	snap_set(&u->snap, UPSY_R_TEMPERATURE, 251);
	snap_set(&u->snap, UPSY_R_ALARMS, 0);
	snap_set(&u->snap, UPSY_R_LOAD, 25);
	snap_set(&u->snap, UPSY_R_MODE, UPSY_MODE_LINE);
	snap_set(&u->snap, UPSY_R_BEEPER, UPSY_BEEPER_ENABLED);
	snap_set(&u->snap, UPSY_R_SELF_TEST, UPSY_SELF_TEST_NONE);
	snap_set(&u->snap, UPSY_R_INPUT_VOLTAGE, 230100000);
	snap_set(&u->snap, UPSY_R_OUTPUT_VOLTAGE, 229900000);
	snap_set(&u->snap, UPSY_R_OUTPUT_CURRENT, 1250000);
	snap_set(&u->snap, UPSY_R_OUTPUT_POWER, 287000000);
}

void msg_put_snap(struct msg *m, const struct snap *s)
{
	uint32_t nest = msg_nest(m, UPSY_A_READINGS);
	unsigned int r;

	for (r = 1; r <= UPSY_R_MAX; r++)
		if (s->known[r])
			msg_put_s64(m, r, s->value[r]);
	msg_nest_end(m, nest);
}

static void put_string(struct msg *m, uint16_t type, const char *s)
{
	if (s)
		msg_put_string(m, type, s);
}

static void put_u32(struct msg *m, uint16_t type, uint32_t v)
{
	if (v != ~0u)
		msg_put_u32(m, type, v);
}

void msg_put_ups(struct msg *m, const struct ups *u)
{
	put_string(m, UPSY_A_IDENTITY, u->identity);
	put_string(m, UPSY_A_MANUFACTURER, u->manufacturer);
	put_string(m, UPSY_A_MODEL_NAME, u->model_name);
	put_string(m, UPSY_A_SERIAL_NUMBER, u->serial_number);
	put_string(m, UPSY_A_FIRMWARE, u->firmware);
	put_string(m, UPSY_A_PROTOCOL, u->protocol);
	put_string(m, UPSY_A_DEVICE, u->device);
	put_string(m, UPSY_A_LINK, u->link);
	put_u32(m, UPSY_A_SCOPE, u->scope);
	put_u32(m, UPSY_A_POWERS, u->powers);
	put_u32(m, UPSY_A_DEADLINE, u->deadline);
	put_u32(m, UPSY_A_SHUTDOWN_CHARGE, u->shutdown_charge);
	put_u32(m, UPSY_A_SHUTDOWN_RUNTIME, u->shutdown_runtime);
	msg_put_snap(m, &u->snap);
}

int ups_new(struct client *c, const struct ups *u, uint32_t *id)
{
	struct notice n = { 0 };
	struct msg m;

	msg_start(c, &m, UPSY_CMD_UPS_NEW);
	msg_put_ups(&m, u);
	if (request(c, &m, &n))
		return -1;
	if (id)
		*id = n.id;
	return 0;
}

int ups_set(struct client *c, uint32_t id, const struct snap *s)
{
	struct msg m;

	msg_start(c, &m, UPSY_CMD_UPS_SET);
	msg_put_u32(&m, UPSY_A_ID, id);
	msg_put_snap(&m, s);
	return request(c, &m, NULL);
}

int ups_del(struct client *c, uint32_t id)
{
	struct msg m;

	msg_start(c, &m, UPSY_CMD_UPS_DEL);
	msg_put_u32(&m, UPSY_A_ID, id);
	return request(c, &m, NULL);
}

int ups_get(struct client *c, uint32_t id, struct notice *n)
{
	struct msg m;

	msg_start(c, &m, UPSY_CMD_UPS_GET);
	msg_put_u32(&m, UPSY_A_ID, id);
	return request(c, &m, n);
}

int ups_dump(struct client *c)
{
	static char buf[65536];
	struct nlmsghdr *nlh;
	struct msg m;
	int n = 0;

	msg_start(c, &m, UPSY_CMD_UPS_GET);
	nlh = (void *)m.buf;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_len = m.len;
	if (send(c->fd, m.buf, m.len, 0) < 0)
		return -1;
	for (;;) {
		int len = take(c, buf, sizeof(buf), 10000);

		if (len <= 0)
			return -1;
		for (nlh = (void *)buf; NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return n;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return -1;
			n++;
		}
	}
}

int ups_action(struct client *c, uint32_t id, uint32_t action, uint32_t *cookie)
{
	struct notice n = { 0 };
	struct msg m;

	msg_start(c, &m, UPSY_CMD_ACTION);
	msg_put_u32(&m, UPSY_ACT_ID, id);
	msg_put_u32(&m, UPSY_ACT_ACTION, action);
	if (request(c, &m, &n))
		return -1;
	if (cookie)
		*cookie = n.cookie;
	return 0;
}

int ups_result(struct client *c, uint32_t cookie, uint32_t error, const char *text)
{
	struct msg m;

	msg_start(c, &m, UPSY_CMD_ACTION_RESULT);
	msg_put_u32(&m, UPSY_ACT_COOKIE, cookie);
	msg_put_u32(&m, UPSY_ACT_ERROR, error);
	msg_put_string(&m, UPSY_ACT_TEXT, text);
	return request(c, &m, NULL);
}

/* uevents */

int uevent_open(void)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int size = 1 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (fd >= 0 && bind(fd, (void *)&sa, sizeof(sa))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int uevent_count(int fd, const char *name, const char *action, int ms)
{
	int64_t end = boottime_ms() + ms;
	char buf[8192], want[128];
	int n = 0;

	for (;;) {
		int64_t left = end - boottime_ms();
		struct pollfd p = { fd, POLLIN, 0 };
		int len;

		if (poll(&p, 1, left > 0 ? left : 0) <= 0)
			return n;
		len = recv(fd, buf, sizeof(buf) - 1, 0);
		if (len <= 0)
			return n;
		buf[len] = 0;
		if (!strstr(buf, "/power_supply/") || strncmp(buf, action, strlen(action)))
			continue;
		snprintf(want, sizeof(want), "/power_supply/%s", name ?: "");
		n += !name ? !!strstr(buf, "_UPS") :
		     strlen(buf) >= strlen(want) &&
		     !strcmp(buf + strlen(buf) - strlen(want), want);
	}
}

/* sysfs */

static const char *read_file(const char *path)
{
	static __thread char buf[4097];
	int fd = open(path, O_RDONLY | O_CLOEXEC), len;

	buf[0] = 0;
	if (fd < 0)
		return buf;
	len = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[len > 0 ? len : 0] = 0;
	if (len > 0 && buf[len - 1] == '\n')
		buf[len - 1] = 0;
	return buf;
}

#define CLASS "/sys/class/power_supply/"

const char *psy(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), CLASS "%s", path);
	return read_file(full);
}

long long psy_number(const char *path)
{
	const char *s = psy(path);

	return *s ? atoll(s) : -1;
}

bool psy_is(const char *path, const char *value)
{
	const char *got = psy(path);

	if (!strcmp(got, value))
		return true;
	note("%s is '%s', not '%s'", path, got, value);
	return false;
}

bool psy_exists(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), CLASS "%s", path);
	return access(full, F_OK) == 0;
}

int psy_write(const char *path, const char *value)
{
	char full[256];
	int fd, ret = 0;

	snprintf(full, sizeof(full), CLASS "%s", path);
	fd = open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		ret = errno;
	close(fd);
	return ret;
}

long long hwmon(const char *name, const char *file)
{
	const char *got;
	struct dirent *d;
	char path[512];
	DIR *dir = opendir("/sys/class/hwmon");
	long long value = -1;

	while (dir && (d = readdir(dir))) {
		snprintf(path, sizeof(path), "/sys/class/hwmon/%s/name", d->d_name);
		if (strcmp(read_file(path), name))
			continue;
		snprintf(path, sizeof(path), "/sys/class/hwmon/%s/%s", d->d_name, file);
		got = read_file(path);
		if (*got)
			value = atoll(got);
	}
	if (dir)
		closedir(dir);
	return value;
}
