# SPDX-License-Identifier: GPL-2.0
"""In a guest: is the running family what the spec says?

usage: drift.py SPEC

Asks the kernel by the YNL library (CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY) for operations,
their flags, multicast groups and policies, and compares them with the YAML. Each difference
is a line; the exit status is 1 when there is one.
"""
import sys

import yaml

sys.path.append("/usr/lib/ynl")
from lib import YnlFamily  # noqa: E402 (the kernel's own)

NLCTRL = "/usr/lib/ynl/nlctrl.yaml"
BITS = {"u8": 8, "u16": 16, "u32": 32, "u64": 64}
differences = []


def differ(what, spec, kernel):
    if spec != kernel:
        differences.append(f"{what}: {spec} in the spec, {kernel} in the kernel")


class Spec:
    """What the YAML file says, with its numbers worked out."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as stream:
            self.yaml = yaml.safe_load(stream)
        self.consts = {d["name"]: d for d in self.yaml["definitions"]}
        self.sets = {s["name"]: {a["name"]: (number, a) for number, a in
                                 enumerate(s["attributes"], 1)}
                     for s in self.yaml["attribute-sets"]}
        self.ops = dict(enumerate(self.yaml["operations"]["list"], 1))

    def number(self, value):
        return self.consts[value]["value"] if isinstance(value, str) else value

    def mask(self, name):
        return (1 << len(self.consts[name]["entries"])) - 1

    def scalar(self, attr):
        checks = attr.get("checks", {})
        if "flags-mask" in checks:
            return {"mask": self.mask(checks["flags-mask"])}
        top = (1 << BITS[attr["type"]]) - 1
        enum = self.consts.get(attr.get("enum"))
        if enum and enum["type"] == "flags":
            return {"mask": self.mask(enum["name"])}
        if enum:
            top = len(enum["entries"]) - 1
        return {"min-value-u": self.number(checks.get("min", 0)),
                "max-value-u": self.number(checks.get("max", top))}

    def policy(self, attr):
        """The same words as the kernel's answer has."""
        checks = attr.get("checks", {})
        if attr["type"] in BITS:
            return {"type": attr["type"]} | self.scalar(attr)
        if attr["type"] == "flag":
            return {"type": "flag"}
        if attr["type"] == "nest":
            return {"type": "nested", "set": attr["nested-attributes"]}
        if attr["type"] == "string":
            return {"type": "nul-string", "max-length": self.number(checks["max-len"])}
        length = self.number(checks["exact-len"])
        return {"type": "binary", "min-length": length, "max-length": length}


class Kernel:
    """What the running family says of itself."""

    def __init__(self, name):
        ctrl = YnlFamily(NLCTRL, schema="", process_unknown=True)
        self.family = ctrl.do("getfamily", {"family-name": name})
        self.flags = {o["id"]: o["flags"] for entry in self.family["ops"]
                      for o in entry.values()}
        self.groups = {g["name"] for entry in self.family["mcast-groups"]
                       for g in entry.values()}
        self.tables, self.op_policy = {}, {}
        for part in ctrl.dump("getpolicy", {"family-name": name}):
            if "op-policy" in part:
                op = part["op-policy"]
                self.op_policy[op.pop("op-id")] = op
            if "policy" in part:
                attr = part["policy"]
                table = self.tables.setdefault(attr.pop("policy-id"), {})
                # The nlctrl.yaml of 6.12 takes the mask, 12, for padding, which is 11.
                if "pad" in attr:
                    attr["mask"] = int.from_bytes(attr.pop("pad"), sys.byteorder)
                table[attr.pop("attr-id")] = attr


def compare_table(spec, kernel, what, names, attr_set, index):
    # Copies: several operations share a table.
    table = {number: dict(got) for number, got in kernel.tables.get(index, {}).items()}
    for name in names:
        number, attr = spec.sets[attr_set][name]
        if attr["type"] == "pad":
            continue
        want, got = spec.policy(attr), table.pop(number, None)
        where = f"{what} {name}"
        if got is None:
            differ(where, want, None)
            continue
        nested = got.pop("policy-idx", None)
        got.pop("policy-maxtype", None)
        inner = want.pop("set", None)
        differ(where, want, got)
        if inner:
            compare_table(spec, kernel, where, list(spec.sets[inner]), inner, nested)
    for number, got in table.items():
        differ(f"{what} attribute {number}", None, got)


def compare_op(spec, kernel, number, op):
    flags = {"uns-admin-perm"}
    for way in ("do", "dump"):
        if way not in op:
            continue
        flags.add(f"cmd-cap-{way}")
        names = op[way].get("request", {}).get("attributes", [])
        index = kernel.op_policy.get(number, {}).get(way)
        if names:
            flags.add("cmd-cap-haspol")
        elif not kernel.tables.get(index):
            # No attribute at all: without a policy, or with one that refuses each.
            kernel.flags.get(number, set()).discard("cmd-cap-haspol")
            continue
        if bool(names) != (index is not None):
            differ(f"{op['name']} {way}: a policy", bool(names), index is not None)
        elif names:
            compare_table(spec, kernel, f"{op['name']} {way}:", names, op["attribute-set"], index)
    differ(f"{op['name']}: flags", sorted(flags), sorted(kernel.flags.pop(number, set())))


def main():
    spec = Spec(sys.argv[1])
    kernel = Kernel(spec.yaml["name"])
    for number, op in spec.ops.items():
        if "event" not in op and "notify" not in op:
            compare_op(spec, kernel, number, op)
    for number in kernel.flags:
        differ(f"operation {number}", None, "there")
    differ("groups", sorted(g["name"] for g in spec.yaml["mcast-groups"]["list"]),
           sorted(kernel.groups))
    for line in differences:
        print(f"# {line}")
    return bool(differences)


sys.exit(main())
