#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The box as an end: client, server, and both at once.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

sum() { grep -oE "\"$1\": *[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }
flows() { in_box tcpath -j show flows | sum "$1"; }
refused() { in_box tcpath "$@" 2>&1; }

lab_up router
mkdir -p "$LAB/boxed"
sed "s/listen $TCPATH_PORT;/listen 81;/; s/listen \[::\]:$TCPATH_PORT;/listen [::]:81;/
	s,$LAB/nginx/,$LAB/boxed/," "$LAB/nginx.conf" >"$LAB/boxed.conf"
in_box nginx -c "$LAB/boxed.conf" -e "$LAB/boxed/error.log"
boxed() { in_box ss -Hltn 'sport = :81' | grep -q LISTEN; }
ok "a server on the box" wait_for 20 boxed
to_box() { in_client timeout 5 bash -c "exec 3<>/dev/tcp/$1/81; printf 'GET /0 HTTP/1.0\r\n\r\n' >&3; cat <&3 >/dev/null"; }
in_box tcpath flush
in_box tcpath reset
route server "$TCPATH_TRANSIT_NET4" "$TCPATH_TRANSIT_NET6" \
	"$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 1
ok "a client of the box" to_box "$TCPATH_CLIENT_NET4.1"
is "is not seen" "$(counter syn)" 0
ok "attach local" in_box tcpath attach local
like "twice is refused" "$(refused attach local)" 'attached already'
like "local has no device" "$(refused attach local b0)" 'takes no argument'
rule strip timestamps
for box in "$TCPATH_CLIENT_NET4.1" "${TCPATH_CLIENT_NET6}1"; do
	in_box tcpath flush
	in_box tcpath reset
	ok "$box: a client of the box" to_box "$box"
	is "$box: its attempt" "$(counter syn)" 1
	is "$box: and the answer" "$(counter answered)" 1
	is "$box: nothing twice" "$(flows network_duplicate)" 0
	is "$box: no rule was asked" "$(counter matched)" 0
done
in_box tcpath flush
in_box tcpath reset
ok "the box as a client" in_box timeout 5 bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT"
is "its attempt" "$(counter syn)" 1
is "and the answer" "$(counter answered)" 1
in_box tcpath reset
ok "the box with itself" in_box timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/81'
is "once" "$(counter syn)" 1
is "nothing twice" "$(flows network_duplicate)" 0
is "what is forwarded is seen as before" "$(deploy -q >/dev/null && counter syn)" $((1 + TCPATH_FILES))
ok "detach local" in_box tcpath detach local
in_box tcpath reset
ok "the box as a client again" in_box timeout 5 bash -c "exec 3<>/dev/tcp/$SERVER4/$TCPATH_PORT"
is "is not seen" "$(counter syn)" 0
ok "attach both" in_box tcpath attach local
ok "and a tap" in_box tcpath attach tap b0
ok "disable" in_box tcpath disable
like "takes all away" "$(in_box tcpath show attached)" 'Nothing is attached'
tap_done
