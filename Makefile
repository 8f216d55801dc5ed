# SPDX-License-Identifier: GPL-2.0
#
# make               build tcpath.ko and tools/tcpath
# make install       install both (as root)
# make demo          the main job, in a guest, on a fresh Debian 12
# make check         all tests, likewise
# make help          the other targets

TCPATH_VERSION := $(shell sed -n 's/^TCPATH_VERSION := //p' Kbuild)

# The headers to build against: those of the running kernel, else the newest
# installed ones.
RUNNING := /lib/modules/$(shell uname -r)/build
NEWEST := $(shell ls -d /lib/modules/*/build 2>/dev/null | sort -V | tail -n 1)
KDIR ?= $(if $(wildcard $(RUNNING)),$(RUNNING),$(NEWEST))

# Headers that come with a vmlinux want pahole, to describe the module's types for
# BPF programs. Where it is not installed the module goes without.
KMAKE = $(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(ARCH),ARCH=$(ARCH)) \
	$(if $(shell command -v pahole),,CONFIG_DEBUG_INFO_BTF_MODULES=)

.PHONY: all module tools install uninstall clean help demo check

all: module tools

module: kdir
	@$(if $(filter $(KDIR),$(RUNNING)),,echo "building tcpath.ko against $(KDIR)")
	@$(KMAKE) --no-print-directory modules

.PHONY: kdir
kdir:
	@command -v $(CC) >/dev/null || { echo "make: there is no C compiler: apt-get install gcc" >&2; exit 1; }
	@[ -n "$(KDIR)" ] || { echo "make: there are no kernel headers: apt-get install linux-headers-$$(uname -r) (or linux-headers-amd64)" >&2; exit 1; }
	@[ -e "$(KDIR)/Makefile" ] || { echo "make: $(KDIR) holds no kernel headers (KDIR=)" >&2; exit 1; }

tools:
	@$(MAKE) --no-print-directory -C tools VERSION=$(TCPATH_VERSION)

# The release that the module is for, which need not be the running one.
install: all
	@$(KMAKE) --no-print-directory CONFIG_MODULE_SIG_ALL= modules_install >/dev/null 2>&1
	depmod $$(modinfo -F vermagic tcpath.ko | cut -d ' ' -f 1)
	@$(MAKE) --no-print-directory -C tools install VERSION=$(TCPATH_VERSION)

uninstall:
	@for ko in /lib/modules/*/extra/tcpath.ko /lib/modules/*/updates/tcpath.ko; do \
		[ ! -e $$ko ] || { rm -v $$ko && depmod $$(echo $$ko | cut -d / -f 4); }; done
	@$(MAKE) --no-print-directory -C tools uninstall

clean:
	@[ ! -e "$(KDIR)/Makefile" ] || $(KMAKE) --no-print-directory clean
	@$(MAKE) --no-print-directory -C tools clean
	rm -rf build

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile
	@sed -n 's/^## \(make .*\)/\1/p' selftests/*/*.mk

# Quick ones first; what each is: make help. Of the instrumented kernels one is
# part of it, without the sweep of faults; make check-debug takes the time. Load,
# faults under traffic and the fuzzer of netlink are for themselves: check-load,
# check-faults, check-netlink-quick.
CHECKS := check-unit check-coverage check-cross check-spec check-style check-cli \
	  check-alerts check-fuzz check-kparse check-replies check-read check-reader \
	  check-parity check-replay check-truth check-budget check-duplex check-api check-refusals \
	  check-kernels check-replace \
	  check-guest check-permissions check-record check-probe check-tutorial \
	  check-scenes check-causes check-wire check-debug

check:
	@FUZZ_SECONDS=20 DEBUG_KERNELS='-q uml-6.1' selftests/check.sh $(CHECKS)

-include selftests/*/*.mk
