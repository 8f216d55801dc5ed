#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# scenes.sh: findings that need data, from real faults in a guest; TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec selftests/guest/run.sh -k 6.1 -t 400 selftests/desk/scenes-guest.sh
