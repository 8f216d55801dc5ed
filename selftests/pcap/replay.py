# SPDX-License-Identifier: GPL-2.0
"""Compares the tables of two answers: replay.py READ SHOWN TIMES PROFILES PAIRS

What depends on clocks alone is left out: times and the round trips measured, but
not how many of them there are. tshark's out_of_order and retransmission are one to a time of
as little as a round trip: a host that is short of time makes one the other, so their sum counts.
The last connection on a tuple counts, for that is what the module still has.
"""
import json
import sys

KEYS = ["state", "outcome", "syns", "synacks", "offered", "answered_with", "sent", "stripped"]
SIDE = ["segments", "bytes", "options", "mss", "shift", "isn", "grade", "native", "compat"]


def flows(path):
    with open(path, encoding="utf-8") as stream:
        doc = json.load(stream)
    for flow in doc["flows"]:
        for side in "to_responder", "to_initiator":
            compat = flow[side]["compat"]
            compat["retransmission"] += compat.pop("out_of_order")
    return {(f["src"], f["sport"], f["dst"], f["dport"]): f for f in doc["flows"]}


def times(path):
    with open(path, encoding="utf-8") as stream:
        return {h["name"]: h["count"] for h in json.load(stream)["histograms"]}


def profiles(path):
    said = "tried", "answered", "refused", "bare_ack"
    made = "order", "offered", "mss", "shift", "window", "ttl", "vendor"
    with open(path, encoding="utf-8") as stream:
        return {str([row.get(key) for key in made]): [row[key] for key in said]
                for row in json.load(stream)["profiles"]}


def pairs(path):
    """But for how long something stood still: the replay has a clock of its own."""
    said = ("tried", "answered", "resets", "reconnects", "chain_max", "reset_bytes", "ended",
            "to_responder", "to_initiator")
    with open(path, encoding="utf-8") as stream:
        rows = json.load(stream)["pairs"]
    for row in rows:
        for side in "to_responder", "to_initiator":
            del row[side]["stalled_ns"]
    return {(row.get("initiator"), row.get("responder"), row.get("port")):
            [row[key] for key in said] for row in rows}


def differences(a, b, keys, where):
    for key in keys:
        one, two = a.get(key), b.get(key)
        if isinstance(one, dict) and isinstance(two, dict):
            yield from differences(one, two, sorted(one.keys() | two.keys()), where + (key,))
        elif one != two:
            yield f"{' '.join(where + (key,))}: {one} read, {two} shown"


read, shown = flows(sys.argv[1]), flows(sys.argv[2])
found = [f"{key} is {'read' if key in read else 'shown'} only" for key in read.keys() ^ shown.keys()]
counts = 0
for name, n in times(sys.argv[1]).items():
    if n != times(sys.argv[3])[name]:
        found.append(f"{name}: {n} times read, {times(sys.argv[3])[name]} shown")
for rows, name in (profiles, 4), (pairs, 5):
    one, two = rows(sys.argv[1]), rows(sys.argv[name])
    found += [f"{rows.__name__} {row}: {one.get(row)} read, {two.get(row)} shown"
              for row in one.keys() | two.keys() if one.get(row) != two.get(row)]
for key in read.keys() & shown.keys():
    name = (f"{key[0]}:{key[1]} > {key[2]}:{key[3]}",)
    found += differences(read[key], shown[key], KEYS, name)
    for side in "to_responder", "to_initiator":
        found += differences(read[key][side], shown[key][side], SIDE, name + (side,))
        for kind in "native", "compat":
            counts += sum(n for label, n in read[key][side][kind].items() if label != "in_order")
for line in found:
    print(line)
print(f"{len(read)} flows, {counts} labels alike")
sys.exit(bool(found) or not read or not counts)
