#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: the module that DKMS built from the package, and what systemd would run from the
# unit, with the program and the rules of the package. TAP.
. /lab/lib.sh
trap site_down EXIT

# unit PHASE: the commands of the unit, in order, as long as they succeed.
unit() {
	local line
	while read -r line; do
		line=${line##[-+]*/sbin/modprobe*} # the module is not in the guest's /lib
		[ -z "$line" ] || in_box $line || return 1
	done < <(sed -n "s/^Exec$1=//p" /lab/tcpath.service)
}
rules() { in_box tcpath policy save; }
hooks() { in_box tcpath -j status | grep -oE '"enabled":(true|false)' | cut -d: -f2; }

ok "the module that DKMS built is loaded" module_load
site_up router
web_up 2
ok "start, with the rules that come along" unit Start
is "they are none, and the hooks are on" "$(rules | wc -l) $(hooks)" "0 true"
echo "dport $TCPATH_PORT strip timestamps" >/etc/tcpath/policy.conf
ok "reload" unit Reload
is "the new rule is in force" "$(rules)" "dport $TCPATH_PORT strip timestamps"
deploy -q -n 2
ok "and at work" counted stripped 2
printf 'dport 81 strip wscale\ndport 82 strip mistake\n' >/etc/tcpath/policy.conf
is "reload refuses a file with a mistake" "$(unit Reload 2>/dev/null; echo $?)" 1
is "the whole of it" "$(rules)" "dport $TCPATH_PORT strip timestamps"
ok "stop" unit Stop
is "no rule is left, and no hook" "$(rules | wc -l) $(hooks)" "0 false"
before=$(counter stripped)
ok "connections go on" deploy -q -n 2
is "with all their options" "$(counter stripped)" "$before"
ok "the module goes" module_unload
tap_done
