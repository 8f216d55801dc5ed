# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # module and tcpath are the script's arguments
# For scripts that run inside a kernel under test.

# wait_for SECONDS COMMAND...
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# A leak is seen after its module has gone: the gate needs the names before.
note_symbols() {
	awk -v module="[$1]" '$4 == module && $2 ~ /[tT]/ { print "tcpath-run: symbol", $1, $3, $4 }' \
		/proc/kallsyms >/dev/console
}

number=0 failed=0

ok() {
	number=$((number + 1))
	echo "ok $number - $1"
}

not_ok() {
	number=$((number + 1)) failed=1
	echo "not ok $number - $1"
}

try() {
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

finish() {
	echo "1..$number"
	exit $failed
}

# steer COMMAND...: tcpath in the box's namespace; nothing in the reference run.
steer() {
	[ "$module" != - ] || return 0
	ip netns exec box "$tcpath" "$@" >/tmp/steer.$BASHPID 2>&1 && return
	sed "s/^/# tcpath $*: /" /tmp/steer.$BASHPID
	return 1
}

# KCSAN has the whole kernel wait at random: only from here on.
watch_races() {
	[ ! -e /sys/kernel/debug/kcsan ] || echo on >/sys/kernel/debug/kcsan
}

load() {
	watch_races
	# Few flows are enough for what comes with many.
	[ "$module" = - ] || { insmod "$module" ahead_flows=8 && note_symbols tcpath; }
}

unload() {
	[ "$module" = - ] || rmmod tcpath
}
