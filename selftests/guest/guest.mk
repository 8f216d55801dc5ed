# SPDX-License-Identifier: GPL-2.0
guest := selftests/guest

guest-programs: $(guest)/imaging-client $(guest)/rawtcp

$(guest)/imaging-client $(guest)/rawtcp: %: %.c
	$(CC) -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -o $@ $<

.PHONY: guest-programs
