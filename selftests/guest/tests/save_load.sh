#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A saved ruleset, loaded again, is the same; a refused one changes nothing.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

lab_up router
rule dst "$SERVER4" dport 80 tcp1323opts 0
rule src "$TCPATH_CLIENT_NET6/64" sport 1024-65535 iif b0 oif b1 strip wscale,timestamps
rule dport 443 pass
rule strip mss,mptcp,fastopen,77 comment 'a "quoted" \ word'
like "JSON escapes what is said about a rule" "$(in_box tcpath -j policy list)" \
	'"comment": ?"a \\"quoted\\" \\\\ word"'
policy save "$LAB/rules"
cp "$LAB/rules" "$LAB/first"
ok "all four rules are saved" test "$(grep -cE 'strip|tcp1323opts|pass' "$LAB/rules")" -ge 4
policy flush
is "flushed" "$(policy save | grep -cE 'strip|tcp1323opts|pass')" 0
ok "loaded" policy load "$LAB/rules"
policy save "$LAB/second"
ok "the same again" diff "$LAB/first" "$LAB/second"
ok "loaded twice" policy load "$LAB/rules"
ok "still the same" diff "$LAB/first" <(policy save)
echo 'src 10.0.0.0/8 strip nonsense' >>"$LAB/rules"
fails "a bad line is refused" policy load "$LAB/rules"
ok "and changes nothing" diff "$LAB/first" <(policy save)
printf 'pass\n\nsrc @nowhere pass\n' >"$LAB/rules"
is "what the kernel refuses is told with its line" "$(policy load "$LAB/rules" 2>&1)" \
	"tcpath: $LAB/rules:3: the rule is refused:
tcpath: the kernel refuses 'src': there is no list with this name: make it with list add"
ok "and changes nothing, either" diff "$LAB/first" <(policy save)
is "no file to write" "$(policy save "$LAB/none/rules" 2>&1)" \
	"tcpath: cannot write '$LAB/none/rules': No such file or directory"
is "no room to write" "$(policy save /dev/full 2>&1)" \
	"tcpath: cannot write '/dev/full': No space left on device"

# Remarks that a rule can keep come back with it.
printf '# of no rule\n\n# the line above\ndport 1 pass\ndport 2 pass # behind\ndport 3 pass\n' >"$LAB/rules"
ok "rules with remarks" policy load "$LAB/rules"
is "are saved with them" "$(policy save)" 'dport 1 pass comment "the line above"
dport 2 pass comment "behind"
dport 3 pass'
policy load "$LAB/first"

# Rules that stay are found by a hash; none is taken for another one that has the same.
policy save "$LAB/kept"
for i in {1..80}; do echo "dport $i strip mss"; done >"$LAB/low"
for i in {101..180}; do echo "dport $i strip wscale"; done >"$LAB/high"
tac "$LAB/high" >"$LAB/turned"
for rules in low high turned; do
	policy load "$LAB/$rules"
	ok "eighty rules in place of others ($rules)" diff "$LAB/$rules" <(policy save)
done
policy load "$LAB/kept"
TCPATH_FAMILY=4
fails "the loaded policy is in force" answer_has 48000 timestamps
tap_done
