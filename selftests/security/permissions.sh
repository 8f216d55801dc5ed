#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: who may do what. Every operation and every multicast group is tried by root, by
# nobody, and by the root of a user namespace over its own network and over another's.
. /lab/lib.sh
trap site_down EXIT

OPERATIONS=23 GROUPS_OF_IT=2

USER_OF_NONE=(setpriv --reuid 65534 --regid 65534 --clear-groups)
NOBODY=("${USER_OF_NONE[@]}" --bounding-set -all)
as_user() { "${USER_OF_NONE[@]}" "$@"; }

tally() { # WHAT: how many were tried, and how many were refused for lack of rights
	awk -v what="$1" '$1 == what { n++; refused += $3 == 1 || $3 == 13 }
		END { print n + 0, refused + 0 }'
}

all_may() { # NAME COMMAND...
	local out
	out=$("${@:2}" 2>&1)
	is "$1: all operations" "$(tally op <<<"$out")" "$OPERATIONS 0"
	is "$1: all groups" "$(tally group <<<"$out")" "$GROUPS_OF_IT 0"
}

none_may() { # NAME COMMAND...
	local out
	out=$("${@:2}" 2>&1)
	is "$1: no operation" "$(tally op <<<"$out")" "$OPERATIONS $OPERATIONS"
	is "$1: no group" "$(tally group <<<"$out")" "$GROUPS_OF_IT $GROUPS_OF_IT"
}

as_nobody_in_box() { nsenter --net=/run/netns/box -- "${NOBODY[@]}" /lab/perm; }
as_stranger_in_box() { nsenter --net=/run/netns/box -- "${USER_OF_NONE[@]}" unshare -Ur /lab/perm; }

in_container() { as_user unshare -Urn "$@"; }

module_unload
modprobe libcrc32c 2>/dev/null
insmod /lab/tcpath.ko max_flows=4096
site_up router
in_box tcpath enable
in_box tcpath policy add dport 80 pass >/dev/null
generation() { in_box tcpath -j status | grep -oE '"generation": *[0-9]+'; }
flows() { in_box tcpath config get | grep -oE 'max-flows +[0-9]+'; }
before="$(generation) $(flows)"

none_may "nobody" as_nobody_in_box
is "nothing of that took effect" "$(generation) $(flows)" "$before"
none_may "root of a user namespace, over another's network" as_stranger_in_box
is "nothing of that took effect, either" "$(generation) $(flows)" "$before"
all_may "root of a user namespace, over its own network" in_container /lab/perm
all_may "CAP_NET_ADMIN alone" in_box "${USER_OF_NONE[@]}" \
	--inh-caps=+net_admin --ambient-caps=+net_admin --bounding-set=-all,+net_admin /lab/perm
all_may "root" in_box /lab/perm

# Limits are each namespace's own; a container has at most what the module was loaded with.
like "a container starts with the module's limit" "$(in_container tcpath config get)" \
	'max-flows +4096'
ok "it may take less" in_container tcpath config set max-flows 64
fails "it may not take more" in_container tcpath config set max-flows 4097
like "and is told why" "$(in_container tcpath config set max-flows 4097 2>&1)" 'initial user namespace'
ok "root may" in_box tcpath config set max-flows 65536
is "a container's rules are its own" \
	"$(in_container sh -c 'tcpath policy add strip mss >/dev/null; tcpath policy list' |
		grep -c mss) $(in_box tcpath policy list | grep -c mss)" "1 0"
fails "a container does not enter the box" as_user unshare -Ur tcpath -N box status
tap_done
