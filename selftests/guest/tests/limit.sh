#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A full table is no reason to drop: connections pass, and what is not tracked is counted.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

# shellcheck disable=SC2016  # for the shell that runs it
CONNECT='for i in {1..40}; do exec {fd}<>/dev/tcp/$0/$1 || exit 1; done; read -r'
forty() { [ "$(in_client ss -Htn state established "dport = :$TCPATH_PORT" | wc -l)" -ge 40 ]; }

lab_up router
ok "the limit is set at run time" in_box tcpath config set max-flows 16
like "and shown" "$(in_box tcpath config get)" 16
exec {hold}> >(in_client bash -c "$CONNECT" "$(server_address)" "$TCPATH_PORT")
ok "40 connections at once" wait_for 30 forty
ok "some are not tracked, and counted" counted table-full 1
flows=$(in_box tcpath -j status | grep -oE '"flows": *[0-9]+' | grep -oE '[0-9]+')
ok "no more than 16 are tracked ($flows)" test "${flows:-17}" -le 16
rule tcp1323opts 0
fails "policy holds for what is not tracked" answer_has 47000 timestamps
ok "files arrive" deploy -q
exec {hold}>&-
ok "the limit is raised" in_box tcpath config set max-flows 65536
fails "0 is refused" in_box tcpath config set max-flows 0
ok "files arrive" deploy -q
tap_done
