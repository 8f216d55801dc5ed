#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A trial on live connections: the arms share them as asked, a copy of a SYN has the arm of the
# first, and what the report names within 200 connections is the option that is at fault, with
# no word about one that is not. The arm that is kept is a rule.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

trial() { in_box tcpath "$@"; }
refusal() { { "$@" >/dev/null; } 2>&1; }
report() { trial trial report which; }
verdicts() { trial -j trial report which | grep -oE '"verdict":"[a-z]+"' | cut -d'"' -f4 | tr '\n' ' '; }
number() { trial -j trial report "$1" | grep -oE "\"$2\":[0-9]+" | cut -d: -f2 | tr '\n' ' '; }
total() { number "$1" "$2" | tr ' ' '\n' | awk '{ n += $1 } END { print n + 0 }'; }

# So many connections, each tried for as long as a user waits.
connect() { # COUNT
	in_client bash -c "
		for ((i = 0; i < $1; i++)); do
			timeout 2 bash -c 'exec 3<>/dev/tcp/$(server_address)/$TCPATH_PORT' 2>/dev/null &
			((i % 20 < 19)) || wait
		done
		wait"
}
judged() { [ "$(($(total which answered) + $(total which failed)))" = "$(total which attempts)" ]; }

lab_up router
rule dport 9 pass
# Half of all tuples lose SYNs with timestamps: as many as in no story; window scale is innocent.
TCPATH_BROKEN_OPTIONS=timestamp broken_up 2
ok "a trial begins" trial trial start which dst "$SERVER4" dport "$TCPATH_PORT" \
	factorial timestamps,wscale
is "its arms come first" "$(policy save | head -4 | grep -c 'trial which')" 4
is "and are what was asked for" "$(policy save | grep -oE 'share .*' | head -4 | tr '\n' ';')" \
	"share 0-2500 pass trial which;share 2500-5000 strip timestamps trial which;share 5000-7500 strip wscale trial which;share 7500-10000 strip wscale,timestamps trial which;"
is "the list names the trial of each" "$(policy list | grep -cE ' which +0 ')" 4
is "without attempts nothing is said" "$(verdicts)" "unproven unproven "
is "of what nothing can be said is told in one line for each option" \
	"$(report | grep -c 'at least something can be said')" 2
connect 200
ok "not more than 200 connections" test "$(total which attempts)" -gt 180 -a \
	"$(total which attempts)" -le 200
ok "it comes to be known what became of them" wait_for 150 judged
note "$(report)"
is "timestamps are named, window scale is not" "$(verdicts)" "helps unproven "
like "in a sentence" "$(report)" "proven: connections fail because of timestamps"
read -ra shares <<<"$(number which attempts)"
for arm in 0 1 2 3; do
	ok "arm $arm has about a quarter" test "${shares[arm]}" -ge 25 -a "${shares[arm]}" -le 75
done
read -ra failed <<<"$(number which failed)"
is "without timestamps none failed" "${failed[1]} ${failed[3]}" "0 0"

# Saved and loaded, nothing changes.
policy save "$LAB/rules"
before=$(number which attempts)
policy load "$LAB/rules"
is "loaded again it goes on" "$(number which attempts)" "$before"

like "there is one of this name" "$(refusal trial trial start which strip mptcp)" "already"
like "no arm 4" "$(refusal trial trial stop which --keep 4)" "0 to 3"
ok "stopped, and one arm kept" trial trial stop which --keep 1
is "which is a rule now" "$(policy save | head -1)" \
	"dst $SERVER4 dport $TCPATH_PORT strip timestamps"
is "alone with what was there" "$(policy save | wc -l)" 2
like "the trial is over" "$(refusal report)" "no trial"
fails "timestamps are stripped" answer_has 44000 timestamps
broken_down

# A trial of what is nobody's fault proves nothing, and says what the difference may be.
policy flush
trial trial start which dst "$SERVER4" strip sack-permitted versus mss 1000 share 20% >/dev/null &&
	tap 'not ok' "shares of three arms are refused" || tap ok "shares of three arms are refused"
ok "a share" trial trial start which dst "$SERVER4" strip sack-permitted share 20%
connect 60
ok "all are judged" wait_for 60 judged
is "nothing is proven" "$(verdicts)" "unproven "
like "nothing is said" "$(report)" "no difference|not proven"
read -ra shares <<<"$(number which attempts)"
ok "most pass" test "${shares[0]}" -gt "${shares[1]}"
ok "stopped" trial trial stop which
is "no rule is left" "$(policy save | wc -l)" 0

# What connections carry: with a window of 64 kB at most they are slower on a long path, and say so.
in_box tcpath flush force
imaging-client -m "$LAB/www" -n 1 -s 3000000
ip netns exec broken tc qdisc add dev k0 root netem delay 50ms limit 10000
ok "a trial of a small window" trial trial start which dst "$SERVER4" wscale 0
files=0
for ((i = 0; i < 24; i++)); do
	in_client imaging-client -q -n 1 -s 3000000 -p "$TCPATH_PORT" "$SERVER4" >/dev/null && files=$((files + 1))
done
is "every file arrives, in both arms" $files 24
over() { [ "$(total "$1" flows)" = "$2" ]; }
ok "all of them are accounted for, soon after they are over" wait_for 20 over which 24
over which 24 || note "$(trial status; trial -j show flows)"
note "$(report)"
read -ra bytes <<<"$(number which bytes)"
read -ra ms <<<"$(number which duration_ms)"
read -ra flows <<<"$(number which flows)"
ok "both arms had some" test "${flows[0]}" -gt 0 -a "${flows[1]}" -gt 0
ok "each with all its bytes" test "${bytes[0]}" -ge $((flows[0] * 3000000)) -a \
	"${bytes[1]}" -ge $((flows[1] * 3000000))
ok "the small window is the slower one" test $((bytes[0] / ms[0])) -gt $((bytes[1] / ms[1]))
is "and answers nothing less" "$(verdicts)" "unproven "
like "that it is slower is proven" "$(report)" "goodput [0-9.]+ Mbit/s, without it [0-9.]+ .*: proven to be less"
unlike "that it is faster is not" "$(report)" "goodput .*: proven to be more"
for ((i = 0; i < 2; i++)); do
	in_client imaging-client -q -n 1 -s 3000000 -b 50000 -p "$TCPATH_PORT" "$SERVER4" >/dev/null
done
ok "and so are two from the same port, one after the other" wait_for 20 over which 26
is "all four measures are there" "$(trial -j trial report which | grep -oE '"difference_low"' | wc -l)" 4
ok "stopped" trial trial stop which

# What the report says of the arms is what their connections were, one by one: means, and by
# Welch the interval of their difference, computed anew from what each flow tells of itself.
by_flows() { # RULE-OF-THE-OTHER RULE-OF-THIS: NAME THIS OTHER LOW HIGH of each measure
	awk -v RS='[{]"src":' -v other="$1" -v this="$2" '
	function all(key,   text, n, sum) {
		for (text = $0; match(text, "\"" key "\":[0-9]+"); text = substr(text, RSTART + RLENGTH))
			sum += substr(text, RSTART + length(key) + 3, RLENGTH)
		return sum
	}
	function area(angle, v,   i, sum) { # under the curve of Student, whose width is v
		for (i = 0; i < 4000; i++) sum += cos((i + .5) / 4000 * angle) ^ (v - 1)
		return sum * angle / 4000
	}
	function t95(v,   low, high, i, whole) {
		high = whole = atan2(0, -1) / 2
		whole = area(whole, v) * .95
		for (i = 0; i < 25; i++) area((low + high) / 2, v) < whole ? low = (low + high) / 2 : high = (low + high) / 2
		return sqrt(v) * sin(low) / cos(low)
	}
	function note(name, rule, x) { n[name, rule]++; sum[name, rule] += x; square[name, rule] += x * x }
	function mean(name, rule) { return sum[name, rule] / n[name, rule] }
	function error(name, rule,   k) { # of the mean, squared
		k = n[name, rule]
		return (square[name, rule] - k * mean(name, rule) ^ 2) / (k - 1) / k
	}
	function tell(name,   a, b, half, v) {
		a = error(name, this); b = error(name, other)
		if (a + b > 1e-12) {
			v = (a + b) ^ 2 / (a ^ 2 / (n[name, this] - 1) + b ^ 2 / (n[name, other] - 1))
			half = t95(v) * sqrt(a + b)
		}
		print name, mean(name, this), mean(name, other), mean(name, this) - mean(name, other) - half, \
			mean(name, this) - mean(name, other) + half
	}
	NR > 1 && (rule = all("rule")) {
		ms = int((all("age_ns") - all("idle_ns")) / 1e6)
		note("answer_ms", rule, int(all("rtt_responder_ns") / 1e5) / 10) # in the units of the kernel
		note("stalls", rule, all("timeout"))
		note("lost_percent", rule, int((all("lost_before") + all("lost_after")) * 10000 / all("segments")) / 100)
		note("goodput_mbit", rule, all("bytes") * 8 / ms / 1000)
	}
	END { tell("answer_ms"); tell("lost_percent"); tell("stalls"); tell("goodput_mbit") }' "$LAB/flows"
}
by_report() {
	trial -j trial report twin | tr '{' '\n' | sed -nE 's/.*"name":"([a-z_]+)".*"this":([-0-9.e+]+),"other":([-0-9.e+]+),"difference_low":([-0-9.e+]+),"difference_high":([-0-9.e+]+).*/\1 \2 \3 \4 \5/p'
}
near() { # LINE LINE: their numbers, to a hundredth
	awk -v a="$1" -v b="$2" 'BEGIN {
		n = split(a, x, " ")
		if (n != 5 || split(b, y, " ") != 5 || x[1] != y[1]) exit 1
		for (i = 2; i <= 5; i++) {
			d = x[i] - y[i]
			span = x[5] - x[4] > 0 ? x[5] - x[4] : 1
			if ((d < 0 ? -d : d) > .01 * span + .01) exit 1
		}
	}'
}

ip netns exec broken tc qdisc replace dev k0 root netem delay 10ms limit 10000
imaging-client -m "$LAB/www" -n 1 -s 1000000
in_broken nft -f - <<-END
	table inet lossy {
		chain lose {
			type filter hook forward priority 0;
			tcp sport $TCPATH_PORT meta length > 1000 numgen inc mod 40 < 3 drop
		}
	}
END
# Behind the box the last of what is written gets lost, and so does its first copy.
in_client nft -f - <<-END
	table inet lossy {
		chain lose {
			type filter hook prerouting priority 0;
			tcp sport $TCPATH_PORT tcp flags & psh == psh numgen inc mod 30 < 2 drop
		}
	}
END
ok "a trial over a lossy path" trial trial start twin dst "$SERVER4" strip timestamps
for ((i = 0; i < 16; i++)); do
	in_client imaging-client -q -n 1 -s 1000000 -p "$TCPATH_PORT" "$SERVER4" >/dev/null
	in_box tcpath -j show flows >>"$LAB/flows"
	in_box tcpath flush force
done
ok "each is accounted for" over twin 16
ok "some lost segments" test "$(total twin lost)" -gt 0
ok "some stalled" test "$(total twin stalls)" -gt 0
mapfile -t rules < <(trial -j policy list | grep -oE '"id":[0-9]+' | cut -d: -f2)
mapfile -t flows < <(by_flows "${rules[@]}")
mapfile -t report < <(by_report)
for i in 0 1 2 3; do
	note "flows: ${flows[i]}"
	note "report: ${report[i]}"
	ok "${flows[i]%% *}: means and interval are those of the connections" near "${flows[i]}" "${report[i]}"
done
tap_done
