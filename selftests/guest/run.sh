#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Boots a stock Debian kernel in QEMU with an initramfs of this machine's own programs, runs
# SCRIPT in it and exits with its status. What the kernel's log says counts, too.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/fetch.sh"

flavour=6.1 append="" limit=300 outdir="" log=${TCPATH_GUEST_LOG:-} count="" trace="" memory=1G
modules=() files=() roots=()

usage() {
	cat <<-'END'
	usage: run.sh [-k FLAVOUR] [-a KERNEL-ARGS] [-t SECONDS] [-m MODULE.ko]... [-f FILE]...
	              [-R ROOT]... [-l LOG] [-o OUTDIR] [-r MEMORY] [-i] [-p FILE]
	              SCRIPT [ARGS]
	  -k  6.1 (default), 6.12 or 7: see kernel.sh
	  -a  more arguments for the kernel
	  -t  seconds until the guest is given up (300)
	  -m  copied to /lab and loaded before SCRIPT runs
	  -f  copied to /lab (selftests/guest and the CLI are there anyway)
	  -R  a folder that is laid over the guest's root: programs that one test needs
	  -l  keep the console's log here (default: in the cache, named when something is wrong)
	  -o  what SCRIPT leaves in /out is copied to OUTDIR
	  -r  the guest's memory (1G)
	  -i  one processor, whose clock counts its instructions: a nanosecond each
	  -p  with -i: a line in FILE for each instruction of a module, with its address
	Variables TCPATH_*, COLUMNS and NO_COLOR reach the guest; TCPATH_KVM=1 uses KVM.
	END
}

# A file for the console's log; of those that nobody asked for, the last 30 stay.
new_log() {
	local dir=$CACHE/logs/guest
	mkdir -p "$dir"
	find "$dir" -type f -printf '%T@ %p\n' | sort -rn | tail -n +30 | cut -d' ' -f2- |
		xargs -r rm -f
	mktemp "$dir/$flavour-XXXXXX.log"
}

# The part that changes from run to run: /init, /lab and what to do there.
overlay() {
	local root=$1 m v
	shift
	mkdir -p "$root/lab" "$root/usr/bin"
	cp "$here/init" "$root/init"
	cp -r "$here"/. "$root/lab/"
	[ ! -x "$here/../../tools/tcpath" ] || cp "$here/../../tools/tcpath" "$root/usr/bin/"
	[ ${#files[@]} -eq 0 ] || cp -r "${files[@]}" "$root/lab/"
	[ ${#modules[@]} -eq 0 ] || cp "${modules[@]}" "$root/lab/"
	cp "$1" "$root/lab/"
	{
		echo "MODULES=("
		for m in "${modules[@]}"; do printf '%q\n' "/lab/${m##*/}"; done
		echo ")"
		for v in ${!TCPATH_@} COLUMNS NO_COLOR; do
			[ ! -v "$v" ] || printf 'export %s=%q\n' "$v" "${!v}"
		done
		printf 'COMMAND=('
		printf '%q ' "/lab/${1##*/}" "${@:2}"
		echo ")"
	} >"$root/lab/.run"
	(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet)
}

libs_of_cli() {
	local root=$1 lib
	[ -x "$here/../../tools/tcpath" ] || return 0
	ldd "$here/../../tools/tcpath" | grep -oE '/[^ ]+\.so[^ ]*' | while read -r lib; do
		mkdir -p "$root/usr${lib%/*}"
		cp -L "$lib" "$root/usr$lib"
	done
}

more_roots() {
	local dir
	for dir in "${roots[@]}"; do
		(cd "$dir" && find . | cpio -o -H newc -R 0:0 --quiet)
	done
}

# Lets the script's lines through; the last one, the verdict, goes to a file.
relay() {
	local line
	while IFS= read -r line || [ -n "$line" ]; do
		case $line in
		'@guest exit='*) echo "$line" >"$1" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done
}

boot() {
	local machine=(-accel "tcg,thread=multi,tb-size=256" -smp 2) cpu=max
	[ "${TCPATH_KVM:-}" != 1 ] || machine=(-accel "kvm" -smp 2)
	if [ -n "$count" ]; then
		machine=(-accel "tcg,thread=single,tb-size=256" -icount "shift=0,sleep=off" -smp 1)
		cpu+=,erms=off,fsrm=off # rep movsb would count once for each byte
	fi
	if [ -n "$trace" ]; then
		machine=("${machine[@]/tcg,/tcg,one-insn-per-tb=on,}" -d "exec,nochain"
			-dfilter 0xffffffffc0000000..0xfffffffffeffffff -D "$trace")
		append+=" nokaslr"
	fi
	# no_timer_check: on a host that is short of time the kernel takes the emulated timer
	# for a dead one, and gives up.
	timeout --foreground "$limit" "$qemu" "${machine[@]}" \
		-cpu "$cpu" -m "$memory" \
		-nodefaults -no-user-config -display none -no-reboot \
		-kernel "$vmlinuz" -initrd "$tmp/initrd" \
		-append "console=ttyS0 loglevel=5 panic=-1 panic_on_warn=1 random.trust_cpu=on no_timer_check $append" \
		-serial "file:$log" -chardev stdio,id=out,signal=off -serial chardev:out \
		-serial "file:$tmp/out.tar" </dev/null
}

# The kernel's own word against the script: a report in its log fails the run.
console_report() {
	grep -aE -m1 'Kernel panic|WARNING: |BUG: |Oops: |general protection|UBSAN: |KFENCE: ' \
		"$log" || true
}

verdict() {
	local rc=$1 exit_code tainted report
	report=$(console_report)
	[ -z "$report" ] || die "the guest's kernel reported: $report (see $log)"
	if [ ! -f "$tmp/verdict" ]; then
		[ "$rc" != 124 ] || die "the guest was given up after $limit s (see $log)"
		die "the guest ended without a verdict (see $log)"
	fi
	read -r exit_code tainted <<<"$(sed 's/[^0-9 ]//g' "$tmp/verdict")"
	# 4096 and 8192: an out-of-tree and an unsigned module, as ours is.
	[ $((tainted & ~12288)) -eq 0 ] || die "the guest's kernel is tainted: $tainted (see $log)"
	return "$exit_code"
}

main() {
	local opt rc=0
	while getopts k:a:t:m:f:R:l:o:r:p:ih opt; do
		case $opt in
		k) flavour=$OPTARG ;;
		a) append=$OPTARG ;;
		t) limit=$OPTARG ;;
		m) modules+=("$OPTARG") ;;
		f) files+=("$OPTARG") ;;
		R) roots+=("$OPTARG") ;;
		l) log=$OPTARG ;;
		o) outdir=$OPTARG ;;
		r) memory=$OPTARG ;;
		i) count=1 ;;
		p) trace=$OPTARG ;;
		h) usage; exit ;;
		*) usage >&2; exit 1 ;;
		esac
	done
	shift $((OPTIND - 1))
	[ $# -ge 1 ] || { usage >&2; exit 1; }
	[ -f "$1" ] || die "no script '$1'"
	[ -t 1 ] || export NO_COLOR=1

	make -s --no-print-directory -C "$here/../.." -f selftests/guest/guest.mk guest-programs
	local env vmlinuz modules_dir release base qemu
	qemu=$("$here/qemu.sh")
	env=$("$here/kernel.sh" "$flavour")
	vmlinuz=$(sed -n 's/^vmlinuz=//p' <<<"$env")
	modules_dir=$(sed -n 's/^modules=//p' <<<"$env")
	release=$(sed -n 's/^release=//p' <<<"$env")
	base=$("$here/initramfs.sh" "$release" "$modules_dir")

	tmp=$(mktemp -d)
	trap 'rm -rf "$tmp"' EXIT
	: "${log:=$(new_log)}"
	libs_of_cli "$tmp/overlay"
	{ cat "$base"; more_roots; overlay "$tmp/overlay" "$@"; } >"$tmp/initrd"
	boot | relay "$tmp/verdict" || rc=$?
	if [ -n "$outdir" ] && [ -s "$tmp/out.tar" ]; then
		mkdir -p "$outdir" && tar -C "$outdir" -xf "$tmp/out.tar"
	fi
	verdict "$rc"
}

main "$@"
