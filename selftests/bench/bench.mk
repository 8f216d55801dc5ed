# SPDX-License-Identifier: GPL-2.0
## make bench         what tcpath costs beside its peers: instructions and nanoseconds; an hour
## make check-budget  instructions by path, engine and guest, against selftests/bench/budget.txt
## make check-duplex  both directions of a flow on two processors at once: all is counted

.PHONY: bench check-budget check-duplex

bench:
	@selftests/bench/bench.sh

check-budget:
	@selftests/bench/budget.sh

check-duplex:
	@selftests/bench/bench.sh duplex
