// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsyctl probe - open a device, find out what it speaks, and print what it
 * offers. For a bug report, or before a section of upsy.conf is written. A
 * device that upsyd holds is busy; stop its service first.
 */
#include <errno.h>
#include <string.h>

#include "lib/log.h"
#include "upsyctl/upsyctl.h"
#include "upsyd/config.h"
#include "upsyd/device.h"

int cmd_probe(int argc, char **argv)
{
	struct config_device dev;
	struct options *opt = NULL;
	enum log_level level = log_level();
	struct ups ups = { };
	char buf[1024];
	int ret;

	if (settings.json) {
		log_error("'probe' prints text; for JSON use 'upsyd --once --dry-run --json DEVICE'");
		return STATUS_USAGE;
	}
	if (argc != 2) {
		log_error("say what to probe: 'upsyctl probe usb:051d:0002', or serial:/dev/ttyS0, "
			  "or the path of a USB device in /sys");
		return STATUS_USAGE;
	}
	config_look_at(argv[1], &dev);
	if (config_load(CONFIG_FILE, false, &dev, &opt))
		return STATUS_FAILED;
	/* of a device that nobody knows there is the more to be said */
	log_set_level(LOG_TRACE);
	ret = device_open(argv[1], opt, NULL, &ups);
	log_set_level(level);
	if (ret) {
		options_free(opt);
		return ret == -ENXIO ? STATUS_NO_UPS : STATUS_FAILED;
	}
	ret = ups.protocol->poll(&ups, POLL_FULL);
	if (ret)
		log_warn("it was recognised, but reading it failed: %s", strerror(-ret));
	printf("%s %s, protocol %s, link %s\n", ups.id.manufacturer, ups.id.model_name,
	       ups.id.protocol, ups.id.link);
	for (unsigned int i = 1; i <= UPSY_R_MAX; i++)
		if (reading_table[i].name && reading_known(&ups.now, i))
			printf("  %-24s %s\n", reading_table[i].name,
			       reading_text(&ups.now, i, buf, sizeof(buf)));
	printf("Actions:");
	for (unsigned int a = 0; action_names[a]; a++)
		if (ups.actions >> a & 1)
			printf(" %s", action_names[a]);
	putchar('\n');
	if (ups.protocol->describe)
		ups.protocol->describe(&ups, stdout);
	device_close(&ups);
	options_free(opt);
	return ret ? STATUS_FAILED : STATUS_OK;
}
