// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsyctl doctor - why does a UPS not show up?
 *
 * Follows a UPS's way from the socket to the icon: rules, module, daemon,
 * supplies, UPower, and whoever else may hold the device. Only looks, changes
 * nothing; every finding that is not good says what to do.
 */
#include <dirent.h>
#include <libudev.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "lib/log.h"
#include "lib/run.h"
#include "upsyctl/upsyctl.h"

#define CALL_MS 5000

struct report {
	json_t *list;
	unsigned int bad;
};

static void say(struct report *r, bool good, const char *what, const char *fix, ...)
	__attribute__((format(printf, 4, 5)));

/* @fix says what to do where it is not good; "" where it is. */
static void say(struct report *r, bool good, const char *what, const char *fix, ...)
{
	char text[512];
	va_list args;

	va_start(args, fix);
	vsnprintf(text, sizeof(text), fix, args);
	va_end(args);
	r->bad += !good;
	if (settings.json) {
		json_t *o = json_object();

		json_object_set_new(o, "good", json_boolean(good));
		json_object_set_new(o, "what", json_string(what));
		if (!good)
			json_object_set_new(o, "fix", json_string(text));
		json_array_append_new(r->list, o);
		return;
	}
	printf("%s%s%s  %s\n", paint(good ? COLOR_GOOD : COLOR_BAD), good ? "good" : "bad ",
	       paint(COLOR_OFF), what);
	if (!good)
		printf("      %s\n", text);
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool active(const char *unit)
{
	const char *const argv[] = { "systemctl", "is-active", "--quiet", unit, NULL };

	return run_command(argv, CALL_MS, NULL, 0) == 0;
}

static void check_rules(struct report *r)
{
	say(r, exists("/usr/lib/udev/rules.d/96-upsy.rules") ||
	       exists("/lib/udev/rules.d/96-upsy.rules") ||
	       exists("/etc/udev/rules.d/96-upsy.rules"),
	    "udev rules are installed", "install upsy with 'make install', then plug the UPS in anew");
}

static bool check_module(struct report *r)
{
	bool loaded = exists("/sys/module/upsy");

	say(r, loaded, "kernel module is loaded",
	    "'modprobe upsy'; if there is none for this kernel, 'dkms autoinstall' with the "
	    "kernel's headers installed, and with Secure Boot a key that signs it");
	return loaded;
}

/* USB devices that the rules took for UPSes, and whether their daemons run. */
static unsigned int check_devices(struct report *r)
{
	struct udev *udev = udev_new();
	struct udev_enumerate *e = udev ? udev_enumerate_new(udev) : NULL;
	struct udev_list_entry *entry;
	unsigned int found = 0;

	if (!e)
		goto out;
	udev_enumerate_add_match_subsystem(e, "usb");
	udev_enumerate_add_match_property(e, "UPSY", "*");
	udev_enumerate_scan_devices(e);
	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(e)) {
		const char *path = udev_list_entry_get_name(entry);
		const char *const escape[] = { "systemd-escape", "--path",
					       "--template=upsyd@.service", path, NULL };
		char unit[512], what[640];

		found++;
		if (run_command(escape, CALL_MS, unit, sizeof(unit)) != 0)
			continue;
		unit[strcspn(unit, "\n")] = '\0';
		snprintf(what, sizeof(what), "daemon runs for the UPS at %s", path);
		say(r, active(unit), what, "see why with 'journalctl -b -u %s', start it with "
		    "'systemctl start %s'", unit, unit);
	}
out:
	if (e)
		udev_enumerate_unref(e);
	if (udev)
		udev_unref(udev);
	return found;
}

static void check_supplies(struct report *r, unsigned int devices)
{
	struct ups_list list = { };
	struct upsy_link *link;
	char what[160];

	if (upsy_open(&link))
		return;
	if (!list_load(link, &list) && !list.n)
		say(r, false, "a UPS is registered", "%s", devices ?
		    "its daemon has not yet got a whole set of readings; see 'journalctl -b -t upsyd'" :
		    "plug one in by USB; for a serial one 'systemctl enable --now upsyd@dev-ttyS0'; for "
		    "a USB one that is not recognised send the output of 'upsyctl probe'");
	for (size_t i = 0; i < list.n; i++) {
		const struct upsy_ups *u = &list.ups[i];

		snprintf(what, sizeof(what), "BAT_UPS%u (%s) is fed", u->n, u->id.model_name);
		say(r, u->feed == UPSY_FEED_LIVE, what,
		    "its daemon is gone or silent; see 'journalctl -b -t upsyd'");
	}
	list_free(&list);
	upsy_close(link);
}

static void check_upower(struct report *r)
{
	const char *const argv[] = { "upower", "-e", NULL };
	char out[4096];

	if (run_command(argv, CALL_MS, out, sizeof(out)) != 0)
		return;
	if (exists("/sys/class/power_supply/BAT_UPS0"))
		say(r, strstr(out, "battery_BAT_UPS") != NULL, "UPower shows the UPS",
		    "'systemctl restart upower'");
	if (strstr(out, "ups_hiddev"))
		say(r, false, "UPower shows the UPS once",
		    "it also reads a UPS by itself; 'udevadm trigger -c change -s usbmisc', then "
		    "'systemctl restart upower'");
}

static void check_rivals(struct report *r)
{
	static const struct { const char *unit, *name; } rivals[] = {
		{ "nut-driver.service", "NUT" }, { "nut-driver.target", "NUT" },
		{ "nut-driver@*.service", "NUT" }, { "apcupsd.service", "apcupsd" },
	};

	for (size_t i = 0; i < sizeof(rivals) / sizeof(*rivals); i++) {
		char what[64];

		if (!active(rivals[i].unit))
			continue;
		snprintf(what, sizeof(what), "no one else holds the UPS");
		say(r, false, what,
		    "%s runs (%s) and takes UPSes away; if it has the same UPS: 'systemctl disable --now "
		    "%s'", rivals[i].name, rivals[i].unit, rivals[i].unit);
		return;
	}
}

int cmd_doctor(int argc, char **argv)
{
	struct report r = { .list = json_array() };
	unsigned int devices;

	if (argc > 1) {
		log_error("'doctor' takes no arguments");
		return STATUS_USAGE;
	}
	check_rules(&r);
	devices = check_devices(&r);
	if (check_module(&r))
		check_supplies(&r, devices);
	check_upower(&r);
	check_rivals(&r);
	if (settings.json) {
		json_dumpf(r.list, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(r.list);
	return r.bad ? STATUS_FAILED : STATUS_OK;
}
