#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Router and bridge, IPv4 and IPv6: each connection is seen once, with both ends.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

for mode in router bridge; do
	lab_up "$mode"
	for TCPATH_FAMILY in 4 6; do
		in_box tcpath flush
		in_box tcpath reset
		ok "$mode, IPv$TCPATH_FAMILY: files arrive" deploy -q
		is "$mode, IPv$TCPATH_FAMILY: attempts" "$(counter syn)" "$TCPATH_FILES"
		is "$mode, IPv$TCPATH_FAMILY: answered" "$(counter answered)" "$TCPATH_FILES"
		is "$mode, IPv$TCPATH_FAMILY: reset" "$(counter reset)" "$TCPATH_FILES"
		like "$mode, IPv$TCPATH_FAMILY: flows show the server" \
			"$(in_box tcpath show flows)" "$(server_address)"
		like "$mode, IPv$TCPATH_FAMILY: and the client" \
			"$(in_box tcpath show flows)" "$(client_address)"
	done
done
tap_done
