// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sections of a ups.conf, as people write them: which of several is for a device,
 * and what its quotes, comments and long lines mean.
 */
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

#include "lib/log.h"
#include "upsyd/config.h"

static char dir[] = "/tmp/upsy-config-XXXXXX";

static void put(const char *name, const char *text)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static const char *const attributes[][2] = {
	{ "idVendor", "0665\n" }, { "idProduct", "5161\n" }, { "serial", "00A1B2 \n" },
	{ "manufacturer", "  INNO TECH\n" }, { "product", "USB to Serial\n" }, { "busnum", "3\n" },
	{ "devnum", "12\n" },
};

static int setup(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
		put(attributes[i][0], attributes[i][1]);
	return 0;
}

static int teardown(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* @dev: of which the option @name must be @value */
static void expect_of(const struct config_device *dev, const char *text, const char *name,
		      const char *value)
{
	struct options *o;
	char path[64];
	const char *is;

	put("conf", text);
	snprintf(path, sizeof(path), "%s/conf", dir);
	assert_int_equal(config_load(path, true, dev, &o), 0);
	is = option_text(o, name);
	if (!value != !is || (value && strcmp(is, value)))
		fail_msg("%s is \"%s\", not \"%s\"; %s", name, is ? is : "(not set)",
			 value ? value : "(not set)", text);
	options_free(o);
}

/* A USB device as sysfs shows it. */
static void expect_usb(const char *text, const char *value)
{
	struct config_device dev = { .name = "/sys/devices/pci/usb3/3-1" };

	config_look_at_usb(dir, &dev);
	expect_of(&dev, text, "offdelay", value);
}

static void expect_serial(const char *device, const char *text, const char *name,
			  const char *value)
{
	struct config_device dev;

	config_look_at(device, &dev);
	expect_of(&dev, text, name, value);
}

static void test_look(void **state)
{
	struct config_device dev = { .name = "x" };

	config_look_at_usb(dir, &dev);
	assert_int_equal(dev.vendor, 0x0665);
	assert_int_equal(dev.product, 0x5161);
	assert_string_equal(dev.serial, "00A1B2");
	assert_string_equal(dev.maker, "INNO TECH");
	assert_string_equal(dev.model, "USB to Serial");
	assert_string_equal(dev.bus, "003");
	assert_string_equal(dev.number, "012");

	/* one that tells less, or is not there any more */
	memset(&dev, 0, sizeof(dev));
	config_look_at_usb("/nowhere", &dev);
	assert_int_equal(dev.vendor, 0);
	assert_string_equal(dev.serial, "");
	assert_string_equal(dev.maker, "");
	put("serial", "\n");
	config_look_at_usb(dir, &dev);
	assert_string_equal(dev.serial, "");
	put("serial", "00A1B2 \n");
}

/* Regular expressions for the whole, in any case. */
static void test_matching(void **state)
{
	static const struct { const char *lines; bool fits; } of[] = {
		{ "vendorid = 0665", true }, { "vendorid = 665", true }, { "vendorid = 0x0665",
		  true },
		{ "vendorid = 06.*", true }, { "vendorid = 06", false }, { "vendorid = 051d",
		  false },
		{ "vendorid = (0665|051d)", true }, { "productid = 51[67]1", true },
		{ "productid = 0002", false }, { "vendorid = 0665\nproductid = 0002", false },
		{ "vendor = INNO TECH", true }, { "vendor = \"inno.*\"", true }, { "vendor = INNO",
		  false },
		{ "product = \".*(Smart|USB) .*\"", true }, { "product = \"USB\"", false },
		{ "serial = 00a1b2", true }, { "serial = 00A1", false }, { "serial = .*", true },
		{ "bus = 003", true }, { "bus = \"00[2-3]\"", true }, { "bus = 004", false },
		{ "bus = 3", false }, { "device = 012", true }, { "device = \"01[0-1]\"", false },
		{ "port = auto", true }, { "port = AUTO", true }, { "port = auto\nserial = X",
		  false },
		{ "port = auto\nvendorid = (", false }, { "desc = nothing that names it", false },
		/* drivers for USB alone do not look at it */
		{ "driver = usbhid-ups\nport = /dev/usb/hiddev0", true },
		{ "driver = blazer_usb\nport = /dev/ttyS0\nvendorid = 0665", true },
		{ "driver = nutdrv_qx\nport = /dev/ttyS0", false },
		{ "driver = nutdrv_qx\nport = /dev/ttyS0\nvendorid = 0665", false },
		{ "device = usb:0665:5161", true }, { "device = usb:0665:5161:00A1B2", true },
		{ "device = usb:0665:5162\nvendorid = 0665", false },
	};
	char text[256];

	log_set_level(0);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		snprintf(text, sizeof(text), "[a]\n%s\noffdelay = 20\n", of[i].lines);
		expect_usb(text, of[i].fits ? "20" : NULL);
	}
}

/* What names the device goes before what is for any, and of two for any none counts. */
static void test_several(void **state)
{
	log_set_level(0);
	expect_usb("[a]\nport = auto\noffdelay = 20\n[b]\nport = auto\nvendorid = 0665\n", NULL);
	expect_usb("[b]\nvendorid = 0665\nport = auto\noffdelay = 30\n[a]\nport = auto\noffdelay = 20\n",
		   "30");
	expect_usb("[a]\nport = auto\noffdelay = 20\n[b]\nport = auto\nvendorid = 051d\n", "20");
	expect_usb("[a]\nport = auto\noffdelay = 20\n[b]\nport = auto\nondelay = 60\n", NULL);
	expect_usb("offdelay = 10\n[a]\nport = auto\noffdelay = 20\n[b]\nport = auto\n", "10");
	expect_usb("[usb:0665:5161]\noffdelay = 40\n[global]\noffdelay = 10\n", "40");
}

static void test_links(void **state)
{
	char text[256], link[64], file[64];

	snprintf(link, sizeof(link), "%s/by-id", dir);
	snprintf(file, sizeof(file), "%s/idVendor", dir);
	assert_int_equal(symlink(file, link), 0);
	snprintf(text, sizeof(text), "[a]\ndriver = nutdrv_qx\nport = %s\noffdelay = 20\n", link);
	expect_serial(file, text, "offdelay", "20");
	snprintf(text, sizeof(text), "[a]\nport = %s/other\noffdelay = 20\n", dir);
	expect_serial(file, text, "offdelay", NULL);
}

static void test_lines(void **state)
{
	static const struct { const char *lines, *name, *value; } of[] = {
		{ "battery_packs = 12   # cells", "battery_packs", "12" },
		{ "novendor # it hangs", "novendor", "" }, { "novendor", "novendor", "" },
		{ "novendor\t# a = b", "novendor", "" },
		{ "desc = \"Under # the desk\"", "desc", "Under # the desk" },
		{ "desc = \"a ; b\"  # c", "desc", "a ; b" }, { "desc = a#b", "desc", "a#b" },
		{ "desc = \"say \\\"UPS\\\"\" # x", "desc", "say \"UPS\"" },
		{ "desc = \"back\\\\slash\"", "desc", "back\\slash" }, { "desc = a\\#b", "desc",
		  "a#b" },
		{ "runtimecal = 240,100,\\\n720,50", "runtimecal", "240,100,720,50" },
		{ "   runtimecal\t=240,100,720,50", "runtimecal", "240,100,720,50" },
		{ "override.battery.packs=12", "override.battery.packs", "12" },
		{ "# offdelay = 1\n; offdelay = 2\noffdelay = 3", "offdelay", "3" },
		{ "DESC = x", "desc", "x" }, { "desc = \"\"", "desc", "" },
		{ "battery.voltage.low = 24", "battery.voltage.low", "24" },
		{ "nooutstats", "nooutstats", "" }, { "reset_to_default", "reset_to_default", "" },
		{ "usb_hid_ep_in = 4", "usb_hid_ep_in", "4" }, { "sdcommands = x", "sdcommands",
		  "x" },
	};
	char text[256];

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		snprintf(text, sizeof(text), "[a]\ndevice = /dev/ttyS0\n%s\n[b]\nport = x\n",
			 of[i].lines);
		expect_serial("/dev/ttyS0", text, of[i].name, of[i].value);
		/* and at the end of the file, without a newline */
		snprintf(text, sizeof(text), "[a]\ndevice = /dev/ttyS0\n%s", of[i].lines);
		expect_serial("/dev/ttyS0", text, of[i].name, of[i].value);
	}
	/* more than fits is left out, also when it comes in pieces */
	log_set_level(0);
	snprintf(text, sizeof(text), "[/dev/ttyS0]\ndesc = %0150d\\\n%060d\noffdelay = 5\n", 1, 2);
	expect_serial("/dev/ttyS0", text, "desc", NULL);
	expect_serial("/dev/ttyS0", text, "offdelay", "5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_matching),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_lines),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, setup, teardown);
}
