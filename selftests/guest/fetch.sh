# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Sourced: fetches Debian packages into the cache without installing them. Each set of
# suites has an apt state of its own, so that the machine's sources stay as they are;
# apt verifies the signatures against Debian's archive keyring as always.

CACHE=${TCPATH_CACHE:-${HOME:-/root}/.cache/tcpath}
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

die() { echo "${0##*/}: $*" >&2; exit 1; }

# cache_lock NAME: held until this shell ends; a second caller waits for the first.
cache_lock() {
	local fd
	mkdir -p "$CACHE"
	exec {fd}>"$CACHE/.lock-$1"
	flock "$fd"
}

# Prints "URI SUITE" for every binary source of this machine.
apt_sources() {
	local f
	for f in /etc/apt/sources.list.d/*.sources; do
		[ -f "$f" ] && awk '
			function flush(  i, j, n, m, u, s) {
				n = split(uris, u); m = split(suites, s)
				for (i = 1; deb && !off && i <= n; i++)
					for (j = 1; j <= m; j++) print u[i], s[j]
				uris = suites = ""; deb = off = 0
			}
			/^[ \t]*$/ { flush() }
			tolower($1) == "types:" { deb = / deb( |$)/ }
			tolower($1) == "enabled:" { off = tolower($2) == "no" }
			tolower($1) == "uris:" { $1 = ""; uris = $0 }
			tolower($1) == "suites:" { $1 = ""; suites = $0 }
			END { flush() }' "$f"
	done
	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$f" ] && sed -nE 's/^deb +(\[[^]]*\] +)?([^ ]+) +([^ ]+) .*/\2 \3/p' "$f"
	done
	return 0
}

# mirror_of SUITE: where this machine gets it; the main archive for what it does not use.
mirror_of() {
	local base
	# shellcheck source=/dev/null
	base=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
	apt_sources | sed 's|/ | |' | awk -v want="$1" -v base="$base" '
		$2 == want && !hit { hit = $1 }
		$2 == base && !main { main = $1 }
		END { if (hit) print hit; else if (want !~ /-security$/) print main }'
}

# apt_state NAME SUITE...: sets APT, the options that all later calls use, and updates.
apt_state() {
	local dir=$CACHE/apt-$1 suite uri
	shift
	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	for suite in "$@"; do
		uri=$(mirror_of "$suite")
		[ -n "$uri" ] || continue
		printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n\n' \
			"$uri" "$suite" "$KEYRING"
	done >"$dir/debian.sources"
	[ -s "$dir/debian.sources" ] || die "this machine's apt sources name no Debian mirror"
	APT=(-o "Dir::State=$dir/state" -o "Dir::State::status=$dir/status"
		-o "Dir::Cache=$dir/cache" -o "Dir::Etc::sourcelist=$dir/debian.sources"
		-o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root
		-o Acquire::Languages=none -o APT::Architecture=amd64)
	apt-get "${APT[@]}" -qq update >&2 || die "apt-get update failed for: $*"
}

# unpack_into DIR PACKAGE...
unpack_into() {
	local dir=$1 deb tmp
	shift
	mkdir -p "$dir"
	tmp=$(mktemp -d "$dir/.fetch-XXXXXX")
	(cd "$tmp" && apt-get "${APT[@]}" -qq download "$@" >&2) ||
		die "cannot download: $*"
	for deb in "$tmp"/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	rm -rf "$tmp"
}
