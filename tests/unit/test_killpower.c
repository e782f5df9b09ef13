// SPDX-License-Identifier: GPL-2.0-or-later
/* When the UPS is switched off at the end, and how the hook finds it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/journal.h"
#include "lib/options.h"
#include "upsy-killpower/wanted.c"
#include "upsyd/stash.h"

static int warnings;

/* Not into the real journal of whoever runs the tests. */
void journal_event(const char *id, enum log_level level, const char *ups, const char *fmt, ...)
{
	warnings += !strcmp(id, MESSAGE_CANNOT_CUT);
}

static const struct {
	const char *name;
	enum kill_power option;
	struct ending e;
	bool wanted;
} cases[] = {
	{ "upsy's own", KILL_AUTO, { "poweroff", true, 1, 1, 1 }, true },
	{ "upsy's own, mains came back", KILL_AUTO, { "poweroff", true, 1, 0, 0 }, true },
	{ "upsy's own, module gone", KILL_AUTO, { "poweroff", true, 0, 0, 0 }, true },
	{ "upsy's own, halt", KILL_AUTO, { "halt", true, 1, 1, 1 }, true },
	{ "UPower's, critical", KILL_AUTO, { "poweroff", false, 1, 1, 1 }, true },
	{ "a person's, on line", KILL_AUTO, { "poweroff", false, 1, 0, 0 }, false },
	{ "a person's, in an outage", KILL_AUTO, { "poweroff", false, 1, 1, 0 }, false },
	{ "a person's, one of two critical", KILL_AUTO, { "poweroff", false, 2, 1, 1 }, false },
	{ "both discharging, one critical", KILL_AUTO, { "poweroff", false, 2, 2, 1 }, true },
	{ "a person's, no UPS", KILL_AUTO, { "poweroff", false, 0, 0, 0 }, false },
	{ "always", KILL_ALWAYS, { "poweroff", false, 1, 0, 0 }, true },
	{ "always, but reboot", KILL_ALWAYS, { "reboot", false, 1, 1, 1 }, false },
	{ "stamped, but reboot", KILL_AUTO, { "reboot", true, 1, 1, 1 }, false },
	{ "stamped, but kexec", KILL_ALWAYS, { "kexec", true, 1, 1, 1 }, false },
	{ "a verb nobody knows", KILL_ALWAYS, { "soft-reboot", true, 1, 1, 1 }, false },
	{ "no verb", KILL_ALWAYS, { "", true, 1, 1, 1 }, false },
	{ "never", KILL_NEVER, { "poweroff", true, 1, 1, 1 }, false },
};

static void wanted(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = NULL;

		if (kill_wanted(cases[i].option, &cases[i].e, &why) != cases[i].wanted)
			fail_msg("%s: %s", cases[i].name, why);
		assert_non_null(why);
	}
}

static char dir[] = "/tmp/upsy-test-XXXXXX";

static void put(const char *supply, const char *name, const char *value)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, supply);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", dir, supply, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", value);
	fclose(f);
}

static void supplies(void **state)
{
	struct ending e = { .verb = "poweroff" };

	put("BAT0", "status", "Discharging");
	put("BAT0", "capacity_level", "Critical");
	put("BAT_UPS0", "status", "Discharging");
	put("BAT_UPS0", "capacity_level", "Critical");
	put("BAT_UPS1", "status", "Full");
	put("BAT_UPS1", "capacity_level", "Critical");
	put("BAT_UPS2", "status", "Discharging");
	put("BAT_UPS2", "capacity_level", "Critical");
	put("BAT_UPS2", "scope", "Device");
	look_at_supplies(dir, &e);
	assert_int_equal(e.upses, 2);
	assert_int_equal(e.discharging, 1);
	assert_int_equal(e.critical, 1);
}

static void stash(void **state)
{
	static const struct protocol driver = { .name = "qx" };
	struct options *opt = options_new();
	struct ups ups = { .protocol = &driver, .opt = opt };
	char path[256], device[300];
	struct stash s;

	strcpy(ups.id.protocol, "qx/megatec");
	strcpy(ups.id.model_name, "Test = 1");
	ups.actions = 1U << UPSY_ACTION_SHUTDOWN_RETURN;
	snprintf(path, sizeof(path), "%s/3.kill", dir);
	snprintf(device, sizeof(device), "/sys/devices/pci0000:00/0000:00:14.0/0000:01:00.0/usb1/1-2/1-2.4/1-2.4.3");

	stash_write(dir, 3, device, &ups, true, "/etc/upsy/upsy.conf");
	assert_int_equal(stash_read(path, &s), 0);
	assert_string_equal(s.device, device);
	assert_string_equal(s.config, "/etc/upsy/upsy.conf");
	assert_string_equal(s.protocol, "qx");
	assert_string_equal(s.dialect, "megatec");
	assert_string_equal(s.model, "Test = 1");
	assert_false(s.stayoff);
	assert_int_equal(warnings, 0);

	/* The same device under another number: the old one is forgotten. */
	stash_write(dir, 4, device, &ups, true, NULL);
	assert_int_equal(stash_read(path, &s), -ENOENT);
	stash_write(dir, 3, device, &ups, true, NULL);

	/* Feeds something else: never told to switch off. */
	stash_write(dir, 3, device, &ups, false, NULL);
	assert_int_equal(stash_read(path, &s), -ENOENT);
	assert_int_equal(warnings, 0);

	/* Cannot do it: said now. */
	stash_write(dir, 3, device, &ups, true, NULL);
	ups.actions = 0;
	stash_write(dir, 3, device, &ups, true, NULL);
	assert_int_equal(stash_read(path, &s), -ENOENT);
	assert_int_equal(warnings, 1);

	options_set(opt, "stayoff", "");
	ups.actions = 1U << UPSY_ACTION_SHUTDOWN_STAYOFF;
	strcpy(ups.id.protocol, "hid");
	stash_write(dir, 3, device, &ups, true, NULL);
	assert_int_equal(stash_read(path, &s), 0);
	assert_true(s.stayoff);
	assert_string_equal(s.dialect, "");
	options_free(opt);
	unlink(path);
}

static void bad_stash(void **state)
{
	static const char *const texts[] = { "", "device=/dev/ttyS0\n", "protocol=qx\n", "\n\n=\n=x", "rubbish" };
	char path[256], text[4096];
	struct stash s;
	FILE *f;

	snprintf(path, sizeof(path), "%s/bad.kill", dir);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		f = fopen(path, "w");
		fputs(texts[i], f);
		fclose(f);
		assert_int_equal(stash_read(path, &s), -EINVAL);
	}
	memset(text, 'x', sizeof(text));
	memcpy(text, "device=", 7);
	f = fopen(path, "w");
	fwrite(text, sizeof(text), 1, f);
	fclose(f);
	assert_int_equal(stash_read(path, &s), -EINVAL);
	unlink(path);
}

static void devices(void **state)
{
	assert_true(stash_device_allowed("usb:0665:5161"));
	assert_true(stash_device_allowed("/sys/devices/pci0000:00/usb1/1-2"));
	assert_true(stash_device_allowed("serial:/dev/ttyUSB0"));
	assert_true(stash_device_allowed("/dev/serial/by-id/usb-FTDI"));
	assert_false(stash_device_allowed("serial:/dev/sda"));
	assert_false(stash_device_allowed("/dev/watchdog"));
	assert_false(stash_device_allowed("serial:/dev/tty/../sda"));
	assert_false(stash_device_allowed("replay:/etc/shadow"));
	assert_false(stash_device_allowed("snmp://10.0.0.1"));
}

static int setup(void **state)
{
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(wanted),
		cmocka_unit_test(supplies),
		cmocka_unit_test(stash),
		cmocka_unit_test(bad_stash),
		cmocka_unit_test(devices),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
