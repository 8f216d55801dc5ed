#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deb.sh [OUTDIR]: Debian packages of the tree as it is, into OUTDIR (build/deb).
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mkdir -p "${1:-build/deb}" && cd "${1:-build/deb}" && pwd)
version=$(sed -n 's/^TCPATH_VERSION := //p' Kbuild)
said=$(sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)
if [ "$version" != "$said" ]; then
	echo "deb.sh: Kbuild says $version, packaging/debian/changelog says $said" >&2
	exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tcpath-$version
mkdir "$tree"
git ls-files -z --cached --others --exclude-standard | grep -zv '^packaging/debian/' |
	xargs -0 cp --parents -pt "$tree"
cp -a packaging/debian "$tree/debian"
cp packaging/systemd/tcpath.service "$tree/debian/tcpath.service"
cd "$tree"
dpkg-buildpackage -us -uc -b >"$out/log" 2>&1 || { tail -20 "$out/log" >&2; exit 1; }
cp "$work"/*.deb "$work"/*.changes "$work"/*.buildinfo "$out/"
ls "$out"/*.deb
