#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Packages: built from the tree, put to lintian, unpacked and looked at; the module built by
# DKMS from what its package holds; make install and uninstall. Nothing is installed here. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=build/deb
version=$(sed -n 's/^TCPATH_VERSION := //p' Kbuild)
. selftests/tap.sh

rm -rf "$out"
said=$(packaging/deb.sh "$out" 2>&1)
verdict $? "dpkg-buildpackage makes them" "$said"
said=$(lintian --tag-display-limit 0 --fail-on error,warning "$out"/*.changes 2>&1)
verdict $? "lintian has no error and no warning" "$said"

root=$work/root
for deb in "$out"/*.deb; do dpkg-deb -x "$deb" "$root" || failed=1; done
[ "$("$root/usr/sbin/tcpath" --version)" = "tcpath $version" ]
verdict $? "the program runs"
# Which other manuals this machine has is not their fault.
said=$(zcat "$root"/usr/share/man/man8/tcpath.8.gz "$root"/usr/share/man/man3/libtcpath.3.gz |
	mandoc -Tlint -Wstyle 2>/dev/null | grep -v -e outdated -e 'referenced manual not found')
[ -z "$said" ]
verdict $? "mandoc finds nothing in the manuals" "$said"
bash -n "$root/usr/share/bash-completion/completions/tcpath" &&
	[ -s "$root/usr/share/zsh/vendor-completions/_tcpath" ]
verdict $? "completion is there"
"$root/usr/sbin/tcpath" policy check "$root/etc/tcpath/policy.conf" >/dev/null
verdict $? "the rules that come along are none, and right"
said=$(nm -D --defined-only "$root"/usr/lib/*/libtcpath.so.1 | grep ' [TDBRW] ' | grep -v ' T tcpath_nl_')
[ -z "$said" ] && [ -L "$(ls "$root"/usr/lib/*/libtcpath.so)" ] && [ -s "$root/usr/share/man/man3/libtcpath.3.gz" ]
verdict $? "the library shows what its header names, and nothing else" "$said"
unit=$(find "$root" -name tcpath.service)
sed "s|/usr/sbin/tcpath|$root&|" "$unit" >"$work/tcpath.service" # where it is now
said=$(systemd-analyze verify --man=no "$work/tcpath.service" 2>&1 | grep tcpath.service)
[ -n "$unit" ] && [ -z "$said" ]
verdict $? "systemd reads the unit" "$said"
systemd-analyze security --offline=true --threshold=20 "$unit" >"$work/security" 2>&1
verdict $? "and finds it well locked in" "$(tail -2 "$work/security")"

src=$root/usr/src/tcpath-$version
kernel=$(basename "$(dirname "$(ls -d /lib/modules/*/build | sort -V | tail -1)")")
mkdir "$work/dkms"
said=$(dkms build -m tcpath -v "$version" -k "$kernel" --dkmstree "$work/dkms" \
	--sourcetree "${src%/*}" 2>&1 && find "$work/dkms" -name 'tcpath.ko*')
grep -q 'tcpath\.ko' <<<"$said"
verdict $? "DKMS builds the module from the package, for $kernel" "$said"

said=$(rpmspec --define "_unitdir /usr/lib/systemd/system" -q packaging/rpm/tcpath.spec \
	--qf '%{name}-%{version}\n' 2>&1)
grep -qx "tcpath-$version" <<<"$said" && grep -qx "tcpath-dkms-$version" <<<"$said"
verdict $? "rpm reads the spec, of the same version" "$said"
grep -qx "PKG_VERSION:=$version" packaging/openwrt/Makefile && grep -q "\"$version\"" packaging/dkms/dkms.conf
verdict $? "so say the OpenWrt recipe and dkms.conf"

make -s tools && make -s -C tools install DESTDIR="$work/dest" >/dev/null &&
	[ "$(find "$work/dest" -type f | wc -l)" = 10 ] && make -s -C tools uninstall DESTDIR="$work/dest"
[ -z "$(find "$work/dest" -not -type d)" ]
verdict $? "make uninstall leaves nothing that make install brought" "$(find "$work/dest" -type f)"
echo "1..$n"
exit $failed
