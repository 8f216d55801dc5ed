# SPDX-License-Identifier: GPL-2.0
# Kernels to build and to break against; all of them live in the cache.

.PHONY: check-debug check-kernels check-gate

# Planted bugs, then the module, on instrumented kernels.
check-debug: tools
	selftests/kernels/check-debug.sh $(DEBUG_KERNELS)

check-gate:
	selftests/kernels/check-debug.sh -g $(DEBUG_KERNELS)

# The module against stock 6.1, 6.12 and 7.x headers.
check-kernels:
	selftests/kernels/check-kernels.sh
