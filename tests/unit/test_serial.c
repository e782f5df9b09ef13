// SPDX-License-Identifier: GPL-2.0-or-later
/* The serial transport, on a pty. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "transport/serial.h"
#include "transport/transport.h"

struct line {
	int master;
	char path[64];
	struct options *opt;
	struct transport *t;
};

static void make(struct line *l)
{
	struct termios tio;

	memset(l, 0, sizeof(*l));
	l->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(l->master >= 0);
	assert_int_equal(grantpt(l->master), 0);
	assert_int_equal(unlockpt(l->master), 0);
	snprintf(l->path, sizeof(l->path), "%s", ptsname(l->master));
	assert_int_equal(tcgetattr(l->master, &tio), 0);
	cfmakeraw(&tio);
	tcsetattr(l->master, TCSANOW, &tio);
	l->opt = options_new();
}

static void end(struct line *l)
{
	if (l->t)
		l->t->ops->close(l->t);
	options_free(l->opt);
	if (l->master >= 0)
		close(l->master);
}

static ssize_t serial_get(struct line *l, void *buf, size_t len, int ms)
{
	return l->t->ops->read(l->t, buf, len, ms);
}

static void put(struct line *l, const void *s, size_t len)
{
	assert_int_equal(write(l->master, s, len), len);
}

static void test_both_ways(void **state)
{
	char buf[64];
	struct line l;

	make(&l);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	assert_true(transport_can(l.t, TRANSPORT_STREAM));
	assert_string_equal(l.t->info.port, l.path);
	assert_int_equal(l.t->ops->write(l.t, "Q1\r", 3, 1000), 0);
	assert_int_equal(read(l.master, buf, sizeof(buf)), 3);
	assert_memory_equal(buf, "Q1\r", 3);
	put(&l, "(230", 4);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 1000), 4);
	assert_memory_equal(buf, "(230", 4);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 10), -ETIMEDOUT);
	end(&l);
}

/* Every byte arrives as it was sent, with and without an end of line set. */
static void test_all_bytes(void **state)
{
	for (int eol = -1; eol <= '\r'; eol += '\r' + 1) {
		uint8_t all[256], got[512];
		size_t n = 0;
		struct line l;

		make(&l);
		assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
		assert_int_equal(serial_set_eol(l.t, eol), 0);
		for (size_t i = 0; i < 256; i++)
			all[i] = (uint8_t)i;
		put(&l, all, 256);
		while (n < 256) {
			ssize_t more = serial_get(&l, got + n, sizeof(got) - n, 200);

			if (more < 0)
				break;
			n += (size_t)more;
		}
		assert_int_equal(n, 256);
		assert_memory_equal(got, all, 256);
		end(&l);
	}
}

/* With an end of line, a read ends there; what follows is the next one's. */
static void test_lines(void **state)
{
	char buf[64];
	struct line l;

	make(&l);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	assert_int_equal(serial_set_eol(l.t, '\r'), 0);
	put(&l, "one\rtwo\r", 8);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 1000), 4);
	assert_memory_equal(buf, "one\r", 4);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 1000), 4);
	assert_memory_equal(buf, "two\r", 4);
	end(&l);
}

/* A line that does not end is handed over at the timeout. */
static void test_unfinished_line(void **state)
{
	char buf[64];
	struct line l;

	make(&l);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	assert_int_equal(serial_set_eol(l.t, '\r'), 0);
	put(&l, "(230.1", 6);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 50), 6);
	assert_memory_equal(buf, "(230.1", 6);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 10), -ETIMEDOUT);
	put(&l, "next\r", 5);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 1000), 5);
	end(&l);
}

static void test_flush(void **state)
{
	char buf[64];
	struct line l;

	make(&l);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	put(&l, "stale\r", 6);
	/* what is in the pty's own queue arrives before it can be flushed */
	assert_int_equal(serial_get(&l, buf, 1, 1000), 1);
	assert_int_equal(l.t->ops->flush(l.t), 0);
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 10), -ETIMEDOUT);
	end(&l);
}

static void test_speed(void **state)
{
	struct termios tio;
	struct line l;
	int slave;

	make(&l);
	slave = open(l.path, O_RDWR | O_NOCTTY);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	assert_int_equal(tcgetattr(slave, &tio), 0);
	assert_int_equal(cfgetospeed(&tio), B2400);
	assert_false(tio.c_cflag & (PARENB | CSTOPB | CRTSCTS | HUPCL));
	assert_int_equal(tio.c_cflag & CSIZE, CS8);
	assert_int_equal(serial_set_speed(l.t, 9600), 0);
	tcgetattr(slave, &tio);
	assert_int_equal(cfgetospeed(&tio), B9600);
	assert_int_equal(serial_set_speed(l.t, 1234), -EINVAL);
	close(slave);
	end(&l);

	/* baudrate= stays in force */
	make(&l);
	options_set(l.opt, "baudrate", "4800");
	slave = open(l.path, O_RDWR | O_NOCTTY);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	assert_int_equal(serial_set_speed(l.t, 2400), 0);
	tcgetattr(slave, &tio);
	assert_int_equal(cfgetospeed(&tio), B4800);
	close(slave);
	end(&l);
}

static void test_one_owner(void **state)
{
	struct transport *second = NULL;
	struct line l;

	make(&l);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	assert_int_equal(serial_open(l.path, l.opt, &second), -EBUSY);
	assert_null(second);
	end(&l);
}

/* Another program's lock file counts while that program lives. */
static void test_lock_file(void **state)
{
	char name[128];
	struct line l;
	FILE *f;

	make(&l);
	snprintf(name, sizeof(name), "/var/lock/LCK..%s", strrchr(l.path, '/') + 1);
	f = fopen(name, "wx");
	if (!f) {
		end(&l);
		skip();
	}
	fprintf(f, "%10d\n", (int)getppid());
	fclose(f);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), -EBUSY);
	unlink(name);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	end(&l);
}

static void test_unplugged(void **state)
{
	char buf[8];
	struct line l;

	make(&l);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	close(l.master);
	l.master = -1;
	assert_int_equal(serial_get(&l, buf, sizeof(buf), 100), -ENODEV);
	assert_int_equal(l.t->ops->write(l.t, "Q1\r", 3, 100), -ENODEV);
	end(&l);
}

static void test_errors(void **state)
{
	static const struct { const char *path; int err; } of[] = {
		{ "/dev/no-such-tty", -ENOENT }, { "/dev/null", -EINVAL },
		{ "/etc/passwd", -EINVAL }, { "/", -EISDIR },
	};
	struct transport *t = NULL;
	struct line l;

	make(&l);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		assert_int_equal(serial_open(of[i].path, l.opt, &t), of[i].err);
		assert_null(t);
	}
	options_set(l.opt, "cablepower", "sideways");
	assert_int_equal(serial_open(l.path, l.opt, &t), -EINVAL);
	options_set(l.opt, "cablepower", "reverse");
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	end(&l);
	make(&l);
	options_set(l.opt, "baudrate", "1111");
	assert_int_equal(serial_open(l.path, l.opt, &t), -EINVAL);
	end(&l);
}

static void test_events(void **state)
{
	struct pollfd fds[1];
	struct line l;
	int timeout = 1000;

	make(&l);
	assert_int_equal(serial_open(l.path, l.opt, &l.t), 0);
	assert_int_equal(l.t->ops->pollfds(l.t, fds, 1, &timeout), 1);
	put(&l, "!", 1);
	assert_int_equal(poll(fds, 1, 1000), 1);
	assert_int_equal(l.t->ops->dispatch(l.t), 0);
	assert_int_equal(poll(fds, 1, 0), 0);
	end(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_all_bytes),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_unfinished_line),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_speed),
		cmocka_unit_test(test_one_owner),
		cmocka_unit_test(test_lock_file),
		cmocka_unit_test(test_unplugged),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_events),
	};

	log_set_level(LOG_ERROR - 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
