#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the other exporter, ipt-netflow, from the source in Debian's package, with the
# options of that package but NAT events, which would need nf_conntrack.
# usage: netflow.sh KDIR ARCH NAME
# Prints the directory with ipt_NETFLOW.ko and the iptables extension (xtables/).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/../guest/fetch.sh"

[ $# -eq 3 ] || die "usage: netflow.sh KDIR ARCH NAME"
kdir=$1 arch=$2 package=iptables-netflow-dkms
build=$CACHE/modules/$3/netflow

fetch() {
	local suite
	# shellcheck source=/dev/null
	suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
	apt_state netflow "$suite"
	rm -rf "$CACHE/netflow" "$CACHE/netflow.part"
	unpack_into "$CACHE/netflow.part" "$package"
	mv "$CACHE/netflow.part" "$CACHE/netflow"
}

# Its own tests of the kernel read KDIR from a Makefile, and ARCH from the environment.
compile() {
	cp "$CACHE"/netflow/usr/src/ipt-netflow-*/* "$build"
	cat >"$build/Makefile" <<-END
		KDIR = $kdir
		obj-m := ipt_NETFLOW.o
		ccflags-y := -DSNMP_RULES -DENABLE_MAC -DENABLE_VLAN -DENABLE_DIRECTION \
			-DENABLE_SAMPLER -DENABLE_PHYSDEV -DENABLE_PROMISC -DPROMISC_MPLS \
			-DMPLS_DEPTH=3
	END
	cd "$build"
	ARCH=$arch ./gen_compat_def >compat_def.h
	./version.sh --define >version.h
	nice make -C "$kdir" M="$build" ARCH="$arch" modules
}

cache_lock "netflow-$3"
[ -d "$CACHE/netflow" ] || fetch
mkdir -p "$build"
if [ ! "$build/ipt_NETFLOW.ko" -nt "$kdir/Module.symvers" ]; then
	compile >"$build.log" 2>&1 ||
		{ tail -n 15 "$build.log" >&2; die "ipt-netflow does not compile, see $build.log"; }
fi
rm -rf "$build/xtables"
cp -r "$CACHE/netflow/usr/lib/x86_64-linux-gnu/xtables" "$build/"
echo "$build"
