"""The report's sections in order: each a question, its sentences, its chart, its tables and its caveats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.report.aid_sections import aid_sections, in_goods_section
from analysis.report.appeal_sections import appeal_sections
from analysis.report.appendix_sections import appendices
from analysis.report.chart import Chart
from analysis.report.donor_sections import donor_sections
from analysis.report.findings import Findings
from analysis.report.narrative import Number, words
from analysis.report.section import Section, paragraph, texts
from analysis.report.testimony_sections import testimony_sections
from analysis.report.text_tables import chart_table, published_table
from analysis.report.winter_sections import made_of_section, robust_section, season_section, winter_section

CHAPTERS = (
    ("records", "donors", "newcomers", "donor_money"),
    ("need",),
    ("winter", "robust", "made_of", "donor_winter", "season", "in_goods"),
    ("coverage", "arrivals", "rationing", "stock"),
    ("appeal", "appeal_outcomes", "appeal_chance", "testimonies", "testimony_orders"),
    ("quality",),
    ("method",),
    ("glossary",),
)
"""The questions of the report in order, each with what belongs to it; the last three are appendices."""


def make_sections(
    findings: Findings, numbers: Mapping[str, Number], charts: Sequence[Chart], language: str
) -> list[Section]:
    """All sections of the full report in one language, in reading order."""
    drawn = {chart.name: chart for chart in charts}
    made = [
        _records(findings, numbers, language),
        *donor_sections(findings, numbers, drawn, language),
        _need(findings, numbers, drawn["giving_and_need"], language),
        winter_section(findings, numbers, drawn.get("winter_drop"), language),
        *robust_section(findings, numbers, drawn.get("winter_sensitivity"), language),
        *made_of_section(findings, numbers, drawn.get("winter_split"), language),
        season_section(findings, numbers, drawn.get("seasonal_profile"), language),
        *in_goods_section(findings, numbers, language),
        *aid_sections(findings, numbers, drawn, language),
        *appeal_sections(findings, numbers, drawn, language),
        *testimony_sections(findings, numbers, drawn, language),
        *appendices(findings, numbers, language),
    ]
    order = [name for chapter in CHAPTERS for name in chapter]
    return sorted(made, key=lambda section: order.index(section.id))


def chapters(sections: Sequence[Section]) -> list[list[Section]]:
    """The sections by chapter: the first of each asks its question, the others go further into it."""
    grouped = [[section for section in sections if section.id in chapter] for chapter in CHAPTERS]
    return [chapter for chapter in grouped if chapter]


def _records(findings: Findings, numbers: Mapping[str, Number], language: str) -> Section:
    text = words("sentences", language)
    rows = (*texts(numbers, ["rows_read"], language), text["reconciles"])
    return Section(
        id="records",
        question=words("questions", language)["records"],
        lead=(paragraph(texts(numbers, ["total_amount", "donors", "period"], language)), paragraph(rows)),
        caveats=(text["waiting"],) if findings.waiting else (),
    )


def _need(findings: Findings, numbers: Mapping[str, Number], chart: Chart, language: str) -> Section:
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
