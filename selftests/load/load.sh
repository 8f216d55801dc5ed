#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: the table at its limit and a flood on top. Nothing is dropped, memory stays
# within the limit, connections stay known, no one starves another, every SYN meets policy.
. /lab/lib.sh
. /lab/rig.sh
trap 'rig_down box other' EXIT

: "${TCPATH_LOAD_FLOWS:=100000}"	# the limit, and as many connections
: "${TCPATH_LOAD_SYNS:=1000000}"	# SYNs of random tuples on top
: "${TCPATH_LOAD_CHURN:=10}"		# seconds of them in the end
F=$TCPATH_LOAD_FLOWS S=$TCPATH_LOAD_SYNS

at_most() { test "$1" -le "$2"; }
at_least() { test "$1" -ge "$2"; }

# Each packet that reached the box left it, and has exactly one reason.
nothing_lost() { # NAME BOX
	local in out
	in=$(($(packets "$2" l rx) + $(packets "$2" r rx)))
	out=$(($(packets "$2" l tx) + $(packets "$2" r tx)))
	is "$1: all that came in went out" "$out" "$in"
	is "$1: and arrived" "$(($(end_count "$2" l seen) + $(end_count "$2" r seen)))" "$in"
	is "$1: each has a reason" "$(reasons "$2")" "$in"
}

# Objects of the slab, free ones among them, against flows of all namespaces. What a page
# cannot hold of one more object is not counted: 6 % more, always.
within_limit() { # NAME FLOWS
	local flows objects
	flows=$(number box flows status)
	objects=$(slab objects)
	ok "$1: at most $F flows ($flows)" at_most "$flows" "$F"
	ok "$1: memory for at most 1 % more than $2 ($objects, $(slab bytes) bytes)" \
		at_most "$objects" $(($2 + $2 / 100))
}

known_after() { # BOX N ARGUMENTS...: of one segment each way of N connections
	local before
	before=$(box_counter "$1" known)
	flood "$1" "${@:3}" data "$2"
	echo $(($(box_counter "$1" known) - before))
}

module_load
rig_up box
rig_up other
ip netns exec box tcpath enable
ip netns exec box tcpath config set max-flows "$F"
start=$SECONDS
flood box open "$F"
note "$F connections in $((SECONDS - start)) s, $(slab size) bytes each"
is "each connection is in the table" "$(number box flows status)" "$F"
# An emulator may stand still between a SYN and its answer for longer than a network does.
ok "99 % went the usual way ($(box_counter box open))" at_least "$(box_counter box open)" $((F / 100 * 99))
nothing_lost "filled" box
within_limit "filled" "$F"

ip netns exec box tcpath policy add dst 10.128.0.0/16 strip timestamps >/dev/null
stamped=$(end_count box r stamped) syns=$(end_count box r syns) start=$SECONDS
flood box syn "$S"
note "$S SYNs in $((SECONDS - start)) s"
nothing_lost "flooded" box
within_limit "flooded" "$F"
is "every SYN meets policy" "$(box_counter box stripped)" "$S"
is "as the receiver sees it" \
	"$(($(end_count box r syns) - syns)) $(($(end_count box r stamped) - stamped))" "$S 0"
ok "what found no place is counted" at_least "$(box_counter box table-full)" $((S / 10))
known=$(known_after box "$F")
ok "99 % of the connections are known ($known of $((2 * F)) segments)" \
	at_least "$known" $((2 * F / 100 * 99))

# Another namespace has a table of its own.
ip netns exec other tcpath enable
flood other open 1000
is "another namespace: all tracked" "$(known_after other 1000)" 2000
nothing_lost "another namespace" other

# One source may fill the table with half-open connections, and go on: others still get in.
ip netns exec box tcpath flush
flood box -1 -S 5 syn $((F * 3 / 2))
is "one source: it fills the table" "$(number box flows status)" "$F"
flood box -1 -S 7 churn 5 >/dev/null &
flood box -s 10.32.0.0 open 1000
wait
known=$(known_after box 1000 -s 10.32.0.0)
ok "one source: others get in ($known of 2000 segments known)" at_least "$known" 1980
nothing_lost "one source" box

before=$(slab bytes)
rate=$(flood box -S 6 churn "$TCPATH_LOAD_CHURN")
note "$rate SYNs in $TCPATH_LOAD_CHURN s, slab $before -> $(slab bytes) bytes"
ok "churn: memory does not grow" at_most "$(slab bytes)" $((before / 100 * 101))
within_limit "churned" $((F + 1000))
nothing_lost "churned" box
tap_done
