#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A window scale is lowered, and the window of every later segment translated: all bytes come
# both ways, at the pace that the scale allows; checksums are right; a flowtable does not take
# the flow past the hook.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

COUNT=1000000 PORT=7000

# The shifts of the one idle connection: of the other end and its own, as one end sees them.
shifts() { # NS FILTER
	ip netns exec "$1" ss -Htino state synchronized exclude time-wait "$2" | grep -oE 'wscale:[0-9,]+'
}
csum_errors() {
	for ns in client server; do ip netns exec "$ns" nstat -asz TcpInCsumErrors; done |
		awk '/Tcp/ { n += $2 } END { print n + 0 }'
}
transfer() { # [COUNT]
	in_client timeout 100 bytes connect "$(server_address)" "$PORT" $COUNT 4000000
}
delay() { # TIME: there and back
	ip netns exec broken tc qdisc replace dev k0 root netem delay "$1" limit 10000
}
# One transfer of a rule: every byte, and how fast.
transfers() { # NAME
	local got
	got=$(transfer 2>&1)
	like "$1: every byte both ways" "$got" ' ms, '
	rate=$(sed -nE 's/.* ([0-9]+)\.[0-9]+ kB.*/\1/p' <<<"$got")
	note "$1: $got, $(counter translated) windows translated"
}

lab_up router
sysctl -q net.core.rmem_max=8000000
in_server sysctl -q net.ipv4.tcp_rmem="4096 4000000 8000000"
in_client sysctl -q net.ipv4.tcp_rmem="4096 4000000 8000000"
in_server bytes serve "$PORT" $COUNT 4000000 2>"$LAB/serve" &
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	delay 20ms
	policy flush
	transfers "$f, no rule"
	for shift in 0 3; do
		policy flush
		in_box tcpath reset
		rule dport "$PORT" wscale $shift
		idle_up "$PORT"
		like "$f, wscale $shift: the client knows the server's as $shift" \
			"$(shifts client "dport = :$PORT")" "wscale:$shift,[1-9]"
		like "$f, wscale $shift: the server the client's" \
			"$(shifts server "sport = :$PORT")" "wscale:$shift,[1-9]"
		idle_down
		is "$f, wscale $shift: SYN and SYN-ACK" "$(counter scaled)" 2
		transfers "$f, wscale $shift"
		# What an untranslated window leaves is 31 kbit/s: 4 kB/s.
		ok "$f, wscale $shift: at a fair pace" test "${rate:-0}" -ge 60
		ok "$f, wscale $shift: by translation" counted translated 100
		is "$f, wscale $shift: each is counted with its rule" \
			"$(in_box tcpath -j policy list | grep -oE '"scales_lowered":[0-9]+')" \
			'"scales_lowered":4'
	done
done
TCPATH_FAMILY=4
is "nothing was guessed, kept or failed" \
	"$(counter scale-guessed) $(counter scale-kept) $(counter edit-failed)" "0 0 0"

# With checksums in the packets, not left to a device.
for end in client:c0 box:b0 box:b1 broken:k0 broken:k1 server:s0; do
	ip netns exec "${end%:*}" ethtool -K "${end#*:}" tx off gro off >/dev/null
done
transfers "checksums made by the sender"
ok "at a fair pace" test "${rate:-0}" -ge 60
is "no checksum was wrong" "$(csum_errors)" 0

# A flowtable.
in_box nft -f - <<-'END'
	table inet fast {
		flowtable f { hook ingress priority 0; devices = { b0, b1 }; }
		chain forward {
			type filter hook forward priority 0;
			meta l4proto tcp flow add @f
		}
	}
END
in_box tcpath reset
transfers "with a flowtable"
ok "with a flowtable: by translation" counted translated 100
ok "at a fair pace" test "${rate:-0}" -ge 60
in_box nft delete table inet fast

# A tap meets each segment first: it translates nothing, the hook does.
in_box tcpath attach tap b0
in_box tcpath attach tap b1
in_box tcpath reset
transfers "with taps"
ok "with taps: by translation" counted translated 100
ok "at a fair pace" test "${rate:-0}" -ge 60
in_box tcpath detach tap b0
in_box tcpath detach tap b1

# A bridge.
lab_up bridge
in_server bytes serve "$PORT" $COUNT 4000000 2>"$LAB/serve" &
rule dport "$PORT" wscale 0
in_box tcpath reset
transfers "bridge"
ok "bridge: by translation" counted translated 100
is "bridge: no checksum was wrong" "$(csum_errors)" 0
in_box tcpath attach tap b0
in_box tcpath attach tap b1
in_box tcpath reset
delay 20ms
transfers "bridge with taps"
ok "bridge with taps: by translation" counted translated 100
ok "at a fair pace" test "${rate:-0}" -ge 60
in_box tcpath flush force
tap_done
