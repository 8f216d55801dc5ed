# SPDX-License-Identifier: GPL-2.0
## make soak          an hour of random faults, traffic and policy; SOAK_MINUTES= for another time

SOAK_MINUTES ?= 60
SOAK_KERNEL ?= 6.12

.PHONY: soak

soak: netlink-rig
	@ko=$$(selftests/guest/module.sh $(SOAK_KERNEL)) && TCPATH_SOAK_MINUTES=$(SOAK_MINUTES) \
		TCPATH_SOAK_SEED=$(SOAK_SEED) selftests/guest/run.sh -k $(SOAK_KERNEL) \
		-a kfence.sample_interval=1 -t $$(($(SOAK_MINUTES) * 60 + 1200)) -f "$$ko" \
		-f build/netlink/fuzz -f build/load/flood -f selftests/load/rig.sh \
		selftests/soak/soak.sh
