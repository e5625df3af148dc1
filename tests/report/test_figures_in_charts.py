"""Figures printed inside charts are their tables' own; cells on the pages are those of the CSV files."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator

import pandas as pd
import pytest
from tests.report.figures_in_text import Figure, figures_in
from tests.report.test_figures_in_prose import rounded

from analysis.dataset import Dataset
from analysis.report.chart import Chart
from analysis.report.narrative import words
from analysis.report.pages import Edition
from analysis.seasons import giving_year

LANGUAGES = ("fr", "en")


def flat(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text)


def labels(chart: Chart) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each text beside the marks of a chart, with the rows of its table that the text before it names."""
    table, names = chart.table, chart.table.select_dtypes(exclude="number").astype(str)
    for ax in chart.figure.axes:
        rows = table
        for text in [ax.get_title(loc="left"), *(one.get_text() for one in ax.texts)]:
            named = flat(text).partition(" (")[0].partition(" :")[0].partition(":")[0].partition(", ")[0]
            if (match := names.isin([flat(text), named, named.strip("\u00a0")]).any(axis=1)).any():
                rows = latest(table[match])
            yield flat(text), rows


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """In a table by week or month the last known values, which labels at the ends of lines tell; else `rows`."""
    return rows.ffill().tail(1) if {"week", "month"} & set(rows) else rows


def printed(figure: Figure, rows: pd.DataFrame, *, share: bool) -> bool:
    """Whether a cell of `rows`, rounded, is this figure; a share is printed a hundredfold, a loss without its sign."""
    places = len(figure.value.partition(".")[2])
    for value in rows.select_dtypes("number").melt()["value"].dropna():
        shown = rounded(float(value) * (100 if share else 1), places)
        sign = (shown > 0) - (shown < 0)
        if str(abs(shown)) == figure.value and (figure.sign in (0, sign)) and (figure.sign == sign or sign >= 0):
            return True
    return False


def unknown(chart: Chart, language: str, given: str, dataset: Dataset) -> list[str]:
    """Each figure beside a mark that the chart's table does not hold; `given` are the norms' own titles."""
    wrong = []
    for text, rows in labels(chart):
        if text in given or text == flat(chart.frame.title):
            continue
        for figure in figures_in(text, language):
            known = {
                "percent": lambda one=figure, rows=rows: (
                    printed(one, rows, share=True) or str(one) == f"percent {dataset.level * 100:.0f}"
                ),
                "day": lambda one=figure: {one.value, (one.high or one).value} <= ends(dataset),
                "money": lambda one=figure, rows=rows: printed(one, rows, share=False),
                "count": lambda one=figure, rows=rows, text=text: printed(one, rows, share="%" in text),
                "winter": lambda one=figure: one.value in winters(chart.table),
            }.get(figure.kind, bool)
            if not known():
                wrong.append(f"{chart.name}: {figure} in {text!r}")
    return wrong


def ends(dataset: Dataset) -> set[str]:
    """The first and last days of the windows that dataset.toml chooses."""
    windows = (dataset.winter, dataset.second_window)
    return {f"{month:02d}-{day:02d}" for one in windows for month, day in (one.first, one.last)}


def winters(table: pd.DataFrame) -> set[str]:
    """The giving years that a table names, or that its days lie in."""
    dated = {year for _, days in table.select_dtypes("datetime").items() for year in giving_year(days)}
    return dated | set(re.findall(r"\d{4}/\d\d", table.select_dtypes(exclude="number").to_csv()))


def norms(edition: Edition) -> str:
    """The titles of norms, which are choices of dataset.toml and no figures of the records."""
    coverage = next(chart for chart in edition.charts if chart.name == "coverage")
    return " | ".join(flat(text.get_text()) for ax in coverage.figure.axes for text in ax.texts[:1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_beside_a_mark_is_its_table_s(sample, sample_findings, edition_of, language):
    edition = edition_of(sample_findings, language)

    wrong = [unknown(chart, language, norms(edition), sample) for chart in edition.charts]

    assert [one for found in wrong for one in found] == []


@pytest.mark.parametrize(
    ("name", "true", "false"),
    [
        ("winter_drop", "−33\u202f%  [−46\xa0; −16]", "−33\u202f%  [−46\xa0; −14]"),
        ("winter_drop", "−27\u202f%  [−46\xa0; +1]", "−27\u202f%  [−46\xa0; −1]"),
        ("arrivals", "besoin 1\u202f307\nreçu 576\ndistribué 538", "besoin 1\u202f378\nreçu 576\ndistribué 538"),
        ("coverage", "41\u202f%\ndu besoin", "42\u202f%\ndu besoin"),
        ("stock", "0,9 semaine\nde stock", "9 semaines\nde stock"),
        ("donors_by_year", "654 donateurs", "1\u202f962 donateurs"),
    ],
)  # fmt: skip
def test_a_figure_of_another_row_is_named(sample, sample_findings, edition_of, name, true, false):
    edition = edition_of(sample_findings, "fr")
    chart = next(chart for chart in edition.charts if chart.name == name)
    text = next(one for ax in chart.figure.axes for one in ax.texts if one.get_text() == true)

    text.set_text(false)
    try:
        assert len(unknown(chart, "fr", norms(edition), sample)) == 1
    finally:
        text.set_text(true)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["winter_drop", "donors_by_year", "donor_money"])
def test_every_cell_of_a_page_s_table_is_that_of_its_file(sample_report, language, name):
    page = (sample_report / f"report.{language}.html").read_text(encoding="utf-8")
    table = next(
        part for part in page.split("<table")[1:] if part.partition('href="tables/')[2].startswith(f"{name}.csv")
    )
    lines = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL) for line in table.split("<tr>")[1:]]
    headings, cells = [html.unescape(one) for one in lines[0]], lines[1:]
    with (sample_report / "tables" / f"{name}.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    columns = {words("columns", language)[column]: column for column in rows[0] if column in words("columns", language)}

    compared = 0
    assert len(cells) == len(rows)
    for row, line in zip(rows, cells, strict=True):
        for heading, cell in zip(headings, line, strict=True):
            figures = [one for one in figures_in(html.unescape(cell), language) if one.kind not in ("winter", "day")]
            value = row[columns[heading]]
            if re.fullmatch(r"-?[\d.]+", value):
                one = pd.DataFrame({heading: [float(value)]})
                assert len(figures) == 1, (heading, cell, value)
                assert printed(figures[0], one, share=figures[0].kind == "percent"), (heading, cell, value)
                compared += 1
            else:
                assert not figures or value, (heading, cell)
    assert compared >= 2 * len(rows)
