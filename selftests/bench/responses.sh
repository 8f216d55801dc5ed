#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs inside a kernel under test: how soon tcpath answers when its table is full, and what
# the packet path does meanwhile.
# usage: responses.sh FLOWS DUMP-CLIENT
# Prints lines, and "end": NAME VALUE UNIT
set -euo pipefail
. "$(dirname "$0")/measure.sh"
flows=$1 client=$2 room=$1 kind=4

# timed NAME COMMAND...: by the clock of the kernel, which is all that there is
timed() {
	local name=$1 begin
	shift
	begin=$(date +%s%N)
	in_ns tcpath "$@" >/tmp/answer
	echo "$name $((($(date +%s%N) - begin) / 1000000)) ms"
}

# Passes of data and ACKs until told to stop: how many packets, and how many came out.
forward() {
	local pass=2
	until [ -e /tmp/enough ]; do
		run tcpath open open 0 "$pass" 1
		pass=$((pass + 1))
	done >/tmp/forwarded
}

dump() {
	local n ns
	in_ns tcpath "$client" >/tmp/dumped
	read -r n ns </tmp/dumped
	[ "$n" = "$flows" ] || { echo "the dump gave $n of $flows flows" >&2; return 1; }
	echo "$1 $((n * 1000000000 / ns)) flows/s"
}

peer_up tcpath
establish tcpath ""
run tcpath "" open 0 0 2
dump dump
timed status tcpath status
timed show-counters tcpath show counters
timed show-flows tcpath show flows
timed show-one-host tcpath show flows addr 10.1.0.77
timed first-10-by-bytes tcpath show flows top 10 by bytes
timed diagnose tcpath diagnose
rules 4096 yes
timed load-4096-rules tcpath policy load /tmp/rules
timed list-4096-rules tcpath policy list
forward & forwarder=$!
dump dump-while-forwarding
timed diagnose-while-forwarding tcpath diagnose
timed load-4096-rules-while-forwarding tcpath policy load /tmp/rules
touch /tmp/enough
wait $forwarder
awk '{ sent += $5; out += $8 } END { print "lost-while-answering", sent - out, "packets"
	print "sent-while-answering", sent, "packets" }' /tmp/forwarded
peer_down tcpath
echo end
