"""Paper: an edition in, tagged PDF bytes out (PDF/UA-1), with the fonts inside and every word as text.

Typst sets the pages from `paper.typ` and the template of each document; text reaches it as data, so nothing in it is
read as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from matplotlib.ft2font import FT2Font

from analysis.report.aid_figures import norm_heading
from analysis.report.aid_sections import shortage
from analysis.report.appeal_sections import other_appeals
from analysis.report.chart import Chart
from analysis.report.edition import Edition
from analysis.report.narrative import words
from analysis.report.pages import MOST_ROWS_PRINTED
from analysis.report.section import Section, paragraph, texts
from analysis.report.text_tables import TextTable
from analysis.report.winter_sections import caveats, per_person_claim
from analysis.wording import date, harmless, shortened, typeset

REGIONS = {"fr": "FR", "en": "GB"}
MOST_CAVEATS = 5
"""Caveats of the brief; the report has all of them."""
LONGEST_CAVEAT = 600
"""Characters of one of them."""

THIRD_CHART = ("arrivals", "rationing", "appeal", "seasonal_profile")
"""The brief shows the winter drop, giving beside need, and the first of these that the records carry."""

LONG_RUN, BREAK = re.compile(r"(\S{30})(?=\S)"), "\N{ZERO WIDTH SPACE}"
"""Letters after which a word may be broken where a line ends, and the sign that lets it."""

NOT_IN_FONT = "\N{WHITE SQUARE}"


def brief(edition: Edition) -> bytes:
    """The two pages for funders: the claim, three charts, goods, what is asked for, how sure, from where."""
    language, numbers = edition.language, edition.numbers
    drawn = {chart.name: chart for chart in edition.charts}
    third = next((drawn[name] for name in THIRD_CHART if name in drawn), None)
    return _pdf(
        "brief.typ",
        {
            **_frame(edition),
            "support": list(_support(edition)),
            "first_chart": _drawn(drawn.get("winter_drop"), edition),
            "charts": [_drawn(drawn["giving_and_need"], edition), *([_with_norms(third, edition)] if third else [])],
            "parts": [part for part in _parts(edition) if part["sentences"]],
            "how_sure": [
                shortened(one, most=LONGEST_CAVEAT)
                for one in caveats(edition.findings, numbers, language)[:MOST_CAVEATS]
            ],
            "origin": " ".join(
                [
                    *texts(numbers, ["period", "rows_read", "rows_quarantined", "headcounts"], language),
                    words("sentences", language)["accounted"],
                ]
            ),
        },
    )


def full_report(edition: Edition) -> bytes:
    """The full report: contents, every question with its chart, short tables and caveats, the appendices."""
    return _pdf(
        "report.typ",
        {
            **_frame(edition),
            "chapters": [[_section(one, edition) for one in chapter] for chapter in edition.chapters],
        },
    )


def _frame(edition: Edition) -> dict[str, Any]:
    """What both PDFs say around their sections."""
    labels = words("labels", edition.language)
    synthetic = [labels["synthetic"]] if edition.synthetic else []
    return {
        "language": edition.language,
        "region": REGIONS[edition.language],
        "labels": labels,
        "title": edition.title,
        "name": edition.name,
        "period": edition.period,
        "claim": edition.claim,
        "tiles": edition.tiles,
        "made": edition.made,
        "synthetic": labels["synthetic_long"] if edition.synthetic else "",
        "footer": " · ".join([edition.name, date(edition.findings.today, edition.language), *synthetic]),
    }


def _support(edition: Edition) -> Sequence[str]:
    """What stands behind the claim: the need, other ways of working it out, the bare difference."""
    findings, numbers, language = edition.findings, edition.numbers, edition.language
    others = texts(numbers, ["sensitivity"], language)
    proofs = (words("sentences", language)["same_weeks"],) if others else ()
    return (
        paragraph((*texts(numbers, ["people_latest"], language), per_person_claim(findings, numbers, language))),
        *((paragraph((*others, *proofs)),) if others else ()),
        *texts(numbers, ["raw_change"], language),
    )


def _parts(edition: Edition) -> list[dict[str, Any]]:
    """What the winter means in goods, then what is missing and asked for, each under its heading."""
    language, labels, text = edition.language, words("labels", edition.language), words("sentences", edition.language)
    goods = next((section.lead for section in edition.sections if section.id == "in_goods"), ())
    worth = [paragraph((goods[0], text["price_not_goods"]))] if len(goods) > 1 else list(goods)
    ask = edition.findings.dataset.ask
    missing = shortage(edition.findings, edition.numbers, language)
    asked = [typeset(getattr(ask, language), language), *missing, *_appeal(edition)] if ask else missing
    return [
        {"heading": labels["in_goods"], "sentences": worth},
        {"heading": labels["asked" if ask else "missing"], "sentences": list(asked)},
    ]


def _appeal(edition: Edition) -> tuple[str, ...]:
    """What the last appeal brought, with what limits it, and the appeals before it; nothing where that is not known."""
    language, numbers, text = edition.language, edition.numbers, words("sentences", edition.language)
    told = texts(numbers, ["appeal_amount"], language)
    if not told:
        return ()
    limits = (text["appeal_holds"], *((text["appeal_overstated"],) if numbers["appeal_amount"].clear else ()))
    return (paragraph((*told, *limits, *other_appeals(edition.findings, numbers, language))),)


def _section(section: Section, edition: Edition) -> dict[str, Any]:
    return {
        "question": section.question,
        "lead": list(section.lead),
        "chart": _drawn(section.chart, edition),
        "tables": [as_printed(table, edition.language) for table in section.tables if table.rows],
        "caveats": list(section.caveats),
    }


def as_printed(table: TextTable, language: str) -> dict[str, Any]:
    """A table for paper: one that is long and has a file is named, not printed; `widths` are shares of the page.

    Columns in which every figure is hidden are left out; an end that is not known is a figure.
    """
    hidden = words("labels", language)["hidden"]
    longer = bool(table.file) and len(table.rows) > MOST_ROWS_PRINTED
    columns = list(zip(table.headings, *table.rows, strict=True))
    kept = [place for place, (_, *cells) in enumerate(columns) if set(cells) not in ({hidden}, {hidden, "–"})]
    columns = [columns[place] for place in kept]
    longest = [(*(min(60, len(cell)) for cell in cells), *map(len, head.split(" "))) for head, *cells in columns]
    return {
        "caption": table.caption,
        "file": f"tables/{table.file}.csv" if table.file else "",
        "headings": [heading for heading, *_ in columns],
        "rows": [] if longer else [list(row) for row in zip(*(cells for _, *cells in columns), strict=True)],
        "numeric": [table.numeric[place] for place in kept],
        "widths": [2 + max(4, *lengths) for lengths in longest],
    }


def _drawn(chart: Chart | None, edition: Edition) -> dict[str, str] | None:
    """A chart for paper: its words as text around the drawing, or None without one."""
    if chart is None:
        return None
    frame = chart.frame
    return {
        "title": frame.title,
        "subtitle": frame.subtitle,
        "source": frame.source,
        "alt": chart.alt,
        "svg": edition.on_paper[chart.name],
    }


def _with_norms(chart: Chart, edition: Edition) -> dict[str, str] | None:
    """A chart of what was needed says by which norms."""
    made, dataset = _drawn(chart, edition), edition.findings.dataset
    items = [item for item in dict.fromkeys(chart.table.get("item", ())) if item in dataset.norms]
    if made and items:
        norms = ". ".join(norm_heading(dataset, item, edition.language) for item in items)
        told = words("sentences", edition.language)["norms_brief"].format(norms=norms)
        made["source"] = f"{made['source']} {typeset(told, edition.language)}"
    return made


def _pdf(template: str, data: dict[str, Any]) -> bytes:
    folder = files("analysis.report") / "templates"
    made = typst.compile(  # type: ignore[misc]
        b"".join((folder / name).read_bytes() for name in ("paper.typ", template)),
        sys_inputs={"data": json.dumps(_printable(data))},
        font_paths=[str(_fonts())],
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    return bytes(made)


def _fonts() -> Path:
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@cache
def _letters() -> frozenset[str]:
    """What the fonts can show; a PDF/UA file may hold nothing else."""
    return frozenset(map(chr, FT2Font(str(_fonts() / "DejaVuSans.ttf")).get_charmap())) | {"\n"}


def _printable(value: Any) -> Any:
    """Every text of `value` as the fonts can print it; words without end may be broken, but not those of a drawing."""
    if isinstance(value, dict):
        return {key: _shown(one) if key == "svg" else _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return LONG_RUN.sub(f"\\1{BREAK}", _shown(value)) if isinstance(value, str) else value


def _shown(text: str) -> str:
    return "".join(letter if letter in _letters() else NOT_IN_FONT for letter in harmless(text))
