"""Small groups of donors stay inside: planted in made-up histories, then worked out from all that is published."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.models.donors import donor_cohorts, donor_concentration, donor_cycle, retention_by_part
from analysis.report.donor_disclosure import (
    publishable_cohorts,
    publishable_concentration,
    publishable_money,
    publishable_parts,
    publishable_years,
    total_is_safe,
)

LABELS = ["2016/17", "2017/18", "2018/19", "2019/20", "2020/21"]
HISTORIES = np.array([one for one in itertools.product([False, True], repeat=5) if any(one)])
"""In which of the five years a donor gave: every history there can be, one a row."""
STEADY = {"11111": 40, "11000": 60, "01100": 60, "00110": 60, "00011": 60, "10000": 300, "01000": 300, "00100": 300,
          "00010": 300, "00001": 300, "10100": 30, "01010": 30, "00101": 30, "10010": 20, "01001": 20}  # fmt: skip


def counts_of(histories: dict[str, int]) -> np.ndarray:
    """How many donors have each history of `HISTORIES`."""
    return np.array([histories.get("".join("01"[gave] for gave in one), 0) for one in HISTORIES.tolist()])


def donors(counts: np.ndarray, *, cents=lambda place, donor: 1000 + donor + 7 * place) -> pd.DataFrame:
    """The table of `donor_years` for so many donors of each history, each with one gift on 1 October."""
    every = HISTORIES.repeat(counts, axis=0)
    donor, place = np.nonzero(every)
    order = np.lexsort((donor, place))
    donor, place = donor[order], place[order]
    days = pd.to_datetime([f"{LABELS[one][:4]}-10-01" for one in place])
    return pd.DataFrame(
        {
            "donor": [f"d{one}" for one in donor], "giving_year": [LABELS[one] for one in place],
            "cents": [cents(one, other) for one, other in zip(place, donor, strict=True)], "gifts": 1,
            "first_on": days, "last_on": days, "regular": pd.array([pd.NA] * len(donor), dtype="boolean"),
            "first_channel": "bank", "first_appeal": None,
        }
    )  # fmt: skip


def years(*, first_whole: bool = True, last_whole: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "giving_year": LABELS, "complete": [first_whole, True, True, True, last_whole],
            "past_known": [False, first_whole, True, True, True], "cents": 1, "cents_without_donor": 0,
            "gifts_without_donor": 0,
        }
    )  # fmt: skip


def published(counts: np.ndarray, **whole: bool) -> tuple[pd.DataFrame, pd.DataFrame, bool]:
    """The years, the cohorts, and whether the number of different donors is told."""
    by_donor, recorded = donors(counts), years(**whole)
    cycle, cohorts = donor_cycle(by_donor, recorded), donor_cohorts(by_donor, recorded)
    table = publishable_years(cycle)
    return table, publishable_cohorts(cohorts, cycle, table), total_is_safe(cycle, cohorts, table)


def groups() -> dict[str, np.ndarray]:
    """Every group of donors that has a name: whose history is in it."""
    first, found = HISTORIES.argmax(axis=1), {}
    for t in range(5):
        now = HISTORIES[:, t]
        last = HISTORIES[:, t - 1] if t else np.zeros_like(now)
        ever = HISTORIES[:, :t].any(axis=1) if t else last
        found |= {
            f"donors {t}": now, f"retained {t}": now & last, f"new_or_returning {t}": now & ~last,
            f"new {t}": now & ~ever, f"returning {t}": now & ever & ~last, f"lapsed {t}": last & ~now,
            f"lapsed_new {t}": last & ~now & (first == t - 1), f"lapsed_repeat {t}": last & ~now & (first < t - 1),
            f"retained_repeat {t}": now & last & (first < t - 1),
        }  # fmt: skip
        for cohort in range(t):
            found[f"cohort {cohort} in {t}"] = now & (first == cohort)
            found[f"left of cohort {cohort} in {t}"] = ~now & (first == cohort)
    return {name: group for name, group in found.items() if group.any()}


def told(counts: np.ndarray, **whole: bool) -> dict[str, np.ndarray]:
    """The groups whose number is published; a cohort's share is taken for its number."""
    table, cells, total = published(counts, **whole)
    every = groups()
    names = [
        f"{name} {t}" for name in ("donors", "retained", "new_or_returning", "new", "returning", "lapsed")
        for t in range(5) if f"{name} {t}" in every and pd.notna(table[name].iloc[t])
    ]  # fmt: skip
    names += [
        f"cohort {LABELS.index(row['cohort'])} in {LABELS.index(row['giving_year'])}"
        for row in cells.dropna(subset=["share"]).to_dict("records")
    ]
    return {name: every[name] for name in names} | ({"total": np.ones(len(HISTORIES))} if total else {})


def given_back(counts: np.ndarray, **whole: bool) -> list[str]:
    """The small groups that some sum or difference of what is published makes."""
    known = np.array(list(told(counts, **whole).values()), dtype=float)
    rank = np.linalg.matrix_rank(known) if len(known) else 0
    return [
        name
        for name, group in groups().items()
        if group @ counts < 10 and np.linalg.matrix_rank(np.vstack([*known, group.astype(float)])) == rank
    ]


def test_of_steady_donors_all_is_told_but_the_number_of_them_all():
    table, cells, total = published(counts_of(STEADY))

    assert table.loc[1:, ["retained", "new", "lapsed"]].notna().all(axis=None)
    assert table["returning"].tolist()[2:] == [30, 50, 50]
    assert cells["share"].notna().sum() == 10
    assert not total


@pytest.mark.parametrize("history", sorted(STEADY))
@pytest.mark.parametrize("few", [0, 3])
def test_no_small_group_can_be_worked_out(history, few):
    assert given_back(counts_of({**STEADY, history: few})) == []
    assert given_back(counts_of({**STEADY, history: few}), first_whole=False, last_whole=False) == []


def test_a_year_in_which_nobody_was_new_does_not_come_to_light_in_its_cohort():
    nobody = {**STEADY, "00010": 0, "00011": 0}

    assert given_back(counts_of(nobody)) == []


@pytest.mark.parametrize("seed", range(25))
def test_no_small_group_can_be_worked_out_of_any_histories(seed):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.choice([3, 8, 30, 120]) * rng.gamma(0.5, 2, len(HISTORIES)))
    counts += np.where(HISTORIES.sum(axis=1) == 1, rng.integers(0, 300, len(HISTORIES)), 0)
    counts[rng.random(len(HISTORIES)) < 0.3] = 0

    whole = {"first_whole": bool(rng.integers(2)), "last_whole": bool(rng.integers(2))}
    assert given_back(counts, **whole) == []


def test_what_is_published_is_never_small():
    for seed in range(5):
        counts = np.random.default_rng(seed).poisson(6, len(HISTORIES))
        assert [name for name, group in told(counts).items() if group @ counts < 10] == []


def test_few_returning_donors_are_told_with_the_new_ones():
    table, _, _ = published(counts_of({**STEADY, "10100": 4}))
    row = table.loc[2]

    assert row[["new", "returning"]].isna().all()
    assert row["hidden"]
    assert row["new_or_returning"] == row["donors"] - row["retained"]


def test_where_few_left_nobody_learns_who_stayed():
    table, _, _ = published(counts_of({"11000": 100, "10000": 5, "01000": 200, "00100": 50}))

    assert table.loc[1, ["retained", "new_or_returning", "new", "lapsed", "retention"]].isna().all()
    assert table.loc[1, "hidden"]
    assert table.loc[1, "donors"] == 300


def test_years_after_a_cut_one_and_lapsed_donors_of_a_cut_one_are_not_told_and_not_called_hidden():
    table, _, total = published(counts_of(STEADY), first_whole=False, last_whole=False)

    assert table.loc[1, "donors"] > 0
    assert table.loc[[0, 1], ["retained", "new", "lapsed"]].isna().all(axis=None)
    assert table.loc[4, ["retained", "new"]].notna().all()
    assert table.loc[4, ["lapsed", "retention", "upgraded"]].isna().all()
    assert not table.loc[[0, 1, 4], "hidden"].any()
    assert total


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (lambda donor: donor % 3 - 1, True), (lambda donor: donor % 2 or -1, False), (lambda donor: donor == 1, False),
    ],
    ids=["all", "none gave the same", "few gave more"],
)  # fmt: skip
def test_who_gave_more_and_less_is_told_where_they_and_those_who_gave_the_same_are_ten(change, shown):
    table = publishable_years(
        donor_cycle(
            donors(counts_of(STEADY), cents=lambda place, donor: 1000 + 5 * place * int(change(donor))), years()
        )
    )

    assert table["lapsed"].notna().sum() == 4
    assert table[["upgraded", "downgraded"]].notna().sum().tolist() == [4 * shown] * 2


def test_by_months_few_who_differ_from_whole_years_leave_only_the_rate():
    by_donor = donors(counts_of(STEADY))
    late = by_donor["donor"].isin(["d1", "d2"]) & (by_donor["giving_year"] == "2017/18")
    by_donor["first_on"] = by_donor["first_on"].mask(late, pd.Timestamp("2018-06-01"))

    row = publishable_years(donor_cycle(by_donor, years(), definition="twelve_fifteen")).loc[1]

    assert row[["lapsed", "upgraded"]].isna().all()
    assert row["retention"] == round(row["retention"], 2) > 0


def moves(**parts: list[int]) -> pd.DataFrame:
    """Donors of two years: each part's changes in cents, 100 000 given by those who stayed."""
    rows = []
    for part, cents in parts.items():
        last, now = {"came": (0, 1), "left": (1, 0), "up": (100_000, 1), "down": (100_000, -1)}[part]
        for place, one in enumerate(cents):
            given = (last * one, now * one) if part in ("came", "left") else (last, last + now * one)
            rows += [(f"{part}{place}", label, each) for label, each in zip(LABELS, given, strict=False) if each]
    return pd.DataFrame(rows, columns=["donor", "giving_year", "cents"])


SHOWN = pd.DataFrame({"giving_year": LABELS[:2], "complete": True, "retained": [np.nan, 40.0]})


def test_gains_and_losses_are_told_by_part_and_add_up():
    parts = {"came": [500] * 30, "up": [200] * 20, "down": [100] * 20, "left": [900] * 12}
    [row] = publishable_money(moves(**parts), SHOWN).to_dict("records")

    assert (row["new_or_returning_amount"], row["upgraded_amount"], row["gains"]) == (150.0, 40.0, 190.0)
    assert (row["downgraded_amount"], row["lapsed_amount"], row["losses"]) == (20.0, 108.0, 128.0)
    assert (row["change_amount"], row["hidden"]) == (62.0, False)


@pytest.mark.parametrize("up", [[200] * 9, [200] * 12 + [90_000]], ids=["few", "one above half"])
def test_money_of_few_or_of_one_is_told_only_in_its_side(up):
    parts = {"came": [5000] * 30, "up": up, "down": [100] * 20, "left": [900] * 12}
    [row] = publishable_money(moves(**parts), SHOWN).to_dict("records")

    assert pd.isna(row["upgraded_amount"])
    assert pd.isna(row["new_or_returning_amount"])
    assert row["gains"] == 1500 + sum(up) / 100
    assert (row["lapsed_amount"], row["hidden"]) == (108.0, True)


def test_where_one_donor_is_most_of_a_side_nothing_of_the_year_is_told():
    parts = {"came": [500] * 30 + [900_000], "up": [200] * 20, "down": [100] * 20, "left": [900] * 12}
    [row] = publishable_money(moves(**parts), SHOWN).to_dict("records")

    assert [name for name, value in row.items() if name not in ("giving_year", "hidden") and pd.notna(value)] == []
    assert row["hidden"]


def largest(donors_of_year: int, *, cents=lambda place: 1000) -> dict:
    by_donor = pd.DataFrame(
        {"donor": [f"d{one}" for one in range(donors_of_year)], "giving_year": LABELS[1],
         "cents": [cents(one) for one in range(donors_of_year)],
         "regular": pd.array([one < 9 for one in range(donors_of_year)], dtype="boolean")}
    )  # fmt: skip
    [row] = publishable_concentration(donor_concentration(by_donor, years()), by_donor).to_dict("records")
    return row


def test_the_largest_hundredth_is_told_from_ten_donors_on_and_so_is_the_tenth():
    thousand, hundred, few = largest(1000), largest(900), largest(90)

    assert (thousand["one_percent"], thousand["one_percent_share"]) == (10, 0.01)
    assert pd.isna(hundred["one_percent"])
    assert pd.isna(hundred["one_percent_share"])
    assert hundred["ten_percent_share"] == pytest.approx(0.1)
    assert pd.isna(few["ten_percent_share"])
    assert "donors" not in few


def test_a_donor_above_half_of_the_largest_hides_their_share_and_few_standing_donors_theirs():
    row = largest(1000, cents=lambda place: 900_000 if place == 5 else 1000)

    assert [pd.isna(row[name]) for name in ("one_percent_share", "ten_percent_share", "regular_share")] == [True] * 3
    assert pd.isna(row["regular_donors"])
    assert row["hidden"]


def test_parts_of_few_are_left_out_and_rates_are_whole_percentages_without_counts():
    by_donor = donors(counts_of({"11000": 150, "10000": 217, "01000": 50}))
    channel = np.where(by_donor["donor"].str[1:].astype(int) % 8 == 0, "cash", "bank")
    two = retention_by_part(by_donor.assign(first_channel=channel), years())

    table = publishable_parts(two)

    assert table["value"].tolist() == ["bank"]
    assert list(table.columns) == ["part", "value", "retention", "retention_low", "retention_high"]
    assert table["retention"].iloc[0] == round(table["retention"].iloc[0], 2)


def test_a_whole_year_of_which_nothing_may_be_told_stands_in_the_table_of_money_as_hidden():
    published = pd.DataFrame(
        {"giving_year": ["2018/19", "2019/20", "2020/21"], "complete": [True, True, False],
         "retained": [float("nan")] * 3, "hidden": [False, True, False]}
    )  # fmt: skip
    by_donor = pd.DataFrame({"donor": ["a", "a"], "giving_year": ["2018/19", "2019/20"], "cents": [100, 200]})
    found = publishable_money(by_donor, published)

    assert found["giving_year"].tolist() == ["2019/20"]
    assert found["hidden"].tolist() == [True]
    assert found.drop(columns=["giving_year", "hidden"]).isna().all(axis=None)
