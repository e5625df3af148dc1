"""A drawn chart as rules see it, and the rules of its words: title, subtitle, source, units, labels, alternative."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from tools.chart_ink import Ink

from analysis.report.chart import Chart

MOST_TITLE_WORDS, MOST_ALT, MOST_ANNOTATION, MOST_HEADING = 14, 420, 50, 75
CAUSES = r"\b(?:because|due to|thanks to|caused?|led to|effect of|à cause|cause|grâce|parce que|en raison|dû|due)\b"
SOURCE = {"fr": ("Source : ", "DONNÉES FICTIVES"), "en": ("Source: ", "SYNTHETIC DATA")}
KINDS = {"fr": r"courbe|ligne|barre|point", "en": r"curve|line|row|bar|dot"}
TABLE = {"fr": r"dans le tableau (?:qui suit|ci-dessous)\b", "en": r"in the table (?:that follows|below)\b"}
GAPS = {
    "fr": r"\bblanc\b|interrompu|non publié|tiret|recensé|suivis|rayée",
    "en": r"\bblank\b|broken|not published|\bdash|followed|hatched",
}
UNITS = {
    "fr": r"%|euros|livres|francs|couronnes|dollars|personnes|unités|donateurs|jours|semaines?|commandes",
    "en": r"%|euros|pounds|francs|kron|dollars|people|units|donors|days|weeks?|orders",
}
OTHER_TONGUE = {
    "fr": r"\b(?:the|of|and|week|winter|need|each|giving|donations|range)\b",
    "en": r"\b(?:les?|des?|et|semaine|hiver|besoin|chaque|dons|fourchette)\b",
}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One chart of a report, with what the rules must know of its dataset, and the tables of the other charts."""

    chart: Chart
    language: str
    name: str
    synthetic: bool
    beside: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def ink(self) -> Ink:
        """The chart as pixels."""
        return Ink(self.chart.figure)

    @property
    def panels(self) -> list[Axes]:
        """The panels of the figure."""
        return self.chart.figure.axes


def title_states(drawn: Drawn) -> list[str]:
    """The title is short, in sentence case, and names no cause."""
    title, found = drawn.chart.frame.title, []
    words = [word for word in re.split(r"\s+", title) if re.search(r"\w", word)]
    if len(words) > MOST_TITLE_WORDS:
        found.append(f"{len(words)} words")
    if not (title[0].isupper() or title[0].isdigit()) or title.endswith("."):
        found.append("no sentence case")
    if sum(word[0].isupper() for word in words[1:] if len(word) > 3) > len(words) / 2:
        found.append("capitals")
    if re.search(CAUSES, title, re.I):
        found.append("a cause")
    return found


def subtitle_places(drawn: Drawn) -> list[str]:
    """The subtitle has measure, charity and period."""
    subtitle = drawn.chart.frame.subtitle
    measure = re.split("[,;]", subtitle.replace(drawn.name, ""))[0]
    return [
        fault
        for fault, there in (
            ("no charity", drawn.name in subtitle),
            ("no period", re.search(r"\b(?:19|20)\d\d\b", subtitle)),
            ("no measure", len(re.findall(r"[^\W\d_]{3,}", measure)) >= 2),
        )
        if not there
    ]  # fmt: skip


def source_stands(drawn: Drawn) -> list[str]:
    """A source line names the charity, says when data are invented, and is drawn whole."""
    source, (begins, invented) = drawn.chart.frame.source, SOURCE[drawn.language]
    found = [] if re.sub(r"\s", " ", source).startswith(begins) and drawn.name in source else ["no source"]
    if (invented in source) != drawn.synthetic:
        found.append("invented or not")
    frame = [words.said for words in drawn.ink.texts if words.part == "frame"]
    said = [drawn.chart.frame.title, drawn.chart.frame.subtitle, source]
    return found + ([] if frame == said else ["the frame is not what was said"])


def axes_have_units(drawn: Drawn) -> list[str]:
    """Each axis has its unit in words: in its tick labels, its heading or the subtitle."""
    found = []
    for ax in drawn.panels:
        headings = [words.said for words in drawn.ink.texts if words.ax is ax and words.part in ("heading", "label")]
        beside = " ".join([*headings, drawn.chart.frame.subtitle])
        for axis in (ax.xaxis, ax.yaxis):
            ticks = [tick for tick in drawn.ink.texts if tick.part == "tick" and tick.ax is ax]
            own = [tick.said for tick in ticks if tick.artist in _labels(axis)]
            dates = all(re.fullmatch(r"(?:[^\W\d]+\.? )?\d{4}|[^\W\d]+\.?", said) for said in own)
            said = dates or all("%" in one for one in own) or re.search(UNITS[drawn.language], beside)
            found += [] if said else [f"{own} of what"]
    return found


def alt_text_serves(drawn: Drawn) -> list[str]:
    """The text alternative says what kind of chart, of what, and where its figures are, in some 400 characters."""
    alt = drawn.chart.alt
    return [
        fault
        for fault, there in (
            (f"{len(alt)} characters", len(alt) <= MOST_ALT),
            ("no kind of chart", re.search(KINDS[drawn.language], alt, re.I)),
            ("not of what", len(re.findall(r"[^\W\d_]{3,}", re.sub(TABLE[drawn.language], "", alt))) >= 8),
            ("no table named", re.search(TABLE[drawn.language], re.sub(r"\s", " ", alt))),
            ("says that it is a picture", not re.match(r"(?:image|picture|graphique|chart)\b", alt, re.I)),
        )
        if not there
    ]


def gaps_are_said(drawn: Drawn) -> list[str]:
    """What is missing is a gap, and the words around the chart say why."""
    words = f"{drawn.chart.frame.subtitle} {drawn.chart.frame.source} " + " ".join(
        one.said for one in drawn.ink.texts if one.part == "label"
    )
    joined = [line for line in drawn.ink.paths if line.get_linestyle() not in ("None", "")]
    known = [np.isfinite(np.asarray(line.get_ydata(), dtype=float)) for line in joined]
    gap = any(not one[one.argmax() : len(one) - one[::-1].argmax()].all() for one in known if one.any())
    hidden = "hidden" in drawn.chart.table and bool(drawn.chart.table["hidden"].any())
    return ["a gap without a word"] if (gap or hidden) and not re.search(GAPS[drawn.language], words) else []


def annotations_short(drawn: Drawn) -> list[str]:
    """A line of a label is at most 50 characters, a heading 75; names of events come from the records."""
    found = []
    for words in drawn.ink.texts:
        of_events = words.ax is not None and not len(words.ax.get_yticks()) and words.ax.get_xlim()[0] > 10_000
        most = {"label": MOST_ANNOTATION, "heading": MOST_HEADING}.get(words.part, 10_000)
        if not of_events and max(map(len, words.artist.get_text().split("\n"))) > most:
            found.append(words.said)
    return found


def one_language(drawn: Drawn) -> list[str]:
    """No word of the other language stands on a chart, names aside."""
    words = [words.said for words in drawn.ink.texts] + [drawn.chart.alt]
    said = " ".join(words).replace(drawn.name, "")
    return sorted(set(re.findall(OTHER_TONGUE[drawn.language], said)))


def _labels(axis: object) -> set:
    return {tick.label1 for tick in axis.get_major_ticks()}  # type: ignore[attr-defined]
