// SPDX-License-Identifier: GPL-2.0-or-later
/* The ring file: what goes in comes out, whatever a crash left of it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/log.h"
#include "upsyd/history.h"

#define RING	(800 * 64)	/* records */

static char dir[] = "/tmp/upsy-test-XXXXXX", path[128];
static int64_t now_ms;

struct result {
	int n, wrong;
	struct history_point first, last;
	int kinds[HISTORY_END + 1];
};

static int take(const struct history_point *p, void *ctx)
{
	struct result *res = ctx;

	if (!res->n++)
		res->first = *p;
	else if (p->seq <= res->last.seq)
		res->wrong++;
	/* feed() below wrote the time into the volts, too. */
	if (p->input_voltage != p->time)
		res->wrong++;
	res->last = *p;
	res->kinds[p->kind]++;
	return 0;
}

static struct result read_back(void)
{
	struct result res = { 0 };

	assert_int_equal(history_read(path, NULL, take, &res), 0);
	assert_int_equal(res.wrong, 0);
	return res;
}

static void feed(struct history *h, int online, int capacity, int seconds)
{
	struct readings r = { 0 };

	reading_set(&r, UPSY_R_ONLINE, online);
	reading_set(&r, UPSY_R_STATUS, online ? UPSY_STATUS_FULL : UPSY_STATUS_DISCHARGING);
	reading_set(&r, UPSY_R_CAPACITY, capacity);
	for (int i = 0; i < seconds; i++) {
		reading_set(&r, UPSY_R_INPUT_VOLTAGE, now_ms);
		history_sample(h, &r, now_ms, now_ms / 1000);
		now_ms += 1000;
	}
}

/* Like a power failure: what is in memory is gone, the lock too. */
static void crash(struct history *h)
{
	struct stat mine, st;

	assert_int_equal(stat(path, &mine), 0);
	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &st) == 0 && st.st_ino == mine.st_ino && st.st_dev == mine.st_dev)
			close(fd);
	free(h);
}

static struct history *fresh(void)
{
	unlink(path);
	now_ms = 1000000;
	return history_open(dir, "k:1/2", "Model 1");
}

static void rate(void **state)
{
	struct history *h = fresh();
	struct result res;
	char model[UPSY_STRING_MAX + 1];

	assert_non_null(h);
	feed(h, 1, 100, 600);		/* start + 9 */
	feed(h, 0, 90, 60);		/* change + 5 */
	feed(h, 1, 80, 60);		/* change */
	crash(h);
	res = read_back();
	assert_int_equal(res.kinds[HISTORY_START], 1);
	assert_int_equal(res.kinds[HISTORY_CHANGE], 2);
	assert_int_equal(res.kinds[HISTORY_SAMPLE], 14);
	assert_int_equal(res.last.capacity, 80);
	assert_int_equal(res.last.online, 1);
	assert_int_equal(res.last.load, HISTORY_UNKNOWN);
	assert_int_equal(res.last.runtime, HISTORY_UNKNOWN + 0);
	assert_int_equal(history_read(path, model, take, &res), 0);
	assert_string_equal(model, "Model 1");
}

/* A state that flaps must not push out a month of history. */
static void storm(void **state)
{
	struct history *h = fresh();

	for (int i = 0; i < 600; i++)
		feed(h, i % 2, 50, 1);
	crash(h);
	assert_in_range(read_back().n, 200, 300);
}

static void month(void **state)
{
	struct history *h = fresh();
	struct result res;
	struct stat st;

	for (int day = 0; day < 45; day++) {
		for (int minute = 0; minute < 1440; minute++, now_ms += 59000)
			feed(h, 1, 100, 1);
	}
	crash(h);
	res = read_back();
	assert_in_range(res.n, RING - 128, RING);
	assert_in_range(res.last.time - res.first.time, 30 * 86400, 45 * 86400);
	assert_int_equal(stat(path, &st), 0);
	assert_in_range(st.st_size, 0, 4 << 20);

	/* Goes on where it was. */
	h = history_open(dir, "k:1/2", "Model 1");
	feed(h, 0, 70, 1);
	crash(h);
	assert_int_equal(read_back().last.capacity, 70);
}

static void restarts(void **state)
{
	struct history *h = fresh();
	struct result res;

	for (int i = 0; i < 200; i++) {
		feed(h, 0, i, 1);
		crash(h);
		h = history_open(dir, "k:1/2", i % 2 ? "Model 1" : "Model 2");
		assert_non_null(h);
	}
	crash(h);
	res = read_back();
	assert_int_equal(res.n, 200);
	assert_int_equal(res.last.capacity, 199);
	assert_int_equal(res.last.seq, 199);
}

/* Whatever bytes are damaged, what is read was written, in order. */
static void damage(void **state)
{
	struct history *h = fresh();
	uint8_t rubbish[256];
	struct stat st;
	int fd;

	for (int i = 0; i < 400; i++)
		feed(h, i % 2, i % 100, 30);
	crash(h);
	srandom(1);
	assert_int_equal(stat(path, &st), 0);
	for (int i = 0; i < 200; i++) {
		for (size_t j = 0; j < sizeof(rubbish); j++)
			rubbish[j] = random();
		fd = open(path, O_WRONLY);
		assert_true(pwrite(fd, rubbish, random() % sizeof(rubbish),
				   4096 + random() % (st.st_size - 4096)) >= 0);
		if (i % 50 == 0)
			assert_int_equal(ftruncate(fd, st.st_size - random() % 4096), 0);
		close(fd);
		read_back();
		h = history_open(dir, "k:1/2", "Model 1");
		assert_non_null(h);
		feed(h, i % 2, 55, 61);
		crash(h);
		assert_int_equal(read_back().last.capacity, 55);
	}
}

static void no_room(void **state)
{
	struct history *h;
	struct readings r = { 0 };

	assert_null(history_open("/nonexistent/dir", "k", "m"));
	history_sample(NULL, &r, 0, 0);
	history_close(NULL);

	/* One writer at a time. */
	h = fresh();
	assert_non_null(h);
	feed(h, 1, 10, 1);
	history_close(h);
	assert_int_equal(history_read("/dev/null", NULL, NULL, NULL), -EINVAL);
	assert_int_equal(history_read("/nonexistent", NULL, NULL, NULL), -ENOENT);
}

/* The disk is full for a while: that while is missing, and nothing else. */
static void full_disk(void **state)
{
	struct rlimit some = { 4096 * 2, RLIM_INFINITY }, all = { RLIM_INFINITY, RLIM_INFINITY };
	struct history *h = fresh();
	struct result res;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &some), 0);
	feed(h, 0, 90, 2000);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	res = read_back();
	assert_in_range(res.n, 60, 64);
	feed(h, 0, 40, 10);
	crash(h);
	res = read_back();
	assert_int_equal(res.last.capacity, 40);
	assert_int_equal(res.last.seq, 200);
	assert_in_range(res.n, 65, 136);
}

static int setup(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/k_1_2.history", dir);
	log_set_level(LOG_ERROR);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return rmdir(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rate),
		cmocka_unit_test(storm),
		cmocka_unit_test(month),
		cmocka_unit_test(restarts),
		cmocka_unit_test(damage),
		cmocka_unit_test(no_room),
		cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
