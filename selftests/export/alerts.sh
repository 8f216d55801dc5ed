#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The alert rules by promtool, which also plays what they must and must not say; and each
# metric that alerts and dashboard name is one that the program writes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
promtool=$("$here/programs.sh" promtool)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

n=0 failed=0
verdict() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		sed 's/^/# /' "$out/log"
		echo "not ok $n - $2"
		failed=1
	fi
}
try() { # NAME COMMAND...
	local name=$1 rc=0
	shift
	"$@" >"$out/log" 2>&1 || rc=1
	verdict $rc "$name"
}

# Names in double quotes that metrics.c gives to families, with the suffixes they get.
written() {
	grep -oE '(family|gauge)\("tcpath_[a-z_]+", *"?[a-z]*' "$top/tools/metrics.c" |
		awk -F'"' '{ print $2; if ($4 == "counter") print $2 "_total"
			if ($4 ~ /^(summary|histogram)$/) print $2 "_sum\n" $2 "_count"
			if ($4 == "histogram") print $2 "_bucket" }' | sort -u
}
named() {
	grep -ohE 'tcpath_[a-z_]+' "$top/packaging/prometheus/tcpath.rules.yml" \
		"$top/packaging/grafana/tcpath.json" | sort -u
}
unwritten() {
	named >"$out/named"
	written >"$out/written"
	[ -s "$out/written" ] && ! comm -23 "$out/named" "$out/written" | grep .
}

try "promtool check rules" "$promtool" check rules "$top/packaging/prometheus/tcpath.rules.yml"
cp "$top/packaging/prometheus/tcpath.rules.yml" "$here/alerts.test.yml" "$out/"
try "promtool test rules" "$promtool" test rules "$out/alerts.test.yml"
try "the dashboard is JSON" /usr/bin/python3 -m json.tool "$top/packaging/grafana/tcpath.json"
try "alerts and dashboard name what is written" unwritten
echo "1..$n"
exit $failed
