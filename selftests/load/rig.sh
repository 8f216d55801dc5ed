# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Sourced in a guest after lib.sh: boxes between two devices onto which flood sends.
#
#   flood -> BOXl:end ---- l BOX r ---- end:BOXr <- flood
#
# What arrives at an end is counted before its own stack sees it, and goes no further.

END_COUNTERS='
	table netdev end {
		chain in {
			type filter hook ingress device "end" priority 0;
			tcp flags & (syn|ack) == syn counter name syns
			tcp flags & (syn|ack) == syn tcp option timestamp exists counter name stamped
			counter name seen drop
		}
		counter syns { }
		counter stamped { }
		counter seen { }
	}'

rig_side() { # BOX l|r NET
	local end=$1$2
	ip netns add "$end"
	ip netns exec "$end" sysctl -q net.ipv6.conf.all.disable_ipv6=1
	ip -n "$1" link add name "$2" address 02:00:00:00:00:01 type veth \
		peer name end address 02:00:00:00:00:02 netns "$end"
	ip -n "$1" link set dev "$2" up
	ip -n "$end" link set dev end up
	ip netns exec "$end" nft -f - <<<"$END_COUNTERS"
	ip -n "$1" address add "$3.1/24" dev "$2"
	ip -n "$1" neighbour replace "$3.2" lladdr 02:00:00:00:00:02 dev "$2" nud permanent
}

rig_up() { # BOX
	rig_down "$1"
	ip netns add "$1"
	ip -n "$1" link set lo up
	ip netns exec "$1" sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.disable_ipv6=1
	rig_side "$1" l 192.168.1
	rig_side "$1" r 192.168.2
	ip -n "$1" route add 10.0.0.0/9 via 192.168.1.2
	ip -n "$1" route add 10.128.0.0/9 via 192.168.2.2
}

rig_down() { # BOX...
	local box ns
	for box; do
		for ns in "$box" "$box"l "$box"r; do
			ip netns del "$ns" 2>/dev/null
		done
	done
}

flood() { # BOX ARGUMENTS...
	local box=$1
	shift
	"$TCPATH_AT/flood" -l "${box}l:end" -r "${box}r:end" "$@"
}

# The packets that arrived at, or left by, a device of a box.
packets() { # BOX DEVICE rx|tx
	ip netns exec "$1" cat /proc/net/dev |
		awk -v dev="$2:" -v column="$([ "$3" = rx ] && echo 3 || echo 11)" \
			'$1 == dev { print $column }'
}

end_count() { # BOX l|r COUNTER
	ip netns exec "$1$2" nft list counter netdev end "$3" | grep -oE 'packets [0-9]+' |
		cut -d' ' -f2
}

# The number after a key of "tcpath -j WORDS..." in a box.
number() { # BOX KEY WORDS...
	ip netns exec "$1" tcpath -j "${@:3}" | grep -oE "\"$2\": *[0-9]+" | head -1 |
		grep -oE '[0-9]+$'
}

# What a box counted under a name; and all reasons together.
box_counter() { # BOX NAME
	ip netns exec "$1" tcpath show counters |
		awk -v name="$2" '$1 == name { n = $2 } END { print n + 0 }'
}

reasons() { # BOX
	ip netns exec "$1" tcpath -j show counters | grep -oE '"reasons": *\{[^}]*' |
		grep -oE ': *[0-9]+' | awk '{ sub(/: */, ""); n += $0 } END { print n + 0 }'
}

# Memory of flows: objects of the slab, used or not, and their bytes with all padding.
slab() { # objects|bytes|size
	awk -v what="$1" '$1 == "tcpath_flow" {
		print what == "objects" ? $3 : what == "size" ? $4 : $15 * $6 * 4096 }' /proc/slabinfo
}
