// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Actions and settings of the Qx dialects: commands are expanded from the
 * tables here, sent, and their acceptance told from refusal.
 *
 * What must stay true: a delay is rounded up, never down, and the user is told
 * what the UPS was told; nothing that can switch the load off is sent unless
 * it was asked for by that name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/log.h"
#include "lib/options.h"
#include "protocol/qx.h"

int qx_encode_delay(int seconds, char out[3])
{
	int n;

	if (seconds <= 54) {
		n = (seconds + 5) / 6;
		if (n < 2)
			n = 2;
		out[0] = '.';
		out[1] = (char)('0' + n);
		out[2] = '\0';
		return n * 6;
	}
	n = (seconds + 59) / 60;
	if (n > 99)
		n = 99;
	out[0] = (char)('0' + n / 10);
	out[1] = (char)('0' + n % 10);
	out[2] = '\0';
	return n * 60;
}

static int minutes_up(int seconds)
{
	return (seconds + 59) / 60;
}

/*
 * Minutes to switching on. Where "Sn" alone stays off, R0000 is not trusted to
 * mean "at once" either: to the classic dialects it says "stay off".
 */
static int on_minutes(const struct qx *q)
{
	int n = minutes_up(q->on_s);

	return !n && q->dialect->flags & QX_STAYOFF_SN ? 1 : n;
}

/*
 * Whether the framing can say it. One that cuts the delay off "SnRmmmm" would
 * say "stay off" where "Sn" alone means that.
 */
static bool can_carry(const struct qx *q, uint32_t action)
{
	const struct qx_carrier *c = q->link.carrier;

	if (action == UPSY_ACTION_SHUTDOWN_RETURN && c->cuts && q->dialect->flags & QX_STAYOFF_SN)
		return false;
	return !(c->lacks >> action & 1);
}

static const char *command_for(const struct qx *q, uint32_t action)
{
	for (const struct qx_command *c = q->dialect->commands; c && c->cmd; c++) {
		if (c->action == (int)action && can_carry(q, action))
			return c->cmd;
	}
	return NULL;
}

static bool switches_off(const struct qx *q)
{
	return command_for(q, UPSY_ACTION_SHUTDOWN_RETURN) ||
	       command_for(q, UPSY_ACTION_SHUTDOWN_STAYOFF);
}

/* Whether the command of switching off has, on this link, the delay of switching on. */
static bool takes_on_delay(const struct qx *q)
{
	const char *cmd = command_for(q, UPSY_ACTION_SHUTDOWN_RETURN);

	return cmd && strstr(cmd, "%r") && !q->link.carrier->on_fixed;
}

int qx_off_seconds(const struct qx *q)
{
	int min = q->link.carrier->off_min;
	char n[3];

	return qx_encode_delay(q->off_s > min ? q->off_s : min, n);
}

int qx_on_seconds(const struct qx *q)
{
	int fixed = q->link.carrier->on_fixed;

	return fixed ? fixed : takes_on_delay(q) ? on_minutes(q) * 60 : -1;
}

int qx_expand(const struct qx *q, const char *template, unsigned int outlet, char *out,
	      size_t size)
{
	size_t len = 0;
	char text[16];

	for (const char *s = template; *s; s++) {
		if (*s != '%') {
			text[0] = *s;
			text[1] = '\0';
		} else {
			switch (*++s) {
			case 'n':
				qx_encode_delay(qx_off_seconds(q), text);
				break;
			case 'r':
				/*
				 * R0000 means "stay off", so without an on
				 * delay the UPS is not told one.
				 */
				*text = '\0';
				if (on_minutes(q))
					snprintf(text, sizeof(text), "R%04d", on_minutes(q));
				break;
			case 'o':
				snprintf(text, sizeof(text), "%u", outlet % 10);
				break;
			case 'a':
				if (q->slave < 0)
					return -ERANGE;
				snprintf(text, sizeof(text), "%02d", q->slave % 100);
				break;
			default:
				return -ERANGE;
			}
		}
		if (len + strlen(text) >= size)
			return -ERANGE;
		memcpy(out + len, text, strlen(text) + 1);
		len += strlen(text);
	}
	out[len] = '\0';
	return 0;
}

uint32_t qx_actions_of(const struct qx *q)
{
	uint32_t actions = UINT32_C(1) << UPSY_ACTION_SET | UINT32_C(1) << UPSY_ACTION_GET;

	for (const struct qx_command *c = q->dialect->commands; c && c->cmd; c++) {
		if (can_carry(q, (uint32_t)c->action))
			actions |= UINT32_C(1) << c->action;
	}
	return actions;
}

static enum qx_off off_of(uint32_t action)
{
	switch (action) {
	case UPSY_ACTION_SHUTDOWN_RETURN:
		return QX_OFF_RETURN;
	case UPSY_ACTION_SHUTDOWN_STAYOFF:
	case UPSY_ACTION_LOAD_OFF:
		return QX_OFF_STAY;
	default:
		return QX_OFF_NO;
	}
}

/*
 * Delays: options, and settings of every dialect.
 */
static void tell_delays(struct qx *q)
{
	if (!switches_off(q))
		return;
	reading_set(&q->ups->now, UPSY_R_DELAY_SHUTDOWN, qx_off_seconds(q));
	if (qx_on_seconds(q) >= 0)
		reading_set(&q->ups->now, UPSY_R_DELAY_START, qx_on_seconds(q));
}

/* Too few are rounded up to what the dialect has; more than it has is no delay of its. */
static int one_delay(const struct qx *q, const char *name, int min, int max, int otherwise,
		     int *out)
{
	int64_t v = otherwise;
	int err = option_number(q->ups->opt, name, 1, 0, 1000000, &v);

	/* Where an error does not count, something has to be told all the same. */
	*out = v > max ? max : otherwise;
	if (err == -EINVAL)
		return err;
	if (v > max) {
		log_error("%s=%lld: %s takes %d to %d seconds", name, (long long)v,
			  q->dialect->name, min, max);
		return -EINVAL;
	}
	if (v < min)
		log_note("%s=%lld: %s takes %d to %d seconds; taken as %d", name, (long long)v,
			 q->dialect->name, min, max, min);
	*out = v < min ? min : (int)v;
	return 0;
}

static int off_max(const struct qx *q)
{
	int max = q->link.carrier->off_max;

	return max && max < q->dialect->off_max ? max : q->dialect->off_max;
}

int qx_read_delays(struct qx *q)
{
	const struct qx_dialect *d = q->dialect;
	const char *driver = option_text(q->ups->opt, "driver"), *given;
	int64_t minutes;
	int err = one_delay(q, "offdelay", d->off_min, off_max(q), d->off_default, &q->off_s);

	q->on_s = d->on_default;
	if (err)
		return err;
	if (driver && !strncasecmp(driver, "blazer", 6)) {
		/* NUT's blazer drivers count minutes: a section of theirs as it is. */
		err = option_number(q->ups->opt, "ondelay", 1, 0, 9999, &minutes);
		if (err == -EINVAL)
			return err;
		q->on_s = err ? d->on_default : (int)minutes * 60;
		if (q->on_s < d->on_min)
			q->on_s = d->on_min;
	} else {
		err = one_delay(q, "ondelay", d->on_min, d->on_max, d->on_default, &q->on_s);
		if (err)
			return err;
	}
	given = option_text(q->ups->opt, "ondelay");
	if (given && q->link.carrier->on_fixed)
		log_note("ondelay: %s has none, the UPS comes back %d s after the mains",
			 q->link.carrier->name, q->link.carrier->on_fixed);
	else if (given && !takes_on_delay(q))
		log_note("ondelay: %s has none, the UPS comes back with the mains", d->name);
	tell_delays(q);
	return 0;
}

static int set_delay(struct qx *q, struct action_request *req, int min, int max, int *delay)
{
	int64_t v;

	if (qx_parse_number(req->value, strlen(req->value), 1, &v) || v < min || v > max) {
		action_reply(req, "%s takes %d to %d seconds", req->name, min, max);
		return -EINVAL;
	}
	*delay = (int)v;
	tell_delays(q);
	action_reply(req, "%s is %lld s", req->name, (long long)reading_get(&q->ups->now,
		     delay == &q->off_s ? UPSY_R_DELAY_SHUTDOWN : UPSY_R_DELAY_START, 0));
	return 0;
}

static bool names_delay(const char *name, const char *option, const char *variable)
{
	return !strcasecmp(name, option) || !strcasecmp(name, variable);
}

static int set_on_delay(struct qx *q, struct action_request *req)
{
	const struct qx_carrier *c = q->link.carrier;

	if (takes_on_delay(q))
		return set_delay(q, req, q->dialect->on_min, q->dialect->on_max, &q->on_s);
	if (c->on_fixed)
		action_reply(req, "%s has no ondelay: the UPS comes back %d s after the mains",
			     c->name, c->on_fixed);
	else
		action_reply(req, "%s has no ondelay: the UPS comes back with the mains",
			     q->dialect->name);
	return -EOPNOTSUPP;
}

static void list_all(struct qx *q, struct action_request *req)
{
	char all[UPSY_TEXT_MAX + 1] = "";
	int len = 0;

	if (switches_off(q))
		len = snprintf(all, sizeof(all), "ups.delay.shutdown=%d", qx_off_seconds(q));
	if (switches_off(q) && qx_on_seconds(q) >= 0)
		snprintf(all + len, sizeof(all) - (size_t)len, " ups.delay.start=%d",
			 qx_on_seconds(q));
	qx_list_settings(q, all, sizeof(all));
	action_reply(req, "%s", *all ? all : "this UPS has no settings");
}

static int setting(struct qx *q, struct action_request *req)
{
	bool set = req->action == UPSY_ACTION_SET;

	if (!*req->name && !set) {
		list_all(q, req);
		return 0;
	}
	if (!switches_off(q))
		return qx_setting(q, req);
	if (names_delay(req->name, "offdelay", "ups.delay.shutdown")) {
		if (set)
			return set_delay(q, req, q->dialect->off_min, off_max(q), &q->off_s);
		action_reply(req, "%d", qx_off_seconds(q));
		return 0;
	}
	if (names_delay(req->name, "ondelay", "ups.delay.start")) {
		if (set || qx_on_seconds(q) < 0)
			return set_on_delay(q, req);
		action_reply(req, "%d", qx_on_seconds(q));
		return 0;
	}
	return qx_setting(q, req);
}

/*
 * A command that only toggles is sent when the state is not the wanted one. The
 * state is asked for first: what was read last may be older than a press of
 * the UPS's own button or than the toggle before.
 * Return: 1 when nothing is to be done, 0 to go on, or why it cannot be told.
 */
static int toggle_is_done(struct qx *q, struct action_request *req)
{
	int64_t now;
	int err = qx_read_status(q);

	if (err) {
		action_reply(req, "the UPS does not say how its beeper is: not toggled");
		return err;
	}
	now = reading_get(&q->ups->now, UPSY_R_BEEPER, -1);
	if (now != (req->action == UPSY_ACTION_BEEPER_ON ? UPSY_BEEPER_ENABLED :
							   UPSY_BEEPER_DISABLED))
		return 0;
	action_reply(req, "is so already");
	return 1;
}

/* What was asked for in truth: a delay that was not sent is not promised. */
static void report(struct qx *q, struct action_request *req, const char *said)
{
	int off = qx_off_seconds(q);

	if (req->action == UPSY_ACTION_SHUTDOWN_RETURN && qx_on_seconds(q) > 0)
		action_reply(req, "off in %d s, on %d s after mains are back (%s)", off,
			     qx_on_seconds(q), said);
	else if (req->action == UPSY_ACTION_SHUTDOWN_RETURN)
		action_reply(req, "off in %d s, on when mains are back (%s)", off, said);
	else if (req->action == UPSY_ACTION_SHUTDOWN_STAYOFF)
		action_reply(req, "off in %d s, stays off (%s)", off, said);
	else
		action_reply(req, "%s", said);
}

/* A command and, behind '|', what goes after it. Return: 0, or why not, said in @req. */
static int send_all(struct qx *q, struct action_request *req, const char *template, char *said,
		    size_t size)
{
	char cmd[QX_COMMAND_MAX + 1], part[QX_COMMAND_MAX + 1];
	char *next;
	int err;

	snprintf(part, sizeof(part), "%s", template);
	for (char *at = part; at; at = next) {
		next = strchr(at, '|');
		if (next)
			*next++ = '\0';
		err = qx_expand(q, at, req->outlet, cmd, sizeof(cmd));
		if (err) {
			action_reply(req, "the UPS did not tell its address");
			return -EOPNOTSUPP;
		}
		err = qx_tell(q, cmd, off_of(req->action), said, size);
		if (err) {
			action_reply(req, "%s: %s", cmd, *said ? said : strerror(-err));
			return err;
		}
	}
	return 0;
}

/*
 * At the end of a shutdown nobody is left to ask a second time. What counts down
 * already goes first: it may be somebody's "stay off", and not every UPS takes a
 * second command while the first counts.
 */
static int send_in_hurry(struct qx *q, struct action_request *req, const char *template,
			 char *said, size_t size)
{
	const char *cancel = command_for(q, UPSY_ACTION_SHUTDOWN_CANCEL);
	int err = -EIO;

	if (off_of(req->action) != QX_OFF_NO && q->off_pending && cancel)
		qx_tell(q, cancel, QX_OFF_NO, said, size);
	for (int i = 0; i < 3 && err && err != -EOPNOTSUPP && err != -ENODEV; i++)
		err = send_all(q, req, template, said, size);
	return err;
}

int qx_action(struct ups *ups, struct action_request *req)
{
	struct qx *q = ups->priv;
	const struct qx_command *c;
	char said[64] = "";
	bool toggles;
	int err;

	if (req->action == UPSY_ACTION_SET || req->action == UPSY_ACTION_GET)
		return setting(q, req);
	for (c = q->dialect->commands; c && c->cmd; c++) {
		if (c->action == (int)req->action)
			break;
	}
	if (!c || !c->cmd) {
		action_reply(req, "%s has no such command", q->dialect->name);
		return -EOPNOTSUPP;
	}
	if (!can_carry(q, req->action)) {
		action_reply(req, "%s cannot be said over %s: nothing was sent",
			     action_names[req->action], q->link.carrier->name);
		return -EOPNOTSUPP;
	}
	if (strstr(c->cmd, "%o") && (req->outlet < 1 || req->outlet > 4)) {
		action_reply(req, "outlets are numbered 1 to 4");
		return -EINVAL;
	}
	toggles = !strcmp(c->cmd, "Q");
	err = toggles ? toggle_is_done(q, req) : 0;
	if (err)
		return err > 0 ? 0 : err;
	if (ups->hurry)
		err = send_in_hurry(q, req, c->cmd, said, sizeof(said));
	else
		err = send_all(q, req, c->cmd, said, sizeof(said));
	if (err)
		return err;
	if (toggles && !reading_known(&q->ups->now, UPSY_R_BEEPER))
		action_reply(req, "toggled; this UPS does not tell how its beeper is (%s)", said);
	else
		report(q, req, said);
	return 0;
}
