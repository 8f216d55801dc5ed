# SPDX-License-Identifier: GPL-2.0
## make check-unit    unit tests of the engine, under ASan and UBSan
## make check-fuzz    a minute of fuzzing; FUZZ_SECONDS= for more

unit := build/unit
unit_tests := $(patsubst selftests/unit/%.c,$(unit)/%,$(wildcard selftests/unit/test_*.c))
unit_engine := $(wildcard kmod/engine/*.c kmod/engine/*.h)
unit_cflags := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Ikmod -Iselftests/unit \
	-fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_SECONDS ?= 60
fuzzers := $(patsubst selftests/fuzz/%.c,build/fuzz/%,$(wildcard selftests/fuzz/fuzz_*.c))

.PHONY: check-unit check-fuzz

check-unit:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory unit-tests
	@status=0; for t in $(unit_tests); do \
		CMOCKA_MESSAGE_OUTPUT=TAP $$t || status=1; done; exit $$status

.PHONY: unit-tests
unit-tests: $(unit_tests)

$(unit)/%: selftests/unit/%.c selftests/unit/unit.h $(unit_engine)
	@mkdir -p $(@D)
	@$(CC) $(unit_cflags) -o $@ $< $(filter %.c,$(unit_engine)) -lcmocka

check-fuzz:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory $(fuzzers)
	@status=0; for f in $(fuzzers); do \
		mkdir -p build/corpus/$${f##*/}; \
		if $$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -verbosity=0 \
			build/corpus/$${f##*/} >build/$${f##*/}.log 2>&1; then \
			echo "ok - $${f##*/}: $$(sed -n 's/^stat::number_of_executed_units: */executions /p' build/$${f##*/}.log)"; \
		else echo "not ok - $${f##*/}: see build/$${f##*/}.log"; status=1; fi; \
	done; exit $$status

build/fuzz/%: selftests/fuzz/%.c $(unit_engine)
	@mkdir -p $(@D)
	@clang -std=gnu11 -g -O1 -Wall -Ikmod -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o $@ $< $(filter %.c,$(unit_engine))
