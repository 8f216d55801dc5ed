# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Namespaces client - box - server, and a payload to fetch through the box.

head -c "${payload_size:-1000003}" /dev/urandom >/tmp/payload
expected=$(sha256sum </tmp/payload)

link_up() {
	local name=$1 from=$2 to=$3
	ip link add "$name" netns "$from" type veth peer name "$name" netns "$to"
	ip -n "$from" link set "$name" up
	ip -n "$to" link set "$name" up
}

address() {
	ip -n "$1" address add "$3" dev "$2"
}

router() {
	ip netns exec box sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	address box left 10.0.1.1/24
	address box left fd00:1::1/64
	address box right 10.0.2.1/24
	address box right fd00:2::1/64
	address client left 10.0.1.2/24
	address client left fd00:1::2/64
	address server right 10.0.2.2/24
	address server right fd00:2::2/64
	ip -n client route add default via 10.0.1.1
	ip -n client route add default via fd00:1::1
	ip -n server route add default via 10.0.2.1
	ip -n server route add default via fd00:2::1
}

# The server's addresses are the router's, so that every step fits both.
bridge() {
	ip -n box link add br0 type bridge
	ip -n box link set left master br0
	ip -n box link set right master br0
	ip -n box link set br0 up
	address client left 10.0.2.3/24
	address client left fd00:2::3/64
	address server right 10.0.2.2/24
	address server right fd00:2::2/64
}

tag() {
	ip -n "$1" address flush dev "$2"
	ip -n "$1" link add link "$2" name outer type vlan id 100 protocol 802.1ad
	ip -n "$1" link add link outer name inner type vlan id 7
	ip -n "$1" link set outer up
	ip -n "$1" link set inner up
	address "$1" inner "10.0.2.$3/24"
	address "$1" inner "fd00:2::$3/64"
}

# The same bridge with the hosts behind two tags.
tagged() {
	bridge
	tag client left 3
	tag server right 2
}

serve() {
	ip netns exec server socat TCP6-LISTEN:80,ipv6only=0,fork,reuseaddr,backlog=64 \
		OPEN:/tmp/payload,rdonly 2>/dev/null &
	server=$!
	wait_for 10 listening
}

listening() {
	ip netns exec server ss -Hltn 'sport = 80' | grep -q .
}

draw() {
	for name in client box server; do
		ip netns add $name
		ip netns exec $name sysctl -qw net.ipv6.conf.default.accept_dad=0
		ip -n $name link set lo up
	done
	link_up left client box
	link_up right box server
	"$1"
	serve
}

erase() {
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	for name in client box server; do
		ip netns del $name
	done
}

# fetch ADDRESS: the payload, whole and unchanged.
fetch() {
	[ "$(ip netns exec client timeout 60 socat -u "TCP:$1:80,connect-timeout=20" - \
		2>/dev/null | sha256sum)" = "$expected" ]
}

fetch_both() {
	fetch 10.0.2.2 && fetch '[fd00:2::2]'
}
