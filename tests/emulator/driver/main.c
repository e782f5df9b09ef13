// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsy-try: one protocol driver on one device, driven by lines of text, without
 * daemon, policy or kernel. For tests, and for looking at a UPS by hand.
 *
 *   upsy-try DEVICE [name=value…] <commands
 *
 *   probe             find the driver that claims the device
 *   poll [status]     read; prints state and readings
 *   wait MS           let the link work; unsolicited messages are taken
 *   action NAME [SETTING [VALUE]]
 *   ! COMMAND         of the shell, e.g. upsy-emu ctl … mains off
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/protocol.h"
#include "transport/transport.h"

static const char *const state_names[] = {
	"online", "discharging", "charging", "full", "low", "boost", "trim", "bypass", "eco",
	"test", "calibration", "off", "fault", "depleted",
};

static struct ups ups;

static void result(const char *what, int rc)
{
	printf("%s %s", what, rc < 0 ? strerrorname_np(-rc) : "ok");
}

static void on_input(void *ctx, const uint8_t *buf, size_t len)
{
	if (ups.protocol && ups.protocol->event)
		printf("event %d\n", ups.protocol->event(&ups, buf, len));
}

static int probe(const char *device)
{
	static const unsigned int wants[] = { TRANSPORT_HID, TRANSPORT_USB };
	int64_t start = clock_ms();
	int rc = -ENODEV;

	/* Once per kind of access where the device leaves the choice. */
	for (size_t w = 0; w < 2 && !ups.protocol; w++) {
		if (ups.link)
			transport_close(ups.link);
		ups.link = NULL;
		rc = transport_open(device, wants[w], ups.opt, &ups.link);
		if (rc == -ENXIO)	/* no interface of that kind */
			continue;
		if (rc)
			break;
		ups.link->input = on_input;
		for (int i = 0; protocols[i] && !ups.protocol; i++) {
			if (!(ups.link->ops->caps & protocols[i]->caps))
				continue;
			rc = protocols[i]->probe(&ups);
			if (!rc)
				ups.protocol = protocols[i];
			else if (rc != -ENODEV)
				break;
		}
		if (strncmp(device, "usb:", 4) && strncmp(device, "/sys/", 5))
			break;
	}
	result("probe", rc);
	if (!rc)
		printf(" protocol=%s manufacturer=\"%s\" model_name=\"%s\" serial_number=\"%s\" "
		       "firmware=\"%s\" link=\"%s\" actions=%#x", ups.id.protocol,
		       ups.id.manufacturer, ups.id.model_name, ups.id.serial_number,
		       ups.id.firmware, ups.id.link, ups.actions);
	printf("\n");
	log_info("probed in %lld ms", (long long)(clock_ms() - start));
	return rc;
}

static void poll_ups(const char *depth)
{
	const struct readings *r = &ups.now;
	bool status = depth && !strcmp(depth, "status");
	int rc = ups.protocol->poll(&ups, status ? POLL_STATUS : POLL_FULL);

	result("poll", rc);
	for (size_t i = 0; i < sizeof(state_names) / sizeof(state_names[0]); i++)
		if (r->state & r->state_known & 1u << i)
			printf(" +%s", state_names[i]);
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++) {
		if (!reading_known(r, id) || !reading_table[id].name)
			continue;
		printf(" %s=%lld", reading_table[id].name, (long long)r->value[id]);
	}
	printf("\n");
}

static void wait_ms(int ms)
{
	int64_t end = clock_ms() + ms;

	while (clock_ms() < end) {
		struct pollfd fds[16];
		int timeout = end - clock_ms();
		int n = transport_pollfds(ups.link, fds, 16, &timeout);

		if (poll(fds, n > 0 ? n : 0, timeout) < 0 || transport_dispatch(ups.link) < 0)
			break;
	}
	printf("wait ok\n");
}

static void action(const char *name, const char *setting, const char *value)
{
	struct action_request req = { 0 };
	int rc = -EINVAL;

	for (uint32_t i = 0; i <= UPSY_ACTION_GET; i++)
		if (action_names[i] && !strcmp(action_names[i], name))
			req.action = i;
	snprintf(req.name, sizeof(req.name), "%s", setting ? setting : "");
	snprintf(req.value, sizeof(req.value), "%s", value ? value : "");
	if (setting && !strncmp(name, "outlet", 6))
		req.outlet = atoi(setting);
	if (req.action || !strcmp(action_names[0] ? action_names[0] : "", name))
		rc = ups.actions & 1u << req.action ? ups.protocol->action(&ups, &req) :
						      -EOPNOTSUPP;
	result("action", rc);
	printf(" %s: %s\n", name, req.text);
}

int main(int argc, char **argv)
{
	struct options *opt = options_new();
	char line[512];
	int failures = 0;

	if (argc < 2 || !opt) {
		fputs("usage: upsy-try DEVICE [name=value…] <commands\n", stderr);
		return 64;
	}
	if (getenv("UPSY_TRACE"))
		log_set_level(LOG_TRACE);
	ups.opt = opt;
	for (int i = 2; i < argc; i++) {
		char *eq = strchr(argv[i], '=');

		if (eq)
			*eq = 0;
		options_set(opt, argv[i], eq ? eq + 1 : "");
	}
	snprintf(ups.id.device, sizeof(ups.id.device), "%.63s", argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		char *save = NULL, *word[4] = { NULL };

		if (*line == '!') {
			if (system(line + 1))
				failures++;
			continue;
		}
		for (int i = 0; i < 4; i++)
			word[i] = strtok_r(i ? NULL : line, " \n", &save);
		if (!word[0])
			continue;
		if (!strcmp(word[0], "probe"))
			probe(argv[1]);
		else if (!ups.protocol)
			printf("%s ENODEV\n", word[0]);
		else if (!strcmp(word[0], "poll"))
			poll_ups(word[1]);
		else if (!strcmp(word[0], "wait"))
			wait_ms(word[1] ? atoi(word[1]) : 100);
		else if (!strcmp(word[0], "action") && word[1])
			action(word[1], word[2], word[3]);
		else
			failures++;
	}
	if (ups.protocol && ups.protocol->close)
		ups.protocol->close(&ups);
	if (ups.link)
		transport_close(ups.link);
	options_free(opt);
	return failures ? 1 : 0;
}
