#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Prints the path of an nginx binary: the machine's own, or Debian's package unpacked in
# the cache. It is not installed, so that no web server starts or gets enabled here.
set -euo pipefail
. "$(dirname "$0")/fetch.sh"

cache_lock nginx
if command -v nginx >/dev/null; then
	command -v nginx
elif [ -x "$CACHE/nginx/usr/sbin/nginx" ]; then
	echo "$CACHE/nginx/usr/sbin/nginx"
else
	apt_state nginx bookworm bookworm-security
	unpack_into "$CACHE/nginx" nginx
	echo "$CACHE/nginx/usr/sbin/nginx"
fi
