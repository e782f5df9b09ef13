# SPDX-License-Identifier: GPL-2.0-or-later
#
# A machine on a serial UPS that stands outside of it. It runs, writes records,
# loses mains, goes down; and when it is started again, looks at what is left.
# Every start continues where the last outage ended.
. ./lib.sh
record=/var/lib/record

# The serial port of the PCI card is the one that leads to the UPS.
port=$(basename "$(ls -d /sys/bus/pci/devices/*/tty/ttyS* /sys/bus/pci/devices/*/*/tty/ttyS* \
	/sys/bus/pci/devices/*/*/*/tty/ttyS* 2>/dev/null | head -1)")

writer() {
	local n
	n=$(wc -l <$record)
	while :; do
		n=$((n + 1))
		echo "$n $(printf 'x%.0s' {1..200})" >>$record
		sync $record && echo "# synced $n"
		sleep 0.2
	done
}

if [ ! -e $record ]; then
	touch $record
	[ -n "$port" ]
	ok $? "a serial port ($port)"
	no_ups_unit
	ok $? "nobody speaks to it unasked"
	mkdir -p /etc/upsy
	cat >>/etc/upsy/upsy.conf <<-END

		[$port]
		device = serial:/dev/$port
		default.battery.voltage.high = 27.4
		default.battery.voltage.low = 21.0
		runtimecal = 240,100,720,50
	END
	systemctl enable --now "upsyd@dev-$port.service" 2>&1 | sed 's/^/# /'
else
	n=$(wc -l <$record)
	awk '{ if ($1 != NR || length($2) != 200) exit 1 }' $record
	ok $? "every record is whole ($n)"
	echo "# found $n"
	echo "# outages $(upsyctl outages --json | grep -c '"down": [0-9]')"
fi
within 40 ups_there
ok $? "the UPS is there"
within 40 value_is AC_UPS0 online 1
ok $? "on line"
writer &
echo "1..$tests"
echo "# ready"
until is_stopping; do
	sleep 1
done
echo "# stopping"
wait
