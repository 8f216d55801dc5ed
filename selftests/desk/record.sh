#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tcpath record: from captures, with labels that are those of read; in turns of files; live in a
# guest; and all of it as tshark reads it. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
tcpath=$PWD/tools/tcpath
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. selftests/tap.sh
record() { "$tcpath" record -w "$work/kept" "$@" >"$work/told" 2>"$work/err"; }
fields() { tshark -r "$1" -T fields "${@:2}" 2>"$work/tshark"; } # FILE -e FIELD...

python3 selftests/desk/scenes.py "$work" || exit 1
# What is wrong with one flow is kept with that flow alone: the others of the file are healthy.
mergecap -F pcap -w "$work/both.pcap" "$work/healthy.pcap" "$work/half-negotiated.pcap" "$work/broken-chain.pcap"
record -r "$work/healthy.pcap"
[ $? = 0 ] && [ ! -e "$work/kept" ] && [ ! -s "$work/told" ]
verdict $? "of healthy flows nothing is kept" "$(cat "$work/told" "$work/err")"

record -r "$work/half-negotiated.pcap" &&
	[ "$(fields "$work/kept" -e frame.number | wc -l)" = "$(fields "$work/half-negotiated.pcap" -e frame.number | wc -l)" ]
verdict $? "a flow that is half negotiated is kept from its SYN on" "$(cat "$work/err" "$work/tshark")"
[ "$(fields "$work/kept" -e frame.number -e frame.comment | grep trigger)" = $'2\tevent: answered; trigger: half-negotiated' ]
verdict $? "the comment says which frame it was" "$(fields "$work/kept" -e frame.number -e frame.comment)"

record -r "$work/broken-chain.pcap" && grep -q 'silent .* 10.0.1.2 40009 -> 10.0.2.2 80' "$work/told" &&
	[ "$(fields "$work/kept" -e tcp.srcport | sort -u)" = 40009 ]
verdict $? "the third SYN without an answer; other flows are not kept" "$(cat "$work/told")"

# Every label is the one of read, every byte of the headers the one of the capture.
record --trigger syn -r "$work/paws.pcap"
fields "$work/kept" -e frame.comment | sed -n 's/.*tcpath: \([^;]*\).*/\1/p; t; s/.*//p' | tr -d ' ' >"$work/ours"
"$tcpath" read --labels "$work/paws.pcap" | cut -f3 | sed 's/^-$//' | tr -d ' ' >"$work/theirs"
cmp -s "$work/ours" "$work/theirs" && grep -q lost_after "$work/ours"
verdict $? "labels are those of read" "$(diff "$work/ours" "$work/theirs" | head)"
for f in kept paws.pcap; do
	fields "$work/$f" -e frame.time_epoch -e ip.src -e ip.len -e tcp.seq_raw -e tcp.ack_raw -e tcp.len \
		-e tcp.options -e tcp.window_size_value >"$work/$f.fields"
done
cmp -s "$work/kept.fields" "$work/paws.pcap.fields"
verdict $? "headers and times are those of the capture" "$(diff "$work/kept.fields" "$work/paws.pcap.fields" | head -5)"
[ "$(fields "$work/kept" -Y 'tcp.len > 0' -e frame.cap_len -e ip.hdr_len -e tcp.hdr_len |
	awk '$1 != $2 + $3' | wc -l)" = 0 ]
verdict $? "and not a byte of data" "$(fields "$work/kept" -e frame.cap_len | head -5)"

# A ring of ten headers forgets; what follows a trigger is counted.
record --trigger closed --headers 10 -r "$work/healthy.pcap"
before=$(fields "$work/kept" -e frame.number | wc -l)
record --trigger syn --after 5 -r "$work/healthy.pcap"
after=$(fields "$work/kept" -e frame.number | wc -l)
[ "$before $after" = "11 6" ]
verdict $? "the last ten and what follows; a trigger and five" "$before $after"
record --trigger loss-brust -r "$work/healthy.pcap"
[ $? = 1 ] && grep -q "did you mean 'loss-burst'" "$work/err"
verdict $? "a trigger that is none" "$(cat "$work/err")"

# 40,000 segments make more than three files of a mebibyte: three stay.
python3 - "$work/long.pcap" <<-'END'
	import sys
	sys.path.insert(0, "selftests/desk")
	import scenes
	s = scenes.Scene()
	s.shake()
	scenes.transfer(s, 3000, lambda r: None)
	s.save(sys.argv[1])
END
rm -f "$work"/kept*
record --trigger syn --after 100000 --size 1 --files 3 -r "$work/long.pcap"
[ "$(cd "$work" && echo kept*)" = "kept kept.1 kept.2" ] && [ "$(stat -c %s "$work/kept.1")" -le 1048576 ] &&
	last=$(fields "$work/kept" -e tcp.seq_raw | tail -1) && [ -n "$last" ] &&
	[ "$(fields "$work/kept.1" -e frame.number | wc -l)" -gt 5000 ]
verdict $? "files take turns, and each opens by itself" "$(ls -l "$work"/kept*; cat "$work/err")"

# All flows and headers there is room for, and no more than that.
peak=$(python3 - "$tcpath" "$work" <<-'END'
	import resource, struct, subprocess, sys
	sys.path.insert(0, "selftests/desk")
	import scenes
	tcpath, work = sys.argv[1:]
	with open(work + "/many.pcap", "wb") as f:
	    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
	    s = scenes.Scene()
	    s.shake()
	    frame = bytearray(s.frames[0][1])
	    for i in range(200000):  # a SYN each, from another port and address
	        frame[26:30] = struct.pack("!I", 0x0A000000 + (i >> 4))
	        frame[34:36] = struct.pack("!H", 1024 + i % 60000)
	        f.write(struct.pack("<IIII", 1700000000 + i // 10000, i % 10000, len(frame), len(frame)) + frame)
	for n in ("many", "long"):
	    subprocess.run([tcpath, "record", "-w", work + "/kept", "-r", f"{work}/{n}.pcap"], check=True, capture_output=True)
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
)
echo "# peak memory with 200,000 flows: $peak kB"
[ "$peak" -gt 20000 ] && [ "$peak" -lt 98304 ]
verdict $? "memory is bounded" "$peak kB"

out=$work/out
said=$(selftests/guest/run.sh -k 6.1 -t 300 -o "$out" selftests/desk/record-guest.sh 2>&1)
verdict $? "live, in a guest" "$said"
grep '^# peak' <<<"$said"
fields "$out/kept.pcapng" -e tcp.flags.syn -e frame.comment >"$work/live"
[ "$(cut -f1 "$work/live" | sort -u)" = 1 ] && [ "$(grep -c 'trigger: silent' "$work/live")" = 1 ] &&
	[ "$(wc -l <"$work/live")" -ge 3 ]
verdict $? "what was recorded there opens in tshark: SYNs of one flow, and why" "$(cat "$work/live")"
echo "1..$n"
exit $failed
