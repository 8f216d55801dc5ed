# SPDX-License-Identifier: GPL-2.0
## make check-spec    the YAML spec against header and tables
## make check-style   checkpatch, sparse, W=1, shellcheck

.PHONY: check-spec check-style
check-spec:
	@selftests/spec/check.sh

check-style:
	@selftests/spec/style.sh
