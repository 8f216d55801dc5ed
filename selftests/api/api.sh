#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: a libnl client made from the spec and the command line steer one module, and
# each sees what the other did.
. /lab/lib.sh
trap site_down EXIT

client() { in_box /lab/client "$@"; }
cli() { in_box tcpath "$@"; }
field() { grep -oE "(^| )$1=[^ ]*" | head -1 | cut -d= -f2; } # NAME
json() { grep -oE "\"$1\":[^,}]*" | head -1 | cut -d: -f2 | tr -d '"'; } # KEY

lab_up router

# Both read the same.
deploy -q
is "version" "$(client info | field version)" "$(cli -j status | json version)"
is "max-flows" "$(client info | field max-flows)" "$(cli -j config get | json max_flows)"
is "every reason" "$(client counters | grep -c '^reason id=')" "$(cli -j show counters |
	grep -oE '"reasons":\{[^}]*' | grep -o ':[0-9]' | wc -l)"
is "attempts tried" "$(client fates | field fate.tried)" "$(cli -j show handshakes | json tried)"
is "attempts answered" "$(client fates | field fate.answered)" \
	"$(cli -j show handshakes | json answered)"
is "responder" "$(client fates | field fate.responder)" "$(server_address)"
is "flows" "$(client flows | grep -c '^flow\.')" "$(cli -j show flows | grep -o '"sport"' | wc -l)"
is "initiator of a pair" "$(client pairs | field pair.initiator)" "$(client_address)"
is "resets of a pair" "$(client pairs | field pair.resets)" "$(cli -j show pairs | json resets)"
for table in info counters flows fates pairs rules; do
	is "$table: nothing but what the spec has" "$(client "$table" | grep -o 'unknown=.*')" ""
done

# Rules of one are rules of the other.
client add dst "$SERVER4" 32 dport 80 80 strip 3 strip 8 preset 0 comment libnl >"$LAB/id"
id=$(field id <"$LAB/id")
is "a rule of the client is listed" "$(cli policy save)" \
	"dst $SERVER4 dport 80 tcp1323opts 0 comment \"libnl\""
cli policy add src fd00::/16 sport 1-9 iif b0 oif b1 strip fastopen,77 comment 'two words' \
	>/dev/null
rule=$(client rules | tail -1)
is "a rule of the CLI: prefix" "$(field src <<<"$rule")/$(field src-len <<<"$rule")" fd00::/16
is "its ports" "$(field sport-min <<<"$rule")-$(field sport-max <<<"$rule")" 1-9
is "its devices" "$(field iif <<<"$rule") $(field oif <<<"$rule")" "b0 b1"
like "its kinds and IDs" "$rule" 'strip=34 strip=77 strip-exid=63881 '
like "its comment" "$rule" 'comment=two words'
ok "the client deletes a rule" client del "$id"
is "one is left" "$(cli policy list | grep -c fastopen) $(client info | field rules)" "1 1"

client add mss 1400 strip 8 >"$LAB/id"
is "a clamp of the client is listed" "$(cli policy save | tail -1)" "strip timestamps mss 1400"
client del "$(field id <"$LAB/id")"

client add ladder 2 mss 1400 >"$LAB/id"
is "a ladder of the client is listed" "$(cli policy save | tail -1)" "ladder 2 mss 1400"
is "with an account for each rung" "$(client rules | tail -1 | grep -o ' answered=0' | wc -l)" 4
client del "$(field id <"$LAB/id")"

# Both are refused alike, in one sentence.
refusal() { { client "$@" >/dev/null; } 2>&1; }
is "no such rule" "$(refusal del 4711 | field errno)" 2
like "SACK blocks" "$(refusal add strip 5)" 'errno=22 text=.*SACK'
like "a shared kind" "$(refusal add strip 254)" 'errno=22 text=.*RFC 6994.* offset='
like "a signature without force" "$(refusal add strip 19)" 'errno=22 text=.*force'
like "a port range upside down" "$(refusal add dport 9 8 strip 3)" 'errno=22 text='
like "a prefix length out of range" "$(refusal add dst ::1 129 strip 3)" 'errno=34'
like "an MSS clamped twice" "$(refusal add mss 1400 flags 2)" 'errno=22 text=.*MSS.*choose.* offset='
like "an MSS stripped and clamped" "$(refusal add mss 1400 strip 2)" 'errno=22 text=.*choose'
like "a ladder that strips" "$(refusal add strip 3 ladder 1)" 'errno=22 text=.*by itself.* offset='
like "a ladder of copy 10" "$(refusal add ladder 10)" 'errno=34'
like "all options but none" "$(refusal add mss 1400 flags 16)" 'errno=22 text=.*one that stays'
like "a dry run that logs" "$(refusal add strip 3 flags 12)" 'errno=22 text=.*dry run.* offset='
like "a life of nothing" "$(refusal add strip 3 expires 0)" 'errno=22 text=.*365 days.* offset='
like "a life too long" "$(refusal add strip 3 expires 31536000000000001)" 'errno=22 text=.*365 days'
like "an MSS too low" "$(refusal add mss 87)" 'errno=34'
like "a stale generation" "$(refusal replace 1)" 'errno=116'
is "nothing of that is in force" "$(client info | field rules)" 1
generation=$(client info | field generation)
ok "replace with the current generation" client replace "$generation"
is "no rule is left" "$(cli policy save | wc -l)" 0

# What happens is told to both.
client listen 2 >"$LAB/told" 2>"$LAB/ready" &
listener=$!
wait_for 10 grep -q listening "$LAB/ready"
cli policy add dst "$(server_address)" tcp1323opts 0 >/dev/null
ok "a connection" connects
wait_for 20 sh -c "! kill -0 $listener 2>/dev/null" || kill "$listener"
like "the ruleset has changed" "$(<"$LAB/told")" 'ruleset generation='
like "a SYN was stripped" "$(<"$LAB/told")" "notice event=6 .*flow.initiator.addr=$(client_address)"

ok "max-flows" client max-flows 1024
is "the CLI sees it" "$(cli config get | grep max)" "max-flows 1024"
ok "reset" client reset
is "counters start over" "$(cli -j show counters | json answered)" 0
ok "disable" client disable
like "the CLI sees that, too" "$(cli status)" 'hooks +off'
tap_done
