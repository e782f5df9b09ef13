// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Settings that a Qx UPS keeps: read, set, listed, and compared with the
 * configuration at the start. What they are stands in the dialects' tables.
 *
 * What must stay true: the loss of mains is not missed while a long list is
 * read; the UPS's memory is not written where it has the value already.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/qx.h"

/** struct heard - the last answer: several settings stand in one */
struct heard {
	char cmd[QX_COMMAND_MAX + 1];
	ssize_t n;
	char ans[QX_ANSWER_MAX + 1];
};

static bool is_flag(const struct qx_setting *s)
{
	return s->get && !strcmp(s->get, "QFLAG");
}

/* Return: 1, 0, or -1 when it is neither. */
static int truth(const char *value)
{
	static const char *const words[] = {
		"disabled", "enabled", "no", "yes", "off", "on", "false", "true", "0", "1",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcasecmp(value, words[i]))
			return i & 1;
	}
	return -1;
}

/* "0" and "000" are the same angle. */
static bool same_word(const char *a, size_t len, const char *b)
{
	if (strlen(b) == len && !strncasecmp(a, b, len))
		return true;
	return *b && strspn(b, "0123456789") == strlen(b) && strspn(a, "0123456789") == len &&
	       strtol(a, NULL, 10) == strtol(b, NULL, 10);
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
			      same_word(eq + 1, word_len, what)) {
			snprintf(out, size, "%.*s", (int)(to_word ? word_len : code_len),
				 to_word ? eq + 1 : names);
			return true;
		}
		names = *end ? end + 1 : end;
	}
	return false;
}

/* The words of "00=Li,01=Flooded". */
static void words_of(const char *names, char *out, size_t size)
{
	size_t len = 0;

	*out = '\0';
	while (*names) {
		const char *eq = strchr(names, '=');
		size_t n = eq ? strcspn(eq + 1, ",") : 0;

		if (!eq || len + n + 3 > size)
			return;
		len += (size_t)snprintf(out + len, size - len, "%s%.*s", len ? ", " : "", (int)n,
					eq + 1);
		names = eq + 1 + n;
		names += *names == ',';
	}
}

static ssize_t ask(struct qx *q, const struct qx_setting *s, struct heard *h, int tries)
{
	char cmd[QX_COMMAND_MAX + 1];

	if (!s->get || qx_expand(q, s->get, 0, cmd, sizeof(cmd)))
		return -EOPNOTSUPP;
	if (strcmp(h->cmd, cmd)) {
		h->n = qx_exchange(q, cmd, s->lead, (size_t)(s->from + 1), 0, h->ans, tries);
		snprintf(h->cmd, sizeof(h->cmd), "%s", cmd);
	}
	return h->n;
}

static int get_setting(struct qx *q, const struct qx_setting *s, struct heard *h, int tries,
		       char *out, size_t size)
{
	char raw[64];
	ssize_t n = ask(q, s, h, tries);
	size_t to;
	int64_t v;

	if (n < 0)
		return (int)n;
	if (is_flag(s)) {
		const char *off = strchr(h->ans, 'D'), *at = strchr(h->ans, s->names[0]);

		if (!at)
			return -EOPNOTSUPP;
		snprintf(out, size, "%s", off && at > off ? "disabled" : "enabled");
		return 0;
	}
	to = s->to && s->to < (size_t)n ? s->to + 1u : (size_t)n;
	if (s->from >= to)
		return -EBADMSG;
	snprintf(raw, sizeof(raw), "%.*s", (int)(to - s->from), h->ans + s->from);
	if (s->names)
		return translate(s->names, raw, true, out, size) ? 0 : -EBADMSG;
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

static int flag_command(const struct qx_setting *s, struct action_request *req, char *cmd,
			size_t size)
{
	int on = truth(req->value);
	char letter = s->names[0];

	if (on < 0) {
		action_reply(req, "%s is enabled or disabled", s->name);
		return -EINVAL;
	}
	snprintf(cmd, size, "P%c%c", on ? 'E' : 'D', letter - 'a' + 'A');
	return 0;
}

/* What to send for req->value, which goes to @v. Return: 0, or why not, said in @req. */
static int value_command(struct qx *q, const struct qx_setting *s, struct action_request *req,
			 int64_t *v, char *cmd, size_t size)
{
	char part[QX_COMMAND_MAX + 1], code[16] = "", words[128];
	bool takes_value = strchr(s->set, '%');
	int err;

	if (s->names && !translate(s->names, req->value, false, code, sizeof(code))) {
		words_of(s->names, words, sizeof(words));
		action_reply(req, "%s is one of %s", s->name, words);
		return -EINVAL;
	}
	if (!s->names && takes_value &&
	    (qx_parse_number(req->value, strlen(req->value), 1000, v) ||
	     *v < s->min || *v > s->max)) {
		action_reply(req, "%s takes %d to %d", s->name, s->min / 1000, s->max / 1000);
		return -EINVAL;
	}
	if (!takes_value && *req->value && truth(req->value) != 1) {
		action_reply(req, "%s is done by \"yes\"", s->name);
		return -EINVAL;
	}
	err = expand_value(s, *v, *code ? code : NULL, part, sizeof(part));
	if (!err)
		err = qx_expand(q, part, 0, cmd, size);
	if (err)
		action_reply(req, "%s: the UPS did not tell its address", s->name);
	return err;
}

static int set_setting(struct qx *q, const struct qx_setting *s, struct action_request *req)
{
	char cmd[QX_COMMAND_MAX + 1], said[64], now[64];
	struct heard h = { .n = 0 };
	int64_t v = 0;
	int err;

	if (is_flag(s)) {
		err = flag_command(s, req, cmd, sizeof(cmd));
	} else if (!s->set) {
		action_reply(req, "%s can only be read", s->name);
		err = -EOPNOTSUPP;
	} else {
		err = value_command(q, s, req, &v, cmd, sizeof(cmd));
	}
	if (err)
		return err;
	err = qx_tell(q, cmd, QX_OFF_NO, said, sizeof(said));
	if (err) {
		action_reply(req, "%s: %s", cmd, said);
		return err;
	}
	if (q->dialect->changed)
		q->dialect->changed(q, s, v);
	if (!get_setting(q, s, &h, 2, now, sizeof(now)))
		action_reply(req, "%s is %s", s->name, now);
	else
		action_reply(req, "%s: %s", cmd, said);
	return 0;
}

/* Whether the UPS has, in @now, what the configuration wants. */
static bool is_so(const struct qx_setting *s, const char *now, const char *want)
{
	char a[16], b[16];
	int64_t x, y;

	if (!strcasecmp(now, want))
		return true;
	if (is_flag(s))
		return truth(now) == truth(want);
	if (s->names)
		return translate(s->names, now, false, a, sizeof(a)) &&
		       translate(s->names, want, false, b, sizeof(b)) && !strcmp(a, b);
	if (s->unit <= 0 || qx_parse_number(now, strlen(now), 1000, &x) ||
	    qx_parse_number(want, strlen(want), 1000, &y))
		return false;
	/* 61 seconds, to a UPS that counts minutes, are two */
	return s->unit > 1000 ? (x + s->unit - 1) / s->unit == (y + s->unit - 1) / s->unit :
				x / 100 == y / 100;
}

/*
 * Settings given in the configuration: sent where the UPS says otherwise, so
 * that its memory is not written at every start.
 */
void qx_apply_settings(struct qx *q)
{
	struct heard h = { .n = 0 };

	for (const struct qx_setting *s = q->dialect->settings; s && s->name; s++) {
		const char *want = option_text(q->ups->opt, s->name);
		struct action_request req = { .action = UPSY_ACTION_SET };
		char now[64];

		if (!want || !*want)
			continue;
		if (!s->get) {
			log_note("%s: nothing is done at the start; \"upsyctl set %s %s\" does it once",
				 s->name, s->name, want);
			continue;
		}
		if (get_setting(q, s, &h, 2, now, sizeof(now))) {
			log_note("%s: this UPS does not tell it, so it is not set", s->name);
			continue;
		}
		if (is_so(s, now, want))
			continue;
		snprintf(req.name, sizeof(req.name), "%s", s->name);
		snprintf(req.value, sizeof(req.value), "%s", want);
		if (set_setting(q, s, &req))
			log_warn("%s = %s: %s", s->name, want, req.text);
		else
			log_note("%s: was %s, now %s", s->name, now, want);
		*h.cmd = '\0';
	}
}

/* Return: whether to go on with what is not the status. */
static bool nothing_happened(struct qx *q)
{
	uint32_t before = q->ups->now.state;

	if (clock_ms() - q->status_ms <= QX_STATUS_AGE_MS)
		return true;
	return !qx_read_status(q) && q->ups->now.state == before;
}

void qx_list_settings(struct qx *q, char *text, size_t size)
{
	const struct qx_setting *all = q->dialect->settings;
	size_t len = strlen(text);
	struct heard h = { .n = 0 };
	char value[64], one[128];

	for (size_t i = 0; all && all[i].name; i++) {
		uint64_t row = i < 64 ? UINT64_C(1) << i : 0;
		int err, n;

		if (!all[i].get || q->unsettable & row || (all[i].has && !all[i].has(q)))
			continue;
		if (!nothing_happened(q)) {
			snprintf(text + len, size - len, " ...");
			return;
		}
		err = get_setting(q, &all[i], &h, 1, value, sizeof(value));
		/* Who is asked for it by name is asked again. */
		if (err == -EOPNOTSUPP || err == -ETIMEDOUT)
			q->unsettable |= row;
		if (err)
			continue;
		n = snprintf(one, sizeof(one), "%s%s=%s", len ? " " : "", all[i].name, value);
		if (len + (size_t)n + 5 > size) {
			snprintf(text + len, size - len, " ...");
			return;
		}
		memcpy(text + len, one, (size_t)n + 1);
		len += (size_t)n;
	}
}

int qx_setting(struct qx *q, struct action_request *req)
{
	struct heard h = { .n = 0 };
	char value[64];
	int err;

	for (const struct qx_setting *s = q->dialect->settings; s && s->name; s++) {
		if (strcasecmp(s->name, req->name) || (s->has && !s->has(q)))
			continue;
		if (req->action == UPSY_ACTION_SET)
			return set_setting(q, s, req);
		err = get_setting(q, s, &h, 2, value, sizeof(value));
		if (err)
			action_reply(req, "this UPS does not tell %s", s->name);
		else
			action_reply(req, "%s", value);
		return err;
	}
	action_reply(req, "%s has no setting \"%s\"; get without a name lists them",
		     q->dialect->name, req->name);
	return -EOPNOTSUPP;
}
