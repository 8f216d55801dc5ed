#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in User Mode Linux: loads both modules and measures.
# usage: uml.sh TCPATH.ko BENCH.ko TOOLS-DIRECTORY ARGS-OF-MEASURE...
set -euo pipefail
insmod "$1"
insmod "$2"
export PATH=$3:$PATH
exec "$(dirname "$0")/measure.sh" "${@:4}"
