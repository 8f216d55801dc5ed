# SPDX-License-Identifier: GPL-2.0
## make demo          the story of the imaging site, played in a guest: a few minutes
## make check-guest   the tests in a guest with stock kernel 6.1; with 6.12 where the kernel has a part
## make check-rivals  the hard cases of option policy, with nft and iptables beside

guest := selftests/guest

.PHONY: demo check-guest check-rivals guest-programs guest-clean

demo:
	@$(guest)/demo.sh

check-guest:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@$(guest)/check-guest.sh

check-rivals:
	@selftests/deps.sh build guest
	@$(MAKE) --no-print-directory tools
	@$(guest)/check-rivals.sh

guest_programs := $(addprefix $(guest)/,bytes crowd imaging-client nest rawtcp)

guest-programs: $(guest_programs)

$(guest_programs): %: %.c
	$(CC) -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -o $@ $<

clean: guest-clean
guest-clean:
	rm -f $(guest_programs)
