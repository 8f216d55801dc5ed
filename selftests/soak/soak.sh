#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: rounds of random traffic, policy and faults, for as long as it is told, and after
# each round what must hold whatever happened. The result is one line.
#
# Two boxes are at work: "rig", onto which a generator floods tuples and whose books have to
# balance to the packet, and the site's "box", which carries transfers that are compared byte
# by byte and has most of the faults.
# shellcheck disable=SC2317  # called by name
. /lab/lib.sh
. /lab/rig.sh

: "${TCPATH_SOAK_MINUTES:=60}"
: "${TCPATH_SOAK_SEED:=$RANDOM}"
RANDOM=$TCPATH_SOAK_SEED # of faults, limits and policies; a subshell's is its own
SIZE=1000000
SLOWEST=900	# seconds that a round may take, on whatever host: longer is a hang
declare -A happened=()
rounds=0 violations=0 packets_seen=0 transfers=0 longest=0 rates=()

# Seconds that no step of the clock moves, as it does bash's own.
now() { cut -d. -f1 /proc/uptime; }
rig() { ip netns exec rig tcpath "$@"; }

violated() { # WHAT
	violations=$((violations + 1))
	note "round $rounds, fault $fault, policy $action, limit $limit: $1"
}

holds() { # WHAT COMMAND...
	"${@:2}" || violated "$1"
}

same() { # WHAT GOT WANTED
	[ "$2" = "$3" ] || violated "$1: $2, not $3"
}

# --- what a round is made of ---------------------------------------------------------------

ACTIONS=(pass "tcp1323opts 0" "tcp1323opts 1" "strip timestamps" "strip sack-permitted,mss"
	"strip wscale" "strip fastopen,77" "mss 536" "clear-ecn" "ladder 1")

new_policy() { # ACTION
	# shellcheck disable=SC2086 # words
	rig policy flush && rig policy add dst 10.128.0.0/16 $1 >/dev/null &&
		in_box tcpath policy flush &&
		in_box tcpath policy add dport "$TCPATH_PORT" $1 >/dev/null
}

takes_timestamps() { # ACTION
	[[ $1 =~ ^(tcp1323opts [01]|strip timestamps)$ ]]
}

transfer() { # FAMILY
	local TCPATH_FAMILY=$1
	in_client imaging-client -q -n 1 -s $SIZE -p "$TCPATH_PORT" "$(server_address)" \
		>"$LAB/said$1" 2>&1 || echo "IPv$1: $(tail -1 "$LAB/said$1")" >>"$LAB/bad"
}

traffic() {
	local began
	began=$(now)
	flood rig -S $RANDOM syn $((RANDOM % 5000 + 1))
	flood rig open $((limit / 2 + RANDOM % 2000))
	flood rig data $((limit / 4))
	flood rig -1 -S $RANDOM syn $((RANDOM % 5000 + 1))
	echo $(($(now) - began)) >"$LAB/took"
}

fault_nothing() { :; }
fault_reload() {
	rmmod tcpath && insmod /lab/tcpath.ko && rig enable && in_box tcpath enable
}
fault_namespaces() {
	local i
	for i in 1 2 3; do
		unshare -n sh -c 'tcpath enable && tcpath policy add strip mss && tcpath status' ||
			return
	done
}
fault_processor() {
	local cpu=/sys/devices/system/cpu/cpu1/online
	echo 0 >$cpu && sleep 0.5 && rig show counters && echo 1 >$cpu
}
fault_clock() {
	date -s '+30 days' && sleep 0.2 && date -s '-60 days' && sleep 0.2 && date -s '+30 days'
}
fault_resize() {
	in_box tcpath config set max-flows 16 && in_box tcpath config set max-flows 50000
}
fault_flush() { in_box tcpath flush && in_box tcpath reset; }
fault_dump() {
	rig show flows >/dev/null && rig -j show flows >/dev/null && rig show handshakes &&
		in_box tcpath -j show flows && in_box tcpath diagnose
}
fault_messages() { in_box /lab/fuzz -s $RANDOM -n 300 >>"$LAB/fuzz" 2>&1; }
fault_device() {
	ip -n box link add spare type dummy && ip -n box link set spare up &&
		in_box tcpath policy add iif spare strip mss && ip -n box link del spare
}
fault_rules() {
	local i
	for i in {1..300}; do echo "dport $i strip timestamps"; done >"$LAB/rules"
	in_box tcpath policy load "$LAB/rules" && in_box tcpath policy flush
}
# One process eats all memory until the kernel kills it.
fault_memory() {
	bash -c 'echo 1000 >/proc/$BASHPID/oom_score_adj; exec tail /dev/zero' >/dev/null 2>&1
	rig status
}

# The next fault: all of them in any order, then again.
deck=()
draw_fault() {
	local i
	[ ${#deck[@]} -gt 0 ] || mapfile -t deck < <(compgen -A function fault_)
	i=$((RANDOM % ${#deck[@]}))
	fault=${deck[i]#fault_}
	unset "deck[$i]"
	deck=("${deck[@]}")
}

# --- what must hold ------------------------------------------------------------------------

rig_in() { echo $(($(packets rig l rx) + $(packets rig r rx))); }
rig_out() { echo $(($(packets rig l tx) + $(packets rig r tx))); }
syns() { end_count rig r syns; }
stamped() { end_count rig r stamped; }
# What the kernel holds for itself, in kB: of slabs, per-CPU areas, vmalloc.
held() { awk '/^(SUnreclaim|Percpu|VmallocUsed):/ { n += $2 } END { print n }' /proc/meminfo; }
objects_at_most() { [ "$(slab objects)" -le "$1" ]; }

# In = out, a reason for each, and no flow that came from nowhere or went unseen.
books_balance() { # PACKETS
	local came
	came=$(($(box_counter rig new) + $(box_counter rig picked-up)))
	same "reasons of $1 packets" "$(reasons rig)" "$1"
	same "flows that are there, were evicted or expired" \
		$(($(number rig flows status) + $(box_counter rig evicted) + \
		$(box_counter rig expired))) $came
}

policy_holds() {
	local n=$(($(stamped) - stamped_before)) all=$(($(syns) - syns_before))
	if takes_timestamps "$action"; then
		same "timestamps that got through, of $all SYNs" $n 0
	else
		same "timestamps that got through" $n $all
	fi
}

table_holds() {
	local flows
	flows=$(number rig flows status)
	holds "$flows flows" test "$flows" -le "$limit"
	in_box tcpath flush
	holds "$(slab objects) flows in memory" \
		wait_for 10 objects_at_most $((limit * 101 / 100 + 1024))
}

# A tenth of the usual rate would be a stall.
rate_holds() { # RATE
	local usual
	rates+=("$1")
	[ ${#rates[@]} -ge 5 ] || return 0
	usual=$(printf '%s\n' "${rates[@]}" | sort -n | sed -n "$(((${#rates[@]} + 1) / 2))p")
	holds "$1 packets a second, half of the rounds have more than $usual" \
		test "$1" -ge $((usual / 10))
}

invariants() { # SECONDS
	local in=$(($(rig_in) - in_before)) flooded
	same "of $in packets that came in, went out" $(($(rig_out) - out_before)) $in
	if [ "$fault" = reload ]; then
		# It started with the module's limit, and without a rule.
		rig flush && rig config set max-flows "$limit"
	else
		books_balance $in
		policy_holds
	fi
	table_holds
	flooded=$(cat "$LAB/took")
	rate_holds $((in / (flooded > 0 ? flooded : 1)))
	holds "$1 seconds" test "$1" -le $SLOWEST
	holds "a transfer failed: $(cat "$LAB/bad" 2>/dev/null)" test ! -e "$LAB/bad"
	packets_seen=$((packets_seen + in))
}

# Whatever the last round has done to the boxes.
prepare() {
	rm -f "$LAB/bad"
	in_box tcpath enable && in_box tcpath config set max-flows 50000 &&
		rig flush && rig config set max-flows $limit && new_policy "$action" && rig reset
}

round() {
	local began jobs=() took
	draw_fault
	limit=$((RANDOM % 20000 + 1000)) action=${ACTIONS[RANDOM % ${#ACTIONS[@]}]}
	happened[$fault]=$((${happened[$fault]:-0} + 1))
	prepare >"$LAB/log" 2>&1 || violated "no start: $(tail -1 "$LAB/log")"
	in_before=$(rig_in) out_before=$(rig_out) syns_before=$(syns) stamped_before=$(stamped)
	began=$(now)
	transfer 4 & jobs+=($!)
	transfer 6 & jobs+=($!)
	traffic & jobs+=($!)
	"fault_$fault" >"$LAB/log" 2>&1 || violated "the fault failed: $(tail -1 "$LAB/log")"
	wait "${jobs[@]}"
	took=$(($(now) - began))
	[ $took -le $longest ] || longest=$took
	transfers=$((transfers + 2)) rounds=$((rounds + 1))
	invariants $took
}

# --- one soak ------------------------------------------------------------------------------

ready() {
	module_load && lab_up router && imaging-client -m "$LAB/www" -n 1 -s $SIZE &&
		rig_up rig && rig enable && echo -1000 >/proc/self/oom_score_adj &&
		pgrep nginx | while read -r pid; do echo -1000 >"/proc/$pid/oom_score_adj"; done
}

# After the last flow: all memory that a round takes came back, and the module goes cleanly.
ends_clean() {
	fault="all of them" action=any limit=any
	rig flush && in_box tcpath flush && sleep 2
	grown=$(($(held) - ${settled:-$(held)}))
	holds "memory grew by $grown kB" test "$grown" -le 8192
	holds "answers held what they must not: $(grep -h '^#' "$LAB/fuzz" 2>/dev/null)" \
		test -z "$(grep -h '^#' "$LAB/fuzz" 2>/dev/null)"
	holds "the module does not go" rmmod tcpath
	same "caches that it left" "$(grep -c '^tcpath' /proc/slabinfo)" 0
}

result() {
	local f faults rate=0 i
	faults=$(for f in "${!happened[@]}"; do printf '%s %d\n' "$f" "${happened[$f]}"; done | sort |
		paste -sd, | sed 's/,/, /g')
	for i in "${rates[@]}"; do rate=$((rate + i)); done
	printf '%s - soak: %d minutes, %d rounds (%s), %d packets, %d a second, ' \
		"$([ $violations = 0 ] && [ $rounds -gt 0 ] && echo ok || echo 'not ok')" \
		$((($(now) - start) / 60)) $rounds "$faults" $packets_seen $((rounds ? rate / rounds : 0))
	printf '%d transfers, longest round %d s, memory %+d kB, %d violations, seed %d\n' \
		$transfers $longest "$grown" $violations "$TCPATH_SOAK_SEED"
}

trap 'site_down; rig_down rig' EXIT
fault=none action=none limit=none
ready >/tmp/ready 2>&1 || { note "$(cat /tmp/ready)"; echo "not ok - soak: no site"; exit 1; }
start=$(now)
while [ $(($(now) - start)) -lt $((TCPATH_SOAK_MINUTES * 60)) ]; do
	round
	[ $rounds != 5 ] || { rig flush; sleep 2; settled=$(held); }
done
ends_clean
result
[ $violations = 0 ] && [ $rounds -gt 0 ]
