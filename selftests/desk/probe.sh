#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# probe.sh: tcpath probe, in a guest; TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec selftests/guest/run.sh -k 6.1 -t 600 selftests/desk/probe-guest.sh
