#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# desktop.py NAME LOG - a desktop's notification server on the session bus. Every
# note is a line of LOG: id, the id it replaces, urgency, timeout, summary, body.
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

INTERFACE = "org.freedesktop.Notifications"


class Server(dbus.service.Object):
    last = 0

    @dbus.service.method(INTERFACE, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        if not replaces:
            self.last += 1
        id = replaces or self.last
        print(id, replaces, int(hints["urgency"]), timeout, app, icon, summary, body,
              sep="|", file=log, flush=True)
        return dbus.UInt32(id)

    @dbus.service.method(INTERFACE, out_signature="ssss")
    def GetServerInformation(self):
        return sys.argv[1], "a vendor", "1", "1.2"


log = open(sys.argv[2], "w")
DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName(INTERFACE, bus)
Server(bus, "/org/freedesktop/Notifications")
GLib.MainLoop().run()
