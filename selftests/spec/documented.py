# SPDX-License-Identifier: GPL-2.0
"""Names what lacks a doc in the spec, unless its enum or nest speaks for it."""
import sys
import yaml

with open(sys.argv[1], encoding="utf-8") as stream:
    spec = yaml.safe_load(stream)

silent = []
for aset in spec["attribute-sets"]:
    for attr in aset["attributes"]:
        if attr["type"] == "pad" or "doc" in attr:
            continue
        if "enum" not in attr and "nested-attributes" not in attr \
                and attr.get("display-hint") != "ipv6":
            silent.append(f"{aset['name']}.{attr['name']}")
for definition in spec["definitions"]:
    for entry in definition.get("entries", []):
        if not isinstance(entry, dict) or "doc" not in entry:
            silent.append(f"{definition['name']}.{entry}")
for line in silent:
    print(f"# no doc: {line}")
sys.exit(bool(silent))
