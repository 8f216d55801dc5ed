#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest with two processors: what may happen to a router while connections pass. Each
# transfer is compared byte by byte by its client; none may fail, none may stall.
# usage: stock.sh [PART...]
# shellcheck disable=SC2317  # called by name
. /lab/lib.sh

: "${TCPATH_RELOADS:=24}"		# without traffic
: "${TCPATH_RELOADS_BUSY:=6}"		# under traffic
: "${TCPATH_NAMESPACES:=30}"
: "${TCPATH_TURNS:=6}"			# of everything else
SIZE=2000000

transfer() { # FAMILY
	local TCPATH_FAMILY=$1
	in_client imaging-client -q -n 1 -s $SIZE -r 8 -p "$TCPATH_PORT" "$(server_address)"
}

# Transfers over both families, one after the other, until the end; at least one of each.
traffic() { # FAMILY
	while :; do
		transfer "$1" >>"$LAB/said" 2>&1 || echo "IPv$1 failed" >>"$LAB/bad"
		echo "$1" >>"$LAB/transfers"
		[ ! -e "$LAB/enough" ] || break
	done
}

# under_traffic NAME COMMAND...: the command works, and so does every transfer meanwhile.
under_traffic() {
	local name=$1 rc=0 jobs=()
	rm -f "$LAB"/{bad,said,enough}
	: >"$LAB/transfers"
	traffic 4 & jobs+=($!)
	traffic 6 & jobs+=($!)
	"${@:2}" >"$LAB/log" 2>&1 || rc=$?
	touch "$LAB/enough"
	wait "${jobs[@]}"
	is "$name: works" $rc 0
	[ $rc = 0 ] || note "$(tail -5 "$LAB/log")"
	is "$name: all of $(wc -l <"$LAB/transfers") transfers whole" \
		"$(cat "$LAB/bad" 2>/dev/null)" ""
	[ ! -s "$LAB/bad" ] || note "$(sort "$LAB/said" | uniq -c)"
}

turns() { # COMMAND...
	local i
	for ((i = 0; i < TCPATH_TURNS; i++)); do "$@" || return; done
}

up() { # router|bridge
	lab_up "$1"
	imaging-client -m "$LAB/www" -n 1 -s $SIZE
}

# --- the parts -----------------------------------------------------------------------------

reload_once() { module_unload && module_load; }
reload_busy() { module_unload && module_load && in_box tcpath enable && rule strip timestamps; }
caches() { grep -c '^tcpath' /proc/slabinfo; }

part_reload() {
	local i bad=0
	for ((i = 0; i < TCPATH_RELOADS; i++)); do reload_once || bad=1; done
	is "$TCPATH_RELOADS times loaded and unloaded" $bad 0
	module_unload
	is "no cache is left" "$(caches)" 0
	module_load
	up router
	TCPATH_TURNS=$TCPATH_RELOADS_BUSY under_traffic "$TCPATH_RELOADS_BUSY times under traffic" \
		turns reload_busy
}

# A namespace with hooks, a rule and a flow or two; gone with its last process.
namespace_once() {
	unshare -n sh -c 'tcpath enable && tcpath policy add strip mss && tcpath status' >/dev/null
}
namespaces() {
	local i
	for ((i = 0; i < TCPATH_NAMESPACES; i += 2)); do
		namespace_once &
		namespace_once || return
		wait $! || return
	done
}
percpu() { awk '/^Percpu:/ { print $2 }' /proc/meminfo; }
given_back() { [ "$(percpu)" -le "$1" ]; }

part_namespaces() {
	local before
	up router
	namespaces >/dev/null 2>&1 # what the first ones leave in caches
	sleep 1
	before=$(percpu)
	under_traffic "$TCPATH_NAMESPACES namespaces" namespaces
	ok "their counters are given back ($before kB)" wait_for 30 given_back $((before + 256))
}

# Of a path that is cut once a second nothing gets to its end, whoever cuts it.
transferred() { [ "$(wc -l <"$LAB/transfers")" -ge "$1" ]; }
both_through() { wait_for 60 transferred $(($(wc -l <"$LAB/transfers") + 2)); }

# The cable to the next router is torn out, devices and all, and laid again.
cable_again() {
	local mac
	mac=$(ip -n broken link show dev k0 | awk '/link\/ether/ { print $2 }')
	ip -n box link del b1
	cable box b1 broken k0
	ip -n broken link set dev k0 address "$mac" # neighbours remember it
	if [ "$TCPATH_MODE" = bridge ]; then
		ip -n box link set b1 master br0
		address broken k0 "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
		route server "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" \
			"$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 1
	else
		ip -n box address add "$TCPATH_TRANSIT_NET4.1/24" dev b1
		ip -n box address add "${TCPATH_TRANSIT_NET6}1/64" dev b1 nodad
		address broken k0 "$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" 2
		route box "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" \
			"$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" 2
		route broken "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" \
			"$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" 1
	fi
	wait_for 10 connects && both_through
}

port_away() {
	ip -n box link set b1 nomaster && ip -n box link set b1 master br0 && wait_for 10 connects &&
		both_through
}

# While a route is gone routers say so, and a client takes that for an answer to its SYN.
routers_silent() {
	local ns
	for ns in box broken; do
		ip netns exec "$ns" nft -f - <<-END
			table inet silent {
				chain output {
					type filter hook output priority 0;
					icmp type destination-unreachable drop
					icmpv6 type destination-unreachable drop
				}
			}
		END
	done
}

part_devices() {
	up router
	routers_silent
	rule oif b1 strip timestamps
	under_traffic "router: a device goes and comes" turns cable_again
	up bridge
	routers_silent
	rule iif b0 strip sack-permitted
	under_traffic "bridge: a port leaves and returns" turns port_away
	under_traffic "bridge: its device goes and comes" turns cable_again
}

change() {
	in_box tcpath config set max-flows 16 && in_box tcpath policy load "$LAB/rules.a" &&
		in_box tcpath config set max-flows 100000 && in_box tcpath policy load "$LAB/rules.b" &&
		in_box tcpath flush && in_box tcpath show flows && in_box tcpath policy flush
}

part_change() {
	local mode
	for mode in router bridge; do
		up $mode
		for i in {1..200}; do echo "dport $i strip timestamps"; done >"$LAB/rules.a"
		{ echo "dport 80 tcp1323opts 0"; tac "$LAB/rules.a"; } >"$LAB/rules.b"
		under_traffic "$mode: rules replaced, table resized and flushed" turns change
	done
}

cpu=/sys/devices/system/cpu/cpu1/online
hotplug() {
	echo 0 >$cpu && in_box tcpath flush && sleep 0.2 && echo 1 >$cpu && sleep 0.2
}
# Both have had their part of it.
counts_stay() {
	local before
	before=$(counter known)
	echo 0 >$cpu && test "$(counter known)" = "$before" && echo 1 >$cpu &&
		test "$(counter known)" = "$before"
}

part_hotplug() {
	up router
	under_traffic "a processor goes and comes" turns hotplug
	ok "the path is silent" wait_for 90 all_closed
	ok "what a processor has counted is not gone with it" counts_stay
}

# Flows are timed by the monotonic clock: a step must not let them expire or last.
step() {
	date -s '+400 days' && in_box tcpath show flows && in_box tcpath -j status &&
		date -s '-800 days' && in_box tcpath show handshakes && in_box tcpath diagnose &&
		date -s '+400 days'
}
expired() { counter expired; }

part_clock() {
	up router
	in_box tcpath reset
	under_traffic "the clock is set back and forth" turns step
	is "no flow expired by it" "$(expired)" 0
	is "no attempt was taken for silent" "$(counter silent)" 0
}

# One process eats all memory until the kernel kills it.
eat() {
	bash -c 'echo 1000 >/proc/$BASHPID/oom_score_adj; exec tail /dev/zero' >/dev/null 2>&1
	in_box tcpath status && in_box tcpath config set max-flows $((RANDOM + 1000))
	return 0
}
kills() { dmesg | grep -c 'Out of memory: Killed'; }

part_memory() {
	up router
	echo -1000 >/proc/self/oom_score_adj
	for pid in $(pgrep nginx); do echo -1000 >"/proc/$pid/oom_score_adj"; done
	local before
	before=$(kills)
	under_traffic "memory runs out" turns eat
	ok "it did ($(($(kills) - before)) times)" test "$(kills)" -gt "$before"
}

# --- all of them ---------------------------------------------------------------------------

trap site_down EXIT
[ $# -gt 0 ] || set -- reload namespaces devices change hotplug clock memory
for part; do
	start=$SECONDS
	"part_$part"
	note "$part took $((SECONDS - start)) s"
done
tap_done
