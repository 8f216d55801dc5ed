# SPDX-License-Identifier: GPL-2.0
## make check-kparse  reading of SYNs against the kernel's own parser, in a guest

.PHONY: check-kparse

check-kparse:
	@selftests/deps.sh build guest
	@selftests/kparse/kparse.sh
