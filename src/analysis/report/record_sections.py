"""The sections on what came in and on how many people need help."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.report.chart import Chart
from analysis.report.findings import Findings
from analysis.report.narrative import Number, words
from analysis.report.section import Section, paragraph, texts
from analysis.report.text_tables import chart_table, published_table


def records_section(findings: Findings, numbers: Mapping[str, Number], language: str) -> Section:
    """What came in, and that every row is accounted for."""
    text = words("sentences", language)
    rows = (*texts(numbers, ["rows_read"], language), text["reconciles"])
    return Section(
        id="records",
        question=words("questions", language)["records"],
        lead=(paragraph(texts(numbers, ["total_amount", "donors", "period"], language)), paragraph(rows)),
        caveats=(text["waiting"],) if findings.waiting else (),
    )


def need_section(findings: Findings, numbers: Mapping[str, Number], chart: Chart, language: str) -> Section:
    """How many people need help, by whose counts, beside what was published."""
    text = words("sentences", language)
    if findings.need is None:
        lead: tuple[str, ...] = (text["no_headcounts"],)
    else:
        lead = texts(numbers, ["people_latest", "headcount_winter_change", "headcounts"], language)
        lead = lead if "people_latest" in numbers else (text["no_band"], *lead)
    compared = [name for name in numbers if name.startswith(("other_counts_", "source_ratio_"))]
    others = (paragraph(texts(numbers, [*compared, "published_ratio"], language)),) if compared else ()
    lead = (paragraph(lead), *others, *texts(numbers, ["boats"], language))
    known = (text["count_error"],) if "people_latest" in numbers else ()
    published = () if findings.context is None else (published_table(findings, findings.context, language),)
    return Section(
        id="need",
        question=words("questions", language)["need"],
        lead=lead,
        chart=chart,
        tables=(chart_table(chart, findings, language), *(table for table in published if table.rows)),
        caveats=(
            *known,
            *((text["sources_differ"],) if compared else ()),
            *((text["published_note"],) if published else ()),
        ),
    )
