#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Options that end early, overrun or contradict themselves pass as they are, and are counted;
# what is sound before them is stripped all the same. End of list ends the walk.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

TS=080a0001020300000000 GONE=01010101010101010101
lab_up router
rule strip timestamps
port=45000
: >"$LAB/expected"
watch_syns 7
watcher=$!
syn() { # SENT ARRIVES
	port=$((port + 1))
	answer "$port" "$1" >/dev/null
	echo "syn sport=$port options=$2 checksum=good" >>"$LAB/expected"
}
syn "${TS}0000" "${GONE}0000"			# plain, end of list behind it
syn "${TS}${TS}" "${GONE}${GONE}"		# every copy
syn "0000${TS}" "0000${TS}"			# behind the end of the list: no option
syn "${TS}0101" "${GONE}0101"
syn "03040700${TS}0101" "03040700${TS}0101"	# a wrong fixed length
syn "${TS}4c09" "${GONE}4c09"			# overruns the header
syn "4c00${TS}" "4c00${TS}"			# length 0
wait "$watcher"
ok "all arrive as they should" diff "$LAB/expected" "$LAB/syns"
ok "the malformed ones are counted" counted bad-option 3
tap_done
