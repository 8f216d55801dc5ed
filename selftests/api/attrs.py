# SPDX-License-Identifier: GPL-2.0
"""The attribute sets of the spec, as tables for the libnl client: attrs.py SPEC"""
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as stream:
    SETS = {s["name"]: s["attributes"] for s in yaml.safe_load(stream)["attribute-sets"]}
KINDS = {"string": "s", "u8": "u", "u16": "u", "u32": "u", "u64": "u", "binary": "a"}
done = []


def ident(*words):
    return "_".join(words).replace("-", "_")


def entry(aset, attr):
    kind, inside = KINDS.get(attr["type"]), "NULL"
    if attr["type"] == "nest":
        kind = "{" if attr.get("multi-attr") else "n"
        inside = ident(attr["nested-attributes"], "set")
    if attr["type"] == "binary" and attr.get("display-hint") != "ipv6":
        kind = "x"
    if not kind:
        return ""
    number = ident("TCPATH_A", aset, attr["name"]).upper()
    return f"\t{{ {number}, \"{attr['name']}\", '{kind}', {inside} }},\n"


def table(aset):
    if aset in done:
        return
    done.append(aset)
    for attr in SETS[aset]:
        if attr["type"] == "nest":
            table(attr["nested-attributes"])
    rows = "".join(entry(aset, attr) for attr in SETS[aset])
    print(f"static const struct attr {ident(aset, 'set')}[] = {{\n{rows}\t{{ 0 }},\n}};\n")


for name in SETS:
    table(name)
