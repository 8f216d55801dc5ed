#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a kernel under test: frames that nobody should send go over two boxes that differ
# in one thing, tcpath.  First over routers, then over bridges; without it in either, without
# a policy, then under one of each kind, then in a table that is always full.  hostile.c
# compares what arrives; here the books are checked: each frame that came to the hook left
# it, for one reason.
# usage: wire.sh MODULE.ko TCPATH HOSTILE FRAMES [CAPTURE...]
# shellcheck disable=SC2317 # called by name
set -u
. "$(dirname "$0")/../kernels/guest.sh"
module=$1 tcpath=$2 hostile=$3 frames=$4
captures=("${@:5}")

# The box says nothing of its own: it would say it at times of its own.
MUTE='
	table inet mute {
		chain out {
			type filter hook output priority 0; policy drop;
		}
	}
	table arp mute {
		chain out {
			type filter hook output priority 0; policy drop;
		}
	}'
# Before and after tcpath, at every hook that it has.
COUNT='
	table FAMILY count {
		chain before {
			type filter hook forward priority -500;
			counter
		}
		chain after {
			type filter hook forward priority 500;
			counter
		}
	}'

# Namespaces inherit it; a process takes its time in these kernels, so that there are few.
still() {
	local name
	echo 1 >/proc/sys/net/core/devconf_inherit_init_net
	for name in all default; do
		echo 0 >/proc/sys/net/ipv6/conf/$name/accept_dad
		echo 0 >/proc/sys/net/ipv4/conf/$name/rp_filter
	done
}

draw() { # NAME
	local mtu=9000
	[ "$kind" = bridge ] || mtu=4000 # what is longer, the box has to cut
	ip -batch - <<-END
		netns add $1-left
		netns add $1-box
		netns add $1-right
		link add end netns $1-left address 02:00:00:00:00:01 mtu 9000 type veth peer name left netns $1-box address 02:00:00:00:00:02 mtu 9000
		link add end netns $1-right address 02:00:00:00:00:04 mtu 9000 type veth peer name right netns $1-box address 02:00:00:00:00:03 mtu $mtu
	END
	ip -n "$1-left" link set end addrgenmode none up
	ip -n "$1-right" link set end addrgenmode none up
	ip netns exec "$1-box" nft -f - <<<"$MUTE"
	ip netns exec "$1-box" ethtool -K right tso off gso off tx off sg off >/dev/null
	"$kind" "$1-box"
}

# Whatever its addresses are, a packet goes to the other side.
way() { # IN OUT TABLE GATEWAY MAC
	cat <<-END
		neigh add $4 lladdr $5 dev $2 nud permanent
		route add default via $4 dev $2 table $3
		rule add iif $1 lookup $3
	END
}

router() { # BOX
	# shellcheck disable=SC2016 # for the inner shell
	ip netns exec "$1" bash -c 'cd /proc/sys/net
		echo 1 >ipv4/ip_forward; echo 1 >ipv6/conf/all/forwarding'
	ip -n "$1" -batch - <<-END
		link set left up
		link set right up
		address add 10.0.1.1/24 dev left
		address add 10.0.2.1/24 dev right
		address add fd00:1::1/64 dev left
		address add fd00:2::1/64 dev right
		$(way left right 11 10.0.2.2 02:00:00:00:00:04)
		$(way right left 12 10.0.1.2 02:00:00:00:00:01)
	END
	ip -6 -n "$1" -batch - <<-END
		$(way left right 11 fd00:2::2 02:00:00:00:00:04)
		$(way right left 12 fd00:1::2 02:00:00:00:00:01)
	END
	to=(-l 02:00:00:00:00:02 -r 02:00:00:00:00:03)
}

# With a third port, to which it floods what it knows no receiver of.
bridge() { # BOX
	ip -n "$1" -batch - <<-END
		link add br0 type bridge mcast_snooping 0
		link add spare type dummy
		link set left master br0 up
		link set right master br0 up
		link set spare master br0 up
		link set br0 up
	END
	to=(-l 02:00:00:00:00:04 -r 02:00:00:00:00:01)
}

# A link whose both ends are up is used only after the kernel has seen to it.
ready() { # BOX
	local dev
	for dev in left right; do
		[[ $(ip -n "$1" -br link show "$dev") =~ \ UP\  ]] || return 1
		[ "$kind" = router ] ||
			[[ $(ip -n "$1" -d link show "$dev") =~ state\ forwarding ]] || return 1
		[[ $(ip -n "${1%box}$dev" -br link show end) =~ \ UP\  ]] || return 1
	done
}

erase() {
	local name
	for name in {plain,watched}-{left,box,right}; do echo "netns del $name"; done | ip -batch -
}

in_watched() { nsenter --net=/run/netns/watched-box "$@"; }

family() { [ "$kind" = router ] && echo inet || echo bridge; }

# The packets of both counters, in a line.
counted() {
	local line
	in_watched nft list table "$(family)" count | while read -r line; do
		[[ ! $line =~ packets\ ([0-9]+) ]] || echo -n "${BASH_REMATCH[1]} "
	done
}

reasons() {
	local said sum=0
	said=$(in_watched "$tcpath" -j show counters)
	said=${said#*\"reasons\"*\{}
	said=${said%%\}*}
	for said in ${said//[:,]/ }; do
		[[ ! $said =~ ^[0-9]+$ ]] || sum=$((sum + said))
	done
	echo $sum
}

# What came to the hook since the last time, what left it, and how many reasons there were.
books_balance() {
	local came went given old_came=$all_came old_went=$all_went old_given=$all_given
	read -r all_came all_went <<<"$(counted)"
	all_given=$(reasons)
	came=$((all_came - old_came)) went=$((all_went - old_went)) given=$((all_given - old_given))
	echo "# $came frames came to the hook, $went left it, $given reasons"
	[ "$came" -gt 0 ] && [ "$came" = "$went" ] && [ "$came" = "$given" ]
}

# number_of NAME: among what hostile said last.
number_of() {
	[[ $said =~ $1\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

compared() { # ARGUMENTS...
	local result
	seed=$((seed + 1))
	said=$("$hostile" -n "$share" -s $seed "${to[@]}" "$@" plain watched \
		"${captures[@]}" 2>&1)
	result=$?
	echo "# ${said//$'\n'/$'\n'# }"
	[ $result = 0 ] && [ "$(number_of arrived)" -gt $((share / 10)) ] &&
		[ "$(number_of seen)" -gt $((share / 20)) ]
}

policed() { compared -p && [ "$(number_of policed)" -gt $((share / 1000)) ]; }
# Of SYN-ACKs only where SYNs have crossed, which is seldom.
cleared() {
	compared -e && [ "$(number_of cleared)" -gt $((4 * $(number_of crossed))) ]
}
translated() { compared -w && [ "$(number_of translated)" -gt 0 ]; }
# Copies of a SYN, which alone a ladder edits, are few.
climbed() { compared -p; }

round() { # NAME HOW [RULE...]
	local name=$1 how=$2
	shift 2
	if [ $# -gt 0 ]; then
		echo "$*" >/tmp/rule
		in_watched "$tcpath" policy load /tmp/rule >/dev/null || not_ok "$kind: $name: the rule"
		in_watched "$tcpath" flush force
	fi
	try "$kind: $name: the same arrives" $how
	try "$kind: $name: the books balance" books_balance
}

# On the console: where what the kernel says has to do with tcpath, and where not.
mark() { echo "wire: tcpath $1" >/dev/console; }

session() {
	draw plain
	draw watched
	wait_for 60 ready plain-box && wait_for 60 ready watched-box || not_ok "$kind: links"
	try "$kind: neither has tcpath: the same arrives" compared
	in_watched nft -f - <<<"${COUNT/FAMILY/$(family)}"
	all_came=0 all_went=0 all_given=0
	mark on
	load
	try "$kind: enable" in_watched "$tcpath" enable
	round "no policy" compared
	round "strip" policed strip timestamps,wscale,sack-permitted,mss
	round "scaling alone" policed tcp1323opts 1
	round "MSS" policed mss 536
	round "ladder" climbed ladder
	round "all but some" policed strip all-but mss,sack-permitted force
	round "ECN" cleared clear-ecn
	round "window scale" translated wscale 1
	in_watched "$tcpath" config set max-flows 16
	round "a full table" policed strip timestamps
	in_watched "$tcpath" show counters | sed -n "/ [1-9][0-9]*  /s/^/# $kind, /p"
	in_watched "$tcpath" flush force # else those whose windows are translated hold it
	unload
	mark off
	erase
}

# Ten rounds on either kind of box.
share=$(((frames + 19) / 20)) seed=$((${TCPATH_WIRE_SEED:-1} * 1000))
still
for kind in ${TCPATH_WIRE_KINDS:-router bridge}; do
	session
done
finish
