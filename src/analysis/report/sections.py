"""The report's sections in order: each a question, its sentences, its chart, its tables and its caveats."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis import wording
from analysis.models.results import TooThin
from analysis.report.context import Context
from analysis.report.disclosure import hide_small_cells, unsafe
from analysis.report.figures import Chart
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, typeset, window_in_words, words
from analysis.report.numbers import OUTCOMES, source_names, window_in_days
from analysis.wording import percent

FRENCH_CALENDAR = ("sector_december", "sector_january_fall")
BRITISH_CALENDAR = ("sector_uk_december",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table ready to print: a caption, headings, and rows of text, numbers aligned by `numeric`."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One question of the report; `lead` is its paragraphs, and the first of them answers it."""

    id: str
    question: str
    lead: tuple[str, ...]
    chart: Chart | None = None
    tables: tuple[TextTable, ...] = ()
    caveats: tuple[str, ...] = field(default=())


def make_sections(
    findings: Findings, numbers: Mapping[str, Number], charts: Sequence[Chart], language: str
) -> list[Section]:
    """All sections of the full report in one language."""
    drawn = {chart.name: chart for chart in charts}
    return [
        _records(findings, numbers, language),
        _need(findings, numbers, drawn["giving_and_need"], language),
        _winter(findings, numbers, drawn.get("winter_drop"), language),
        _season(findings, numbers, drawn.get("seasonal_profile"), language),
        _method(findings, language),
    ]


def texts(numbers: Mapping[str, Number], ids: Sequence[str], language: str) -> tuple[str, ...]:
    """The sentences of those numbers that exist and have one, in the order of `ids`."""
    found = [numbers[number_id].text for number_id in ids if number_id in numbers]
    return tuple(text[language] for text in found if text)


def winter_claim(findings: Findings, numbers: Mapping[str, Number], language: str) -> str:
    """The sentence that answers the report's main question: the winter drop, or why there is none."""
    if isinstance(findings.drop, TooThin):
        return typeset(findings.drop.sentence(language), language)
    return texts(numbers, ["winter_drop"], language)[0]


def per_person_claim(findings: Findings, numbers: Mapping[str, Number], language: str) -> str:
    """The sentence on giving per person in need, or why there is none."""
    if findings.tables.headcounts.empty:
        return words("sentences", language)["no_headcounts"]
    if isinstance(findings.per_person, TooThin):
        return typeset(findings.per_person.sentence(language), language)
    return texts(numbers, ["winter_drop_per_person"], language)[0]


def winter_sentences(findings: Findings, numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """The main claim, then what supports or limits it, in the order in which a sceptical reader asks."""
    claim = winter_claim(findings, numbers, language)
    if isinstance(findings.drop, TooThin):
        raw = texts(numbers, ["raw_change"], language) or (_reason(findings.raw, language),)
        thin = (words("sentences", language)["thin"],) if "raw_change" in numbers else ()
        return (claim, *raw, *thin)
    return (
        claim,
        *texts(numbers, ["winter_gap"], language),
        per_person_claim(findings, numbers, language),
        *texts(numbers, ["winter_drop_second", "winter_check"], language),
        *_where_the_check_differs(numbers, language),
        *texts(numbers, ["raw_change"], language),
        *_if_the_raw_change_opposes(numbers, language),
    )


def caveats(findings: Findings, numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """What limits the winter claim: the dataset's own caveats, the pandemic year, base effect, association."""
    text = words("sentences", language)
    gap = (say("sentences.gap", language, numbers),) if "gap_from" in numbers else ()
    own = tuple(typeset(getattr(caveat, language), language) for caveat in findings.dataset.caveats)
    year = "covid_raw" if isinstance(findings.drop, TooThin) else "covid"
    pandemic = (say(f"sentences.{year}", language, numbers),) if "pandemic_year" in numbers else ()
    base = texts(numbers, ["sector_2020"], language)
    estimated = () if isinstance(findings.drop, TooThin) else (text["held_fixed"], text["speaks_of"])
    side_by_side = (text["association"],) if findings.need is not None else ()
    return (*gap, *own, *estimated, *pandemic, *base, *side_by_side)


def _where_the_check_differs(numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """What to make of a cross-check that leaves zero out while the winter drop does not, or the other way round."""
    if "winter_check" not in numbers or numbers["winter_check"].clear == numbers["winter_drop"].clear:
        return ()
    surer = "check_differs" if numbers["winter_check"].clear else "check_unclear"
    return (words("sentences", language)[surer],)


def _if_the_raw_change_opposes(numbers: Mapping[str, Number], language: str) -> tuple[str, ...]:
    """Why the raw change has the other sign than a clear winter drop."""
    if "raw_change" not in numbers or not numbers["winter_drop"].clear:
        return ()
    raw = float(numbers["raw_change"].value)
    opposes = raw * float(numbers["winter_drop"].value) > 0 and wording.rounded(raw * 100) != 0
    return (words("sentences", language)["raw_opposes"],) if opposes else ()


def _paragraph(sentences: Sequence[str]) -> str:
    return " ".join(sentences)


def _reason(result: object, language: str) -> str:
    return typeset(result.sentence(language), language) if isinstance(result, TooThin) else ""


def _records(findings: Findings, numbers: Mapping[str, Number], language: str) -> Section:
    text = words("sentences", language)
    aside = [name for name in ("rows_quarantined", "rows_duplicate", "rows_excluded") if numbers[name].value]
    pseudonym = (text["pseudonym"],) if "donors" in numbers else ()
    return Section(
        id="records",
        question=words("questions", language)["records"],
        lead=(
            _paragraph(texts(numbers, ["total_amount", "donors", "period"], language)),
            _paragraph((*texts(numbers, ["rows_read", "donations_outside", *aside], language), text["reconciles"])),
        ),
        caveats=(*pseudonym, text["small_cells"]),
    )


def _need(findings: Findings, numbers: Mapping[str, Number], chart: Chart, language: str) -> Section:
    text = words("sentences", language)
    if findings.need is None:
        lead: tuple[str, ...] = (text["no_headcounts"],)
    else:
        lead = texts(numbers, ["people_latest", "headcount_winter_change", "headcounts"], language)
        lead = lead if "people_latest" in numbers else (text["no_band"], *lead)
    others = len(findings.counts) < len(findings.tables.headcounts)
    lead = (_paragraph(lead), *texts(numbers, ["boats"], language))
    known = (text["count_error"],) if "people_latest" in numbers else ()
    published = () if findings.context is None else (_published(findings, findings.context, language),)
    return Section(
        id="need",
        question=words("questions", language)["need"],
        lead=lead,
        chart=chart,
        tables=(_chart_table(chart, findings, language), *(table for table in published if table.rows)),
        caveats=(
            *known,
            *((text["sources_differ"],) if others else ()),
            *((text["published_note"],) if published else ()),
        ),
    )


def _winter(findings: Findings, numbers: Mapping[str, Number], chart: Chart | None, language: str) -> Section:
    return Section(
        id="winter",
        question=words("questions", language)["winter"],
        lead=winter_sentences(findings, numbers, language),
        chart=chart,
        tables=() if chart is None else (_chart_table(chart, findings, language),),
        caveats=caveats(findings, numbers, language),
    )


def _season(findings: Findings, numbers: Mapping[str, Number], chart: Chart | None, language: str) -> Section:
    return Section(
        id="season",
        question=words("questions", language)["season"],
        lead=tuple(
            _paragraph(sentences)
            for ids in (["peak_amount", "winter_week"], FRENCH_CALENDAR, BRITISH_CALENDAR)
            if (sentences := texts(numbers, ids, language))
        ),
        chart=chart,
        tables=() if chart is None else (_chart_table(chart, findings, language),),
    )


def _method(findings: Findings, language: str) -> Section:
    text = words("sentences", language)
    window = window_in_days(findings.dataset.winter, language)
    return Section(
        id="method",
        question=words("questions", language)["method"],
        lead=(_paragraph((text["engine"], text["winter_window"].format(window=window))),),
        tables=(_ledger_table(findings, language),),
    )


def _chart_table(chart: Chart, findings: Findings, language: str) -> TextTable:
    return text_table(chart.table, words("labels", language)["table"], findings.dataset.currency, language)


def _ledger_table(findings: Findings, language: str) -> TextTable:
    """Rows of each file by outcome, and its money where enough gifts stand behind it."""
    heading = words("columns", language)
    ledger = findings.tables.ledger
    names = source_names(ledger)
    rows = tuple(
        (names[file["file"]], *(wording.number(file["rows"][outcome], language) for outcome in OUTCOMES), money)
        for file, money in zip(ledger["files"], _money_by_file(findings, language), strict=True)
    )
    headings = (heading["file"], *(heading[outcome] for outcome in OUTCOMES), heading["money"])
    caption = words("labels", language)["files"]
    return TextTable(caption=caption, headings=headings, rows=rows, numeric=(False, *[True] * 6))


def _money_by_file(findings: Findings, language: str) -> list[str]:
    """The money accepted from each file, in words; not published where few people or one gift stand behind it."""
    donations = findings.tables.donations
    cells = unsafe(donations, donations["source_file"])
    files = findings.tables.ledger["files"]
    table = pd.DataFrame({"count": [file["rows"]["accepted"] for file in files]})
    holds_money = [bool(file["money"]) for file in files]
    table = table[holds_money]
    also = pd.Series([bool(cells.get(file["file"], True)) for file in files if file["money"]], index=table.index)
    hidden = hide_small_cells(table, count="count", values=[], also=also)["hidden"]
    return [
        words("labels", language)["hidden"] if hidden.get(place, False) else _money(file["money"], language)
        for place, file in enumerate(files)
    ]


def _money(sums: Mapping[str, Mapping[str, str]], language: str) -> str:
    return wording.listing(
        [wording.money(float(of["accepted"]), code, language) for code, of in sums.items()], language
    )


def _published(findings: Findings, context: Context, language: str) -> TextTable:
    """The published headcounts of the recorded period."""
    heading, methods = words("columns", language), words("methods", language)
    first, last = str(findings.first_day), str(findings.last_day)
    counts = context.headcounts.dropna(subset=["people", "source"])
    inside = counts[counts["counted_on"].str[:7].between(first[:7], last[:7])]
    rows = tuple(
        (
            window_in_words(str(one["counted_on"]), language),
            str(one["area"]),
            _people(one, language),
            methods[str(one["method"])],
            str(one["source"]),
        )
        for one in inside.to_dict("records")
    )
    columns = ("counted_on", "area", "people", "method", "source")
    return TextTable(
        caption=words("sentences", language)["published"],
        headings=tuple(heading[column] for column in columns),
        rows=rows,
        numeric=(False, False, True, False, False),
    )


def _people(count: Mapping[Hashable, Any], language: str) -> str:
    """A published count as a number, or as its range where it was given as one."""
    ends = [wording.number(float(count[end]), language) for end in ("low", "high") if pd.notna(count[end])]
    return "–".join(ends) if len(ends) == 2 else wording.number(float(count["people"]), language)


def text_table(table: pd.DataFrame, caption: str, currency: str, language: str) -> TextTable:
    """A chart's table as text: dates, shares and money as the language writes them, hidden cells said to be so."""
    heading = words("columns", language)
    hidden = table["hidden"] if "hidden" in table.columns else pd.Series(False, index=table.index)
    apart = {"hidden", "measure"} | ({"month"} if "week" in table.columns else set())
    shown = [column for column in table.columns if column not in apart]
    rows = tuple(
        tuple(_cell(table[column].iloc[row], column, bool(hidden.iloc[row]), currency, language) for column in shown)
        for row in range(len(table))
    )
    numeric = tuple(column not in ("week", "month", "giving_year", "label") for column in shown)
    return TextTable(caption=caption, headings=tuple(heading[column] for column in shown), rows=rows, numeric=numeric)


def _cell(value: Any, column: str, hidden: bool, currency: str, language: str) -> str:
    if pd.isna(value):
        return words("labels", language)["hidden"] if hidden and column in ("amount", "donations") else "–"
    if isinstance(value, pd.Timestamp):
        return wording.date(value.date(), language) if column == "week" else wording.month(value.date(), language)
    if column in ("change", "low", "high"):
        return percent(float(value), language, sign=True)
    if column in ("amount", "smooth"):
        return wording.money(float(value), currency, language)
    if column == "month":
        return wording.month_name(int(value), language)
    return value if isinstance(value, str) else wording.number(float(value), language)
