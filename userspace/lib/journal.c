// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The journal's native protocol, as far as it is needed: one datagram of
 * NAME=value lines. No value here ever holds a newline.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/journal.h"

void journal_event(const char *id, enum log_level level, const char *ups, const char *fmt, ...)
{
	static const struct sockaddr_un journal = {
		.sun_family = AF_UNIX, .sun_path = "/run/systemd/journal/socket",
	};
	char text[512], packet[1024];
	int fd, len, sent = -1;
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = ' ';

	len = snprintf(packet, sizeof(packet),
		       "MESSAGE=%s\nMESSAGE_ID=%s\nPRIORITY=%d\nSYSLOG_IDENTIFIER=%s\n%s%s%s",
		       text, id, (int)level, program_invocation_short_name,
		       ups ? "UPSY_UPS=" : "", ups ? ups : "", ups ? "\n" : "");
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && len < (int)sizeof(packet))
		sent = sendto(fd, packet, len, MSG_NOSIGNAL,
			      (const struct sockaddr *)&journal, sizeof(journal));
	if (fd >= 0)
		close(fd);
	if (sent < 0)
		log_at(level, "%s", text);
}
