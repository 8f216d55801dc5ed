#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# guest/ao.sh on the newest 7.x, which speaks TCP-AO; 6.1 and 6.12 do not.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/target.sh"

"$kernels/deps.sh" build
stock 7
ko=$(build_module tcpath "$kernels/../.." Kbuild Makefile kmod)
exec "$kernels/../guest/run.sh" -k 7 -t 900 -f "$ko" "$kernels/../guest/ao.sh"
