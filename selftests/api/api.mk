# SPDX-License-Identifier: GPL-2.0
## make check-api     the kernel's YNL tool, a libnl client, libtcpath and the command line agree, in a guest

## make check-refusals each sentence with which the kernel refuses a request, in a guest

.PHONY: check-api check-refusals

check-api:
	@selftests/deps.sh build guest check spec
	@$(MAKE) --no-print-directory tools build/api/client build/api/fates build/api/fates-0 build/api/fates-2
	@ko=$$(selftests/guest/module.sh 6.1) && ynl=$$(selftests/api/ynl.sh) && \
		selftests/guest/run.sh -t 900 -R "$$ynl" -f "$$ko" -f build/api/client \
			-a 'slub_debug=P init_on_alloc=0' -f build/api/fates-0 -f build/api/fates-2 \
			-f build/api/fates -f build/api/fates-static -f build/api/root/lib/libtcpath.so.1.0.0 -f selftests/api/drift.py -f selftests/api/padding.py \
			-f Documentation/netlink/specs/tcpath.yaml selftests/api/api.sh

check-refusals:
	@selftests/deps.sh build guest check
	@$(MAKE) --no-print-directory tools build/api/refusals
	@build/api/refusals -l >build/api/sentences && \
		selftests/api/refusals.py kmod build/api/sentences selftests/api/refusals.sh
	@ko=$$(selftests/guest/module.sh 6.1) && selftests/guest/run.sh -t 600 -f "$$ko" \
		-f build/api/refusals selftests/api/refusals.sh

build/api/refusals: selftests/api/refusals.c kmod/uapi/tcpath.h
	@mkdir -p $(@D)
	@$(CC) -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -Ikmod -o $@ $< -lmnl

# libnl is linked in: the guest has the machine's programs, but not all libraries.
build/api/client: selftests/api/client.c selftests/api/attrs.py Documentation/netlink/specs/tcpath.yaml kmod/uapi/tcpath.h
	@mkdir -p $(@D)
	@/usr/bin/python3 selftests/api/attrs.py Documentation/netlink/specs/tcpath.yaml >$(@D)/attrs.h
	@$(CC) -std=gnu11 -O2 -g -Wall -Wextra -Wshadow -Werror -D_GNU_SOURCE -Ikmod -I$(@D) \
		$$(pkg-config --cflags libnl-genl-3.0) -o $@ $< \
		-Wl,-Bstatic -lnl-genl-3 -lnl-3 -Wl,-Bdynamic -lpthread

# The example, as someone else would build it: against what is installed, by pkg-config.
api_root := $(CURDIR)/build/api/root
api_flags := PKG_CONFIG_PATH=$(api_root)/lib/pkgconfig pkg-config libtcpath
build/api/fates: examples/fates.c $(wildcard tools/lib/*.[ch]) kmod/uapi/tcpath.h
	@rm -rf $(api_root) && $(MAKE) -s --no-print-directory -C tools install PREFIX=$(api_root) DESTDIR=/ >/dev/null
	@$(CC) -Wall -Wextra -Wno-unused-parameter -Werror -o $@ $< $$($(api_flags) --cflags --libs)
	@$(CC) -Wall -Wextra -Wno-unused-parameter -Werror -o $@-static $< $$($(api_flags) --cflags) \
		$(api_root)/lib/libtcpath.a -lmnl

# The same program with a library that keeps another version of the contract.
build/api/fates-%: build/api/fates
	@mkdir -p build/api/version-$*/uapi
	@sed '/define TCPATH_FAMILY_VERSION/s/[0-9]*$$/$*/' kmod/uapi/tcpath.h >build/api/version-$*/uapi/tcpath.h
	@$(CC) -Wall -Wextra -Wno-unused-parameter -Werror -D_GNU_SOURCE -Ibuild/api/version-$* -o $@ \
		examples/fates.c tools/lib/libtcpath.c $$($(api_flags) --cflags) -lmnl
