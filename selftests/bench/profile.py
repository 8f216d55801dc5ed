#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Where the instructions of a path are: how many in each function of tcpath.

profile.py pack LOG TRACE     the addresses in the emulator's LOG, four bytes each
profile.py tell LINES TRACE   tables, with what measure.sh profile said in LINES
"""
import array
import bisect
import collections
import re
import sys

LEAST = 0.5  # instructions a packet that are worth a line


def pack(log, trace):
    """A line of the log: "Trace 0: HOST [CS/PC/FLAGS/CFLAGS] SYMBOL"; of PC the low half."""
    address = re.compile(r"\[[0-9a-f]+/[0-9a-f]{8}([0-9a-f]{8})/")
    with open(log, encoding="ascii", errors="replace") as lines, open(trace, "wb") as out:
        some = array.array("I")
        for line in lines:
            met = address.search(line)
            if met:
                some.append(int(met[1], 16))
            if len(some) >= 1 << 20:
                some.tofile(out)
                some = array.array("I")
        some.tofile(out)


class Path:
    """A path as measured: its name, packets, and how often each address was met."""

    def __init__(self, name):
        self.name = name
        self.packets = 0
        self.met = collections.Counter()


def read_lines(name):
    """Symbols by address, and the paths in the order in which they were run."""
    symbols, paths = [], []
    with open(name, encoding="ascii") as lines:
        for line in lines:
            word = line.rstrip("\n").split(" ", 1)
            rest = word[1].split() if len(word) > 1 else []
            if word[0] == "symbol":
                symbols.append((int(rest[0][-8:], 16), rest[1], rest[2]))
            elif word[0] == "path":
                paths.append(Path(word[1]))
            elif paths and len(rest) >= 6:
                paths[-1].packets += int(line.rsplit(None, 4)[1])
    return sorted(symbols), paths


def read_trace(name, symbols, paths):
    """A path begins where the bench module is told to run it."""
    begin = [at for at, symbol, module in symbols
             if symbol == "run_write" and module == "[tcpath_bench]"]
    if len(begin) != 1:
        sys.exit("profile.py: the bench module's run_write() is not among the symbols")
    trace, path = array.array("I"), -1
    with open(name, "rb") as data:
        while chunk := data.read(1 << 22):
            trace = array.array("I")
            trace.frombytes(chunk)
            for at in trace:
                if at == begin[0]:
                    path += 1
                elif path >= 0:
                    paths[path].met[at] += 1
    if path + 1 != len(paths):
        sys.exit(f"profile.py: {path + 1} paths in the trace, {len(paths)} were run")


def tell(path, symbols):
    """A table of one path."""
    by_function, starts = collections.Counter(), [symbol[0] for symbol in symbols]
    for at, times in path.met.items():
        _, function, module = symbols[bisect.bisect(starts, at) - 1]
        if module == "[tcpath]":
            by_function[function] += times
    print(f"{path.name}: {sum(by_function.values()) / path.packets:.0f} instructions a packet")
    for function, times in by_function.most_common():
        if times / path.packets >= LEAST:
            print(f"  {times / path.packets:7.1f}  {function}")


def main():
    """By the first argument."""
    what, first, trace = sys.argv[1:4]
    if what == "pack":
        pack(first, trace)
        return
    symbols, paths = read_lines(first)
    read_trace(trace, symbols, paths)
    for path in paths:
        if path.packets:
            tell(path, symbols)


if __name__ == "__main__":
    main()
