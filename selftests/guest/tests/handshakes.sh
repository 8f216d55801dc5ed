#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What becomes of a SYN, by two real kernels: each outcome that a box can see is produced once,
# and is counted under its name and no other.
. "$(dirname "$0")/../lib.sh"
trap 'site_down; ip netns del watch 2>/dev/null' EXIT

lab_up router
outcomes="answered refused unreachable bare-ack silent"
begin() { in_box tcpath flush >/dev/null; in_box tcpath reset >/dev/null; }
counts() { for name; do printf '%s=%s ' "$name" "$(counter "$name")"; done; }
# alone NAME OUTCOME: one attempt, with that outcome.
alone() {
	local want='' name
	for name in $outcomes; do
		want+="$name=$([ "$name" = "$2" ] && echo 1 || echo 0) "
	done
	is "$1" "$(counts $outcomes)" "$want"
}
knock() { in_client timeout "${2:-5}" bash -c "exec 3<>/dev/tcp/$(server_address)/$1" 2>/dev/null; }
table() { # NS HOOK RULE
	ip netns exec "$1" nft "add table inet t; add chain inet t c { type filter hook $2 priority 0; }; \
		add rule inet t c $3"
}
table_off() { ip netns exec "$1" nft delete table inet t; }

for TCPATH_FAMILY in 4 6; do
	v=IPv$TCPATH_FAMILY
	begin
	ok "$v: a connection" knock "$TCPATH_PORT"
	ok "$v: that is open" wait_for 5 counted open 1
	alone "$v: is answered" answered

	begin
	fails "$v: a port on which nobody listens" knock 9
	alone "$v: is refused" refused

	begin
	table broken forward "tcp dport 7001 reject with icmpx type host-unreachable"
	fails "$v: a router that says no" knock 7001
	alone "$v: is unreachable" unreachable
	table_off broken

	begin
	table broken forward "tcp dport 7002 drop"
	fails "$v: a path that loses the SYN" knock 7002 2
	ok "$v: is told after a while" wait_for 20 counted silent 1
	alone "$v: is silent" silent
	table_off broken
done

TCPATH_FAMILY=4
begin
table client input "tcp flags & (syn|ack) == syn|ack drop"
knock "$TCPATH_PORT" 30 &
ok "SYN-ACKs are lost behind the box: the SYN comes again" wait_for 20 counted synack-lost 1
table_off client
ok "until one is not, and the connection opens" wait_for 20 counted open 1
wait %%
alone "it was answered once" answered

begin
table broken forward "tcp dport $TCPATH_PORT tcp flags & (syn|ack) == ack numgen inc mod 2 0 drop"
ok "the final ACK is lost behind the box" knock "$TCPATH_PORT"
ok "which has seen the connection open" wait_for 5 counted open 1
alone "it was answered" answered
table_off broken

begin
table client output "tcp dport $TCPATH_PORT tcp flags & (syn|ack) == ack numgen inc mod 2 0 drop"
in_client bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT; exec sleep 4" &
ok "the final ACK is lost before the box: the SYN-ACK comes again" \
	wait_for 10 counted synack-copy 1
ok "and is acknowledged" wait_for 10 counted open 1
alone "it was answered once" answered
wait %%
is "and no SYN came twice" "$(counts syn-copy half-open)" "syn-copy=0 half-open=0 "
table_off client

begin
table server output "tcp sport $TCPATH_PORT tcp flags & (syn|ack) == syn|ack numgen inc mod 2 0 drop"
ok "the SYN-ACK is lost before the box" knock "$TCPATH_PORT"
ok "and the connection opens" wait_for 5 counted open 1
alone "it was answered once" answered
ok "the SYN came twice" counted syn-copy 1
is "and no SYN-ACK is said to be lost behind the box" "$(counts synack-lost)" "synack-lost=0 "
table_off server

# A copy that is overdue here was lost before the box, and the next one is answered.
begin
table broken forward "tcp dport $TCPATH_PORT tcp flags & (syn|ack) == syn drop"
knock "$TCPATH_PORT" 40 &
wait_for 5 counted syn 1
table client output "tcp dport $TCPATH_PORT tcp flags & (syn|ack) == syn drop"
ok "no answer, and no copies: silent" wait_for 20 counted silent 1
table_off broken
table_off client
ok "an answer after all" wait_for 30 counted open 1
wait %%
is "it was silent, and is answered late" "$(counts silent answered answered-late syn)" \
	"silent=1 answered=1 answered-late=1 syn=1 "

begin
table client output "tcp flags & rst == rst drop"
like "nobody sends the final ACK" "$(answer 42001)" '^syn-ack'
ok "the SYN-ACK comes again" wait_for 10 counted synack-copy 1
is "and nothing is open" "$(counts open)" "open=0 "
alone "it was answered all the same" answered
table_off client

begin
ok "a tuple that the server holds in TIME_WAIT" timewait_up 42002
begin_wait=$(counts syn)
answer 42002 >/dev/null
is "meets an older timestamp" "$(counts bare-ack time-wait challenge)" "bare-ack=1 time-wait=1 challenge=0 "
like "which is another attempt" "$begin_wait$(counts syn reuse)" 'syn=[0-9]+ syn=[0-9]+ reuse=[1-9]'

begin
in_client bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT; exec sleep 60" &
live() { in_client ss -Htn state established "dport = :$TCPATH_PORT" | awk '{ sub(/.*:/, "", $3); print $3 }' | head -1; }
alive() { [ -n "$(live)" ]; }
ok "a connection that lives" wait_for 5 alive
answer "$(live)" >/dev/null
is "a SYN on its tuple gets a challenge" "$(counts bare-ack time-wait challenge)" \
	"bare-ack=1 time-wait=0 challenge=1 "
kill %% 2>/dev/null

begin
table client output "meta mark 1 tcp flags & (syn|ack) == syn @th,128,16 set 0xbeef"
answer 42003 >/dev/null
table_off client
is "a wrong checksum is noted as the SYN comes" "$(counts syn bad-checksum)" "syn=1 bad-checksum=1 "
ok "and nobody answers it" wait_for 20 counted silent 1

begin
in_server sysctl -q net.ipv4.tcp_syncookies=2
ok "SYN cookies" knock "$TCPATH_PORT"
ok "a connection without a trace at the server opens" wait_for 5 counted open 1
alone "it is answered" answered
is "and all was agreed on" "$(counts half-negotiated)" "half-negotiated=0 "
in_server sysctl -q net.ipv4.tcp_syncookies=1

begin
in_server sysctl -q net.ipv4.tcp_fastopen=1027 # all listeners, and cookies
in_server bytes serve 7100 1 &
bytes_served() { in_server ss -Hltn "sport = :7100" | grep -q LISTEN; }
wait_for 5 bytes_served
like "Fast Open: a cookie is asked for, and given" \
	"$(TCPATH_PORT=7100 answer 42004 020405b422020101)" 'syn-ack.*220a'
alone "that is an answer" answered
in_server sysctl -q net.ipv4.tcp_fastopen=1

# A place that sees what the client sends, and nothing of what comes back.
ip netns add watch
cable box m0 watch w0
in_box tc qdisc add dev b0 clsact
in_box tc filter add dev b0 ingress matchall action mirred egress mirror dev m0
watch() { ip netns exec watch tcpath "$@"; }
watch enable
ok "a tap in one direction" watch attach tap w0
ok "one file" deploy -q -n 1
like "its flow says so" "$(watch -j show flows)" '"grade": *\["midstream", *"one_way"|"grade": *\["one_way"'
told() { watch diagnose | grep -q T502; }
ok "a finding, too" wait_for 30 told
tap_done
