#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# initramfs.sh RELEASE MODULES: prints the path of the guest's base initramfs, made from this
# machine's own programs and their libraries, and the network modules of the kernel given.
# Kept in the cache under the digest of everything that went in.
set -euo pipefail
. "$(dirname "$0")/fetch.sh"

PROGRAMS="bash dash
	basename cat chmod chown cp cut date dd dirname du env expr false head id ln ls md5sum
	mkdir mkfifo mknod mktemp mv nice nproc od paste printf pwd readlink realpath rm rmdir
	seq sha256sum sleep sort split stat stty sync tac tail tee test timeout touch tr true
	truncate tty uname uniq wc yes
	awk cmp diff find grep gzip kill pgrep pkill ps sed sysctl tar xargs
	dmesg flock getopt mount nsenter setpriv setsid umount unshare
	bridge ip nstat ss tc ethtool nft iptables ip6tables iptables-legacy ip6tables-legacy
	ebtables tcpdump insmod lsmod modinfo modprobe rmmod depmod"
MODULES='net/(802|8021q|bridge|core|ipv4|ipv6|llc|mptcp|netfilter|sched|xfrm)/
	|drivers/net/(bonding|dummy|ifb|macvlan|net_failover|nlmon|tun|veth|virtio_net|vrf|vxlan)'
MODULES=${MODULES//[$'\n\t ']/}

# Plug-ins that programs open by name, so that ldd does not tell of them.
plugins() {
	local d
	for d in /usr/lib/x86_64-linux-gnu/xtables /usr/lib/tc; do
		[ ! -d "$d" ] || find "$d" -type f
	done
}

# The system's own: what somebody has put before them may be a script around one.
programs() {
	local p path PATH=/usr/sbin:/usr/bin:/sbin:/bin
	for p in $PROGRAMS; do
		path=$(type -P "$p") || die "'$p' is not installed (selftests/deps.sh guest)"
		echo "$path"
	done
	"$(dirname "$0")/nginx.sh"
}

libraries() {
	xargs -r ldd 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' | grep -v ':$' | sort -u
}

# The chosen modules and, from modules.dep, all that they need.
wanted_modules() {
	[ -f "$1/modules.dep" ] || /sbin/depmod -b "${1%/lib/modules/*}" "${1##*/}"
	awk -F'[: ]+' -v want="$MODULES" '
		$1 ~ want { for (i = 1; i <= NF; i++) if ($i != "") print $i }' \
		"$1/modules.dep" | sort -u
}

copy_programs() {
	local root=$1 p
	mkdir -p "$root"/{dev,proc,sys,tmp,run,root,etc,var/log,var/lib/nginx,lab,out}
	mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
	for p in bin sbin lib lib64; do ln -s "usr/$p" "$root/$p"; done
	# Under /usr/bin by the name they are called by: some tell from it what to do.
	while read -r p; do cp -L "$p" "$root/usr/bin/${p##*/}"; done <"$root.programs"
	ln -sf bash "$root/usr/bin/sh"
	for p in modprobe insmod; do ln -sf "../bin/$p" "$root/usr/sbin/$p"; done
	cat "$root.plugins" "$root.libs" | while read -r p; do
		mkdir -p "$root${p%/*}"
		cp -L "$p" "$root$p"
	done
	printf 'root:x:0:0::/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n' \
		>"$root/etc/passwd"
	printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
	for p in protocols services ethertypes; do
		[ ! -f "/etc/$p" ] || cp "/etc/$p" "$root/etc/"
	done
}

copy_modules() {
	local root=$1 release=$2 modules=$3 dest=$1/usr/lib/modules/$2 m
	mkdir -p "$dest"
	for m in order builtin builtin.modinfo; do
		if [ -f "$modules/modules.$m" ]; then cp "$modules/modules.$m" "$dest"; fi
	done
	wanted_modules "$modules" | while read -r m; do
		mkdir -p "$dest/${m%/*}"
		cp "$modules/$m" "$dest/$m"
	done
	# Unpacked here once, and not at every boot by an emulated processor.
	find "$dest" -name '*.ko.xz' -exec xz -d {} +
	/sbin/depmod -b "$root" "$release" 2>&1 | grep -v 'could not open modules\.' || true
}

main() {
	[ $# -eq 2 ] || die "usage: initramfs.sh RELEASE MODULES"
	local release=$1 modules=$2 tmp root key out
	cache_lock "initramfs-$release"
	tmp=$(mktemp -d)
	# shellcheck disable=SC2064  # expand now: tmp is local
	trap "rm -rf '$tmp'" EXIT
	root=$tmp/root
	programs >"$root.programs"
	plugins >"$root.plugins"
	cat "$root.programs" "$root.plugins" | libraries >"$root.libs"
	key=$({ cat "$0"; echo "$modules"; xargs stat -L -c '%n %s %Y' \
		<<<"$(cat "$root".{programs,plugins,libs})"; } | sha256sum | cut -c1-16)
	out=$CACHE/initramfs/$release-$key.cpio
	if [ ! -f "$out" ]; then
		mkdir -p "$CACHE/initramfs"
		rm -f "$CACHE/initramfs/$release"-*.cpio
		copy_programs "$root"
		copy_modules "$root" "$release" "$modules"
		(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) >"$out.tmp"
		mv "$out.tmp" "$out"
	fi
	echo "$out"
}

main "$@"
