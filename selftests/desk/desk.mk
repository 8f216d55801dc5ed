# SPDX-License-Identifier: GPL-2.0
## make check-top     tcpath top on a terminal, in a guest
## make screenshot    the picture of README, from what check-top has left
## make check-probe   tcpath probe, over paths that lose and change options, in a guest
## make check-record  tcpath record, from captures and live in a guest, as tshark reads it
## make check-tutorial  the tutorial, typed in a guest
## make check-scenes  findings that only data shows, by real faults in a guest
## make check-causes  findings about handshakes, by real faults in a guest
## make check-report  tcpath report in a browser
## make check-newcomer  a fresh Debian, README's commands, the tutorial; some minutes
## make check-packages  Debian packages: built, lintian, installed and taken away again
## make deb           Debian packages, into build/deb

.PHONY: check-top check-probe check-record check-tutorial check-scenes check-causes check-report check-packages deb

check-top:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@selftests/desk/top.sh

.PHONY: screenshot
screenshot:
	@python3 selftests/desk/screen.py build/desk/screens/top-fates.ansi >Documentation/top.svg

check-probe:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@selftests/desk/probe.sh

check-record:
	@selftests/deps.sh build guest check
	@$(MAKE) --no-print-directory tools
	@selftests/desk/record.sh

check-tutorial:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@selftests/desk/tutorial.sh

check-scenes:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools build/desk/blindwall
	@selftests/desk/scenes.sh data

check-causes:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools build/desk/blindwall
	@selftests/desk/scenes.sh handshakes

build/desk/blindwall: selftests/desk/blindwall.c
	@mkdir -p $(@D)
	@$(CC) -O2 -Wall -Wextra -Wno-unused-parameter -Werror -D_GNU_SOURCE -o $@ $< -lmnl

check-report:
	@selftests/deps.sh build desk
	@$(MAKE) --no-print-directory tools
	@selftests/desk/report.sh

.PHONY: check-newcomer
check-newcomer:
	@selftests/kernels/deps.sh debootstrap git
	@selftests/desk/newcomer.sh

check-packages:
	@selftests/deps.sh build guest packages
	@$(MAKE) --no-print-directory tools
	@selftests/desk/packages.sh

deb:
	@selftests/deps.sh build packages
	@packaging/deb.sh
