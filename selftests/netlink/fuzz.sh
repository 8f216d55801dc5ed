#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest booted with slub_debug=P init_on_alloc=0: the family is talked to, rightly and
# wrongly, while packets pass, namespaces come and go, and in the end the module, too.
: "${TCPATH_AT:=/lab}"
. "$TCPATH_AT/lib.sh"
. "$TCPATH_AT/rig.sh"
trap 'rig_down box' EXIT
# Nobody counts here what arrives, and not every kernel could.
END_COUNTERS='table netdev end {
	chain in { type filter hook ingress device "end" priority 0; policy drop; }
}'

: "${TCPATH_FUZZ_MESSAGES:=20000}"
: "${TCPATH_FUZZ_RELOADS:=5}"
: "${TCPATH_FUZZ_SEED:=1}"
: "${TCPATH_FUZZ_FLOWS:=500}"
: "${TCPATH_FUZZ_OPTIONS:=}"		# see fuzz.c
: "${TCPATH_FUZZ_POINTS:=0}"		# places of the module that must have been reached

summary() { grep -oE "(^| )$1 [0-9]+" "$LAB/fuzz" | tail -1 | grep -oE '[0-9]+$'; } # NAME

fuzz() { # NAME ARGUMENTS...
	local rc=0
	"$TCPATH_AT/fuzz" -w box -s "$TCPATH_FUZZ_SEED" "${@:2}" >"$LAB/fuzz" 2>&1 || rc=$?
	note "$(grep '^sent' "$LAB/fuzz")"
	grep '^op' "$LAB/fuzz" >>"$LAB/ops"
	is "$1: no poison and no address in $(summary bytes) bytes" "$rc $(summary found)" "0 0"
}

# Operations of which none was accepted.
never() {
	awk '{ good[$2] += $4; bad[$2] += $6 } END { for (op in good)
		if (!good[op]) printf " %s (refused %d times)", op, bad[op] }' "$LAB/ops"
}

traffic() { # Fills tables until it is stopped, always with the same flows.
	local i=0
	until [ -e "$LAB/stop" ]; do
		flood box -S $((++i % 4)) syn "$TCPATH_FUZZ_FLOWS"
		flood box open "$TCPATH_FUZZ_FLOWS"
		flood box data "$TCPATH_FUZZ_FLOWS"
		flood box loss "$TCPATH_FUZZ_FLOWS"
		sleep 1
	done
}

on() { ip netns exec box tcpath enable; }

reload() {
	local i tries=0 done=0
	for ((i = 0; i < TCPATH_FUZZ_RELOADS * 40 && done < TCPATH_FUZZ_RELOADS; i++)); do
		tries=$((tries + 1))
		if rmmod tcpath 2>/dev/null; then # in use while a dump is under way
			done=$((done + 1))
			module_load || return 1
			on
		fi
		sleep 0.1
	done
	note "$done times gone and come back, in $tries attempts"
	[ "$done" = "$TCPATH_FUZZ_RELOADS" ]
}

mkdir -p "$LAB"
is "freed memory is poisoned" "$(cat /sys/kernel/slab/kmalloc-512/poison)" 1
module_load
rig_up box
on
traffic &
traffic=$!
# Few of these: one may be for ten thousand rows, in order.
fuzz "right requests" -q -n $((TCPATH_FUZZ_MESSAGES < 1200000 ? 12000 : TCPATH_FUZZ_MESSAGES / 100))
ok "many were accepted" test "$(summary accepted)" -gt "$(($(summary sent) / 5))"
ok "rows were among the answers" test "$(summary rows)" -gt 100
# shellcheck disable=SC2086 # words
fuzz "any requests" -n "$TCPATH_FUZZ_MESSAGES" $TCPATH_FUZZ_OPTIONS
ok "all were sent" test "$(summary sent)" -ge "$TCPATH_FUZZ_MESSAGES"
ok "some were accepted" test "$(summary accepted)" -gt $((TCPATH_FUZZ_MESSAGES / 50))
ok "some were refused" test "$(summary refused)" -gt $((TCPATH_FUZZ_MESSAGES / 5))
is "each operation was accepted once at least; never:" "$(never)" ""
ok "namespaces came and went" test "$(summary namespaces)" -ge 2
ok "$(summary points) places of the module were reached" \
	test "$(summary points)" -ge "$TCPATH_FUZZ_POINTS"

"$TCPATH_AT/fuzz" -w box -s "$TCPATH_FUZZ_SEED" -t 1000000 >"$LAB/fuzz" 2>&1 &
fuzzer=$!
all_at_it() { [ "$(pgrep -cx fuzz)" -ge 7 ]; }
ok "all are at it" wait_for 20 all_at_it
ok "the module goes and comes back under all that" reload
ok "they still are" all_at_it
kill $fuzzer
pkill -x fuzz
wait $fuzzer
all_gone() { ! pgrep -x fuzz >/dev/null; }
wait_for 20 all_gone # a last request of theirs may switch the hooks off
is "nothing was found meanwhile" "$(cat "$LAB/fuzz")" ""
touch "$LAB/stop"
wait $traffic
on
ip netns exec box tcpath config set max-flows 100000 # they may have left room for 16
before=$(box_counter box syn)
flood box -S 77 syn 1000
is "it still works" "$(($(box_counter box syn) - before))" 1000
tap_done
