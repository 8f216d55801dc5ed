#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# explain tells of a live connection which rule decided, what was offered, what was stripped
# and what came back.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

explain() { in_box tcpath explain "$@"; }

lab_up router
answer 49000 >/dev/null
got=$(explain "$CLIENT4:49000" "$SERVER4:$TCPATH_PORT")
like "no rule: says so" "$got" 'rule: +none decided'
like "no rule: nothing is stripped" "$got" 'stripped: +nothing'

rule dst "$SERVER4" tcp1323opts 0 comment imaging
answer 49001 >/dev/null
got=$(explain "$CLIENT4:49001" "$SERVER4:$TCPATH_PORT")
like "the offer" "$got" 'offered: +mss,wscale,sack-permitted,timestamps, in one SYN, MSS 1460, shift 7'
like "the rule" "$got" "rule [0-9]+: +dst $SERVER4 tcp1323opts 0 comment \"imaging\""
like "what was stripped" "$got" 'stripped: +wscale,timestamps'
like "what was sent" "$got" 'sent: +mss,sack-permitted'
like "what came back" "$got" 'answered: +mss,sack-permitted, after '
is "the other way round it is the same" "$(explain "$SERVER4:$TCPATH_PORT" "$CLIENT4:49001")" "$got"
like "as JSON, too" "$(in_box tcpath -j explain "$CLIENT4:49001" "$SERVER4:$TCPATH_PORT")" \
	'"stripped":\["wscale","timestamps"\]'
policy flush
like "a rule that is gone" "$(explain "$CLIENT4:49001" "$SERVER4:$TCPATH_PORT")" 'not in force any more'

TCPATH_FAMILY=6
answer 49002 >/dev/null
like "IPv6" "$(explain "[$CLIENT6]:49002" "[$SERVER6]:$TCPATH_PORT")" 'none decided'
fails "no such connection" explain "$CLIENT4:1" "$SERVER4:$TCPATH_PORT"
tap_done
