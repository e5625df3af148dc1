"""What recorded weeks foretell of the weeks that follow: the shared engine, with a level that wanders.

The trend of the recorded weeks is not drawn on: the random walk carries the last level forward, and what is not
known of it grows with time, as it should.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from analysis.models.design import appeal_columns, calendar_columns, useful, weeks_since_first
from analysis.models.grid import Covariance, GridFit, fit_grid
from analysis.models.regression import MeanModel, mean_models

Array = NDArray[np.float64]


def foretold_total(known: pd.DataFrame, coming: pd.DataFrame, *, appeals: pd.DataFrame | None) -> GridFit:
    """Log of a total of `amount` over `coming` weeks, foretold from the `known` ones before them.

    Both need week, winter_share, year_end_share and payday; `known` also needs amount, and `coming` part, the share
    of each week that belongs to the total. What an appeal brings that is launched after the known weeks is not
    foretold. TooThin as in `analysis.models.regression.fit_weekly_effects`.
    """
    weeks = pd.concat([known, coming], ignore_index=True)
    models = mean_models(known, [known["winter_share"].to_numpy(dtype=float)], appeals=appeals)
    fits = [_foretold(model, weeks, coming["part"].to_numpy(dtype=float), appeals) for model in models]
    return GridFit(
        np.concatenate([fit.estimates for fit in fits]),
        np.concatenate([fit.spreads for fit in fits]),
        np.concatenate([model.weight * fit.weights for model, fit in zip(models, fits, strict=True)]),
        min(fit.freedom for fit in fits),
    )


def _foretold(model: MeanModel, weeks: pd.DataFrame, part: Array, appeals: pd.DataFrame | None) -> GridFit:
    """The total under one half-life of appeals: one row a covariance of the grid."""
    known = len(model.amounts)
    level = np.column_stack([weeks["winter_share"].to_numpy(dtype=float), np.ones(len(weeks))])
    more = np.column_stack([calendar_columns(weeks), appeal_columns(weeks, appeals, half_life=model.half_life)])
    design = np.column_stack([level, more[:, useful(model.amounts, level[:known], more[:known])]])
    payday = weeks["payday"].to_numpy(dtype=float)
    certain = np.exp(-payday * model.payday_gain(payday[:known]))
    scatter = model.noise * certain[:known]
    times = weeks_since_first(weeks["week"])
    fit = fit_grid(
        model.response,
        design[:known],
        effects=1,
        times=times[:known],
        noise=model.noise,
        scatter=scatter / scatter.mean(),
    )
    unit = (1 / model.mean).mean() * scatter.mean()
    totals = [
        _total(point, model.response, design, times, (scatter / scatter.mean(), certain[known:] / unit), part)
        for point in fit.covariances
    ]
    return GridFit(
        np.array([[total] for total, _ in totals]),
        np.array([[[variance]] for _, variance in totals]),
        fit.weights,
        fit.freedom,
    )


def _total(
    point: Covariance, response: Array, design: Array, times: Array, scatter: tuple[Array, Array], part: Array
) -> tuple[float, float]:
    """Log of the total and its variance: best linear unbiased prediction under one covariance.

    `scatter` is the relative noise of the known weeks, and what that of a coming week is times its expected giving.
    """
    known = len(response)
    latent = point.memory * point.rho ** np.abs(times[:, None] - times)
    latent += point.walk * (np.minimum(times[:, None], times) + 1)
    among = cho_factor(latent[:known, :known] + point.noise * np.diag(scatter[0]), lower=True)
    solved = cho_solve(among, np.column_stack([design[:known], response, latent[:known, known:]]))
    columns = design.shape[1]
    information = np.linalg.inv(design[:known].T @ solved[:, :columns])
    effects = information @ (design[:known].T @ solved[:, columns])
    pull = solved[:, columns + 1 :].T
    logs = design[known:] @ effects + pull @ (response - design[:known] @ effects)
    mean = np.exp(logs)
    shares = part * mean / (part @ mean)
    gap = shares @ (design[known:] - pull @ design[:known])
    own = latent[known:, known:] - pull @ latent[:known, known:] + point.noise * np.diag(scatter[1] / mean)
    return float(np.log(part @ mean)), float(gap @ information @ gap + shares @ own @ shares)
