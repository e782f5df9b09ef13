// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-kernel - what the module costs: netlink SET, sysfs reads, and the time
 * from a change to its uevent.
 *
 *   bench-kernel cost          feeds 1, 8 and 64 UPSes of its own
 *   bench-kernel uevent SOCKET COMMAND [SUPPLY]   tells the emulator there
 *                              COMMAND, waits for SUPPLY's uevent (AC_UPS0), prints ms
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "lib/netlink.h"

#define ROUNDS		2000
#define UPSES_MAX	64
#define WAIT_MS		30000

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void sample(struct readings *r, int n)
{
	memset(r, 0, sizeof(*r));
	reading_set(r, UPSY_R_ONLINE, 1);
	reading_set(r, UPSY_R_STATUS, UPSY_STATUS_FULL);
	reading_set(r, UPSY_R_PRESENT, 1);
	reading_set(r, UPSY_R_CAPACITY, 100);
	reading_set(r, UPSY_R_CAPACITY_LEVEL, UPSY_CAPACITY_LEVEL_FULL);
	reading_set(r, UPSY_R_RUNTIME, 1200);
	reading_set(r, UPSY_R_ENERGY_FULL, 100000000);
	reading_set(r, UPSY_R_VOLTAGE, 27000000);
	/* Volts jitter: what a UPS tells nearly every time, and nobody is woken by. */
	reading_set(r, UPSY_R_INPUT_VOLTAGE, 230000000 + n % 10 * 100000);
	reading_set(r, UPSY_R_LOAD, 25);
}

static double read_cost(const char *path)
{
	char buf[4096];
	double start;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	start = now_us();
	for (int i = 0; i < ROUNDS; i++)
		if (pread(fd, buf, sizeof(buf), 0) <= 0)
			break;
	start = (now_us() - start) / ROUNDS;
	close(fd);
	return start;
}

static int cost_of(int count)
{
	static struct upsy_ups ups[UPSES_MAX];
	struct upsy_link *l;
	struct readings r;
	char path[128];
	double t, set, capacity, uevent;
	int rc = upsy_open(&l);

	if (rc) {
		fprintf(stderr, "bench-kernel: %s\n", strerror(-rc));
		return rc;
	}
	t = now_us();
	for (int i = 0; i < count && !rc; i++) {
		struct upsy_ups *u = &ups[i];

		memset(u, 0, sizeof(*u));
		snprintf(u->id.key, sizeof(u->id.key), "bench-%d", i);
		snprintf(u->id.manufacturer, sizeof(u->id.manufacturer), "upsy");
		snprintf(u->id.model_name, sizeof(u->id.model_name), "Bench %d", i);
		u->deadline_ms = 60000;
		sample(&u->readings, 0);
		rc = upsy_new(l, u);
	}
	if (rc) {
		fprintf(stderr, "bench-kernel: %s\n", upsy_strerror(l));
		upsy_close(l);
		return rc;
	}
	t = (now_us() - t) / count;
	set = now_us();
	for (int i = 0; i < ROUNDS && !rc; i++) {
		sample(&r, i);
		rc = upsy_set(l, ups[i % count].n, &r);
	}
	set = (now_us() - set) / ROUNDS;
	snprintf(path, sizeof(path), "/sys/class/power_supply/BAT_UPS%u/capacity",
		 ups[count - 1].n);
	capacity = read_cost(path);
	snprintf(path, sizeof(path), "/sys/class/power_supply/BAT_UPS%u/uevent", ups[count - 1].n);
	uevent = read_cost(path);
	printf("# %6d %14.1f %14.1f %18.1f %18.1f\n", count, t, set, capacity, uevent);
	/* Left alone, they would stay for the module's grace period. */
	for (int i = 0; i < count; i++)
		upsy_del(l, ups[i].n);
	upsy_close(l);
	return rc;
}

/* Tells the emulator at @path @text, and counts from there to @supply's uevent. */
static int wait_uevent(const char *path, const char *text, const char *supply)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	int ctl = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char buf[8192], line[128];
	double start;
	ssize_t n;

	snprintf(u.sun_path, sizeof(u.sun_path), "%s", path);
	if (fd < 0 || ctl < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    connect(ctl, (struct sockaddr *)&u, sizeof(u)))
		return -errno;
	n = snprintf(line, sizeof(line), "%s\n", text);
	start = now_us();
	if (write(ctl, line, n) != n)
		return -errno;
	while (now_us() - start < WAIT_MS * 1000.0 && poll(&p, 1, WAIT_MS) > 0) {
		n = recv(fd, buf, sizeof(buf) - 1, 0);
		if (n <= 0)
			break;
		/* The first string of the message: "change@/devices/…/AC_UPS0" */
		buf[n] = 0;
		if (strstr(buf, supply)) {
			printf("%.1f\n", (now_us() - start) / 1000);
			return 0;
		}
	}
	return -ETIMEDOUT;
}

int main(int argc, char **argv)
{
	static const int counts[] = { 1, 8, UPSES_MAX };
	int rc = 0;

	if ((argc == 4 || argc == 5) && !strcmp(argv[1], "uevent"))
		return wait_uevent(argv[2], argv[3], argc == 5 ? argv[4] : "AC_UPS0") ? 1 : 0;
	if (argc != 2 || strcmp(argv[1], "cost")) {
		fputs("usage: bench-kernel cost | uevent SOCKET COMMAND [SUPPLY]\n", stderr);
		return 64;
	}
	printf("# %6s %14s %14s %18s %18s\n", "UPSes", "NEW us each", "SET us", "read capacity us",
	       "read uevent us");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && !rc; i++)
		rc = cost_of(counts[i]);
	return rc ? 1 : 0;
}
