#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Is there a test for each sentence with which the kernel refuses? refusals.py KMOD TESTED...

KMOD is the folder of its sources, TESTED what "refusals -l" says, and refusals.sh."""
import pathlib
import re
import sys

# What no request can bring about, and why; or where else it is seen.
ELSEWHERE = {
    "no memory for a table of that size; the limit stays": "selftests/kernels/faults.sh",
    "the hooks cannot be switched on": "selftests/kernels/faults.sh",
    "more flows than the module's max_flows needs CAP_NET_ADMIN in the initial user namespace":
        "selftests/security/permissions.sh",
    "this kernel has no hook for what arrives by a device (CONFIG_NETFILTER_INGRESS)":
        "all kernels here have it",
    "there is no room for this exception: others are in force":
        "takes nine responders of one keyed hash; the engine's test has them",
    # The ranges of the contract refuse these before, the command line before that.
    "a ladder begins with copy 1 to 9 of a SYN": "selftests/unit/test_policy.c",
    "a window scale is lowered to 0 to 14": "selftests/unit/test_policy.c",
    "an MSS below 88 leaves no room for data: 88 to 65535": "selftests/unit/test_policy.c",
    "an exception is kept for 1 second to 7 days": "selftests/unit/test_policy.c",
    "kinds 0 and 1 are padding, not options": "selftests/cli/test_rules.c",
}
STRINGS = r'(?:\s*(?:"(?:[^"\\]|\\.)*"|__stringify\(\w+\)))+'


def joined(text):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))


kmod = pathlib.Path(sys.argv[1])
said = set()
for path in sorted(kmod.rglob("*.[ch]")):
    source = path.read_text()
    for call in re.finditer(r"NL_SET_ERR_MSG(?:_ATTR)?\((?:[^\"()]|\([^()]*\)|\[[^\]]*\])*?,?(" + STRINGS + ")", source):
        said.add(joined(call.group(1)))
    said |= set(re.findall(r'\{ TCPATH_A_\w+, "([^"]+ [^"]+)" \}', source))
    if path.name == "policy.h":
        said |= set(re.findall(r'X\(\w+,\s*"([^"]+)"\)', source))
tested = "".join(pathlib.Path(name).read_text() for name in sys.argv[2:])
missing = sorted(text for text in said if text not in tested and text not in ELSEWHERE)
for text in missing:
    print(f"# no test: {text}")
for text in sorted(set(ELSEWHERE) - said):
    print(f"# nobody says it: {text}")
    missing.append(text)
print(f"{'not ok' if missing else 'ok'} - {len(said)} sentences, each has its test")
sys.exit(bool(missing))
