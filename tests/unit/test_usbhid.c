// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What decides whether an interface may be taken from the kernel: a UPS is, a
 * keyboard never is, whatever else its descriptor says.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "transport/usb.h"

#define SAYS(what, ...) \
	what((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void power_devices(void **state)
{
	assert_true(SAYS(usbhid_is_power_device, 0x05, 0x84, 0x09, 0x04, 0xa1, 0x01, 0xc0));
	/* behind another collection; by a usage of four bytes; after a long item */
	assert_true(SAYS(usbhid_is_power_device, 0x06, 0xa0, 0xff, 0x09, 0x01, 0xa1, 0x01, 0xc0,
			 0x05, 0x84, 0x09, 0x04, 0xa1, 0x01, 0xc0));
	assert_true(SAYS(usbhid_is_power_device, 0x0b, 0x04, 0x00, 0x84, 0x00, 0xa1, 0x01));
	assert_true(SAYS(usbhid_is_power_device, 0xfe, 0x02, 0x10, 0xaa, 0xbb, 0x05, 0x84, 0x09,
			 0x04, 0xa1, 0x01));
}

static void no_power_devices(void **state)
{
	/* a UPS inside something else, the wrong page, no collection, nothing */
	assert_false(SAYS(usbhid_is_power_device, 0x05, 0x84, 0x09, 0x04, 0xa1, 0x00, 0xc0));
	assert_false(SAYS(usbhid_is_power_device, 0x05, 0x86, 0x09, 0x04, 0xa1, 0x01, 0xc0));
	assert_false(SAYS(usbhid_is_power_device, 0x05, 0x84, 0x09, 0x04));
	assert_false(usbhid_is_power_device((const uint8_t *)"", 0));
	/* the usage belongs to the item before */
	assert_false(SAYS(usbhid_is_power_device, 0x05, 0x84, 0x09, 0x04, 0x81, 0x02, 0xa1, 0x01));
	/* cut in the middle of an item, or of a long one */
	assert_false(SAYS(usbhid_is_power_device, 0x05, 0x84, 0x0b, 0x04));
	assert_false(SAYS(usbhid_is_power_device, 0xfe, 0xff, 0x10, 0x05, 0x84));
}

static void human_input(void **state)
{
	assert_true(SAYS(usbhid_is_human_input, 0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0xc0));
	assert_true(SAYS(usbhid_is_human_input, 0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0xc0));
	assert_true(SAYS(usbhid_is_human_input, 0x06, 0xa0, 0xff, 0x09, 0x01, 0xa1, 0x01, 0xc0,
			 0x05, 0x01, 0x09, 0x06, 0xa1, 0x01));
	assert_false(SAYS(usbhid_is_human_input, 0x05, 0x84, 0x09, 0x04, 0xa1, 0x01, 0xc0));
	assert_false(SAYS(usbhid_is_human_input, 0x06, 0xa0, 0xff, 0x09, 0x04, 0xa1, 0x01));
}

static void devices_that_are_not_there(void **state)
{
	struct usb_place place;

	assert_int_equal(usb_find("usb:12", TRANSPORT_HID, false, &place), -EINVAL);
	assert_int_equal(usb_find("usb:dead:beef", TRANSPORT_HID, false, &place), -ENOENT);
	assert_int_equal(usb_find("/sys/devices/none", TRANSPORT_HID, false, &place), -ENOENT);
	assert_int_equal(usb_find("/sys/devices/system", TRANSPORT_HID, false, &place), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_devices),
		cmocka_unit_test(no_power_devices),
		cmocka_unit_test(human_input),
		cmocka_unit_test(devices_that_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
