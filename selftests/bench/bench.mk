# SPDX-License-Identifier: GPL-2.0
## make bench         what tcpath costs beside its peers: instructions and nanoseconds; an hour
## make check-budget  instructions by path, engine and guest, against selftests/bench/budget.txt
## make bench-rules   instructions to find a rule among 1, 100 and 4,096 of each kind; minutes
## make check-duplex  both directions of a flow on two processors at once: all is counted

.PHONY: bench bench-rules check-budget check-duplex

bench:
	@selftests/bench/bench.sh

bench-rules:
	@selftests/bench/rules.sh

check-budget:
	@selftests/bench/budget.sh

check-duplex:
	@selftests/bench/bench.sh duplex
