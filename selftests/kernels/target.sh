# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Names of kernels under test, how each is built, run, and given modules.
# shellcheck disable=SC2154 # kernels and cache are lib.sh's

# target KERNEL: sets linux, kdir, arch and run for one of
# uml-6.1 uml-6.12 (debug), plain-6.1 plain-6.12, smp-6.1
# shellcheck disable=SC2034 # read by the callers
target() {
	local built
	kernel=$1 module_flags=
	case $kernel in
	uml-*) built=$("$kernels/uml.sh" "${kernel#uml-}" debug) arch=um run=umlrun.sh ;;
	plain-*) built=$("$kernels/uml.sh" "${kernel#plain-}" plain) arch=um run=umlrun.sh ;;
	smp-*) built=$("$kernels/smp.sh" "${kernel#smp-}") arch=x86_64 run=smprun.sh ;;
	*) die "no such kernel: $kernel (uml-6.1, uml-6.12, plain-6.1, plain-6.12, smp-6.1)" ;;
	esac || exit 1
	linux=$(sed -n 's/^linux=//p' <<<"$built")
	kdir=$(sed -n 's/^kdir=//p' <<<"$built")
	# Coverage, and what the whole kernel would not pass: our objects must.
	[[ $kernel != uml-* ]] ||
		module_flags="UBSAN_SANITIZE=y KCOV_INSTRUMENT=y KCFLAGS=-fsanitize=alignment"
	logs=$cache/logs/$kernel
	mkdir -p "$logs"
}

# stock VERSION: sets kernel, kdir and what else a build against a stock Debian kernel needs;
# 7.x is built in a folder of its own, with trixie's compiler.
# shellcheck disable=SC2034 # read by the callers
stock() {
	local made
	kernel=stock-$1 arch=x86_64 module_flags=W=1 chroot=
	if [ "$1" = 7 ]; then
		made=$("$kernels/trixie.sh") || return
		chroot=$(sed -n 's/^root=//p' <<<"$made")
		kdir=/lib/modules/$(sed -n 's/^release=//p' <<<"$made")/build
		compiler=$(chroot "$chroot" gcc -dumpfullversion)
		return
	fi
	made=$("$kernels/../guest/kernel.sh" "$1") || return
	kdir=$(sed -n 's/^headers=//p' <<<"$made")
	compiler=$(gcc -dumpfullversion)
}

# run_in_kernel LOG SCRIPT ARGS...
run_in_kernel() {
	"$kernels/$run" "$linux" -t "${seconds:-300}" -l "$1" -a "${append:-}" "${@:2}"
}

# copy_sources TO FILE...: what differs is copied, and is new then: several trees come
# here one after the other, and a file may be older than what was made of another's.
copy_sources() {
	local to=$1 old
	shift
	(cd "$to" && find . -name '*.[ch]') | while read -r old; do
		[ -e "$old" ] || rm "$to/$old"
	done
	find "$@" \( -name '*.[ch]' -o -name Kbuild -o -name Makefile \) -print0 |
		rsync -0 --files-from=- --checksum --quiet ./ "$to/"
}

# build_module NAME DIRECTORY FILE...: builds a copy, since the tree itself may
# hold the objects of another kernel; prints the path of NAME.ko.  Where chroot
# is set, the build happens in there.
build_module() {
	local name=$1 from=$2 copy=${chroot:-}$cache/modules/$kernel/$1 log
	log=$cache/modules/$kernel/$1.log
	mkdir -p "$copy" "${log%/*}"
	(
		flock 8
		cd "$from" && copy_sources "$copy" "${@:3}" || exit
		# shellcheck disable=SC2086 # words
		inside "${chroot:-}" make -C "${copy#"${chroot:-}"}" \
			KDIR="$kdir" ARCH="$arch" $module_flags module
	) 8>"$copy.lock" >"$log" 2>&1 || {
		tail -20 "$log" >&2
		echo "$name does not build for $kernel, log in $log" >&2
		return 1
	}
	echo "$copy/$name.ko"
}
