# SPDX-License-Identifier: GPL-2.0
## make check-netlink      a fuzzer that knows the family's policy, in a guest with poisoned memory
## make check-netlink-long ten million messages of it; FUZZ_MESSAGES= for another number

FUZZ_MESSAGES ?= 10000000
nlfuzz := $(addprefix selftests/netlink/,fuzz.c grammar.c)

.PHONY: check-netlink check-netlink-long netlink-rig

netlink-rig: load-rig
	@$(MAKE) --no-print-directory build/netlink/fuzz

netlink_run = ko=$$(selftests/guest/module.sh 6.1) && $(1) selftests/guest/run.sh -t $(2) \
	-a 'slub_debug=P init_on_alloc=0' -f "$$ko" -f build/netlink/fuzz -f build/load/flood \
	-f selftests/load/rig.sh selftests/netlink/fuzz.sh

check-netlink: netlink-rig
	@$(call netlink_run,,900)

check-netlink-long: netlink-rig
	@$(call netlink_run,TCPATH_FUZZ_RELOADS=200 TCPATH_FUZZ_MESSAGES=$(FUZZ_MESSAGES),86400)

build/netlink/fuzz: $(nlfuzz) selftests/netlink/grammar.h
	@mkdir -p $(@D)
	@$(CC) -O2 -g -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -o $@ $(nlfuzz)
