# SPDX-License-Identifier: GPL-2.0
## make check-api     the kernel's YNL tool, a libnl client and the command line agree, in a guest

.PHONY: check-api

check-api:
	@selftests/deps.sh build guest check spec
	@$(MAKE) --no-print-directory tools build/api/client
	@ko=$$(selftests/guest/module.sh 6.1) && ynl=$$(selftests/api/ynl.sh) && \
		selftests/guest/run.sh -t 900 -R "$$ynl" -f "$$ko" -f build/api/client -f selftests/api/drift.py \
			-f Documentation/netlink/specs/tcpath.yaml selftests/api/api.sh

# libnl is linked in: the guest has the machine's programs, but not all libraries.
build/api/client: selftests/api/client.c kmod/uapi/tcpath.h
	@mkdir -p $(@D)
	@$(CC) -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -Ikmod \
		$$(pkg-config --cflags libnl-genl-3.0) -o $@ $< \
		-Wl,-Bstatic -lnl-genl-3 -lnl-3 -Wl,-Bdynamic -lpthread
