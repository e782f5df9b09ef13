// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of the family "upsy". On the wire:
 * Documentation/netlink/specs/upsy.yaml. What comes in is checked like any
 * other wire: the length of each attribute, and nothing is copied past an end.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/message.h"

#define GENL_LEN	sizeof(struct genlmsghdr)

static const struct {
	uint16_t attr;
	size_t offset;
	const char *name;
} strings[] = {
#define STRING(_attr, _member) \
	{ UPSY_A_##_attr, offsetof(struct upsy_ups, id._member), #_member }
	STRING(IDENTITY, key), STRING(MANUFACTURER, manufacturer),
	STRING(MODEL_NAME, model_name), STRING(SERIAL_NUMBER, serial_number),
	STRING(FIRMWARE, firmware), STRING(PROTOCOL, protocol), STRING(DEVICE, device),
	STRING(LINK, link),
#undef STRING
}, numbers[] = {
#define NUMBER(_attr, _member) \
	{ UPSY_A_##_attr, offsetof(struct upsy_ups, _member), #_member }
	NUMBER(ID, n), NUMBER(SCOPE, scope), NUMBER(POWERS, powers),
	NUMBER(DEADLINE, deadline_ms), NUMBER(SHUTDOWN_CHARGE, shutdown_charge),
	NUMBER(SHUTDOWN_RUNTIME, shutdown_runtime), NUMBER(FEED, feed),
#undef NUMBER
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

void message_readings(struct nlmsghdr *nlh, const struct readings *r)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, UPSY_A_READINGS);

	for (unsigned int id = 1; id <= UPSY_R_MAX; id++)
		if (reading_known(r, id) && reading_table[id].name)
			mnl_attr_put_u64(nlh, id, (uint64_t)r->value[id]);
	mnl_attr_nest_end(nlh, nest);
}

void message_ups(struct nlmsghdr *nlh, const struct upsy_ups *ups)
{
	const char *base = (const char *)ups;

	for (size_t i = 0; i < COUNT(strings); i++)
		if (base[strings[i].offset])
			mnl_attr_put_strz(nlh, strings[i].attr, base + strings[i].offset);
	mnl_attr_put_u32(nlh, UPSY_A_SCOPE, ups->scope);
	mnl_attr_put_u32(nlh, UPSY_A_POWERS, ups->powers);
	mnl_attr_put_u32(nlh, UPSY_A_DEADLINE, ups->deadline_ms);
	mnl_attr_put_u32(nlh, UPSY_A_SHUTDOWN_CHARGE, ups->shutdown_charge);
	mnl_attr_put_u32(nlh, UPSY_A_SHUTDOWN_RUNTIME, ups->shutdown_runtime);
	message_readings(nlh, &ups->readings);
}

void message_request(struct nlmsghdr *nlh, uint32_t n, const struct action_request *req)
{
	mnl_attr_put_u32(nlh, UPSY_ACT_ID, n);
	mnl_attr_put_u32(nlh, UPSY_ACT_ACTION, req->action);
	if (req->outlet)
		mnl_attr_put_u32(nlh, UPSY_ACT_OUTLET, req->outlet);
	if (*req->name)
		mnl_attr_put_strz(nlh, UPSY_ACT_NAME, req->name);
	if (req->action == UPSY_ACTION_SET)
		mnl_attr_put_strz(nlh, UPSY_ACT_VALUE, req->value);
}

/* A string is a string only with its NUL inside the attribute. */
static int get_text(const struct nlattr *at, char *to, size_t size)
{
	const char *from = mnl_attr_get_payload(at);
	size_t len = strnlen(from, mnl_attr_get_payload_len(at));

	if (len >= size)
		return -EBADMSG;
	memcpy(to, from, len);
	to[len] = '\0';
	return 0;
}

static int get_u32(const struct nlattr *at, uint32_t *to)
{
	if (mnl_attr_get_payload_len(at) != sizeof(uint32_t))
		return -EBADMSG;
	*to = mnl_attr_get_u32(at);
	return 0;
}

static int get_u64(const struct nlattr *at, uint64_t *to)
{
	if (mnl_attr_get_payload_len(at) != sizeof(uint64_t))
		return -EBADMSG;
	*to = mnl_attr_get_u64(at);
	return 0;
}

static int get_readings(const struct nlattr *nest, struct readings *r)
{
	const struct nlattr *at;
	uint64_t v;

	mnl_attr_for_each_nested(at, nest) {
		unsigned int id = mnl_attr_get_type(at);

		/* a newer module may know more than we do */
		if (id > UPSY_R_MAX || !reading_table[id].name)
			continue;
		if (get_u64(at, &v))
			return -EBADMSG;
		reading_set(r, id, (int64_t)v);
	}
	return 0;
}

static int get_attribute(const struct nlattr *at, struct upsy_ups *ups)
{
	unsigned int type = mnl_attr_get_type(at);
	char *base = (char *)ups;

	for (size_t i = 0; i < COUNT(strings); i++)
		if (strings[i].attr == type)
			return get_text(at, base + strings[i].offset, UPSY_STRING_MAX + 1);
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (numbers[i].attr == type)
			return get_u32(at, (uint32_t *)(base + numbers[i].offset));
	switch (type) {
	case UPSY_A_READINGS:
		return get_readings(at, &ups->readings);
	case UPSY_A_RAISED:
		return get_u64(at, &ups->raised);
	case UPSY_A_CLEARED:
		return get_u64(at, &ups->cleared);
	default:
		return 0;
	}
}

int message_parse_ups(const struct nlmsghdr *nlh, struct upsy_ups *ups)
{
	const struct nlattr *at;

	memset(ups, 0, sizeof(*ups));
	mnl_attr_for_each(at, nlh, GENL_LEN) {
		if (get_attribute(at, ups))
			return -EBADMSG;
	}
	return 0;
}

static int parse_request(const struct nlmsghdr *nlh, struct upsy_event *ev)
{
	struct action_request *req = &ev->request;
	const struct nlattr *at;
	uint32_t error = 0;
	int ret = 0;

	mnl_attr_for_each(at, nlh, GENL_LEN) {
		switch (mnl_attr_get_type(at)) {
		case UPSY_ACT_COOKIE:
			ret = get_u32(at, &ev->cookie);
			break;
		case UPSY_ACT_ID:
			ret = get_u32(at, &ev->n);
			break;
		case UPSY_ACT_ACTION:
			ret = get_u32(at, &req->action);
			break;
		case UPSY_ACT_OUTLET:
			ret = get_u32(at, &req->outlet);
			break;
		case UPSY_ACT_NAME:
			ret = get_text(at, req->name, sizeof(req->name));
			break;
		case UPSY_ACT_VALUE:
			ret = get_text(at, req->value, sizeof(req->value));
			break;
		case UPSY_ACT_ERROR:
			ret = get_u32(at, &error);
			break;
		case UPSY_ACT_TEXT:
			ret = get_text(at, req->text, sizeof(req->text));
			break;
		}
		if (ret)
			return ret;
	}
	ev->error = error > 4095 ? -EIO : -(int)error;
	return 0;
}

int message_event(const struct nlmsghdr *nlh, struct upsy_event *ev)
{
	static const int types[UPSY_CMD_MAX + 1] = {
		[UPSY_CMD_UPS_NEW_NTF] = UPSY_EVENT_NEW + 1,
		[UPSY_CMD_UPS_CHANGE_NTF] = UPSY_EVENT_CHANGE + 1,
		[UPSY_CMD_UPS_DEL_NTF] = UPSY_EVENT_DEL + 1,
		[UPSY_CMD_ACTION] = UPSY_EVENT_ACTION + 1,
		[UPSY_CMD_ACTION_RESULT] = UPSY_EVENT_RESULT + 1,
	};
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	int ret;

	if (mnl_nlmsg_get_payload_len(nlh) < GENL_LEN)
		return -EBADMSG;
	if (genl->cmd > UPSY_CMD_MAX || !types[genl->cmd])
		return 0;
	memset(ev, 0, sizeof(*ev));
	ev->type = types[genl->cmd] - 1;
	if (ev->type == UPSY_EVENT_ACTION || ev->type == UPSY_EVENT_RESULT)
		ret = parse_request(nlh, ev);
	else
		ret = message_parse_ups(nlh, &ev->ups);
	if (ret)
		return ret;
	if (ev->type <= UPSY_EVENT_DEL)
		ev->n = ev->ups.n;
	return 1;
}

static const char *attribute_name(unsigned int type)
{
	for (size_t i = 0; i < COUNT(strings); i++)
		if (strings[i].attr == type)
			return strings[i].name;
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (numbers[i].attr == type)
			return numbers[i].name;
	return type == UPSY_A_READINGS ? "readings" : NULL;
}

/* The name of what lies at @offset of the message that was sent. */
static const char *name_at(const struct nlmsghdr *sent, size_t offset)
{
	const struct nlattr *at, *in;
	const char *base = (const char *)sent;

	if (((const struct genlmsghdr *)mnl_nlmsg_get_payload(sent))->cmd >= UPSY_CMD_ACTION)
		return NULL;
	mnl_attr_for_each(at, sent, GENL_LEN) {
		if ((size_t)((const char *)at - base) == offset)
			return attribute_name(mnl_attr_get_type(at));
		if (mnl_attr_get_type(at) != UPSY_A_READINGS)
			continue;
		mnl_attr_for_each_nested(in, at) {
			if ((size_t)((const char *)in - base) == offset &&
			    mnl_attr_get_type(in) <= UPSY_R_MAX)
				return reading_table[mnl_attr_get_type(in)].name;
		}
	}
	return NULL;
}

int message_error(const struct nlmsghdr *nlh, const struct nlmsghdr *sent, char *text,
		  size_t size)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	const char *words = NULL, *name = NULL;
	size_t skip = sizeof(*err), words_len = 0;
	const struct nlattr *at;

	text[0] = '\0';
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err))
		return -EBADMSG;
	if (!err->error)
		return 0;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return err->error;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - sizeof(err->msg);
	if (skip > mnl_nlmsg_get_payload_len(nlh))
		return err->error;
	mnl_attr_for_each(at, nlh, MNL_ALIGN(skip)) {
		if (mnl_attr_get_type(at) == NLMSGERR_ATTR_MSG) {
			words = mnl_attr_get_payload(at);
			words_len = strnlen(words, mnl_attr_get_payload_len(at));
		} else if (mnl_attr_get_type(at) == NLMSGERR_ATTR_OFFS &&
			   mnl_attr_get_payload_len(at) == sizeof(uint32_t) && sent) {
			name = name_at(sent, mnl_attr_get_u32(at));
		}
	}
	if (!words)
		return err->error;
	if (name && !memmem(words, words_len, name, strlen(name)))
		snprintf(text, size, "%s: %.*s", name, (int)words_len, words);
	else
		snprintf(text, size, "%.*s", (int)words_len, words);
	return err->error;
}
