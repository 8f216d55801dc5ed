# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For scripts that are tests, sourced: a line of TAP for each verdict; n and failed count.
n=0 failed=0

verdict() { # RESULT NAME NOTE
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		printf 'not ok %d - %s\n' "$n" "$2"
		sed 's/^/# /' <<<"${3:-}"
		failed=1
	fi
}

check() { # NAME COMMAND...
	local name=$1 rc=0
	shift
	"$@" || rc=$?
	verdict "$rc" "$name" "$*"
}
