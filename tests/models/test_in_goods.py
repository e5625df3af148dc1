"""A drop restated in money and goods, worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.models.in_goods import restate
from analysis.models.results import PerPerson, RawChange, WinterDrop
from analysis.seasons import WINTER, Window

DROP = WinterDrop(
    drop=0.25, lower=0.1, upper=0.4, level=0.95, weeks=200, winters=("2019/20", "2020/21"), log_change=-0.29, log_se=0.1
)
RAW = RawChange(change=-0.2, winter_mean=3000.0, rest_mean=3750.0, weeks=200, winters=(), by_winter=())
PRICES = pd.DataFrame({"item": ["bag", "soap"], "price": [25.0, 2.0]})
MIX = pd.Series({"bag": 0.75, "soap": 0.25})


def test_the_missing_money_is_what_a_winter_brought_times_d_over_one_less_d():
    found = restate(DROP, RAW, winter=WINTER, prices=PRICES, mix=MIX)

    assert found.weeks == pytest.approx(90 / 7)
    assert found.money.value == pytest.approx(3000 * 90 / 7 / 3)
    assert found.money.lower == pytest.approx(3000 * 90 / 7 / 9)
    assert found.money.upper == pytest.approx(3000 * 90 / 7 * 2 / 3)


def test_without_the_drop_the_winter_would_have_brought_what_it_brought_and_what_is_missing():
    found = restate(DROP, RAW, winter=WINTER, prices=PRICES, mix=MIX)
    brought = RAW.winter_mean * found.weeks

    assert (brought + found.money.value) * (1 - DROP.drop) == pytest.approx(brought)


def test_units_alone_are_all_the_money_and_units_in_the_mix_add_up_to_it():
    found = restate(DROP, RAW, winter=WINTER, prices=PRICES, mix=MIX)

    assert found.alone["bag"].value == pytest.approx(found.money.value / 25)
    assert found.alone["soap"].upper == pytest.approx(found.money.upper / 2)
    assert found.mixed["bag"].value * 25 + found.mixed["soap"].value * 2 == pytest.approx(found.money.value)
    assert found.mixed["bag"].value == pytest.approx(0.75 * found.money.value / 25)


def test_an_item_of_the_mix_without_a_price_stays_out_and_a_price_without_a_mix_has_no_mixed_units():
    found = restate(DROP, RAW, winter=WINTER, prices=PRICES.head(1), mix=MIX)
    alone = restate(DROP, RAW, winter=WINTER, prices=PRICES, mix=MIX[:0])

    assert list(found.mixed) == ["bag"]
    assert alone.mixed == {}
    assert alone.to_frame()["mixed"].isna().all()


def test_money_per_person_is_of_a_month_and_has_the_interval_of_the_drop_per_person():
    per_person = PerPerson(
        drop=0.5, lower=0.2, upper=0.6, level=0.95, weeks=200, counts=40, headcount_change=0.1, headcount_lower=0.0,
        headcount_upper=0.2,
    )  # fmt: skip

    found = restate(DROP, RAW, winter=WINTER, prices=PRICES, mix=MIX, per_person=(per_person, 3.0))

    month = 3.0 * 365.25 / 12 / 7
    assert (found.per_person.value, found.per_person.lower) == pytest.approx((month, month / 4))
    assert found.per_person.upper == pytest.approx(month * 1.5)


def test_a_rise_is_negative_and_the_window_sets_the_weeks():
    rise = WinterDrop(
        drop=-0.25, lower=-0.5, upper=-0.1, level=0.95, weeks=200, winters=(), log_change=0.22, log_se=0.1
    )

    found = restate(rise, RAW, winter=Window((1, 1), (1, 14)), prices=PRICES, mix=MIX)

    assert found.weeks == 2
    assert found.money.value == pytest.approx(-6000 / 5)
    assert found.alone["bag"].lower < found.alone["bag"].value < found.alone["bag"].upper < 0
