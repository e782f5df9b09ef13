// SPDX-License-Identifier: GPL-2.0-or-later
/* upsy.conf and NUT's ups.conf: which options which device gets. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/log.h"
#include "upsyd/config.h"
#include "upsyd/remember.h"

static char path[] = "/tmp/upsy-config-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(path);

	return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
	return unlink(path);
}

/* The options that @device gets from a file of this text. */
static struct options *load(const char *text, const char *device)
{
	struct config_device dev;
	struct options *o = NULL;
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	config_look_at(device, &dev);
	assert_int_equal(config_load(path, true, &dev, &o), 0);
	return o;
}

static void expect(const char *text, const char *device, const char *name, const char *value)
{
	struct options *o = load(text, device);
	const char *is = option_text(o, name);

	if (!value && is)
		fail_msg("%s of %s is \"%s\"", name, device, is);
	if (value && (!is || strcmp(is, value)))
		fail_msg("%s of %s is \"%s\", not \"%s\"", name, device, is ? is : "(not set)", value);
	options_free(o);
}

static const char sections[] =
	"offdelay = 10\n"
	"# a comment\n"
	"[global]\n"
	"ondelay = 1\n"
	"[serial:/dev/ttyS0]\n"
	"offdelay = 20 ; and a comment\n"
	"novendor\n"
	"[usb:0463:FFFF]\n"
	"offdelay = 30\n"
	"[usb:0463:ffff:ABC]\n"
	"offdelay = 40\n"
	"[guard]\n"
	"minsupplies = 2\n";

static void test_sections(void **state)
{
	expect(sections, "serial:/dev/ttyS1", "offdelay", "10");
	expect(sections, "serial:/dev/ttyS1", "ondelay", "1");
	expect(sections, "serial:/dev/ttyS1", "novendor", NULL);
	expect(sections, "serial:/dev/ttyS0", "offdelay", "20");
	expect(sections, "/dev/ttyS0", "offdelay", "20");
	expect(sections, "/dev/ttyS0", "novendor", "");
	expect(sections, "usb:0463:ffff", "offdelay", "30");
	expect(sections, "usb:0463:ffff:XYZ", "offdelay", "30");
	expect(sections, "usb:0463:ffff:ABC", "offdelay", "40");
	expect(sections, "usb:051d:0002", "offdelay", "10");
	expect(sections, "usb:051d:0002", "minsupplies", NULL);
}

/* Lines as they stand in a ups.conf. */
static const char nut[] =
	"maxretry = 3\n"
	"[eaton]\n"
	"\tdriver = usbhid-ups\n"
	"\tport = auto\n"
	"\tvendorid = 0463\n"
	"\tdesc = \"Under the desk\"\n"
	"\toffdelay = 60\n"
	"[old]\n"
	"\tdriver = nutdrv_qx\n"
	"\tport = /dev/ttyUSB0\n"
	"\truntimecal = 240,100,720,50\n"
	"\tdefault.battery.voltage.high = 13.8\n"
	"\tnorating\n";

static void test_nut(void **state)
{
	expect(nut, "usb:0463:ffff", "offdelay", "60");
	expect(nut, "usb:0463:ffff", "desc", "Under the desk");
	expect(nut, "usb:051d:0002", "offdelay", NULL);
	expect(nut, "serial:/dev/ttyUSB0", "runtimecal", "240,100,720,50");
	expect(nut, "serial:/dev/ttyUSB0", "default.battery.voltage.high", "13.8");
	expect(nut, "serial:/dev/ttyUSB0", "norating", "");
	expect(nut, "serial:/dev/ttyUSB0", "offdelay", NULL);
	expect("[any]\nport = auto\noffdelay = 5\n", "usb:1234:5678", "offdelay", "5");
	expect("[any]\nport = auto\noffdelay = 5\n", "serial:/dev/ttyS0", "offdelay", NULL);
	expect("[x]\ndevice = usb:1234:5678\noffdelay = 5\n", "usb:1234:5678", "offdelay", "5");
}

/* What nobody understands costs itself, and nothing else. */
static void test_nonsense(void **state)
{
	char line[1024], text[4096];

	expect("[serial:/dev/ttyS0]\nnonsense = 1\noffdelay = 5\n", "/dev/ttyS0", "nonsense", NULL);
	expect("[serial:/dev/ttyS0]\nnonsense = 1\noffdelay = 5\n", "/dev/ttyS0", "offdelay", "5");
	expect("= 5\n[serial:/dev/ttyS0\noffdelay = 5\n", "/dev/ttyS1", "offdelay", "5");
	expect("\xef\xbb\xbf[global]\r\noffdelay=7\r\n", "/dev/ttyS0", "offdelay", "7");
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	snprintf(text, sizeof(text), "desc = %s\noffdelay = 6\n[%s]\noffdelay = 9\n", line, line);
	expect(text, "/dev/ttyS0", "desc", NULL);
}

static void test_no_file(void **state)
{
	struct config_device dev;
	struct options *o;

	config_look_at("/dev/ttyS0", &dev);
	assert_int_equal(config_load("/nowhere/upsy.conf", false, &dev, &o), 0);
	assert_null(option_text(o, "offdelay"));
	options_free(o);
	assert_int_equal(config_load("/nowhere/upsy.conf", true, &dev, &o), -ENOENT);
	assert_null(o);
	assert_int_equal(config_load("/", true, &dev, &o), -EIO);
	assert_null(o);
}

/* What a device spoke the last time is known the next time, for it alone. */
static void test_remember(void **state)
{
	struct ups ups = { .opt = options_new() };
	char dir[] = "/tmp/upsy-remember-XXXXXX", file[128];
	struct options *o = options_new();

	assert_non_null(mkdtemp(dir));
	strcpy(ups.id.protocol, "qx/megatec");
	remember_load(dir, "serial:/dev/ttyS0", o);
	assert_null(option_text(o, "remembered.dialect"));
	remember_save(dir, "serial:/dev/ttyS0", &ups);
	remember_load(dir, "serial:/dev/ttyS1", o);
	assert_null(option_text(o, "remembered.dialect"));
	remember_load(dir, "serial:/dev/ttyS0", o);
	assert_string_equal(option_text(o, "remembered.dialect"), "megatec");
	/* no directory costs nothing but the memory */
	remember_save("/nowhere", "serial:/dev/ttyS0", &ups);
	snprintf(file, sizeof(file), "%s/serial--dev-ttyS0.dialect", dir);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(dir), 0);
	options_free(o);
	options_free((struct options *)ups.opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_nut),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_remember),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("config", tests, setup, teardown);
}
