#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The hard cases of option policy, each done by tcpath, by nft and by iptables in the same
# guest, and what became of them: the table of Documentation/rivals.rst, into $OUT/rivals.rst.
# Of tcpath each is a test; of the others it is what was found.
. "$(dirname "$0")/lib.sh"
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

# --- the same policy in three words ------------------------------------------------------------

clear_all() {
	policy flush
	in_box tcpath flush
	in_box nft flush ruleset
	in_box iptables-legacy -t mangle -F FORWARD
}

nft_forward() { # TABLE-FAMILY STATEMENTS: for SYNs
	local family=$1
	shift
	in_box nft -f - <<-END
		table $family rival {
			chain forward {
				type filter hook forward priority 0;
				$(printf 'tcp flags & (syn|ack) == syn %s\n' "$@")
			}
		}
	END
}

strip_by() { # TOOL
	case $1-$TCPATH_MODE in
	tcpath-*) rule strip timestamps,wscale ;;
	nft-router) nft_forward inet "reset tcp option timestamp" "reset tcp option window" ;;
	nft-bridge) nft_forward bridge "reset tcp option timestamp" "reset tcp option window" ;;
	iptables-*)
		in_box iptables-legacy -t mangle -A FORWARD -p tcp --tcp-flags SYN,ACK SYN \
			-j TCPOPTSTRIP --strip-options timestamp,wscale
		;;
	esac
}

clamp_by() { # TOOL
	case $1 in
	tcpath) rule mss 1400 ;;
	nft) nft_forward inet "tcp option maxseg size set 1400" ;;
	iptables)
		in_box iptables-legacy -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN \
			-j TCPMSS --set-mss 1400
		;;
	esac
}

# Window scale out of SYN-ACKs alone.
half_by() { # TOOL
	case $1 in
	tcpath) policy add syn-ack strip wscale ;;
	nft)
		in_box nft -f - <<-'END'
			table inet rival {
				chain forward {
					type filter hook forward priority 0;
					tcp flags & (syn|ack) == (syn|ack) reset tcp option window
				}
			}
		END
		;;
	iptables)
		in_box iptables-legacy -t mangle -A FORWARD -p tcp --tcp-flags SYN,ACK SYN,ACK \
			-j TCPOPTSTRIP --strip-options wscale
		;;
	esac
}

# --- what becomes of it --------------------------------------------------------------------

# as_sent OPTIONS: the SYN that the server gets, its options and whether its checksum is right.
as_received() {
	port=$((port + 1))
	watch_syns 1
	local watcher=$!
	answer "$port" "$1" >"$LAB/answer"
	kill -0 "$watcher" 2>/dev/null && ! grep -q . "$LAB/syns" && { sleep 1; kill "$watcher"; }
	wait "$watcher" 2>/dev/null
	sed -nE 's/.*options=([0-9a-f]*) checksum=(.*)/\1 \2/p' "$LAB/syns"
}

verdict() { # TOOL GOT WANT [WHAT-IT-IS-OTHERWISE]
	local said=yes
	[ "$2" = "$3" ] || said="**no**: ${4:-$2}"
	found[$name,$1]=$said
	if [ "$1" = tcpath ]; then
		is "$name" "$2" "$3"
	else
		note "$1, $name: $said"
	fi
}

sent_and_got() { # CASE MEANING HOW OPTIONS WANT
	local tool got
	case_is "$1" "$2"
	for tool in "${tools[@]}"; do
		clear_all
		"$3" "$tool" >/dev/null 2>&1 || note "$tool: the rule is refused"
		got=$(as_received "$4")
		verdict "$tool" "${got:-never arrives}" "$5"
	done
}

# Do both ends take their windows for scaled, or neither?
agreed() {
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
		clear_all
		if ! half_by "$tool" >/dev/null 2>&1; then
			got=refused
		elif agreed; then
			got="accepted, without effect"
		else
			got="accepted, and the ends disagree"
		fi
		verdict "$tool" "$got" refused
	done
}

# The rule comes between the first SYN and its copy: both have to be what the first was.
between_copies() {
	local tool got
	case_is "copies of a SYN are treated as the first (a rule comes in between)" \
		"which options are on depends on the copy that is answered"
	in_server nft -f - <<-END
		table inet mute {
			chain output {
				type filter hook output priority 0;
				tcp sport $TCPATH_PORT tcp flags & (syn|ack) == (syn|ack) drop
			}
		}
	END
	for tool in "${tools[@]}"; do
		clear_all
		watch_syns 2
		local watcher=$!
		timeout 8 ip netns exec client bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT" \
			2>/dev/null &
		wait_for 10 syns_seen 1
		strip_by "$tool"
		wait "$watcher"
		got=$(cut -d' ' -f3 "$LAB/syns" | sed -E 's/080a.{16}/080aT/' | sort -u | wc -l)
		verdict "$tool" "$got" 1 "the copy is another one"
	done
	in_server nft delete table inet mute
}

double_tags() {
	local ns dev host end tool
	case_is "double-tagged frames on a bridge (802.1ad)" \
		"the policy has no effect there, and nothing says so"
	lab_up bridge
	for end in "client c0 2" "broken k0 1"; do
		read -r ns dev host <<<"$end"
		ip -n "$ns" address flush dev "$dev"
		ip -n "$ns" link add link "$dev" name v1 type vlan proto 802.1ad id 100
		ip -n "$ns" link set v1 up
		ip -n "$ns" link add link v1 name v2 type vlan id 7
		ip -n "$ns" link set v2 up
		address "$ns" v2 "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" "$host"
	done
	route client "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" \
		"$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
	wait_for 10 connects
	modprobe br_netfilter 2>/dev/null
	in_box sysctl -q -e net.bridge.bridge-nf-call-iptables=1 \
		net.bridge.bridge-nf-filter-vlan-tagged=1
	for tool in "${tools[@]}"; do
		clear_all
		strip_by "$tool"
		verdict "$tool" "$(as_received "$USUAL_OPTIONS")" "$STRIPPED good" "seen by no rule"
	done
}

table() {
	local case tool
	cat <<-END
		.. SPDX-License-Identifier: GPL-2.0
		.. Made by: selftests/guest/check-rivals.sh -w

		Side by side
		============

		The same policy by tcpath, by nft (\`\`reset tcp option\`\`, \`\`maxseg size set\`\`) and by iptables (TCPOPTSTRIP, TCPMSS), on the cases that
		are hard: what the server receives, in hex, and whether its checksum is right. \`\`make check-rivals\`\` measures it in one guest and
		compares what it finds with this table. Made with:
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
	END
}

port=46000
STRIPPED=020405b404020101010101010101010101010101
lab_up router
sent_and_got "window scale and timestamps out of a common SYN" "what all can do" \
	strip_by "$USUAL_OPTIONS" "$STRIPPED good"
sent_and_got "an MSS at an odd offset keeps the checksum right" "the server drops the SYN, in silence" \
	clamp_by 01020405b4040200 "0102040578040200 good"
sent_and_got "each of two MSS options" "ends believe the last one: it is not lowered" \
	clamp_by 020405b4020405b4 "0204057802040578 good"
sent_and_got "each of two copies of an option" "ends believe the last one: it is not gone" strip_by \
	080a000000010000000003030701080a00000002000000000303070103030701 \
	"0101010101010101010101010101010101010101010101010101010101010101 good"
sent_and_got "nothing behind the end of the list" "no end reads that: bytes change for nothing" \
	strip_by 020405b40003030703030700 "020405b40003030703030700 good"
sent_and_got "an option that is longer than the header: what is before it" \
	"never arrives: a SYN is lost that Linux would have answered" \
	strip_by 0303070108140000 "0101010108140000 good"
sent_and_got "an option of length 0: what is before it" "bytes change that nobody can read" \
	strip_by 0303070108000000 "0101010108000000 good"
sent_and_got "an option that the header cuts off: what is before it" \
	"bytes change that nobody can read" strip_by 0303070101010108 "0101010101010108 good"
sent_and_got "a SYN signed by TCP-AO is left alone" "the signature is wrong: the server drops the SYN" \
	strip_by 030307011d040102 "030307011d040102 good"
between_copies
half_negotiated
double_tags
mkdir -p "$OUT"
table >"$OUT/rivals.rst"
tap_done
