// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzing of recordings: a file of any bytes is refused, or plays within the
 * buffers that it is given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/log.h"
#include "transport/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void play(struct transport *t)
{
	uint8_t buf[64];
	const uint8_t *desc;
	size_t len;

	transport_descriptor(t, &desc, &len);
	transport_start_input(t);
	for (int i = 0; i < 256; i++) {
		if (transport_get_report(t, HID_FEATURE, (uint8_t)i, buf, sizeof(buf)) >
		    (int)sizeof(buf))
			abort();
		transport_dispatch(t);
	}
	transport_set_report(t, HID_FEATURE, 1, buf, sizeof(buf));
	transport_string(t, 1, (char *)buf, sizeof(buf));
	for (int i = 0; i < 3; i++)
		if (transport_exchange(t, "Q1\r", 3, buf, sizeof(buf)) > (int)sizeof(buf))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];
	struct transport *t;

	if (fd < 0) {
		log_set_level(0);
		fd = memfd_create("recording", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size)
		return 0;
	if (replay_open(path, &t))
		return 0;
	play(t);
	transport_close(t);
	return 0;
}
