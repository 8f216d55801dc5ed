#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An MSS is lowered to the limit of a rule, or to what the route has room for, in SYN and
# SYN-ACK, wherever it stands and however often; never raised, never added; the checksum is
# right. A path that swallows "too big" is cured by it.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

SIZE=2000000
# clamped WHAT OFFERED ARRIVES: what the server gets of an option area.
clamped() {
	port=$((port + 1))
	answer "$port" "$2" >"$LAB/answer"
	echo "syn sport=$port options=$3 checksum=good" >>"$expected"
}

# The MSS of a SYN-ACK as the client gets it; - when there is none.
mss_of() { [[ $1 =~ ^syn-ack.*=0204(....) ]] && echo $((16#${BASH_REMATCH[1]})) || echo -; }

# The longest segment that one end of the one idle connection sends.
mss_used() { # NS FILTER
	ip netns exec "$1" ss -Htin state established "$2" | grep -oE '\bmss:[0-9]+' | head -1
}

lab_up router
port=43000
expected=$LAB/expected
for TCPATH_FAMILY in 4 6; do
	: >"$expected"
	policy flush
	rule mss 1400
	watch_syns 11
	watcher=$!
	clamped "offset 0" 020405b4 02040578
	clamped "offset 1" 01020405b4040200 0102040578040200
	clamped "offset 2" 0101020405b40402 0101020405780402
	clamped "offset 3" 010101020405b400 0101010204057800
	clamped "twice" 020405b40102042300000000 020405780102040578000000
	clamped "lower" 02040218 02040218
	clamped "the same" 02040578 02040578
	clamped "one more" 02040579 02040578
	clamped "none" 04020101 04020101
	clamped "behind the end" 00020405b4000000 00020405b4000000
	clamped "of a wrong length" 0203050104020101 0203050104020101
	wait "$watcher"
	ok "IPv$TCPATH_FAMILY: SYNs arrive as they should" diff "$expected" "$LAB/syns"
	is "IPv$TCPATH_FAMILY: a SYN-ACK is clamped, too" "$(mss_of "$(answer 44000)")" 1400
	policy flush
	rule mss 9000
	is "IPv$TCPATH_FAMILY: and is never raised" "$(mss_of "$(answer 44001)")" \
		"$([ "$TCPATH_FAMILY" = 4 ] && echo 1460 || echo 1440)"
	policy flush
	rule mss 1300 strip timestamps
	got=$(answer 44002)
	is "IPv$TCPATH_FAMILY: with strip: the MSS" "$(mss_of "$got")" 1300
	unlike "IPv$TCPATH_FAMILY: with strip: the option" "$got" 080a
done
TCPATH_FAMILY=4

# Signed by TCP-AO: nothing is touched.
policy flush
rule mss 1400
watch_syns 1
watcher=$!
answer 44100 020405b41d040102 >/dev/null &
wait "$watcher"
like "a signed SYN keeps its MSS" "$(<"$LAB/syns")" 020405b41d04
ok "and is counted" counted skip-signed 1
like "the list counts the SYN-ACK alone" "$(in_box tcpath -j policy list)" '"mss_clamped":1,'

# A SYN-ACK whose flow is not known any more: the rule of its SYN.
in_broken nft -f - <<-'END'
	table inet hold {
		chain forward {
			type filter hook forward priority 0;
			tcp flags & (syn|ack) == (syn|ack) counter drop
		}
	}
END
held() { in_broken nft list ruleset | grep -qE 'packets [1-9]'; }
in_client rawtcp syn -b 44200 -o "$USUAL_OPTIONS" -t 15000 "$SERVER4" "$TCPATH_PORT" \
	>"$LAB/late" &
late=$!
wait_for 10 held || tap 'not ok' "a SYN-ACK is held"
in_box tcpath flush
in_broken nft delete table inet hold
wait "$late"
is "a SYN-ACK of a forgotten flow is clamped" "$(mss_of "$(<"$LAB/late")")" 1400

# Real connections: both kernels use it, and the file comes.
for mode in router bridge; do
	lab_up "$mode"
	imaging-client -m "$LAB/www" -n 1 -s "$SIZE"
	rule mss 1000
	for TCPATH_FAMILY in 4 6; do
		idle_up
		is "$mode, IPv$TCPATH_FAMILY: the client sends segments of 1000 less timestamps" \
			"$(mss_used client "dport = :$TCPATH_PORT")" mss:988
		is "$mode, IPv$TCPATH_FAMILY: so does the server" \
			"$(mss_used server "sport = :$TCPATH_PORT")" mss:988
		idle_down
		ok "$mode, IPv$TCPATH_FAMILY: $SIZE bytes within 30 s" \
			timeout 30 ip netns exec client imaging-client -n 1 -s "$SIZE" \
			-p "$TCPATH_PORT" "$(server_address)"
	done
done

# A narrow link behind the box, where the news of "too big" is swallowed.
lab_up router
imaging-client -m "$LAB/www" -n 1 -s "$SIZE"
ip -n box link set b1 mtu 1300
ip -n broken link set k0 mtu 1300
in_broken nft -f - <<-'END'
	table inet swallow {
		chain output {
			type filter hook output priority 0;
			icmp type destination-unreachable drop
			icmpv6 type packet-too-big drop
		}
	}
END
fetches() {
	timeout 10 ip netns exec client imaging-client -n 1 -s "$SIZE" -p "$TCPATH_PORT" \
		"$(server_address)"
}
for TCPATH_FAMILY in 4 6; do
	policy flush
	room=$([ "$TCPATH_FAMILY" = 4 ] && echo 1260 || echo 1240)
	fails "IPv$TCPATH_FAMILY: a black hole swallows the file" fetches
	rule mss route
	ok "IPv$TCPATH_FAMILY: mss route: the file comes" fetches
	is "IPv$TCPATH_FAMILY: the SYN-ACK tells the room of the link" \
		"$(mss_of "$(answer 45000)")" "$room"
	watch_syns 1
	watcher=$!
	answer 45001 020405b4 >/dev/null
	wait "$watcher"
	like "IPv$TCPATH_FAMILY: so does the SYN" "$(<"$LAB/syns")" \
		"options=0204$(printf %04x "$room") checksum=good"
done
TCPATH_FAMILY=4
ip -n box route change "$TCPATH_SERVER_NET4.0/24" via "$TCPATH_TRANSIT_NET4.2" mtu 1200
watch_syns 1
watcher=$!
answer 45002 020405b4 >/dev/null
wait "$watcher"
like "an MTU of the route counts, too" "$(<"$LAB/syns")" "options=0204$(printf %04x 1160)"
tap_done
