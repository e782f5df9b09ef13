// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsy-id [--wake] SYSPATH - is this USB device a UPS?
 *
 * Called by udev (96-upsy.rules) with the sysfs path of a USB device, or of
 * anything below one. Prints "UPSY=hid" and exits 0 when one of the device's
 * HID report descriptors has a UPS, a power supply or a battery system of the
 * Power Device page (0x84) as a top-level collection; exits 1 when not. With
 * --wake it also sends the USB device a "change" event, on which the rules
 * look at it again.
 *
 * It runs as root on whatever is plugged in. So: no allocation, fixed bounds,
 * and it never talks to the device; the kernel has read the descriptor.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DESCRIPTOR_MAX	16384	/* HID_MAX_DESCRIPTOR_SIZE of the newest kernels */
#define USAGES_MAX	16
#define PAGE_POWER	0x84
#define PAGE_POWERCOM	0x02	/* 0d9f:0001 has its usages here */

/* Item types and tags: Device Class Definition for HID 1.11, 6.2.2 */
enum item_type { ITEM_MAIN, ITEM_GLOBAL, ITEM_LOCAL };
enum { MAIN_COLLECTION = 0xa, MAIN_END_COLLECTION = 0xc };
enum { GLOBAL_PAGE = 0x0, GLOBAL_PUSH = 0xa, GLOBAL_POP = 0xb };
enum { LOCAL_USAGE = 0x0 };

/* Usage Tables for HID Power Devices 1.0, 4.1: UPS, PowerSupply, BatterySystem */
static bool is_power_usage(uint32_t usage)
{
	return usage == (PAGE_POWER << 16 | 0x04) || usage == (PAGE_POWER << 16 | 0x05) ||
	       usage == (PAGE_POWER << 16 | 0x10);
}

struct scan {
	bool powercom;
	uint32_t page, pushed;
	uint32_t usage[USAGES_MAX];
	unsigned int usages, depth;
};

/* Returns true when a top-level collection of a power device begins here. */
static bool main_item(struct scan *s, unsigned int tag)
{
	bool found = false;

	if (tag == MAIN_COLLECTION) {
		for (unsigned int i = 0; s->depth == 0 && i < s->usages; i++)
			found = found || is_power_usage(s->usage[i]) ||
				(s->powercom && s->usage[i] == (PAGE_POWERCOM << 16 | 0x04));
		s->depth++;
	} else if (tag == MAIN_END_COLLECTION && s->depth > 0) {
		s->depth--;
	}
	s->usages = 0;
	return found;
}

static void global_item(struct scan *s, unsigned int tag, uint32_t value)
{
	if (tag == GLOBAL_PAGE)
		s->page = value & 0xffff;
	else if (tag == GLOBAL_PUSH)
		s->pushed = s->page;
	else if (tag == GLOBAL_POP)
		s->page = s->pushed;
}

static void local_item(struct scan *s, unsigned int tag, uint32_t value, size_t size)
{
	if (tag == LOCAL_USAGE && s->usages < USAGES_MAX)
		s->usage[s->usages++] = size == 4 ? value : s->page << 16 | value;
}

static bool descriptor_is_ups(const uint8_t *d, size_t len, bool powercom)
{
	/* one whose first bytes are lost begins without its page */
	struct scan s = { .powercom = powercom, .page = PAGE_POWER, .pushed = PAGE_POWER };

	while (len > 0) {
		size_t size = (d[0] & 3) == 3 ? 4 : d[0] & 3;
		uint32_t value = 0;

		if (d[0] == 0xfe)	/* long item: its size is in the next byte */
			size = len > 1 ? 2u + d[1] : len;
		if (size >= len)
			return false;
		for (size_t i = size; d[0] != 0xfe && i > 0; i--)
			value = value << 8 | d[i];

		switch (d[0] == 0xfe ? 3 : d[0] >> 2 & 3) {
		case ITEM_MAIN:
			if (main_item(&s, d[0] >> 4))
				return true;
			break;
		case ITEM_GLOBAL:
			global_item(&s, d[0] >> 4, value);
			break;
		case ITEM_LOCAL:
			local_item(&s, d[0] >> 4, value, size);
			break;
		}
		d += 1 + size;
		len -= 1 + size;
	}
	return false;
}

static bool file_is_ups(const char *path, bool powercom)
{
	static uint8_t descriptor[DESCRIPTOR_MAX];
	size_t len = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	while (len < sizeof(descriptor)) {
		n = read(fd, descriptor + len, sizeof(descriptor) - len);
		if (n <= 0)
			break;
		len += n;
	}
	close(fd);
	return descriptor_is_ups(descriptor, len, powercom);
}

/* Calls @test for each entry of @dir with @mark in its name, until it says yes. */
static bool any_entry(const char *dir, const char *mark, bool (*test)(const char *path))
{
	char path[PATH_MAX];
	struct dirent *e;
	bool found = false;
	DIR *d = opendir(dir);

	if (!d)
		return false;
	while (!found && (e = readdir(d))) {
		if (!strstr(e->d_name, mark))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) < (int)sizeof(path))
			found = test(path);
	}
	closedir(d);
	return found;
}

static bool hid_is_ups(const char *hid)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/report_descriptor", hid) >= (int)sizeof(path))
		return false;
	return file_is_ups(path, strstr(hid, "/0003:0D9F:0001."));
}

/* HID devices on USB are named BUS:VENDOR:PRODUCT.n with BUS_USB = 3. */
static bool interface_is_ups(const char *interface)
{
	return any_entry(interface, "0003:", hid_is_ups);
}

/* Cuts @path down to the nearest USB device; only they have idVendor. */
static bool to_usb_device(char *path)
{
	char file[PATH_MAX];
	char *slash;

	for (;;) {
		if (snprintf(file, sizeof(file), "%s/idVendor", path) >= (int)sizeof(file))
			return false;
		if (access(file, F_OK) == 0)
			return true;
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return false;
		*slash = '\0';
	}
}

static void wake(const char *device)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/uevent", device) >= (int)sizeof(path))
		return;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "change", 6) != 6)
		perror(path);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	bool waking = argc == 3 && !strcmp(argv[1], "--wake");
	char device[PATH_MAX];

	if (argc != 2 && !waking) {
		fprintf(stderr, "usage: upsy-id [--wake] SYSPATH\n");
		return 2;
	}
	if (!realpath(argv[argc - 1], device)) {
		perror(argv[argc - 1]);
		return 1;
	}
	/* Interfaces are BUS-PORT:CONFIGURATION.n; what hangs on a hub has no colon. */
	if (!to_usb_device(device) || !any_entry(device, ":", interface_is_ups))
		return 1;
	puts("UPSY=hid");
	if (waking)
		wake(device);
	return 0;
}
