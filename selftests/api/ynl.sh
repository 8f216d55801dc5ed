#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Prints a folder for run.sh -r: Debian's python3 and the kernel's own YNL tool of Linux 6.12
# (/usr/lib/ynl), so that a guest can drive the family from the spec alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/guest/fetch.sh
. "$here/../guest/fetch.sh"

PYTHON=$(readlink -f /usr/bin/python3)
LIBRARY=/usr/lib/${PYTHON##*/}
YAML=/usr/lib/python3/dist-packages/yaml

# What the interpreter and its modules were linked with.
libraries() {
	find "$1" -type f \( -name '*.so' -o -name "${PYTHON##*/}" \) -print0 | xargs -0 ldd 2>/dev/null |
		grep -oE '/[^ ]+\.so[^ :]*' | grep -v "^$1" | sort -u
}

fill() {
	local root=$1 ynl=$2 lib
	mkdir -p "$root/usr/bin" "$root/usr/lib/python3/dist-packages" "$root/usr/lib/ynl"
	cp "$PYTHON" "$root/usr/bin/"
	ln -s "${PYTHON##*/}" "$root/usr/bin/python3"
	cp -r "$LIBRARY" "$root/usr/lib/"
	# A machine's own start-up file is none of the guest's; the rest is large or not for use.
	(cd "$root$LIBRARY" && rm -rf sitecustomize.py config-* test lib2to3 pydoc_data distutils asyncio)
	cp -r "$YAML" "$root/usr/lib/python3/dist-packages/"
	cp -r "$ynl/tools/net/ynl/cli.py" "$ynl/tools/net/ynl/lib" "$root/usr/lib/ynl/"
	cp "$ynl/Documentation/netlink/specs/nlctrl.yaml" "$root/usr/lib/ynl/"
	libraries "$root" | while read -r lib; do
		mkdir -p "$root/usr$(dirname "${lib#/usr}")"
		cp -L "$lib" "$root/usr${lib#/usr}"
	done
}

ynl=$("$here/../spec/check.sh" --source)
cache_lock ynl-guest
root=$CACHE/ynl-guest-$({ cat "$0"; stat -L -c '%s %Y' "$PYTHON" "$ynl/.done"; } | sha256sum | cut -c1-12)
if [ ! -d "$root" ]; then
	rm -rf "$CACHE"/ynl-guest-*
	fill "$root.tmp" "$ynl"
	mv "$root.tmp" "$root"
fi
echo "$root"
