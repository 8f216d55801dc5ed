#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The story of the imaging site, for somebody who watches: installs, builds, boots and plays.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)

"$top/selftests/deps.sh" build guest
echo "Building tools/tcpath, and tcpath.ko for the guest's stock Debian kernel"
make -s -C "$top" tools >/dev/null
ko=$("$here/module.sh" 6.1)
export TCPATH_DEMO=1
echo "Booting Debian's own Linux $("$here/kernel.sh" 6.1 | sed -n 's/^release=//p') in QEMU"
exec "$here/run.sh" -t 600 -f "$ko" "$here/demo-guest.sh"
