// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzing of netlink messages as they come from the module: byte 0 says whether
 * it is an event or a refusal, what remains follows the header.
 *
 * What must hold: every string ends, every reading is one that has a row.
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "lib/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct upsy_ups *ups)
{
	if (memchr(ups->id.key, 0, sizeof(ups->id.key)) == NULL ||
	    memchr(ups->id.model_name, 0, sizeof(ups->id.model_name)) == NULL)
		abort();
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++)
		if (reading_known(&ups->readings, id) && !reading_table[id].name)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(8) uint8_t in[MESSAGE_MAX], sent[MESSAGE_MAX];
	struct nlmsghdr *nlh = (struct nlmsghdr *)in, *req = (struct nlmsghdr *)sent;
	struct upsy_ups ups = { };
	struct upsy_event ev;
	struct genlmsghdr *genl;
	char text[64];

	if (size < 3 || size > MESSAGE_MAX - NLMSG_HDRLEN)
		return 0;
	memset(in, 0, sizeof(*nlh));
	memcpy(in + NLMSG_HDRLEN, data + 1, size - 1);
	nlh->nlmsg_len = (uint32_t)(NLMSG_HDRLEN + size - 1);
	if (data[0] & 1) {
		if (message_event(nlh, &ev) == 1)
			check(&ev.ups);
		if (message_parse_ups(nlh, &ups) == 0)
			check(&ups);
		return 0;
	}
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS | (data[0] & 2 ? NLM_F_CAPPED : 0);
	mnl_nlmsg_put_header(sent);
	genl = mnl_nlmsg_put_extra_header(req, sizeof(*genl));
	genl->cmd = UPSY_CMD_UPS_SET;
	reading_set(&ups.readings, UPSY_R_CAPACITY, 1);
	message_readings(req, &ups.readings);
	message_error(nlh, req, text, sizeof(text));
	if (!memchr(text, 0, sizeof(text)))
		abort();
	return 0;
}
