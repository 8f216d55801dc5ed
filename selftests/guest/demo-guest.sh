#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's part of the demo: the story four times.
cd "$(dirname "$0")" || exit 1
rc=0
for mode in router bridge; do
	for family in 4 6; do
		bash story.sh "$mode" "$family" || rc=1
	done
done
if [ "$rc" = 0 ]; then
	printf '\nRouter and bridge, IPv4 and IPv6: seen by one command, cured by one command.\n'
else
	printf '\nNot all went as told: see the crosses above.\n'
fi
exit "$rc"
