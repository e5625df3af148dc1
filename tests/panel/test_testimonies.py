"""Testimonies by days online and orders by product, on rows few enough to count by hand."""

import pandas as pd

from analysis.panel.testimonies import first_live, product_orders
from analysis.panel.testimonies import testimony_days as days_online
from analysis.tables import as_table, empty_table

UNTIL = pd.Timestamp("2021-03-31")


def posted(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    """The testimonies table from (posted, status, ended) rows, all under one product."""
    frame = pd.DataFrame(rows, columns=["posted_on", "status", "ended_on"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("posted_on", "ended_on")}
    names = [f"t{place}" for place in range(len(rows))]
    return as_table(frame.assign(testimony_id=names, product="Tente 2 places", item="tent", **dates), "testimonies")


def goods(*rows: tuple[str, str, str | None, str]) -> pd.DataFrame:
    """The goods table from (day, product, item, channel) rows."""
    frame = pd.DataFrame(rows, columns=["received_on", "product", "item", "channel"])
    lines = range(2, len(rows) + 2)
    return as_table(
        frame.assign(
            received_on=pd.to_datetime(frame["received_on"]), goods_id=[f"o{line}" for line in lines], quantity=1.0,
            status="delivered", source_file="orders.csv", source_line=lines,
        ),
        "goods",
    )  # fmt: skip


TESTIMONIES = posted(
    ("2021-01-25", "removed", "2021-01-28"),
    ("2021-02-01", "online", None),
    ("2021-02-01", "removed", "2021-04-05"),
    ("2021-02-01", "removed", None),
    ("2021-02-01", "refused", "2021-02-03"),
    ("2021-02-01", "pending", None),
    ("2021-04-01", "online", None),
)


def test_days_online_run_to_the_removal_or_to_the_last_day_of_the_records():
    table = days_online(TESTIMONIES, until=UNTIL)

    assert table["days"].iloc[:3].tolist() == [3, 58, 58]
    assert table["removed"].tolist() == [True, False, False, True, False, False]
    assert table["days"].iloc[3:].isna().all()


def test_pending_and_refused_testimonies_never_were_online():
    table = days_online(TESTIMONIES, until=UNTIL)

    assert table["published"].tolist() == [True, True, True, True, False, False]
    assert table["decided"].tolist() == [True, True, True, True, True, False]


def test_without_testimonies_there_are_no_days():
    assert days_online(empty_table("testimonies"), until=UNTIL).empty


def test_a_product_has_a_row_for_every_week_of_the_wish_list():
    table = product_orders(
        goods(
            ("2021-01-06", "Tente 2 places", "tent", "wish_list"),
            ("2021-01-07", "tente  2 PLACES", "tent", "wish_list"),
            ("2021-01-20", "Savon", "soap", "wish_list"),
            ("2021-01-27", "Savon", "soap", "drop_off"),
        )
    )
    wide = table.pivot_table(index="week", columns="product", values="orders")

    assert wide["tente 2 places"].tolist() == [2, 0, 0, 0]
    assert wide["savon"].tolist() == [0, 0, 1, 0]
    assert product_orders(empty_table("goods")).empty


def test_a_product_is_live_from_its_first_published_testimony():
    days = first_live(TESTIMONIES.iloc[[5, 1, 0]])

    assert days.to_dict() == {"tente 2 places": pd.Timestamp("2021-01-25")}
