#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Makes a folder with Debian trixie, its compiler and the headers of the newest
# 7.x kernel in trixie-backports: their tools need a newer libc than bookworm's.
# Prints where it is, and the release of the kernel.  To renew it, remove it.
# usage: trixie.sh
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/../guest/fetch.sh"

populate() {
	local mirror
	mirror=$(mirror_of trixie)
	[ -n "$mirror" ] || die "this machine's apt sources name no Debian mirror"
	rm -rf "$root"
	unshare --mount debootstrap --variant=minbase --include=gcc,make \
		--keyring="$KEYRING" trixie "$root" "$mirror"
	echo "deb $mirror trixie-backports main" >"$root/etc/apt/sources.list.d/backports.list"
	cp /etc/resolv.conf "$root/etc/"
	inside "$root" apt-get -qq update
	inside "$root" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
		-t trixie-backports install linux-headers-cloud-amd64
	inside "$root" apt-get clean
}

root=$cache/trixie
lock_cache trixie
if [ ! -e "$root/.complete" ]; then
	"$kernels/deps.sh" debootstrap >&2
	echo "making a trixie folder, log in $root.log" >&2
	populate >"$root.log" 2>&1 || { tail -20 "$root.log" >&2; die "no trixie folder"; }
	touch "$root/.complete"
fi
echo "root=$root"
echo "release=$(ls "$root/lib/modules")"
