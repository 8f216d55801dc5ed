# SPDX-License-Identifier: GPL-2.0
## make check-wire    frames that nobody should send, over a router and a bridge, KASAN watching
## make check-wire-long more than a million of them

.PHONY: check-wire check-wire-long wire-rig

wire_run = selftests/wire/check-wire.sh $(1) build/wire/hostile tools/tcpath $(WIRE_KERNEL)

check-wire: wire-rig
	@$(call wire_run,50000)

check-wire-long: wire-rig
	@nice $(call wire_run,1500000)

wire-rig:
	@selftests/deps.sh build
	@$(MAKE) --no-print-directory tools build/wire/hostile

build/wire/hostile: $(wildcard selftests/wire/*.c selftests/wire/*.h) selftests/unit/random.h
	@mkdir -p $(@D)
	@$(CC) -std=gnu11 -O2 -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -Ikmod -Iselftests/unit \
		-o $@ $(filter %.c,$^) -lpcap
