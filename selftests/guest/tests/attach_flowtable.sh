#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a flowtable takes past the hook is said, and seen by taps: once, and rules hold.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

sum() { grep -oE "\"$1\": *[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }
flows() { in_box tcpath -j show flows | sum "$1"; }
lab_up router
in_box nft -f - <<-'END'
	table inet fast {
		flowtable f { hook ingress priority 0; devices = { b0, b1 }; }
		chain forward {
			type filter hook forward priority 0;
			ct state established tcp dport 80 flow add @f
			ct state established tcp sport 80 flow add @f
		}
	}
END
want=$((TCPATH_FILES * TCPATH_FILE_SIZE))
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	in_box tcpath flush
	in_box tcpath reset
	ok "$f: files arrive past the hook" deploy -q -b $APART
	is "$f: of which it sees little" "$(($(flows bytes) < want / 2))" 1
	is "$f: but that it goes past" "$(($(counter offloaded) >= TCPATH_FILES / 2))" 1
	like "$f: diagnose says so" "$(in_box tcpath diagnose)" 'T507.*flowtable|flowtable.*T507|A flowtable takes'
	like "$f: and status" "$(in_box tcpath status)" 'taken past by a flowtable'
	ok "$f: tap one side" in_box tcpath attach tap b0
	ok "$f: and the other" in_box tcpath attach tap b1
	rule strip timestamps
	in_box tcpath flush
	in_box tcpath reset
	ok "$f: files arrive once more" deploy -q -b $APART
	is "$f: all is seen" "$(($(flows bytes) >= want))" 1
	is "$f: each attempt once" "$(counter syn)" "$TCPATH_FILES"
	is "$f: rules hold" "$(counter stripped)" "$TCPATH_FILES"
	is "$f: nothing twice" "$(flows network_duplicate)" 0
	is "$f: nothing missed" "$(flows missed_by_tap)" 0
	unlike "$f: diagnose is content" "$(in_box tcpath diagnose)" 'flowtable'
	policy flush
	ok "$f: detach" in_box tcpath detach tap b0
	ok "$f: detach the other" in_box tcpath detach tap b1
done
tap_done
