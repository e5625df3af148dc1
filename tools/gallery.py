"""The gallery of charts: a page that says the house style and shows each chart of the sample, and its pictures.

The pictures are those that tests compare the charts with: a chart that changed is a stale gallery.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
from matplotlib.testing.compare import calculate_rms
from PIL import Image
from tools.chart_ink import contrast
from tools.chart_rules import PALETTE, RULES

from analysis.charts import style
from analysis.charts.style import house_style
from analysis.dataset import load_dataset
from analysis.records.build import build
from analysis.report.chart import SAVED_AS, Chart
from analysis.report.context import load_context
from analysis.report.figures import CHARTS
from analysis.report.findings import Findings, make_findings
from analysis.report.numbers import make_numbers

ROOT = Path(__file__).resolve().parents[1]
SAMPLE, FOLDER = ROOT / "data" / "raw" / "sample", ROOT / "docs" / "gallery"
TODAY = dt.date(2026, 11, 23)
DPI, COLOURS, TOLERANCE = 96, 48, 1.5
"""Dots an inch and colours of a picture, and the root mean square (of 255) by which two of one chart may differ."""
MEANING = {
    "INK": "text, rules at zero and at a norm", "QUIET_INK": "subtitle, source, lesser text, points of other sources",
    "GIVING": "giving, and what is reported", "GIVING_FAINT": "the same, week by week, or hatched",
    "NEED": "people in need, and what they went without", "WINTER_MARK": "single winters, what is compared with",
    "WINTER_FILL": "winters", "SOFT_FILL": "weeks left aside", "BAND_FILL": "range of giving; stock",
    "NEED_FILL": "range of people in need", "RULE": "quiet rules",
}  # fmt: skip
SHOWN = {
    "giving_and_need": (
        "Does giving follow need?",
        "two panels on one time axis, never two axes; raw weeks faint, the median strong; a gap where nothing is told",
    ),
    "winter_drop": ("Does giving fall in winter?", "figures beside the marks; claim heavy, check dashed and hollow"),
    "seasonal_profile": ("Which months bring most?", "bars from zero, each year as a point on its bar"),
    "winter_sensitivity": ("Does the answer hang on one choice?", "one scale for all rows; groups told by their mark"),
    "winter_split": ("What is the change made of?", "parts below their whole; a title that names a clear part only"),
    "coverage": ("Was the need met?", "small panels on one scale; the norm dashed and named; blanks said in words"),
    "arrivals": ("Did what arrived cover the need?", "bar and point differ in shape and colour; units beside them"),
    "rationing": ("When were goods rationed?", "zero, which is a dash on the axis, is not unknown, which is a blank"),
    "stock": ("How long will stock last?", "calculated line, counted points; the answer at the end of each line"),
    "appeal": ("What did the appeal bring?", "what came against what was expected, with its band; the sum below"),
    "appeal_outcomes": ("What else moved?", "filled where clear, hollow where not; long ranges end in an arrow"),
    "appeal_chance": ("Could it be chance?", "every period is a dot; the appeal is named beside its mark"),
    "testimonies_online": ("How long did testimonies stay?", "a band; the half dashed; unit of time in the heading"),
    "testimony_orders": (
        "Were products with a testimony ordered more?",
        "lines told by dash and marker",
    ),
    "donors_by_year": ("Do donors come back?", "two sides of zero; patterns beside colours; counts printed"),
    "donor_cohorts": ("How many new donors give again?", "value beside each bar; incomplete years hatched"),
    "donor_money": ("Does what is gained make up for what is lost?", "the same frame as donors, in money"),
}
"""By chart: the question that it answers, and what of the house style it shows."""
HEAD = """# Charts

The house style, and every chart of the sample's report, in French and English by turns. Made from
`src/analysis/charts/style.py`, `tools/chart_rules.py` and the sample by `python tools/write_docs.py`; do not edit by
hand. `tests/report/test_gallery.py` compares the pictures with the charts as they are drawn now: when it fails, look at
what changed and run the tool.

## House style

Frame: {width:g} cm wide. Title {title} pt bold, states the trend or is plainly descriptive where none is clear;
subtitle {subtitle} pt, measure, charity, period; panels; source {source} pt. Words in panels are {font}, 7 to 8.5 pt.
Headings of panels are bold and hold the unit; lines are named at their right end, rows on their left with their
figures on their right.

Files: SVG with letters as outlines, title and description inside, the same bytes for the same data; PNG for slides at
{dpi} dots an inch, twice a page's 96: {pixels} pixels wide, two thirds of a full-HD slide (the SVG scales to any).
On phones a page scrolls drawings sideways: at 360 pixels they would have letters of 6.

| colour | | stands for | on white | on winters |
|---|---|---|---|---|
{palette}

Text reaches 4.5:1 and marks 3:1 on what lies under them; bands and shading are grounds, their ends are in the table.

What tests hold, on every chart, in both languages, of three reports:

{rules}

## To add a chart

1. `src/analysis/charts/`: a function from a table and an `ax` to the `ax`; no fitting, no files, no sentences.
2. `src/analysis/report/`: a function in `figures.py` or a neighbour (`aid_figures.py`, `donor_figures.py` ...) from
   findings, numbers and language to a `Chart` or None; name it in `CHARTS` of `figures.py`.
3. `src/analysis/report/locale/`: its words in `[charts]`, `[titles]`, `[subtitles]`, `[notes]`, `[alt]` of both.
4. `src/analysis/report/release.py`: a rule for each new column of its table; its section names it.
5. `tools/gallery.py`: its question in `SHOWN`; then `python tools/write_docs.py`, and look at the picture.
"""
Draw = Callable[..., Chart | None]


def sample_findings() -> Findings:
    """What the sample's report says, built afresh."""
    dataset = load_dataset(SAMPLE)
    with TemporaryDirectory() as folder, patch.dict(os.environ, {"DONATION_TRENDS_KEY": "0" * 64}):
        tables = build(dataset, Path(folder))
        context = load_context(dataset.reference) if dataset.reference else None
        return make_findings(dataset, tables, today=TODAY, context=context)


def shown_charts(findings: Findings) -> list[tuple[Draw, Chart, str]]:
    """Each chart with what draws it and its language, French and English by turns."""
    numbers = make_numbers(findings)
    drawn = [(draw, "fr" if place % 2 == 0 else "en") for place, draw in enumerate(CHARTS)]
    found = [(draw, draw(findings, numbers, language), language) for draw, language in drawn]
    return [(draw, chart, language) for draw, chart, language in found if chart is not None]


def gallery_page(charts: list[tuple[Draw, Chart, str]]) -> str:
    """The page as Markdown."""
    winter = style.WINTER_FILL
    rules = "\n".join(f"- {(rule.__doc__ or '').strip()}" for rule in RULES)
    palette = "\n".join(
        f"| {name} | `{colour}` | {MEANING[name]} | {contrast(colour):.1f} | {contrast(colour, winter):.1f} |"
        for name, colour in PALETTE.items()
    )
    head = HEAD.format(
        width=style.WIDTH_CM, title=style.TITLE_SIZE, subtitle=style.SUBTITLE_SIZE, source=style.SOURCE_SIZE,
        font=style.FONT, dpi=SAVED_AS["png"]["dpi"], palette=palette, rules=rules,
        pixels=int(style.WIDTH_CM / 2.54 * SAVED_AS["png"]["dpi"]),
    )  # fmt: skip
    return "\n".join([head, *(_section(*one) for one in charts)])


def _section(draw: Draw, chart: Chart, language: str) -> str:
    question, shows = SHOWN[chart.name]
    alt = re.sub(r"[\[\]]", "", " ".join(chart.alt.split()))
    columns = ", ".join(chart.table.columns)
    return f"""## {chart.name}

![{alt}](gallery/{chart.name}.{language}.png)

- Question: {question}
- Shows: {shows}.
- Drawn by `{draw.__name__}` (`{draw.__module__}`) with {", ".join(f"`{name}`" for name in _ink(draw))}.
- Table `{chart.name}` ([columns](report-tables.md)): {columns}.
"""


def _ink(draw: Draw) -> list[str]:
    """The functions of `charts` that a chart is drawn with."""
    names = draw.__code__.co_names
    if "_chart" in names:
        names += sys.modules[draw.__module__]._chart.__code__.co_names  # type: ignore[attr-defined]
    return list(dict.fromkeys(name for name in names if name.startswith("plot_")))


def picture(chart: Chart) -> bytes:
    """A chart as a small PNG of few colours."""
    drawn, stream = BytesIO(), BytesIO()
    with house_style():
        chart.figure.savefig(drawn, format="png", dpi=DPI)
    few = Image.open(drawn).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(stream, format="png", optimize=True)
    return stream.getvalue()


def looks_like(drawn: bytes, stored: Path) -> bool:
    """Whether a stored picture shows the same, but for what another version of the font's drawing would change."""
    if not stored.exists():
        return False
    one, other = (np.asarray(Image.open(file).convert("RGB")) for file in (BytesIO(drawn), stored))
    return one.shape == other.shape and calculate_rms(one, other) <= TOLERANCE


def stale_pictures(charts: list[tuple[Draw, Chart, str]]) -> dict[Path, bytes | None]:
    """The files of the gallery that are not what is drawn, each with what should be there; None for one too many."""
    wanted = {FOLDER / f"{chart.name}.{language}.png": picture(chart) for _, chart, language in charts}
    stale: dict[Path, bytes | None] = {file: None for file in FOLDER.glob("*") if file not in wanted}
    return stale | {file: drawn for file, drawn in wanted.items() if not looks_like(drawn, file)}
