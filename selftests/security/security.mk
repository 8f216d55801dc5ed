# SPDX-License-Identifier: GPL-2.0
## make check-permissions who may do what, in a guest
## make check-replies     a minute of fuzzing of the command line with hostile answers of the kernel

.PHONY: check-permissions check-replies

check-permissions:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools build/netlink/perm
	@ko=$$(selftests/guest/module.sh 6.1) && selftests/guest/run.sh -f "$$ko" \
		-f build/netlink/perm selftests/security/permissions.sh

build/netlink/perm: selftests/netlink/perm.c selftests/netlink/grammar.c selftests/netlink/grammar.h
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -o $@ $(filter %.c,$^)

# All of the command line but its main(), what it ends by, what draws on a terminal, and what
# the test has itself.
reply_tools := $(filter-out $(patsubst %,tools/%.c,main fail out cmd/completion) \
	$(wildcard tools/top*.c tools/cmd/top.c),$(wildcard tools/*.c tools/cmd/*.c tools/lib/*.c))

build/fuzz/reply: selftests/security/fuzz_reply.c $(reply_tools) $(wildcard kmod/engine/*.c) tools/out.c
	@mkdir -p $(@D)
	@clang -std=gnu11 -g -O1 -Wall -D_GNU_SOURCE -DTCPATH_VERSION='"fuzz"' -Itools -Ikmod \
		-Ikmod/engine -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-o $@ $(filter-out tools/out.c,$(filter %.c,$^)) -lmnl -lpcap -lm

check-replies:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory build/fuzz/reply
	@selftests/security/replies.sh $(FUZZ_SECONDS)
