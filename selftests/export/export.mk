# SPDX-License-Identifier: GPL-2.0
## make check-export  a real Prometheus and a real nfcapd receive what the CLI shows, in a guest
## make check-alerts  the alert rules and the dashboard, by promtool

.PHONY: check-export check-alerts

check-export:
	@selftests/deps.sh build guest check
	@$(MAKE) --no-print-directory tools build/api/client
	@ko=$$(selftests/guest/module.sh 6.1) && root=$$(selftests/export/programs.sh) && \
		selftests/guest/run.sh -t 900 -R "$$root" -f "$$ko" -f build/api/client \
			-f packaging/prometheus/tcpath.rules.yml selftests/export/export.sh

check-alerts:
	@selftests/deps.sh build
	@selftests/export/alerts.sh
