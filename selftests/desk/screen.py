# SPDX-License-Identifier: GPL-2.0
"""A terminal's screen, as tmux capture-pane -e gives it, as a picture: screen.py FILE >SVG"""
import re
import sys
from html import escape

CELL, LINE, LEFT, TOP = 8.43, 18, 12, 14
COLOURS = ["#3b4252", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dee9"]
PAPER, INK = "#1e222a", "#d8dee9"


class Style:
    """What an escape sequence has set."""

    def __init__(self):
        self.ink, self.paper, self.bold, self.dim, self.reverse = None, None, False, False, False

    def take(self, codes):
        for code in codes:
            if code == 0:
                self.__init__()
            elif code in (1, 2, 7):
                setattr(self, {1: "bold", 2: "dim", 7: "reverse"}[code], True)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.ink = COLOURS[code % 10]
            elif 40 <= code <= 47:
                self.paper = COLOURS[code % 10]
            elif code == 39:
                self.ink = None
            elif code == 49:
                self.paper = None

    def colours(self):
        ink, paper = self.ink or INK, self.paper or PAPER
        return (paper, ink) if self.reverse else (ink, paper)


def run(style, column, row, text):
    """Text of one style; its paper first, where that is another than the screen's."""
    ink, paper = style.colours()
    x, y = LEFT + column * CELL, TOP + row * LINE
    if paper != PAPER:
        print(f'<rect x="{x:.1f}" y="{y:.1f}" width="{len(text) * CELL:.1f}" height="{LINE}" '
              f'fill="{paper}"/>')
    if text.strip():
        more = ' font-weight="bold"' if style.bold else ""
        more += ' opacity=".6"' if style.dim else ""
        print(f'<text x="{x:.1f}" y="{y + 13:.1f}" fill="{ink}" textLength="{len(text) * CELL:.1f}"'
              f'{more} xml:space="preserve">{escape(text)}</text>')


with open(sys.argv[1], encoding="utf-8") as stream:
    lines = [line.rstrip("\n") for line in stream]
plain = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in lines]
width = LEFT * 2 + max(map(len, plain)) * CELL
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} '
      f'{TOP * 2 + len(lines) * LINE}" font-family="DejaVu Sans Mono,monospace" font-size="14">'
      f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>')
now = Style()
for row, line in enumerate(lines):
    column = 0
    for codes, text in re.findall(r"(?:\x1b\[([\d;]*)m)|([^\x1b]+)", line):
        if text:
            run(now, column, row, text)
            column += len(text)
        else:
            now.take([int(c or 0) for c in codes.split(";")])
print("</svg>")
