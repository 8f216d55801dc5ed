#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: tcpath record listens on the box while a device behind it loses SYNs with
# timestamps; what it kept goes to /out. No module is loaded. TAP.
. /lab/lib.sh
trap site_down EXIT

site_up router
web_up 1
in_box tcpath record -w /out/kept.pcapng -i b0 >"$LAB/told" 2>"$LAB/err" &
recorder=$!
ok "it listens" wait_for 20 grep -q listening "$LAB/err"
ok "a connection without trouble" connects
in_broken nft 'add table inet broken; add chain inet broken c { type filter hook forward priority 0; }
	add rule inet broken c tcp flags & (syn|ack) == syn tcp option timestamp exists drop'
in_client timeout 12 bash -c "exec 3<>/dev/tcp/$SERVER4/80" 2>/dev/null &
ok "the third SYN is told" wait_for 20 grep -q "silent .* $CLIENT4 [0-9]* -> $SERVER4 80" "$LAB/told"
is "once" "$(wc -l <"$LAB/told")" 1
pid=$(pgrep -f 'record -w /out/kept' | tail -1)
kill -INT "$pid"
wait_for 10 grep -q 'headers kept' "$LAB/err"
like "it says what it did" "$(tail -1 "$LAB/err")" '[0-9]+ segments seen, 0 passed unseen, 1 triggers, [3-9] headers'
tap_done
