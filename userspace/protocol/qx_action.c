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

int qx_off_seconds(const struct qx *q)
{
	int min = q->link.carrier->off_min;
	char n[3];

	return qx_encode_delay(q->off_s > min ? q->off_s : min, n);
}

int qx_on_seconds(const struct qx *q)
{
	int fixed = q->link.carrier->on_fixed;

	return fixed ? fixed : on_minutes(q) * 60;
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
	reading_set(&q->ups->now, UPSY_R_DELAY_SHUTDOWN, qx_off_seconds(q));
	reading_set(&q->ups->now, UPSY_R_DELAY_START, qx_on_seconds(q));
}

static int one_delay(const struct qx *q, const char *name, int min, int max, int otherwise,
		     int *out)
{
	int64_t v = otherwise;
	int err = option_number(q->ups->opt, name, 1, 0, 1000000, &v);

	if (err == -EINVAL)
		return err;
	if (v < min || v > max) {
		log_error("%s=%lld: %s takes %d to %d seconds", name, (long long)v,
			  q->dialect->name, min, max);
		return -EINVAL;
	}
	*out = (int)v;
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
	const char *driver = option_text(q->ups->opt, "driver");
	int64_t minutes;
	int err = one_delay(q, "offdelay", d->off_min, off_max(q), d->off_default, &q->off_s);

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
	if (q->link.carrier->on_fixed && option_text(q->ups->opt, "ondelay"))
		log_note("ondelay: %s has none, the UPS comes back %d s after the mains",
			 q->link.carrier->name, q->link.carrier->on_fixed);
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

/*
 * Settings.
 */
static bool is_flag(const struct qx_setting *s)
{
	return s->get && !strcmp(s->get, "QFLAG");
}

/* "00=Li,01=Flooded": the word for a code, or the code for a word. */
static bool translate(const char *names, const char *what, bool to_word, char *out, size_t size)
{
	while (*names) {
		const char *eq = strchr(names, '='), *end = strchr(names, ',');
		size_t code_len, word_len;

		if (!eq)
			return false;
		if (!end)
			end = names + strlen(names);
		code_len = (size_t)(eq - names);
		word_len = (size_t)(end - eq - 1);
		if (to_word ? strlen(what) == code_len && !strncmp(what, names, code_len) :
			      strlen(what) == word_len && !strncasecmp(what, eq + 1, word_len)) {
			snprintf(out, size, "%.*s", (int)(to_word ? word_len : code_len),
				 to_word ? eq + 1 : names);
			return true;
		}
		names = *end ? end + 1 : end;
	}
	return false;
}

static int get_setting(struct qx *q, const struct qx_setting *s, char *out, size_t size)
{
	char ans[QX_ANSWER_MAX + 1], cmd[QX_COMMAND_MAX + 1], raw[64], word[64];
	size_t to;
	ssize_t n;
	int64_t v;

	if (!s->get || qx_expand(q, s->get, 0, cmd, sizeof(cmd)))
		return -EOPNOTSUPP;
	n = qx_exchange(q, cmd, s->lead, (size_t)(s->from + 1), 0, ans, 2);
	if (n < 0)
		return (int)n;
	if (is_flag(s)) {
		const char *off = strchr(ans, 'D'), *at = strchr(ans, s->names[0]);

		if (!at)
			return -EOPNOTSUPP;
		snprintf(out, size, "%s", off && at > off ? "disabled" : "enabled");
		return 0;
	}
	to = s->to && s->to < (size_t)n ? s->to + 1u : (size_t)n;
	if (s->from >= to)
		return -EBADMSG;
	snprintf(raw, sizeof(raw), "%.*s", (int)(to - s->from), ans + s->from);
	if (s->names) {
		if (!translate(s->names, raw, true, word, sizeof(word)))
			return -EBADMSG;
		snprintf(out, size, "%s", word);
		return 0;
	}
	if (qx_parse_number(raw, strlen(raw), s->unit > 0 ? s->unit : 1000, &v))
		return -EOPNOTSUPP;
	if (v % 1000)
		snprintf(out, size, "%lld.%lld", (long long)(v / 1000),
			 (long long)(v % 1000 / 100));
	else
		snprintf(out, size, "%lld", (long long)(v / 1000));
	return 0;
}

/* Put @v, in thousandths, in place of the %…v of @template. */
static int expand_value(const struct qx_setting *s, int64_t v, const char *code, char *out,
			size_t size)
{
	const char *at = strchr(s->set, '%');
	char text[48], delay[3];
	int width = 0, digits = 0;
	const char *p;

	if (!at)
		return snprintf(out, size, "%s", s->set) < (int)size ? 0 : -ERANGE;
	p = at + 1;
	if (*p == 'd') {
		qx_encode_delay((int)(v / 1000), delay);
		snprintf(text, sizeof(text), "%s", delay);
		p++;
	} else {
		while (*p >= '0' && *p <= '9')
			width = width * 10 + *p++ - '0';
		if (width > 9)
			return -EINVAL;
		if (*p == '.')
			digits = *++p - '0', p++;
		if (code)
			snprintf(text, sizeof(text), "%.8s", code);
		else if (digits)
			snprintf(text, sizeof(text), "%0*lld.%lld", width - 2,
				 (long long)(v / 1000), (long long)(v % 1000 / 100));
		else
			snprintf(text, sizeof(text), "%0*lld", width,
				 (long long)((v + s->unit - 1) / s->unit));
	}
	if (*p != 'v')
		return -EINVAL;
	return snprintf(out, size, "%.*s%s%s", (int)(at - s->set), s->set, text, p + 1) <
	       (int)size ? 0 : -ERANGE;
}

static int set_setting(struct qx *q, const struct qx_setting *s, struct action_request *req)
{
	char cmd[QX_COMMAND_MAX + 1], part[QX_COMMAND_MAX + 1], code[16], said[64], now[64];
	bool is_code = false;
	int64_t v = 0;
	int err;

	if (is_flag(s)) {
		bool on = !strcasecmp(req->value, "enabled") || !strcasecmp(req->value, "yes");

		if (!on && strcasecmp(req->value, "disabled") && strcasecmp(req->value, "no")) {
			action_reply(req, "%s is enabled or disabled", s->name);
			return -EINVAL;
		}
		snprintf(cmd, sizeof(cmd), "P%c%c", on ? 'E' : 'D', s->names[0]);
		for (char *c = cmd; *c; c++)
			*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
	} else if (!s->set) {
		action_reply(req, "%s can only be read", s->name);
		return -EOPNOTSUPP;
	} else {
		if (s->names) {
			is_code = translate(s->names, req->value, false, code, sizeof(code));
			if (!is_code) {
				action_reply(req, "%s is one of %s", s->name, s->names);
				return -EINVAL;
			}
		} else if (strchr(s->set, '%') &&
			   (qx_parse_number(req->value, strlen(req->value), 1000, &v) ||
			    v < s->min || v > s->max)) {
			action_reply(req, "%s takes %d to %d", s->name, s->min / 1000,
				     s->max / 1000);
			return -EINVAL;
		}
		err = expand_value(s, v, is_code ? code : NULL, part, sizeof(part));
		if (!err)
			err = qx_expand(q, part, 0, cmd, sizeof(cmd));
		if (err)
			return err;
	}
	err = qx_tell(q, cmd, QX_OFF_NO, said, sizeof(said));
	if (err) {
		action_reply(req, "%s: %s", cmd, said);
		return err;
	}
	if (!get_setting(q, s, now, sizeof(now)))
		action_reply(req, "%s is %s", s->name, now);
	else
		action_reply(req, "%s: %s", cmd, said);
	return 0;
}

/*
 * Settings given in the configuration: sent where the UPS says otherwise, so
 * that its memory is not written at every start.
 */
void qx_apply_settings(struct qx *q)
{
	for (const struct qx_setting *s = q->dialect->settings; s && s->name; s++) {
		const char *want = option_text(q->ups->opt, s->name);
		struct action_request req = { .action = UPSY_ACTION_SET };
		char now[64];

		if (!want || !*want || !s->get || get_setting(q, s, now, sizeof(now)) ||
		    !strcasecmp(now, want))
			continue;
		snprintf(req.name, sizeof(req.name), "%s", s->name);
		snprintf(req.value, sizeof(req.value), "%s", want);
		if (set_setting(q, s, &req))
			log_warn("%s = %s: %s", s->name, want, req.text);
		else
			log_note("%s: was %s, now %s", s->name, now, want);
	}
}

static void list_settings(struct qx *q, struct action_request *req)
{
	char all[UPSY_TEXT_MAX + 1], value[64];
	size_t len;

	len = (size_t)snprintf(all, sizeof(all), "ups.delay.shutdown=%d ups.delay.start=%d",
			       qx_off_seconds(q), qx_on_seconds(q));
	for (const struct qx_setting *s = q->dialect->settings; s && s->name; s++) {
		int n;

		if (get_setting(q, s, value, sizeof(value)))
			continue;
		n = snprintf(all + len, sizeof(all) - len, " %s=%s", s->name, value);
		if (n < 0 || (size_t)n >= sizeof(all) - len)
			break;
		len += (size_t)n;
	}
	action_reply(req, "%s", all);
}

static bool names_delay(const char *name, const char *option, const char *variable)
{
	return !strcasecmp(name, option) || !strcasecmp(name, variable);
}

static int setting(struct qx *q, struct action_request *req)
{
	bool set = req->action == UPSY_ACTION_SET;
	const struct qx_dialect *d = q->dialect;
	char value[64];
	int err;

	if (!*req->name && !set) {
		list_settings(q, req);
		return 0;
	}
	if (names_delay(req->name, "offdelay", "ups.delay.shutdown")) {
		if (set)
			return set_delay(q, req, d->off_min, off_max(q), &q->off_s);
		action_reply(req, "%d", qx_off_seconds(q));
		return 0;
	}
	if (names_delay(req->name, "ondelay", "ups.delay.start")) {
		if (set && q->link.carrier->on_fixed) {
			action_reply(req, "%s has no ondelay: the UPS comes back %d s after the "
				     "mains", q->link.carrier->name, q->link.carrier->on_fixed);
			return -EOPNOTSUPP;
		}
		if (set)
			return set_delay(q, req, d->on_min, d->on_max, &q->on_s);
		action_reply(req, "%d", qx_on_seconds(q));
		return 0;
	}
	for (const struct qx_setting *s = d->settings; s && s->name; s++) {
		if (strcasecmp(s->name, req->name))
			continue;
		if (set)
			return set_setting(q, s, req);
		err = get_setting(q, s, value, sizeof(value));
		if (err)
			action_reply(req, "this UPS does not tell %s", s->name);
		else
			action_reply(req, "%s", value);
		return err;
	}
	action_reply(req, "%s has no setting \"%s\"; get without a name lists them", d->name,
		     req->name);
	return -EOPNOTSUPP;
}

/*
 * A command that only toggles is sent when the state is not the wanted one. The
 * state is asked for first: what was read last may be older than a press of
 * the UPS's own button or than the toggle before.
 * Return: 1 when nothing is to be done, 0 to go on, or why it cannot be told.
 */
static int toggle_is_done(struct qx *q, struct action_request *req, const char *cmd)
{
	int64_t now;
	int err;

	if (strcmp(cmd, "Q") || !reading_known(&q->ups->now, UPSY_R_BEEPER))
		return 0;
	err = qx_read_status(q);
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
static void report(struct qx *q, struct action_request *req, const char *cmd, const char *said)
{
	int off = qx_off_seconds(q);
	bool delayed = q->link.carrier->on_fixed || strstr(cmd, "%r") || strstr(cmd, "%R");

	if (req->action == UPSY_ACTION_SHUTDOWN_RETURN && delayed && qx_on_seconds(q))
		action_reply(req, "off in %d s, on %d s after mains are back (%s)", off,
			     qx_on_seconds(q), said);
	else if (req->action == UPSY_ACTION_SHUTDOWN_RETURN)
		action_reply(req, "off in %d s, on when mains are back (%s)", off, said);
	else if (req->action == UPSY_ACTION_SHUTDOWN_STAYOFF)
		action_reply(req, "off in %d s, stays off (%s)", off, said);
	else
		action_reply(req, "%s", said);
}

int qx_action(struct ups *ups, struct action_request *req)
{
	struct qx *q = ups->priv;
	char cmd[QX_COMMAND_MAX + 1], part[QX_COMMAND_MAX + 1], said[64] = "";
	const struct qx_command *c;
	char *next;
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
	err = toggle_is_done(q, req, c->cmd);
	if (err)
		return err > 0 ? 0 : err;
	snprintf(part, sizeof(part), "%s", c->cmd);
	for (char *at = part; at; at = next) {
		next = strchr(at, '|');
		if (next)
			*next++ = '\0';
		err = qx_expand(q, at, req->outlet, cmd, sizeof(cmd));
		if (err) {
			action_reply(req, "the UPS did not tell its address");
			return -EOPNOTSUPP;
		}
		err = qx_tell(q, cmd, off_of(req->action), said, sizeof(said));
		if (err) {
			action_reply(req, "%s: %s", cmd,
				     *said ? said : strerror(-err));
			return err;
		}
	}
	report(q, req, c->cmd, said);
	return 0;
}
