#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Compiles tcpath.ko against stock Debian headers: 6.1 (bookworm), 6.12
# (bookworm-backports) and the newest 7.x (trixie-backports, with trixie's own
# compiler), with W=1; on 6.1 also under sparse.  One line per kernel.
# usage: check-kernels.sh [6.1|6.12|7]...
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/target.sh"

# A warning from a file of ours; the kernel's headers have their own.
complaints() {
	grep -E '(^|/)kmod/[^:]*:[0-9]+.*(warning|error)|WARNING: modpost' "$1" || true
}

# The release that the module was built for is the module's to say.
release() {
	modinfo -F vermagic "$1" | cut -d' ' -f1
}

failed=0
line() {
	local log=$cache/modules/$kernel/tcpath.log warned
	if ! module=$(build_module tcpath "$kernels/../.." Kbuild Makefile kmod); then
		printf 'not ok - %-5s %-28s gcc %-8s %-8s FAILED\n' "$1" - "$compiler" "$module_flags"
		failed=1
		return
	fi
	warned=$(complaints "$log")
	printf '%s - %-5s %-28s gcc %-8s %-8s %s\n' "$([ -z "$warned" ] && echo ok || echo not ok)" "$1" "$(release "$module")" "$compiler" \
		"$module_flags" "$([ -z "$warned" ] && echo clean || echo WARNINGS)"
	[ -z "$warned" ] || { echo "$warned" >&2; failed=1; }
}

"$kernels/deps.sh" build
[ $# -gt 0 ] || set -- 6.1 6.12 7
for version; do
	stock "$version"
	if [ "$version" = 6.1 ]; then
		"$kernels/deps.sh" sparse
		module_flags+=" C=2"
	fi
	line "$version"
done
exit $failed
