#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# scenes.sh: findings that need data, from real faults in a guest; TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."
ko=$(selftests/guest/module.sh 6.1)
exec selftests/guest/run.sh -k 6.1 -t 500 -f "$ko" -f build/desk/blindwall selftests/desk/scenes-guest.sh
