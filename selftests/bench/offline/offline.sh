#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What reading one capture costs: libpcap alone, tcpath, capinfos, tcptrace and tshark,
# each on the same file in turn. The file is made first, and gone afterwards.
# usage: offline.sh MEGABYTES ROUNDS
# Prints lines: TOOL MEGABYTES processor-seconds (user and system) wall-seconds
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=$here/../../..
work=$(mktemp -d "${TMPDIR:-/var/tmp}/tcpath-offline.XXXXXX")
trap 'rm -rf "$work"' EXIT
size=$1 rounds=$2

# Others use the machine: time on a processor is what counts.
measure() {
	local TIMEFORMAT='%U %S %R' user system wall
	read -r user system wall < <({ time nice "${@:2}" >/dev/null 2>&1; } 2>&1)
	awk -v tool="$1" -v size="$size" -v u="$user" -v s="$system" -v w="$wall" \
		'BEGIN { printf "%s %d %.3f %.3f\n", tool, size, u + s, w }'
}

gcc -O2 -Wall -o "$work/mix" "$here/mix.c"
gcc -O2 -Wall -o "$work/walk" "$here/walk.c" -lpcap
"$work/mix" "$size" 20000 >"$work/mix.pcap"
"$top/tools/tcpath" read "$work/mix.pcap" | tail -n 1 | sed 's/^/# /'
for ((round = 0; round < rounds; round++)); do
	measure libpcap "$work/walk" "$work/mix.pcap"
	measure tcpath "$top/tools/tcpath" read "$work/mix.pcap"
done
measure capinfos capinfos "$work/mix.pcap"
measure tcptrace tcptrace -n "$work/mix.pcap"
measure tshark tshark -n -r "$work/mix.pcap" -q -z conv,tcp
