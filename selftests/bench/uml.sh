#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in User Mode Linux: loads both modules and measures.
# usage: uml.sh SCRIPT TCPATH.ko BENCH.ko TOOLS-DIRECTORY ARGS-OF-SCRIPT...
set -euo pipefail
insmod "$2"
insmod "$3"
export PATH=$4:$PATH
exec "$(dirname "$0")/$1" "${@:5}"
