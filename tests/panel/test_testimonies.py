"""Testimonies by days online and orders by product, on rows few enough to count by hand."""

import pandas as pd

from analysis.panel.testimonies import first_live, order_periods, product_orders
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


def weekly_orders(**counts: list[int]) -> pd.DataFrame:
    """Orders by product and week from 5 October 2020."""
    weeks = pd.date_range("2020-10-05", periods=len(next(iter(counts.values()))), freq="7D")
    rows = [(product, week, n) for product, own in counts.items() for week, n in zip(weeks, own, strict=True)]
    return pd.DataFrame(rows, columns=["product", "week", "orders"])


def test_orders_are_added_up_in_periods_of_four_weeks_before_and_after():
    orders = weekly_orders(tent=[1] * 12, soap=[2] * 12, rope=[5] * 12)
    day = pd.Timestamp("2020-11-04")  # its week begins on 2 November, the fifth
    found = order_periods(orders, {"tent": True, "soap": False, "rope": False}, began=day, launched=day)

    assert found["side"].tolist() == ["before", "before", "after", "after", "after", "after"]
    assert found["orders"].tolist() == [4, 28, 4, 28, 4, 28]
    assert found["orders_a_week"].tolist() == [1, 3.5, 1, 3.5, 1, 3.5]
    assert found["first_day"].iloc[[0, 2, 4]].dt.strftime("%d/%m").tolist() == ["05/10", "02/11", "30/11"]
    assert found["last_day"].iloc[0] == pd.Timestamp("2020-11-01")


def test_the_weeks_of_a_soft_launch_are_a_period_of_their_own():
    orders = weekly_orders(tent=[1] * 7, soap=[1] * 7)
    began, launched = pd.Timestamp("2020-11-02"), pd.Timestamp("2020-11-23")
    found = order_periods(orders, {"tent": True, "soap": False}, began=began, launched=launched)

    assert found[found["with_testimony"]]["side"].tolist() == ["before", "soft"]
    assert found[found["side"] == "soft"]["orders"].tolist() == [3, 3]
    assert found[found["side"] == "soft"]["orders_a_week"].tolist() == [1, 1]


def test_a_period_that_is_not_recorded_whole_is_left_out():
    orders = weekly_orders(tent=[1] * 7)
    day = pd.Timestamp("2020-11-02")

    assert order_periods(orders, {"tent": True}, began=day, launched=day)["side"].unique().tolist() == ["before"]
