#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The table of pairs: what connections carried, lost before and beyond the box, in the account
# of their pair once they are over; ports used again; chains of resets.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

sum() { grep -oE "\"$1\": *[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }
pairs() { in_box tcpath -j show pairs dst "$(server_address)" | sum "$1"; }
flows() { in_box tcpath -j show flows dst "$(server_address)" | sum "$1"; }
all_over() { [ "$(pairs ended)" = "$1" ]; }
# One full segment of the server in so many is lost: before it comes to the box, or beyond it.
lossy() { # NS HOOK
	ip netns exec "$1" nft -f - <<-END
		table inet lossy {
			chain lose {
				type filter hook $2 priority 0;
				tcp sport $TCPATH_PORT meta length > 1000 numgen inc mod 25 == 7 drop
			}
		}
	END
}

TCPATH_FILES=8 # of a connection each
for TCPATH_FAMILY in 4 6; do
	[ "$TCPATH_FAMILY" = 4 ] && mode=router || mode=bridge
	name="$mode, IPv$TCPATH_FAMILY"
	lab_up "$mode"
	for ns in client box broken server; do # segments, not what becomes of them by GRO
		for dev in $(ip netns exec $ns ls /sys/class/net); do
			ip netns exec "$ns" ethtool -K "$dev" tso off gso off gro off 2>/dev/null
		done
	done
	in_box tcpath flush
	in_box tcpath reset
	ok "$name: files arrive" deploy -q -b $APART
	ok "$name: all connections are over in seconds" wait_for 40 all_over "$TCPATH_FILES"
	is "$name: bytes" "$(pairs bytes)" "$(flows bytes)"
	is "$name: segments" "$(pairs segments)" "$(flows segments)"
	is "$name: nothing is lost" "$(($(pairs lost_before) + $(pairs lost_after)))" 0
	in_box tcpath flush
	is "$name: and are told once" "$(pairs ended)" "$TCPATH_FILES"

	in_box tcpath reset
	lossy broken forward
	ok "$name: files arrive, with losses before" deploy -q -b $APART
	wait_for 40 all_over "$TCPATH_FILES"
	lost=$(pairs lost_before)
	is "$name: lost before" "$((lost > 0))" 1
	is "$name: as flows say" "$lost" "$(flows lost_before)"
	is "$name: less beyond" "$(($(pairs lost_after) * 2 < lost))" 1
	in_broken nft delete table inet lossy

	in_box tcpath flush
	in_box tcpath reset
	lossy client input
	ok "$name: files arrive, with losses beyond" deploy -q -b $APART
	wait_for 40 all_over "$TCPATH_FILES"
	lost=$(pairs lost_after)
	is "$name: lost after" "$((lost > 0))" 1
	is "$name: as flows say" "$lost" "$(flows lost_after)"
	echo "# $(pairs lost_before) before, $lost after"
	is "$name: less before" "$(($(pairs lost_before) * 2 < lost))" 1
	in_client nft delete table inet lossy
	is "$name: the columns are there" "$(in_box tcpath show pairs | grep -c 'lost after')" 1

	in_box tcpath flush
	in_box tcpath reset
	# Three that end by a RST of the client, one right after the other: what closes before
	# it has read all that came does that.
	for ((i = 0; i < 3; i++)); do
		ok "$name: reset" in_client timeout 20 bash -c "exec 3<>/dev/tcp/$(server_address)/$TCPATH_PORT
			printf 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' >&3
			read -r -N 1 -u 3 _"
	done
	is "$name: resets are counted" "$(pairs resets)" 3
	is "$name: two reconnects in a row" "$(pairs chain_max)" 2
	wait_for 20 all_over 3
	is "$name: bytes before them" "$(pairs reset_bytes)" "$(pairs bytes)"
done
tap_done
