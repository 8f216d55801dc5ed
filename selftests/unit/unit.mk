# SPDX-License-Identifier: GPL-2.0
## make check-unit    unit tests of the engine, under ASan and UBSan
## make check-coverage every branch of the parsers is taken by the unit tests
## make check-cross   unit tests as 32-bit and as big-endian programs
## make fuzz-options  all short strings of TCP options, a thousand million of chance: 10 minutes
## make fuzz-options-four all 2^32 strings of four bytes: half an hour
## make check-fuzz    a minute of fuzzing; FUZZ_SECONDS= for more

unit := build/unit
unit_tests := $(patsubst selftests/unit/%.c,$(unit)/%,$(wildcard selftests/unit/test_*.c))
unit_engine := $(wildcard kmod/engine/*.c kmod/engine/*.h)
unit_cflags := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Ikmod -Iselftests/unit \
	-fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_SECONDS ?= 60
fuzzers := $(patsubst selftests/fuzz/%.c,build/fuzz/%,$(wildcard selftests/fuzz/fuzz_*.c))

.PHONY: check-unit check-coverage check-cross fuzz-options fuzz-options-four check-fuzz

check-unit:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory -j$$(nproc) unit-tests
	@status=0; for t in $(unit_tests); do \
		CMOCKA_MESSAGE_OUTPUT=TAP $$t || status=1; done; exit $$status

.PHONY: unit-tests
unit-tests: $(unit_tests)

unit_objects := $(patsubst kmod/engine/%.c,$(unit)/engine/%.o,$(filter %.c,$(unit_engine)))

$(unit_objects): $(unit)/engine/%.o: kmod/engine/%.c $(filter %.h,$(unit_engine))
	@mkdir -p $(@D)
	@$(CC) $(unit_cflags) -c -o $@ $<

$(unit_tests): $(unit)/%: selftests/unit/%.c $(wildcard selftests/unit/*.h) $(unit_objects)
	@$(CC) $(unit_cflags) -o $@ $< $(unit_objects) -lcmocka

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

build/fuzz/%: selftests/fuzz/%.c $(unit_engine) selftests/unit/sum.h
	@mkdir -p $(@D)
	@clang -std=gnu11 -g -O1 -Wall -Ikmod -Iselftests/unit -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=all -o $@ $< $(filter %.c,$(unit_engine))

# Without optimization and inlining, so that a branch is one of the source. What
# these tests do not reach, no test reaches by intent.
cov := build/coverage
cov_files := $(addprefix kmod/engine/,seg.c seg.h opt.c opt.h common.h rewrite.c csum.h)
cov_engine := $(addprefix kmod/engine/,seg.c opt.c rewrite.c policy.c list.c)
cov_tests := seg opt rewrite table
check-coverage:
	@selftests/deps.sh build check spec
	@rm -rf $(cov) && mkdir -p $(cov)
	@for f in $(cov_engine) $(cov_tests:%=selftests/unit/test_%.c); do \
		$(CC) -std=gnu11 -O0 --coverage -D__always_inline__=__unused__ -Ikmod -Iselftests/unit -c \
			-o $(cov)/$$(basename $$f .c).o $$f || exit 1; done
	@for t in $(cov_tests); do \
		$(CC) --coverage -o $(cov)/$$t $(cov)/test_$$t.o \
			$(patsubst kmod/engine/%.c,$(cov)/%.o,$(cov_engine)) -lcmocka && \
		$(cov)/$$t >$(cov)/$$t.log 2>&1 || { cat $(cov)/$$t.log; exit 1; }; done
	@selftests/unit/coverage.py $(cov) $(cov_files)

check-cross:
	@selftests/deps.sh build cross
	@selftests/unit/cross.sh

# Each string between pages that cannot be touched, to the byte, which is what AddressSanitizer
# cannot see; it sees the rest.
build/fuzz/options: selftests/fuzz/options.c $(wildcard selftests/unit/*.h) $(unit_engine)
	@mkdir -p $(@D)
	@clang -std=gnu11 -g -O2 -Wall -Wextra -Wshadow -Ikmod -Iselftests/unit \
		-fsanitize=address,undefined -fno-sanitize-recover=all \
		-o $@ $< $(filter %.c,$(unit_engine))

OPTION_STRINGS ?= 1000000000
fuzz_strings = status=0; for what in $(1); do \
		if said=$$(nice build/fuzz/options $$what); then \
			echo "ok - options $$what: $$said"; \
		else echo "not ok - options $$what"; status=1; fi; \
	done; exit $$status

fuzz-options:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory build/fuzz/options
	@$(call fuzz_strings,"all 0" "all 1" "all 2" "all 3" "random $(OPTION_STRINGS) $$(date +%s)")

# In sixteen parts, by the first byte, so that one sees it go.
fuzz-options-four:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory build/fuzz/options
	@$(call fuzz_strings,$(foreach n,$(shell seq 0 16 240),"all 4 $(n) $(shell expr $(n) + 16)"))
