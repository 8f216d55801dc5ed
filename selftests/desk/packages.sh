#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Packages: built from the tree, put to lintian, unpacked and looked at; the module built by
# DKMS from what its package holds; make install and uninstall. Nothing is installed here. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=build/deb
unset MAKEFLAGS MFLAGS MAKELEVEL # dpkg, DKMS and rpm begin builds of their own
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
zcat "$root/usr/share/man/man8/tcpath.8.gz" | diff - Documentation/man/tcpath.8 >/dev/null &&
	[ -s "$root/usr/share/man/man3/libtcpath.3.gz" ]
verdict $? "the manuals are there"
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
eval "$(selftests/guest/kernel.sh 6.1 | grep -E '^(headers|release)=')"
mkdir "$work/dkms"
said=$(dkms build -m tcpath -v "$version" -k "$release" --kernelsourcedir "$headers" \
	--dkmstree "$work/dkms" --sourcetree "${src%/*}" 2>&1)
find "$work/dkms" -name 'tcpath.ko.xz' -exec unxz {} +
module=$(find "$work/dkms" -name 'tcpath.ko' | head -1)
[ -n "$module" ]
verdict $? "DKMS builds the module from the package, for $release" "$said"
mkdir -p "$work/guest/etc" "$work/guest/usr/sbin"
cp -r "$root/etc/tcpath" "$work/guest/etc" && cp "$root/usr/sbin/tcpath" "$work/guest/usr/sbin"
said=$(selftests/guest/run.sh -k 6.1 -t 300 -R "$work/guest" -f "$module" -f "$unit" \
	selftests/desk/unit-guest.sh 2>&1)
verdict $? "it runs in a guest, by the commands of the unit" "$said"
grep -E '^(ok|not ok)' <<<"$said" | sed 's/^/# /'

# The sources as git archive gives them; what Fedora has and Debian's rpm does not is named here.
mkdir -p "$work/rpm/SOURCES"
git ls-files -z --cached --others --exclude-standard | tar --null -T - --transform \
	"s|^|tcpath-$version/|" -czf "$work/rpm/SOURCES/tcpath-$version.tar.gz"
said=$(rpmbuild -bb --nodeps --define "_topdir $work/rpm" --define "_unitdir /usr/lib/systemd/system" \
	--define "build_ldflags %{nil}" --define "systemd_post() :" --define "systemd_preun() :" --define "systemd_postun() :" \
	packaging/rpm/tcpath.spec 2>&1)
verdict $? "rpmbuild makes its packages" "$(tail -20 <<<"$said")"
mkdir "$work/rpmroot"
for rpm in "$work"/rpm/RPMS/*/*.rpm; do
	rpm2cpio "$rpm" | (cd "$work/rpmroot" && cpio -idm --quiet)
done
[ "$("$work/rpmroot/usr/sbin/tcpath" --version)" = "tcpath $version" ] &&
	diff -r "$src/kmod" "$work/rpmroot/usr/src/tcpath-$version/kmod" >/dev/null &&
	[ -s "$work/rpmroot/usr/lib/systemd/system/tcpath.service" ]
verdict $? "with the program, the module's sources as in Debian's, and the unit" \
	"$(find "$work/rpmroot" -type f | head -50)"
said=$(rpmspec --define "_unitdir /usr/lib/systemd/system" -q packaging/rpm/tcpath.spec \
	--qf '%{name}-%{version}\n' 2>&1)
grep -qx "tcpath-$version" <<<"$said" && grep -qx "tcpath-dkms-$version" <<<"$said"
verdict $? "rpm reads the spec, of the same version" "$said"
grep -qx "PKG_VERSION:=$version" packaging/openwrt/Makefile && grep -q "\"$version\"" packaging/dkms/dkms.conf
verdict $? "so say the OpenWrt recipe and dkms.conf"

# What the program is built with stands in each recipe; OpenWrt has a name of its own for one.
openwrt() { sed -n 's/^PKG_BUILD_DEPENDS:=//p; s/^  DEPENDS:=//p' packaging/openwrt/Makefile; }
said=$(make -s -C tools needs | while read -r pc deb; do
	grep -q "^BuildRequires:.*pkgconfig($pc)" packaging/rpm/tcpath.spec || echo "$pc: not in the spec"
	sed -n '/^Build-Depends:/,/^[^ B]/p' packaging/debian/control | grep -qw -- "$deb" ||
		echo "$deb: not among Build-Depends"
	openwrt | grep -qw "${pc/ncursesw/libncurses}" || echo "$pc: not in OpenWrt's recipe"
done)
[ -z "$said" ] && [ "$(make -s -C tools needs | wc -l)" -ge 4 ]
verdict $? "each recipe asks for what the program is built with" "$said"

# OpenWrt's C library is musl: all that the recipe compiles, with the headers of the libraries
# and the kernel, which are the same for each C library.
mkdir "$work/musl"
ln -s /usr/include/{linux,asm-generic,libmnl,pcap,pcap.h,curses.h,ncurses.h,ncurses_dll.h,unctrl.h} \
	/usr/include/*-linux-gnu/asm "$(find /usr/include -name microhttpd.h | head -1)" "$work/musl"
said=$(for file in tools/*.c tools/cmd/*.c tools/lib/*.c kmod/engine/*.c; do
	musl-gcc -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -Werror -D_GNU_SOURCE \
		-DTCPATH_VERSION='"0"' -isystem "$work/musl" -Itools -Ikmod -Ikmod/engine \
		-c -o "$work/object" "$file" 2>&1
done)
[ -z "$said" ]
verdict $? "the program compiles where libc is musl" "$said"

make -s tools && make -s -C tools install DESTDIR="$work/dest" >/dev/null &&
	[ "$(find "$work/dest" -type f | wc -l)" = 10 ] && make -s -C tools uninstall DESTDIR="$work/dest"
[ -z "$(find "$work/dest" -not -type d)" ]
verdict $? "make uninstall leaves nothing that make install brought" "$(find "$work/dest" -type f)"
echo "1..$n"
exit $failed
