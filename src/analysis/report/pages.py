"""Pages: sections in, HTML and PDF bytes out. No figure and no sentence is made here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.dataset import Dataset
from analysis.report.chart import Chart, accessible_svg, saved
from analysis.report.drawings import drawings
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.section import Section, texts
from analysis.report.sections import caveats, winter_claim, winter_sentences
from analysis.wording import date, harmless, percent, period, typeset

REGIONS = {"fr": "FR", "en": "GB"}
MOST_CAVEATS = 7
MOST_ROWS_PRINTED = 15
"""A longer table is not printed on paper where a CSV file holds it."""


ON_FIRST_PAGE = ("winter_drop",)
"""Charts of the brief's first page; the second holds giving and need."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Edition:
    """One language's report, ready to be laid out; `others` are the languages it is written in as well."""

    language: str
    others: tuple[str, ...]
    findings: Findings
    numbers: Mapping[str, Number]
    charts: Sequence[Chart]
    sections: Sequence[Section]

    @cached_property
    def svg(self) -> dict[str, str]:
        """Each chart as the folder of charts holds it, drawn once."""
        return {chart.name: accessible_svg(chart) for chart in self.charts}

    @property
    def title(self) -> str:
        """The report's subject; its claim is the answer."""
        return words("labels", self.language)["index_title"]

    @property
    def claim(self) -> str:
        """The sentence that answers the main question."""
        return winter_claim(self.findings, self.numbers, self.language)

    @property
    def made(self) -> str:
        """When and from what the report was made."""
        return say(
            "labels.made",
            self.language,
            self.numbers,
            today=date(self.findings.today, self.language),
            version=version("donation-trends"),
        )

    @property
    def tables_beside(self) -> list[dict[str, str]]:
        """The tables without a chart: `name` of the file, and `title` where a section prints it."""
        titles = {table.file: table.caption for section in self.sections for table in section.tables}
        drawn = {chart.name for chart in self.charts}
        return [
            {"name": name, "title": titles.get(name, "")} for name in self.findings.tables_beside if name not in drawn
        ]


def report_page(edition: Edition) -> str:
    """The full report as one HTML page that works offline and asks nothing of the network."""
    glyphs, drawn = drawings(edition.charts, edition.svg)
    return _environment().get_template("report.html.j2").render(
        **_frame(edition), sections=edition.sections, glyphs=glyphs, drawings=drawn, others=edition.others,
        css=stylesheet(), made=edition.made, tiles=_tiles(edition), most_rows_printed=MOST_ROWS_PRINTED,
    )  # fmt: skip


def index_entry(edition: Edition) -> dict[str, Any]:
    """What the first page says of one language: its title and claim, and the names of its charts and tables."""
    return {
        "language": edition.language,
        "labels": words("labels", edition.language),
        "title": edition.title,
        "claim": edition.claim,
        "made": edition.made,
        "charts": [{"name": chart.name, "title": chart.frame.title} for chart in edition.charts],
        "tables": edition.tables_beside,
    }


def index_page(entries: Sequence[dict[str, Any]], dataset: Dataset, *, notebooks: Sequence[str] = ()) -> str:
    """The page that leads to everything, each language in its own section; `entries` are those of `index_entry`."""
    language = entries[0]["language"]
    return _environment().get_template("index.html.j2").render(
        language=language, labels=words("labels", language), name=dataset.name, synthetic=dataset.synthetic,
        editions=entries, notebooks=notebooks, css=stylesheet(),
    )  # fmt: skip


def brief(edition: Edition) -> bytes:
    """The two-page brief as a tagged PDF (PDF/UA-1), with its fonts inside."""
    frame = _frame(edition)
    labels, sentences = words("labels", edition.language), words("sentences", edition.language)
    synthetic = [labels["synthetic"]] if edition.findings.dataset.synthetic else []
    data = {
        **{key: frame[key] for key in ("language", "title", "name", "period", "claim")},
        "region": REGIONS[edition.language],
        "synthetic": labels["synthetic_long"] if edition.findings.dataset.synthetic else "",
        "tiles": _tiles(edition),
        "second_page": _drawing(edition.charts[0]),
        "first_page": [_drawing(chart) for chart in edition.charts if chart.name in ON_FIRST_PAGE],
        "support": [
            *winter_sentences(edition.findings, edition.numbers, edition.language)[1:],
            *texts(edition.numbers, ["sensitivity"], edition.language),
        ],
        "how_sure_heading": labels["how_sure"],
        "how_sure": list(caveats(edition.findings, edition.numbers, edition.language)[:MOST_CAVEATS]),
        "origin_heading": labels["origin"],
        "origin": [
            *texts(
                edition.numbers,
                ["period", "rows_read", "donations_outside", "rows_quarantined", "headcounts"],
                edition.language,
            ),
            sentences["accounted"],
        ],
        "footer": " · ".join(
            [edition.findings.dataset.name, date(edition.findings.today, edition.language), *synthetic]
        ),
    }
    fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
    template = (files("analysis.report") / "templates" / "brief.typ").read_bytes()
    return bytes(
        typst.compile(  # type: ignore[misc]
            template,
            sys_inputs={"data": json.dumps(data)},
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )
    )


def _drawing(chart: Chart) -> dict[str, str]:
    return {"svg": saved(chart.figure, "svg").decode("utf-8"), "alt": chart.alt}


def _frame(edition: Edition) -> dict[str, object]:
    findings = edition.findings
    return {
        "language": edition.language,
        "labels": words("labels", edition.language),
        "name": findings.dataset.name,
        "synthetic": findings.dataset.synthetic,
        "period": period(findings.first_day, findings.last_day, edition.language),
        "title": edition.title,
        "claim": edition.claim,
    }


def _tiles(edition: Edition) -> list[dict[str, str]]:
    """The few figures that a reader in a hurry takes home: what came in, the drop, the drop per person."""
    language, numbers, meanings = edition.language, edition.numbers, words("tiles", edition.language)
    tiles = [
        {
            "figure": say("figures.total_amount", language, numbers),
            "meaning": say("tiles.total_amount", language, numbers),
        }
    ]
    for number_id in ("winter_drop", "winter_drop_per_person"):
        if number_id in numbers:
            number = numbers[number_id]
            key = f"{number_id}_{number.direction}"
            figure = percent(-float(number.value), language, sign=True)
            tiles.append({"figure": figure, "meaning": say(f"tiles.{key}", language, numbers)})
    if len(tiles) == 1 and "raw_change" in numbers:
        figure = percent(float(numbers["raw_change"].value), language, sign=True)
        tiles.append({"figure": figure, "meaning": typeset(meanings["raw_change"], language)})
    return tiles


def _harmless_text(value: object) -> object:
    """What a template prints: text of a dataset without characters that could turn or break the page around it."""
    return harmless(value) if type(value) is str else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("analysis.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def stylesheet() -> str:
    """The style of every page, to stand inside it."""
    return (files("analysis.report") / "templates" / "report.css").read_text(encoding="utf-8")
