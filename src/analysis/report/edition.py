"""One language's report before it is laid out: the sentences, charts and figures that web pages and PDFs share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

from analysis.report.chart import Chart, accessible_svg
from analysis.report.drawings import paper_drawing
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, words
from analysis.report.section import Section
from analysis.report.sections import chapters
from analysis.report.winter_sections import winter_claim
from analysis.wording import date, percent, period, shortened, typeset

LONGEST_NAME = 200
"""Characters of the charity's name."""


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

    @cached_property
    def on_paper(self) -> dict[str, str]:
        """Each chart as the PDFs hold it, drawn once."""
        return {chart.name: paper_drawing(chart) for chart in self.charts}

    @property
    def name(self) -> str:
        """The charity's name, as a heading can hold it."""
        return shortened(self.findings.dataset.name, most=LONGEST_NAME)

    @property
    def synthetic(self) -> bool:
        """Whether every page must say that the records are invented."""
        return self.findings.dataset.synthetic

    @property
    def period(self) -> str:
        """The recorded period in words."""
        return period(self.findings.first_day, self.findings.last_day, self.language)

    @property
    def chapters(self) -> list[list[Section]]:
        """The sections by question of the report."""
        return chapters(self.sections)

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

    @property
    def tiles(self) -> list[dict[str, str]]:
        """The few figures that a reader in a hurry takes home: what came in, the drop, the drop per person."""
        language, numbers, meanings = self.language, self.numbers, words("tiles", self.language)
        shown = [
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
                shown.append({"figure": figure, "meaning": say(f"tiles.{key}", language, numbers)})
        if len(shown) == 1 and "raw_change" in numbers:
            figure = percent(float(numbers["raw_change"].value), language, sign=True)
            shown.append({"figure": figure, "meaning": typeset(meanings["raw_change"], language)})
        return shown
