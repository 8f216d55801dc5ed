#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a kernel under test: loads the module with one bug, sends it a packet.
# usage: planted.sh MODULE.ko BUG       BUG "-" loads nothing: the reference run
set -eu
. "$(dirname "$0")/../guest.sh"

raced() {
	dmesg | grep -q 'BUG: KCSAN: .*planted_race'
}

watch_races
[ "$2" = - ] || insmod "$1" bug="$2"
# Nobody listens: the SYN is enough.
(exec 3<>/dev/tcp/127.0.0.1/9) 2>/dev/null || true
[ "$2" != race ] || wait_for 60 raced || echo "no race reported in a minute"
[ "$2" = - ] || { note_symbols planted && rmmod planted; }
