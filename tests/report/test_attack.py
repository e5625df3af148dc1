"""An attacker who holds the published files and nothing else: planted small cells cannot be worked out from them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis.report.export import write_report
from analysis.tables import Tables, as_table

TODAY = pd.Timestamp("2021-06-15").date()
FIRST, LAST = "2018-07-02", "2020-06-28"
CENT = 0.0051
"""Half a cent more or less in what a file prints of a sum; a mean is times as many weeks as it is of."""


@dataclass(frozen=True)
class Planted:
    """Weeks of which few give, or one person most: their days, and what they bring together."""

    first: str
    last: str
    cents: int


def quiet(gifts: pd.DataFrame, first: str, last: str, amounts: list[float]) -> pd.DataFrame:
    """`gifts` with those of some days replaced by the given ones, each by a donor of its own, a day apart."""
    days = pd.date_range(first, last)
    received = [days[place % len(days)] for place in range(len(amounts))]
    rows = pd.DataFrame({"received_on": received, "amount": amounts}).assign(
        donor=[f"{first}-{place}" for place in range(len(amounts))],
        donation_id=[f"{first}:{place}" for place in range(len(amounts))],
        original_amount=amounts, original_currency="EUR", channel="bank", status="received",
        source_file="gifts.csv", source_line=range(2, 2 + len(amounts)),
    )  # fmt: skip
    both = pd.concat([gifts[~gifts["received_on"].between(first, last)], as_table(rows, "donations")])
    return as_table(both.sort_values("received_on", kind="stable"), "donations")


def odd(rng: np.random.Generator, count: int) -> list[float]:
    """Amounts with cents that no other sum of the report has by chance."""
    return [round(float(one), 2) for one in rng.uniform(21.37, 97.91, count)]


def plant(world, seed: int, cells: Callable[[np.random.Generator], dict[tuple[str, str], list[float]]]):
    """A world of gifts by many donors with planted days: (Dataset, Tables, what was planted)."""
    dataset, tables = world(FIRST, LAST, seed=seed)
    rng = np.random.default_rng(seed)
    gifts = tables.donations
    many = gifts.assign(
        amount=rng.gamma(2.0, 12.0, len(gifts)).round(2) + 1,
        donor=[f"d{one}" for one in rng.integers(0, 900, len(gifts))],
    )
    gifts = as_table(many.assign(original_amount=many["amount"]), "donations")
    planted = []
    for (first, last), amounts in cells(rng).items():
        gifts = quiet(gifts, first, last, amounts)
        planted.append(Planted(first, last, round(sum(amounts) * 100)))
    return dataset, replace(tables, donations=gifts), planted


def a_week_of_three(rng):
    return {("2019-03-11", "2019-03-17"): odd(rng, 3)}


def two_weeks_side_by_side(rng):
    return {("2019-03-11", "2019-03-17"): odd(rng, 3), ("2019-03-18", "2019-03-24"): odd(rng, 4)}


def a_week_that_one_gift_is_most_of(rng):
    return {("2019-05-06", "2019-05-12"): [4_321.09, *odd(rng, 40)]}


def a_month_of_nine(rng):
    return {("2019-09-02", "2019-09-29"): odd(rng, 9)}


def two_months_of_few(rng):
    return {("2018-10-01", "2018-10-28"): odd(rng, 6), ("2019-09-02", "2019-09-29"): odd(rng, 5)}


def a_week_that_winter_cuts(rng):
    return {("2018-11-26", "2018-12-02"): odd(rng, 3)}


def a_week_without_gifts(rng):
    return {("2019-03-11", "2019-03-17"): odd(rng, 0), ("2020-01-13", "2020-01-19"): odd(rng, 9)}


CELLS = (
    a_week_of_three, two_weeks_side_by_side, a_week_that_one_gift_is_most_of, a_month_of_nine, two_months_of_few,
    a_week_that_winter_cuts, a_week_without_gifts,
)  # fmt: skip


# What the files say


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv")


def number(folder: Path, name: str) -> float:
    entries = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    return next(entry["value"] for entry in entries if entry["id"] == name)


def every_text(folder: Path) -> Iterator[tuple[str, str]]:
    """What each file says: pages with their descriptions of charts, tables, numbers and the workbook's cells."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".json", ".csv"):
            yield path.name, re.sub(r'\b(?:d|x|y|points)="[^"]*"', "", unescape(path.read_text(encoding="utf-8-sig")))
        if path.suffix == ".xlsx":
            sheets = pd.read_excel(io.BytesIO(path.read_bytes()), sheet_name=None, header=None, engine="calamine")
            yield path.name, "\n".join(sheet.to_csv() for sheet in sheets.values())


def written(cents: int) -> str:
    """A sum as files and both languages write it, to the cent or in whole units of a thousand and more."""
    whole, rest = divmod(cents, 100)
    parts = f"{whole:,}".replace(",", "[\u202f\u00a0, ]?")
    fraction = rf"[.,]{rest:02d}" if rest % 10 else rf"[.,]{rest // 10}0?"
    return rf"(?<![\d.,]){parts}{fraction}(?!\d)"


def equations(*folders: Path) -> tuple[pd.DatetimeIndex, list[tuple[np.ndarray, float, float]]]:
    """The weeks, and each published total of their money: its weeks, what they add up to, and how exactly.

    A second folder holds a later report: its weeks and totals are added.
    """
    weeks = pd.DatetimeIndex(sorted({day for one in folders for day in table(one, "giving_and_need")["week"]}))
    thursday = weeks + pd.Timedelta(days=3)
    known = []
    for folder in folders:
        giving, profile = table(folder, "giving_and_need"), table(folder, "seasonal_profile")
        own = weeks.isin(pd.to_datetime(giving["week"]))
        known += [
            ((weeks == day).astype(float), amount, CENT)
            for day, amount in zip(pd.to_datetime(giving["week"]), giving["amount"], strict=True)
            if pd.notna(amount)
        ]
        for row in profile.dropna(subset=["amount"]).itertuples():
            year = int(row.giving_year[:4]) + (row.month < 7)
            inside = own & (thursday.year == year) & (thursday.month == row.month)
            known.append(
                (inside.astype(float), row.amount * row.weeks, CENT * row.weeks + 0.00001 * row.amount * row.weeks)
            )
        known.append((own.astype(float), number(folder, "total_amount"), CENT))
    return weeks, known


def span(weeks: np.ndarray, known: list[tuple[np.ndarray, float, float]]) -> tuple[float, float]:
    """The least and the most that `weeks` can have brought together, no week less than nothing."""
    rows = np.array([row for row, _, _ in known])
    sums, slack = (np.array([one[place] for one in known]) for place in (1, 2))
    both = np.vstack([rows, -rows])
    bound = np.concatenate([sums + slack, slack - sums])
    ends = [linprog(sign * weeks, A_ub=both, b_ub=bound, bounds=(0, None), method="highs") for sign in (1, -1)]
    assert all(end.success for end in ends), "the published totals do not fit together"
    return float(ends[0].fun), -float(ends[1].fun)


def assert_kept(planted: list[Planted], *folders: Path) -> None:
    """No planted sum is printed or can be bounded: what it may be reaches over more than half of itself."""
    texts = [said for folder in folders for said in every_text(folder)]
    weeks, known = equations(*folders)
    for one in planted:
        if one.cents > 0:
            assert [name for name, text in texts if re.search(written(one.cents), text)] == []
        inside = np.asarray((weeks >= one.first) & (weeks <= one.last), dtype=float)
        low, high = span(inside, known)
        assert high - low > max(one.cents / 200, 100), (one, low, high)


@pytest.mark.parametrize("seed", [3, 8])
@pytest.mark.parametrize("cells", CELLS)
def test_what_few_gave_in_weeks_and_months_cannot_be_worked_out(world, tmp_path, cells, seed):
    dataset, tables, planted = plant(world, seed, cells)

    write_report(dataset, tables, tmp_path / "report", languages=("en",), today=TODAY)

    assert_kept(planted, tmp_path / "report")


def test_the_attack_finds_what_is_not_protected(world, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.report.giving_disclosure._few", lambda *_: False)
    monkeypatch.setattr("analysis.report.giving_disclosure.hide_until_safe", lambda hidden, **_: hidden)
    dataset, tables, planted = plant(world, 3, a_week_of_three)

    write_report(dataset, tables, tmp_path / "report", languages=("en",), today=TODAY)

    with pytest.raises(AssertionError):
        assert_kept(planted, tmp_path / "report")


# Two reports, one after the other


def with_late(tables: Tables, late: dict[str, list[float]]) -> tuple[Tables, list[Planted]]:
    """`tables` with gifts that came late, by day; each day's are planted."""
    gifts, planted = tables.donations, []
    for day, amounts in late.items():
        rows = as_table(
            pd.DataFrame({"received_on": pd.Timestamp(day), "amount": amounts}).assign(
                donor=[f"late {day} {place}" for place in range(len(amounts))],
                donation_id=[f"late {day}:{place}" for place in range(len(amounts))], original_amount=amounts,
                original_currency="EUR", channel="bank", status="received", source_file="late.csv",
                source_line=range(2, 2 + len(amounts)),
            ),
            "donations",
        )  # fmt: skip
        gifts = pd.concat([gifts, rows], ignore_index=True)
        planted.append(Planted(day, day, round(sum(amounts) * 100)))
    return replace(tables, donations=as_table(gifts, "donations")), planted


def cut_at(tables: Tables, last: str) -> Tables:
    gifts = tables.donations
    return replace(tables, donations=gifts[gifts["received_on"] <= last].reset_index(drop=True))


def differences(first: Path, second: Path) -> set[int]:
    """What the later report has more than the earlier one in any number they share, in cents."""
    found = set()
    for name in ("giving_and_need", "seasonal_profile", "donor_money"):
        if not (first / "tables" / f"{name}.csv").exists():
            continue
        keys = [key for key in ("week", "giving_year", "month") if key in table(first, name)]
        both = table(first, name).merge(table(second, name), on=keys, suffixes=("", "_later"))
        for column in both.select_dtypes("number"):
            if f"{column}_later" in both:
                more = (both[f"{column}_later"] - both[column]).dropna()
                times = both["weeks"] if name == "seasonal_profile" and "weeks" in both else 1
                found |= {round(abs(one) * 100) for one in (more * times).dropna()}
    told = [json.loads((folder / "numbers.json").read_text(encoding="utf-8")) for folder in (first, second)]
    earlier, later = ({one["id"]: one["value"] for one in entries} for entries in told)
    same = [name for name in earlier if name in later and isinstance(earlier[name], int | float)]
    return found | {round(abs(later[name] - earlier[name]) * 100) for name in same}


def test_two_reports_set_side_by_side_tell_no_late_gifts_of_few(world, tmp_path):
    dataset, tables, _ = plant(world, 5, a_week_of_three)
    rng = np.random.default_rng(5)
    late, planted = with_late(tables, {"2019-04-24": odd(rng, 3), "2019-11-06": odd(rng, 9), "2020-01-22": odd(rng, 1)})
    sums = {one.cents for one in planted} | {sum(one.cents for one in planted)}

    write_report(dataset, cut_at(tables, "2020-03-29"), tmp_path / "first", languages=("en",), today=TODAY)
    write_report(dataset, late, tmp_path / "second", languages=("en",), today=TODAY)

    assert differences(tmp_path / "first", tmp_path / "second") & sums == set()
    assert number(tmp_path / "second", "total_amount") == pytest.approx(tables.donations["amount"].sum(), abs=0.01)


@pytest.mark.parametrize("seed", [3, 8])
def test_a_report_in_the_middle_of_a_month_gives_no_small_week_back_with_the_next(world, tmp_path, seed):
    def cells(rng):
        return {("2020-05-04", "2020-05-10"): odd(rng, 4), ("2020-05-18", "2020-05-24"): odd(rng, 5)}

    dataset, tables, planted = plant(world, seed, cells)
    write_report(dataset, cut_at(tables, "2020-05-17"), tmp_path / "first", languages=("en",), today=TODAY)
    write_report(dataset, tables, tmp_path / "second", languages=("en",), today=TODAY)

    assert_kept(planted, tmp_path / "first", tmp_path / "second")


def test_a_new_month_leaves_what_was_told_of_the_others_as_it_was(world, tmp_path):
    dataset, tables, _ = plant(world, 5, a_week_of_three)
    for name, last in (("first", "2020-03-29"), ("second", "2020-04-26")):
        write_report(dataset, cut_at(tables, last), tmp_path / name, languages=("en",), today=TODAY)
    first, second = (table(tmp_path / name, "giving_and_need") for name in ("first", "second"))

    assert second["week"].iloc[-1] == "2020-04-20"
    pd.testing.assert_frame_equal(first.drop(columns="smooth"), second.drop(columns="smooth")[: len(first)])
    assert second["hidden"].sum() == first["hidden"].sum()
