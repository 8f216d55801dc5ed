#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds a small x86 kernel with KCSAN, lockdep and fail_function from Debian's
# kernel source, for two processors under QEMU, and prints where it is.
# usage: smp.sh [6.1]
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
build_kernel smp "${1:-6.1}" x86_64 allnoconfig bzImage net watch smp
echo "linux=$out/arch/x86/boot/bzImage"
