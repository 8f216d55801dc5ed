# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Where kernels live, how their source gets there, how one is configured.

kernels=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
cache=${TCPATH_CACHE:-$HOME/.cache/tcpath}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# inside ROOT COMMAND...: in another root, where "" is our own.  What is mounted
# for it (objtool reads /proc) goes with the mount namespace.
inside() {
	# shellcheck disable=SC2016 # for the inner shell
	[ -z "$1" ] || set -- unshare --mount sh -c \
		'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$@"
	[ -n "$1" ] || shift
	"$@"
}

# Two callers may want the same kernel: the second waits, then finds it built.
lock_cache() {
	mkdir -p "$cache"
	exec 9>"$cache/$1.lock"
	flock 9
}

# The package's version is part of every key: a security update is a new kernel.
source_version() {
	dpkg-query -W -f '${Version}' "linux-source-$1" 2>/dev/null ||
		die "install linux-source-$1 (selftests/kernels/deps.sh does)"
}

# Prints the unpacked tree, with what has to be mended in it; builds never write into it.
source_tree() {
	local tree fix
	tree=$cache/linux-$(source_version "$1") || exit 1
	tree+=-$(cat "$kernels"/patch/*.patch | sha256sum | cut -c1-12)
	if [ ! -e "$tree/Makefile" ]; then
		rm -rf "$tree.part"
		mkdir -p "$tree.part"
		tar -C "$tree.part" --strip-components=1 -xf "/usr/src/linux-source-$1.tar.xz"
		for fix in "$kernels"/patch/*.patch; do
			patch -s -p1 -d "$tree.part" <"$fix" >&2 || exit 1
		done
		mv "$tree.part" "$tree"
	fi
	echo "$tree"
}

fragments() {
	local name
	for name in "$@"; do
		echo "$kernels/config/$name.config"
	done
}

fragment_hash() {
	# shellcheck disable=SC2046,SC2002 # paths without blanks, from this directory
	cat $(fragments "$@") "$kernels"/patch/*.patch | sha256sum | cut -c1-12
}

# configure TREE OUT ARCH BASE FRAGMENT...
configure() {
	local tree=$1 out=$2 arch=$3 base=$4
	shift 4
	mkdir -p "$out"
	make -s -C "$tree" O="$out" ARCH="$arch" "$base"
	# shellcheck disable=SC2046
	(cd "$out" && "$tree/scripts/kconfig/merge_config.sh" -m -O . .config \
		$(fragments "$@") >merge.log)
	make -s -C "$tree" O="$out" ARCH="$arch" olddefconfig
}

# What was asked for and is not there, one symbol a line: a kernel that lacks
# an instrument must not look like one that found nothing.
config_missing() {
	local out=$1 line
	shift
	# shellcheck disable=SC2046
	grep -h '^CONFIG_' $(fragments "$@") | while read -r line; do
		grep -qxF "$line" "$out/.config" || echo "${line%%=*}"
	done
}

# build_kernel KIND VERSION ARCH BASE TARGET FRAGMENT...: sets and prints out.
build_kernel() {
	local kind=$1 arch=$3 base=$4 target=$5 version key tree
	"$kernels/deps.sh" build "linux-source-$2" >&2
	version=$(source_version "$2")
	set -- "$2" "${@:6}"
	key=$kind-$version-$(fragment_hash "${@:2}")
	out=$cache/$key
	lock_cache "$key"
	if [ ! -e "$out/.built" ]; then
		tree=$(source_tree "$1")
		echo "building $kind $version (${*:2}), log in $out.log" >&2
		{
			configure "$tree" "$out" "$arch" "$base" "${@:2}" &&
				nice make -j"$(nproc)" -C "$tree" O="$out" ARCH="$arch" \
					"$target" modules
		} >"$out.log" 2>&1 || { tail -20 "$out.log" >&2; die "the build failed"; }
		config_missing "$out" "${@:2}" >"$out/missing.config"
		touch "$out/.built"
	fi
	flock -u 9
	echo "kdir=$out"
}

# silent_but_for WITHOUT WITH LOG: the kernel said no more with the module than without.
silent_but_for() {
	local said
	if said=$("$kernels/gate.sh" -c -r "$1" "$2"); then
		echo "ok - the kernel has nothing to say"
		return
	fi
	echo "# ${said//$'\n'/$'\n'# }"
	echo "not ok - the kernel complains, log in $3"
	return 1
}
