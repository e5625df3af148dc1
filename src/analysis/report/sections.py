"""The report's sections in order: each a question, its sentences, its chart, its tables and its caveats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.report.aid_sections import aid_sections, in_goods_section
from analysis.report.appeal_sections import appeal_sections
from analysis.report.appendix_sections import appendices
from analysis.report.chart import Chart
from analysis.report.donor_sections import donor_sections
from analysis.report.findings import Findings
from analysis.report.narrative import Number
from analysis.report.record_sections import need_section, records_section
from analysis.report.section import Section
from analysis.report.testimony_sections import testimony_sections
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
        records_section(findings, numbers, language),
        *donor_sections(findings, numbers, drawn, language),
        need_section(findings, numbers, drawn["giving_and_need"], language),
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
