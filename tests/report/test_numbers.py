"""Every figure in prose is a number of numbers.json, in both languages, and is right."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis.models.appeal.results import three_figures
from analysis.report.figures import window_in_days
from analysis.report.narrative import Figure, Number
from analysis.report.numbers import make_numbers
from analysis.wording import typeset

SPECS = (
    "",
    "1",
    "abs",
    "signed",
    "low",
    "high",
    "level",
    "range",
    "signed_range",
    "change_range",
    "window",
    "about",
    "low_about",
    "high_about",
)
GROUPED = re.compile(r"(?<=\d)[\u202f\u00a0,](?=\d{3}\b)")


def digits_in(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)?", GROUPED.sub("", text)))


def printable(numbers: dict[str, Number], language: str) -> set[str]:
    known = set()
    for number in numbers.values():
        for spec in SPECS:
            try:
                known |= digits_in(format(Figure(number, language), spec))
            except (TypeError, ValueError):
                continue
        known |= digits_in(str(number.n)) | digits_in(number.window) | in_three_figures(number, language)
    return known


def in_three_figures(number: Number, language: str) -> set[str]:
    """The digits of an uplift's amount and its ends as its sentence tells them."""
    if not number.id.startswith("appeal_") or not number.id.endswith("_uplift"):
        return set()
    told = {name: three_figures(float(getattr(number, name))) for name in ("value", "low", "high")}
    figure = Figure(replace(number, **told), language)
    return digits_in(format(figure, "")) | digits_in(format(figure, "range"))


def prose(edition) -> str:
    parts = [edition.claim]
    language = edition.language
    own = {typeset(getattr(caveat, language), language) for caveat in edition.findings.dataset.caveats}
    for section in edition.sections:
        parts += [section.question, *section.lead, *(one for one in section.caveats if one not in own)]
    for chart in edition.charts:
        parts += [chart.frame.title, chart.frame.subtitle, chart.frame.source, chart.alt]
    return "\n".join(parts)


def unknown_digits(edition) -> set[str]:
    settings = digits_in(window_in_days(edition.findings.dataset.winter, edition.language))
    return digits_in(prose(edition)) - printable(edition.numbers, edition.language) - settings


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_digit_in_prose_comes_from_a_number(sample_findings, edition_of, language):
    assert unknown_digits(edition_of(sample_findings, language)) == set()


def test_a_digit_that_no_number_holds_is_found(sample_findings, edition_of):
    edition = edition_of(sample_findings, "en")
    fewer = {name: number for name, number in edition.numbers.items() if name != "total_amount"}

    without = type(edition)(language="en", others=(), findings=edition.findings, numbers=fewer, charts=edition.charts,
                            sections=edition.sections)  # fmt: skip

    total = f"{round(float(edition.numbers['total_amount'].value))}"
    assert total in unknown_digits(without)


def test_the_total_is_what_plain_python_adds_up_from_the_truth(sample, sample_findings):
    truth = json.loads((sample.folder / "truth.json").read_text(encoding="utf-8"))
    cents = sum(cents for file in truth["files"] for _, cents in file.get("accepted", []))

    numbers = make_numbers(sample_findings)

    assert numbers["total_amount"].value == cents / 100
    assert numbers["rows_read"].value == truth["totals"]["rows"]["read"]


def test_the_raw_change_is_what_plain_pandas_finds(sample_findings):
    donations = sample_findings.tables.donations
    days = pd.date_range("2017-07-03", "2020-06-28")
    daily = donations.groupby("received_on")["amount"].sum().reindex(days, fill_value=0.0)
    # Giving years are cut at the week, so the plain day-by-day figure for the three whole years is close, not equal.
    in_winter = daily.index.month.isin((12, 1, 2))
    plain = daily[in_winter].mean() / daily[~in_winter].mean() - 1

    three = [change for label, change in sample_findings.raw.by_winter if label < "2020/21"]

    assert abs(sum(three) / 3 - plain) < 0.05


def test_the_winter_gap_is_the_mean_winter_week_over_one_less_the_drop(sample_findings):
    numbers = make_numbers(sample_findings)
    mean, drop = numbers["winter_week"].value, sample_findings.drop.drop

    assert numbers["winter_gap"].value == pytest.approx(mean / (1 - drop) - mean, rel=0.01)
    assert mean == pytest.approx(sample_findings.raw.winter_mean, rel=0.005)


def test_numbers_json_has_the_contract_s_keys_and_no_unknown_unit(sample_report):
    entries = json.loads((sample_report / "numbers.json").read_text(encoding="utf-8"))

    keys = {"id", "value", "low", "high", "level", "unit", "window", "method", "n", "sources", "text"}
    assert all(set(entry) == keys for entry in entries)
    assert len({entry["id"] for entry in entries}) == len(entries)
    assert all(entry["low"] is None or entry["low"] <= entry["value"] <= entry["high"] for entry in entries)
    assert next(entry for entry in entries if entry["id"] == "winter_drop")["text"].keys() == {"fr", "en"}


def test_the_chart_tables_hold_the_numbers(sample_report):
    entries = {entry["id"]: entry for entry in json.loads((sample_report / "numbers.json").read_text(encoding="utf-8"))}
    with (sample_report / "tables" / "winter_drop.csv").open(encoding="utf-8-sig") as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}

    assert float(rows["winter_drop"]["change"]) == -entries["winter_drop"]["value"]
    assert float(rows["raw_change"]["change"]) == entries["raw_change"]["value"]
    assert rows["raw_change"]["low"] == ""


def test_other_counts_are_compared_and_never_averaged_with_those_that_are_used(sample_findings):
    numbers = make_numbers(sample_findings)
    totals = sample_findings.tables.headcounts.pivot_table("people", "counted_on", "method", "sum")
    ratios = []
    for day, people in totals["estimate"].dropna().items():
        census = totals["census"].dropna()
        nearest = census.index[abs(census.index - day).argmin()]
        if abs(nearest - day).days <= 31:
            ratios.append(float(people / census[nearest]))

    assert numbers["source_pairs_1"].value == len(ratios) == 5
    assert numbers["source_ratio_1"].value == pytest.approx(sorted(ratios)[2], abs=0.005)
    assert numbers["headcounts"].method == "census"


def test_the_published_ratio_of_official_to_associations_counts_is_that_of_its_eight_pairs(sample_findings):
    """Median 0.74, from 0.33 to 0.90: eight dated pairs, each figure with its source in data/raw/reference."""
    ratio = make_numbers(sample_findings)["published_ratio"]

    assert (ratio.value, ratio.low, ratio.high, ratio.n) == (0.74, 0.33, 0.9, 8)
