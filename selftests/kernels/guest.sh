# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For scripts that run inside a kernel under test.

# wait_for SECONDS COMMAND...
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# A leak is seen after its module has gone: the gate needs the names before.
note_symbols() {
	awk -v module="[$1]" '$4 == module { print "tcpath-run: symbol", $1, $3, $4 }' \
		/proc/kallsyms >/dev/console
}
