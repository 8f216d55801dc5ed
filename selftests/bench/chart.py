# SPDX-License-Identifier: GPL-2.0
"""A line chart with logarithmic axes as an SVG, readable in print."""
import math

WIDTH, HEIGHT = 620, 440        # of the plot
LEFT, TOP, RIGHT, BOTTOM = 70, 64, 250, 64
COLOURS = ["#1d4ed8", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#0e7490",
           "#be185d", "#4d7c0f", "#9f1239", "#334155", "#0369a1", "#854d0e",
           "#6d28d9", "#166534"]
SHAPES = ["circle", "square", "diamond", "triangle"]
GREY = "#9ca3af"
GAP = 17                        # between labels


def short(n):
    """1,048,576 is 1 M here: flows come in powers of two."""
    for step, unit in ((1 << 20, " M"), (1 << 10, " k")):
        if n >= step and n % step == 0:
            return f"{n // step}{unit}"
    return f"{n:g}"


def ticks(low, high):
    """1, 2, 5, 10 ... within the range."""
    out, base = [], 10 ** math.floor(math.log10(low))
    while base <= high:
        out += [base * m for m in (1, 2, 5) if low <= base * m <= high]
        base *= 10
    return out


def spread(wanted, low, high):
    """Label positions near the wanted ones (sorted), GAP apart, within the plot."""
    at = []
    for w in wanted:
        at.append(max(w, at[-1] + GAP if at else low))
    if at and at[-1] > high:
        at[-1] = high
        for i in range(len(at) - 2, -1, -1):
            at[i] = min(at[i], at[i + 1] - GAP)
    return at


def marker(shape, x, y, r, colour):
    if shape == "square":
        return f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r}" height="{2 * r}" fill="{colour}"/>'
    if shape == "diamond":
        return (f'<path d="M{x:.1f} {y - r - 1:.1f}l{r + 1} {r + 1}l{-r - 1} {r + 1}l{-r - 1} {-r - 1}z" '
                f'fill="{colour}"/>')
    if shape == "triangle":
        return f'<path d="M{x:.1f} {y - r - 1:.1f}l{r + 1} {2 * r}h{-2 * r - 2}z" fill="{colour}"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{colour}"/>'


class Axes:
    """Where a value is on the paper."""

    def __init__(self, xs, ys):
        self.x0, self.x1 = min(xs), max(xs)
        self.y0 = 10 ** math.floor(math.log10(min(ys)) + 0.15)
        self.y1 = max(t for t in ticks(1, 10 * max(ys)) if t < 2.5 * max(ys))
        self.y0 = min(self.y0, min(ys))

    def x(self, v):
        span = math.log(self.x1 / self.x0) or 1
        return LEFT + WIDTH * math.log(v / self.x0) / span

    def y(self, v):
        return TOP + HEIGHT * (1 - math.log(v / self.y0) / math.log(self.y1 / self.y0))

    def draw(self, xs, xname, yname):
        out = []
        for v in ticks(self.y0, self.y1):
            major = math.log10(v).is_integer()
            out.append(f'<path d="M{LEFT} {self.y(v):.1f}h{WIDTH}" stroke="{"#d1d5db" if major else "#eef0f3"}"/>'
                       f'<text x="{LEFT - 9}" y="{self.y(v) + 4:.1f}" text-anchor="end" '
                       f'fill="{"#111827" if major else "#6b7280"}">{v:,.0f}</text>')
        last = -100.0
        for v in sorted(xs):
            x = self.x(v)
            out.append(f'<path d="M{x:.1f} {TOP}v{HEIGHT + 5}" stroke="#e5e7eb"/>')
            if x - last > 36:
                out.append(f'<text x="{x:.1f}" y="{TOP + HEIGHT + 21}" text-anchor="middle">{short(v)}</text>')
                last = x
        out.append(f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#6b7280"/>')
        out.append(f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 46}" text-anchor="middle" '
                   f'font-size="14">{xname}</text>')
        out.append(f'<text transform="translate(18 {TOP + HEIGHT / 2}) rotate(-90)" text-anchor="middle" '
                   f'font-size="14">{yname}</text>')
        return out


def style(i, name):
    """Ours stands out; what is no peer, but a limit, is grey and dashed."""
    if name.startswith("tcpath"):
        return (COLOURS[0] if name == "tcpath" else "#60a5fa"), 3.2 if name == "tcpath" else 2.2, "", "circle"
    if name.startswith("pointer"):
        return GREY, 2, ' stroke-dasharray="7 4"', "circle"
    return COLOURS[1 + i % (len(COLOURS) - 1)], 1.7, "", SHAPES[i % 4]


def draw(title, subtitle, series, xname, yname):
    """series: {name: [(x, y)]}; all above zero. The text of an SVG."""
    series = {n: sorted(p) for n, p in series.items() if p}
    if not series:
        return ""
    xs = {x for p in series.values() for x, _ in p}
    axes = Axes(xs, [y for p in series.values() for _, y in p])
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} '
           f'{TOP + HEIGHT + BOTTOM}" font-family="DejaVu Sans, Helvetica, sans-serif" font-size="12.5" '
           'fill="#111827">', '<rect width="100%" height="100%" fill="white"/>',
           f'<text x="{LEFT}" y="28" font-size="18" font-weight="bold">{title}</text>',
           f'<text x="{LEFT}" y="48" font-size="12.5" fill="#4b5563">{subtitle}</text>']
    out += axes.draw(xs, xname, yname)
    order = sorted(series, key=lambda n: axes.y(series[n][-1][1]))
    labels = spread([axes.y(series[n][-1][1]) for n in order], TOP + 4, TOP + HEIGHT)
    # Ours is drawn last, on top.
    for i, name in sorted(enumerate(order), key=lambda e: e[1].startswith("tcpath")):
        points, at = series[name], labels[i]
        colour, width, dash, shape = style(i, name)
        path = "L".join(f"{axes.x(x):.1f} {axes.y(y):.1f}" for x, y in points)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
                   f'stroke-linejoin="round"{dash}/>')
        out += [marker(shape, axes.x(x), axes.y(y), 3.5, colour) for x, y in points]
        end = LEFT + WIDTH
        out.append(f'<path d="M{axes.x(points[-1][0]) + 5:.1f} {axes.y(points[-1][1]):.1f}L{end + 20} {at:.1f}h6" '
                   f'fill="none" stroke="{colour}" stroke-width="0.8"/>'
                   + marker(shape, end + 33, at, 3.5, colour)
                   + f'<text x="{end + 42}" y="{at + 4:.1f}" fill="{colour}"'
                   + (' font-weight="bold"' if name == "tcpath" else "")
                   + f'>{name}  {points[-1][1]:,.0f}</text>')
    return "\n".join(out + ["</svg>", ""])
