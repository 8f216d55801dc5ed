#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest tests on each stock kernel, KFENCE watching where it is built in, and a line for
# each: 6.1, 6.12, the newest 7.x.  First KFENCE has to find a planted bug there.
# usage: check-matrix.sh [6.1|6.12|7]...      TESTS="strip.sh vlan.sh": only these
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/target.sh"

failed=0 rows=()
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# guest VERSION ARGUMENTS...: one allocation is guarded in each millisecond.
guest() {
	"$kernels/../guest/run.sh" -k "$1" -a kfence.sample_interval=1 "${@:2}" 2>&1
}

kfence_built() { # VERSION
	[ "$1" != 6.1 ]
}

# The module reads what it has freed: the guest must not end well, and say why.
kfence_sees() { # VERSION
	local ko
	ko=$(build_module planted "$kernels/planted" .) || return
	if guest "$1" -f "$ko" "$kernels/planted/stale.sh" >"$out"; then
		echo "# the guest ended well"
		return 1
	fi
	sed 's/^/# /' "$out"
	grep -q 'KFENCE: use-after-free read in planted_stale' "$out"
}

# The number that a line of the guest's ends with.
last_of() { # PATTERN
	sed -nE "s/^$1.* ([0-9]+)\$/\1/p" "$out" | tail -1
}

# row VERSION: the release is what the module was built for, and what ran.
row() {
	local ko rc=0 release=- counts good bad guarded start=$SECONDS tests=() note=''
	for test in ${TESTS:-}; do tests+=("tests/$test"); done
	: >"$out"
	if ko=$(build_module tcpath "$kernels/../.." Kbuild Makefile kmod); then
		release=$(modinfo -F vermagic "$ko" | cut -d' ' -f1)
		guest "$1" -t 7200 -f "$ko" -f "$kernels/../guest/suite.sh" \
			"$kernels/matrix.sh" "${tests[@]}" | tee "$out" || rc=$?
	else
		rc=1
	fi
	counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out" | tail -1 || true)
	read -r good _ bad _ <<<"${counts:-0 passed, 0 failed}"
	guarded=$(last_of '# KFENCE guarded')
	[ "$rc" = 0 ] || note=", the guest ended badly"
	if kfence_built "$1" && [ "${guarded:-0}" -lt 1000 ]; then
		note+=", KFENCE was off" rc=1
	fi
	# A guest that did not end well fails even when all its tests passed.
	[ "$rc" = 0 ] && [ "$bad" = 0 ] && [ "$good" -gt 0 ] || failed=1
	rows+=("$(printf '%-5s %-26s %4d passed %3d failed %5d s  %s%s' "$1" "$release" "$good" \
		"$bad" $((SECONDS - start)) "${guarded:+KFENCE guarded $guarded}" "$note")")
}

"$kernels/deps.sh" build
[ $# -gt 0 ] || set -- 6.1 6.12 7
for version; do
	stock "$version"
	if kfence_built "$version"; then
		if kfence_sees "$version"; then
			echo "ok - $version: KFENCE sees a planted bug, and its report fails the run"
		else
			echo "not ok - $version: KFENCE sees a planted bug"
			failed=1
		fi
	fi
	echo "# guest tests on Linux $version"
	row "$version"
done
printf '%s\n' "${rows[@]}"
exit $failed
