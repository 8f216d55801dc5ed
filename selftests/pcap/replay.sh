#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# replay.sh [CAPTURE...]: captures played over a bridge in a guest give the same counters of
# each flow as the recording of what was played, read from its file. By default: some of those
# beside the project. A recording, for the guest keeps the pace of a capture to a few
# milliseconds only, and some of tshark's labels hang on as little.
#
# Frames get good addresses and their full length first (tcprewrite): a bridge forwards no
# frame from nobody, and the kernel believes no header without its data. Captures with
# merged frames will not do, for each is played as one segment; nor those that begin with a
# SYN-ACK, a FIN or a RST: of these the module opens no flow.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
shared=$top/../shared/captures
tcpath=${TCPATH:-$top/tools/tcpath}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

[ $# -gt 0 ] || set -- "$shared"/tcprs/{comp002,fack011,fack018,fack029,fack044,fast004,fast015}.trace \
	"$shared"/zeek/{ssh-dups,fin_retransmission,qi_internet_SYNACK_curl_jsonip}.pcap

program() {
	mkdir -p "$tmp/root/usr/bin"
	cp "$(type -P "$1")" "$tmp/root/usr/bin/"
	ldd "$(type -P "$1")" | grep -oE '/[^ ]+\.so[^ ]*' | while read -r lib; do
		mkdir -p "$tmp/root/usr${lib%/*}"
		cp -L "$lib" "$tmp/root/usr$lib"
	done
}

mkdir -p "$tmp/root/captures" "$tmp/out"
n=0
for file; do
	n=$((n + 1))
	[ -r "$file" ] || { echo "replay.sh: no capture $file" >&2; exit 1; }
	tcprewrite --enet-smac=02:00:00:00:00:01 --enet-dmac=02:00:00:00:00:02 --fixlen=pad \
		-i "$file" -o "$tmp/root/captures/$n" >/dev/null 2>&1
done
program tcpreplay
ko=$("$top/selftests/guest/module.sh" "${REPLAY_KERNEL:-6.12}")
"$top/selftests/guest/run.sh" -k "${REPLAY_KERNEL:-6.12}" -m "$ko" -R "$tmp/root" -o "$tmp/out" \
	"$here/replay-guest.sh"

# Nothing of what depends on when it was asked.
failed=0 at=0
for file; do
	at=$((at + 1))
	"$tcpath" read -j "$tmp/out/$at.pcap" >"$tmp/read"
	if python3 "$here/replay.py" "$tmp/read" "$tmp/out/$at" "$tmp/out/$at.times" \
		"$tmp/out/$at.profiles" "$tmp/out/$at.pairs" >"$tmp/differences"; then
		echo "ok $at - ${file##*/}: $(tail -1 "$tmp/differences")"
	else
		echo "not ok $at - ${file##*/}"
		sed 's/^/# /' "$tmp/differences"
		failed=1
	fi
done
echo "1..$at"
exit $failed
