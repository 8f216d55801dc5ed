# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Sourced by rivals.sh: one policy in the words of each tool. What a tool has no words for
# fails, and so does what it refuses.

clear_by() { # TOOL
	local ip
	case $1 in
	tcpath)
		policy flush
		in_box tcpath flush force
		;;
	nft) in_box nft flush ruleset ;;
	iptables) for ip in iptables ip6tables; do in_box $ip-legacy -t mangle -F FORWARD; done ;;
	esac
}

nft_family() { [ "$TCPATH_MODE" = bridge ] && echo bridge || echo inet; }
nft_forward() { # MATCH STATEMENTS
	local match=$1
	shift
	in_box nft -f - <<-END
		table $(nft_family) rival {
			chain forward {
				type filter hook forward priority 0;
				$(printf "$match %s\n" "$@")
			}
		}
	END
}
nft_syns() { nft_forward "tcp flags & (syn|ack) == syn" "$@"; }

iptables_forward() { # FLAGS TARGET...
	local flags=$1 ip
	shift
	# shellcheck disable=SC2086 # two words
	for ip in iptables ip6tables; do
		in_box $ip-legacy -t mangle -A FORWARD -p tcp --tcp-flags $flags -j "$@" || return
	done
}
iptables_syns() { iptables_forward "SYN,ACK SYN" "$@"; }

strip_by() { # TOOL
	case $1 in
	tcpath) rule strip timestamps,wscale ;;
	nft) nft_syns "reset tcp option timestamp" "reset tcp option window" ;;
	iptables) iptables_syns TCPOPTSTRIP --strip-options timestamp,wscale ;;
	esac
}

mptcp_by() {
	case $1 in
	tcpath) rule strip mptcp ;;
	nft) nft_syns "reset tcp option mptcp" ;;
	iptables) iptables_syns TCPOPTSTRIP --strip-options 30 ;;
	esac
}

fastopen_by() {
	case $1 in
	tcpath) rule strip fastopen ;;
	nft) nft_syns "reset tcp option fastopen" ;;
	iptables) iptables_syns TCPOPTSTRIP --strip-options 34 ;;
	esac
}

clamp_by() {
	case $1 in
	tcpath) rule mss 1400 ;;
	nft) nft_syns "tcp option maxseg size set 1400" ;;
	iptables) iptables_forward "SYN,RST SYN" TCPMSS --set-mss 1400 ;;
	esac
}

clear_ecn_by() {
	case $1 in
	tcpath) rule clear-ecn ;;
	nft) nft_syns "tcp reserved set 0" "tcp flags set syn" ;;
	iptables) # for IPv4 alone
		in_box iptables-legacy -t mangle -A FORWARD -p tcp --tcp-flags SYN,ACK SYN \
			-j ECN --ecn-tcp-remove
		;;
	esac
}

# Nothing else can lower it; nft can write a byte of the header, where the sender is known to
# have it there.
scale_by() {
	case $1 in
	tcpath) rule dport "$FAST_PORT" wscale 0 ;;
	nft) nft_forward "tcp flags syn tcp option window exists" "@th,312,8 set 0" ;;
	iptables) false ;;
	esac
}

# Window scale out of all that has SYN, as is usual.
either_way_by() {
	case $1 in
	tcpath) rule strip wscale ;;
	nft) nft_forward "tcp flags & syn == syn" "reset tcp option window" ;;
	iptables) iptables_forward "SYN SYN" TCPOPTSTRIP --strip-options wscale ;;
	esac
}

# Window scale out of SYN-ACKs alone.
half_by() {
	case $1 in
	tcpath) policy add syn-ack strip wscale ;;
	nft) nft_forward "tcp flags & (syn|ack) == (syn|ack)" "reset tcp option window" ;;
	iptables) iptables_forward "SYN,ACK SYN,ACK" TCPOPTSTRIP --strip-options wscale ;;
	esac
}
