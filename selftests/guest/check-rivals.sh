#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The table of Documentation/rivals.rst, measured again: tcpath passes every case, and of the
# others it says what is so. With -w it is written anew.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
table=$here/../../Documentation/rivals.rst
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

rc=0
"$here/run.sh" -k 6.12 -t 900 -f "$("$here/module.sh" 6.12)" -o "$out" "$here/suite.sh" rivals.sh || rc=$?
if [ "${1:-}" = -w ]; then
	cp "$out/rivals.rst" "$table"
	exit "$rc"
fi
# Versions differ from machine to machine.
same() { sed '/^Linux /d' "$1"; }
diff <(same "$table") <(same "$out/rivals.rst") | sed 's/^/# /' || rc=1
exit "$rc"
