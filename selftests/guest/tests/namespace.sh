#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# On in the initial namespace when loaded; elsewhere after enable, and off after disable.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

module_unload
module_load
like "on in the initial namespace" "$(tcpath -j status)" '"enabled": *(true|1)'
site_up router
web_up
like "off in another one" "$(in_box tcpath -j status)" '"enabled": *(false|0)'
ok "traffic passes" deploy -q
is "and is not counted" "$(counter syn)" 0
ok "enable" in_box tcpath enable
like "on" "$(in_box tcpath -j status)" '"enabled": *(true|1)'
ok "traffic passes" deploy -q
is "each attempt is counted" "$(counter syn)" "$TCPATH_FILES"
ok "-N does the same from outside" tcpath -N box status
ok "disable" tcpath -N box disable
ok "traffic passes" deploy -q
is "no more is counted" "$(counter syn)" "$TCPATH_FILES"
ok "enable again" in_box tcpath enable
ok "a namespace that goes takes its state along" ip netns del box
tap_done
