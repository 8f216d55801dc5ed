#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a guest: loading the module is the test.
. "$(dirname "$0")/lib.sh"

found() { cat "/sys/module/tcpath_kparse/parameters/$1"; }

dmesg -n 4 # shift counts above 14 are told, one by one
ok "the module has run" insmod /lab/tcpath_kparse.ko strings="${TCPATH_STRINGS:-3000000}"
dmesg | grep -a 'kparse:' | sed 's/^/# /'
is "of $(found compared) strings, read differently" "$(found wrong)" 0
for name in fixed_length mss_zero shift_above_14; do
	ok "difference met: $name, $(found $name) times" test "$(found $name)" -gt 0
done
rmmod tcpath_kparse
tap_done
