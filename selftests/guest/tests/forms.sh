#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each way to say what is stripped, as the receiver gets it, byte by byte; what is signed; and
# what a rule tells of itself: matches, what was changed or would be, and when last.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

json() { in_box tcpath -j policy list | grep -oE "\"$1\":[0-9]+" | cut -d: -f2 | tr '\n' ' '; }

MSS=020405b4 SACK=0402 TS=080a0001020300000000 WS=030307 MD5=1312000102030405060708090a0b0c0d0e0f
AO=1d08010200010203 TFO=2206a1a2a3a4 JOIN=1e0c10010102030405060708 EXP=fe08aabb01020304 SMC=fe06e2d4c3d9
ACC=ac0501020301 K70=4604aabb K71=4702 K72=4803cc
nops() { local n; for ((n = 0; n < $1; n += 2)); do printf 01; done; }
# arrives RULE OPTION...: those that a - stands before are gone, the rest is there as it was.
arrives() {
	local words=$1 option sent="" want=""
	shift
	for option; do
		sent+=${option#-}
		[ "$option" = "${option#-}" ] && want+=$option || want+=$(nops $((${#option} - 1)))
	done
	while [ $((${#sent} % 8)) != 0 ]; do sent+=00 want+=00; done
	port=$((port + 1))
	policy flush
	# shellcheck disable=SC2086
	rule $words || tap 'not ok' "'$words' is accepted"
	in_client rawtcp syn -b $port -o "$sent" -t 30 "$(server_address)" "$TCPATH_PORT" >/dev/null
	echo "syn sport=$port options=$want checksum=good" >>"$expected"
	names+=("$words")
}

all() {
	arrives "strip 70-72" $MSS -$K70 -$K71 -$K72 $WS
	arrives "strip 2-4,70-71" -$MSS -$SACK -$WS -$K70 -$K71 $K72 $TS
	arrives "strip timestamps,72" $MSS -$TS -$K72 $K71 $WS
	arrives "strip all-but mss,wscale" $MSS -$SACK -$TS $WS -$K70
	arrives "strip all-but mss" $MSS -$SACK -$TFO -$JOIN -$EXP
	arrives "strip all-but mss exid 0xaabb" $MSS -$SACK $EXP -$SMC -$TS
	arrives "strip exid 0xaabb" $MSS -$EXP $SMC $WS
	arrives "strip smc" $EXP -$SMC $MSS
	arrives "strip fastopen" -$TFO $EXP -fe06f989a1a2 $MSS
	arrives "strip fastopen" -fd04f989 $SMC $WS
	arrives "strip mptcp" $MSS -$JOIN $SACK $TS $WS
	arrives "strip accecn" $MSS -$ACC $WS $SACK
	arrives "tcp1323opts 0" $MSS $SACK -$TS 01 -$WS
	# Signed: MD5 leaves options alone to whoever is between, TCP-AO does not.
	arrives "strip timestamps,wscale" $MSS $MD5 -$WS -$TS
	arrives "strip all-but mss" $MSS $MD5 -$WS -$TS
	arrives "strip all-but mss force" $MSS -$MD5 -$WS -$TS
	arrives "strip md5 force" $MSS -$MD5 $WS $TS
	arrives "strip timestamps,wscale mss 1400" $MSS $AO $WS $TS
	arrives "wscale 0" $MSS $MD5 $WS
	arrives "strip ao force" $MSS -$AO $WS $TS
	arrives "strip all-but mss force" $MSS -$AO -$WS -$TS
}

lab_up router
port=43000
expected=$LAB/expected
for TCPATH_FAMILY in 4 6; do
	: >"$expected"
	names=()
	watch_syns 21
	watcher=$!
	all
	wait "$watcher"
	for i in "${!names[@]}"; do
		is "IPv$TCPATH_FAMILY, ${names[i]}" "$(sed -n $((i + 1))p "$LAB/syns")" \
			"$(sed -n $((i + 1))p "$expected")"
	done
done
TCPATH_FAMILY=4

# A RST is not edited, whatever it carries and whichever rule there is.
policy flush
rule strip timestamps,wscale,sack-permitted mss 600 wscale 0 2>/dev/null ||
	rule strip timestamps,sack-permitted mss 600 wscale 0 clear-ecn
in_box tcpath reset
ip netns exec server tcpdump -i s0 -Z root --immediate-mode -Uqnn -w "$LAB/rst.pcap" 'tcp[13] & 4 != 0' 2>"$LAB/dump" &
dump=$!
wait_for 20 grep -q listening "$LAB/dump"
for flags in rst rst-ack syn-rst; do
	port=$((port + 1))
	in_client rawtcp syn -b $port -R $flags -o "$USUAL_OPTIONS" -t 20 "$SERVER4" "$TCPATH_PORT" >/dev/null
done
three() { [ "$(tcpdump -Z root -nnr "$LAB/rst.pcap" 2>/dev/null | wc -l)" = 3 ]; }
ok "three RSTs arrive" wait_for 10 three
is "as they were" "$(tcpdump -Z root -xnnr "$LAB/rst.pcap" 2>/dev/null | tr -d ' \t\n' | sed 's/0x[0-9a-f]*://g' |
	grep -o "$USUAL_OPTIONS" | wc -l)" 3
is "and no rule is asked" "$(counter matched) $(counter stripped) $(counter clamped) $(counter scaled)" "0 0 0 0"
kill "$dump" && wait "$dump" 2>/dev/null

# What a rule tells of itself.
policy flush
in_box tcpath flush force
rule dport 1-79 pass comment "before it"
rule dst "$SERVER4" strip timestamps,sack-permitted mss 1000 wscale 1 comment "the one"
rule pass
is "nothing yet" "$(json connections)$(json syns_stripped)$(json mss_clamped)$(json scales_lowered)" \
	"0 0 0 0 0 0 0 0 0 0 0 0 "
like "no last match" "$(policy list)" "never"
for n in 1 2 3; do connects; done
is "three connections, by the second rule" "$(json connections)" "0 3 0 "
is "three SYNs stripped" "$(json syns_stripped)" "0 3 0 "
is "MSS and scale of both ends" "$(json mss_clamped)$(json scales_lowered)" "0 6 0 0 6 0 "
is "one last match" "$(in_box tcpath -j policy list | grep -oE '"last_ns":[0-9]+' | wc -l)" 1
last=$(in_box tcpath -j policy list | grep -oE '"last_ns":[0-9]+' | cut -d: -f2)
ok "some moments ago" test "$last" -lt 20000000000
like "as people read it" "$(policy list)" '(ms|s) ago.*the one'
connects
ok "and again later" test "$(in_box tcpath -j policy list | grep -oE '"last_ns":[0-9]+' | cut -d: -f2)" -lt "$last" \
	-o "$(json connections)" = "0 4 0 "

# Each action on dry run: what it would change, and that it does not.
for how in "strip timestamps" "strip 70-72" "mss 1000" "mss route" "wscale 1" "clear-ecn" "strip all-but mss"; do
	policy flush
	# shellcheck disable=SC2086
	rule $how dry-run
	in_box tcpath reset
	watch_syns 1
	watcher=$!
	port=$((port + 1))
	in_client rawtcp syn -b $port -o "$USUAL_OPTIONS" -e c0 -t 1000 "$SERVER4" "$TCPATH_PORT" >/dev/null
	wait "$watcher"
	case $how in "strip 70-72" | "mss route") want=0 ;; *) want=1 ;; esac
	is "dry run, $how: would change" "$(json would_change)$(json connections)" "$want 1 "
	like "dry run, $how: changes nothing" "$(<"$LAB/syns")" "options=$USUAL_OPTIONS ecn=c0 checksum=good"
	is "dry run, $how: is no match" "$(counter matched) $(json syns_stripped)" "0 0 "
done
in_box tcpath flush force
tap_done
