# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the two runners share: a job directory for init.sh, and its outcome.
# shellcheck disable=SC2154 # kernels and cache are lib.sh's, linux the runner's

# shellcheck disable=SC2034 # read by the runners
parse_options() {
	seconds=300 log='' memory=1G processors=2 append=''
	OPTIND=1
	while getopts t:l:m:s:a: option; do
		case $option in
		t) seconds=$OPTARG ;;
		l) log=$OPTARG ;;
		m) memory=$OPTARG ;;
		s) processors=$OPTARG ;;
		a) append=$OPTARG ;;
		*) exit 1 ;;
		esac
	done
}

# make_job SCRIPT ARGS: the guest sees the same paths as the caller, also when
# the tree or the cache lies within a directory that is scratch space there.
make_job() {
	local name script
	script=$(readlink -e "$1") || die "no such script: $1"
	shift
	job=$(mktemp -d "${TMPDIR:-/tmp}/tcpath-job.XXXXXX")
	trap 'exit 143' INT TERM
	trap 'kill $guest 2>/dev/null || true; rm -rf "$job"' EXIT
	pwd -P >"$job/cwd"
	{
		for name in ${!TCPATH_*} ${TCPATH_PASS:-}; do
			[ -z "${!name+set}" ] || printf 'export %s=%q\n' "$name" "${!name}"
		done
		printf 'export TCPATH_KDIR=%q\n' "$(dirname "$linux")"
		printf 'exec %q' "$script"
		[ $# -eq 0 ] || printf ' %q' "$@"
		echo
	} >"$job/command"
	printf '%s\n' "$(readlink -f "$kernels/../..")" "$cache" "$(pwd -P)" \
		"$(dirname "$script")" | grep -vxE '/|/tmp|/run|/var/tmp|/root' | sort -u >"$job/keep"
	if [ -z "$log" ]; then
		mkdir -p "$cache/logs"
		log=$cache/logs/$(basename "$script" .sh).$$.log
	fi
}

# boot COMMAND...: its console on stdout; it never outlives us.
guest=
boot() {
	timeout -k 5 "$seconds" "$@" </dev/null &
	guest=$!
	wait $guest || true
	guest=
}

finish_job() {
	[ -s "$job/status" ] && exit "$(cat "$job/status")"
	echo "${0##*/}: the kernel ended without a verdict; its last words, from $log:" >&2
	tail -n 15 "$log" >&2
	exit 125
}
