"""Simulated testimonies and what they do to orders, against the settings they are drawn with."""

import numpy as np
import pandas as pd
import pytest

from analysis.records.simulate.testimonies import DRAWN_BY, LIKED, PRODUCTS, ordered_products, simulate_testimonies
from analysis.records.simulate.world import Scenario, simulate_world

NAMES = PRODUCTS["blanket"]


@pytest.fixture(scope="module")
def testimonies() -> pd.DataFrame:
    return pd.concat([simulate_testimonies(simulate_world(Scenario(years=1), seed=seed)) for seed in range(30)])


def orders_of(count: int) -> pd.DataFrame:
    return pd.DataFrame({"item": "blanket", "ordered_on": pd.Timestamp("2021-02-01")}, index=range(count))


def online(product: str, first: str, end: str | None) -> pd.DataFrame:
    days = {"posted_on": pd.Timestamp(first), "ended_on": pd.Timestamp(end) if end else pd.NaT}
    return pd.DataFrame([{"product": product, "status": "removed" if end else "online", **days}])


def test_testimonies_are_posted_from_the_soft_launch_until_the_last_day(testimonies):
    assert testimonies["posted_on"].min() == pd.Timestamp("2021-01-04")
    assert testimonies["posted_on"].max() <= pd.Timestamp("2021-03-31")


def test_a_testimony_ends_after_it_was_posted_only_if_it_was_refused_or_removed(testimonies):
    ended = testimonies["ended_on"].notna()

    assert (testimonies["status"].isin(["refused", "removed"]) == ended).all()
    assert (testimonies["ended_on"] >= testimonies["posted_on"])[ended].all()
    assert testimonies["ended_on"].max() <= pd.Timestamp("2021-03-31")


def test_about_fifteen_in_a_hundred_of_those_decided_early_are_refused(testimonies):
    early = testimonies[testimonies["posted_on"] < "2021-03-01"]

    assert (early["status"] == "refused").mean() == pytest.approx(0.15, abs=0.03)


def test_half_of_the_products_have_testimonies_at_most():
    world = simulate_world(Scenario(years=1), seed=5)

    assert simulate_testimonies(world)["product"].nunique() <= sum(len(names) for names in PRODUCTS.values()) / 2


def test_a_world_without_an_appeal_by_testimonies_has_none():
    assert simulate_testimonies(simulate_world(Scenario(years=1, appeals=()), seed=5)).empty


def test_orders_fall_to_products_as_they_are_liked():
    found = ordered_products(orders_of(4000), online(NAMES[0], "2021-02-02", None), seed=1)

    assert found.value_counts(normalize=True)[list(NAMES)].to_numpy() == pytest.approx(LIKED, abs=0.025)


@pytest.mark.parametrize("end", [None, "2021-02-02"])
def test_a_product_is_ordered_at_better_odds_while_its_testimony_is_online(end):
    found = ordered_products(orders_of(4000), online(NAMES[0], "2021-01-20", end), seed=1)
    odds = LIKED * np.where(np.array(NAMES) == NAMES[0], DRAWN_BY, 1.0)

    assert (found == NAMES[0]).mean() == pytest.approx(odds[0] / odds.sum(), abs=0.025)


def test_a_product_whose_testimony_was_removed_is_ordered_as_before():
    found = ordered_products(orders_of(4000), online(NAMES[0], "2021-01-10", "2021-02-01"), seed=1)

    assert (found == NAMES[0]).mean() == pytest.approx(LIKED[0], abs=0.025)
