"""One chart as the report prints it: its words, its text alternative, the figure, the table behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analysis.charts.style import Frame, house_style
from analysis.report.findings import Findings
from analysis.report.narrative import catalog, words
from analysis.wording import harmless, percent

TENTH = r"(\.\d)\d+"
"""Decimals of a point beyond those that anybody sees; they are a third of a chart's bytes."""

PLACES = r'\b(?:d|x|y)="[^"]*"|translate\([^)]*\)'

SAVED_AS: dict[str, dict[str, Any]] = {
    "svg": {"format": "svg", "metadata": {"Date": None, "Creator": None}},
    "png": {"format": "png", "dpi": 192, "metadata": {"Software": None}},
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Chart:
    """One drawn chart: its frame of words, its text alternative, the figure and the table behind it.

    A notebook shows it as the report does, with its title and description for screen readers.
    """

    name: str
    frame: Frame
    alt: str
    figure: Figure
    table: pd.DataFrame

    def __repr__(self) -> str:
        return f"Chart({self.name!r}: {self.frame.title!r})"

    def _repr_html_(self) -> str:
        return f"<figure>{accessible_svg(self)}</figure>"


def saved(figure: Figure, kind: str) -> bytes:
    """The figure as SVG or PNG bytes, the same for the same figure (no dates, no random ids)."""
    stream = BytesIO()
    with house_style():
        figure.savefig(stream, **SAVED_AS[kind])
    return stream.getvalue()


def accessible_svg(chart: Chart) -> str:
    """The chart as SVG with a title and description for screen readers, and ids that no other chart shares."""
    prefix = chart.name
    svg = saved(chart.figure, "svg").decode("utf-8")
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", svg, flags=re.S)
    svg = re.sub(
        r'\b(?:d|x|y)="[^"]*"|translate\([^)]*\)', lambda places: re.sub(TENTH, r"\1", " ".join(places[0].split())), svg
    )
    svg = re.sub(r">\s+<", "><", svg)
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'(xlink:href|href)="#', rf'\1="#{prefix}-', svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}-", svg)
    title = f'<title id="{prefix}-title">{escape(harmless(chart.frame.title))}</title>'
    description = f'<desc id="{prefix}-desc">{escape(harmless(f"{chart.alt} {chart.frame.source}"))}</desc>'
    opening, rest = svg.split(">", 1)
    opening = re.sub(r'\s(width|height)="[^"]*"', "", opening)
    return f'{opening} role="img" aria-labelledby="{prefix}-title {prefix}-desc">{title}{description}{rest}'


def chart_words(findings: Findings, language: str) -> dict[str, str]:
    """The words inside charts, with the dataset's currency and level put in."""
    currency = words("units", language).get(findings.dataset.currency, findings.dataset.currency)
    level = percent(findings.dataset.level, language)
    return {
        key: text.replace("{currency}", currency).replace("{level}", level)
        for key, text in words("charts", language).items()
    }


def source_line(findings: Findings, note: str, language: str) -> str:
    """The line under a chart: where its data come from, whether they are invented, and the note of that name."""
    text = catalog(language)
    synthetic = [text["charts"]["source_synthetic"]] if findings.dataset.synthetic else []
    return " ".join([text["charts"]["source"].format(name=findings.dataset.name), *synthetic, text["notes"][note]])
