#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# parity.sh - do our compat labels agree with tshark 4.0, frame by frame?
#
# usage: parity.sh [CAPTURE...]
#
# Without arguments: the captures beside the project, where they are, and
# captures that obey no rule, made from SEED: bare, and in all the link layers,
# tunnels, fragments and ICMP errors that kinds.py knows. At least 99.9 % of
# labels must agree, and what does not agree must be among the differences
# that are explained in the file of that name.
#
# The seed is always the same, one that found something: who runs the tests
# learns what the change did. For what nobody found yet there is
# check-parity-long.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
tcpath=${TCPATH:-$top/tools/tcpath}
seed=${SEED:-4376}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

labels=(zero_window_probe zero_window lost_segment keep_alive window_update window_full
	keep_alive_ack zero_window_probe_ack duplicate_ack ack_lost_segment
	spurious_retransmission fast_retransmission out_of_order retransmission reused_ports)

case $(tshark --version 2>/dev/null | sed -n '1s/.* \([0-9]*\.[0-9]*\)\..*/\1/p') in
4.0) ;;
*)	echo "1..0 # SKIP the reference is tshark 4.0"
	exit 4 ;;
esac

# Frame, tab, label: a line for each label that tshark gives.
reference() {
	local fields=() l

	for l in "${labels[@]}"; do
		fields+=(-e "tcp.analysis.$l")
	done
	tshark -n -2 -o tcp.desegment_tcp_streams:FALSE -r "$1" -Y tcp.analysis.flags \
		-T fields -e frame.number -E separator=/t "${fields[@]}" 2>/dev/null |
		awk -F '\t' -v names="${labels[*]}" 'BEGIN { split(names, name, " ") }
			{ for (i = 2; i <= NF; i++) if ($i != "") print $1 "\t" name[i - 1] }'
}

ours() {
	"$tcpath" read --labels "$1" 2>/dev/null |
		awk -F '\t' '{ n = split($2, l, ","); for (i = 1; i <= n; i++) print $1 "\t" l[i] }'
}

# Lines "NAME FRAME -LABEL" (tshark's alone) or "+LABEL" (ours alone).
compare() {
	local name=$1 capture=$2

	reference "$capture" | sort >"$tmp/ref"
	ours "$capture" | sort >"$tmp/own" || true # a damaged file ends badly, as it should
	total=$((total + $(sort -u "$tmp/ref" "$tmp/own" | wc -l)))
	comm -3 "$tmp/ref" "$tmp/own" |
		awk -F '\t' -v n="$name" '{ print n, $1 != "" ? $1 " -" $2 : $2 " +" $3 }' >>"$tmp/diff"
}

# Does tshark see TCP in the same frames? Frames in which only one of us does,
# with what is around it.
same_frames() {
	tshark -n -r "$1" -Y tcp -T fields -e frame.number 2>/dev/null | sort >"$tmp/ref"
	"$tcpath" read --labels "$1" | cut -f 1 | sort >"$tmp/own"
	frames=$((frames + $(wc -l <"$tmp/ref")))
	comm -3 "$tmp/ref" "$tmp/own" | tr -d '\t' | sort >"$tmp/one"
	sort "$tmp/kinds" | join "$tmp/one" - >>"$tmp/odd"
}

total=0
frames=0
: >"$tmp/diff"
: >"$tmp/odd"
if (($#)); then
	for f in "$@"; do
		compare "${f##*/}" "$f"
	done
else
	for f in "$top"/../shared/captures/*/*.{trace,pcap,pcapng,cap}; do
		[ -f "$f" ] && compare "${f##*/}" "$f"
	done
	cc -O2 -o "$tmp/chaos" "$here/chaos.c"
	for i in 1 2 3; do
		"$tmp/chaos" $((seed + i)) 10000 >"$tmp/chaos.pcap"
		compare "chaos" "$tmp/chaos.pcap"
		python3 "$here/kinds.py" $((seed + i)) "$tmp/chaos.pcap" "$tmp/kinds.pcapng" "$tmp/kinds"
		compare "kinds" "$tmp/kinds.pcapng"
		same_frames "$tmp/kinds.pcapng"
	done
fi

# Lines of the file: capture or *, label with its sign, reason.
unexplained=$(awk 'NR == FNR { if ($0 !~ /^#/ && NF) ok[$1 " " $2] = 1; next }
	!(($1 " " $3) in ok) && !(("* " $3) in ok)' "$here/differences" "$tmp/diff")
bad=$(wc -l <"$tmp/diff")
echo "# seed $seed: $((total - bad)) of $total labels agree"
echo "1..3"
status=0
if ((total > 0 && bad * 1000 <= total)); then
	echo "ok 1 - 99.9 % of labels agree"
else
	echo "not ok 1 - 99.9 % of labels agree"
	status=1
fi
if [ -z "$unexplained" ]; then
	echo "ok 2 - each difference is explained"
else
	echo "not ok 2 - each difference is explained"
	printf '# %s\n' "${unexplained//$'\n'/$'\n# '}"
	status=1
fi
if ((frames == 0)) && (($#)); then
	echo "ok 3 - TCP in the same frames # SKIP only of captures made here"
elif ((frames > 0)) && [ ! -s "$tmp/odd" ]; then
	echo "ok 3 - TCP in the same $frames frames"
else
	echo "not ok 3 - TCP in the same frames"
	sed 's/^/# /' "$tmp/odd"
	status=1
fi
exit $status
