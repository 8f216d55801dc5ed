#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs, by apt and only where missing, what one part of the project needs.
set -euo pipefail

declare -A GROUP=(
	[build]="gcc make pkg-config libmnl-dev libpcap-dev libncurses-dev libmicrohttpd-dev
		libc6-dev
		linux-headers-cloud-amd64"
	# nginx is not here on purpose: guest/kernel.sh's sibling guest/fetch.sh unpacks
	# its package beside the guest kernels, so that no service appears on this machine.
	[guest]="qemu-system-x86 cpio gcc libc6-dev iproute2 nftables iptables ethtool tcpdump
		kmod procps util-linux psmisc tmux xz-utils ca-certificates debian-archive-keyring
		libpcre2-8-0 libssl3 libcrypt1 zlib1g"
	[check]="clang llvm libclang-rt-14-dev sparse libcmocka-dev libnl-3-dev
		libnl-genl-3-dev tshark tcpreplay shellcheck mandoc valgrind
		iproute2 procps tmux zsh python3"
	[cross]="gcc-arm-linux-gnueabihf libc6-dev-armhf-cross gcc-s390x-linux-gnu
		libc6-dev-s390x-cross qemu-user debian-archive-keyring"
	[kselftest]="bc bsdextrautils conntrack hostname iperf3 iputils-arping iputils-ping jq
		netsniff-ng socat traceroute"
	[desk]="chromium python3"
	[packages]="musl-tools devscripts debhelper dh-dkms dkms dpkg-dev fakeroot lintian rpm systemd"
	[bench]="gcc libc6-dev libpcap-dev tshark tcptrace python3"
	[spec]="python3 python3-yaml python3-jsonschema perl diffutils dpkg xz-utils
		debian-archive-keyring"
)

die() { echo "deps.sh: $*" >&2; exit 1; }

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing() {
	local p
	for p in "$@"; do installed "$p" || echo "$p"; done
}

apt_get() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o=Dpkg::Use-Pty=0 \
		-o DPkg::Lock::Timeout=600 "$@"
}

# An old package list names files that the mirror no longer has: update once, then retry.
install() {
	local log rc=0
	log=$(mktemp)
	if ! apt_get install -y --no-install-recommends "$@" >"$log" 2>&1; then
		{
			apt_get update && apt_get install -y --no-install-recommends "$@"
		} >"$log" 2>&1 || rc=$?
	fi
	[ "$rc" = 0 ] || cat "$log" >&2
	rm -f "$log"
	[ "$rc" = 0 ] || die "apt-get could not install: $*"
}

main() {
	local group want=() need
	[ $# -gt 0 ] || die "usage: deps.sh GROUP... (groups: ${!GROUP[*]})"
	for group in "$@"; do
		[ -n "${GROUP[$group]:-}" ] || die "no group '$group' (groups: ${!GROUP[*]})"
		read -r -d '' -a need <<<"${GROUP[$group]}" || true
		want+=("${need[@]}")
	done
	mapfile -t need < <(missing "${want[@]}" | sort -u)
	[ ${#need[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || die "run as root, or install first: ${need[*]}"
	echo "Installing ${#need[@]} Debian packages: ${need[*]}"
	install "${need[@]}"
}

main "$@"
