#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a guest: the ruleset is replaced over and over while TCPATH_CONNECTIONS connections
# are opened as fast as the machine can, with nothing waiting for a socket: each SYN comes out
# with the one rule or the other, none with neither or both, and none is lost; then the same
# with the table resized. What is freed is poisoned (slub_debug=P), so that who goes on with
# what is not in force any more ends the guest. Whole
# connections of two kernels, at the rate that those reach: selftests/guest/tests/replace.sh.
here=$(dirname "$0")
. "$here/lib.sh"
. "$here/rig.sh"

: "${TCPATH_CONNECTIONS:=60000}"
LAB=/tmp
trap 'rig_down box' EXIT

end_watch() { # SYNs by what they still offer
	ip netns exec boxr nft -f - <<-'END'
		table netdev offers {
			chain in {
				type filter hook ingress device "end" priority -1;
				tcp flags & (syn|ack) != syn accept
				tcp option timestamp exists tcp option window exists counter name both accept
				tcp option timestamp exists counter name stamps accept
				tcp option window exists counter name scales accept
				counter name neither
			}
			counter both { }
			counter stamps { }
			counter scales { }
			counter neither { }
		}
	END
}
offers() {
	ip netns exec boxr nft list counter netdev offers "$1" | grep -oE 'packets [0-9]+' |
		cut -d' ' -f2
}
replace_both() { policy load "$LAB/a" && policy load "$LAB/b"; }
in_steps() { policy flush && policy add strip wscale; }
opened_while() { # COMMAND...: SYNs that came out, by offer, into came
	local doer times=0 began
	rm -f "$LAB/stop" "$LAB/times"
	ip netns exec boxr nft reset counters table netdev offers >/dev/null
	in_box tcpath flush
	in_box tcpath reset
	while [ ! -e "$LAB/stop" ] && "$@" >/dev/null; do
		times=$((times + 1))
		echo "$times" >"$LAB/times"
	done &
	doer=$!
	wait_for 20 test -e "$LAB/times"
	began=$(date +%s%N)
	flood box open "$TCPATH_CONNECTIONS"
	took=$((($(date +%s%N) - began) / 1000000))
	touch "$LAB/stop"
	wait "$doer"
	times=$(cat "$LAB/times")
	came="$(offers both) $(offers neither)"
	note "$TCPATH_CONNECTIONS in $took ms, $((TCPATH_CONNECTIONS * 1000 / took)) a second," \
		"$times times; timestamps left $(offers stamps), wscale $(offers scales)," \
		"both $(offers both), neither $(offers neither)"
}

module_load
rig_up box
in_box tcpath enable
end_watch
filler=$(seq 1 100 | sed 's/.*/dst 198.18.0.& dport & strip mss/')
printf 'list all 0.0.0.0/0\n%s\nsrc @all strip timestamps\n' "$filler" >"$LAB/a"
printf 'list all 0.0.0.0/0 10.0.0.0/8\n%s\nsrc @all strip wscale\n' "$filler" >"$LAB/b"
opened_while replace_both
ok "it was replaced meanwhile" test "$(cat "$LAB/times")" -ge 3
is "no SYN had neither rule, none both" "$came" "0 0"
is "none was lost" "$(($(offers stamps) + $(offers scales)))" "$TCPATH_CONNECTIONS"
ok "the one rule was there" test "$(offers scales)" -gt 0
ok "so was the other" test "$(offers stamps)" -gt 0
is "each attempt matched" "$(counter matched)" "$TCPATH_CONNECTIONS"

# The table, too: chains are made anew beside those in use, which are let go of. Poisoned are
# those that come from a slab, of the smaller tables.
resized() {
	local limit
	for limit in 250 500 200000; do in_box tcpath config set max-flows $limit || return; done
}
opened_while resized
ok "the table was resized meanwhile" test "$(cat "$LAB/times")" -ge 3
is "and none was lost" "$(($(offers stamps) + $(offers scales)))" "$TCPATH_CONNECTIONS"

# What this would look like otherwise.
opened_while in_steps
unlike "a replacement in steps is seen" "$came" "^0 "
tap_done
