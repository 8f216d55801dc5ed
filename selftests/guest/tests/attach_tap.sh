#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A tap on the port that a bridge mirrors to: all is seen once, nothing is changed, and the tap
# goes with its device and its namespace.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

sum() { grep -oE "\"$1\": *[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }
lab_up bridge
in_box tcpath disable
ip netns add watch
ip -n box link add m0 type veth peer name w0 netns watch
ip -n box link set m0 up
ip -n watch link set w0 up
for dev in b0 b1; do
	ip netns exec box tc qdisc add dev $dev clsact
	ip netns exec box tc filter add dev $dev ingress matchall action mirred egress mirror dev m0
done
watch() { ip netns exec watch tcpath "$@"; }
like "nothing can be attached while the hooks are off" "$(watch attach tap w0 2>&1)" 'enable first'
ok "enable" watch enable
ok "attach a mirror port" watch attach tap w0
like "which is promiscuous then" "$(ip -n watch -d link show w0)" 'promiscuity 1'
like "twice is refused" "$(watch attach tap w0 2>&1)" 'attached already'
like "a device that is not there" "$(watch attach tap nosuch 2>&1)" 'no such device'
ok "a rule" watch policy add strip timestamps
for TCPATH_FAMILY in 4 6; do
	watch flush
	watch reset
	ok "IPv$TCPATH_FAMILY: files arrive" deploy -q -b $APART
	is "IPv$TCPATH_FAMILY: the tap has seen each attempt" \
		"$(watch -j show counters | sum syn)" "$TCPATH_FILES"
	is "IPv$TCPATH_FAMILY: and each answer" "$(watch -j show counters | sum answered)" \
		"$TCPATH_FILES"
	is "IPv$TCPATH_FAMILY: nothing twice" \
		"$(watch -j show flows | sum network_duplicate)" 0
	is "IPv$TCPATH_FAMILY: all bytes" \
		"$(($(watch -j show flows | sum bytes) >= TCPATH_FILES * TCPATH_FILE_SIZE))" 1
	is "IPv$TCPATH_FAMILY: no rule was asked" "$(watch -j show counters | sum matched)" 0
done
is "it says how many packets were met" "$(($(watch -j show attached | sum packets) > 100))" 1
like "status says where it looks" "$(watch status)" 'looks at +what is forwarded, tap w0'
ok "detach" watch detach tap w0
unlike "promiscuous no more" "$(ip -n watch -d link show w0)" 'promiscuity 1'
like "once more is refused" "$(watch detach tap w0 2>&1)" 'nothing is attached'
TCPATH_FAMILY=4
before=$(watch -j show counters | sum known)
ok "files arrive" deploy -q
is "and are not seen" "$(watch -j show counters | sum known)" "$before"
# A device that goes, and one that moves, take their tap along.
ok "attach again" watch attach tap w0
ip -n watch link set w0 netns box
is "a device that leaves is looked at no more" "$(watch -j show attached | sum packets)" 0
like "and is not listed" "$(watch show attached)" 'Nothing is attached'
in_box tcpath enable
ok "attach where it is now" in_box tcpath attach tap w0
ip -n box link del m0
like "a device that is deleted is not listed" "$(in_box tcpath show attached)" 'Nothing is attached'
ip -n watch link add d0 type dummy
ok "a tap on a dummy" watch attach tap d0
ip netns del watch
watch_gone() { ! ip netns list | grep -q watch; }
ok "a namespace goes with its tap" wait_for 10 watch_gone
ok "a tap to unload the module with" in_box tcpath attach tap b0
ok "and the box as an end" in_box tcpath attach local
deploy -q -n 4 >/dev/null &
ok "the module goes, while packets come" module_unload
wait
unlike "promiscuous no more" "$(ip -n box -d link show b0)" 'promiscuity [2-9]'
tap_done
