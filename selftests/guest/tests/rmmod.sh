#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module goes and comes back while data flows: every byte arrives.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

SIZE=20000000
for mode in router bridge; do
	for TCPATH_FAMILY in 4 6; do
		lab_up "$mode"
		imaging-client -m "$LAB/www" -n 3 -s $SIZE
		rule strip sack-permitted
		in_client imaging-client -q -n 3 -s $SIZE -p "$TCPATH_PORT" "$(server_address)" \
			>"$LAB/result" &
		transfer=$!
		turns=0 bad=0
		while kill -0 "$transfer" 2>/dev/null; do
			module_unload || bad=1
			{ module_load && in_box tcpath enable; } || bad=1
			turns=$((turns + 1))
		done
		wait "$transfer"
		is "$mode, IPv$TCPATH_FAMILY: all bytes arrive" $? 0
		is "$mode, IPv$TCPATH_FAMILY: each unload and load works" $bad 0
		ok "$mode, IPv$TCPATH_FAMILY: $turns times meanwhile" test "$turns" -ge 2
	done
done
tap_done
