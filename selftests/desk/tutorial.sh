#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tutorial.sh: Documentation/tutorial.rst, typed in a guest; TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."
: "${TCPATH_MODULE:=$(selftests/guest/module.sh 6.1)}"
exec selftests/guest/run.sh -k 6.1 -t 600 -f "$TCPATH_MODULE" -f Documentation/tutorial.rst \
	selftests/desk/tutorial-guest.sh
