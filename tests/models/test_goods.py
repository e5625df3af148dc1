"""The winter drop of goods: deliveries are few, and most weeks bring nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models.sentences import TooThin
from analysis.models.weeks import check_received
from analysis.models.winter import fit_each_winter, fit_winter_drop
from analysis.seasons import calendar, weeks_between


def deliveries(*, rate: float, drop: float, seed: int) -> pd.DataFrame:
    """Four years of weeks with `rate` deliveries each outside winter, their values lognormal."""
    rng = np.random.default_rng(seed)
    table = calendar(weeks_between(pd.Timestamp("2017-04-03"), pd.Timestamp("2021-03-28")))
    count = rng.poisson(rate * (1 - drop * table["winter_share"]))
    values = [rng.lognormal(5, 1, deliveries).sum() for deliveries in count]
    return table.assign(goods_value=values)


def received_in(weeks: pd.DataFrame, winter: int, rest: int) -> pd.DataFrame:
    """So many whole weeks with a delivery in winter, and outside; spread over the years."""
    value = np.zeros(len(weeks))
    for share, count in ((1.0, winter), (0.0, rest)):
        places = np.flatnonzero(weeks["winter_share"] == share)
        value[places[np.linspace(0, len(places) - 1, count).astype(int)]] = 100.0
    return weeks.assign(goods_value=value)


def plain(sentence: str) -> str:
    return sentence.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_interval_holds_the_truth_where_two_weeks_in_three_bring_nothing():
    held = []
    for seed in range(40):
        try:
            fit = fit_winter_drop(deliveries(rate=0.4, drop=0.3, seed=seed), outcome="goods_value")
        except TooThin:
            continue
        held.append(fit.lower <= 0.3 <= fit.upper)

    assert len(held) >= 35
    assert np.mean(held) >= 0.88


def test_the_drop_of_frequent_deliveries_is_found():
    drops = [
        fit_winter_drop(deliveries(rate=8, drop=0.5, seed=seed), outcome="goods_value").log_change for seed in range(10)
    ]

    assert np.mean(drops) == pytest.approx(np.log(0.5), abs=0.1)


@pytest.mark.parametrize(
    ("winter", "rest", "en", "fr"),
    [
        (5, 40, "in only 5 winter weeks; it takes at least 6", "Seules 5 semaines d’hiver ont apporté quelque chose ;"),
        (1, 40, "in only one winter week;", "Une seule semaine d’hiver a apporté quelque chose ;"),
        (0, 40, "in no winter week;", "Aucune semaine d’hiver n’a rien apporté ;"),
        (20, 5, "in only 5 weeks outside winter;", "Seules 5 semaines hors de l’hiver ont apporté quelque chose ;"),
    ],
)
def test_too_few_deliveries_have_no_winter_drop(winter, rest, en, fr):
    weeks = received_in(calendar(weeks_between(pd.Timestamp("2017-04-03"), pd.Timestamp("2021-03-28"))), winter, rest)

    with pytest.raises(TooThin, match="so the winter drop is not estimated") as raised:
        fit_winter_drop(weeks, outcome="goods_value")

    assert en in raised.value.en
    assert fr in plain(raised.value.fr)


def test_six_weeks_on_either_side_are_enough():
    weeks = received_in(calendar(weeks_between(pd.Timestamp("2017-04-03"), pd.Timestamp("2021-03-28"))), 6, 30)

    assert check_received(weeks, outcome="goods_value") is None


def test_a_winter_without_a_delivery_is_no_reason_to_say_nothing():
    weeks = deliveries(rate=3, drop=0.0, seed=1)
    none = weeks["week"].between("2018-11-26", "2019-03-04")

    fit = fit_winter_drop(weeks.assign(goods_value=weeks["goods_value"].where(~none, 0.0)), outcome="goods_value")

    assert fit.winters == ("2017/18", "2018/19", "2019/20", "2020/21")
    assert fit.lower < fit.drop < fit.upper


def test_quantities_of_an_item_are_called_by_its_name():
    weeks = deliveries(rate=8, drop=0.9, seed=1).rename(columns={"goods_value": "blanket"})

    assert "quantities received (blanket) fell by about" in fit_winter_drop(weeks, outcome="blanket").summary("en")


def test_an_interval_that_says_nothing_is_not_printed(weekly_world):
    weekly = weekly_world(first="2019-04-01", noise=5.0)

    for fit in (fit_winter_drop, fit_each_winter):
        with pytest.raises(TooThin, match="more than a factor of 100") as raised:
            fit(weekly)
        assert "plus d’un facteur 100" in raised.value.fr
