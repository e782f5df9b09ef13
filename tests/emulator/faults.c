// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults on demand: what goes wrong between a UPS and its host. */
#include <string.h>

#include "emu.h"

const char *const fault_names[FAULT_COUNT] = {
	[FAULT_SILENT] = "silent",	[FAULT_STALL] = "stall",	[FAULT_ECHO] = "echo",
	[FAULT_GARBAGE] = "garbage",	[FAULT_SHORT] = "short",	[FAULT_LONG] = "long",
	[FAULT_NOCR] = "nocr",		[FAULT_TWOCR] = "twocr",	[FAULT_STRAY] = "stray",
	[FAULT_NUL] = "nul",		[FAULT_NAK] = "nak",		[FAULT_BABBLE] = "babble",
	[FAULT_IGNORE] = "ignore",
};

bool fault_take(struct emu_ups *u, enum fault f)
{
	if (!u->f.left[f])
		return false;
	if (u->f.left[f] > 0)
		u->f.left[f]--;
	return true;
}

/* The same noise in every run, so that a failure can be repeated. */
static uint8_t noise(void)
{
	static uint32_t x = 0x2545f491;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

int fault_apply(struct emu_ups *u, const void *cmd, size_t cmd_len, uint8_t *buf, int len,
		size_t cap)
{
	static const uint8_t stray[] = { 0x0a, 0x00, 'x', 0xff };
	int i;

	if (fault_take(u, FAULT_SILENT) || fault_take(u, FAULT_STALL))
		return -1;
	if (fault_take(u, FAULT_ECHO) && cmd_len + 1 <= cap) {
		memcpy(buf, cmd, cmd_len);
		buf[cmd_len] = '\r';
		return cmd_len + 1;
	}
	if (len <= 0)
		return len;
	if (fault_take(u, FAULT_GARBAGE))
		for (i = 0; i < len - 1; i++)
			buf[i] = noise() == '\r' ? '#' : noise();
	if (fault_take(u, FAULT_SHORT))
		len /= 2;
	if (fault_take(u, FAULT_NOCR) && buf[len - 1] == '\r')
		len--;
	if (fault_take(u, FAULT_LONG) && (size_t)len + 3 <= cap) {
		memcpy(buf + len - 1, "123\r", 4);
		len += 3;
	}
	if (fault_take(u, FAULT_TWOCR) && (size_t)len + 1 <= cap)
		buf[len++] = '\r';
	if (fault_take(u, FAULT_NUL))
		buf[len / 2] = 0;
	if (fault_take(u, FAULT_STRAY) && len + sizeof(stray) <= cap) {
		memmove(buf + sizeof(stray), buf, len);
		memcpy(buf, stray, sizeof(stray));
		len += sizeof(stray);
	}
	return len;
}
