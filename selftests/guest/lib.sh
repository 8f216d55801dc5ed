# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Sourced by what runs in a guest: TAP, waiting for conditions, and the site:
#
#   client ---- box ---- broken ---- server          one network namespace each
#          c0      b0 b1    k0 k1        s0
#
# broken routes; box routes (TCPATH_MODE=router) or joins its two ports in a bridge.
# What other sites would have otherwise is set here, and only here.

: "${TCPATH_AT:=/lab}"			# where the guest's files are
: "${TCPATH_MODE:=router}"		# router or bridge
: "${TCPATH_FAMILY:=4}"			# the family that programs below use: 4 or 6
: "${TCPATH_CLIENT_NET4:=10.0.1}" "${TCPATH_CLIENT_NET6:=fd00:1::}"
: "${TCPATH_TRANSIT_NET4:=10.0.9}" "${TCPATH_TRANSIT_NET6:=fd00:9::}"
: "${TCPATH_SERVER_NET4:=10.0.2}" "${TCPATH_SERVER_NET6:=fd00:2::}"
: "${TCPATH_PORT:=80}"			# of the web server
: "${TCPATH_FILES:=24}"			# in the package, and
: "${TCPATH_FILE_SIZE:=65536}"		# bytes in each
: "${TCPATH_BROKEN_OPTIONS:=timestamp window}"	# SYNs with one of them get lost,
: "${TCPATH_BROKEN_ONE_IN:=8}"		# one in so many tuples

LAB=${LAB:-/tmp/lab}
CLIENT4=$TCPATH_CLIENT_NET4.2 SERVER4=$TCPATH_SERVER_NET4.2
CLIENT6=${TCPATH_CLIENT_NET6}2 SERVER6=${TCPATH_SERVER_NET6}2

# --- TAP ---------------------------------------------------------------------------------

tap_n=0 tap_failed=0

tap() {
	local verdict=$1
	shift
	tap_n=$((tap_n + 1))
	[ "$verdict" = ok ] || tap_failed=$((tap_failed + 1))
	printf '%s %d - %s\n' "$verdict" "$tap_n" "$*"
}

note() { printf '%s\n' "$*" | sed 's/^/# /'; }

# ok NAME COMMAND...: passes when the command does; its output is shown when it does not.
ok() {
	local name=$1 out rc=0
	shift
	out=$("$@" 2>&1) || rc=$?
	if [ "$rc" = 0 ]; then
		tap ok "$name"
	else
		tap 'not ok' "$name"
		note "$* gave $rc: $out"
	fi
}

fails() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		tap 'not ok' "$name"
		note "$* did not fail: $out"
	else
		tap ok "$name"
	fi
}

is() {
	if [ "$2" = "$3" ]; then
		tap ok "$1"
	else
		tap 'not ok' "$1"
		note "got '$2', want '$3'"
	fi
}

# like NAME TEXT REGEX
like() {
	if [[ $2 =~ $3 ]]; then
		tap ok "$1"
	else
		tap 'not ok' "$1"
		note "no match for '$3' in: $2"
	fi
}

unlike() {
	if [[ $2 =~ $3 ]]; then
		tap 'not ok' "$1"
		note "'$3' found in: $2"
	else
		tap ok "$1"
	fi
}

# The last line of every test.
tap_done() {
	printf '1..%d\n' "$tap_n"
	[ "$tap_n" -gt 0 ] && [ "$tap_failed" -eq 0 ]
	exit
}

# wait_for SECONDS COMMAND...: polls until the command succeeds; fails at the deadline.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# --- the site ----------------------------------------------------------------------------

in_client() { ip netns exec client "$@"; }
in_box() { ip netns exec box "$@"; }
in_broken() { ip netns exec broken "$@"; }
in_server() { ip netns exec server "$@"; }

client_address() { [ "$TCPATH_FAMILY" = 6 ] && echo "$CLIENT6" || echo "$CLIENT4"; }
server_address() { [ "$TCPATH_FAMILY" = 6 ] && echo "$SERVER6" || echo "$SERVER4"; }

namespaces_add() {
	local ns
	for ns in client box broken server; do
		ip netns add "$ns"
		ip -n "$ns" link set lo up
		ip netns exec "$ns" sysctl -q net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.all.accept_dad=0 net.ipv4.ip_forward=0
	done
	# Since 6.5 the first SYNs are repeated each second, and more often than asked for.
	in_client sysctl -q -e net.ipv4.tcp_syn_linear_timeouts=0
	for ns in box broken; do
		[ "$ns-$TCPATH_MODE" = box-bridge ] ||
			ip netns exec "$ns" sysctl -q net.ipv4.ip_forward=1 \
				net.ipv6.conf.all.forwarding=1
	done
}

cable() { # NS DEV NS DEV
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

address() { # NS DEV NET4 NET6 HOST
	ip -n "$1" address add "$3.$5/24" dev "$2"
	ip -n "$1" address add "${4}$5/64" dev "$2" nodad
}

route() { # NS NET4 NET6 VIA-NET4 VIA-NET6 VIA-HOST
	ip -n "$1" route replace "$2.0/24" via "$4.$6"
	ip -n "$1" -6 route replace "${3}/64" via "${5}$6"
}

box_as_router() {
	address box b0 "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
	address box b1 "$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" 1
	address broken k0 "$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" 2
	route box "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" \
		"$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" 2
	route broken "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" \
		"$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" 1
}

box_as_bridge() {
	ip -n box link add br0 type bridge stp_state 0 forward_delay 0
	ip -n box link set b0 master br0
	ip -n box link set b1 master br0
	ip -n box link set br0 up
	address broken k0 "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
}

# site_up [router|bridge]
site_up() {
	TCPATH_MODE=${1:-$TCPATH_MODE}
	site_down
	mkdir -p "$LAB"
	namespaces_add
	cable client c0 box b0
	cable box b1 broken k0
	cable broken k1 server s0
	address client c0 "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 2
	address broken k1 "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 1
	address server s0 "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 2
	"box_as_$TCPATH_MODE"
	route client "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" \
		"$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
	route server "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" \
		"$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 1
}

site_down() {
	local ns
	for ns in client box broken server; do
		ip netns pids "$ns" 2>/dev/null | xargs -r kill -9 2>/dev/null
		ip netns del "$ns" 2>/dev/null
	done
	rm -rf "$LAB"
}

# --- who lives there ---------------------------------------------------------------------

# One connection that does nothing but what is written to its descriptor, $idle. established
# and idle_up take a PORT, else $TCPATH_PORT. idle_up sets variables: not for ok to run.
established() {
	in_client ss -Htn state established state close-wait "dport = :${1:-$TCPATH_PORT}" |
		grep -q .
}
idle_up() {
	local port=${1:-$TCPATH_PORT}
	exec {idle}> >(in_client bash -c "exec 3<>/dev/tcp/$(server_address)/$port; cat >&3")
	idle_holder=$!
	wait_for 40 established "$port"
}
idle_down() {
	exec {idle}>&-
	wait "$idle_holder"
}

# Its port at the client. A server may have others: with SYN cookies a late copy of a segment can
# open a connection once more that is long closed.
idle_port() { # [PORT]
	in_client ss -Htn state established state close-wait "dport = :${1:-$TCPATH_PORT}" |
		awk '{ sub(/.*:/, "", $(NF - 1)); print $(NF - 1) }'
}

# What the one idle connection has agreed on, as one end sees it; and as the other end does.
agreed() { # NS FILTER
	ip netns exec "$1" ss -Htino state established state close-wait "$2" |
		grep -oE '\b(ts|sack|wscale:[0-9,]+)' | sort | tr '\n' ' '
}
swapped() { sed -E 's/wscale:([0-9]+),([0-9]+)/wscale:\2,\1/'; }

listening() { in_server ss -Hltn "sport = :$TCPATH_PORT" | grep -q LISTEN; }
connects() { in_client timeout 5 bash -c "exec 3<>/dev/tcp/$(server_address)/$TCPATH_PORT"; }
# No connection is left whose ends have more to say to each other.
all_closed() {
	[ -z "$(in_client ss -Htn "dport = :$TCPATH_PORT")$(in_server ss -Htn "sport = :$TCPATH_PORT")" ]
}

# A connection, and none of its segments is still to come: for who counts from here on.
connects_once() { connects && wait_for 20 all_closed; }

# web_up [FILES [BYTES]]: a real nginx that serves the package; then the path is silent again.
web_up() {
	mkdir -p "$LAB/www" "$LAB/nginx"
	imaging-client -m "$LAB/www" -n "${1:-$TCPATH_FILES}" -s "${2:-$TCPATH_FILE_SIZE}"
	cat >"$LAB/nginx.conf" <<-END
		user root;
		daemon on;
		pid $LAB/nginx/pid;
		error_log $LAB/nginx/error.log;
		events { worker_connections 256; }
		http {
			access_log off;
			client_body_temp_path $LAB/nginx/body;
			proxy_temp_path $LAB/nginx/proxy;
			fastcgi_temp_path $LAB/nginx/fastcgi;
			uwsgi_temp_path $LAB/nginx/uwsgi;
			scgi_temp_path $LAB/nginx/scgi;
			server {
				listen $TCPATH_PORT;
				listen [::]:$TCPATH_PORT;
				root $LAB/www;
			}
		}
	END
	in_server nginx -c "$LAB/nginx.conf" -e "$LAB/nginx/error.log" &&
		await 90 listening && await 90 connects && await 90 all_closed
}

# await SECONDS COMMAND: waits; when in vain, says for what, and what the two ends and the
# web server know. 90 s outlive a FIN-WAIT-2 and the web server's patience, 60 s each.
await() {
	wait_for "$@" && return
	note "waited $1 s for $2"
	note "client:" "$(in_client ss -Htano)" "$(ip -n client neigh)"
	note "server:" "$(in_server ss -Htano)" "$(ip -n server neigh)"
	note "$(cat "$LAB/nginx/error.log")"
	return 1
}

# deploy [-n FILES] ...: one run of the imaging client. Who looks at single flows gives the first
# source port, -b $APART: Linux goes on from another random port every ten seconds, may come
# to one that a file before has had, and then one flow had two lives.
APART=20000
deploy() {
	in_client imaging-client -p "$TCPATH_PORT" -n "$TCPATH_FILES" \
		-s "$TCPATH_FILE_SIZE" "$@" "$(server_address)"
}

# The broken device: for one tuple in so many it loses each SYN that has one of the options,
# so that all copies of one SYN share its fate. SYNs without them all pass.
broken_up() {
	local option one_in=${1:-$TCPATH_BROKEN_ONE_IN} seed=${TCPATH_BROKEN_SEED:-$((RANDOM + 1))}
	in_broken nft -f - <<-END
		table inet broken {
			chain lose {
				meta nfproto ipv4 jhash ip saddr . tcp sport mod $one_in seed $seed 0 drop
				meta nfproto ipv6 jhash ip6 saddr . tcp sport mod $one_in seed $seed 0 drop
			}
			chain forward {
				type filter hook forward priority 0;
				$(for option in $TCPATH_BROKEN_OPTIONS; do
					echo "tcp flags & (syn|ack) == syn tcp option $option exists jump lose"
				done)
			}
		}
	END
}

broken_down() { in_broken nft delete table inet broken; }

# A client that "rebooted": its former connection from that port was closed by the server,
# which is still in TIME_WAIT and remembers a timestamp far newer than a fresh boot's. The
# server's kernel follows RFC 1337: a RST does not end TIME_WAIT early.
# timewait_up SOURCE-PORT
timewait_up() {
	in_server sysctl -q net.ipv4.tcp_rfc1337=1
	in_client sysctl -q net.ipv4.tcp_timestamps=2 # counts from boot, as fresh systems do
	in_client nft -f - <<-'END'
		table inet rawtcp {
			chain output {
				type filter hook output priority 0;
				meta mark != 1 tcp flags & rst == rst drop
			}
		}
	END
	in_client rawtcp life -b "$1" "$(server_address)" "$TCPATH_PORT"
	local rc=$?
	in_client nft delete table inet rawtcp
	return $rc
}

# --- tcpath ------------------------------------------------------------------------------

module_loaded() { [ -d /sys/module/tcpath ]; }

module_load() {
	local dep
	module_loaded && return
	for dep in $(modinfo -F depends "$TCPATH_AT/tcpath.ko" | tr , ' '); do modprobe "$dep"; done
	insmod "$TCPATH_AT/tcpath.ko"
}

module_unload() { ! module_loaded || rmmod tcpath; }

# lab_up [router|bridge]: the site with a web server, and a box that inspects from then on.
lab_up() {
	module_load && site_up "$@" && web_up "$TCPATH_FILES" && in_box tcpath enable && return
	tap 'not ok' "the lab comes up"
	tap_done
}

policy() { in_box tcpath policy "$@"; }
rule() { policy add "$@" >/dev/null; }

# What the box counted under a name of kmod/engine/reason.h; 0 when it is not shown.
counter() {
	in_box tcpath show counters | awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }'
}

counted() { test "$(counter "$1")" -ge "$2"; } # NAME AT-LEAST

# The options of the SYN-ACK that a SYN with all the usual options gets. The server offers
# window scale, SACK-permitted and timestamps only when they were in the SYN it received.
USUAL_OPTIONS=020405b40402080a000102030000000001030307
answer() { # SOURCE-PORT [OPTIONS]
	in_client rawtcp syn -b "$1" -o "${2:-$USUAL_OPTIONS}" -t 4000 "$(server_address)" \
		"$TCPATH_PORT"
}

answer_has() { # SOURCE-PORT timestamps|wscale|sack-permitted
	local got
	got=$(answer "$1")
	case $2 in
	timestamps) [[ $got == syn-ack*080a* ]] ;;
	wscale) [[ $got == syn-ack*0303* ]] ;;
	sack-permitted) [[ $got == syn-ack*0402* ]] ;;
	esac
}

# watch_syns COUNT: starts to note the SYNs that reach the server, in $LAB/syns.
watch_syns() {
	in_server rawtcp watch -n "$1" -t 240000 "$(client_address)" "$TCPATH_PORT" \
		>"$LAB/syns" &
	wait_for 10 raw_socket_open
}

raw_socket_open() { in_server ss -Hwn | grep -q .; }
syns_seen() { [ "$(wc -l <"$LAB/syns")" -ge "$1" ]; }
