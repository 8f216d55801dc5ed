#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Makes bench.json, table.txt and ns.svg of what measure.sh printed.

usage: report.py DIRECTORY
"""
import json
import os
import statistics
import sys
from collections import defaultdict

# path here, peer, its path, goal, text
GOALS = [
    ("tcpath", "data", "conntrack", "data", 0.30, "known-flow data"),
    ("tcpath", "ack", "conntrack", "ack", 0.30, "known-flow pure ACK"),
    ("tcpath", "udp", "nft-empty", "udp", 0.55, "non-TCP"),
    ("tcpath", "syn-copy", "conntrack", "syn-copy", 0.35, "SYN, options read"),
    ("tcpath", "syn-new", "conntrack", "syn-new", 0.40, "SYN of a new flow"),
    ("tcpath", "syn-full", "conntrack", "syn-full", 0.30, "SYN, table full"),
    ("tcpath-strip", "syn-new", "TCPOPTSTRIP", "syn-new", 0.60, "strip one option"),
    ("tcpath-rules-4096", "syn-new", "tcpath-rules-1", "syn-new", 2.0, "4,096 rules, to 1"),
    ("tcpath-off", "data", "hook", "data", 0.0, "hooks off"),
]
FAMILY = {0: "bridge", 4: "IPv4", 6: "IPv6"}
COLOURS = ["#1f5fa8", "#c2410c", "#15803d", "#7c3aed", "#b45309", "#0e7490",
           "#be185d", "#4d7c0f", "#6b7280", "#9f1239", "#334155", "#0369a1"]


def read(name):
    """{(family, peer, flows, path): [(median, mean, lost)]}, in whole units"""
    rows = defaultdict(list)
    if not os.path.exists(name):
        return rows
    with open(name, encoding="ascii") as lines:
        for line in lines:
            family, peer, flows, path, packets, median, mean, out = line.split()
            rows[int(family), peer, int(flows), path].append(
                (int(median) / 100, int(mean) / 100, int(packets) - int(out)))
    return rows


def figure(samples):
    """Others share the machine: the least of the rounds is what a path costs."""
    medians = sorted(s[0] for s in samples)
    return {"least": medians[0], "median": statistics.median(medians),
            "most": medians[-1], "rounds": len(medians), "lost": sum(max(s[2], 0) for s in samples)}


def digest(rows):
    """Figures, each with its distance from plain forwarding."""
    out = []
    for (family, peer, flows, path), samples in rows.items():
        fig = figure(samples)
        entry = dict(family=FAMILY[family], peer=peer, flows=flows, path=path, **fig)
        base = rows.get((family, "plain", flows, path))
        if base and peer != "plain":
            entry["delta"] = round(fig["least"] - figure(base)["least"], 2)
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
                            met=a <= max(b * (goal + 0.005), 5)))
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


def svg(entries):
    """Nanoseconds of a data segment against flows; both axes logarithmic."""
    import math
    series = defaultdict(list)
    for e in entries:
        if e["path"] == "data" and e.get("delta") is not None and e["peer"] != "tcpath-strip":
            series[e["peer"]].append((e["flows"], max(e["delta"], 1)))
        if e["path"].startswith("chase"):
            lines = e["path"].split("-")[1]
            series[f"pointer chase, {lines} line{'s' * (lines != '1')}"].append(
                (e["flows"], max(e["least"], 1)))
    flows = sorted({f for s in series.values() for f, _ in s})
    if not flows:
        return ""
    left, top, width, height = 60, 50, 560, 380
    high = 10 ** math.ceil(math.log10(max(v for s in series.values() for _, v in s)))

    def x(f):
        span = math.log(flows[-1] / flows[0]) or 1
        return left + width * math.log(f / flows[0]) / span

    def y(v):
        return top + height * (1 - math.log(v) / math.log(high))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {top + height + 60}" '
           'font-family="sans-serif" font-size="13">',
           '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="{left}" y="24" font-size="16">Nanoseconds a data segment costs above '
           'plain forwarding</text>']
    v = 1
    while v <= high:
        out.append(f'<path d="M{left} {y(v):.1f}h{width}" stroke="#ddd"/>'
                   f'<text x="{left - 8}" y="{y(v) + 4:.1f}" text-anchor="end">{v}</text>')
        v *= 10
    for f in flows:
        name = f"{f // 1048576} M" if f >= 1048576 else f"{f // 1024} k"
        out.append(f'<path d="M{x(f):.1f} {top}v{height}" stroke="#eee"/><text x="{x(f):.1f}" '
                   f'y="{top + height + 20}" text-anchor="middle">{name}</text>')
    out.append(f'<text x="{left + width / 2}" y="{top + height + 44}" text-anchor="middle">'
               'flows</text>')
    ends = []
    for i, (peer, points) in enumerate(sorted(series.items(), key=lambda s: -s[1][-1][1])):
        points.sort()
        colour = COLOURS[i % len(COLOURS)]
        bold = 3.5 if peer == "tcpath" else 1.5
        dash = ' stroke-dasharray="6 4"' if "chase" in peer else ""
        path = "L".join(f"{x(f):.1f} {y(v):.1f}" for f, v in points)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{bold}"{dash}/>')
        for f, v in points:
            out.append(f'<circle cx="{x(f):.1f}" cy="{y(v):.1f}" r="{bold}" fill="{colour}"/>')
        at = y(points[-1][1])
        at = max(at, ends[-1] + 16) if ends else at
        ends.append(at)
        out.append(f'<path d="M{x(points[-1][0]) + 4:.1f} {y(points[-1][1]):.1f}L{left + width + 18} '
                   f'{at:.1f}" stroke="{colour}" stroke-width="0.6"/>'
                   f'<text x="{left + width + 22}" y="{at + 4:.1f}" fill="{colour}">{peer} '
                   f'({points[-1][1]:.0f})</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    where = sys.argv[1]
    instructions = digest(read(f"{where}/instructions"))
    ns = []
    for name in sorted(os.listdir(where)):
        if name.startswith("nanoseconds-") and not name.endswith(".tmp"):
            ns += digest(read(f"{where}/{name}"))
    ns.sort(key=lambda e: e["flows"])
    goals = compare(instructions, "instructions") + compare(
        [e for e in ns if e["path"] in ("data", "ack", "udp")], "ns")
    text = [f"{'goal':20}{'unit':14}{'family':8}{'flows':>8}{'ours':>7}{'theirs':>8}"
            f"{'ratio':>7}{'goal':>6}"]
    for g in goals:
        text.append(f"{g['what']:20}{g['unit']:14}{g['family']:8}{g['flows']:8}{g['ours']:7.0f}"
                    f"{g['theirs']:8.0f}{g['ratio']:7.2f}{g['goal']:6.2f}"
                    f"  {'met' if g['met'] else 'missed'} ({g['peer']})")
    text += table(instructions, "Instructions", ["data", "ack", "syn-new", "syn-copy",
                                                 "syn-full", "syn-ack", "handshake", "rst",
                                                 "udp"])
    text += table(ns, "Nanoseconds", ["data", "ack", "syn-copy", "udp"])
    for e in ns:
        if e["path"].startswith(("chase", "clock")):
            text.append(f"{e['path']} at {e['flows']} flows: {e['least']:.1f} ns")
    with open(f"{where}/table.txt", "w", encoding="ascii") as out:
        print(*text, sep="\n", file=out)
    with open(f"{where}/bench.json", "w", encoding="ascii") as out:
        json.dump(dict(goals=goals, instructions=instructions, nanoseconds=ns), out, indent=1)
    with open(f"{where}/ns.svg", "w", encoding="ascii") as out:
        out.write(svg(ns))
    print(*text, sep="\n")
    lost = [e for e in instructions + ns if e["lost"] > 0 and
            not e["peer"].startswith(("conntrack", "plain-"))]
    for e in lost:
        print(f"{e['peer']} {e['path']}: {e['lost']} packets did not come out", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
