"""Small cells, dominant gifts and dated headcounts stay inside."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analysis.report.disclosure import (
    dominated,
    hide_small_cells,
    publishable_accounts,
    publishable_coverage,
    publishable_headcount,
    publishable_orders,
    publishable_rationing,
    unsafe,
    unsafe_split,
)


def test_a_cell_of_fewer_than_ten_gifts_is_hidden_and_a_second_with_it():
    table = pd.DataFrame({"amount": [500.0, 90.0, 300.0], "donations": [40, 9, 20]})

    published = hide_small_cells(table, count="donations", values=["amount"], also=pd.Series([False] * 3))

    assert published["hidden"].tolist() == [False, True, True]
    assert published["amount"].isna().tolist() == [False, True, True]
    assert published["donations"].isna().tolist() == [False, True, True]


def test_two_small_cells_need_no_third():
    table = pd.DataFrame({"amount": [500.0, 90.0, 10.0], "donations": [40, 9, 0]})

    published = hide_small_cells(table, count="donations", values=["amount"], also=pd.Series([False] * 3))

    assert published["hidden"].tolist() == [False, True, True]


def test_a_table_without_small_cells_is_published_whole():
    table = pd.DataFrame({"amount": [500.0, 90.0], "donations": [40, 10]})

    published = hide_small_cells(table, count="donations", values=["amount"], also=pd.Series([False] * 2))

    assert published["amount"].tolist() == [500.0, 90.0]


def test_a_gift_of_more_than_half_dominates_its_cell():
    donations = pd.DataFrame({"amount": [51.0, 49.0, 50.0, 50.0, -10.0], "status": ["received"] * 4 + ["refunded"]})
    donations = donations.assign(donor=["p", "q", "p", "q", "q"], donation_id=list("abcde"))

    found = dominated(donations, pd.Series(["a", "a", "b", "b", "b"]))

    assert found.to_dict() == {"a": True, "b": False}


def test_headcounts_leave_rounded_and_not_before_the_month_is_over():
    months = pd.to_datetime(["2021-01-01", "2021-02-01", "2021-03-01"])
    table = pd.DataFrame({"month": months, "people": [1026.0, 4.0, 980.0]})

    published = publishable_headcount(table, today=dt.date(2021, 3, 31))

    assert published["month"].dt.month.tolist() == [1, 2]
    assert published["people"].iloc[0] == 1050.0
    assert pd.isna(published["people"].iloc[1])


# Coverage and rationing

TODAY = dt.date(2021, 3, 10)


def coverage(**cells: object) -> pd.DataFrame:
    """One row of the coverage table: 120 bars for 437 people, in February 2021."""
    row = {
        "month": pd.Timestamp("2021-02-01"), "area": "Calais", "item": "soap", "distributed": 120.0, "needed": 437.0,
        "coverage": 120 / 437, "coverage_low": 120 / 480, "coverage_high": 120 / 398, "norm": 1.0, "kind": "flow",
        "assessed": True, "reason": None, "taken": 0.0,
    }  # fmt: skip
    return pd.DataFrame([{**row, **cells}])


def published(table: pd.DataFrame, served: list[float] | None = None) -> pd.DataFrame:
    return publishable_coverage(table, pd.Series(served or [np.nan] * len(table)), today=TODAY)


def test_coverage_leaves_with_a_need_of_fifty_people_more_or_less():
    [row] = published(coverage()).to_dict("records")

    assert row["needed"] == 450
    assert row["coverage"] == pytest.approx(120 / 450)
    assert (row["coverage_low"], row["coverage_high"]) == pytest.approx((120 / 500, 120 / 350))


@pytest.mark.parametrize("people", [426, 437, 449, 474])
def test_nobody_can_count_people_with_what_is_published(people):
    seen = {
        tuple(published(coverage(needed=float(n), coverage=120 / n))[["needed", "coverage"]].iloc[0])
        for n in (people, 430)
    }

    assert len(seen) == 1


def test_a_norm_of_facilities_is_rounded_by_its_people():
    [row] = published(coverage(kind="ratio", norm=20.0, needed=437 / 20, distributed=6.0, coverage=120 / 437)).to_dict(
        "records"
    )

    assert row["needed"] == 450 / 20
    assert not row["hidden"]


def test_what_was_taken_is_added_to_the_need_of_rounded_people():
    [row] = published(coverage(needed=437.0 + 57, taken=57.0, coverage=120 / 494)).to_dict("records")

    assert row["needed"] == 450 + 57
    assert row["coverage"] == pytest.approx(120 / 507)


def test_two_needs_that_bear_losses_give_no_finer_count_than_one_without():
    rows = [
        coverage(item=item, needed=437.0 + lost, taken=lost) for item, lost in (("a", 57.0), ("b", 28.0), ("c", 0.0))
    ]
    result = published(pd.concat(rows, ignore_index=True))

    assert (result["needed"] - [57.0, 28.0, 0.0]).tolist() == [450, 450, 450]


def test_each_area_bears_what_was_taken_by_its_rounded_people():
    areas = [("Calais", 437.0), ("Dunkirk", 212.0)]
    rows = [coverage(area=area, needed=people + people / 649 * 65, taken=people / 649 * 65) for area, people in areas]
    result = published(pd.concat(rows, ignore_index=True))

    assert result["needed"].tolist() == pytest.approx([450 + 65 * 450 / 650, 200 + 65 * 200 / 650])


def test_the_only_hidden_month_of_a_stock_account_takes_another_with_it():
    months = pd.to_datetime(["2020-11-01", "2020-12-01", "2021-01-01"])
    rows = [coverage(month=month, distributed=units) for month, units in zip(months, (30.0, 4.0, 50.0), strict=True)]
    totals = pd.Series(["2020", "2020", "2021"])

    result = publishable_coverage(
        pd.concat(rows, ignore_index=True), pd.Series([np.nan] * 3), today=TODAY, totals=totals
    )

    assert result["hidden"].tolist() == [True, True, False]


def test_an_account_of_few_units_handed_out_is_told_without_them():
    accounts = pd.DataFrame(
        {"item": ["a", "b"], "received": [5.0, 50.0], "distributed": [4.0, 40.0], "expected": [1.0, 10.0],
         "unexplained": [0.0, 0.0], "counted": [1.0, 10.0]}
    )  # fmt: skip
    few, many = publishable_accounts(accounts).to_dict("records")

    assert [pd.isna(few[name]) for name in ("received", "distributed", "expected", "unexplained")] == [True] * 4
    assert (few["counted"], many["distributed"], many["unexplained"]) == (1, 40, 0)


def test_this_month_and_later_stay_inside():
    assert published(coverage(month=pd.Timestamp("2021-03-01"))).empty
    assert len(published(coverage(month=pd.Timestamp("2021-02-01")))) == 1


@pytest.mark.parametrize(
    ("cells", "served"),
    [({"distributed": 9.0}, np.nan), ({}, 9.0), ({"distributed": 0.0}, np.nan), ({"needed": 9.0}, 50)],
)
def test_what_few_people_got_or_need_is_hidden(cells, served):
    [row] = published(coverage(**cells), [served]).to_dict("records")

    assert row["hidden"]
    assert [pd.isna(row[name]) for name in ("distributed", "coverage", "coverage_low", "coverage_high")] == [True] * 4


def test_where_one_area_is_hidden_the_smallest_other_goes_with_it():
    areas = [("Calais", 120.0), ("Dunkirk", 8.0), ("Ghent", 30.0)]
    table = pd.concat([coverage(area=area, distributed=units) for area, units in areas], ignore_index=True)
    other = coverage(item="hat", area="Ghent", distributed=30.0)

    result = published(pd.concat([table, other], ignore_index=True))

    assert result["hidden"].tolist() == [False, True, True, False]


def test_what_is_not_known_is_not_called_hidden():
    [row] = published(coverage(distributed=np.nan, coverage=np.nan, assessed=False, reason="not recorded")).to_dict(
        "records"
    )

    assert not row["hidden"]


def rationing(**cells: object) -> pd.DataFrame:
    row = {
        "month": pd.Timestamp("2021-02-01"), "lines": 20, "rationed": 5, "rationed_share": 0.25, "asking": 300.0,
        "refused": 40.0, "refused_share": 40 / 300, "served_less": 60.0, "amount": 5000.0, "goods_value": 900.0,
        "people": 437.0, "goods_per_person": 900 / 437,
    }  # fmt: skip
    return pd.DataFrame([{**row, **cells}])


def test_few_people_refused_are_hidden_with_their_share_and_lines_stay():
    [row] = publishable_rationing(rationing(refused=3.0, refused_share=0.01), today=TODAY).to_dict("records")

    assert row["hidden"]
    assert pd.isna(row["refused"])
    assert pd.isna(row["refused_share"])
    assert row["rationed_share"] == 0.25


def test_goods_per_person_leave_by_people_rounded_to_fifty():
    [row] = publishable_rationing(rationing(), today=TODAY).to_dict("records")

    assert (row["people"], row["goods_per_person"], row["refused"]) == (450, 2.0, 40)


def test_people_at_distributions_are_rounded_down_to_tens_and_giving_stays_out():
    table = publishable_rationing(rationing(asking=307.0, refused=48.0, served_less=12.0), today=TODAY)
    [row] = table.to_dict("records")

    assert (row["asking"], row["refused"], row["served_less"]) == (300, 40, 10)
    assert row["refused_share"] == pytest.approx(40 / 300)
    assert "amount" not in table.columns


def test_the_current_month_of_rationing_stays_inside():
    assert publishable_rationing(rationing(month=pd.Timestamp("2021-03-01")), today=TODAY).empty


def orders(*counts: int) -> pd.DataFrame:
    rows = [
        {"item": "soap", "product": f"Savon {place}", "orders": count, "delivered_orders": count, "late_orders": 0,
         "ordered": 2.0 * count, "delivered": 2.0 * count, "on_the_way": 0.0, "never_arrived": 0.0, "median_days": 4.0,
         "dated": count}
        for place, count in enumerate(counts)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("counts", "kept"),
    [
        ((30, 20), [30, 20]), ((30, 6, 7), [30, 13]), ((30, 12, 9), [30, 21]), ((30, 9), [39]), ((4, 5), []),
        ((5, 6), [11]),
    ],
)  # fmt: skip
def test_products_of_few_orders_are_taken_together(counts, kept):
    published = publishable_orders(orders(*counts))

    assert published["orders"].tolist() == kept
    assert published["ordered"].sum() == 2 * sum(kept)
    assert (published["orders"] >= 10).all()


def test_what_was_taken_together_has_no_name_and_no_median():
    other = publishable_orders(orders(30, 6, 7)).iloc[-1]

    assert (other["product"], other["item"]) == ("", "")
    assert pd.isna(other["median_days"])


def test_a_cell_of_which_one_donor_gave_more_than_half_in_many_gifts_is_unsafe():
    gifts = pd.DataFrame(
        {
            "donation_id": [f"d{place}" for place in range(32)],
            "donor": ["big"] * 18 + [f"donor {place}" for place in range(12)] + [None, None],
            "amount": [10.0] * 18 + [14.0] * 12 + [5.0] * 2,
            "status": "received",
        }
    )
    cell = pd.Series("week", index=gifts.index)

    assert unsafe(gifts, cell).tolist() == [True]
    assert unsafe(gifts.assign(donor=gifts["donor"].where(gifts["donor"] != "big")), cell).tolist() == [False]


def test_a_window_of_which_one_giver_is_more_than_half_is_unsafe():
    givers = ["big"] * 18 + [f"one {place}" for place in range(24)]
    lines = pd.DataFrame({"giver": givers, "value": [10.0] * 18 + [14.0] * 12 + [10.0] * 12})
    inside = pd.Series([True] * 30 + [False] * 12)

    assert unsafe_split(lines, inside)
    assert not unsafe_split(lines.assign(giver=[str(place) for place in range(42)]), inside)
