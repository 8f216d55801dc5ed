#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# newcomer.sh [COMMAND...]: a fresh Debian 12 (debootstrap), a clone, and then only what
# README says: its two commands, its way onto a box of your own, the tutorial, and away
# again. TAP. With COMMANDs (make check) these are typed there, in the place of 'make demo'.
#
# The folder has Debian's kernel as a machine of its own would; what runs underneath is this
# machine's kernel, so that 'uname -r' answers for it, and modprobe is done in a guest.
# shellcheck disable=SC2154 # n and failed are tap.sh's
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. selftests/tap.sh
. selftests/guest/fetch.sh

root=$(mktemp -d "${TMPDIR:-/tmp}/newcomer-XXXXXX")
out=$root/out
trap 'rm -rf "$root"' EXIT

fresh_debian() {
	local suite mirror
	mirror=$(mirror_of bookworm)
	unshare --mount debootstrap --variant=minbase --keyring="$KEYRING" \
		--include=git,make,ca-certificates bookworm "$root" "$mirror" >"$out" 2>&1 || return
	for suite in bookworm bookworm-updates bookworm-security; do
		mirror=$(mirror_of "$suite")
		[ -z "$mirror" ] || echo "deb $mirror $suite main"
	done >"$root/etc/apt/sources.list"
	cp /etc/resolv.conf "$root/etc/"
	typed 'apt-get -qq update &&
		apt-get -qq -y --no-install-recommends install linux-image-cloud-amd64'
}

own_kernel() { # what a machine with this root would run
	release=$(ls "$root/lib/modules") && [ -n "$release" ] || return
	printf '#!/bin/sh\n[ "$*" = -r ] && echo %s || exec /bin/uname "$@"\n' "$release" \
		>"$root/usr/local/bin/uname"
	chmod +x "$root/usr/local/bin/uname"
}

# typed TEXT: by root, in the clone where there is one, with nothing of this machine.
typed() {
	local dir=/root
	[ ! -d "$root/root/tcpath" ] || dir=/root/tcpath
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --pid --fork --kill-child sh -c '
		mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
		exec chroot "$0" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
			sh -c "cd $1 && $2"' "$root" "$dir" "$1" >"$out" 2>&1 </dev/null
}

# readme HEADING: the commands of that section, as they stand there.
readme() {
	sed -n "/^## $1\$/,/^## /s/^    //p" README.md | sed 's/ *#.*//; s/sudo //g'
}

step() { # NAME COMMAND...
	local name=$1 rc=0 start=$SECONDS
	shift
	"$@" || rc=$?
	verdict "$rc" "$name" "$(tail -n 25 "$out")"
	echo "# $((SECONDS - start)) s"
}

says() { grep -qE "$1" "$out"; }

in_guest() {
	typed 'selftests/guest/run.sh -m /lib/modules/*/*/tcpath.ko selftests/desk/installed-guest.sh'
}

nothing_left() {
	find "$root/usr" "$root/etc" "$root/lib/modules" -path "$root/usr/src" -prune -o \
		-iname '*tcpath*' -print >"$out"
	[ ! -s "$out" ]
}

step "a fresh Debian 12" fresh_debian
step "with a kernel of its own" own_kernel
step "git clone" git clone -q . "$root/root/tcpath"
if [ $# -gt 0 ]; then
	for command in "$@"; do step "$command" typed "$command"; done
else
	step "$(readme 'See it work' | head -1)" typed "$(readme 'See it work' | head -1)"
	step "the client fails first" says 'deployment failed'
	step "tcpath says who, and with which options" says 'T101 .* window scale and timestamps'
	step "and after one command all files arrive" says 'deployment complete'
fi
while read -r command; do
	case $command in
	make*modprobe*) command=${command%&& modprobe*} ;;
	esac
	step "$command" typed "$command"
done < <(readme 'On a box of your own')
step "what was installed works, on that kernel" in_guest
step "the tutorial, typed" typed 'make check-tutorial'
step "make uninstall" typed 'make uninstall'
step "nothing of it is left" nothing_left
echo "1..$n"
exit "$failed"
