"""The numbers of numbers.json are right: worked out again in plain Python and pandas."""

from __future__ import annotations

import csv
import json

import pandas as pd
import pytest

from analysis.report.numbers import make_numbers


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
