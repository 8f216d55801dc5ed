#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds User Mode Linux from Debian's kernel source and prints where it is.
# usage: uml.sh 6.1|6.12 plain|debug
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"

[ $# -eq 2 ] || die "usage: uml.sh 6.1|6.12 plain|debug"
case $2 in
plain) build_kernel uml "$1" um defconfig linux net uml plain ;;
debug) build_kernel uml "$1" um defconfig linux net uml watch debug ;;
*) die "no such configuration: $2 (plain, debug)" ;;
esac
echo "linux=$out/linux"
