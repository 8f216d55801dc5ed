#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tcpath top on a real terminal of 80 by 24: what it shows of failing clients, its keys, a
# resize, and that it leaves the terminal as it was. Screens are left in /out.
. /lab/lib.sh
trap 'tmux -L top kill-server 2>/dev/null; site_down' EXIT
export LOCPATH=/lab/terminal/locale TERMINFO=/lab/terminal/terminfo TMUX_TMPDIR=/tmp
tmux() { env LC_ALL=C.UTF-8 LD_LIBRARY_PATH=/lab/terminal/lib /lab/terminal/tmux -u "$@"; }

screen() { tmux -L top capture-pane -p -t top; }
keep() { # NAME: as text, and with its colours, for screen.py
	screen >"/out/top-$1" 2>/dev/null || true
	tmux -L top capture-pane -e -p -t top >"/out/top-$1.ansi" 2>/dev/null || true
}
shows() { screen | grep -qE -- "$1"; }
line() { screen | sed -n "$1p"; }
press() { tmux -L top send-keys -t top "$@"; }
# sees NAME REGEX: within a few samples.
sees() { ok "$1" wait_for 30 shows "$2"; }

lab_up router
deploy -q -n 8 >/dev/null 2>&1 # some are answered, whichever tuple is the first to fail
broken_up 4
deploy -q >/dev/null 2>&1 &
tmux -L top -f /dev/null new-session -d -s top -x 80 -y 24 \
	"bash -c 'ip netns exec box tcpath top 0.5; echo status \$? done; read -r _'"
tmux -L top set-option -g status off
tmux -L top resize-window -t top -x 80 -y 24

sees "it says what runs" '^tcpath [0-9.]+ +hooks on'
sees "a pair is listed" "^$(client_address) +.*:$TCPATH_PORT"
sees "with rates" 'SYNs +[0-9.]+k?/s.*[▁▂▃▄▅▆▇█]'
sees "failures are counted" 'of [0-9]+ SYNs:.*silent'
is "it has 24 lines" "$(screen | wc -l)" 24
keep pairs

press 2
sees "SYN fates have option sets" '[0-9] (m|u)?s +mss ws sack ts'
sees "of the server" "^$(server_address):$TCPATH_PORT"
keep fates
press 1
sees "back to pairs" 'ANSWERED'
press Enter
sees "Enter lists the flows of a pair" "only: src $(client_address) dst $(server_address)"
sees "which are there" "^$(client_address):[0-9]+ +$(server_address):$TCPATH_PORT"
keep flows
press Enter
sees "Enter looks into a flow" 'INITIATOR +RESPONDER'
sees "with its options" 'MSS [0-9]+'
keep flow
press Escape
sees "Esc comes back" 'BYTES'
press Escape
sees "and back again" 'ANSWERED'

press 3
sees "all flows" ' silent +[0-9]'
first() { line 10 | grep -qE -- "$1"; }
press '<'
press '<'
press '<'
ok "by SYNs, most of them first" wait_for 30 first ' silent +[23] '
keep sorted
press r
ok "the other way round" wait_for 30 first ' [a-z-]+ +[01] '
press /
press -l 'dprt 80'
press Enter
sees "a typo in a filter is told" "unknown filter 'dprt'; did you mean 'dport'"
press /
press C-u
press -l "src 10.77.0.0/16"
press Enter
sees "a filter filters" 'Nothing such'
press /
press C-u
press -l "state failed"
press Enter
sees "by state" 'silent'
press '?'
sees "keys are explained" 'Enter +look into it'
press x

tmux -L top resize-window -t top -x 132 -y 40
wide() { [ "$(screen | wc -l)" = 40 ] && shows '^q quit' && [ -n "$(line 40)" ]; }
ok "it fills a larger window" wait_for 30 wide
keep wide
tmux -L top resize-window -t top -x 40 -y 10
sees "too small a window is told" '40 x 10 is too small'
tmux -L top resize-window -t top -x 80 -y 24
sees "and comes back" '^tcpath [0-9.]+ +hooks on'

in_box tcpath disable
sees "hooks that go off are shown" 'hooks off'
in_box tcpath enable
# A terminal that is not asked to draw the same again gets few bytes.
tmux -L top pipe-pane -t top 'cat >/tmp/top-bytes'
press 1
sleep 5
tmux -L top pipe-pane -t top
bytes=$(wc -c </tmp/top-bytes)
ok "what has not changed is not drawn again ($bytes bytes in 5 s)" \
	test "$bytes" -gt 0 -a "$bytes" -lt 8000
fails "the screen is not cleared to draw it" grep -q $'\033\\[2J\|\033\\[H\033\\[J' /tmp/top-bytes
press q
sees "q quits with status 0" 'status 0 done'

out=$(in_box tcpath top 2>&1 </dev/null)
is "without a terminal it refuses with 1" $? 1
like "in one sentence" "$out" '^tcpath: .top. needs a terminal'
tap_done
