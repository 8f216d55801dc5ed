# SPDX-License-Identifier: GPL-2.0
## make check-top     tcpath top on a terminal, in a guest

.PHONY: check-top

check-top:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@selftests/desk/top.sh
