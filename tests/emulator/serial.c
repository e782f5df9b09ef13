// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A Qx UPS at the end of a serial line: a pty, or a UNIX socket such as a
 * virtual machine's serial port. Neither has modem lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "qx.h"

struct line {
	struct emu_ups *u;
	const struct qx_dialect *dialect;
	int fd, slave, listener;
	char link[PATH_MAX], path[PATH_MAX];
	char cmd[128];
	size_t cmd_len;
	bool too_long;
	uint8_t out[QX_ANSWER_MAX * 2];
	size_t out_len;
	struct timer delay;
};

static void path_of(struct emu_ups *u, const char *base, char *out, size_t len)
{
	if (u->n)
		snprintf(out, len, "%s.%u", base, u->n);
	else
		snprintf(out, len, "%s", base);
}

/* Sends what is due; at --baud, so many bytes that the line stays as slow as it is. */
static void line_send(void *ctx)
{
	struct line *l = ctx;
	unsigned int baud = l->u->emu->baud;
	size_t n = l->out_len;
	ssize_t sent;

	if (!n || l->fd < 0)
		return;
	if (baud && n > baud / 10 / 100 + 1)
		n = baud / 10 / 100 + 1;
	sent = write(l->fd, l->out, n);
	if (sent < 0) {
		l->out_len = 0;
		return;
	}
	memmove(l->out, l->out + sent, l->out_len - sent);
	l->out_len -= sent;
	if (l->out_len)
		timer_in(&l->delay, baud ? n * 10000 / baud : 1, line_send, l);
}

static void line_command(struct line *l)
{
	uint8_t buf[QX_ANSWER_MAX];
	int len;

	l->u->queries++;
	len = qx_answer(l->u, l->dialect, l->cmd, l->cmd_len, buf);
	len = fault_apply(l->u, l->cmd, l->cmd_len, buf, len, sizeof(buf));
	if (len <= 0 || l->out_len + len > sizeof(l->out))
		return;
	memcpy(l->out + l->out_len, buf, len);
	l->out_len += len;
	if (l->u->f.slow_ms || l->u->emu->baud)
		timer_in(&l->delay, l->u->f.slow_ms + (l->u->emu->baud ? 4 : 0), line_send, l);
	else
		line_send(l);
}

static void line_lost(struct line *l);

static void line_ready(void *ctx)
{
	struct line *l = ctx;
	uint8_t buf[256];
	ssize_t n = read(l->fd, buf, sizeof(buf));

	if (n <= 0) {
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		line_lost(l);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\r') {
			if (l->cmd_len && !l->too_long)
				line_command(l);
			l->cmd_len = 0;
			l->too_long = false;
		} else if (l->cmd_len < sizeof(l->cmd) - 1) {
			l->cmd[l->cmd_len++] = buf[i];
			l->cmd[l->cmd_len] = 0;
		} else {
			l->too_long = true;
		}
	}
}

static int pty_open(struct line *l)
{
	struct termios t;
	const char *name;

	l->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (l->fd < 0 || grantpt(l->fd) || unlockpt(l->fd))
		return -errno;
	name = ptsname(l->fd);
	if (!name)
		return -errno;
	snprintf(l->path, sizeof(l->path), "%s", name);
	/* Held open so that the master sees no hang-up while no host is there. */
	l->slave = open(l->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->slave < 0)
		return -errno;
	tcgetattr(l->slave, &t);
	cfmakeraw(&t);
	tcsetattr(l->slave, TCSANOW, &t);
	if (*l->link) {
		unlink(l->link);
		if (symlink(l->path, l->link))
			return -errno;
	}
	return loop_add(l->fd, POLLIN, line_ready, l);
}

static void socket_accept(void *ctx)
{
	struct line *l = ctx;
	int fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (l->fd >= 0) {
		close(fd);
		return;
	}
	l->fd = fd;
	l->cmd_len = l->out_len = 0;
	loop_add(fd, POLLIN, line_ready, l);
}

/* Connects when somebody listens on the path, listens there otherwise. */
static int socket_open(struct line *l)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (strlen(l->path) >= sizeof(a.sun_path)) {
		close(fd);
		return -ENAMETOOLONG;
	}
	strcpy(a.sun_path, l->path);
	if (!connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		l->fd = fd;
		fcntl(fd, F_SETFL, O_NONBLOCK);
		return loop_add(fd, POLLIN, line_ready, l);
	}
	unlink(l->path);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 1)) {
		close(fd);
		return -errno;
	}
	l->listener = fd;
	return loop_add(fd, POLLIN, socket_accept, l);
}

static void line_close(struct line *l)
{
	timer_stop(&l->delay);
	l->out_len = 0;
	if (l->fd >= 0) {
		loop_del(l->fd);
		close(l->fd);
	}
	if (l->slave >= 0)
		close(l->slave);
	l->fd = l->slave = -1;
	if (*l->link)
		unlink(l->link);
}

static void line_lost(struct line *l)
{
	if (!l->u->emu->socket_path) {
		loop_set_events(l->fd, 0);
		return;
	}
	loop_del(l->fd);
	close(l->fd);
	l->fd = -1;
	/* We had connected: the virtual machine is gone, and so is our work. */
	if (l->listener < 0)
		loop_quit(0);
}

static int serial_plug(struct emu_ups *u, bool in)
{
	struct line *l = u->priv;

	if (u->emu->socket_path)
		return -EOPNOTSUPP;
	if (in)
		return pty_open(l);
	line_close(l);
	return 0;
}

static int serial_start(struct emu_ups *u)
{
	struct line *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return -ENOMEM;
	l->u = u;
	u->priv = l;
	l->fd = l->slave = l->listener = -1;
	l->dialect = qx_dialect(u->emu->dialect);
	if (!l->dialect)
		return -EINVAL;
	if (u->emu->link)
		path_of(u, u->emu->link, l->link, sizeof(l->link));
	if (u->emu->socket_path) {
		path_of(u, u->emu->socket_path, l->path, sizeof(l->path));
		rc = socket_open(l);
	} else {
		rc = pty_open(l);
	}
	if (!rc)
		printf("%s\n", l->path);
	return rc;
}

static void serial_state(struct emu_ups *u, FILE *out)
{
	struct line *l = u->priv;

	fprintf(out, ", \"path\": \"%s\", \"dialect\": \"%s\"", l->path, l->dialect->name);
}

static void serial_stop(struct emu_ups *u)
{
	struct line *l = u->priv;

	line_close(l);
	if (l->listener >= 0) {
		close(l->listener);
		unlink(l->path);
	}
	free(l);
	u->priv = NULL;
}

const struct emu_kind kind_serial = {
	.name = "serial", .start = serial_start, .plug = serial_plug, .state = serial_state,
	.stop = serial_stop,
};
