#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A lowered window scale beside all else that policy does: with other actions in the same rule,
# a ladder and its exceptions, the arms of a trial, a rule that goes while data flows, copies of
# a SYN, a table that is full, a bridge that floods, a namespace and a module that go.
. "$(dirname "$0")/../lib.sh"
trap 'module_load; site_down' EXIT

PORT=7000 COUNT=1000000
json() { in_box tcpath -j policy list | grep -oE "\"$1\":[0-9]+" | cut -d: -f2 | tr '\n' ' '; }
scaled() { in_box tcpath -j status | grep -oE '"scaled":[0-9]+' | cut -d: -f2; }
none_scaled() { [ "$(scaled)" = 0 ]; }
csum_errors() {
	for ns in client server; do ip netns exec "$ns" nstat -asz TcpInCsumErrors; done |
		awk '/Tcp/ { n += $2 } END { print n + 0 }'
}
serves() { in_server bytes serve "$PORT" $COUNT 4000000 2>"$LAB/serve" & }
transfer() { in_client timeout 60 bytes connect "$(server_address)" "$PORT" $COUNT 4000000 2>&1; }
translated() { # NAME: a transfer, of which the windows were
	in_box tcpath reset
	like "$1: every byte both ways" "$(transfer)" ' ms, '
	ok "$1: by translation" counted translated 5
}
begins() { # a transfer that takes some seconds
	in_box tcpath reset
	transfer >"$LAB/transfer" &
	transfer=$!
	wait_for 20 counted translated 5
}
ends() { # NAME: its windows are translated from here on, too; with large buffers the pace says less
	local before
	before=$(counter translated)
	ok "$1: it is under way" kill -0 "$transfer"
	wait "$transfer"
	like "$1: every byte" "$(cat "$LAB/transfer")" ' ms, '
	ok "$1: by translation to the end" counted translated $((before + 3))
}

# Other actions of the same rule.
lab_up router
sysctl -q net.core.rmem_max=8000000 # for shifts that there is something to lower of
in_server sysctl -q net.ipv4.tcp_rmem="4096 4000000 8000000"
in_client sysctl -q net.ipv4.tcp_rmem="4096 4000000 8000000"
serves
in_client sysctl -q net.ipv4.tcp_ecn=1
in_server sysctl -q net.ipv4.tcp_ecn=1
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	policy flush
	rule dport "$TCPATH_PORT" strip timestamps mss 1000 wscale 1 clear-ecn
	idle_up
	told=$(in_client ss -Htino state established "dport = :$TCPATH_PORT")
	like "$f, with strip: the client" "$(agreed client "dport = :$TCPATH_PORT")" \
		'^sack wscale:1,[2-9] $'
	like "$f, with strip: the server" "$(agreed server "dport = :$(idle_port)")" \
		'^sack wscale:1,[2-9] $'
	unlike "$f, with clear-ecn: no ECN" "$told" '\becn\b'
	like "$f, with mss: 1000" "$told" 'mss:1000'
	idle_down
	rule dport "$PORT" strip timestamps mss 1000 wscale 1 clear-ecn
	translated "$f, with all of them"
	is "$f: nothing is half-negotiated" "$(counter half-negotiated)" 0
	policy flush
	rule dport "$PORT" wscale 0 dry-run
	in_box tcpath reset
	like "$f, dry run: every byte" "$(transfer)" ' ms, '
	is "$f, dry run: counted" "$(json would_change)" "1 "
	is "$f, dry run: nothing is done" "$(counter translated) $(counter scaled) $(json scales_lowered)" \
		"0 0 0 "
done
is "no checksum was wrong" "$(csum_errors)" 0
TCPATH_FAMILY=4

# A ladder for one service, a scale for another one, and an exception that is not for it.
policy flush
rule dport "$PORT" wscale 2
rule ladder learn 1
in_box tcpath exception add "$SERVER4" dport "$PORT" rung 3 for 1h
TCPATH_BROKEN_OPTIONS=timestamp broken_up 1
in_box tcpath reset
ok "a ladder beside it rescues" connects
is "a ladder beside it: rescued, nothing translated" "$(counter rescued) $(counter translated)" "1 0"
like "and has learned" "$(in_box tcpath show exceptions)" "$SERVER4 +$TCPATH_PORT +1 "
broken_down
translated "beside a ladder"
is "the exception is not for it" "$(counter excepted)" 0
in_box tcpath exception del all

# Arms of a trial.
policy flush
in_box tcpath reset
ok "a trial of two scales" in_box tcpath trial start narrow dport "$PORT" wscale 0 versus wscale 3 \
	strip timestamps
bad=0
for ((i = 0; i < 20; i++)); do [[ $(transfer) == *' ms, '* ]] || bad=$((bad + 1)); done
is "trial: every byte of each" $bad 0
read -ra lowered <<<"$(json scales_lowered)"
read -ra attempts <<<"$(json connections)"
is "trial: both ends of each in its arms" "${lowered[*]}" \
	"0 $((2 * attempts[1])) $((2 * attempts[2]))"
ok "trial: all arms" test "${attempts[0]}" -gt 0 -a "${attempts[1]}" -gt 0 -a "${attempts[2]}" -gt 0
ok "trial: the third is kept" in_box tcpath trial stop narrow --keep 2
is "trial: and is a rule" "$(policy save)" "dport $PORT strip timestamps wscale 3"
translated "trial, afterwards"

# The policy goes while data flows; the connection does not notice.
ip netns exec broken tc qdisc replace dev k0 root netem delay 500ms limit 10000
policy flush
rule dport "$PORT" wscale 0
begins
policy save "$LAB/rules"
for ((i = 0; i < 10; i++)); do policy load "$LAB/rules" && policy flush; done >/dev/null
ends "rules loaded and flushed"
rule dport "$PORT" wscale 0 for 1s
begins
gone() { [ -z "$(policy save)" ]; }
ok "the rule's time is over" wait_for 20 gone
ends "a rule that is over"

# A full table: others find no room, the scaled flow stays.
policy flush
rule dport "$PORT" wscale 0
wait_for 40 none_scaled
in_box tcpath flush
in_box tcpath config set max-flows 16
begins
for ((i = 0; i < 40; i++)); do
	in_client rawtcp syn -b $((52000 + i)) -o "$USUAL_OPTIONS" -t 20 "$SERVER4" 9 >/dev/null
done
ends "a full table"
in_box tcpath config set max-flows 65536

# The copy of a SYN is lowered as the first was, though the rule went in between.
lost() { in_broken nft list ruleset | grep -qE 'packets [1-9]'; }
in_broken nft -f - <<-'END'
	table inet lose {
		chain forward {
			type filter hook forward priority 0;
			tcp flags & (syn|ack) == syn counter drop
		}
	}
END
in_box tcpath reset
transfer >"$LAB/transfer" &
transfer=$!
ok "a SYN is lost" wait_for 10 lost
policy flush
in_broken nft delete table inet lose
wait_for 20 counted translated 5
ends "a copy of a SYN"
ip netns exec broken tc qdisc del dev k0 root

# Module and namespace: refused while one is open, possible as soon as it has ended.
rule dport "$TCPATH_PORT" wscale 0
idle_up
fails "the module stays" rmmod tcpath
idle_down
ok "the last one has ended" wait_for 40 none_scaled
ok "the module goes" rmmod tcpath
module_load
ok "in a namespace anew" in_box tcpath enable
rule dport "$TCPATH_PORT" wscale 0
idle_up
is "there is one" "$(scaled)" 1
ip netns del box
goes() { rmmod tcpath; }
ok "the namespace goes, and with it what held the module" wait_for 20 goes
idle_down
module_load

# A bridge that floods: on each port the windows are translated.
lab_up bridge
serves
for i in 2 3; do
	ip -n box link add "b$i" type veth peer name "x$i" netns client
	ip -n box link set "b$i" master br0 up
	ip -n client link set "x$i" up
done
for i in 0 1 2 3; do bridge -n box link set dev "b$i" learning off flood on; done
bridge -n box fdb flush dev br0 2>/dev/null || true
ip netns exec client tcpdump -i x2 -Z root -nn -l "src port $PORT and tcp[tcpflags] & (tcp-syn|tcp-rst) == 0" \
	>"$LAB/copies" 2>"$LAB/dump" &
dump=$!
wait_for 20 grep -q listening "$LAB/dump"
rule dport "$PORT" wscale 0
translated "a bridge that floods"
ok "a bridge that floods: its other ports have copies" counted flooded 10
seen() { grep -q 'win' "$LAB/copies"; }
ok "which are seen" wait_for 10 seen
kill "$dump" && wait "$dump" 2>/dev/null
note "$(grep -oE 'win [0-9]+' "$LAB/copies" | sort | uniq -c | sort -rn | head -3 | tr '\n' ';')"
is "each is translated" "$(grep -oE 'win [0-9]+' "$LAB/copies" | awk '$2 < 8192' | wc -l)" 0
in_box tcpath flush force
tap_done
