#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Events come as they happen, as text and as JSON.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

saw() { grep -qE "$2" "$LAB/$1"; }

lab_up router
in_box tcpath monitor >"$LAB/text" 2>&1 &
text=$!
in_box tcpath -j monitor >"$LAB/json" 2>&1 &
json=$!
# Once either has heard of a stripped SYN it listens.
rule tcp1323opts 0
hears() { deploy -q -n 1 >/dev/null && saw text stripped && saw json stripped; }
ok "a stripped SYN is told" wait_for 20 hears
in_server nft -f - <<-END
	table inet mute {
		chain input {
			type filter hook input priority 0;
			tcp dport $TCPATH_PORT drop
		}
	}
END
fails "a server that is mute" deploy -q -n 1
ok "is told as silent" wait_for 90 saw text silent
ok "with its address" saw text "$(server_address)"
ok "in JSON, too" wait_for 10 saw json "\"$(server_address)\""
kill "$text" "$json"
tap_done
