#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Completion, typed into interactive shells on a terminal. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
export TMUX_TMPDIR=$work LC_ALL=C.UTF-8
trap 'tmux -L tcpath-test kill-server 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/functions" "$work/empty"
cp build/cli/tcpath "$work/bin/"
PATH=$work/bin:$PATH
. selftests/tap.sh

screen() { tmux -L tcpath-test capture-pane -p -t "$shell"; }

wait_screen() { # REGEX
	local i
	for i in {1..100}; do
		screen | grep -qE -- "$1" && return
		sleep 0.1
	done
	return 1
}

# completes TYPED REGEX: TYPED and two tabs leave a screen with REGEX.
completes() {
	local rc=0
	tmux -L tcpath-test send-keys -t "$shell" C-c
	tmux -L tcpath-test send-keys -t "$shell" -l "clear; : $((++prompts))"
	tmux -L tcpath-test send-keys -t "$shell" Enter
	wait_screen '^READY' || true
	tmux -L tcpath-test send-keys -t "$shell" -l "$1"
	tmux -L tcpath-test send-keys -t "$shell" Tab Tab
	wait_screen "$2" || rc=$?
	verdict $rc "$shell: $1 -> $2" "$(screen)"
}

start() { # COMMAND...
	tmux -L tcpath-test -f /dev/null new-session -d -s "$shell" -x 100 -y 24 "$*"
}

both() {
	prompts=0
	completes 'tcpath diag' '^READY tcpath diagnose $|^READY tcpath diagnose$'
	completes 'tcpath -j sho' '^READY tcpath -j show'
	completes 'tcpath show ' 'counters.*flows.*handshakes.*pairs'
	completes 'tcpath attach ' 'local.*tap'
	completes 'tcpath attach tap l' '^READY tcpath attach tap lo'
	completes 'tcpath show flows s' 'sport.*src.*state|src.*sport.*state'
	completes 'tcpath show flows state sil' '^READY tcpath show flows state silent'
	completes 'tcpath policy add strip timest' '^READY tcpath policy add strip timestamps'
	completes 'tcpath policy add strip wscale,timest' '^READY tcpath policy add strip wscale,timestamps'
	completes 'tcpath policy add iif l' '^READY tcpath policy add iif lo'
	completes 'tcpath completion ' 'bash.*zsh'
	completes "tcpath policy load $work/bin/tc" "^READY tcpath policy load $work/bin/tcpath"
}

shell=bash
"$work/bin/tcpath" completion bash >"$work/completion" && bash -n "$work/completion"
verdict $? "bash reads it"
printf 'PS1="READY "\nbind "set show-all-if-ambiguous on"\n. %s\n' "$work/completion" >"$work/rc"
start "bash --noprofile --rcfile $work/rc -i"
wait_screen '^READY' && both

shell=zsh
"$work/bin/tcpath" completion zsh >"$work/functions/_tcpath" && zsh -n "$work/functions/_tcpath"
verdict $? "zsh reads it"
cat >"$work/empty/.zshrc" <<END
PS1='READY '
fpath=($work/functions \$fpath)
autoload -U compinit
compinit -u -d $work/dump
END
start "env ZDOTDIR=$work/empty zsh -i"
wait_screen '^READY' && both

[ "$n" -ge 22 ]
verdict $? "both shells were there"
echo "1..$n"
exit $failed
