#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Rules that refer to a list follow its changes at once, keep their numbers and counters, and
# are saved and loaded with it; whole or not at all.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

list() { in_box tcpath list "$@"; }
refusal() { { "$@" >/dev/null; } 2>&1; }
hits() { in_box tcpath -j policy list | grep -oE '"connections":[0-9]+' | head -1 | cut -d: -f2; }

lab_up router
like "a rule needs the list to be there" "$(refusal rule src @lab strip timestamps)" "no list"
ok "a list is made" list add lab 192.0.2.0/24 2001:db8::/32
ok "a rule may name it" rule src @lab strip timestamps
port=43000
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	[ "$TCPATH_FAMILY" = 4 ] && client=$CLIENT4 net=$TCPATH_CLIENT_NET4.0/24
	[ "$TCPATH_FAMILY" = 4 ] || client=$CLIENT6 net=$TCPATH_CLIENT_NET6/64
	ok "$f: not in it" answer_has $((++port)) timestamps
	ok "$f: added" list add lab "$client"
	fails "$f: in it" answer_has $((++port)) timestamps
	ok "$f: taken out" list del lab "$client"
	ok "$f: not in it any more" answer_has $((++port)) timestamps
	ok "$f: its network is added" list add lab "$net"
	ok "$f: and it by itself" list add lab "$client"
	fails "$f: in it by its network" answer_has $((++port)) timestamps
	like "$f: what the network holds is not listed" "$(refusal list del lab "$client")" "by itself"
	ok "$f: the network is taken out" list del lab "$net"
	ok "$f: not in it" answer_has $((++port)) timestamps
	policy flush
	rule not dst @lab strip timestamps
	fails "$f: a list negated" answer_has $((++port)) timestamps
	policy flush
	rule src @lab strip timestamps
done
TCPATH_FAMILY=4

# Connections under way keep what was decided.
list add lab "$CLIENT4"
answer_has $((++port)) timestamps
before=$(hits)
list del lab "$CLIENT4"
is "the rule keeps its counters" "$(hits)" "$before"

# Saved, loaded, and refused.
policy flush
list add other "$CLIENT4" 10.9.0.0/16
rule not src @lab dst @other strip wscale comment "by list"
rule src @other strip timestamps
policy save "$LAB/rules"
cp "$LAB/rules" "$LAB/first"
like "lists are saved" "$(cat "$LAB/first")" "list lab 192.0.2.0/24 2001:db8::/32"
like "a list that a rule names stays" "$(refusal list del lab)" "a rule names this list"
fails "it is there" answer_has $((++port)) timestamps
before=$(in_box tcpath -j policy list | grep -oE '"id":[0-9]+')
ok "loaded over itself" policy load "$LAB/rules"
is "the same rules" "$(in_box tcpath -j policy list | grep -oE '"id":[0-9]+')" "$before"
policy flush
ok "a list without a rule goes" list del lab
ok "so does the other" list del other
is "none is left" "$(list show)" "There is no list."
ok "loaded" policy load "$LAB/rules"
ok "the same again" diff "$LAB/first" <(policy save)
fails "in force" answer_has $((++port)) timestamps
sed -i 's/^list other .*/list other 10.9.0.0\/16/' "$LAB/rules"
echo 'src @nobody pass' >>"$LAB/rules"
like "a list that nobody made" "$(refusal policy load "$LAB/rules")" "no list"
ok "changes nothing" diff "$LAB/first" <(policy save)
sed -i '$d' "$LAB/rules"
ok "a list changed in the file" policy load "$LAB/rules"
ok "is changed" answer_has $((++port)) timestamps
echo 'list other 10.9.0.0/33' >>"$LAB/rules"
like "line and column" "$(refusal policy check "$LAB/rules")" ":5:12: '10.9.0.0/33'"

# Ten thousand prefixes; those who look see all of them.
seq 0 9999 | awk '{ printf "10.%d.%d.%d\n", 64 + $1 / 4096, $1 / 16 % 256, $1 % 16 * 16 }' \
	>"$LAB/many"
# shellcheck disable=SC2046  # words
ok "many prefixes" list add many $(cat "$LAB/many")
is "all are there" "$(list show many | grep -c '^  10\.')" 10000
rule src @many strip sack-permitted
list add many "$CLIENT4"
fails "and found" answer_has $((++port)) sack-permitted
policy flush
tap_done
