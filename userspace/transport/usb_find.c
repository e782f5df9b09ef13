// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding a USB device in sysfs. Nothing is sent to any device here, and no
 * driver is detached: what decides is what the kernel has already read. A
 * keyboard or mouse must never be chosen.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "transport/usb.h"

#define SYS_USB "/sys/bus/usb/devices"
#define PATH_LEN 1024	/* of a device, an interface and what is in it; the stack counts as memory */

static ssize_t read_file(const char *dir, const char *name, void *buf, size_t len)
{
	int at = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;
	ssize_t n;

	if (at < 0)
		return -errno;
	fd = openat(at, name, O_RDONLY | O_CLOEXEC);
	n = -errno;
	close(at);
	if (fd < 0)
		return n;
	n = read(fd, buf, len);
	if (n < 0)
		n = -errno;
	close(fd);
	return n;
}

static void read_text(const char *dir, const char *name, char *buf, size_t len)
{
	ssize_t n = read_file(dir, name, buf, len - 1);

	if (n < 0)
		n = 0;
	while (n > 0 && isspace((unsigned char)buf[n - 1]))
		n--;
	buf[n] = '\0';
}

static int read_number(const char *dir, const char *name, int base)
{
	char text[32];
	char *end;
	long v;

	read_text(dir, name, text, sizeof(text));
	v = strtol(text, &end, base);
	return end == text || v < 0 || v > INT_MAX ? -1 : (int)v;
}

/* The kernel's copy of the report descriptor: <interface>/<bus:vid:pid.n>/report_descriptor */
static size_t read_kernel_desc(const char *ifdir, uint8_t *buf, size_t len)
{
	struct dirent *e;
	ssize_t n = 0;
	DIR *d = opendir(ifdir);

	if (!d)
		return 0;
	while (n <= 0 && (e = readdir(d))) {
		char path[PATH_LEN];

		if (!strchr(e->d_name, ':') ||
		    snprintf(path, sizeof(path), "%s/%s", ifdir, e->d_name) >= (int)sizeof(path))
			continue;
		n = read_file(path, "report_descriptor", buf, len);
	}
	closedir(d);
	return n > 0 ? (size_t)n : 0;
}

enum fitness { UNFIT, POSSIBLE, FIT };

/* How well an interface serves @want, by what the kernel knows of it. */
static enum fitness judge_interface(const char *ifdir, unsigned int want, bool force,
				    uint8_t *desc, size_t *desc_len, size_t desc_max)
{
	int class = read_number(ifdir, "bInterfaceClass", 16);
	int protocol = read_number(ifdir, "bInterfaceProtocol", 16);

	*desc_len = class == LIBUSB_CLASS_HID ? read_kernel_desc(ifdir, desc, desc_max) : 0;
	if (class == LIBUSB_CLASS_HUB)
		return UNFIT;
	if (*desc_len && usbhid_is_power_device(desc, *desc_len))
		return FIT;
	if (class == LIBUSB_CLASS_HID &&
	    (protocol == 1 || protocol == 2 || usbhid_is_human_input(desc, *desc_len)))
		return UNFIT;
	if (want & TRANSPORT_USB)
		return class == LIBUSB_CLASS_HID || class == LIBUSB_CLASS_VENDOR_SPEC ? POSSIBLE
										      : UNFIT;
	if (class != LIBUSB_CLASS_HID)
		return UNFIT;
	/* Without the kernel's copy only the device itself can tell. */
	return force || !*desc_len ? POSSIBLE : UNFIT;
}

static int choose_interface(struct usb_place *p, unsigned int want, bool force)
{
	enum fitness best = UNFIT;
	uint8_t *desc = malloc(sizeof(p->kernel_desc));
	struct dirent *e;
	DIR *d;

	if (!desc)
		return -ENOMEM;
	d = opendir(p->syspath);
	if (!d) {
		free(desc);
		return -ENOENT;
	}
	p->interface = -1;
	while ((e = readdir(d))) {
		char ifdir[PATH_LEN];
		enum fitness f;
		size_t len;
		int n;

		/* "1-2:1.0": interfaces are the only children with a colon */
		if (!strchr(e->d_name, ':') ||
		    snprintf(ifdir, sizeof(ifdir), "%s/%s", p->syspath, e->d_name) >=
			    (int)sizeof(ifdir))
			continue;
		n = read_number(ifdir, "bInterfaceNumber", 16);
		if (n < 0)
			continue;
		f = judge_interface(ifdir, want, force, desc, &len, sizeof(p->kernel_desc));
		if (f == UNFIT || f < best || (f == best && n > p->interface))
			continue;
		best = f;
		p->interface = n;
		memcpy(p->kernel_desc, desc, len);
		p->kernel_desc_len = len;
	}
	closedir(d);
	free(desc);
	return best == UNFIT ? -ENXIO : 0;
}

static int load_device(const char *syspath, struct usb_place *p)
{
	const char *name = strrchr(syspath, '/');
	int vendor, product, release;

	memset(p, 0, sizeof(*p));
	p->interface = -1;
	if (!name || snprintf(p->syspath, sizeof(p->syspath), "%s", syspath) >=
			     (int)sizeof(p->syspath))
		return -ENAMETOOLONG;
	vendor = read_number(syspath, "idVendor", 16);
	product = read_number(syspath, "idProduct", 16);
	release = read_number(syspath, "bcdDevice", 16);
	p->bus = read_number(syspath, "busnum", 10);
	p->dev = read_number(syspath, "devnum", 10);
	if (vendor < 0 || product < 0 || p->bus < 0 || p->dev < 0)
		return -ENODEV;
	p->info.vendor = (uint16_t)vendor;
	p->info.product = (uint16_t)product;
	p->info.release = (uint16_t)(release < 0 ? 0 : release);
	snprintf(p->info.port, sizeof(p->info.port), "%s", name + 1);
	read_text(syspath, "manufacturer", p->info.manufacturer, sizeof(p->info.manufacturer));
	read_text(syspath, "product", p->info.product_name, sizeof(p->info.product_name));
	read_text(syspath, "serial", p->info.serial, sizeof(p->info.serial));
	return 0;
}

/* A path of the device, or of anything below it. */
static int find_by_path(const char *device, struct usb_place *p)
{
	char *path = realpath(device, NULL), *slash;
	int ret;

	if (!path) {
		log_error("%s: no such device; is the UPS plugged in?", device);
		return -ENOENT;
	}
	while (read_number(path, "idVendor", 16) < 0) {
		slash = strrchr(path, '/');
		if (!slash || slash == path) {
			log_error("%s is not a USB device; see /sys/bus/usb/devices", device);
			free(path);
			return -EINVAL;
		}
		*slash = '\0';
	}
	ret = load_device(path, p);
	free(path);
	return ret;
}

static int find_by_id(const char *device, unsigned int want, bool force, struct usb_place *p)
{
	struct usb_place *found = NULL, *each = NULL;
	unsigned int vendor, product;
	const char *serial = NULL;
	int used = 0, matches = 0, ret = 0;
	struct dirent *e;
	DIR *d = NULL;

	if (sscanf(device, "usb:%4x:%4x%n", &vendor, &product, &used) != 2 ||
	    (device[used] && device[used] != ':')) {
		log_error("%s: write usb:VVVV:PPPP or usb:VVVV:PPPP:SERIAL, with the ids of lsusb",
			  device);
		return -EINVAL;
	}
	if (device[used] == ':')
		serial = device + used + 1;
	each = calloc(1, sizeof(*each));
	found = calloc(1, sizeof(*found));
	d = opendir(SYS_USB);
	if (!each || !found) {
		ret = -ENOMEM;
		goto out;
	}
	while (d && (e = readdir(d))) {
		char link[PATH_LEN], *path;
		bool loaded;

		if (e->d_name[0] == '.' || strchr(e->d_name, ':'))
			continue;
		snprintf(link, sizeof(link), "%s/%s", SYS_USB, e->d_name);
		if (read_number(link, "idVendor", 16) != (int)vendor ||
		    read_number(link, "idProduct", 16) != (int)product)
			continue;
		path = realpath(link, NULL);
		loaded = path && !load_device(path, each);
		free(path);
		if (!loaded)
			continue;
		if (serial && strcmp(serial, each->info.serial))
			continue;
		if (!matches++)
			*found = *each;
		else
			log_error("%s: %s matches too", device, each->syspath);
	}
	if (!matches) {
		log_error("%s: no such device on the bus; is the UPS plugged in and switched on?",
			  device);
		ret = -ENOENT;
	} else if (matches > 1) {
		log_error("%s names %d devices; add the serial number, or use the path %s",
			  device, matches, found->syspath);
		ret = -EINVAL;
	} else {
		*p = *found;
	}
out:
	if (d)
		closedir(d);
	free(each);
	free(found);
	return ret;
}

int usb_find(const char *device, unsigned int want, bool force, struct usb_place *p)
{
	int ret = strncmp(device, "usb:", 4) ? find_by_path(device, p)
					     : find_by_id(device, want, force, p);

	if (ret)
		return ret;
	ret = choose_interface(p, want, force);
	if (ret)
		log_error("%s (%04x:%04x %s) has no interface of a UPS; if it is one all the same, set force",
			  device, p->info.vendor, p->info.product, p->info.product_name);
	return ret;
}
