# SPDX-License-Identifier: GPL-2.0
## make check-kselftest   the kernel's own tests of routers and bridges, without tcpath and with it

.PHONY: check-kselftest

check-kselftest:
	@selftests/deps.sh build guest kselftest
	@$(MAKE) --no-print-directory tools
	@selftests/kselftest/check-kselftest.sh $(TESTS)
