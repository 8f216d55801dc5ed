# SPDX-License-Identifier: GPL-2.0
## make check-netlink      a fuzzer that knows the family's policy, in a guest with poisoned memory
## make check-netlink-kcov the same led by the places it reaches, under KASAN and lockdep (UML)
## make check-netlink-quick fewer messages of the latter: a minute
## make check-netlink-long ten million messages, FUZZ_MESSAGES= for another number (UML, no KASAN)

FUZZ_MESSAGES ?= 10000000
nlfuzz := $(addprefix selftests/netlink/,fuzz.c grammar.c message.c oracle.c cover.c)

.PHONY: check-netlink check-netlink-kcov check-netlink-quick check-netlink-long netlink-rig

netlink-rig: load-rig
	@$(MAKE) --no-print-directory build/netlink/fuzz

check-netlink: netlink-rig
	@ko=$$(selftests/guest/module.sh 6.1) && selftests/guest/run.sh -t 900 \
		-a 'slub_debug=P init_on_alloc=0' -f "$$ko" -f build/netlink/fuzz \
		-f build/load/flood -f selftests/load/rig.sh selftests/netlink/fuzz.sh

check-netlink-kcov: netlink-rig
	@TCPATH_FUZZ_MESSAGES=500000 TCPATH_FUZZ_RELOADS=50 selftests/netlink/check-uml.sh

check-netlink-quick: netlink-rig
	@TCPATH_FUZZ_MESSAGES=10000 TCPATH_FUZZ_RELOADS=2 TCPATH_FUZZ_POINTS=800 \
		selftests/netlink/check-uml.sh

check-netlink-long: netlink-rig
	@TCPATH_FUZZ_RELOADS=200 TCPATH_FUZZ_MESSAGES=$(FUZZ_MESSAGES) \
		selftests/netlink/check-uml.sh plain-6.1

build/netlink/fuzz: $(nlfuzz) $(wildcard selftests/netlink/*.h)
	@mkdir -p $(@D)
	@$(CC) -O2 -g -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -o $@ $(nlfuzz)

build/netlink/sweep: selftests/netlink/sweep.c selftests/netlink/grammar.c selftests/netlink/grammar.h kmod/uapi/tcpath.h
	@mkdir -p $(@D)
	@$(CC) -O2 -g -Wall -Wextra -Wshadow -Werror -Wno-missing-field-initializers -D_GNU_SOURCE \
		-Ikmod -o $@ $(filter %.c,$^)
