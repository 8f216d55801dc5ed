#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: the kernel's YNL tool, which knows the spec and nothing else, a libnl client made
# from the spec, and the command line steer one module, and each sees what the others did.
. /lab/lib.sh
trap site_down EXIT

# An address in hexadecimal digits, as the tool wants it.
# shellcheck disable=SC2086  # four words
mapped() { printf '00000000000000000000ffff%02x%02x%02x%02x' ${1//./ }; }
MAPPED=$(mapped "$SERVER4")
refusal() { { client "$@" >/dev/null; } 2>&1; }
client() { in_box /lab/client "$@"; }
cli() { in_box tcpath "$@"; }
ynl() { # COMMAND-LINE-OF-THE-TOOL...
	in_box python3 /usr/lib/ynl/cli.py --no-schema --spec /lab/tcpath.yaml --output-json "$@"
}
value() { # EXPRESSION ON x: of the JSON on stdin
	python3 -c "import json, sys; x = json.load(sys.stdin); print($1)" 2>&1
}
field() { grep -oE "(^| )$1=[^ ]*" | head -1 | cut -d= -f2; } # NAME
json() { grep -oE "\"$1\":[^,}]*" | head -1 | cut -d: -f2 | tr -d '"'; } # KEY

lab_up router

# Both read the same.
deploy -q -b $APART
deploy -q -b $((APART + TCPATH_FILES))
is "version" "$(client info | field version)" "$(cli -j status | json version)"
is "max-flows" "$(client info | field max-flows)" "$(cli -j config get | json max_flows)"
is "every reason" "$(client counters | grep -c '^reason id=')" "$(cli -j show counters |
	grep -oE '"reasons":\{[^}]*' | grep -o ':[0-9]' | wc -l)"
is "attempts tried" "$(client fates | field fate.tried)" "$(cli -j show handshakes | json tried)"
is "attempts answered" "$(client fates | field fate.answered)" \
	"$(cli -j show handshakes | json answered)"
is "responder" "$(client fates | field fate.responder)" "$(server_address)"
is "there are flows" "$(($(client flows | grep -c '^flow\.') >= 2 * TCPATH_FILES))" 1
is "flows" "$(client flows | grep -c '^flow\.')" "$(cli -j show flows | grep -o '"sport"' | wc -l)"
is "initiator of a pair" "$(client pairs | field pair.initiator)" "$(client_address)"
is "resets of a pair" "$(client pairs | field pair.resets)" "$(cli -j show pairs | json resets)"
is "attempts of a profile" "$(client profiles | field profile.tried)" \
	"$(cli -j show profiles | json tried)"
for table in info counters flows fates pairs profiles rules; do
	is "$table: nothing but what the spec has" "$(client "$table" | grep -o 'unknown=.*')" ""
done

# So does a program of thirty lines on libtcpath, shared and static.
cp /lab/libtcpath.so.1.0.0 /usr/lib/libtcpath.so.1
tried="$SERVER4 port 80: $(client fates | field fate.tried) attempts, 0 silent"
is "libtcpath: attempts" "$(in_box /lab/fates)" "$tried"
is "libtcpath: the same, linked in" "$(in_box /lab/fates-static)" "$tried"

# Of another version of the contract, it says which of the two is behind.
is "a program that is older than the module" "$(in_box /lab/fates-0 2>&1)" \
	"fates: the kernel module speaks version 1 of the contract, this program version 0: update the program"
is "and one that is newer" "$(in_box /lab/fates-2 2>&1)" \
	"fates: the kernel module speaks version 1 of the contract, this program version 2: update the module"

# So does the tool, which has never heard of us.
ok "the running family is what the spec says" in_box python3 /lab/drift.py /lab/tcpath.yaml
ynl --do info-get >"$LAB/ynl"
is "YNL: version" "$(value 'x["version"]' <"$LAB/ynl")" "$(client info | field version)"
is "YNL: max-flows" "$(value 'x["max-flows"]' <"$LAB/ynl")" "$(client info | field max-flows)"
ynl --do counters-get >"$LAB/ynl"
is "YNL: every reason" "$(value 'len(x["reason"])' <"$LAB/ynl")" \
	"$(client counters | grep -c '^reason id=')"
is "YNL: attempts" "$(value 'x["event"][0]["value"]' <"$LAB/ynl")" \
	"$(cli -j show counters | json syn)"
ynl --dump flow-get >"$LAB/ynl"
is "YNL: flows" "$(value 'len(x)' <"$LAB/ynl")" "$(client flows | grep -c '^flow\.')"
is "YNL: an enum by its name" "$(value 'x[0]["flow"]["outcome"]' <"$LAB/ynl")" answered
is "YNL: flags by theirs" "$(value '"timestamps" in x[0]["flow"]["initiator"]["offered"]' \
	<"$LAB/ynl")" True
copies() { awk -v RS='[^a-z0-9"_:=-]+' -F'[=:]' "\$1 ~ /$1/ { n += \$2 } END { print n + 0 }"; }
is "SYN copies of all flows" "$(client flows | copies 'native.syn-copy$')" "$(cli -j show flows |
	tr -d ' ' | copies '"syn_copy"')"
is "YNL: SYN copies" "$(value 'sum(f["flow"][e].get("native", {}).get("syn-copy", 0)
	for f in x for e in ("initiator", "responder"))' <"$LAB/ynl")" \
	"$(client flows | copies 'native.syn-copy$')"
ynl --dump flow-get --json '{"state": "syn"}' >"$LAB/ynl"
is "YNL: a filter" "$(value 'len(x)' <"$LAB/ynl")" "$(cli -j show flows state syn | grep -c sport)"
ynl --dump fate-get >"$LAB/ynl"
is "YNL: fates" "$(value 'x[0]["fate"]["tried"]' <"$LAB/ynl")" "$(client fates | field fate.tried)"
ynl --dump pair-get >"$LAB/ynl"
is "YNL: pairs" "$(value 'x[0]["pair"]["resets"]' <"$LAB/ynl")" "$(cli -j show pairs | json resets)"

ynl --dump profile-get >"$LAB/ynl"
is "YNL: profiles" "$(value 'x[0]["profile"]["tried"]' <"$LAB/ynl")" \
	"$(client profiles | field profile.tried)"
is "YNL: the window of one" "$(value 'x[0]["profile"]["window"]' <"$LAB/ynl")" \
	"$(cli -j show profiles | json window)"

in_buckets() { grep -oE '(^| )count=[0-9]+' | awk -F= '{ n += $2 } END { print n }'; }
ynl --dump histogram-get >"$LAB/ynl"
is "YNL: times in the histograms" "$(value 'sum(b["count"] for h in x for b in h["bucket"])' \
	<"$LAB/ynl")" "$(client histograms | in_buckets)"
is "the CLI: the same" "$(cli -j show histograms | value 'sum(h["count"] for h in x["histograms"])')" \
	"$(client histograms | in_buckets)"

# One flow, by its ends in either order, and the filters of a dump.
flow=$(client flows state 6 | head -1)
sport=$(field flow.initiator.port <<<"$flow")
is "one flow" "$(client flow "$CLIENT4" "$sport" "$SERVER4" 80 | field flow.initiator.isn)" \
	"$(field flow.initiator.isn <<<"$flow")"
is "the other way round" "$(client flow "$SERVER4" 80 "$CLIENT4" "$sport" |
	field flow.initiator.isn)" "$(field flow.initiator.isn <<<"$flow")"
is "the YNL tool gets it, too" "$(ynl --do flow-get --json "{\"src\": \"$(mapped "$CLIENT4")\",
	\"sport\": $sport, \"dst\": \"$MAPPED\", \"port\": 80}" |
	value 'x["flow"]["initiator"]["isn"]')" "$(field flow.initiator.isn <<<"$flow")"
rows() { client flows "$@" | grep -c '^flow\.'; }
all=$(rows)
is "by initiator" "$(rows src "$CLIENT4" 32)" "$all"
is "by responder" "$(rows dst "$CLIENT4" 32)" 0
is "by a prefix of either" "$(rows addr "${SERVER4%.*}.0" 24)" "$all"
is "by port of the initiator" "$(rows sport "$sport")" 1
is "by both ports" "$(rows sport "$sport" port 81)" 0
is "by anomaly" "$(rows anomaly)" "$(rows anomaly src "$CLIENT4" 32)"
# asks N: one connection with so many requests, each answered before the next.
asks() {
	# shellcheck disable=SC2016 # for the shell in there
	in_client timeout 20 bash -c 'exec 3<>"/dev/tcp/$0/$1" && for ((i = 0; i < $2; i++)); do
		printf "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" >&3
		while read -ru 3 line && [ ${#line} -gt 1 ]; do :; done
	done' "$(server_address)" "$TCPATH_PORT" "$1"
}
# Far enough apart that no two have as many segments, however ACKs are delayed.
for n in $(seq 40 30 250); do ok "a connection with $n requests" asks "$n"; done
# The first flows by a counter: those that a look at all of them gives.
segments() { awk '/^flow\./ { n = 0
	for (i = 1; i <= NF; i++) if (split($i, w, "=") && w[1] ~ /r\.segments$/) n += w[2]
	print n }'; }
is "most segments: of the first flows" "$(client flows top 7 by 1 | segments | tr "\n" " ")" \
	"$(client flows | segments | sort -rn | head -7 | tr "\n" " ")"
is "most segments: as the CLI says it" "$(cli -j show flows top 7 by segments |
	grep -oE '"sport":[0-9]+' | tr "\n" " ")" "$(client flows top 7 by 1 |
	grep -oE 'initiator.port=[0-9]+' | sed 's/.*=/"sport":/' | tr "\n" " ")"
is "most bytes when nothing is said: the YNL tool" "$(ynl --dump flow-get --json '{"top": 3}' |
	value '[f["flow"]["initiator"]["port"] for f in x]')" "$(ynl --dump flow-get --json \
	'{"top": 3, "by": "bytes"}' | value '[f["flow"]["initiator"]["port"] for f in x]')"
is "more than there are" "$(rows top 10000 by 1)" "$(rows)"
is "of those that pass a filter" "$(rows top 10000 by 1 sport "$sport")" 1
is "none has any of it" "$(rows top 10 by "$((2 + 8))")" 0
is "the CLI ranks what the kernel cannot filter" "$(cli -j show flows top 1 by segments \
	sport 1-65535 state reset,closed | grep -c '"sport"')" 1
like "a counter without top" "$(refusal flows by 1)" 'errno=22 text=.*top is missing'
like "too many" "$(refusal flows top 10001)" 'errno=34 '
like "no such counter" "$(refusal flows top 1 by 4711)" 'errno=(22|34) '
is "by initiator: the CLI" "$(cli -j show flows src "$CLIENT4/32" sport "$sport" |
	grep -o sport | wc -l)" 1
is "one rule that is not there: number" "$(refusal rule 4711 | field errno)" 2
like "a flow that is not there" "$(refusal flow "$CLIENT4" 1 "$SERVER4" 80)" \
	'errno=2 text=no flow with these ends.* offset='
like "a flow without its port" "$(refusal flow "$CLIENT4" 1 "$SERVER4")" 'errno=22 text=.*port is missing'
like "a length without its prefix" "$(refusal flows len 24)" 'errno=22 text=.*needs its address'
client changing >"$LAB/changing"
is "a dump that was not left alone says so" "$(grep -c interrupted "$LAB/changing")" 1
client flows >"$LAB/still"
is "one that was, does not" "$(grep -c interrupted "$LAB/still")" 0

# Counters that are read and set to zero in one.
tried=$(counter syn)
is "read and set to zero" "$(client zero | grep '^event id=0 ' | field value)" "$tried"
is "they begin anew" "$(counter syn)" 0
ok "a connection more" connects
is "and count on" "$(cli -j show counters zero | json syn) $(counter syn)" "1 0"

# Rules of one are rules of the other.
client add dst "$SERVER4" 32 dport 80 80 strip 3 strip 8 preset 0 comment libnl >"$LAB/id"
id=$(field id <"$LAB/id")
is "a rule of the client is listed" "$(cli policy save)" \
	"dst $SERVER4 dport 80 tcp1323opts 0 comment \"libnl\""
cli policy add src fd00::/16 sport 1-9 iif b0 oif b1 strip fastopen,77 comment 'two words' \
	>/dev/null
rule=$(client rules | tail -1)
is "a rule of the CLI: prefix" "$(field src <<<"$rule")/$(field src-len <<<"$rule")" fd00::/16
is "its ports" "$(field sport-min <<<"$rule")-$(field sport-max <<<"$rule")" 1-9
is "its devices" "$(field iif <<<"$rule") $(field oif <<<"$rule")" "b0 b1"
like "its kinds and IDs" "$rule" 'strip=34 strip=77 strip-exid=63881 '
is "it is got by its number" "$(client rule "$(field id <<<"$rule")" | tail -1)" "$rule"
like "its comment" "$rule" 'comment=two words'
ynl --dump rule-get >"$LAB/ynl"
is "YNL: the rules in order" "$(value '[r["rule"][0]["comment"] for r in x]' <"$LAB/ynl")" \
	"['libnl', 'two words']"
is "YNL: kinds to strip" "$(value 'x[0]["rule"][0]["strip"]' <"$LAB/ynl")" "[3, 8]"
ynl --do rule-new --json '{"rule": {"dst": "'"$MAPPED"'", "dst-len": 128, "strip": [3, 8],
	"comment": "by YNL"}}' >"$LAB/ynl"
is "a rule of YNL is listed" "$(cli policy save | tail -1)" \
	"dst $SERVER4 strip wscale,timestamps comment \"by YNL\""
ok "YNL deletes it" ynl --do rule-del --json "{\"id\": $(value 'x["id"]' <"$LAB/ynl")}"
ok "the client deletes a rule" client del "$id"
is "one is left" "$(cli policy list | grep -c fastopen) $(client info | field rules)" "1 1"

client add mss 1400 strip 8 >"$LAB/id"
is "a clamp of the client is listed" "$(cli policy save | tail -1)" "strip timestamps mss 1400"
client del "$(field id <"$LAB/id")"

client add ladder 2 mss 1400 >"$LAB/id"
is "a ladder of the client is listed" "$(cli policy save | tail -1)" "ladder 2 mss 1400"
is "with an account for each rung" "$(client rules | tail -1 | grep -o ' answered=0' | wc -l)" 4
client del "$(field id <"$LAB/id")"

# Both are refused alike, in one sentence.
is "no such rule" "$(refusal del 4711 | field errno)" 2
like "SACK blocks" "$(refusal add strip 5)" 'errno=22 text=.*SACK'
like "a shared kind" "$(refusal add strip 254)" 'errno=22 text=.*RFC 6994.* offset='
like "a signature without force" "$(refusal add strip 19)" 'errno=22 text=.*force'
like "a port range upside down" "$(refusal add dport 9 8 strip 3)" 'errno=22 text='
like "a prefix length out of range" "$(refusal add dst ::1 129 strip 3)" 'errno=34'
like "an MSS clamped twice" "$(refusal add mss 1400 flags 2)" 'errno=22 text=.*MSS.*choose.* offset='
like "an MSS stripped and clamped" "$(refusal add mss 1400 strip 2)" 'errno=22 text=.*choose'
like "a ladder that strips" "$(refusal add strip 3 ladder 1)" 'errno=22 text=.*by itself.* offset='
like "a ladder of copy 10" "$(refusal add ladder 10)" 'errno=34'
like "all options but none" "$(refusal add mss 1400 flags 16)" 'errno=22 text=.*one that stays'
like "a dry run that logs" "$(refusal add strip 3 flags 12)" 'errno=22 text=.*dry run.* offset='
like "a life of nothing" "$(refusal add strip 3 expires 0)" 'errno=22 text=.*365 days.* offset='
like "a life too long" "$(refusal add strip 3 expires 31536000000000001)" 'errno=22 text=.*365 days'
like "an MSS too low" "$(refusal add mss 87)" 'errno=34'
like "a stale generation" "$(refusal replace 1)" 'errno=116'
ynl --do rule-new --json '{"rule": {"strip": [5]}}' >"$LAB/ynl"
like "YNL: refused with the same sentence" "$(<"$LAB/ynl")" 'SACK.*bad-attr.*\.rule\.strip'
ynl --do config-set --json '{"max-flows": 3}' >"$LAB/ynl"
like "YNL: a policy table refuses with its range" "$(<"$LAB/ynl")" "bad-attr.*max-flows"
like "and with what would be right" "$(<"$LAB/ynl")" "'min-value': 16"
is "nothing of that is in force" "$(client info | field rules)" 1
generation=$(client info | field generation)
ok "replace with the current generation" client replace "$generation"
is "no rule is left" "$(cli policy save | wc -l)" 0

# Exceptions come all or not at all.
exceptions() { # HOW-MANY
	python3 -c "import json; print(json.dumps({'exception': [{'responder':
		'00000000000000000000ffff%08x' % (0xc6120000 + i), 'port': 80, 'rung': 1,
		'expires': 10**12} for i in range($1)]}))"
}
ok "YNL gives two exceptions" ynl --do exception-new --json "$(exceptions 2)"
ynl --do exception-new --json "$(exceptions 1100)" >"$LAB/ynl"
like "there is no room for as many" "$(<"$LAB/ynl")" 'no room for this exception'
is "and none of them was taken" "$(cli -j show exceptions | grep -o '"responder"' | wc -l)" 2
is "the client sees them" "$(client exceptions | grep -o 'responder=[^ ]*' | cut -d= -f2)" \
	"$(cli -j show exceptions | grep -oE '"responder":"[^"]*' | cut -d'"' -f4)"
cli exception del all

# A list of both.
ok "the CLI makes a list" cli list add imaging 10.1.0.0/16 fd00::/64
ok "YNL adds to it" ynl --do list-new --json '{"list": [{"name": "imaging",
	"prefix": [{"addr": "'"$MAPPED"'", "len": 128}]}]}'
listed=$(client lists | grep -oE '(addr|len)=[^ ]+' | cut -d= -f2 | tr '\n' ' ')
is "the client sees three prefixes" "$(wc -w <<<"$listed")" 6
ynl --dump list-get --json '{"list-name": "imaging"}' >"$LAB/ynl"
is "YNL the same" "$(value 'sum(len(l["prefix"]) for m in x for l in m["list"])' <"$LAB/ynl")" 3
like "and the CLI" "$(cli list show imaging)" "$SERVER4"
ok "YNL forgets it" ynl --do list-del --json '{"list": [{"name": "imaging"}]}'
is "no list is left" "$(client lists | grep -c name=)" 0

# The arms of a trial are rules.
cli trial start which dst "$SERVER4" strip timestamps versus strip wscale >/dev/null
ok "a connection in the trial" connects
ynl --dump rule-get >"$LAB/ynl"
is "YNL: arms" "$(value '[r["trial"] for m in x for r in m["rule"] if "trial" in r]' <"$LAB/ynl" |
	tr -cd 'a-z ')" "$(client rules | grep -oE 'trial=[a-z]+' | cut -d= -f2 | tr '\n' ' ' | sed 's/ $//')"
is "YNL: connections in them" "$(value '[r["arm"]["answered"] for m in x for r in m["rule"]
	if "trial" in r]' <"$LAB/ynl" | tr -cd '0-9 ')" "$(cli -j trial report which | tr -d ' ' |
	grep -oE '"answered":[0-9]+' | cut -d: -f2 | tr '\n' ' ' | sed 's/ $//')"
cli trial stop which >/dev/null

# What is attached by one is seen by the other.
ok "the client attaches a tap" client tap b0
is "the CLI has it" "$(cli -j show attached | json dev)" b0
ok "YNL attaches local" ynl --do attach-new --json '{"kind": "local"}'
is "both are there" "$(client attached | grep -c "kind=[01]")" 2
like "a tap of nothing" "$(refusal tap)" 'errno=22 text=a tap needs a device'
like "a device of local" "$(refusal local b0)" 'errno=22 text=local has no device.* offset='
like "no such device" "$(refusal tap b7)" 'errno=19 text=there is no such device.* offset='
like "a name too long" "$(refusal tap 0123456789abcdef)" 'errno=34|errno=22'
ok "YNL detaches" ynl --do attach-del --json '{"kind": "tap", "dev": "b0"}'
ok "so does the CLI" cli detach local
is "nothing is left" "$(client attached | grep -c kind)" 0

# What happens is told to both.
client listen 2 >"$LAB/told" 2>"$LAB/ready" &
listener=$!
wait_for 10 grep -q listening "$LAB/ready"
cli policy add dst "$(server_address)" tcp1323opts 0 >/dev/null
ok "a connection" connects
wait_for 20 sh -c "! kill -0 $listener 2>/dev/null" || kill "$listener"
like "the ruleset has changed" "$(<"$LAB/told")" 'ruleset generation='
like "a SYN was stripped" "$(<"$LAB/told")" "notice event=6 .*flow.initiator.addr=$(client_address)"

# YNL looks at what came while it waited.
ynl --subscribe events --sleep 8 >"$LAB/ynl" &
listener=$!
stripped_meanwhile() { connects; ! kill -0 "$listener" 2>/dev/null; }
wait_for 60 stripped_meanwhile
is "YNL: a SYN was stripped" "$(value 'x[0]["name"], x[0]["msg"]["event"]' <"$LAB/ynl")" \
	"notice-ntf stripped"

# Losses in a crowd are told, too.
in_box tcpath monitor >"$LAB/monitor" 2>&1 &
monitor=$!
in_broken nft -f - <<-END
	table inet lossy {
		chain forward {
			type filter hook forward priority 0;
			tcp sport $TCPATH_PORT meta length > 1000 numgen inc mod 3 == 0 drop
		}
	}
END
bursts() { deploy -q -n 2 >/dev/null; grep -q loss-burst "$LAB/monitor"; }
ok "a burst of losses is told" wait_for 120 bursts
in_broken nft delete table inet lossy

# More of a kind than are told: what is left out is said when it is over.
refusals() {
	in_client bash -c 'for i in {1..400}; do : <>"/dev/tcp/$0/81"; done 2>/dev/null' "$SERVER4"
	grep -q left-out "$LAB/monitor"
}
ok "what was left out is told" wait_for 120 refusals
all_told() { # what was left out last is said within a second
	[ "$(cli -j show counters | json notify-lost)" = \
		"$(grep -oE '[0-9]+ events not told' "$LAB/monitor" | awk '{ n += $1 } END { print n }')" ]
}
ok "all of it, and nothing twice" wait_for 20 all_told
kill "$monitor"
ok "and counted" counted loss-burst 1

# What an onlooker sees of all that: no byte that nobody wrote.
in_box ip link add look type nlmon
in_box ip link set look up
in_box tcpdump --immediate-mode -Z root -Uni look -w "$LAB/nlmon" 2>"$LAB/look" &
look=$!
wait_for 20 grep -q listening "$LAB/look"
for table in info counters flows fates pairs profiles histograms rules; do client "$table" >/dev/null; done
refusal add strip 5 >/dev/null
connects
settled() { local size; size=$(stat -c %s "$LAB/nlmon"); sleep 1; [ "$size" = "$(stat -c %s "$LAB/nlmon")" ]; }
wait_for 20 settled
kill "$look"
wait "$look"
seen=$(python3 /lab/padding.py "$LAB/nlmon")
ok "nlmon: $(tail -1 <<<"$seen")" python3 /lab/padding.py "$LAB/nlmon"
ok "there was padding to look at" test "$(tail -1 <<<"$seen" | grep -oE 'padding [0-9]+' | cut -d' ' -f2)" -gt 1000
in_box ip link del look

# Who may: the root of a user namespace, in a network namespace of its own and nowhere else.
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
said() { { "$@" >/dev/null; } 2>&1; }
is "nobody is refused" "$(said in_box setpriv --reuid 65534 --regid 65534 --clear-groups \
	/lab/client info | field errno)" 1
is "libtcpath says so in one sentence" "$(said in_box setpriv --reuid 65534 --regid 65534 \
	--clear-groups /lab/fates-static)" \
	"fates: this needs root (CAP_NET_ADMIN in the network namespace)"
is "the root of a user namespace is refused here" "$(said in_box setpriv --reuid 65534 \
	--regid 65534 --clear-groups unshare -Ur /lab/client info | field errno)" 1
ok "but not in a namespace of its own" nobody unshare -Urn /lab/client enable
like "where memory has a limit all the same" \
	"$(said nobody unshare -Urn /lab/client max-flows 1000000)" \
	"errno=1 text=more flows than the module's max_flows.* offset="

ok "max-flows" client max-flows 1024
is "the CLI sees it" "$(cli config get | grep max)" "max-flows 1024"
ok "reset" client reset
is "counters start over" "$(cli -j show counters | json answered)" 0
ok "disable" client disable
like "the CLI sees that, too" "$(cli status)" 'hooks +off'
tap_done
