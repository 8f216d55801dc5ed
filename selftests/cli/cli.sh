#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The command line where there is no module: help, misuse, statuses, files. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
tcpath=$PWD/build/cli/tcpath
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0 failed=0

verdict() { # RESULT NAME [NOTE]
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		echo "# ${3:-}"
		failed=1
	fi
}

# says STATUS REGEX ARGS...: one line on stderr, nothing on stdout.
says() {
	local want=$1 regex=$2 rc=0
	shift 2
	"$tcpath" "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
	[ "$rc" = "$want" ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" = 1 ] &&
		grep -qE "^tcpath: .*($regex)" "$work/err"
	verdict $? "tcpath $*: $regex" "status $rc: $(cat "$work/out" "$work/err")"
}

# says_so STATUS SENTENCE ARGS...: to the letter; last, where there are several.
says_so() {
	local want=$1 sentence=$2 rc=0
	shift 2
	"$tcpath" "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
	[ "$rc" = "$want" ] && [ ! -s "$work/out" ] && [ "$(tail -n 1 "$work/err")" = "tcpath: $sentence" ]
	verdict $? "tcpath $*: $sentence" "status $rc: $(cat "$work/out" "$work/err")"
}

# helps REGEX ARGS...: on stdout, with status 0.
helps() {
	local regex=$1 rc=0
	shift
	"$tcpath" "$@" >"$work/out" 2>"$work/err" </dev/null || rc=$?
	[ "$rc" = 0 ] && [ ! -s "$work/err" ] && grep -qE -- "$regex" "$work/out"
	verdict $? "tcpath $*: helps" "status $rc: $(cat "$work/out" "$work/err")"
}

# checks STATUS REGEX TEXT: a file of rules.
checks() {
	local rc=0
	printf '%b' "$3" >"$work/rules"
	"$tcpath" policy check "$work/rules" >"$work/out" 2>&1 || rc=$?
	[ "$rc" = "$1" ] && grep -qE "$2" "$work/out"
	verdict $? "policy check: $2" "status $rc: $(cat "$work/out")"
}

mapfile -t commands < <("$tcpath" help | sed -n 's/^  \([a-z][a-z ]*[a-z]\)   *.*/\1/p')
[ ${#commands[@]} -ge 20 ]
verdict $? "help lists the commands" "${commands[*]}"
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086  # two words are two arguments
	helps "^Usage: tcpath $command" $command --help
	# shellcheck disable=SC2086
	helps "^Usage: tcpath $command" help $command
done
helps '^Usage: tcpath ' --help
helps '^Usage: tcpath policy del' policy --help
helps '^tcpath [0-9]' --version
helps '"version":"[0-9]' -j version

says 1 'which command'
says 1 "did you mean 'status'" sttaus
says 1 "did you mean 'policy'" polcy list
says 1 "did you mean 'policy list'" policy lst
says 1 'needs a second word: add, del' policy
says 1 'unknown option' --frobnicate
says 1 'takes no argument' status now
says 1 'needs a rule' policy add
says 1 "did you mean 'wscale'" policy add strip wscael
says 1 'from the offer' policy add strip wscale on synack
says 1 'no IPv4 or IPv6 address' policy add dst nowhere pass
says 1 'needs HOST:PORT' probe
says 1 'needs a file to write' record -i lo
says 1 'listens to a device' record -w x
says 1 "'--headers' needs a number from 1" record -w x --headers 0 -i lo
says 1 "no device 'none-such'" record -w x -i none-such
says 1 'is no HOST:PORT' probe 10.0.0.1
says 1 'stands in brackets: .fd00::1.:80' probe fd00::1:80
says 1 'number above 0' probe 10.0.0.1:80 --tries 0
says 1 "does not know '--trise'" probe 10.0.0.1:80 --trise 2
says 1 'number of one rule' policy del all
says 1 "did you mean 'port'" show flows prot 80
says 1 'no state' show flows state opne
says 1 "did you mean 'silent'" show flows state silnt
says 1 'there is: midstream, syn' show flows state none-such
says 1 "'src' is not known of these" show handshakes src 10.0.0.0/8
says 1 'beyond its prefix length' show pairs src 10.1.0.1/16
says 1 'no range of ports' show flows dport 90-80
says 1 "there is: addr PREFIX, src PREFIX, dst PREFIX, sport" show flows colour red
says 1 'needs a value' show pairs addr
says 1 'did you mean .lost_before' show flows top 10 by lost_befor
says 1 'a number from 1 to 10000' show flows top 0 by bytes
says 1 'a number and a counter' show flows top 10
says 1 'not known of these rows' show pairs anomaly
says 1 'needs a terminal' top
says 1 'no interval' top soon
says 1 'for programs there is' -j top
says 1 'name of a shell' completion fish
says 1 'unknown setting' config set max-flow 5
says 1 'one number' config set max-flows many
says 1 'no IPv4 or IPv6 address' diagnose nobody
says 1 'both ends' explain 10.0.1.2:80
says 1 'no end of a connection' explain 10.0.1.2:80 ::1:80
says 1 'no end of a connection' explain 10.0.1.2:80 10.0.1.2:65536
says 1 'a capture and a frame' explain
says 1 'cannot read' policy check "$work/none"
says 1 'needs the name' status -N
says 2 'no network namespace .tcpath-none' -N tcpath-none status
says 2 'is no network namespace' -N "$work" status
if [ ! -d /sys/module/tcpath ]; then
	for command in status enable 'show flows' 'policy list' monitor diagnose 'config get'; do
		# shellcheck disable=SC2086
		says 2 'module is not loaded: modprobe tcpath' $command
	done
	says 2 'module is not loaded' policy add dst 10.0.2.2 dport 80 tcp1323opts 0
	says 2 'module is not loaded' policy add pass comment -j
fi

checks 0 '^3 rules, no error' '# mine\n\npass # all\ndst 10.0.0.1 strip 3\r\n  tcp1323opts 0'
checks 0 '^0 rules, no error' ''
checks 1 'rules:2:5: .nowhere' 'pass\ndst nowhere pass\npass\n'
checks 1 'rules:3:1: unknown word' 'strip 5\npass\nfoo\n'

# Each sentence about a policy: of a file, then of its lines, in one file.
printf 'pass\0pass\n' >"$work/binary"
printf 'strp 5\n' >"$work/wrong"
for _ in $(seq 16385); do echo pass; done >"$work/many"
says_so 1 "'policy add' needs a rule (see: tcpath policy add --help)" policy add
says_so 1 "'policy del' needs the number of one rule (see: tcpath policy list)" policy del 5 6
says_so 1 "'policy check' needs one file, - for stdin" policy check
says_so 1 "'policy load' needs one file, - for stdin" policy load a b
says_so 1 "'policy save' writes one file" policy save a b
says_so 1 "cannot read '$work/none': No such file or directory" policy check "$work/none"
says_so 1 "cannot read '$work': Is a directory" policy check "$work"
says_so 1 "$work/binary:1: this is no text file" policy check "$work/binary"
says_so 1 "$work/many:16385: a ruleset has at most 16384 rules" policy check "$work/many"
says_so 1 "the rules in force stay as they are" policy load "$work/wrong"
build/cli/test_sentences lines >"$work/lines"
"$tcpath" policy check "$work/lines" >"$work/out" 2>&1
[ $? = 1 ] && build/cli/test_sentences said "$work/lines" | diff - "$work/out" >"$work/differs"
verdict $? "policy check: $(wc -l <"$work/lines") wrong lines, each told with line and column" \
	"$(cat "$work/differs")"
build/cli/test_sentences -l >"$work/tested"
said=$(selftests/cli/sentences.py tools kmod "$work/tested" selftests/cli/cli.sh)
verdict $? "${said##*ok - }" "$said"
"$tcpath" policy check - <<<'pass' | grep -q '^1 rules'
verdict $? "policy check: stdin"

"$tcpath" help >/dev/full 2>"$work/err"
[ $? = 2 ] && grep -q 'cannot write' "$work/err"
verdict $? "a full disk is noticed" "$(cat "$work/err")"

# What a box told, whole, cut short and damaged.
cat >"$work/told" <<-'END'
	{"flows":[{"src":"10.0.0.1","sport":40000,"dst":"fd00::1","dport":80,"state":"closed",
	"outcome":"answered","syns":2,"rtt_responder_ns":5,"sent":["mss","sack-permitted"],"synacks":1,
	"flags":["a \" \\ \u00e9 word",7,true,null,-1.5e3],"to_responder":{"segments":9,"bytes":100,
	"options":["mss","timestamps"],"mss":1460,"isn":7,"native":{"in_order":9,"lost_after":3}},
	"to_initiator":{"segments":5,"bytes":9000,"options":["mss"],"mss":1400,"isn":8,
	"native":{"lost_before":2}},"more":[[[]],{}]}],"rest":{}}
END
sed 's/"segments":9,"bytes":100/"segments":6,"bytes":100/; s/"syns":2/"syns":1/; s/"lost_after":3/"lost_after":1/; s/"options":\["mss","timestamps"\]/"options":["mss"]/' \
	"$work/told" >"$work/other"
"$tcpath" -j compare "$work/told" "$work/other" >"$work/out" 2>&1 &&
	grep -q '"to_responder":{"segments_near":9,"segments_far":6,"lost":{"client_side":0,"between":3,"server_side":1}' "$work/out" &&
	grep -q '"segment":"SYN","removed":\["sack-permitted"\]' "$work/out" &&
	grep -q '"stripped":\["timestamps"\]' "$work/out"
verdict $? "two boxes are compared" "$(cat "$work/out")"
bad=""
for ((cut = 1; cut < $(stat -c %s "$work/told") - 2; cut += 3)); do
	head -c $cut "$work/told" >"$work/cut"
	"$tcpath" compare "$work/cut" "$work/other" >"$work/out" 2>&1
	[ $? = 1 ] && grep -q 'at byte' "$work/out" || bad="$bad $cut"
	# A byte that should not be there: read or refused, and never worse.
	{ head -c $cut "$work/told"; printf '%b' "\\x$(printf %02x $((cut * 7 % 256)))"; tail -c +$((cut + 2)) "$work/told"; } >"$work/cut"
	"$tcpath" compare "$work/cut" "$work/other" >"$work/out" 2>&1
	[ $? -le 1 ] || bad="$bad $cut"
done
[ -z "$bad" ]
verdict $? "of what is cut short or damaged it is said where" "$bad"
printf '{"flows":%0100d' 0 | tr 0 '[' >"$work/cut"
"$tcpath" compare "$work/cut" "$work/other" >"$work/out" 2>&1
grep -q 'it is too deep' "$work/out"
verdict $? "nor is it followed for ever"
says 1 'a capture goes with a capture' compare "$work/told" /dev/null

# A file takes the place of the old one; a pipe, or /dev/null, keeps its own.
printf '\xd4\xc3\xb2\xa1\2\0\4\0%08d\xff\xff\0\0\1\0\0\0' 0 | tr 0 '\0' >"$work/empty.pcap"
mkfifo "$work/pipe"
cat "$work/pipe" >"$work/out" & # ends with its writer
exec 7<>"$work/pipe"
"$tcpath" report -o "$work/pipe" "$work/empty.pcap" 2>"$work/err"
exec 7>&-
wait $!
[ -p "$work/pipe" ] && [ ! -e "$work/pipe.part" ] && tail -1 "$work/out" | grep -q '</html>'
verdict $? "a report into a pipe, which stays one" "$(ls -l "$work/pipe"; cat "$work/err")"
echo old >"$work/page"
chmod 600 "$work/page"
ln -s page "$work/link"
"$tcpath" report -o "$work/link" "$work/empty.pcap" 2>"$work/err"
[ -L "$work/link" ] && [ "$(stat -c %a "$work/page")" = 600 ] && grep -q '</html>' "$work/page"
verdict $? "one in place of a file by its link, for the same readers" "$(ls -l "$work"; cat "$work/err")"
echo "1..$n"
exit $failed
