#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The first copy of a SYN decides for all: a policy change in between alters nothing.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

lost() { in_broken nft list ruleset | grep -qE 'packets [1-9]'; }

# lose_first_syn WHILE: the device loses SYNs until one was lost and WHILE has run.
lose_first_syn() {
	in_broken nft -f - <<-'END'
		table inet lose {
			chain forward {
				type filter hook forward priority 0;
				tcp flags & (syn|ack) == syn counter drop
			}
		}
	END
	watch_syns 1
	deploy -q -n 1 >"$LAB/deployed" &
	wait_for 10 lost || tap 'not ok' "the first SYN is lost"
	"$@"
	in_broken nft delete table inet lose
	wait_for 20 syns_seen 1
	wait -n
}

lab_up router
lose_first_syn rule strip timestamps
like "passed before the rule: its copy passes, too" "$(<"$LAB/syns")" 080a
ok "and is counted" counted skip-latched 1
in_box tcpath flush
lose_first_syn policy flush
unlike "stripped before the rule went: its copy is stripped, too" "$(<"$LAB/syns")" 080a
ok "a new connection follows the new policy" answer_has 46000 timestamps
tap_done
