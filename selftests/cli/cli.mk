# SPDX-License-Identifier: GPL-2.0
## make check-cli     the command line without a module: grammar, findings, errors

cli := build/cli
cli_tests := $(patsubst selftests/cli/%.c,$(cli)/%,$(wildcard selftests/cli/test_*.c))
cli_sources := $(addprefix tools/,blame.c course.c diagnose.c exceptions.c fail.c finding.c out.c own_rule.c print_report.c \
	refused.c lexer.c lists.c rules.c rules_match.c rules_text.c sight.c stats.c trial.c text.c unanswered.c) $(wildcard kmod/engine/*.c)
cli_headers := $(wildcard tools/*.h kmod/engine/*.h)
cli_cflags := -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -D_GNU_SOURCE -Itools -Ikmod -Ikmod/engine \
	-fsanitize=address,undefined -fno-sanitize-recover=all

.PHONY: check-cli cli-tests

check-cli:
	@selftests/deps.sh build check
	@$(MAKE) --no-print-directory tools cli-tests
	@status=0; for t in $(cli_tests); do \
		CMOCKA_MESSAGE_OUTPUT=TAP $$t || status=1; done; \
	selftests/cli/cli.sh || status=1; \
	selftests/cli/completion.sh || status=1; \
	selftests/desk/findings.sh || status=1; exit $$status

cli-tests: $(cli_tests) $(cli)/tcpath

$(cli)/test_%: selftests/cli/test_%.c $(cli_sources) $(cli_headers)
	@mkdir -p $(@D)
	@$(CC) $(cli_cflags) -o $@ $(filter %.c,$^) -lcmocka -lm

# The whole program once more, with the sanitizers.
$(cli)/tcpath: $(wildcard tools/*.[ch] tools/cmd/*.c) $(cli_headers)
	@mkdir -p $(cli)/tree/kmod
	@cp -pr tools $(cli)/tree/ && cp -pr kmod/engine kmod/uapi $(cli)/tree/kmod/ && cp -p Kbuild $(cli)/tree/
	@rm -rf $(cli)/tree/tools/.obj $(cli)/tree/tools/tcpath
	@$(MAKE) --no-print-directory -s -C $(cli)/tree/tools \
		CFLAGS="-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all" >/dev/null
	@cp $(cli)/tree/tools/tcpath $@
