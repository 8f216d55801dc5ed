#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Is there a test for each sentence with which the command line refuses a policy?
sentences.py TOOLS KMOD TESTED...

TESTED is what "test_sentences -l" says, and cli.sh: in these each has to stand as it is said."""
import pathlib
import re
import sys

# What no line can bring about, and why; or where else it is seen.
ELSEWHERE = {
    "the rule is refused:": "selftests/guest/tests/save_load.sh: by the kernel",
    "the lowest source port is above the highest": "no range of the grammar is",
    "the lowest destination port is above the highest": "no range of the grammar is",
    "a source or destination is a prefix or a list, not both": "given twice",
    "what is negated has to be there: a prefix, ports, a device, a VLAN, a MAC address, an order":
        "'not' needs a match",
    "a share goes from a lot to a higher one, 0 to 10000": "no range of lots",
    "an MSS below 88 leaves no room for data: 88 to 65535": "no MSS to clamp to",
    "a ladder begins with copy 1 to 9 of a SYN": "no copy that a ladder may begin with",
    "an exception is kept for 1 second to 7 days": "no time to keep an exception",
    "a window scale is lowered to 0 to 14": "no window scale to lower to",
    "a rule that strips all options but some has to name one that stays": "'all-but' needs options",
}
STRING = r'"(?:[^"\\]|\\.)*"'
STRINGS = r"(?:\s*(?:" + STRING + r"|PRIu64))+"


def joined(text):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace(r"\"", '"')


def pattern(text):
    """A format as what it may have become."""
    parts = re.split(r"(%l?[sud]|%\.?\*?s|%$)", text)
    return "".join(".+" if part.startswith("%") else re.escape(part) for part in parts)


def grammar(tools, kmod):
    """What the grammar says, each with where: formats as patterns."""
    for name in ("rules.c", "rules_match.c", "lists.c", "exceptions.c", "lexer.c"):
        source = (tools / name).read_text()
        calls = re.findall(r"lexer_wrong\(&?l, (" + STRINGS + ")", source)
        for text in map(joined, calls):
            if text not in ("%s", "'%s' %s"): # parts, each of which is below
                yield name, text, pattern(text)
        for word, needs in re.findall(r'lexer_argument\(&?l, "(\S+)", (' + STRINGS + ")", source):
            yield name, word, re.escape(f"'{word}' needs {joined(needs)}")
        for what in re.findall(r'parse_optional\(.*, "(.*)"\)', source):
            yield name, what, ".+ is no " + re.escape(what) + r", 1 to \d+"
        for word, needs in re.findall(r'\{ "(\w+)", "(.*?)", TCPATH_PART', source):
            yield name, word, re.escape(f"'{word}' needs {needs}")
    body = re.search(r"\nconst char \*parse_prefix\(.*?\n}\n", (tools / "text.c").read_text(), re.S)
    for text in re.findall(r'"(\w+ [^"]*)"', body.group(0)):
        yield "text.c", text, "'.+' " + re.escape(text)
    for text in re.findall(r'X\(\w+,\s*"([^"]+)"\)', (kmod / "engine/policy.h").read_text()):
        yield "policy.h", text, re.escape(text)


def files(tools):
    """What is said of a file as a whole, as cli.sh has it."""
    source = (tools / "cmd/policy.c").read_text()
    for call in re.findall(r"(?:complain|die)\((?:STATUS_\w+, )?(" + STRINGS + ")", source):
        text = re.sub(r"^%s:%lu:(%u:)? ", "", joined(call))
        if text != "%s":
            yield "cmd/policy.c", text, pattern(text)


tools, kmod = map(pathlib.Path, sys.argv[1:3])
said = list(grammar(tools, kmod)) + list(files(tools))
tested = [line for name in sys.argv[3:] for line in pathlib.Path(name).read_text().splitlines()]
missing = []
for where, text, regex in said:
    if text not in ELSEWHERE and not any(re.search("(?:^|\"|: )" + regex + "(?:$|\")", line) for line in tested):
        missing.append(f"no test: {where}: {text}")
for text in sorted(set(ELSEWHERE) - {text for _, text, _ in said}):
    missing.append(f"nobody says it: {text}")
for line in missing:
    print(f"# {line}")
print(f"{'not ok' if missing else 'ok'} - {len(said)} sentences of the grammar, each has its test")
sys.exit(bool(missing) or len(said) < 80)
