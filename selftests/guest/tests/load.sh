#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The module comes and goes, with hooks on in a namespace, rules loaded and flows tracked.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

unloaded() { ! module_loaded; }

module_unload
site_up router
web_up
for i in 1 2 3; do
	ok "load $i" module_load
	ok "on in a namespace $i" in_box tcpath enable
	ok "a rule $i" rule tcp1323opts 0
	ok "traffic $i" deploy -q
	ok "unload $i with all of that" module_unload
	ok "gone $i" unloaded
	ok "traffic without it $i" deploy -q
done
ok "load again" module_load
tap_done
