#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: the module that make install has put in its place is loaded, and answers.
. /lab/lib.sh
trap site_down EXIT

site_up router
web_up 2
ok "the hooks are set" in_box tcpath enable
deploy -q -n 2
is "two connections were seen" "$(counter answered)" 2
tap_done
