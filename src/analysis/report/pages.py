"""Web pages: an edition in, HTML out. No figure and no sentence is made here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.report.drawings import drawings
from analysis.report.edition import Edition
from analysis.report.narrative import words
from analysis.wording import harmless

MOST_ROWS_PRINTED = 15
"""A longer table is not printed on paper where a CSV file holds it."""


def report_page(edition: Edition) -> str:
    """The full report as one HTML page that works offline and asks nothing of the network."""
    glyphs, drawn = drawings(edition.charts, edition.svg)
    return _environment().get_template("report.html.j2").render(
        edition=edition, language=edition.language, labels=words("labels", edition.language), name=edition.name,
        title=edition.title, glyphs=glyphs, drawings=drawn, css=stylesheet(), most_rows_printed=MOST_ROWS_PRINTED,
    )  # fmt: skip


def index_entry(edition: Edition) -> dict[str, Any]:
    """What the first page says of one language: its title and claim, and the names of its charts and tables."""
    return {
        "language": edition.language,
        "labels": words("labels", edition.language),
        "name": edition.name,
        "synthetic": edition.synthetic,
        "title": edition.title,
        "claim": edition.claim,
        "made": edition.made,
        "charts": [{"name": chart.name, "title": chart.frame.title} for chart in edition.charts],
        "tables": edition.tables_beside,
    }


def index_page(entries: Sequence[dict[str, Any]], *, notebooks: Sequence[str] = ()) -> str:
    """The page that leads to everything, each language in its own section; `entries` are those of `index_entry`."""
    first = entries[0]
    return _environment().get_template("index.html.j2").render(
        language=first["language"], labels=first["labels"], name=first["name"], editions=entries, notebooks=notebooks,
        css=stylesheet(),
    )  # fmt: skip


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
