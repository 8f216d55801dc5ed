#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Frames that a driver hands on in lists have one reading of the clock for all of a list: no
# RTT may come out shorter than the wire is long. Probes count lists and frames. (What that
# reading saves, and so whether it is shared, the benchmark's nanoseconds tell.)
. "$(dirname "$0")/../lib.sh"
trap 'site_down; echo >$TRACING/kprobe_events' EXIT

TRACING=/sys/kernel/tracing
FILES=4 SIZE=1000000 # of each client, and bytes
CLIENTS=8
WIRE=20 # ms

# probe NAME SYMBOL: counts how often it runs; met NAME: how often that was.
probe() {
	echo "p:$1 $2" >>$TRACING/kprobe_events
	echo 1 >"$TRACING/events/kprobes/$1/enable"
}
met() { awk -v p="$1" '$1 == p { print $2 }' $TRACING/kprobe_profile; }
# A veth polls, and so makes lists, where it merges and its peer does not segment.
lists_on() {
	local end
	for end in client:c0 broken:k0 server:s0; do
		ip netns exec "${end%:*}" ethtool -K "${end#*:}" tso off gso off
	done
	for end in b0 b1; do in_box ethtool -K $end gro on; done
}
# All clients at once: what is merged is of one flow, so a list has frames of several.
files() {
	local clients=() i bad=0
	for ((i = 0; i < CLIENTS; i++)); do
		in_client imaging-client -n $FILES -s $SIZE -b $((APART + i * FILES)) \
			-p "$TCPATH_PORT" "$(server_address)" >/dev/null &
		clients+=($!)
	done
	for i in "${clients[@]}"; do wait "$i" || bad=1; done
	return $bad
}
# Least RTTs of data towards the client, in ms, a line for each flow.
rtts() {
	in_box tcpath -j show flows | grep -oE '"to_initiator":\{[^}]*' |
		grep -oE '"rtt_ns":[0-9]+' | awk -F: '{ print $2 / 1e6 }' | sort -n
}

grep -qs ' ' $TRACING/README || mount -t tracefs tracefs $TRACING
for TCPATH_FAMILY in 4 6; do
	v=IPv$TCPATH_FAMILY
	lab_up router
	lists_on
	in_client tc qdisc add dev c0 root netem delay ${WIRE}ms limit 10000
	imaging-client -m "$LAB/www" -n $FILES -s $SIZE
	receive=$([ "$TCPATH_FAMILY" = 4 ] && echo ip || echo ipv6)_list_rcv
	probe "list$TCPATH_FAMILY" "$receive"
	probe "frame$TCPATH_FAMILY" "tcpath:ipv${TCPATH_FAMILY}_forward"
	ok "$v: files" files
	lists=$(met "list$TCPATH_FAMILY") frames=$(met "frame$TCPATH_FAMILY")
	rtts >"$LAB/rtts"
	note "$frames frames in $lists lists; RTT $(head -1 "$LAB/rtts") to $(tail -1 "$LAB/rtts") ms"
	ok "$v: lists have some frames" test $((frames * 5)) -gt $((lists * 6))
	is "$v: each flow has an RTT" "$(wc -l <"$LAB/rtts")" $((CLIENTS * FILES))
	is "$v: none is shorter than the wire" "$(awk "\$1 < $WIRE" "$LAB/rtts")" ""
	site_down
	for probe in list frame; do
		echo 0 >$TRACING/events/kprobes/$probe$TCPATH_FAMILY/enable
	done
done
tap_done
