// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The transport "serial:": a tty, or a pty in tests.
 *
 * What must stay true: the modem lines never move after open, since contact
 * interfaces read DTR and RTS as "switch off" (Documentation/cables); no call
 * outlasts its timeout; a line that another program uses is left alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "transport/serial.h"
#include "transport/transport.h"

struct serial {
	struct transport t;
	int fd;
	int eol;		/* -1: byte by byte */
	bool fixed_speed;	/* baudrate= was given */
	bool unfinished;	/* a line did not end in time: its bytes come singly */
	struct termios tio;
};

static const struct { int baud; speed_t speed; } speeds[] = {
	{ 300, B300 }, { 600, B600 }, { 1200, B1200 }, { 2400, B2400 },
	{ 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 },
	{ 57600, B57600 }, { 115200, B115200 },
};

static const struct { const char *name; unsigned int lines; } cable_powers[] = {
	{ "normal", TIOCM_DTR },
	{ "reverse", TIOCM_RTS },
	{ "both", TIOCM_DTR | TIOCM_RTS },
	{ "none", 0 },
};

static struct serial *to_serial(struct transport *t)
{
	return (struct serial *)t;
}

static int apply(struct serial *s)
{
	while (tcsetattr(s->fd, TCSANOW, &s->tio) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* Errors of a tty that was unplugged: EIO from read and write, ENXIO, ENODEV. */
static int gone(int err)
{
	return err == EIO || err == ENXIO || err == ENODEV ? -ENODEV : -err;
}

/* Wait for input. Return: 1, 0 at the timeout, or a negative errno. */
static int wait_for(struct serial *s, short events, int64_t until)
{
	for (;;) {
		struct pollfd pfd = { .fd = s->fd, .events = events };
		int64_t left = until - clock_ms();
		int n = poll(&pfd, 1, left > 0 ? (int)left : 0);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && pfd.revents & events)
			return 1;
		if (n > 0)
			return -ENODEV;
		if (n == 0)
			return 0;
	}
}

/* Nothing to read is an empty line, or the end of the device. */
static bool is_hung_up(const struct serial *s)
{
	struct pollfd pfd = { .fd = s->fd, .events = POLLIN };

	return poll(&pfd, 1, 0) > 0 && pfd.revents & (POLLHUP | POLLERR | POLLNVAL);
}

static ssize_t take(struct serial *s, void *buf, size_t len)
{
	for (;;) {
		ssize_t n = read(s->fd, buf, len);

		if (n > 0)
			return n;
		if (n == 0)
			return is_hung_up(s) ? -ENODEV : -ETIMEDOUT;
		if (errno == EAGAIN)
			return -ETIMEDOUT;
		if (errno != EINTR)
			return gone(errno);
	}
}

/*
 * Canonical mode wakes its reader once per line. At the timeout of a line that
 * did not end, leaving that mode hands over what has come so far; what follows
 * comes byte by byte until something new is sent.
 */
static int set_mode(struct serial *s, bool lines)
{
	memset(s->tio.c_cc, _POSIX_VDISABLE, sizeof(s->tio.c_cc));
	if (lines) {
		s->tio.c_lflag |= ICANON;
		s->tio.c_cc[VEOL] = (cc_t)s->eol;
	} else {
		s->tio.c_lflag &= ~(tcflag_t)ICANON;
		s->tio.c_cc[VMIN] = 1;
	}
	return apply(s);
}

static void expect_lines(struct serial *s)
{
	if (!s->unfinished)
		return;
	s->unfinished = false;
	set_mode(s, s->eol >= 0);
}

static ssize_t serial_read(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	struct serial *s = to_serial(t);
	int ready = wait_for(s, POLLIN, clock_ms() + timeout_ms);

	if (ready < 0)
		return gone(-ready);
	if (ready)
		return take(s, buf, len);
	if (s->eol >= 0 && !s->unfinished) {
		s->unfinished = true;
		ready = set_mode(s, false);
		return ready ? ready : take(s, buf, len);
	}
	return -ETIMEDOUT;
}

static int serial_write(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	struct serial *s = to_serial(t);
	int64_t until = clock_ms() + timeout_ms;
	const char *p = buf;

	expect_lines(s);
	while (len) {
		ssize_t n = write(s->fd, p, len);
		int ready;

		if (n > 0) {
			p += n;
			len -= (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return gone(errno);
		ready = wait_for(s, POLLOUT, until);
		if (ready < 0)
			return gone(-ready);
		if (!ready)
			return -ETIMEDOUT;
	}
	return 0;
}

static int serial_flush(struct transport *t)
{
	struct serial *s = to_serial(t);

	if (tcflush(s->fd, TCIFLUSH) < 0)
		return gone(errno);
	expect_lines(s);
	return 0;
}

static const struct { unsigned int line; int tiocm; } line_map[] = {
	{ LINE_DTR, TIOCM_DTR }, { LINE_RTS, TIOCM_RTS }, { LINE_CTS, TIOCM_CTS },
	{ LINE_DSR, TIOCM_DSR }, { LINE_DCD, TIOCM_CD }, { LINE_RI, TIOCM_RI },
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static int serial_get_lines(struct transport *t)
{
	unsigned int lines = 0;
	int tiocm;

	if (ioctl(to_serial(t)->fd, TIOCMGET, &tiocm) < 0)
		return errno == ENOTTY || errno == EINVAL ? -EOPNOTSUPP : gone(errno);
	for (size_t i = 0; i < N_OF(line_map); i++) {
		if (tiocm & line_map[i].tiocm)
			lines |= line_map[i].line;
	}
	return (int)lines;
}

static int serial_set_lines(struct transport *t, unsigned int set, unsigned int clear)
{
	int fd = to_serial(t)->fd;
	int tiocm;

	if (set & LINE_BREAK && ioctl(fd, TIOCSBRK) < 0)
		return gone(errno);
	if (clear & LINE_BREAK && ioctl(fd, TIOCCBRK) < 0)
		return gone(errno);
	if (!((set | clear) & (LINE_DTR | LINE_RTS)))
		return 0;
	if (ioctl(fd, TIOCMGET, &tiocm) < 0)
		return errno == ENOTTY || errno == EINVAL ? -EOPNOTSUPP : gone(errno);
	for (size_t i = 0; i < 2; i++) {
		if (set & line_map[i].line)
			tiocm |= line_map[i].tiocm;
		if (clear & line_map[i].line)
			tiocm &= ~line_map[i].tiocm;
	}
	/* Both lines in one step: no state in between for the UPS to see. */
	return ioctl(fd, TIOCMSET, &tiocm) < 0 ? gone(errno) : 0;
}

static int serial_pollfds(struct transport *t, struct pollfd *fds, int max, int *timeout_ms)
{
	if (max < 1)
		return 0;
	fds[0] = (struct pollfd){ .fd = to_serial(t)->fd, .events = POLLIN };
	return 1;
}

static int serial_dispatch(struct transport *t)
{
	struct serial *s = to_serial(t);
	uint8_t buf[256];
	ssize_t n = take(s, buf, sizeof(buf));

	if (n == -ENODEV)
		return -ENODEV;
	if (n > 0 && t->input)
		t->input(t->input_ctx, buf, (size_t)n);
	return 0;
}

static void serial_close(struct transport *t)
{
	struct serial *s = to_serial(t);

	ioctl(s->fd, TIOCNXCL);
	close(s->fd);
	free(s);
}

static const struct transport_ops serial_ops = {
	.name = "serial",
	.caps = TRANSPORT_STREAM,
	.close = serial_close,
	.read = serial_read,
	.write = serial_write,
	.flush = serial_flush,
	.set_lines = serial_set_lines,
	.get_lines = serial_get_lines,
	.pollfds = serial_pollfds,
	.dispatch = serial_dispatch,
};

int serial_set_speed(struct transport *t, int baud)
{
	struct serial *s = to_serial(t);

	if (t->ops != &serial_ops)
		return -EOPNOTSUPP;
	if (s->fixed_speed)
		return 0;
	for (size_t i = 0; i < N_OF(speeds); i++) {
		if (speeds[i].baud != baud)
			continue;
		cfsetispeed(&s->tio, speeds[i].speed);
		cfsetospeed(&s->tio, speeds[i].speed);
		return apply(s);
	}
	return -EINVAL;
}

int serial_set_eol(struct transport *t, int eol)
{
	struct serial *s = to_serial(t);

	if (t->ops != &serial_ops)
		return -EOPNOTSUPP;
	if (s->eol == eol)
		return 0;
	s->eol = eol;
	s->unfinished = false;
	return set_mode(s, eol >= 0);
}

/* A living program's lock file, as uucp, NUT, minicom and others leave it. */
static pid_t lock_file_owner(const char *path)
{
	const char *base = strrchr(path, '/');
	char name[PATH_MAX], text[32];
	ssize_t n;
	pid_t pid;
	int fd;

	snprintf(name, sizeof(name), "/var/lock/LCK..%s", base ? base + 1 : path);
	fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	pid = (pid_t)atol(text);
	if (pid <= 1 || pid == getpid())
		return 0;
	return kill(pid, 0) == 0 || errno == EPERM ? pid : 0;
}

static int open_failed(const char *path, int err)
{
	switch (err) {
	case ENOENT:
		log_error("%s: no such device; is the cable plugged in? "
			  "Serial lines are listed in /dev/serial/by-id", path);
		return -ENOENT;
	case ENXIO:
	case ENODEV:
		log_error("%s: there is no hardware behind this serial line; try another", path);
		return -ENOENT;
	case EACCES:
	case EPERM:
		log_error("%s: permission denied; run as root, or add the user to group dialout",
			  path);
		return -EACCES;
	case EBUSY:
		log_error("%s: another program uses this line; stop it first (fuser %s names it)",
			  path, path);
		return -EBUSY;
	case ENOTTY:
		log_error("%s: is not a serial line", path);
		return -EINVAL;
	default:
		log_error("%s: cannot open: %s", path, strerror(err));
		return -err;
	}
}

static int set_cable_power(struct serial *s, const struct options *opt)
{
	const char *want = option_text(opt, "cablepower");
	unsigned int lines = TIOCM_DTR, set = 0, clear = 0;
	size_t i;
	int err;

	if (want && *want) {
		for (i = 0; i < N_OF(cable_powers); i++) {
			if (!strcasecmp(want, cable_powers[i].name))
				break;
		}
		if (i == N_OF(cable_powers)) {
			log_error("cablepower=%s: must be normal, reverse, both or none", want);
			return -EINVAL;
		}
		lines = cable_powers[i].lines;
	}
	*(lines & TIOCM_DTR ? &set : &clear) |= LINE_DTR;
	*(lines & TIOCM_RTS ? &set : &clear) |= LINE_RTS;
	err = serial_set_lines(&s->t, set, clear);
	/* A pty has no modem lines. */
	return err == -EOPNOTSUPP ? 0 : err;
}

int serial_open(const char *path, const struct options *opt, struct transport **out)
{
	struct serial *s;
	int64_t baud = 2400;
	pid_t owner;
	int err;

	owner = lock_file_owner(path);
	if (owner) {
		log_error("%s: process %d uses this line (its lock file is in /var/lock); stop it first",
			  path, (int)owner);
		return -EBUSY;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->t.ops = &serial_ops;
	s->eol = -1;
	snprintf(s->t.info.port, sizeof(s->t.info.port), "%s", path);

	/* O_NONBLOCK: do not wait for a carrier that no UPS gives. */
	s->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (s->fd < 0) {
		err = open_failed(path, errno);
		goto free;
	}
	if (tcgetattr(s->fd, &s->tio) < 0) {
		err = open_failed(path, errno == EINVAL || errno == ENOTTY ? ENOTTY : errno);
		goto close;
	}
	if (ioctl(s->fd, TIOCEXCL) < 0 || flock(s->fd, LOCK_EX | LOCK_NB) < 0) {
		err = open_failed(path, errno == EWOULDBLOCK ? EBUSY : errno);
		goto close;
	}
	err = set_cable_power(s, opt);
	if (err) {
		if (err != -EINVAL)
			open_failed(path, -err);
		goto unlock;
	}

	/* No HUPCL: closing must not drop the lines either. */
	s->tio.c_iflag = IGNBRK | IGNPAR;
	s->tio.c_oflag = 0;
	s->tio.c_lflag = 0;
	s->tio.c_cflag = CS8 | CREAD | CLOCAL;
	memset(s->tio.c_cc, _POSIX_VDISABLE, sizeof(s->tio.c_cc));
	s->tio.c_cc[VMIN] = 1;
	err = option_number(opt, "baudrate", 1, 300, 115200, &baud);
	if (err && err != -ENOENT)
		goto unlock;
	err = serial_set_speed(&s->t, (int)baud);
	if (err) {
		log_error("%s: cannot set %d Bd: %s; baudrate= must be a standard speed",
			  path, (int)baud, strerror(-err));
		goto unlock;
	}
	s->fixed_speed = option_text(opt, "baudrate") != NULL;
	tcflush(s->fd, TCIOFLUSH);
	*out = &s->t;
	return 0;

unlock:
	ioctl(s->fd, TIOCNXCL);
close:
	close(s->fd);
free:
	free(s);
	return err;
}
