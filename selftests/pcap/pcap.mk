# SPDX-License-Identifier: GPL-2.0
# The analyst, offline.

.PHONY: check-parity
check-parity: tools
	selftests/deps.sh check
	selftests/pcap/parity.sh
