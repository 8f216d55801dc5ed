#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Boots an x86 kernel under QEMU on the host's own files (read-only) and runs a
# script in it as root, on two processors.  As umlrun.sh in everything else.
# usage: smprun.sh BZIMAGE [-t SECONDS] [-l LOG] [-m MEMORY] [-s CPUS] [-a KERNEL-ARGS] SCRIPT [ARG...]
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/job.sh"

[ $# -ge 2 ] || die "usage: smprun.sh BZIMAGE [-t SECONDS] [-l LOG] [-m MEMORY] SCRIPT [ARG...]"
linux=$(readlink -e "$1") || die "no such kernel: $1"
shift
parse_options "$@"
shift $((OPTIND - 1))
make_job "$@"

# shellcheck disable=SC2054 # QEMU's own commas
share=(-fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"
	-device virtio-9p-pci,fsdev=root,mount_tag=root
	-fsdev "local,id=job,path=$job,security_model=none"
	-device virtio-9p-pci,fsdev=job,mount_tag=job)
# shellcheck disable=SC2054,SC2206 # 9p's commas; words
arguments=(console=ttyS0 panic=-1 kcsan.early_enable=0 ro root=root rootfstype=9p
	rootflags=trans=virtio,version=9p2000.L,cache=loose $append
	init="$kernels/init.sh" job="$job" share=9p output=/dev/ttyS1)
qemu=$("$kernels/../guest/qemu.sh")
boot "$qemu" -accel tcg,thread=multi -cpu max \
	-smp "$processors" -m "$memory" -nodefaults -display none -no-reboot \
	"${share[@]}" -serial "file:$log" -serial stdio \
	-kernel "$linux" -append "${arguments[*]}"
finish_job
