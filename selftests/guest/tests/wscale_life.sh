#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A flow whose windows are translated: nothing that would leave its connection alone goes by
# itself, and when it has ended it holds nothing.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

PORT=7000
refusal() { { "$@" >/dev/null; } 2>&1; }
own_port() {
	in_client ss -Htn state synchronized exclude time-wait "dport = :$PORT" |
		grep -oE ':[0-9]+ ' | head -1 | tr -d ': '
}
scaled() { in_box tcpath -j status | grep -oE '"scaled":[0-9]+' | cut -d: -f2; }
none_scaled() { [ "$(scaled)" = 0 ]; }

lab_up router
in_server bytes serve "$PORT" 1000 2>"$LAB/serve" &
rule dport "$PORT" wscale 3
# What would leave the connection alone: refused, or it stays.
idle_up "$PORT"
ok "two ends, one flow" test "$(scaled)" -ge 1
like "explain says so" \
	"$(in_box tcpath explain "$CLIENT4:$(own_port)" "$SERVER4:$PORT")" "lowered to 3"
like "disable is refused" "$(refusal in_box tcpath disable)" "windows translated"
fails "the module stays" rmmod tcpath
before=$(scaled)
in_box tcpath flush
is "flush leaves it" "$(scaled)" "$before"
policy flush
is "so does another policy" "$(scaled)" "$before"
like "status says why" "$(in_box tcpath status)" "need their windows translated"
echo more >&"$idle"
idle_down
ok "when all have ended the flows are as others" wait_for 40 none_scaled
idle_up "$PORT"
is "without the rule nothing is translated" "$(scaled)" 0
idle_down
rule dport "$PORT" wscale 0
idle_up "$PORT"
ok "by force it is forgotten" in_box tcpath flush force
is "by force" "$(scaled)" 0
idle_down

# Half of the table at most.
in_box tcpath config set max-flows 16
in_box tcpath reset
policy flush
rule wscale 0
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do # nobody listens there
	in_client rawtcp syn -b $((53000 + n)) -o "$USUAL_OPTIONS" -t 300 "$SERVER4" 9 >/dev/null
done
is "half of the table at most" "$(scaled)" 8
ok "the rest keeps its scale, and is counted" counted scale-kept 4
in_box tcpath config set max-flows 65536

# What is refused, in a sentence.
like "stripped or lowered" "$(refusal policy add strip wscale wscale 2)" "choose one"
like "no shift" "$(refusal policy add wscale 15)" "0 to 14"
like "with a ladder" "$(refusal policy add ladder wscale 2)" "a ladder takes"
policy flush
rule strip timestamps mss 1400 wscale 7 clear-ecn
policy save "$LAB/saved"
like "it is saved" "$(cat "$LAB/saved")" "strip timestamps mss 1400 wscale 7 clear-ecn"
ok "and loaded" policy load "$LAB/saved"
in_box tcpath flush force
tap_done
