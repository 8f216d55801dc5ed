#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# story.sh router|bridge 4|6: the imaging site, from the first deployment to the cure, with
# the real tcpath. A test (TAP); with TCPATH_DEMO=1 the same, told for somebody who watches.
TCPATH_MODE=${1:-router} TCPATH_FAMILY=${2:-4}
. "$(dirname "$0")/lib.sh"
trap site_down EXIT

demo=${TCPATH_DEMO:-}
bold='' dim='' red='' green='' cyan='' off=''
if [ -n "$demo" ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' cyan=$'\e[36m' off=$'\e[0m'
fi

# --- telling -----------------------------------------------------------------------------

step_n=0 said=''

headline() {
	step_n=$((step_n + 1))
	[ -n "$demo" ] || return 0
	printf '\n%s%s, IPv%s - %d. %s%s\n' "$bold" "${TCPATH_MODE^}" "$TCPATH_FAMILY" \
		"$step_n" "$1" "$off"
	shift
	[ $# -eq 0 ] || printf '   %s\n' "$@"
}

# run WHO COMMAND...: shows the command and, as it comes, what it says, which stays in $said.
run() {
	local who=$1 prefix='# ' rc
	shift
	if [ -n "$demo" ]; then
		prefix='     '
		printf '   %s%s# %s%s\n' "$cyan" "$who" "$*" "$off"
	else
		note "$who# $*"
	fi
	"in_$who" "$@" 2>&1 | tee "$LAB/said" | sed -u "s/^/$prefix/"
	rc=${PIPESTATUS[0]}
	said=$(<"$LAB/said")
	return "$rc"
}

# What was asserted, for those who watch: a tick or a cross in the place of TAP's lines.
if [ -n "$demo" ]; then
	tap() {
		tap_n=$((tap_n + 1))
		if [ "$1" = ok ]; then
			printf '   %s✓ %s%s\n' "$green" "$2" "$off"
		else
			tap_failed=$((tap_failed + 1))
			printf '   %s✗ %s%s\n' "$red$bold" "$2" "$off"
		fi
	}
fi

# A client run that is shown: deployment [ARGS for imaging-client]
deployment() {
	run client imaging-client -p "$TCPATH_PORT" -n "$TCPATH_FILES" -s "$TCPATH_FILE_SIZE" \
		"$@" "$(server_address)"
}

result() { [ "$1" = 0 ] && echo works || echo fails; }

# --- what is asked again and again -------------------------------------------------------

# The command that diagnose recommends, from its own words.
suggestion() { grep -oE 'tcpath policy add [^`"'"'"']*' <<<"$said" | head -1; }

# Time has to pass before a SYN counts as unanswered: ask until the verdict is there.

diagnosed() { in_box tcpath diagnose 2>&1 | grep -q 'tcpath policy add'; }

# --- the scenes --------------------------------------------------------------------------

draw() {
	[ -n "$demo" ] || return 0
	local does='routes,'
	[ "$TCPATH_MODE" = router ] || does='bridges,'
	printf '\n%s%s%s\n' "$bold" "$(printf '=%.0s' {1..72})" "$off"
	printf '%s   client ---------- box ---------- device --------- server%s\n' "$bold" "$off"
	printf '%s   is imaged         %-9s      on the path,    nginx on\n' "$dim" "$does"
	printf '                     tcpath         later broken    %s port %s%s\n' \
		"$(server_address)" "$TCPATH_PORT" "$off"
}

it_works() {
	headline "Machines are imaged: $TCPATH_FILES files, one connection for each" \
		"tcpath.ko is loaded on the box. All is well on this path."
	run box tcpath enable
	deployment
	is "the deployment works" "$(result $?)" works
	run box tcpath status
	run box tcpath show handshakes
	like "tcpath saw the connections to the server" "$said" "$(server_address)"
}

it_fails() {
	local try rc=0
	headline "A device on the path begins to lose SYNs, one tuple in $TCPATH_BROKEN_ONE_IN" \
		"It dislikes the options of RFC 1323. Which file that hits is chance."
	broken_up "$TCPATH_BROKEN_ONE_IN"
	for try in 1 2 3 4 5; do
		deployment
		rc=$?
		[ $rc = 0 ] || break
		[ -z "$demo" ] || echo "   Run $try got through by luck; once more."
	done
	is "the deployment fails" "$(result $rc)" fails
	like "the client's error is the one of the story" "$said" '0x80072ee2 \(connect timed out\)'
}

diagnose_names_it() {
	headline "One command to see it"
	wait_for 90 diagnosed
	run box tcpath diagnose
	like "diagnose names the server" "$said" "$(server_address)"
	like "and the client" "$said" "$(client_address)"
	like "it counts the SYNs that nothing answered" "$said" '3 SYN'
	like "it names timestamps or window scale" "$said" 'timestamps|window.scale|wscale'
	like "it recommends a policy" "$(suggestion)" '^tcpath policy add '
}

one_policy_cures_it() {
	local -a cure
	headline "One command to cure it, as diagnose says; the server is not touched"
	read -r -a cure <<<"$(suggestion)"
	[ ${#cure[@]} -gt 0 ] || return
	run box "${cure[@]}"
	is "the policy is accepted" "$(result $?)" works
	deployment
	is "all files arrive" "$(result $?)" works
	deployment -q
	is "and again" "$(result $?)" works
}

counters_prove_it() {
	local stripped
	headline "The counters prove it"
	run box tcpath policy list
	run box tcpath show handshakes
	stripped=$(counter stripped)
	is "each of the $((2 * TCPATH_FILES)) SYNs was stripped" "$stripped" $((2 * TCPATH_FILES))
	run box tcpath diagnose "$(server_address)"
	like "diagnose, which has now seen both, says so" "$said" 'cured by rule'
}

a_client_reboots() {
	local port=$1
	headline "The second fault: a client reboots and reuses a port too soon" \
		"The device is sound again and the policy gone. The server is in TIME_WAIT for that" \
		"port, with the timestamp of the client's former life, which is the newer one."
	broken_down
	in_box tcpath policy flush
	in_box tcpath flush
	in_box tcpath reset
	timewait_up "$port" || tap 'not ok' "the server is brought to TIME_WAIT"
	run server ss -Htano state time-wait "sport = :$TCPATH_PORT"
	deployment -n 1 -b "$port"
	is "its first connection fails" "$(result $?)" fails
	like "with the same error" "$said" '0x80072ee2 \(connect timed out\)'
}

diagnose_tells_them_apart() {
	headline "The same symptom, another cause: diagnose tells them apart"
	wait_for 90 diagnosed
	run box tcpath diagnose
	like "diagnose names TIME_WAIT" "$said" 'TIME.WAIT'
	like "it saw the bare ACK that came instead of a SYN-ACK" "$said" 'ACK'
	like "it recommends a policy" "$(suggestion)" '^tcpath policy add '
}

timestamps_off_cures_it() {
	local port=$1
	local -a cure
	headline "Without timestamps the server has nothing to hold against it"
	read -r -a cure <<<"$(suggestion)"
	[ ${#cure[@]} -gt 0 ] || return
	run box "${cure[@]}"
	is "the policy is accepted" "$(result $?)" works
	deployment -n 1 -b "$port"
	is "the same port gets its file" "$(result $?)" works
}

main() {
	local port=${TCPATH_SOURCE_PORT:-50000}
	draw
	if ! { module_load && site_up "$TCPATH_MODE" && web_up "$TCPATH_FILES"; }; then
		tap 'not ok' "the site comes up"
		tap_done
	fi
	it_works
	it_fails
	diagnose_names_it
	one_policy_cures_it
	counters_prove_it
	a_client_reboots "$port"
	diagnose_tells_them_apart
	timestamps_off_cures_it "$port"
	[ -z "$demo" ] || exit "$((tap_failed > 0))"
	tap_done
}

main
