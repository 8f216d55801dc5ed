#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a ladder has learned: after three rescues the next connection's first SYN goes without
# what keeps the others from being made. Listed, saved, revoked, over by itself, given by hand;
# and gone as soon as the path takes all options again.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

exceptions() { in_box tcpath show exceptions | tail -n +2; }
known() { in_box tcpath -j show exceptions | grep -oE '"rung":[0-9]' | cut -d: -f2 | tr '\n' ' '; }
none_known() { [ -z "$(known)" ]; }
refusal() { { "$@" >/dev/null; } 2>&1; }

# Milliseconds that a connection took to be made.
took() {
	in_client timeout 9 bash -c "
		began=\${EPOCHREALTIME/./}
		exec 3<>/dev/tcp/$(server_address)/$TCPATH_PORT || exit
		echo \$(((\${EPOCHREALTIME/./} - began) / 1000))"
}

# The first SYN of a connection as it reaches the server.
first_syn() {
	watch_syns 1
	local watcher=$!
	took >/dev/null
	wait "$watcher"
	head -1 "$LAB/syns"
}

lab_up router
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	server=$(server_address)
	policy flush
	in_box tcpath exception del all
	in_box tcpath reset
	rule dst "$server" ladder learn 3 keep 10m
	TCPATH_BROKEN_OPTIONS=timestamp broken_up 1
	in_box tcpath monitor >"$LAB/events" &
	monitor=$!
	sleep 0.3
	before=""
	for n in 1 2 3; do
		is "$f: nothing is known before rescue $n" "$(exceptions)" ""
		before+="$(took) "
	done
	after=$(took)
	note "$f: ms to be made: $before learning, $after afterwards"
	for n in $before; do ok "$f: a rescue takes a second" test "$n" -ge 900; done
	ok "$f: the fourth takes none" test "$after" -lt 500
	like "$f: it is listed" "$(exceptions)" "$server +$TCPATH_PORT +1 +timestamps +3 +1 "
	ok "$f: an event tells" wait_for 5 grep -q 'learned.*begin without timestamps' "$LAB/events"
	kill "$monitor" && wait "$monitor" 2>/dev/null
	unlike "$f: the first SYN goes without timestamps" "$(first_syn)" '080a'
	is "$f: counted" "$(counter learned) $(counter excepted)" "1 2"
	is "$f: nothing is half-negotiated" "$(counter half-negotiated)" 0

	# Saved, lost, loaded.
	policy save "$LAB/saved"
	like "$f: it is saved" "$(cat "$LAB/saved")" \
		"exception $server dport $TCPATH_PORT rung 1 for (10m|9m[0-9]+s)"
	in_box tcpath exception del all
	is "$f: all revoked" "$(exceptions)" ""
	ok "$f: loaded" policy load "$LAB/saved"
	is "$f: it is back" "$(known)" "1 "
	unlike "$f: and in force" "$(first_syn)" '080a'
	ok "$f: loaded twice" policy load "$LAB/saved"
	is "$f: there is one" "$(known)" "1 "

	# Revoked: the next connection begins with the whole offer. The server sees it when
	# nothing is broken.
	broken_down
	ok "$f: revoked" in_box tcpath exception del "$server" dport "$TCPATH_PORT"
	is "$f: none is listed" "$(exceptions)" ""
	like "$f: another one cannot be" \
		"$(refusal in_box tcpath exception del "$server" dport "$TCPATH_PORT")" "no exception"
	like "$f: the first SYN is whole" "$(first_syn)" '080a'

	# By hand, for a time; and with a second option at fault it leads on, and goes.
	ok "$f: given by hand" in_box tcpath exception add "$server" dport "$TCPATH_PORT" \
		rung 2 for 5m
	is "$f: on rung 2" "$(known)" "2 "
	unlike "$f: window scale goes too" "$(first_syn)" '0303'
	in_box tcpath exception add "$server" dport "$TCPATH_PORT" rung 2 for 1s
	ok "$f: its time goes by" wait_for 10 none_known
	in_box tcpath exception add "$server" dport "$TCPATH_PORT" rung 1
	TCPATH_BROKEN_OPTIONS=window broken_up 1
	ok "$f: a higher rung than was learned" took
	is "$f: so what was learned goes" "$(exceptions)" ""
	broken_down

	# Two rescues, and a connection with all options: nothing is learned.
	TCPATH_BROKEN_OPTIONS=timestamp broken_up 1
	took >/dev/null
	took >/dev/null
	broken_down
	took >/dev/null
	TCPATH_BROKEN_OPTIONS=timestamp broken_up 1
	took >/dev/null
	is "$f: rescues have to come in a row" "$(exceptions)" ""
	broken_down
	TCPATH_BROKEN_OPTIONS=timestamp
done

# Rules that do not learn take no notice.
TCPATH_FAMILY=4
policy flush
rule ladder
in_box tcpath exception add "$SERVER4" dport "$TCPATH_PORT" rung 3
like "a ladder that does not learn begins whole" "$(first_syn)" '080a'

# What is refused, in a sentence.
like "learn without ladder" "$(refusal policy add strip wscale learn 3)" "learn goes with ladder"
like "no rescue" "$(refusal policy add ladder learn 0)" "1 to 255"
like "kept too long" "$(refusal policy add ladder learn keep 8d)" "1s to 7d"
like "no rung 4" "$(refusal in_box tcpath exception add "$SERVER4" dport 80 rung 4)" "no rung"
like "no port" "$(refusal in_box tcpath exception add "$SERVER4" rung 1)" "dport N"
printf 'ladder learn\nexception 10.0.0.1 dport 80 rung x\n' >"$LAB/wrong"
like "a wrong line is named" "$(refusal policy check "$LAB/wrong")" "wrong:2:34: 'x' is no rung"

# The table is bounded: what there is no room for is refused, what is there stays.
in_box tcpath exception del all
for ((i = 0; i < 1100; i++)); do
	printf 'exception 198.18.%d.%d dport %d rung 1\n' $((i / 250)) $((i % 250 + 1)) $((i + 1))
done >"$LAB/many"
ok "more than there is room for" policy load "$LAB/many"
n=$(known | wc -w)
note "of 1100 exceptions $n were taken"
ok "most are taken, and not more than 1024" test "$n" -gt 700 -a "$n" -le 1024
in_box tcpath exception del all
is "none is left" "$(known)" ""
tap_done
