#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Boots User Mode Linux on the host's own files (read-only) and runs a script
# in it as root.  The script's output and exit status are ours; the console
# goes to a log file that is kept.
# usage: umlrun.sh LINUX [-t SECONDS] [-l LOG] [-m MEMORY] [-a KERNEL-ARGS] SCRIPT [ARG...]
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/job.sh"

[ $# -ge 2 ] || die "usage: umlrun.sh LINUX [-t SECONDS] [-l LOG] [-m MEMORY] SCRIPT [ARG...]"
linux=$(readlink -e "$1") || die "no such kernel: $1"
shift
parse_options "$@"
shift $((OPTIND - 1))
make_job "$@"

# The kernel makes its descriptors non-blocking, which our caller's must not be.
exec 3> >(exec cat)
words=$!
# shellcheck disable=SC2086 # words
boot "$linux" mem="$memory" uml_dir="$job/" rootfstype=hostfs rootflags=/ ro \
	con=null con0=null,fd:1 ssl=null ssl0=null,fd:3 console=tty0 \
	slub_debug=- kasan_multi_shot $append \
	init="$kernels/init.sh" job="$job" share=hostfs output=/dev/ttyS0 \
	>"$log" 2>&1
exec 3>&-
wait $words
finish_job
