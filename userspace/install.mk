# SPDX-License-Identifier: GPL-2.0-or-later
#
# make install        put upsy on this computer, and start it
# make uninstall      take every trace of it away again
#
# Packagers: with DESTDIR set nothing outside it is touched and nothing is run.
# MODULE= leaves out the module's source.

PREFIX ?= /usr
BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/lib/upsy
MANDIR ?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
USERUNITDIR ?= $(PREFIX)/lib/systemd/user
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
CATALOGDIR ?= /usr/lib/systemd/catalog
# systemd looks for shutdown hooks here and nowhere else.
SHUTDOWNDIR ?= /usr/lib/systemd/system-shutdown
# polkit looks for actions here and, before 124, nowhere else.
POLKITDIR ?= /usr/share/polkit-1/actions
# Older udevs don't look into /usr/local.
UDEVDIR ?= $(if $(filter /usr,$(PREFIX)),/usr/lib/udev,/etc/udev)
MODULE ?= dkms
DKMSDIR ?= /usr/src/upsy-$(VERSION)
# Who may open serial ports: dialout on Debian and Fedora, uucp on Arch.
TTYGROUP ?= $(shell getent group dialout >/dev/null || ! getent group uucp >/dev/null && echo dialout || echo uucp)
SYSTEMD_VERSION ?= $(shell systemctl --version 2>/dev/null | awk 'NR == 1 { print $$2 + 0 }')

$(O)/upsy-id: $(O)/udev/upsy-id.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $<

all: $(O)/upsy-id

# What has @paths@ in it is filled in on the way to $(O)/.
$(O)/etc/%: %.in userspace/install.mk
	@mkdir -p $(@D)
	sed -e 's|@bindir@|$(BINDIR)|g' -e 's|@sbindir@|$(SBINDIR)|g' \
	    -e 's|@libexecdir@|$(LIBEXECDIR)|g' -e 's|@ttygroup@|$(TTYGROUP)|g' $< >$@

FILLED_IN = $(patsubst %.in,$(O)/etc/%,$(wildcard userspace/systemd/*.in userspace/systemd/user/*.in \
	userspace/systemd/shutdown/*.in userspace/polkit/*.in udev/*.in))
systemd_files = $(wildcard userspace/systemd/$(1)) \
	$(patsubst %.in,$(O)/etc/%,$(wildcard userspace/systemd/$(1).in))

# The list that install and uninstall share; userspace/systemd/place reads it.
# upsyctl and upsy-notify are for users, the other programs are not.
install_files = $(strip \
	$(foreach p,$(notdir $(PROGRAMS)),755:$(O)/$(p):$(if $(filter upsyctl upsy-notify,$(p)),$(BINDIR),$(SBINDIR))) \
	755:$(O)/upsy-id:$(LIBEXECDIR) \
	$(foreach f,$(call systemd_files,*.service) $(call systemd_files,*.timer),644:$(f):$(UNITDIR)) \
	$(foreach f,$(call systemd_files,user/*.service),644:$(f):$(USERUNITDIR)) \
	link:../upsy-notify.service:$(USERUNITDIR)/graphical-session.target.wants:upsy-notify.service \
	$(foreach f,$(call systemd_files,shutdown/*.shutdown),755:$(f):$(SHUTDOWNDIR)) \
	644:$(O)/etc/userspace/polkit/org.upsy.policy:$(POLKITDIR) \
	$(foreach f,$(wildcard userspace/systemd/*.catalog),644:$(f):$(CATALOGDIR)) \
	$(if $(shell test "$(SYSTEMD_VERSION)" -ge 254 2>/dev/null && echo y),644:userspace/systemd/upsyd@.service.d-backoff.conf:$(UNITDIR)/upsyd@.service.d:backoff.conf) \
	644:$(O)/etc/userspace/systemd/sysusers.conf:$(SYSUSERSDIR):upsy.conf \
	644:userspace/systemd/tmpfiles.conf:$(TMPFILESDIR):upsy.conf \
	$(foreach f,$(wildcard udev/*.rules) $(patsubst %.in,$(O)/etc/%,$(wildcard udev/*.rules.in)),644:$(f):$(UDEVDIR)/rules.d) \
	644:udev/60-upsy.hwdb:$(UDEVDIR)/hwdb.d \
	644:userspace/systemd/50-upsy-upower.conf:$(SYSCONFDIR)/UPower/UPower.conf.d:50-upsy.conf \
	$(foreach f,$(wildcard userspace/completion/*.bash),644:$(f):$(COMPLETIONDIR):$(basename $(notdir $(f)))) \
	$(foreach s,1 5 7 8,$(foreach f,$(wildcard userspace/man/*.$(s)),644:$(f):$(MANDIR)/man$(s))))

MODULE_SOURCE = $(wildcard Kbuild dkms.conf kernel/*.[ch] kernel/*/*.[ch] kernel/include/uapi/linux/*.h \
	kernel/Kbuild kernel/Makefile) COPYING LICENSES/GPL-2.0.txt

module_files = $(foreach f,$(MODULE_SOURCE),644:$(f):$(patsubst %/,%,$(DKMSDIR)/$(filter-out ./,$(dir $(f)))))
PLACE = DESTDIR="$(DESTDIR)" userspace/systemd/place
DIRS = $(LIBEXECDIR)/directories
CONF = $(SYSCONFDIR)/upsy/upsy.conf
ACTIVATE = $(if $(DESTDIR),:,VERSION=$(VERSION) userspace/systemd/activate)

install: all $(FILLED_IN)
	@$(PLACE) put $(DIRS) $(install_files) $(if $(MODULE),$(module_files)) \
		$(if $(wildcard $(DESTDIR)$(CONF)),,644:userspace/upsy.conf:$(SYSCONFDIR)/upsy)
	@$(ACTIVATE) start

uninstall:
	@$(ACTIVATE) stop
	@conf="$(DESTDIR)$(CONF)"; \
	if [ -z "$(PURGE)" ] && [ -e "$$conf" ] && ! cmp -s userspace/upsy.conf "$$conf"; then \
		echo "$$conf was edited and stays; make uninstall PURGE=1 removes it too"; \
	else rm -f "$$conf"; fi
	@$(PLACE) take $(DIRS) $(install_files) $(module_files)
	@$(ACTIVATE) cleanup

# tests/system looks at the files as they are installed.
test-programs: $(FILLED_IN)

.PHONY: install uninstall
