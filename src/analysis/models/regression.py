"""The engine: a mean model of weekly giving, and effects averaged over half-lives of appeals and covariances.

The Poisson mean model (`analysis.models.design`) only gives the weights of the weeks; its own standard errors are
never used. Everything is linear in the amounts once the mean is fitted, so a week where refunds exceed gifts (a
negative total) is used as it is: nothing is cut off at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.models.design import (
    HALF_LIVES,
    appeal_columns,
    nuisance_columns,
    poisson_mean,
    unsettled,
    usable_columns,
    weeks_since_first,
    with_usable,
)
from analysis.models.grid import LEAST_WEIGHT, SMALLEST, GridFit, fit_grid

Array = NDArray[np.float64]


def fit_weekly_effects(
    weekly: pd.DataFrame,
    effects: Sequence[Array],
    *,
    appeals: pd.DataFrame | None,
    outcome: str = "amount",
    stiffness: float = 1.0,
) -> GridFit:
    """Effects on the log of weekly giving, one a column of `effects`, with the nuisance columns held fixed.

    `weekly` holds complete weeks in order: week, `outcome`, year_end_share, payday. Where there are appeals, the fit
    is averaged over their half-lives, each weighted by the likelihood of its mean model. Raises TooThin when the
    weeks of an effect, or those of none, brought nothing in all, or when the mean model does not settle.
    """
    means = mean_models(weekly, effects, appeals=appeals, outcome=outcome, stiffness=stiffness)
    fits = [one.fit(weekly, effects=len(effects)) for one in means]
    return GridFit(
        np.concatenate([fit.estimates for fit in fits]),
        np.concatenate([fit.spreads for fit in fits]),
        np.concatenate([one.weight * fit.weights for one, fit in zip(means, fits, strict=True)]),
        min(fit.freedom for fit in fits),
        tuple(point for fit in fits for point in fit.covariances),
    )


@dataclass(frozen=True, slots=True)
class MeanModel:
    """Expected giving under one half-life of appeals: amounts, design, mean of each week, and the model's weight."""

    amounts: Array
    design: Array
    mean: Array
    half_life: float
    weight: float

    @property
    def response(self) -> Array:
        """The working response: linear in the amounts, on the log scale."""
        return np.asarray(np.log(self.mean) + (self.amounts - self.mean) / self.mean)

    @property
    def noise(self) -> Array:
        """Relative white noise of each week, mean one: a week that brings little is noisier."""
        return np.asarray((1 / self.mean) / (1 / self.mean).mean())

    def payday_gain(self, payday: Array) -> float:
        """What a payday adds to the log of a week's giving; 0 where it adds nothing."""
        coefficients = np.linalg.lstsq(self.design, np.log(self.mean), rcond=None)[0]
        return max(0.0, *coefficients[(self.design == payday[:, None]).all(axis=0)], 0.0)

    def fit(self, weekly: pd.DataFrame, *, effects: int) -> GridFit:
        """The grid on the working response; weights of weeks go by the mean, errors know that paydays add no luck.

        What a payday adds comes from standing donations, which hardly vary. It counts in the weights all the same:
        with them the estimate is the change of the whole, whether standing donations fall in winter or not.
        """
        payday = weekly["payday"].to_numpy(dtype=float)
        scatter = self.noise * np.exp(-payday * self.payday_gain(payday))
        return fit_grid(
            self.response,
            self.design,
            effects=effects,
            times=weeks_since_first(weekly["week"]),
            noise=self.noise,
            scatter=scatter / scatter.mean(),
        )


def mean_models(
    weekly: pd.DataFrame,
    effects: Sequence[Array],
    *,
    appeals: pd.DataFrame | None,
    outcome: str = "amount",
    stiffness: float = 1.0,
) -> list[MeanModel]:
    """Mean models of weekly giving, one a half-life of appeals that the records allow; their weights sum to one.

    Input and TooThin are as in `fit_weekly_effects`.
    """
    amounts = weekly[outcome].to_numpy(dtype=float)
    outside = 1 - np.sum(effects, axis=0)
    if amounts @ outside <= 0 or any(amounts @ effect <= 0 for effect in effects):
        raise unsettled()
    fixed = usable_columns(amounts, np.column_stack(effects), nuisance_columns(weekly, stiffness=stiffness))
    found: list[MeanModel] = []
    likelihoods, dispersions = [], []
    for half_life in HALF_LIVES:
        design = with_usable(amounts, fixed, appeal_columns(weekly, appeals, half_life=half_life))
        freedom = len(amounts) - design.shape[1]
        if freedom <= 0:
            raise unsettled()
        mean = poisson_mean(amounts, design)
        found.append(MeanModel(amounts, design, mean, half_life, 1.0))
        likelihoods.append(float((amounts * np.log(mean) - mean).sum()))
        dispersions.append(float(((amounts - mean) ** 2 / mean).sum()) / freedom)
        if design.shape == fixed.shape:
            break
    logs = (np.array(likelihoods) - max(likelihoods)) / max(min(dispersions), SMALLEST)
    weights = np.where(logs > np.log(LEAST_WEIGHT), np.exp(logs), 0.0)
    weights /= weights.sum()
    return [replace(one, weight=float(weight)) for one, weight in zip(found, weights, strict=True) if weight > 0]
