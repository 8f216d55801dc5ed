#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The hard cases of option policy, each done by tcpath, by nft and by iptables in the same
# guest, and what became of them: the table of Documentation/rivals.rst, into $OUT/rivals.rst.
# Of tcpath each is a test; of the others it is what was found.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rivals_words.sh"
trap site_down EXIT

OUT=${OUT:-/out}
tools=(tcpath nft iptables)
declare -A found meaning
cases=()

# The case that follows, and what it means where it goes wrong.
case_is() { # NAME MEANING
	name=$1
	cases+=("$1")
	meaning[$1]=$2
}

# --- what becomes of it --------------------------------------------------------------------

# as_received OPTIONS [ARGUMENTS]: of a SYN that rawtcp sends, what the server gets.
as_received() {
	local options=$1 watcher
	shift
	port=$((port + 1))
	watch_syns 1
	watcher=$!
	in_client rawtcp syn -b "$port" -o "$options" -t 1500 "$@" "$SERVER4" "$TCPATH_PORT" \
		>"$LAB/answer"
	grep -q . "$LAB/syns" || { sleep 0.3; kill "$watcher"; } 2>/dev/null
	wait "$watcher" 2>/dev/null
	sed -nE 's/.*options=//; s/checksum=//p' "$LAB/syns"
}
# as_nested OPTIONS LAYERS: what comes out of the box of a SYN in other layers.
as_nested() { nest client c0 broken k0 "$2" "$1"; }

verdict() { # TOOL GOT WANT [WHAT-IT-IS-OTHERWISE]
	local said=yes
	[ "$2" = "$3" ] || said="**no**: ${4:-$2}"
	[ "$2" != cannot ] || said=cannot
	found[$name,$1]=$said
	if [ "$1" = tcpath ]; then
		is "$name" "$2" "$3"
	else
		note "$1, $name: $said"
	fi
	clear_by "$1"
}

# each CASE MEANING HOW WANT COMMAND...: a policy by each tool, and what the command then says.
each() {
	local how=$3 want=$4 tool got
	case_is "$1" "$2"
	shift 4
	for tool in "${tools[@]}"; do
		[ "$tool" != tcpath ] || in_box tcpath flush force # what passed before a rule is let alone
		if "$how" "$tool" >"$LAB/said" 2>&1; then
			got=$("$@")
		else
			got=cannot
			note "$tool: $(head -n 1 "$LAB/said")"
		fi
		verdict "$tool" "${got:-never arrives}" "$want"
	done
}
# Of a SYN: the options that are sent, and those that have to arrive, sound.
sent_and_got() { # CASE MEANING HOW OPTIONS WANT [ARGUMENTS]
	each "$1" "$2" "$3" "$5 good" as_received "$4" "${@:6}"
}
nested() { # CASE MEANING HOW LAYERS OPTIONS WANT
	each "$1" "$2" "$3" "$6 good" as_nested "$5" "$4"
}

# Do both ends take their windows for scaled, or neither?
both_scale_or_none() {
	local idle holder client server
	exec {idle}> >(in_client bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT; cat")
	holder=$!
	wait_for 10 held
	client=$(in_client ss -Htino state established "dport = :$TCPATH_PORT" | grep -c wscale:)
	server=$(in_server ss -Htino state established "sport = :$TCPATH_PORT" | grep -c wscale:)
	note "ends that scale: client $client, server $server"
	exec {idle}>&-
	kill "$holder"
	wait_for 10 not_held
	[ "$client" = "$server" ]
}
held() { in_server ss -Htn state established "sport = :$TCPATH_PORT" | grep -q .; }
not_held() { ! held; }

half_negotiated() {
	local tool got
	case_is "a rule cannot half-negotiate (window scale out of SYN-ACKs alone)" \
		"one end scales its windows and the other does not know: tens of kbit/s at 20 ms"
	for tool in "${tools[@]}"; do
		if ! half_by "$tool" >/dev/null 2>&1; then
			got=refused
		elif both_scale_or_none; then
			got="accepted, without effect"
		else
			got="accepted, and the ends disagree"
		fi
		verdict "$tool" "$got" refused
	done
}

# The rule comes between the first SYN and its copy: both have to be what the first was.
copies_of_one() {
	local seen
	wait_for 10 syns_seen 1
	strip_by "$1"
	seen=$(wc -l <"$LAB/syns")
	wait_for 20 syns_seen $((seen + 1))
	cut -d' ' -f3 "$LAB/syns" | sed -E 's/080a.{16}/080aT/' | sort -u | wc -l
}
between_copies() {
	local tool got watcher client
	case_is "copies of a SYN are treated as the first (a rule comes in between)" \
		"which options are on depends on the copy that is answered"
	hold server output
	for tool in "${tools[@]}"; do
		watch_syns 9
		watcher=$!
		timeout 30 ip netns exec client bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT" \
			2>/dev/null &
		client=$!
		got=$(copies_of_one "$tool")
		kill "$watcher" "$client"
		wait "$watcher" "$client" 2>/dev/null
		verdict "$tool" "$got" 1 "the copy is another one"
	done
	in_server nft delete table inet hold
}

# No SYN-ACK gets through.
hold() { # NAMESPACE HOOK
	ip netns exec "$1" nft -f - <<-END
		table inet hold {
			chain synacks {
				type filter hook $2 priority 0;
				tcp sport $TCPATH_PORT tcp flags & (syn|ack) == (syn|ack) counter drop
			}
		}
	END
}
holds() { in_broken nft list table inet hold | grep -qE 'packets [1-9]'; }

# The rule comes between the SYN and its SYN-ACK.
unseen_offers() {
	local tool got client
	case_is "the offer passed before the rule came: its SYN-ACK is left alone" \
		"one end scales its windows and the other does not know: tens of kbit/s at 20 ms"
	for tool in "${tools[@]}"; do
		hold broken forward
		port=$((port + 1))
		in_client rawtcp syn -b "$port" -o "$USUAL_OPTIONS" -t 20000 "$SERVER4" \
			"$TCPATH_PORT" >"$LAB/answer" &
		client=$!
		wait_for 10 holds
		either_way_by "$tool"
		in_broken nft delete table inet hold
		wait "$client"
		got="taken out of the SYN-ACK alone"
		[[ $(<"$LAB/answer") != syn-ack*0303* ]] || got="left alone"
		verdict "$tool" "$got" "left alone"
	done
}

# At the pace of windows that both ends read alike, or not.
pace() {
	local got
	got=$(in_client timeout 12 bytes connect "$SERVER4" "$FAST_PORT" 300000 2>/dev/null)
	[[ $got == *' ms, '* ]] && echo "all bytes" || echo "the connection crawls"
}
lowered_scale() {
	in_server bytes serve "$FAST_PORT" 300000 2>/dev/null &
	ip netns exec broken tc qdisc replace dev k0 root netem delay 20ms limit 10000
	each "a lowered window scale: the windows are translated" "each is read as too small: tens of kbit/s" \
		scale_by "all bytes" pace
	ip netns exec broken tc qdisc del dev k0 root
}

table() {
	local case tool
	cat <<-END
		.. SPDX-License-Identifier: GPL-2.0
		.. Made by: selftests/guest/check-rivals.sh -w

		Side by side
		============

		The same policy by tcpath, by nft (\`\`reset tcp option\`\`, \`\`maxseg size set\`\`) and by iptables (TCPOPTSTRIP, TCPMSS), on the cases that
		are hard: what the server receives, in hex, and whether its checksum is right; "cannot" is what a tool has no words for.
		\`\`make check-rivals\`\` measures it in one guest and compares what it finds with this table. Made with:
		Linux $(uname -r), $(nft --version | cut -d' ' -f1,2), $(iptables-legacy --version | cut -d' ' -f1,2).

		The cases are what tcpath was written for, so they say where the others end, not how good these are: both do far more than tcpath ever will,
		and the first case, which is nearly all there is on most networks, passes everywhere. \`\`performance.md\`\` has what each costs.

	END
	printf '.. list-table::\n   :header-rows: 1\n\n   * - case\n     - otherwise\n'
	printf '     - %s\n' "${tools[@]}"
	for case in "${cases[@]}"; do
		printf '   * - %s\n     - %s\n' "$case" "${meaning[$case]}"
		for tool in "${tools[@]}"; do printf '     - %s\n' "${found[$case,$tool]}"; done
	done
	cat <<-'END'

		"yes" is what is right by RFC 9293, 7323, 5925 and by the law of ``design.rst``: of an option that two ends agree on the offer is
		removed, or nothing; what cannot be read stays as it is; a signed segment is left alone; a checksum that was right is right afterwards.

		nft has no words for a lower window scale; it was made to write the byte at the place where Linux has it. The words of each tool
		are in ``selftests/guest/rivals_words.sh``, the frames of the cases on a bridge are made by ``nest.c`` beside it.
	END
}

FAST_PORT=7000
port=46000
STRIPPED=020405b404020101010101010101010101010101
MD5=1312000102030405060708090a0b0c0d0e0f
lab_up router
sent_and_got "window scale and timestamps out of a common SYN" "what all can do" \
	strip_by "$USUAL_OPTIONS" "$STRIPPED"
sent_and_got "an MSS at an even offset keeps the checksum right" "the server drops the SYN, in silence" \
	clamp_by 0101020405b40402 0101020405780402
sent_and_got "an MSS at an odd offset keeps the checksum right" "the server drops the SYN, in silence" \
	clamp_by 01020405b4040200 0102040578040200
sent_and_got "each of two MSS options" "ends believe the last one: it is not lowered" \
	clamp_by 020405b4020405b4 0204057802040578
sent_and_got "each of two copies of an option" "ends believe the last one: it is not gone" strip_by \
	080a000000010000000003030701080a00000002000000000303070103030701 \
	0101010101010101010101010101010101010101010101010101010101010101
sent_and_got "nothing behind the end of the list" "no end reads that: bytes change for nothing" \
	strip_by 020405b40003030703030700 020405b40003030703030700
sent_and_got "an option that is longer than the header: what is before it" \
	"never arrives: a SYN is lost that Linux would have answered" \
	strip_by 0303070108140000 0101010108140000
sent_and_got "an option of length 0: what is before it" "bytes change that nobody can read" \
	strip_by 0303070108000000 0101010108000000
sent_and_got "an option that the header cuts off: what is before it" \
	"bytes change that nobody can read" strip_by 0303070101010108 0101010101010108
sent_and_got "a SYN signed by TCP-AO is left alone" "the signature is wrong: the server drops the SYN" \
	strip_by 030307011d040102 030307011d040102
sent_and_got "a SYN signed by TCP-MD5: the signature covers no options, and stays" "the server drops the SYN" \
	strip_by "${MD5}03030701080a0001020300000000" "${MD5}01010101$(printf '01%.0s' {1..10})"
sent_and_got "MPTCP out of the offer" "it is on" \
	mptcp_by 020405b41e0c00810102030405060708 020405b4010101010101010101010101
sent_and_got "a Fast Open cookie with data in the SYN stays" "the server throws the data away: it comes twice" \
	fastopen_by 020405b4220a01020304050607080101 020405b4220a01020304050607080101 -d 100
sent_and_got "an ECN set-up is cleared as a whole: AE, CWR and ECE" "half a set-up is left" \
	clear_ecn_by "$USUAL_OPTIONS" "$USUAL_OPTIONS" -e 1c0
sent_and_got "an ECN set-up that TCP-MD5 signs is left alone" "the signature is wrong: the server drops the SYN" \
	clear_ecn_by "${MD5}0101" "${MD5}0101 ecn=c0" -e c0
unseen_offers
between_copies
half_negotiated
lowered_scale

lab_up bridge
modprobe br_netfilter 2>/dev/null
in_box sysctl -q -e net.bridge.bridge-nf-{call-iptables,call-ip6tables,filter-vlan-tagged,filter-pppoe-tagged}=1
for nest in "in two VLAN tags (802.1ad):ad100,q7,ip4" "in a PPPoE session:pppoe,ip4" \
	"in a PPPoE session in a VLAN tag:q100,pppoe,ip6"; do
	nested "a SYN ${nest%:*}, on a bridge" "the policy has no effect there, and nothing says so" \
		strip_by "${nest##*:}" "$USUAL_OPTIONS" "$STRIPPED"
done
nested "a SYN behind IPv6 extension headers" "the policy has no effect there" \
	strip_by ip6,hop,dst "$USUAL_OPTIONS" "$STRIPPED"
nested "a SYN that an IPv6 AH signs is left alone" "the signature is wrong: the receiver drops it" \
	strip_by ip6,ah "$USUAL_OPTIONS" "$USUAL_OPTIONS"
for family in 4 6; do
	nested "a fragment that holds the TCP header (IPv$family)" "the policy has no effect there" \
		strip_by ip$family,whole "$USUAL_OPTIONS" "$STRIPPED"
	nested "a fragment that ends within the TCP header passes (IPv$family)" \
		"never arrives: a SYN is lost that the server would have answered" \
		strip_by ip$family,cut "$USUAL_OPTIONS" "$USUAL_OPTIONS"
done
mkdir -p "$OUT"
table >"$OUT/rivals.rst"
tap_done
