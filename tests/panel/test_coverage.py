"""Coverage against norms of every kind, on records few enough to work out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from analysis.dataset import Dataset, Norm
from analysis.panel.coverage import monthly_coverage
from analysis.tables import Tables, as_table

NORMS = {
    "blanket": Norm(per="person", quantity=1, kind="stock", source="Sphere", life_months=2),
    "soap": Norm(per="person", quantity=0.5, kind="flow", source="Sphere"),
    "toilet": Norm(per="facility", quantity=20, kind="ratio", source="Sphere"),
}


def dataset(**settings: object) -> Dataset:
    made = {"norms": NORMS, "records_from": dt.date(2020, 1, 1), "records_until": dt.date(2020, 3, 31), **settings}
    return Dataset(folder=Path("here"), name="here", **made)


def lines(*rows: tuple) -> pd.DataFrame:
    """The distributions table from (day, area, item, quantity) rows, or with a site after the area."""
    names = ["distributed_on", "area", "site", "item", "quantity"]
    full = [row if len(row) == 5 else (*row[:2], None, *row[2:]) for row in rows]
    return as_table(pd.DataFrame(full, columns=names).assign(source_file="a.csv", source_line=2), "distributions")


def counted(**areas: int) -> pd.DataFrame:
    """The same number of people in each area, counted every ten days from autumn to spring."""
    days = pd.date_range("2019-10-01", "2020-06-01", freq="10D")
    rows = [(day, area, people) for area, people in areas.items() for day in days]
    table = pd.DataFrame(rows, columns=["counted_on", "area", "people"]).assign(method="census", scope="camp")
    return as_table(table, "headcounts")


def taken(*rows: tuple) -> pd.DataFrame:
    return as_table(pd.DataFrame(rows, columns=["lost_on", "item", "quantity", "cause"]), "losses")


EVERY_MONTH = [
    ("2020-01-05", "Calais", "soap", 10), ("2020-02-05", "Calais", "soap", 20), ("2020-02-20", "Calais", "soap", 5),
    ("2020-03-05", "Calais", "soap", 40), ("2020-01-05", "Calais", "blanket", 30),
    ("2020-02-05", "Calais", "blanket", 12), ("2020-03-05", "Calais", "blanket", 8),
]  # fmt: skip


def of(table: pd.DataFrame, item: str, month: str, area: str = "Calais") -> dict:
    chosen = table[(table["item"] == item) & (table["month"] == pd.Timestamp(month)) & (table["area"] == area)]
    assert len(chosen) == 1
    return chosen.to_dict("records")[0]


def test_what_is_used_up_is_set_against_people_times_the_norm_month_by_month():
    table = monthly_coverage(Tables(distributions=lines(*EVERY_MONTH), headcounts=counted(Calais=100)), dataset())

    row = of(table, "soap", "2020-02-01")
    assert row["distributed"] == 25
    assert row["needed"] == pytest.approx(50)
    assert row["coverage"] == pytest.approx(0.5)
    assert (row["kind"], row["norm"], row["norm_source"], row["assessed"]) == ("flow", 0.5, "Sphere", True)


def test_what_is_owned_counts_for_its_life_and_what_was_taken_must_be_replaced():
    losses = taken(("2020-02-10", "blanket", 15, "Saisie"), ("2020-03-01", "blanket", 50, "damp"))
    tables = Tables(distributions=lines(*EVERY_MONTH), headcounts=counted(Calais=100), losses=losses)

    table = monthly_coverage(tables, dataset())

    row = of(table, "blanket", "2020-03-01")
    assert row["distributed"] == 12 + 8
    assert row["needed"] == pytest.approx(100 + 15)
    assert row["coverage"] == pytest.approx(20 / 115)
    assert of(table, "blanket", "2020-01-01")["reason"] == "too early"


def test_facilities_are_the_mean_of_a_sites_lines_and_sites_are_added():
    rows = [
        ("2020-01-05", "Calais", "Quai", "toilet", 2), ("2020-01-20", "Calais", "Quai", "toilet", 3),
        ("2020-01-12", "Calais", "Huttes", "toilet", 1), ("2020-02-12", "Calais", "Huttes", "toilet", 0),
        ("2020-03-12", "Calais", "Huttes", "toilet", 0),
    ]  # fmt: skip

    table = monthly_coverage(Tables(distributions=lines(*rows), headcounts=counted(Calais=100)), dataset())

    january = of(table, "toilet", "2020-01-01")
    assert january["distributed"] == pytest.approx(2.5 + 1)
    assert january["needed"] == pytest.approx(100 / 20)
    assert january["coverage"] == pytest.approx(0.7)
    assert of(table, "toilet", "2020-02-01")["distributed"] == pytest.approx(2.5)


def test_a_site_that_is_not_noted_keeps_its_facilities_for_two_months():
    settings = {"records_until": dt.date(2020, 5, 31)}
    rows = [("2020-01-05", "Calais", "Quai", "toilet", 2)]
    rows += [(f"2020-0{month}-05", "Calais", "Huttes", "toilet", 1) for month in range(1, 6)]

    table = monthly_coverage(Tables(distributions=lines(*rows), headcounts=counted(Calais=100)), dataset(**settings))

    months = table.query("item == 'toilet'")["distributed"].tolist()
    assert months == [3, 3, 3, 1, 1]


def test_facilities_that_nobody_noted_are_not_recorded_and_never_zero():
    rows = [*EVERY_MONTH, ("2020-01-05", "Calais", "Quai", "toilet", 2)]
    noted = Tables(distributions=lines(*rows), headcounts=counted(Calais=100))
    never = Tables(distributions=lines(*EVERY_MONTH), headcounts=counted(Calais=100))

    assert set(monthly_coverage(never, dataset()).query("item == 'toilet'")["reason"]) == {"not recorded"}
    later = dataset(records_until=dt.date(2020, 4, 30))
    april = [*rows, ("2020-04-05", "Calais", "soap", 1)]
    table = monthly_coverage(Tables(distributions=lines(*april), headcounts=counted(Calais=100)), later)
    assert of(table, "toilet", "2020-03-01")["distributed"] == 2
    assert of(table, "toilet", "2020-04-01")["reason"] == "not recorded"
    assert noted.distributions["item"].eq("toilet").any()


def test_months_outside_the_recorded_period_are_cut_wherever_the_lines_begin():
    tables = Tables(distributions=lines(*EVERY_MONTH), headcounts=counted(Calais=100))

    later = monthly_coverage(tables, dataset(records_from=dt.date(2020, 2, 1)))
    sooner = monthly_coverage(tables, dataset(records_until=dt.date(2020, 2, 20)))

    assert of(later, "soap", "2020-01-01")["reason"] == "month cut"
    assert of(later, "soap", "2020-02-01")["assessed"]
    assert [of(sooner, "soap", f"2020-0{month}-01")["reason"] for month in (2, 3)] == ["month cut"] * 2


def test_a_last_month_of_lines_before_the_end_of_the_period_is_cut():
    tables = Tables(distributions=lines(*EVERY_MONTH), headcounts=counted(Calais=100))

    longer = monthly_coverage(tables, dataset(records_from=dt.date(2019, 11, 1), records_until=dt.date(2020, 5, 31)))

    assert [of(longer, "soap", f"2020-0{month}-01")["reason"] for month in (1, 3)] == ["month cut"] * 2
    assert of(longer, "soap", "2020-02-01")["assessed"]


def test_the_three_kinds_never_meet_in_one_row():
    table = monthly_coverage(Tables(distributions=lines(*EVERY_MONTH), headcounts=counted(Calais=100)), dataset())

    assert table.groupby("item")["kind"].nunique().eq(1).all()
    assert not table.duplicated(["month", "area", "item"]).any()


def test_the_band_is_that_of_the_people():
    tables = Tables(distributions=lines(*EVERY_MONTH), headcounts=counted(Calais=100))
    wide = monthly_coverage(tables, dataset(level=0.99))
    row, wider = of(monthly_coverage(tables, dataset()), "soap", "2020-02-01"), of(wide, "soap", "2020-02-01")

    assert row["coverage_low"] < row["coverage"] < row["coverage_high"]
    assert wider["coverage_low"] < row["coverage_low"]
    assert row["coverage_low"] * row["coverage_high"] == pytest.approx(row["coverage"] ** 2)


def test_what_is_not_assessed_has_its_reason_and_no_coverage():
    rows = [*EVERY_MONTH, ("2020-02-05", "Calais", "jacket", 3), ("2020-02-05", "Dunkirk", "soap", 9)]
    tables = Tables(distributions=lines(*rows), headcounts=counted(Calais=100))

    table = monthly_coverage(tables, dataset(records_until=None))

    assert of(table, "jacket", "2020-02-01")["reason"] == "no norm"
    assert of(table, "jacket", "2020-02-01")["distributed"] == 3
    assert of(table, "soap", "2020-03-01")["reason"] == "month cut"
    assert of(table, "soap", "2020-02-01", "Dunkirk")["reason"] == "not counted"
    assert of(table, "soap", "2020-01-01", "Dunkirk")["reason"] == "not recorded"
    assert table.loc[~table["assessed"], ["coverage", "coverage_low", "coverage_high"]].isna().all(axis=None)
    assert table.loc[table["assessed"], "reason"].isna().all()


def test_nothing_of_an_item_in_a_month_with_other_lines_is_zero_and_no_lines_at_all_is_unknown():
    rows = [line for line in EVERY_MONTH if line[:3] != ("2020-03-05", "Calais", "soap")]
    march_only = monthly_coverage(Tables(distributions=lines(*rows), headcounts=counted(Calais=100)), dataset())
    silent = [line for line in EVERY_MONTH if not line[0].startswith("2020-02")]
    february = monthly_coverage(Tables(distributions=lines(*silent), headcounts=counted(Calais=100)), dataset())

    assert of(march_only, "soap", "2020-03-01")["coverage"] == 0
    assert of(february, "soap", "2020-02-01")["reason"] == "not recorded"
    assert pd.isna(of(february, "soap", "2020-02-01")["distributed"])
    assert of(february, "blanket", "2020-03-01")["reason"] == "not recorded"


def test_all_areas_together_are_those_where_people_were_counted():
    rows = [
        *EVERY_MONTH,
        *[(day, "Dunkirk", item, 7) for day, _, item, _ in EVERY_MONTH],
        ("2020-02-02", "Ghent", "soap", 99),
    ]
    tables = Tables(distributions=lines(*rows), headcounts=counted(Calais=100, Dunkirk=60))

    row = of(monthly_coverage(tables, dataset(), by_area=False), "soap", "2020-02-01", "all")

    assert row["distributed"] == 25 + 14
    assert row["needed"] == pytest.approx(80)


def test_each_area_bears_its_share_of_what_was_taken():
    rows = [*EVERY_MONTH, *[(day, "Dunkirk", item, 7) for day, _, item, _ in EVERY_MONTH]]
    tables = Tables(
        distributions=lines(*rows), headcounts=counted(Calais=100, Dunkirk=300),
        losses=taken(("2020-02-10", "blanket", 40, "eviction")),
    )  # fmt: skip

    table = monthly_coverage(tables, dataset())

    assert of(table, "blanket", "2020-03-01")["needed"] == pytest.approx(110)
    assert of(table, "blanket", "2020-03-01", "Dunkirk")["needed"] == pytest.approx(330)


def test_people_counted_otherwise_are_not_added():
    official = counted(Calais=40).assign(method="official")
    counts = pd.concat([counted(Calais=100), official.head(5)], ignore_index=True)

    table = monthly_coverage(Tables(distributions=lines(*EVERY_MONTH), headcounts=counts), dataset())

    assert of(table, "soap", "2020-02-01")["needed"] == pytest.approx(50)


def received(*days: str) -> pd.DataFrame:
    """The goods table with 40 bars of soap on each of these days."""
    line = {"item": "soap", "quantity": 40.0, "channel": "partner", "status": "delivered", "source_file": "a.csv"}
    rows = [line | {"goods_id": day, "received_on": day, "source_line": 2} for day in days]
    return as_table(pd.DataFrame(rows), "goods")


def test_without_goods_and_distributions_there_is_no_row():
    assert monthly_coverage(Tables(headcounts=counted(Calais=100)), dataset()).empty


def test_goods_that_nobody_noted_as_handed_out_are_not_recorded_and_never_0():
    tables = Tables(goods=received("2020-01-05", "2020-03-05"), headcounts=counted(Calais=100))

    table = monthly_coverage(tables, dataset(records_from=None, records_until=None))
    assert table["reason"].unique().tolist() == ["not recorded"]
    assert table["distributed"].isna().all() and table["coverage"].isna().all()
    assert of(table, "soap", "2020-01-01")["needed"] == pytest.approx(50)
    assert table["month"].dt.strftime("%Y-%m").unique().tolist() == ["2020-01", "2020-02", "2020-03"]


def test_where_nothing_was_handed_out_and_people_were_counted_once_need_is_not_known():
    tables = Tables(goods=received("2020-01-05"), headcounts=counted(Calais=100).head(1))

    row = of(monthly_coverage(tables, dataset()), "soap", "2020-01-01")
    assert row["reason"] == "not recorded"
    assert pd.isna(row["needed"]) and pd.isna(row["distributed"])


def test_goods_alone_are_not_recorded_for_all_areas_together_and_have_no_area_of_their_own():
    tables = Tables(goods=received("2020-01-05"))

    together = monthly_coverage(tables, dataset(), by_area=False)
    assert of(together, "soap", "2020-01-01", "all")["reason"] == "not recorded"
    assert monthly_coverage(tables, dataset()).empty
    assert monthly_coverage(tables, dataset(norms={}), by_area=False).empty
