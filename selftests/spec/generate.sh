#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Generate the uapi header and the kernel's policy and operation tables from
# the YAML spec, with the kernel's own generator.
#
# usage: generate.sh KERNEL_SOURCE OUTDIR
# KERNEL_SOURCE holds tools/net/ynl and Documentation/netlink of Linux 6.12.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
src=$1
out=$2
gen() {
	(cd "$src" && /usr/bin/python3 tools/net/ynl/ynl-gen-c.py \
		--spec "$src"/Documentation/netlink/specs/tcpath.yaml "$@")
}
cp "$top/Documentation/netlink/specs/tcpath.yaml" "$src/Documentation/netlink/specs/"
touch "$src/MAINTAINERS" # the generator looks for the root of the tree by it
mkdir -p "$out"
gen --mode uapi --header -o "$out/tcpath.h"
gen --mode kernel --header -o "$out/netlink_gen.h"
gen --mode kernel --source -o "$out/netlink_gen.c"
# The generator knows no permission flags of multicast groups: kmod/netlink.c
# declares the groups itself.
sed -i '/^static const struct genl_multicast_group/,/^};/d' "$out/netlink_gen.c"
# Linux 6.1 takes ranges only where they can be written to.
sed -i 's/^static const \(struct netlink_range_validation\)/static \1/' "$out/netlink_gen.c"
# Linux 6.1 has no split operations: compat.h lends it their type.
sed -i 's|^#include <net/genetlink.h>|&\n\n#include "compat.h"|' "$out/netlink_gen.h"
