# SPDX-License-Identifier: GPL-2.0
## make bench         what tcpath costs beside its peers: instructions and nanoseconds; an hour
## make check-budget  instructions of the engine by path, against selftests/bench/budget.txt

.PHONY: bench check-budget

bench:
	@selftests/bench/bench.sh

check-budget:
	@selftests/bench/budget.sh
