"""The sections on testimonies: what became of them, and whether products that had one were ordered more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analysis.models.results import TooThin
from analysis.models.testimony import TestimonyOrders, TestimonySurvival
from analysis.report.chart import Chart
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.numbers.naming import items_name
from analysis.report.section import Section, paragraph, texts
from analysis.report.testimonies import Testimonies
from analysis.report.text_tables import chart_table, text_table
from analysis.wording import capital, typeset

Numbers = Mapping[str, Number]


def testimony_sections(
    findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str
) -> Iterator[Section]:
    """What became of testimonies, then orders of their products; nothing where no testimony was recorded."""
    found = findings.testimonies
    if found is not None:
        yield _testimonies(found, findings, numbers, drawn.get("testimonies_online"), language)
        if found.orders is not None:
            yield _orders(found.orders, findings, numbers, drawn.get("testimony_orders"), language)


def _testimonies(
    found: Testimonies, findings: Findings, numbers: Numbers, chart: Chart | None, language: str
) -> Section:
    text = words("sentences", language)
    tables = (chart_table(chart, findings, language),) if chart else ()
    if len(found.items):
        table = _named(found.items, findings, language)
        tables = (
            *tables,
            text_table(table, text["testimony_items"], findings.dataset.currency, language, file="testimonies_by_item"),
        )
    return Section(
        id="testimonies", question=words("questions", language)["testimonies"],
        lead=tuple(_lead(found.survival, numbers, language)), chart=chart, tables=tables,
        caveats=(text["testimony_why"], text["testimony_online"]) if tables else (),
    )  # fmt: skip


def _lead(survival: TestimonySurvival | TooThin, numbers: Numbers, language: str) -> Iterator[str]:
    text = words("sentences", language)
    if isinstance(survival, TooThin):  # its own sentence says how few they are
        yield text["testimonies_few"]
        return
    published = texts(numbers, ["testimonies_published_of_decided", "testimonies_published_of_posted"], language)
    if published:
        yield published[0]
    elif "testimonies" in numbers:
        yield say("sentences.testimonies_few_refused", language, numbers)
    else:
        yield text["testimonies_few"]
    removed = (say("sentences.testimonies_removed", language, numbers),) if "testimonies_removed" in numbers else ()
    stayed = texts(numbers, ["testimony_online", "testimony_days"], language) or (text["testimony_days_unknown"],)
    yield paragraph((*removed, *stayed))
    if survival.undated:
        yield text["testimonies_undated"]


def _orders(
    orders: TestimonyOrders | TooThin, findings: Findings, numbers: Numbers, chart: Chart | None, language: str
) -> Section:
    text = words("sentences", language)
    thin = isinstance(orders, TooThin)
    lead = (typeset(orders.sentence(language), language),) if isinstance(orders, TooThin) else ()
    return Section(
        id="testimony_orders", question=words("questions", language)["testimony_orders"],
        lead=lead or texts(numbers, ["testimony_orders"], language), chart=chart,
        tables=(chart_table(chart, findings, language),) if chart else (),
        caveats=() if thin else (text["testimony_groups"], text["testimony_placebos"]),
    )  # fmt: skip


def _named(items: pd.DataFrame, findings: Findings, language: str) -> pd.DataFrame:
    """The table by item with the names that readers use; items taken together are "other items"."""
    other = words("sentences", language)["other_items"]
    names = [capital(items_name(findings.dataset, item, language)) if item else other for item in items["item"]]
    return items.drop(columns="item").assign(item_label=names)[["item_label", *items.columns[1:]]]
