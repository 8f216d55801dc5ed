#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# top.sh [OUTDIR]: tcpath top in a guest, on a terminal that tmux makes; TAP. Screens are left
# in OUTDIR (build/desk/screens). The guest's own programs have no terminal: it is brought along.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:-build/desk/screens}
bag=build/desk/terminal

# tmux with its libraries, what a terminal is, and the letters of UTF-8.
pack() {
	local tmux
	tmux=$(type -P tmux) || { echo "top.sh: tmux is not installed (selftests/deps.sh guest)" >&2; exit 1; }
	rm -rf "$bag"
	mkdir -p "$bag"/{lib,terminfo/t,locale} "$out"
	cp -L "$tmux" "$bag/tmux"
	ldd "$tmux" | grep -oE '/[^ ]+\.so[^ ]*' | grep -v ld-linux | xargs cp -Lt "$bag/lib"
	cp -L /lib/terminfo/t/tmux-256color "$bag/terminfo/t/"
	cp -rL /usr/lib/locale/C.utf8 "$bag/locale/"
}

pack
: "${TCPATH_MODULE:=$(selftests/guest/module.sh 6.1)}"
exec selftests/guest/run.sh -k 6.1 -t 600 -f "$TCPATH_MODULE" -f "$bag" -o "$out" selftests/desk/top-guest.sh
