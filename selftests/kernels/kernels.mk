# SPDX-License-Identifier: GPL-2.0
# Kernels to build and to break against; all of them live in the cache.
#
## make check-debug   planted bugs, then the module, on instrumented kernels
## make check-gate    the planted bugs alone
## make check-kernels the module against stock 6.1, 6.12 and 7.x headers
## make check-matrix  the guest tests on each of these kernels, KFENCE watching; MATRIX=7: on that one
## make check-ao      segments signed by TCP-AO, under each kind of rule, between kernels 7.x

.PHONY: check-ao
check-ao:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@selftests/kernels/check-ao.sh

.PHONY: check-debug check-gate check-kernels check-matrix

check-debug:
	@selftests/deps.sh build
	@$(MAKE) --no-print-directory tools
	@selftests/kernels/check-debug.sh $(DEBUG_KERNELS)

check-gate:
	@selftests/kernels/check-debug.sh -g $(DEBUG_KERNELS)

check-kernels:
	@selftests/kernels/check-kernels.sh

check-matrix:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@selftests/kernels/check-matrix.sh $(MATRIX)
