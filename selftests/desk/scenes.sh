#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# scenes.sh data|handshakes: findings from real faults in a guest; TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."
ko=$(selftests/guest/module.sh 6.1)
case ${1:-} in
# One processor: two of them, and busy ones, reorder what passes the cables between namespaces.
data) script=scenes-guest.sh append=maxcpus=1 ;;
handshakes) script=causes-guest.sh append= ;;
*) echo "usage: scenes.sh data|handshakes" >&2; exit 2 ;;
esac
exec selftests/guest/run.sh -k 6.1 -t 900 -a "$append" -f "$ko" -f build/desk/blindwall "selftests/desk/$script"
