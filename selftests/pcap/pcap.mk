# SPDX-License-Identifier: GPL-2.0
## make check-parity  compat labels against tshark, frame by frame
## make check-parity-long  the same over SEEDS fresh seeds (10)
## make check-read    what tcpath read prints, and of damaged files
## make check-read-long  a gigabyte streams through in the memory of its flow table
## make check-truth   the analyst against a path of which the truth is known
## make check-replay  captures played through the kernel and read from the file: the same
## make check-reader  a minute of fuzzing of the reader of captures

SEEDS ?= 10

.PHONY: check-replay check-read check-read-long check-parity check-parity-long check-truth check-reader

check-parity:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory tools
	@selftests/pcap/parity.sh

check-parity-long:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory tools
	@status=0; for seed in $$(shuf -n $(SEEDS) -i 1-1000000); do \
		SEED=$$seed selftests/pcap/parity.sh || status=1; \
	done; exit $$status

check-read:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory tools
	@status=0; selftests/pcap/read.sh || status=1; selftests/pcap/memory.sh || status=1; exit $$status

check-read-long:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory tools
	@selftests/pcap/memory.sh 1024

check-replay:
	@selftests/deps.sh build check guest
	@$(MAKE) --no-print-directory tools
	@selftests/pcap/replay.sh

check-truth:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory tools
	@status=0; selftests/truth/truth.sh || status=1; selftests/truth/stalls.sh || status=1; exit $$status

reader := $(patsubst %,tools/%.c,pcap pcapng link link_ether tunnel segment flows fail)
engine := $(wildcard kmod/engine/*.c)

build/fuzz/capture: selftests/pcap/fuzz_capture.c $(reader) $(engine) $(wildcard kmod/engine/*.h)
	@mkdir -p $(@D)
	@clang -std=gnu11 -g -O1 -Wall -D_GNU_SOURCE -Itools -Ikmod -Ikmod/engine \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o $@ $(filter %.c,$^)

# From the captures beside the project, where they are, and some of no rule.
check-reader:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory build/fuzz/capture
	@selftests/pcap/reader.sh $(FUZZ_SECONDS)
