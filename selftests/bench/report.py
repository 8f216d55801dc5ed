#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Makes bench.json, table.txt, ns.svg and rules.svg of what was measured.

usage: report.py DIRECTORY
"""
import json
import os
import statistics
import sys
from collections import defaultdict

import chart

# peer here, path, other peer, its path, goal, text
GOALS = [
    ("tcpath", "data", "conntrack", "data", 0.30, "known-flow data"),
    ("tcpath", "ack", "conntrack", "ack", 0.30, "known-flow pure ACK"),
    ("tcpath", "udp", "nft-empty", "udp", 0.55, "non-TCP"),
    ("tcpath", "syn-copy", "conntrack", "syn-copy", 0.35, "SYN, options read"),
    ("tcpath", "syn-new", "conntrack", "syn-new", 0.40, "SYN of a new flow"),
    ("tcpath", "syn-full", "conntrack", "syn-full", 0.30, "SYN, table full"),
    ("tcpath-strip", "syn-copy", "TCPOPTSTRIP", "syn-copy", 0.60, "strip, known flow"),
    ("tcpath-strip", "syn-new", "TCPOPTSTRIP", "syn-new", 0.60, "strip, new flow"),
    ("tcpath-strip", "syn-copy", "nft-reset", "syn-copy", None, "strip, known flow"),
    ("tcpath-mss", "syn-copy", "TCPMSS", "syn-copy", 0.70, "MSS, known flow"),
    ("tcpath-mss", "syn-new", "TCPMSS", "syn-new", 0.70, "MSS, new flow"),
    ("tcpath-mss", "syn-copy", "nft-maxseg", "syn-copy", None, "MSS, known flow"),
    ("tcpath-rules-4096", "syn-new", "tcpath-rules-1", "syn-new", 2.0, "4,096 rules, to 1"),
    ("tcpath-norules-4096", "syn-new", "tcpath-norules-1", "syn-new", 2.0, "4,096 others, to 1"),
    ("tcpath-off", "data", "hook", "data", 0.0, "hooks off"),
    ("tcpath", "fin", "conntrack", "fin", None, "teardown, FIN"),
    ("tcpath", "last-ack", "conntrack", "last-ack", None, "teardown, last ACK"),
    ("tcpath", "rst", "conntrack", "rst", None, "teardown, RST"),
    ("tcpath", "data", "netflow", "data", None, "known-flow data"),
    ("tcpath", "syn-new", "netflow", "syn-new", None, "SYN of a new flow"),
]
DRAWN = ["hook", "tcpath", "conntrack", "netflow", "nft-empty", "nft-counter", "nft-option",
         "nft-reset", "nft-maxseg", "TCPMSS", "TCPOPTSTRIP"]
NS_PATHS = ["data", "ack", "syn-copy", "syn-new", "syn-full", "udp"]
FAMILY = {0: "bridge", 4: "IPv4", 6: "IPv6"}


def read(name):
    """{(family, peer, flows, path): {boot: [(median, mean, lost)]}}, in whole units"""
    rows = defaultdict(lambda: defaultdict(list))
    boot = 0
    if not os.path.exists(name):
        return rows
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            if line == "boot\n":
                boot += 1
            if line[0] == "#" or line.startswith(("slab ", "boot")):
                continue
            family, peer, flows, path, packets, median, mean, out = line.split()
            rows[int(family), peer, int(flows), path][boot].append(
                (int(median) / 100, int(mean) / 100, int(packets) - int(out)))
    return rows


def leasts(boots):
    """Others share the machine: the least of a boot's rounds is what a path costs there."""
    return {boot: min(s[0] for s in samples) for boot, samples in boots.items()}


def figure(boots):
    """Where things lie in memory differs from boot to boot: of boots the median counts."""
    samples = [s for rounds in boots.values() for s in rounds]
    medians = sorted(s[0] for s in samples)
    return {"least": statistics.median(leasts(boots).values()),
            "median": statistics.median(medians), "most": medians[-1],
            "rounds": len(medians), "boots": len(boots),
            "lost": sum(max(s[2], 0) for s in samples)}


def digest(rows):
    """Figures, each with its distance from plain forwarding in the same boot."""
    out = []
    for (family, peer, flows, path), boots in rows.items():
        entry = dict(family=FAMILY[family], peer=peer, flows=flows, path=path, **figure(boots))
        base = leasts(rows.get((family, "plain", flows, path), {}))
        apart = sorted(ns - base[boot] for boot, ns in leasts(boots).items() if boot in base)
        if apart and peer != "plain":
            entry["delta"] = round(statistics.median(apart), 2)
            entry["delta_boots"] = [round(apart[0], 2), round(apart[-1], 2)]
        out.append(entry)
    return out


def find(entries, **want):
    for e in entries:
        if all(e[k] == v for k, v in want.items()):
            return e.get("delta")
    return None


def compare(entries, unit):
    """The goals of the issue, wherever both sides were measured."""
    out = []
    for family, flows in sorted({(e["family"], e["flows"]) for e in entries}):
        for ours, path, peer, peer_path, goal, text in GOALS:
            a = find(entries, family=family, flows=flows, peer=ours, path=path)
            b = find(entries, family=family, flows=flows, peer=peer, path=peer_path)
            if a is None or not b:
                continue
            out.append(dict(what=text, unit=unit, family=family, flows=flows, ours=a,
                            peer=peer, theirs=b, ratio=round(a / b, 2), goal=goal,
                            met=goal is not None and a <= max(b * (goal + 0.005), 5)))
    return out


def table(entries, unit, paths):
    """A row for each peer, a column for each path."""
    lines = []
    for family, flows in sorted({(e["family"], e["flows"]) for e in entries}):
        lines.append(f"\n{unit} above plain forwarding, {family}, {flows} flows")
        lines.append("%-18s" % "" + "".join("%10s" % p for p in paths))
        peers = []
        for e in entries:
            if (e["family"], e["flows"]) == (family, flows) and e["peer"] not in peers:
                peers.append(e["peer"])
        for peer in peers:
            cells = [find(entries, family=family, flows=flows, peer=peer, path=p) for p in paths]
            if any(c is not None for c in cells):
                lines.append("%-18s" % peer + "".join(
                    "%10s" % ("-" if c is None else f"{c:.0f}") for c in cells))
    return lines


def growth(entries):
    """Nanoseconds of a data segment against flows, and the machine's own limit."""
    series = defaultdict(list)
    for e in entries:
        if e["path"] == "data" and e.get("delta") is not None and e["peer"] in DRAWN:
            series[e["peer"]].append((e["flows"], max(e["delta"], 1)))
        if e["path"].startswith("chase"):
            lines = e["path"].split("-")[1]
            series[f"pointer chase, {lines} line{'s' * (lines != '1')}"].append(
                (e["flows"], max(e["least"], 1)))
    return chart.draw("Nanoseconds a data segment costs above plain forwarding",
                      "known flows in random order, IPv4, User Mode Linux, median of boots",
                      series, "flows", "nanoseconds")


def rules(entries):
    """Instructions of a SYN against rules."""
    names = {"tcpath-rules": "tcpath, last one matches", "tcpath-norules": "tcpath, none matches",
             "nft-rules": "nft, one after the other"}
    series = defaultdict(list)
    for e in entries:
        kind, _, n = e["peer"].rpartition("-")
        if kind in names and e["path"] == "syn-new" and e.get("delta"):
            series[names[kind]].append((int(n), e["delta"]))
    return chart.draw("Instructions a new SYN costs above plain forwarding",
                      "exact rules, stock kernel 6.1; tracking included in ours",
                      series, "rules", "instructions")


# Frames a second of a full wire in millions, a gigabit a second: 84 and 823 bytes of it each.
FRAMES = {"64 bytes": 1e3 / (84 * 8), "803 bytes": 1e3 / (823 * 8)}


def line_rate(entries):
    """Processors that our part of data segments takes when a wire is full one way."""
    lines = ["\nProcessors that a full wire keeps busy, one way, above plain forwarding (tcpath / "
             "nf_conntrack)", f"{'flows':>8}  {'frames of':12}" +
             "".join(f"{g:>5} GbE      " for g in (10, 25, 100))]
    for flows in sorted({e["flows"] for e in entries}):
        ns = [find(entries, flows=flows, peer=p, path="data") for p in ("tcpath", "conntrack")]
        if None in ns:
            continue
        for size, frames in FRAMES.items():
            lines.append(f"{flows:8}  {size:12}" + "".join(
                "%6.2f / %5.2f  " % tuple(g * frames * n / 1e3 for n in ns)
                for g in (10, 25, 100)))
    return lines if len(lines) > 2 else []


def read_words(name):
    """Lines of words; those that begin with # are for people."""
    if not os.path.exists(name):
        return []
    with open(name, encoding="ascii") as lines:
        return [line.split() for line in lines if line[0] != "#"]


def offline(where):
    """{tool: least seconds}, and the megabytes read"""
    best, size = {}, 0
    for tool, megabytes, seconds, _ in read_words(f"{where}/offline"):
        best[tool] = min(best.get(tool, float(seconds)), float(seconds))
        size = int(megabytes)
    return dict(megabytes=size, seconds=best)


def offline_text(off):
    """Ours against each, with the two goals."""
    sec = off["seconds"]
    if "tcpath" not in sec:
        return []
    lines = [f"\nSeconds of a processor to read a capture of {off['megabytes']} MB"]
    for tool, s in sorted(sec.items(), key=lambda e: e[1]):
        note = f"{s / sec['tcpath']:.1f} x tcpath"
        if tool == "tshark":
            note += "  (goal 50: " + ("met)" if s >= 50 * sec["tcpath"] else "missed)")
        if tool == "libpcap":
            note = (f"tcpath takes {sec['tcpath'] / s:.2f} x of it  (goal 2: " +
                    ("met)" if sec["tcpath"] <= 2 * s else "missed)"))
        lines.append(f"{tool:18}{s:10.2f}  {note}")
    return lines


def responses(where):
    """What was asked of a full table: {name: {value, unit}}"""
    return {name: dict(value=float(value), unit=unit)
            for name, value, unit in read_words(f"{where}/responses")}


def slabs(where):
    """Bytes a flow takes in the slabs of the stock kernel."""
    return {w[1]: int(w[2]) for w in read_words(f"{where}/instructions") if w[0] == "slab"}


def notes(where):
    """What a run could not measure."""
    out = []
    for name in sorted(os.listdir(where)):
        if name.startswith(("instructions", "nanoseconds-")) and not name.endswith(".tmp"):
            with open(f"{where}/{name}", encoding="utf-8") as lines:
                out += [line.strip() for line in lines if line[0] == "#"]
    return sorted(set(out))


def goals_text(goals):
    """The table of goals; a path without a goal is there to be compared."""
    out = [f"{'goal':20}{'unit':14}{'family':8}{'flows':>8}{'ours':>7}{'theirs':>8}"
           f"{'ratio':>7}{'goal':>6}"]
    for g in goals:
        goal = "" if g["goal"] is None else f"{g['goal']:.2f}"
        met = "" if g["goal"] is None else "met" if g["met"] else "missed"
        out.append(f"{g['what']:20}{g['unit']:14}{g['family']:8}{g['flows']:8}{g['ours']:7.0f}"
                   f"{g['theirs']:8.0f}{g['ratio']:7.2f}{goal:>6}  {met:6} ({g['peer']})")
    return out


def nanoseconds(where):
    """All runs, by number of flows."""
    ns = []
    for name in os.listdir(where):
        if name.startswith("nanoseconds-") and not name.endswith(".tmp"):
            ns += digest(read(f"{where}/{name}"))
    return sorted(ns, key=lambda e: e["flows"])


def lost(entries):
    """Packets that did not come out, where nobody may drop any."""
    bad = [e for e in entries if e["lost"] > 0 and
           not e["peer"].startswith(("conntrack", "plain-"))]
    for e in bad:
        print(f"{e['peer']} {e['path']}: {e['lost']} packets did not come out", file=sys.stderr)
    return bad


def main():
    where = sys.argv[1]
    instructions, ns = digest(read(f"{where}/instructions")), nanoseconds(where)
    goals = compare(instructions, "instructions") + compare(
        [e for e in ns if e["path"] in NS_PATHS], "ns")
    off, resp, slab = offline(where), responses(where), slabs(where)
    text = goals_text(goals) + notes(where)
    text += table(instructions, "Instructions", ["data", "ack", "syn-new", "syn-copy",
                                                 "syn-full", "syn-ack", "handshake", "fin",
                                                 "fin-back", "last-ack", "rst", "udp"])
    text += table(ns, "Nanoseconds", NS_PATHS)
    text += [f"{e['path']} at {e['flows']} flows: {e['least']:.1f} ns"
             for e in ns if e["path"].startswith(("chase", "clock"))]
    text += line_rate(ns)
    text += [f"slab {name}: {size} bytes" for name, size in slab.items()]
    text += offline_text(off)
    text += [f"{name}: {r['value']:g} {r['unit']}" for name, r in resp.items()]
    files = {"table.txt": "\n".join(text) + "\n", "ns.svg": growth(ns),
             "rules.svg": rules(instructions),
             "bench.json": json.dumps(dict(goals=goals, instructions=instructions,
                                           nanoseconds=ns, slab_bytes=slab, offline=off,
                                           responses=resp), indent=1)}
    for name, content in files.items():
        with open(f"{where}/{name}", "w", encoding="utf-8") as out:
            out.write(content)
    print(*text, sep="\n")
    return 1 if lost(instructions + ns) else 0


if __name__ == "__main__":
    sys.exit(main())
