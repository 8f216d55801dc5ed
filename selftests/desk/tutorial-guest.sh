#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Types the tutorial: in its indented blocks each line after "# " is a command, and each line
# below it must occur in what that command says. One shell does it all, as a reader would. TAP.
. /lab/lib.sh
trap 'for ns in client box server; do ip netns del $ns 2>/dev/null; done' EXIT
module_load || { tap 'not ok' "the module loads"; tap_done; }

command='' status=0 said=/tmp/tutorial-said

type_it() {
	command=$1
	eval "$command" >"$said" 2>&1
	status=$?
	if [ "$status" = 0 ]; then
		tap ok "$command"
	else
		tap 'not ok' "$command"
		note "$status: $(cat "$said")"
	fi
}

commands=0 failures=0 cured=
while IFS= read -r line <&8; do
	case $line in
	'    # '*)
		type_it "${line#    # }"
		commands=$((commands + 1))
		[ -z "$cured" ] || failures=$((failures + $(grep -c '^failed' "$said")))
		[[ $command != *"policy add"* ]] || cured=1
		;;
	'    '*)
		if tr -s ' \n' ' ' <"$said" | grep -qF -- "$(tr -s ' ' <<<"${line#    }")"; then
			tap ok "  says: ${line#    }"
		else
			tap 'not ok' "  says: ${line#    }"
			note "$(cat "$said")"
		fi
		;;
	esac
done 8</lab/tutorial.rst
is "nothing failed after the cure" "$failures" 0
is "all commands were typed" "$commands" "$(grep -c '^    # ' /lab/tutorial.rst)"
ok "no namespace is left" test -z "$(ip netns list)"
ok "no file is left" bash -c '! ls /tmp/tutorial.* 2>/dev/null'
tap_done
