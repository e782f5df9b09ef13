// SPDX-License-Identifier: GPL-2.0-or-later
/* One UPS at work. */
#include <errno.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "transport/record.h"
#include "transport/transport.h"
#include "upsyd/device.h"
#include "upsyd/session.h"

#define ONCE_TRIES	30
#define ONCE_PAUSE_MS	400
#define ONCE_INPUTS	10000

int session_open(struct session *s, const char *device, const struct options *opt,
		 const char *record)
{
	int ret;

	memset(s, 0, sizeof(*s));
	s->device = device;
	ret = device_open(device, opt, record, &s->ups);
	if (ret)
		return ret;
	ret = gauge_new(opt, &s->gauge);
	if (!ret)
		gauge_set_range(s->gauge, s->ups.battery_empty, s->ups.battery_full);
	if (!ret)
		ret = policy_new(opt, &s->policy);
	if (ret)
		session_close(s);
	return ret;
}

void session_close(struct session *s)
{
	if (s->gauge)
		gauge_free(s->gauge);
	policy_free(s->policy);
	if (s->ups.link)
		device_close(&s->ups);
	memset(s, 0, sizeof(*s));
}

enum verdict session_judge(struct session *s, int64_t now_ms)
{
	struct readings r = s->ups.now, out;
	enum verdict v;

	gauge_complete(s->gauge, &r, now_ms);
	v = policy_judge(s->policy, &r, &out, now_ms);
	if (v == VERDICT_PUBLISH || v == VERDICT_PUBLISH_ASK) {
		if (!s->published)
			device_identity(&s->ups, s->device, &s->id);
		s->out = out;
		s->published = true;
	}
	return v;
}

void session_resume(struct session *s, const struct readings *kept, int64_t now_ms)
{
	gauge_resume(s->gauge, kept, now_ms);
	policy_resume(s->policy, kept, now_ms);
}

static void on_input(void *ctx, const uint8_t *buf, size_t len)
{
	struct session *s = ctx;

	record_input(s->ups.link, buf, len);
	if (s->ups.protocol->event)
		s->ups.protocol->event(&s->ups, buf, len);
}

/* What came in unasked: of a recording all of it, of a device what waits. */
static void take_input(struct session *s)
{
	struct pollfd fds[8];

	for (int i = 0; i < ONCE_INPUTS; i++) {
		int timeout_ms = 1, n = transport_pollfds(s->ups.link, fds, 8, &timeout_ms);

		if (timeout_ms && (n <= 0 || poll(fds, (nfds_t)n, 0) <= 0))
			return;
		if (transport_dispatch(s->ups.link))
			return;
	}
}

int session_once(struct session *s)
{
	enum verdict v = VERDICT_WAIT;
	int ret = 0;

	s->ups.link->input = on_input;
	s->ups.link->input_ctx = s;
	for (int i = 0; i < ONCE_TRIES && v != VERDICT_PUBLISH; i++) {
		if (i)
			clock_sleep_ms(ONCE_PAUSE_MS);
		ret = s->ups.protocol->poll(&s->ups, POLL_FULL);
		if (ret == -ENODEV)
			break;
		if (ret)
			continue;
		take_input(s);
		v = session_judge(s, clock_ms());
	}
	s->ups.link->input = NULL;
	if (s->published)
		return 0;
	if (ret)
		log_error("%s: the UPS does not answer: %s", s->device, strerror(-ret));
	else
		log_error("%s: the UPS does not tell whether it is on line or on battery",
			  s->device);
	if (!ret) {
		/* not fit to publish, but worth showing */
		device_identity(&s->ups, s->device, &s->id);
		s->out = s->ups.now;
	}
	return ret ? ret : -ENODATA;
}
