"""The wish list product by product, added up by hand; and what a unit costs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.dataset import Dataset
from analysis.panel.prices import goods_mix, unit_prices
from analysis.panel.wish_list import wish_list_orders
from analysis.tables import Tables, as_table

UNTIL = pd.Timestamp("2021-03-31")
COLUMNS = ["received_on", "ordered_on", "item", "product", "quantity", "value", "channel", "status"]
ROWS = [
    ("2021-01-08", "2021-01-04", "soap", "Savon", 10, 22.0, "wish_list", "delivered"),
    ("2021-01-20", "2021-01-10", "soap", "Savon", 5, 11.0, "wish_list", "delivered"),
    ("2021-02-01", None, "soap", "Savon", 7, None, "wish_list", "delivered"),
    ("2021-03-20", None, "soap", "Savon", 3, 6.6, "wish_list", "ordered"),
    ("2021-01-15", None, "soap", "Savon", 4, 8.8, "wish_list", "ordered"),
    ("2021-02-02", "2021-01-30", "soap", "Gel", 1, 4.0, "wish_list", "delivered"),
    ("2021-02-02", None, "soap", "Savon", 99, 10.0, "drop_off", "delivered"),
    ("2021-04-02", None, "soap", "Savon", 50, 10.0, "wish_list", "ordered"),
]


def goods(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    own = {"goods_id": [f"g{place}" for place in range(len(rows))], "source_file": "a", "source_line": 1}
    return as_table(frame.assign(**own), "goods")


def test_each_product_has_what_was_ordered_what_came_and_what_did_not():
    gel, soap = wish_list_orders(Tables(goods=goods(ROWS)), until=UNTIL).to_dict("records")

    assert (soap["product"], soap["orders"], soap["delivered_orders"], soap["late_orders"]) == ("Savon", 5, 3, 1)
    assert (soap["ordered"], soap["delivered"], soap["on_the_way"], soap["never_arrived"]) == (29, 22, 3, 4)
    assert (soap["median_days"], soap["dated"]) == (7, 2)
    assert (gel["product"], gel["ordered"], gel["median_days"]) == ("Gel", 1, 3)


def test_an_order_is_late_after_sixty_days():
    rows = [(day, None, "soap", "Savon", 1, None, "wish_list", "ordered") for day in ("2021-01-30", "2021-01-29")]

    [row] = wish_list_orders(Tables(goods=goods(rows)), until=UNTIL).to_dict("records")

    assert (row["on_the_way"], row["never_arrived"]) == (1, 1)


def test_a_product_without_a_name_is_one_of_its_item():
    rows = [("2021-01-30", None, item, None, 1, None, "wish_list", "ordered") for item in ("soap", "hat", "soap")]

    assert wish_list_orders(Tables(goods=goods(rows)), until=UNTIL)["orders"].tolist() == [1, 2]


def test_without_a_wish_list_there_is_no_row():
    assert wish_list_orders(Tables(), until=UNTIL).empty


def dataset(**settings: object) -> Dataset:
    return Dataset(folder=Path("here"), name="here", items={"hat": (), "soap": ()}, **settings)


def test_a_price_is_value_over_units_of_the_last_year_of_deliveries_with_a_value():
    old = ("2019-01-08", None, "soap", "Savon", 1, 500.0, "purchase", "delivered")
    table = unit_prices(Tables(goods=goods([*ROWS, old])), dataset()).set_index("item")

    assert table.loc["soap", "price"] == pytest.approx((22 + 11 + 4 + 10) / (10 + 5 + 1 + 99))
    assert table.loc["soap", "quantity"] == 115
    assert list(table.index) == ["soap"]


def test_a_price_of_the_settings_comes_first_and_needs_no_goods():
    table = unit_prices(Tables(goods=goods(ROWS)), dataset(prices={"soap": 2.5, "hat": 4.0}))

    assert table[["item", "price", "quantity"]].to_numpy().tolist() == [["hat", 4.0, 0.0], ["soap", 2.5, 0.0]]


def test_the_mix_is_each_items_share_of_value():
    hats = [("2021-02-03", None, "hat", "Bonnet", 4, 47.0, "purchase", "delivered")]

    assert goods_mix(Tables(goods=goods(ROWS + hats))).to_dict() == pytest.approx({"hat": 0.5, "soap": 0.5})
    assert goods_mix(Tables()).empty
