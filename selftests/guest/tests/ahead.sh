#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# From so many flows on, a hook before routing fetches them; with fewer it is not there. A
# probe counts how often it runs.
. "$(dirname "$0")/../lib.sh"
trap 'exec {hold}>&-; site_down; module_unload' EXIT

FROM=32
TRACING=/sys/kernel/tracing
# shellcheck disable=SC2016  # for the shell that runs it
CONNECT='for i in {1..40}; do exec {fd}<>/dev/tcp/$0/$1 || exit 1; done; read -r'
flows() { in_box tcpath -j status | grep -oE '"flows": *[0-9]+' | grep -oE '[0-9]+'; }
forty() { [ "$(flows)" -ge 40 ]; }
none() { [ "$(flows)" -eq 0 ]; }
runs() { awk -v p="early$TCPATH_FAMILY" '$1 == p { print $2 }' $TRACING/kprobe_profile; }
# transfer_runs: how often the hook ran for files that arrived.
transfer_runs() {
	local before
	before=$(runs)
	deploy -q -n 4 >/dev/null && echo $(($(runs) - before))
}
fetches() { [ "$(transfer_runs)" -gt 20 ]; }
rests() { in_box tcpath flush && [ "$(transfer_runs)" = 0 ]; }

module_load && module_unload && insmod "$TCPATH_AT/tcpath.ko" ahead_flows=$FROM
grep -qs ' ' $TRACING/README || mount -t tracefs tracefs $TRACING
for TCPATH_FAMILY in 4 6; do
	v=IPv$TCPATH_FAMILY
	echo "p:early$TCPATH_FAMILY tcpath:ipv${TCPATH_FAMILY}_early" >>$TRACING/kprobe_events
	echo 1 >$TRACING/events/kprobes/early$TCPATH_FAMILY/enable
	lab_up router
	is "$v: with few flows it is not there" "$(transfer_runs)" 0
	exec {hold}> >(in_client bash -c "$CONNECT" "$(server_address)" "$TCPATH_PORT")
	ok "$v: 40 connections at once" wait_for 30 forty
	ok "$v: with many it is, and files arrive" wait_for 30 fetches
	ok "$v: hooks off" in_box tcpath disable
	is "$v: it goes with them" "$(transfer_runs)" 0
	ok "$v: hooks on" in_box tcpath enable
	is "$v: it does not come with them" "$(transfer_runs)" 0
	echo >&"$hold"
	exec {hold}>&-
	exec {hold}> >(in_client bash -c "$CONNECT" "$(server_address)" "$TCPATH_PORT")
	ok "$v: 40 connections once more" wait_for 30 forty
	ok "$v: it comes back" wait_for 30 fetches
	echo >&"$hold"
	exec {hold}>&-
	ok "$v: with few flows it goes again" wait_for 30 rests
	exec {hold}> >(in_client bash -c "$CONNECT" "$(server_address)" "$TCPATH_PORT")
	ok "$v: 40 connections for the last time" wait_for 30 forty
	ok "$v: and it" wait_for 30 fetches
	ok "$v: the module goes meanwhile" module_unload
	ok "$v: it has left nothing behind: files arrive" deploy -q
	echo >&"$hold"
	exec {hold}>&-
	insmod "$TCPATH_AT/tcpath.ko" ahead_flows=$FROM
	site_down
	echo 0 >$TRACING/events/kprobes/early$TCPATH_FAMILY/enable
done
echo >$TRACING/kprobe_events
tap_done
