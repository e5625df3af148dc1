"""The published figures under data/raw/reference: sourced, and equal to the totals published with them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.columns import HEADCOUNT_METHODS
from analysis.records.build import check

REFERENCE = Path(__file__).parent.parent / "data" / "raw" / "reference"

PUBLISHED_YEARS = {
    2018: 299, 2019: 1843, 2020: 8462, 2021: 28526, 2022: 45755, 2023: 29437, 2024: 36816, 2025: 41472,
}  # fmt: skip
"""People who arrived in small boats each year, as the publisher of the monthly table totals them."""

STATE_OVER_ASSOCIATIONS = {
    "2016-02": 0.53, "2016-06": 0.73, "2016-08": 0.76, "2016-10": 0.79,
    "2017-03": 0.33, "2017-05": 0.70, "2017-08": 0.75, "2018-10": 0.90,
}  # fmt: skip


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / name, keep_default_na=False, na_values=[""])


def test_monthly_arrivals_add_up_to_the_published_years():
    boats = table("small_boats.csv")

    by_year = boats.groupby(boats["month"].str[:4].astype(int))["people"].sum()

    assert by_year.to_dict() == PUBLISHED_YEARS


def test_every_month_from_2018_to_2025_stands_once():
    months = table("small_boats.csv")["month"].tolist()

    assert months == [f"{year}-{month:02d}" for year in range(2018, 2026) for month in range(1, 13)]


def test_the_state_counts_fewer_people_than_associations_in_the_eight_dated_pairs():
    headcounts = table("headcounts.csv").dropna(subset="pair")
    official = headcounts[headcounts["method"] == "official"].set_index("pair")["people"]
    associations = headcounts[headcounts["method"] != "official"].set_index("pair")["people"]

    ratio = official / associations

    assert ratio.round(2).to_dict() == pytest.approx(STATE_OVER_ASSOCIATIONS)
    assert round(ratio.median(), 2) == pytest.approx(0.74)


def test_every_published_figure_names_its_source():
    for name in ("headcounts.csv", "small_boats.csv"):
        assert table(name)["source"].notna().all(), name


def test_every_headcount_has_a_known_method_and_a_figure_as_published():
    headcounts = table("headcounts.csv")

    assert set(headcounts["method"]) <= set(HEADCOUNT_METHODS)
    assert headcounts[["counted_on", "area", "people", "counted_by", "scope", "as_published"]].notna().all().all()


def test_the_published_headcounts_are_records_as_the_project_reads_them():
    [entry] = check(REFERENCE / "headcounts.csv").ledger["files"]

    assert entry["table"] == "headcounts"
    assert entry["rows"]["accepted"] == entry["rows"]["read"] == len(table("headcounts.csv"))


def test_a_range_is_kept_with_its_middle():
    headcounts = table("headcounts.csv").dropna(subset=["low", "high"])

    assert (headcounts["people"] == (headcounts["low"] + headcounts["high"]) / 2).all()
    assert headcounts["as_published"].str.contains("-").all()


def test_contested_figures_of_one_count_are_both_kept():
    september = table("headcounts.csv").query("counted_on == '2016-09-11'")

    assert sorted(september["people"]) == [10088, 10188]
