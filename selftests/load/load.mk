# SPDX-License-Identifier: GPL-2.0
## make check-load      a full table and a flood on top, in a guest
## make check-load-long a million of each, and ten minutes of churn
## make check-replace   rules replaced, the table resized while connections come by the thousand a second

.PHONY: check-load check-load-long check-replace load-rig

load-rig:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools build/load/flood

check-load: load-rig
	@ko=$$(selftests/guest/module.sh 6.1) && selftests/guest/run.sh -t 1200 \
		-f "$$ko" -f build/load/flood -f selftests/load/rig.sh selftests/load/load.sh

check-load-long: load-rig
	@ko=$$(selftests/guest/module.sh 6.1) && TCPATH_LOAD_FLOWS=1000000 \
		TCPATH_LOAD_SYNS=1000000 TCPATH_LOAD_CHURN=600 selftests/guest/run.sh -t 7200 -r 3G \
		-f "$$ko" -f build/load/flood -f selftests/load/rig.sh selftests/load/load.sh

check-replace: load-rig
	@ko=$$(selftests/guest/module.sh 6.1) && selftests/guest/run.sh -a slub_debug=P -t 300 \
		-f "$$ko" -f build/load/flood -f selftests/load/rig.sh selftests/load/replace.sh

build/load/flood: selftests/load/flood.c
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -o $@ $<
