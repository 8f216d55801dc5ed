#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a rule strips is gone at the receiver, the rest is there byte by byte, and the
# checksum is right: for every option, at every offset to the word.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

declare -A OPTION=(
	[mss]=020405b4 [wscale]=030307 [sack-permitted]=0402
	[timestamps]=080a0001020300000000 [mptcp]=1e0c00810102030405060708
	[fastopen]=220a0102030405060708 [76]=4c051122ff
)
nops() { # NUMBER: as many NOPs, in hexadecimal
	local hex
	printf -v hex '%*s' "$1" ''
	printf %s "${hex// /01}"
}
pad() { # HEX: to whole words, as the sender pads
	local hex=$1
	while [ $((${#hex} % 8)) != 0 ]; do hex+=00; done
	printf %s "$hex"
}

lab_up router
port=43000
expected=$LAB/expected
for TCPATH_FAMILY in 4 6; do
	: >"$expected"
	watch_syns $((${#OPTION[@]} * 4))
	watcher=$!
	for kind in "${!OPTION[@]}"; do
		policy flush
		rule strip "$kind" || tap 'not ok' "a rule that strips $kind is accepted"
		for offset in 0 1 2 3; do
			port=$((port + 1))
			hex=${OPTION[$kind]}
			before=$(nops "$offset") after=0402 # something that stays
			[ "$kind" != sack-permitted ] || after=030307
			answer "$port" "$(pad "$before$hex$after")" >/dev/null
			gone=$(nops $((${#hex} / 2)))
			echo "syn sport=$port options=$(pad "$before$gone$after") checksum=good" \
				>>"$expected"
		done
	done
	wait "$watcher"
	ok "IPv$TCPATH_FAMILY: $(wc -l <"$expected") SYNs arrive as they should" \
		diff "$expected" "$LAB/syns"
done
TCPATH_FAMILY=4

# Connection tracking checks what no device has checked, and leaves the sum of the whole packet
# with it (CHECKSUM_COMPLETE); forwarding takes that away before the hook (skb_forward_csum()).
in_box nft -f - <<-'END'
	table inet tracks {
		chain forward {
			type filter hook forward priority 0;
			ct state new counter
		}
	}
END
policy flush
rule strip timestamps,mss
for TCPATH_FAMILY in 4 6; do
	watch_syns 2
	watcher=$!
	answer $((++port)) "$USUAL_OPTIONS" >/dev/null
	answer $((++port)) "0101${OPTION[mss]}${OPTION[timestamps]}" >/dev/null
	wait "$watcher"
	is "IPv$TCPATH_FAMILY: with a whole sum, too" \
		"$(sed 's/.*options=//' "$LAB/syns" | tr '\n' ' ')" \
		"010101010402$(nops 10)01030307 checksum=good $(nops 16) checksum=good "
done
ok "which was tracked" test "$(in_box nft list ruleset | grep -oE 'packets [0-9]+' | cut -d' ' -f2)" -ge 4
in_box nft delete table inet tracks
TCPATH_FAMILY=4

# Presets, by what the server then agrees to.
port=44000
for preset in "0 no no" "1 no yes" "2 yes no" "3 yes yes"; do
	read -r value timestamps wscale <<<"$preset"
	policy flush
	rule tcp1323opts "$value"
	got=no
	port=$((port + 2))
	answer_has "$port" timestamps && got=yes
	is "tcp1323opts $value leaves timestamps: $timestamps" "$got" "$timestamps"
	got=no
	answer_has $((port + 1)) wscale && got=yes
	is "tcp1323opts $value leaves window scale: $wscale" "$got" "$wscale"
	ok "tcp1323opts $value leaves SACK" answer_has $((port + 500)) sack-permitted
done
tap_done
