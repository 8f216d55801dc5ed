# SPDX-License-Identifier: GPL-2.0
## make check-permissions who may do what, in a guest

.PHONY: check-permissions

check-permissions:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools build/netlink/perm
	@ko=$$(selftests/guest/module.sh 6.1) && selftests/guest/run.sh -f "$$ko" \
		-f build/netlink/perm selftests/security/permissions.sh

build/netlink/perm: selftests/netlink/perm.c selftests/netlink/grammar.c selftests/netlink/grammar.h
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -o $@ $(filter %.c,$^)
