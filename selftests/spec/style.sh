#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Kernel style, and what compilers and checkers have to say, as TAP.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cd "$top"
selftests/deps.sh build check spec
source=$("$here/check.sh" --source)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

n=0 failed=0
verdict() { # FILE-WITH-COMPLAINTS NAME
	n=$((n + 1))
	if [ ! -s "$1" ]; then
		echo "ok $n - $2"
	else
		sed 's/^/# /' "$1"
		echo "not ok $n - $2"
		failed=1
	fi
}

# The X-lists are lists, not macros with values; the engine's user-space half
# of deps.h defines what the kernel has; versions are compat.h's matter.
mapfile -t files < <(git ls-files 'kmod/*.c' 'kmod/*.h' | grep -v -e netlink_gen -e uapi/)
perl "$source/scripts/checkpatch.pl" --no-tree -q --terse --show-types --max-line-length=100 \
	--ignore COMPLEX_MACRO,MACRO_ARG_UNUSED,VOLATILE,LINUX_VERSION_CODE,CONSTANT_COMPARISON \
	--ignore PREFER_DEFINED_ATTRIBUTE_MACRO,BRACKET_SPACE,FILE_PATH_CHANGES,SPDX_LICENSE_TAG \
	--ignore MACRO_ARG_REUSE,EMBEDDED_FUNCTION_NAME -f "${files[@]}" |
	grep -E 'ERROR|WARNING' >"$out/checkpatch" || true
verdict "$out/checkpatch" "checkpatch finds nothing"

# A copy, so that nothing in the tree is rebuilt under other flags.
mkdir "$out/tree"
git ls-files -z Kbuild Makefile kmod | xargs -0 cp --parents -t "$out/tree"
if ! make -C "$out/tree" module W=1 C=2 CF=-D__CHECK_ENDIAN__ >"$out/log" 2>&1; then
	cp "$out/log" "$out/warnings"
else
	grep -E "^$out/tree.*(warning|error):" "$out/log" >"$out/warnings" || true
fi
verdict "$out/warnings" "W=1 and sparse find nothing"

# What a sourced file sets, shellcheck does not see (SC2154, SC2034).
git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck -x -S warning -e SC2034,SC2054,SC2154 >"$out/shell" 2>&1 || true
verdict "$out/shell" "shellcheck finds nothing"
# Which other manuals this machine has is not their fault.
for page in Documentation/man/*; do mandoc -Tlint -Wstyle "$page" 2>/dev/null; done |
	grep -v -e outdated -e 'referenced manual not found' >"$out/manuals" || true
verdict "$out/manuals" "mandoc finds nothing in the manuals"
echo "1..$n"
exit $failed
