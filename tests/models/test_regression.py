from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models.regression import MeanModel, fit_weekly_effects, mean_models
from analysis.models.sentences import TooThin

TWO_APPEALS = pd.DataFrame({"launched_on": pd.to_datetime(["2018-11-14", "2020-01-23"])})


def winter(weekly):
    return [weekly["winter_share"].to_numpy()]


def faded(weekly, appeals, half_life):
    """What two appeals multiply the giving of each day by, mean of the week's days."""
    days = weekly["week"].to_numpy()[:, None] + np.arange(7).astype("timedelta64[D]")
    left = np.zeros(days.shape)
    for launched_on in appeals["launched_on"]:
        since = (days - np.datetime64(launched_on)) / np.timedelta64(1, "W")
        left += np.where(since >= 0, 0.5 ** (np.maximum(since, 0) / half_life), 0.0)
    return 1 + 0.8 * left.mean(axis=1)


def test_refunds_above_gifts_in_a_week_do_not_stop_the_fit(weekly_world):
    weekly = weekly_world()
    weekly.loc[30, "amount"] = -200.0

    fit = fit_weekly_effects(weekly, winter(weekly), appeals=None)

    assert np.isfinite(fit.interval(0.95)).all()


def test_weeks_that_brought_nothing_under_an_effect_are_too_thin(weekly_world):
    weekly = weekly_world().assign(amount=lambda t: t["amount"].where(t["winter_share"] == 0, 0.0))

    with pytest.raises(TooThin, match="too few or too uneven"):
        fit_weekly_effects(weekly, winter(weekly), appeals=None)


def test_refunds_above_gifts_in_all_are_too_thin(weekly_world):
    weekly = weekly_world()
    weekly.loc[30, "amount"] = -2 * weekly["amount"].sum()

    with pytest.raises(TooThin, match="too few or too uneven"):
        fit_weekly_effects(weekly, winter(weekly), appeals=None)


def test_fewer_weeks_than_columns_are_too_thin(weekly_world):
    weekly = weekly_world().iloc[34:40]

    with pytest.raises(TooThin, match="too few or too uneven"):
        fit_weekly_effects(weekly, winter(weekly), appeals=None)


def test_without_appeals_there_is_one_mean_model_and_with_them_one_a_half_life(weekly_world):
    weekly = weekly_world()
    outside = pd.DataFrame({"launched_on": pd.to_datetime(["2012-01-01"])})

    assert [model.weight for model in mean_models(weekly, winter(weekly), appeals=None)] == [1.0]
    assert len(mean_models(weekly, winter(weekly), appeals=outside)) == 1
    with_appeals = mean_models(weekly, winter(weekly), appeals=TWO_APPEALS)
    assert len(with_appeals) > 1
    assert sum(model.weight for model in with_appeals) == pytest.approx(1)


@pytest.mark.parametrize("half_life", [0.5, 1.0, 2.0, 4.0])
def test_the_half_life_that_the_records_show_has_most_weight(weekly_world, half_life):
    weekly = weekly_world(noise=0.02)
    weekly = weekly.assign(amount=weekly["amount"] * faded(weekly, TWO_APPEALS, half_life))

    models = mean_models(weekly, winter(weekly), appeals=TWO_APPEALS)

    assert max(models, key=lambda model: model.weight).half_life == half_life


def test_half_lives_that_fit_much_worse_are_left_out_and_the_others_weigh_by_quasi_likelihood(weekly_world):
    weekly = weekly_world(noise=0.3)
    weekly = weekly.assign(amount=weekly["amount"] * faded(weekly, TWO_APPEALS, 1.0))

    models = mean_models(weekly, winter(weekly), appeals=TWO_APPEALS)
    first, second = models[0], models[1]

    def deviance(model: MeanModel) -> float:
        return 2 * float((model.amounts * np.log(model.amounts / model.mean) - model.amounts + model.mean).sum())

    def dispersion(model: MeanModel) -> float:
        freedom = len(model.amounts) - model.design.shape[1]
        return float(((model.amounts - model.mean) ** 2 / model.mean).sum()) / freedom

    least = min(dispersion(model) for model in models)
    ratio = np.exp((deviance(second) - deviance(first)) / (2 * least))
    assert first.weight / second.weight == pytest.approx(ratio, rel=1e-6)


def test_the_trend_bends_once_a_year_or_less_often(weekly_world):
    weekly = weekly_world()
    usual, stiff = (mean_models(weekly, winter(weekly), appeals=None, stiffness=one)[0] for one in (1.0, 2.0))

    assert usual.design.shape[1] - stiff.design.shape[1] == 2


def test_what_a_payday_adds_counts_as_certain_in_the_errors_but_not_in_the_weights(weekly_world):
    weekly = weekly_world(noise=0.1)
    (model,) = mean_models(weekly, winter(weekly), appeals=None)
    payday = weekly["payday"].to_numpy()

    # The world adds 0.4 on the log scale.
    assert model.payday_gain(payday) == pytest.approx(0.4, abs=0.05)
    assert model.payday_gain(np.zeros(len(payday))) == 0.0
    np.testing.assert_allclose(model.noise * model.mean, np.full(len(payday), (model.noise * model.mean)[0]))


def test_standing_donations_that_do_not_vary_narrow_the_interval(weekly_world):
    weekly = weekly_world(noise=0.3)
    certain = weekly.assign(amount=weekly["amount"] + 800.0 * weekly["payday"])
    (model,) = mean_models(certain, winter(certain), appeals=None)

    with_paydays = model.fit(certain, effects=1).error()
    without = model.fit(certain.assign(payday=0.0), effects=1).error()

    assert with_paydays < without
