#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# read.sh - what tcpath read prints: the keys of its JSON, and of damaged files
# what was readable, where it stopped, and a status.
# shellcheck disable=SC2317,SC2154 # functions that check calls, and what tap.sh sets
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tcpath=${TCPATH:-$here/../../tools/tcpath}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$here/../tap.sh"

mapfile -t labels < <(sed -n '/define TCPATH_COMPAT_LABELS/,/^$/s/.*"\(.*\)".*/\1/p' \
	"$here/../../kmod/engine/labels.h")

keys() {
	"$tcpath" read -j "$tmp/whole" | python3 -c '
import json, sys
doc = json.load(sys.stdin)
labels = sys.argv[1:]
native = ["in_order", "reordered", "lost_before", "lost_after", "needless", "network_duplicate",
          "missed_by_tap", "dsack", "duplicate_ack", "zero_window", "sent_again"]
assert doc["flows"] and doc["segments"] and doc["frames"]
for flow in doc["flows"]:
    for key in "src", "sport", "dst", "dport", "state", "outcome", "syns", "synacks":
        assert key in flow, key
    for side in flow["to_responder"], flow["to_initiator"]:
        assert set(labels) == set(side["compat"]), side["compat"]
        for key in native:
            assert isinstance(side["native"][key], int), key
        assert {"segments", "bytes", "options", "grade"} <= set(side), side.keys()
        assert set(side["stalled"]) == {"timeout_ns", "zero_window_ns", "window_full_ns"}
' "${labels[@]}"
}

# damaged BYTES FRAMES: of a file cut there so many frames are read, and it is said.
damaged() {
	local status=0

	head -c "$1" "$tmp/whole" >"$tmp/cut"
	"$tcpath" read --labels "$tmp/cut" >"$tmp/out" 2>"$tmp/err" || status=$?
	((status)) && grep -q "stopped after frame $2:" "$tmp/err" && [ "$(wc -l <"$tmp/out")" = "$2" ]
}

# Of a pipe that somebody still writes into, what came is said at once.
live() {
	local reader to i status=1

	mkfifo "$tmp/pipe"
	stdbuf -oL "$tcpath" read --labels - <"$tmp/pipe" >"$tmp/out" &
	reader=$!
	exec {to}>"$tmp/pipe"
	head -c "$first" "$tmp/whole" >&"$to"
	for ((i = 0; i < 200 && status; i++)); do
		[ "$(wc -l <"$tmp/out")" != 1 ] || status=0
		sleep 0.05
	done
	tail -c +$((first + 1)) "$tmp/whole" >&"$to"
	exec {to}>&-
	wait "$reader" && "$tcpath" read --labels "$tmp/whole" | cmp - "$tmp/out" && return "$status"
}

whole() {
	"$tcpath" read --labels "$tmp/whole" >/dev/null
}

missing() {
	! "$tcpath" read "$tmp/none" >/dev/null 2>&1
}

# What is no capture at all: one sentence, and no table of nothing.
no_capture() {
	echo "no capture" >"$tmp/text"
	for file in "$tmp/text" "$tmp"; do
		! "$tcpath" read "$file" >"$tmp/out" 2>"$tmp/err" || return
		[ ! -s "$tmp/out" ] && [ "$(wc -l <"$tmp/err")" = 1 ] || return
	done
	! "$tcpath" read -j "$tmp/text" 2>"$tmp/err" >"$tmp/out" && grep -q '"flows":\[\]' "$tmp/out"
}

# The first connections by a counter, of all, the first one first.
top() {
	"$tcpath" read -j --flow 'top 3 by segments' "$tmp/whole" >"$tmp/top"
	"$tcpath" read -j "$tmp/whole" | python3 -c '
import json, sys
size = lambda flow: flow["to_responder"]["segments"] + flow["to_initiator"]["segments"]
everything = sorted(map(size, json.load(sys.stdin)["flows"]), reverse=True)
assert len(everything) > 3 and list(map(size, json.load(open(sys.argv[1]))["flows"])) == everything[:3]
' "$tmp/top"
}

times() {
	"$tcpath" read -j "$tmp/whole" | python3 -c '
import json, sys
doc = json.load(sys.stdin)
for hist in doc["histograms"]:
    assert hist["count"] == sum(b["count"] for b in hist["buckets"])
    assert all(b["from_ns"] < b.get("below_ns", 1 << 64) for b in hist["buckets"])
answered = sum(hist["count"] for hist in doc["histograms"] if hist["name"] == "answer_time")
assert 0 < answered >= sum(flow["outcome"] == "answered" for flow in doc["flows"])
'
}

# Each attempt is in one row of each table, with what became of it.
tables() {
	"$tcpath" read -j "$tmp/whole" | python3 -c '
import json, sys
doc = json.load(sys.stdin)
rows = doc["profiles"]
assert rows and len({(r["order"], r.get("mss"), r.get("shift"), r["window"], r["ttl"],
                      r.get("vendor"), str(r["offered"])) for r in rows}) == len(rows)
for r in rows:
    for key in "answered", "silent", "refused", "unreachable", "bare_ack":
        assert r[key] <= r["tried"], r
    assert r["rfc1323"] == [o for o in r["offered"] if o in ("wscale", "timestamps")]
for key in "tried", "answered", "silent", "refused", "unreachable", "bare_ack", "late":
    assert sum(r[key] for r in rows) == sum(r[key] for r in doc["handshakes"]), key
assert sum(r["tried"] for r in rows) == sum(r["tried"] for r in doc["pairs"])
'
}

# What pairs carried is what their flows did, whether these stayed or made room.
carried() {
	"$tcpath" read -j "$tmp/whole" >"$tmp/all"
	"$tcpath" read -j --max-flows 3 "$tmp/whole" >"$tmp/few"
	python3 -c '
import json, sys
everything, few = (json.load(open(name)) for name in sys.argv[1:])
sides = "to_responder", "to_initiator"
def carried(doc, key):
    return sum(row[side][key] for row in doc["pairs"] for side in sides)
flows = [f for f in everything["flows"] if sum(f[side]["bytes"] for side in sides)]
assert flows and few["forgotten"]
assert sum(row["ended"] for row in everything["pairs"]) == len(flows)
for key in "bytes", "segments":
    assert carried(everything, key) == sum(f[side][key] for f in flows for side in sides), key
for key in "lost_before", "lost_after":
    lost = sum(f[side]["native"][key] for f in flows for side in sides)
    assert carried(everything, key) == lost > 0, key
assert carried(few, "bytes") == carried(everything, "bytes")
stalled = sum(ns for f in flows for side in sides for ns in f[side]["stalled"].values())
assert carried(everything, "stalled_ns") == stalled > 0
told = {grade for row in everything["pairs"] for side in sides for grade in row[side]["grade"]}
assert told == {grade for f in flows for side in sides for grade in f[side]["grade"]} and told
' "$tmp/all" "$tmp/few"
}

# Frames of nothing but headers: VLAN tags, MPLS labels, Ethernet in MPLS, rings, a million of each.
tower() {
	python3 - "$tmp/tower" <<-'EOF'
		import struct, sys
		out = open(sys.argv[1], 'wb')
		out.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 0, 1))
		macs, n = bytes(12), 700000
		towers = [macs + b'\x81\0' + b'\0\1\x81\0' * n, macs + b'\x88\x47' + bytes(4 * n),
		          macs + b'\x88\x47' + (b'\0\0\1\1' + macs + b'\x88\x47') * n,
		          macs + b'\x89\x2f' + b'\0\0\0\0\x89\x2f' * n]
		out.write(b''.join(struct.pack('<IIII', 1, 1, len(t), len(t)) + t for t in towers))
	EOF
	timeout 60 "$tcpath" read --labels "$tmp/tower" >"$tmp/out" && [ ! -s "$tmp/out" ]
}

# Of a link type that is not looked at it is said.
strange() {
	printf '\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\1\0\xc3\0\0\0' >"$tmp/strange"
	"$tcpath" read --labels "$tmp/strange" 2>"$tmp/err" && grep -q "no frames of link type 195" "$tmp/err"
}

# explain gives each frame the labels that the list gives it, and a rule for each.
explained() {
	local frame compat native said
	"$tcpath" read --labels "$tmp/whole" >"$tmp/labels"
	while IFS=$'\t' read -r frame compat native; do
		"$tcpath" explain "$tmp/whole" "$frame" >"$tmp/out" || return 1
		said=$(sed -nE '/^native labels/,$s/^  ([a-z_]+): .+/\1/p' "$tmp/out" | sort | paste -sd,)
		[ "$said" = "$(tr , '\n' <<<"$compat,$native" | sed '/^$/d' | sort | paste -sd,)" ] || {
			echo "# frame $frame: $compat, $native, explained: $said"
			return 1
		}
	done < <(head -n 150 "$tmp/labels")
	[ -n "$(sed -n '1,150s/^[0-9]*\t[^\t]\+/&/p' "$tmp/labels")" ]
}

# Of a capture compared with itself nothing is lost or missed, whatever tuples were used again.
itself() {
	"$tcpath" -j compare "$tmp/whole" "$tmp/whole" | python3 -c '
import json, sys
flows = json.load(sys.stdin)["flows"]
assert len(flows) > 3
for side in (flow[way] for flow in flows for way in ("to_responder", "to_initiator")):
    assert side["segments_near"] == side["segments_far"], side
    lost = side["lost"]["between"], side["lost_bytes"], side["acks_lost"], side["missed_near_bytes"]
    assert lost == (0, 0, 0, 0), side
'
}

# On a terminal there is progress, and nothing of it is left; elsewhere there is none.
progress() {
	"$tmp/chaos" 2 300000 >"$tmp/long"
	script -qec "'$tcpath' read '$tmp/long'" "$tmp/typescript" >/dev/null
	grep -qE '\[#+ *\] +[1-9][0-9]* %' "$tmp/typescript" || return
	"$tcpath" read "$tmp/long" 2>"$tmp/err" >"$tmp/out" && [ ! -s "$tmp/err" ]
}

cc -O2 -o "$tmp/chaos" "$here/chaos.c"
"$tmp/chaos" 1 500 >"$tmp/whole"
first=$((24 + 16 + $(od -An -tu4 -j 32 -N 4 "$tmp/whole")))
check "the keys of the JSON" keys
check "the first three by a counter" top
check "histograms of handshake times" times
check "profiles, pairs and handshakes agree" tables
check "pairs carry what their flows do" carried
check "explain has the labels of the list" explained
check "a capture compared with itself" itself
check "progress" progress
check "a file that ends within a frame" damaged $((first + 30)) 1
check "a file that ends within the header of a frame" damaged $((first + 8)) 1
check "a pipe that is open" live
check "a whole file has status 0" whole
check "a tower of headers" tower
check "a link type that is not looked at" strange
check "what is no capture" no_capture
check "no file at all has a status" missing
echo "1..$n"
exit "$failed"
