"""The charts as pages hold them: the drawing alone, its words around it as text.

A web page defines each letter's shape once; paper, which holds the font, has the letters themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from analysis.charts.style import FRAME_GID, house_style
from analysis.report.chart import SAVED_AS, Chart

EDGE = 3.0
"""White kept around a drawing (points)."""
GLYPH = re.compile(r'<path id="[\w-]+?-(DejaVuSans[\w-]*)"(?: d="([^"]*)")? transform="([^"]*)"/>')


def drawings(charts: Sequence[Chart], svg: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The shapes of letters that the page defines once, as a hidden SVG, and each chart's drawing by name.

    `svg` holds each chart as `accessible_svg` writes it. A drawing has no title, subtitle and source, which the page
    sets as text: it is named by the element `<chart>-heading` and by its own description.
    """
    shapes = {name: (path, place) for one in charts for name, path, place in GLYPH.findall(svg[one.name]) if path}
    letters = "".join(
        f'<path id="{name}" d="{path}" transform="{place}"/>' for name, (path, place) in sorted(shapes.items())
    )
    glyphs = f'<svg class="glyphs" width="0" height="0" aria-hidden="true"><defs>{letters}</defs></svg>'
    return glyphs, {chart.name: _drawing(chart, svg[chart.name]) for chart in charts}


def _drawing(chart: Chart, svg: str) -> str:
    name = chart.name
    for blank in (letter for letter, path, _ in GLYPH.findall(svg) if not path):
        svg = re.sub(rf'<use xlink:href="#{name}-{blank}"[^>]*/>', "", svg)
    svg = GLYPH.sub("", svg)
    svg = re.sub(rf'xlink:href="#{name}-(DejaVuSans)', r'href="#\1', svg).replace("xlink:href", "href")
    svg = re.sub(r"<title .*?</title>|<style.*?</style>", "", svg, flags=re.S)
    words = r"(?:<g\b[^>]*>(?:<use\b[^>]*/>|<defs>\s*</defs>)*</g>)*"
    svg = re.sub(rf'<g id="{name}-{FRAME_GID}">{words}</g>', "", svg)
    svg = re.sub(r"<defs>\s*</defs>", "", svg)
    used = {f"{name}-desc", *re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)}
    kept = {one for found in used for one in ([found] if isinstance(found, str) else found)}
    svg = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in kept else "", svg)
    svg = svg.replace(f'aria-labelledby="{name}-title ', f'aria-labelledby="{name}-heading ')
    return re.sub(r' viewBox="[^"]*"', f' viewBox="{_view(chart)}"', svg, count=1)


def _view(chart: Chart) -> str:
    """The part of the figure that its panels and their labels take, as a viewBox (points from the top left)."""
    figure, ink = chart.figure, _ink(chart.figure)
    left, top, width, height = ink.x0, figure.bbox.y1 - ink.y1, ink.width, ink.height
    return " ".join(f"{number * 72 / figure.dpi:.1f}" for number in (left, top, width, height))


def _ink(figure: Figure) -> Bbox:
    """What the panels and their labels take of a figure (its pixels)."""
    with house_style():
        boxes = [box for ax in figure.axes if (box := ax.get_tightbbox()) is not None]
    whole = Bbox.from_bounds(0, 0, figure.bbox.width, figure.bbox.height)
    return Bbox.intersection(Bbox.union(boxes).padded(EDGE * figure.dpi / 72), whole) or whole


def paper_drawing(chart: Chart) -> str:
    """The drawing alone as SVG whose letters are text, for a document that holds the house font."""
    figure, stream = chart.figure, BytesIO()
    frame = [text for text in figure.texts if text.get_gid() == FRAME_GID]
    inches = _ink(figure).transformed(figure.dpi_scale_trans.inverted())
    for text in frame:
        text.set_visible(False)
    try:
        with house_style(), mpl.rc_context({"svg.fonttype": "none"}):
            figure.savefig(stream, bbox_inches=inches, **SAVED_AS["svg"])
    finally:
        for text in frame:
            text.set_visible(True)
    return stream.getvalue().decode("utf-8")
