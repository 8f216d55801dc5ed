#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What is missing is said in one sentence on stderr, with a status that is not 0.
. "$(dirname "$0")/../lib.sh"
trap 'module_load; site_down' EXIT

one_sentence() { # NAME REGEX COMMAND...
	local name=$1 regex=$2 out rc=0
	shift 2
	out=$("$@" 2>&1 >/dev/null) || rc=$?
	ok "$name: fails" test "$rc" -ne 0
	is "$name: one line" "$(wc -l <<<"$out")" 1
	like "$name: says why" "$out" "$regex"
}
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

module_load
site_up router
for args in "status" "show flows" "policy list" "diagnose"; do
	# shellcheck disable=SC2086  # words
	one_sentence "no root: $args" 'root|CAP_NET_ADMIN|ermi' nobody tcpath $args
done
one_sentence "no such namespace" 'nosuch' tcpath -N nosuch status
one_sentence "no such command" 'frobnicate' tcpath frobnicate
one_sentence "no such rule" '77' in_box tcpath policy del 77
one_sentence "no such option" 'nonsense' in_box tcpath policy add strip nonsense
one_sentence "no such prefix" '10.0.0.0/33' in_box tcpath policy add src 10.0.0.0/33 strip mss
one_sentence "no such preset" '.' in_box tcpath policy add tcp1323opts 4
is "nothing of that was loaded" "$(policy list | grep -c strip)" 0
module_unload
for args in "status" "show counters" "policy add strip mss" "monitor" "diagnose"; do
	# shellcheck disable=SC2086  # words
	one_sentence "no module: $args" 'module|modprobe' timeout 10 tcpath $args
done
for args in "" status enable show policy "policy add" monitor diagnose "config set" read; do
	# shellcheck disable=SC2086  # words
	ok "help needs neither: $args" tcpath $args --help
done
tap_done
