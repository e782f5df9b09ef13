/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A serial line, opened so that the UPS behind it does not notice. */
#ifndef UPSY_SERIAL_H
#define UPSY_SERIAL_H

struct options;
struct transport;

/**
 * serial_open - open a serial line at 2400 8N1, no flow control
 * @path: of the device, "/dev/ttyS0"
 * @opt: cablepower=normal|reverse|both|none says which lines feed the UPS's
 *       interface (default: DTR raised, RTS dropped); baudrate= overrides 2400
 * @out: the transport, with TRANSPORT_STREAM
 *
 * The modem lines are set once, here, and stay when the line is closed: a UPS
 * with a contact interface takes a change for a command.
 *
 * Return: 0 or a negative errno, already logged with what to do about it.
 */
int serial_open(const char *path, const struct options *opt, struct transport **out);

/**
 * serial_set_speed - for protocols that are not spoken at 2400 Bd
 * @baud: 300 … 115200
 * Return: 0, -EINVAL for a speed there is not, -EOPNOTSUPP when @t is no
 * serial line. A baudrate= option stays in force.
 */
int serial_set_speed(struct transport *t, int baud);

/**
 * serial_set_eol - let read() wake up once per line instead of once per byte
 * @eol: the byte that ends a line, or -1 for byte by byte
 *
 * With an @eol, read() returns at the end of a line, or at its timeout with
 * what came until then. Return: 0 or -EOPNOTSUPP when @t is no serial line.
 */
int serial_set_eol(struct transport *t, int eol);

#endif
