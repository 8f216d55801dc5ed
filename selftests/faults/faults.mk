# SPDX-License-Identifier: GPL-2.0
## make check-faults       loads, namespaces, devices, rules, processors, clocks, memory under traffic
## make check-faults-quick each of them a few times: a minute and a half
## make check-faults-long  a thousand loads, 200 of them under traffic, a thousand namespaces

.PHONY: check-faults check-faults-quick check-faults-long

faults_run = selftests/deps.sh build guest && $(MAKE) --no-print-directory tools && \
	ko=$$(selftests/guest/module.sh 6.1) && \
	$(1) selftests/guest/run.sh -t $(2) -f "$$ko" selftests/faults/stock.sh $(PARTS)

check-faults:
	@$(call faults_run,,2400)

check-faults-quick:
	@$(call faults_run,TCPATH_RELOADS=8 TCPATH_RELOADS_BUSY=2 TCPATH_NAMESPACES=10 \
		TCPATH_TURNS=1,900)

check-faults-long:
	@$(call faults_run,TCPATH_RELOADS=800 TCPATH_RELOADS_BUSY=200 TCPATH_NAMESPACES=1000 \
		TCPATH_TURNS=100,14400)
