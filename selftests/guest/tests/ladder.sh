#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A ladder leaves the first SYN alone and takes more from each unanswered copy: it heals what
# an option breaks, says which rung was answered, and leaves both ends of one mind.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

rungs() { in_box tcpath -j policy list | grep -oE '"answered_by_rung":\[[0-9,]*' | cut -d[ -f2; }


# One connection through a device that loses SYNs with these options: it comes about, both
# ends agree, and it has what WANT says.
heals() { # NAME OPTIONS WANT RUNGS
	local client server
	TCPATH_BROKEN_OPTIONS=$2 broken_up 1
	policy flush
	rule ladder
	in_box tcpath reset
	idle_up
	ok "$1: it comes about" established
	client=$(agreed client "dport = :$TCPATH_PORT")
	server=$(agreed server "dport = :$(idle_port)" | swapped)
	idle_down
	is "$1: both ends agree" "$client" "$server"
	is "$1: on what was left" "$(sed -E 's/wscale:[0-9,]+/wscale/' <<<"$client")" "$3"
	is "$1: the rung that was answered" "$(rungs)" "$4"
	broken_down
}

lab_up router
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	heals "$f, nothing broken" "" "sack ts wscale " 1,0,0,0
	heals "$f, timestamps" timestamp "sack wscale " 0,1,0,0
	heals "$f, window scale" window "sack " 0,0,1,0
	heals "$f, SACK" sack-perm "" 0,0,0,1
done
TCPATH_FAMILY=4
like "it is told" "$(in_box tcpath show handshakes)" 'timestamps'
is "rescues are counted" "$(counter rescued)" 1
is "no SYN-ACK promised what was not asked" "$(counter half-negotiated)" 0

# Later copies only.
policy flush
rule ladder 2
watch_syns 3
watcher=$!
in_server nft -f - <<-END
	table inet mute {
		chain output {
			type filter hook output priority 0;
			tcp sport $TCPATH_PORT tcp flags & (syn|ack) == (syn|ack) drop
		}
	}
END
timeout 12 ip netns exec client bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT" 2>/dev/null
wait "$watcher"
is "ladder 2: the first copy is as it was" \
	"$(cut -d' ' -f3 "$LAB/syns" | grep -c 080a)" 2
like "ladder 2: the second goes without timestamps" "$(sed -n 3p "$LAB/syns")" '0402010101010101'
in_server nft delete table inet mute

# The server is in TIME_WAIT and remembers a newer timestamp: a bare ACK is no answer.
for TCPATH_FAMILY in 4 6; do
	policy flush
	in_box tcpath flush
	port=$((50100 + TCPATH_FAMILY))
	ok "IPv$TCPATH_FAMILY, TIME_WAIT: a server that remembers" timewait_up $port
	fails "IPv$TCPATH_FAMILY, TIME_WAIT: it does not answer" deploy -q -n 1 -b $port
	in_box tcpath flush
	rule ladder
	in_box tcpath reset
	ok "IPv$TCPATH_FAMILY, TIME_WAIT: with a ladder the file arrives" deploy -q -n 1 -b $port
	is "IPv$TCPATH_FAMILY, TIME_WAIT: without timestamps" "$(rungs)" 0,1,0,0
	is "IPv$TCPATH_FAMILY, TIME_WAIT: nothing is half-negotiated" "$(counter half-negotiated)" 0
done
TCPATH_FAMILY=4
in_client sysctl -q net.ipv4.tcp_timestamps=1

# The story: a package of many files, one connection each, of which some get lost.
policy flush
rule dst "$SERVER4" dport "$TCPATH_PORT" ladder comment 'who is it?'
in_box tcpath reset
TCPATH_BROKEN_OPTIONS="timestamp" TCPATH_BROKEN_SEED=7 broken_up 4
ok "the package arrives, whole" deploy -q
IFS=, read -r whole first second third <<<"$(rungs)"
note "answered by rung: $whole/$first/$second/$third"
ok "some attempts needed help" test "$first" -ge 1
is "and timestamps were to blame for all" "$second,$third" 0,0
like "the diagnosis says so" "$(in_box tcpath diagnose)" 'timestamps'
like "so does the list of rules" "$(policy list)" " $whole whole; $first without timestamps "
tap_done
