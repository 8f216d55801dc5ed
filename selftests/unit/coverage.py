#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Every branch of the files named has been taken, by what gcov counted.

usage: coverage.py FOLDER FILE...
FOLDER holds .gcda files. What a header holds is compiled into several objects:
a branch counts as taken when it was in any of them.
"""
import collections
import glob
import gzip
import json
import os
import subprocess
import sys
import tempfile


def notes(folder):
    """gcov's own records, one for each object."""
    data = [os.path.abspath(p) for p in glob.glob(folder + '/*.gcda')]
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(['gcov', '--json-format', '--branch-probabilities', *data],
                       cwd=place, check=True, stdout=subprocess.DEVNULL)
        for path in glob.glob(place + '/*.gcov.json.gz'):
            with gzip.open(path) as f:
                yield json.load(f)


def tally(folder):
    """file -> function and line -> how often it ran, and each of its branches"""
    ran = collections.defaultdict(lambda: collections.defaultdict(int))
    taken = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
    for note in notes(folder):
        for file in note['files']:
            name = os.path.normpath(os.path.join(note['current_working_directory'], file['file']))
            for line in file['lines']:
                key = line['line_number']
                ran[name][key] += line['count']
                for i, branch in enumerate(line['branches']):
                    taken[name][key][i] += branch['count']
    return ran, taken


def judge(name, ran, taken):
    """The lines and branches of one file that no test has reached."""
    missed = [f'line {n} never ran' for n, count in sorted(ran.items()) if not count]
    for n, branches in sorted(taken.items()):
        never = sum(1 for count in branches.values() if not count)
        if ran[n] and never:
            missed.append(f'line {n}: {never} of {len(branches)} branches never taken')
    total = sum(len(branches) for branches in taken.values())
    for what in missed:
        print(f'# {name}: {what}')
    good = total and not missed
    print(f'{"ok" if good else "not ok"} - {name}: {total} branches, '
          f'{"all taken" if good else "not all taken"}')
    return good


def main():
    ran, taken = tally(sys.argv[1])
    verdicts = []
    for name in sys.argv[2:]:
        key = os.path.abspath(name)
        verdicts.append(judge(os.path.basename(name), ran.get(key, {}), taken.get(key, {})))
    sys.exit(not all(verdicts) or not verdicts)


main()
