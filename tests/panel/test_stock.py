"""Accounts of stock, levels, time in store: added up by hand, and to the unit on the sample."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from analysis.dataset import Dataset, Norm, load_dataset
from analysis.panel.stock import days_in_store, mixed_units, most_critical, stock_accounts, stock_levels
from analysis.records.build import build, load_tables
from analysis.records.simulate.goods import ITEMS, Goods, simulate_goods
from analysis.records.simulate.world import Scenario, simulate_world
from analysis.tables import Tables, as_table

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
DATASET = Dataset(folder=Path("here"), name="here")


def table(name: str, rows: list[tuple], columns: list[str], **same: object) -> pd.DataFrame:
    return as_table(pd.DataFrame(rows, columns=columns).assign(**same), name)


def stock(*rows: tuple) -> pd.DataFrame:
    return table("stock", list(rows), ["counted_on", "item", "quantity"])


def received(*rows: tuple, status: str = "delivered", **same: object) -> pd.DataFrame:
    own = {"channel": "drop_off", "status": status, "source_file": "a", "source_line": 1, **same}
    frame = pd.DataFrame(rows, columns=["received_on", "item", "quantity"])
    return as_table(frame.assign(goods_id=[f"g{place}" for place in range(len(rows))], **own), "goods")


def handed_out(*rows: tuple) -> pd.DataFrame:
    own = {"area": "Calais", "source_file": "a", "source_line": 1}
    return table("distributions", list(rows), ["distributed_on", "item", "quantity"], **own)


def lost(*rows: tuple) -> pd.DataFrame:
    return table("losses", list(rows), ["lost_on", "item", "quantity", "cause"])


TABLES = Tables(
    stock=stock(("2020-01-01", "soap", 10), ("2020-02-01", "soap", 17), ("2020-03-01", "soap", 5)),
    goods=received(("2020-01-01", "soap", 20), ("2020-02-01", "soap", 8)),
    distributions=handed_out(("2020-01-31", "soap", 9), ("2020-02-10", "soap", 18)),
    losses=lost(("2020-01-15", "soap", 3, "damp"), ("2020-01-20", "soap", 100, "eviction")),
)


def test_opening_plus_received_less_distributed_less_lost_is_set_against_the_next_count():
    accounts = stock_accounts(TABLES, DATASET)

    january, february = accounts.to_dict("records")
    assert (january["opening"], january["received"], january["distributed"], january["lost"]) == (10, 20, 9, 3)
    assert (january["expected"], january["counted"], january["unexplained"]) == (18, 17, -1)
    assert (february["opening"], february["received"], february["distributed"]) == (17, 8, 18)
    assert february["unexplained"] == -2


def test_a_count_is_taken_before_the_movements_of_its_day():
    accounts = stock_accounts(TABLES, DATASET)

    assert accounts["received"].tolist() == [20, 8]


def test_orders_on_their_way_and_what_was_taken_from_people_move_no_stock():
    ordered = received(("2020-01-05", "soap", 500), status="ordered")
    tables = Tables(**{**_fields(TABLES), "goods": pd.concat([TABLES.goods, ordered], ignore_index=True)})

    assert stock_accounts(tables, DATASET)["unexplained"].tolist() == [-1, -2]


def test_counts_of_two_stores_on_one_day_are_added():
    counts = stock(("2020-01-01", "soap", 4), ("2020-01-01", "soap", 6), ("2020-02-01", "soap", 18))

    assert stock_accounts(Tables(**{**_fields(TABLES), "stock": counts}), DATASET)["unexplained"].tolist() == [0]


def test_items_noted_in_several_units_have_no_account_and_facilities_no_stock():
    boxes = received(("2020-01-05", "soap", 2)).assign(unit="carton")
    mixed = Tables(**{**_fields(TABLES), "goods": pd.concat([TABLES.goods.assign(unit="pièce"), boxes])})
    toilets = {"soap": Norm(per="facility", quantity=20, kind="ratio", source="Sphere")}

    assert mixed_units(mixed) == ["soap"]
    assert stock_accounts(mixed, DATASET).empty
    assert stock_accounts(TABLES, Dataset(folder=Path("x"), name="x", norms=toilets))["received"].sum() == 0


def test_the_level_starts_anew_at_each_count_and_moves_between():
    levels = stock_levels(TABLES, DATASET).set_index("week")

    assert levels.loc["2020-01-06", "level"] == 10 + 20
    assert levels.loc["2020-01-20", "level"] == 30 - 3
    assert levels.loc["2020-02-03", "level"] == 17 + 8
    assert levels.loc["2020-02-17", "level"] == 25 - 18
    assert levels.loc["2020-01-27", "counted"] == 17


def test_weeks_left_are_the_stock_over_the_pace_of_thirteen_weeks():
    weekly = [(day, "soap", 4) for day in pd.date_range("2020-01-07", periods=20, freq="7D")]
    tables = Tables(stock=stock(("2020-01-06", "soap", 100)), distributions=handed_out(*weekly))

    levels = stock_levels(tables, DATASET)

    assert levels["weeks_left"].iloc[-1] == pytest.approx((100 - 19 * 4) / 4)
    assert levels["weeks_left"].head(13).isna().all()


def test_stock_that_was_counted_and_never_moved_has_its_level_and_no_pace():
    levels = stock_levels(Tables(stock=stock(("2020-01-06", "soap", 4), ("2020-01-20", "soap", 4))), DATASET)

    assert levels["level"].tolist() == [4, 4, 4]
    assert levels["weeks_left"].isna().all()
    assert levels["counted_on"].dropna().tolist() == [pd.Timestamp("2020-01-06"), pd.Timestamp("2020-01-20")]


def test_a_level_below_zero_has_no_weeks_left():
    weekly = [(day, "soap", 4) for day in pd.date_range("2020-01-07", periods=20, freq="7D")]
    tables = Tables(stock=stock(("2020-01-06", "soap", 10)), distributions=handed_out(*weekly))

    levels = stock_levels(tables, DATASET)

    assert levels["level"].iloc[-1] < 0
    assert levels["weeks_left"].isna().all()
    assert most_critical(levels) == []


def test_tenths_that_add_up_leave_no_gap():
    counts = stock(("2020-01-01", "rice", 0.3), ("2020-02-01", "rice", 0.6))
    tables = Tables(stock=counts, goods=received(*[(f"2020-01-0{day}", "rice", 0.1) for day in (2, 3, 4)]))

    assert stock_accounts(tables, DATASET)["unexplained"].tolist() == [0.0]


def test_the_most_critical_items_are_those_gone_first():
    weekly = [(day, item, 4) for day in pd.date_range("2020-01-07", periods=20, freq="7D") for item in ("soap", "hat")]
    counts = stock(("2020-01-06", "soap", 100), ("2020-01-06", "hat", 80), ("2020-01-06", "tent", 1))
    tables = Tables(stock=counts, distributions=handed_out(*weekly))

    assert most_critical(stock_levels(tables, DATASET)) == ["hat", "soap"]
    assert most_critical(stock_levels(tables, DATASET), items=1) == ["hat"]


def test_units_leave_in_the_order_in_which_they_came():
    tables = Tables(
        stock=stock(("2020-01-01", "soap", 5)),
        goods=received(("2020-01-02", "soap", 10), ("2020-01-12", "soap", 10)),
        distributions=handed_out(("2020-01-12", "soap", 8), ("2020-01-22", "soap", 10)),
        losses=lost(("2020-01-13", "soap", 2, "damp")),
    )

    # 5 of the opening stock leave unseen; 3 wait 10 days, 2 are spoilt, 5 wait 20 days, 5 wait 10.
    [row] = days_in_store(tables, DATASET).to_dict("records")
    assert (row["units"], row["median_days"], row["longest_days"]) == (13, 10, 20)


def test_without_counts_there_is_no_account_and_no_level():
    tables = Tables(goods=TABLES.goods, distributions=TABLES.distributions)

    assert stock_accounts(tables, DATASET).empty
    assert stock_levels(tables, DATASET).empty
    assert most_critical(stock_levels(tables, DATASET)) == []


@pytest.fixture(scope="module")
def simulated() -> Goods:
    """The goods of the world that the sample was written from."""
    return simulate_goods(simulate_world(Scenario(gifts_per_week=60.0, regular_donors=100), seed=2021))


def test_in_the_simulated_world_every_account_comes_out(simulated):
    orders = simulated.orders.dropna(subset=["delivered_on"])[["delivered_on", "item", "quantity"]]
    lines = simulated.distributions[["distributed_on", "item", "quantity"]]
    tables = Tables(
        stock=as_table(simulated.stock, "stock"), losses=as_table(simulated.losses, "losses"),
        goods=received(*orders.itertuples(index=False, name=None)),
        distributions=handed_out(*lines.itertuples(index=False, name=None)),
    )  # fmt: skip

    assert stock_accounts(tables, DATASET)["unexplained"].tolist() == [0] * 7 * 4


def test_on_the_sample_what_no_movement_explains_is_what_was_set_aside_to_the_unit(simulated, tmp_path):
    dataset = load_dataset(SAMPLE)
    build(dataset, processed=tmp_path)

    accounts = stock_accounts(load_tables(tmp_path), dataset)

    unexplained = {item: own["unexplained"].sum() for item, own in accounts.groupby("item")}
    assert accounts["unexplained"].ne(0).any()
    assert {item: units for item, units in unexplained.items() if units} == set_aside(simulated)


def set_aside(goods: Goods) -> dict[str, float]:
    """Units of rows that could not be read, by item: known from the world, found by line in truth.json."""
    truth = {file["file"]: file for file in json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))["files"]}
    missing: Counter[str] = Counter()
    orders = (SAMPLE / "liste-envies-commandes.csv").read_text(encoding="windows-1252").splitlines()
    for line in truth["liste-envies-commandes.csv"]["quarantined_lines"]:
        number = orders[line - 1].split(";")[0].removeprefix("LE-")
        if number.isdigit():
            order = goods.orders.iloc[int(number) - 1]
            missing[order["item"]] += order["quantity"]
    names = {item.name_fr: item.item for item in ITEMS}
    rows = CalamineWorkbook.from_path(SAMPLE / "distributions.xlsx").get_sheet_by_index(0).to_python()
    for line in truth["distributions.xlsx"]["quarantined_lines"]:
        day, _, _, name, *_ = rows[line - 1]
        given = goods.distributions.query("distributed_on == @day and item == @names[@name]") if name in names else []
        if len(given):
            missing[names[name]] -= given["quantity"].item()
    return dict(missing)


def _fields(tables: Tables) -> dict:
    return {name: getattr(tables, name) for name in ("stock", "goods", "distributions", "losses")}
