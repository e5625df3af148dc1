"""The mean model of weekly giving: trend, year-end peak, payday and appeals, and what each week brings by it.

An appeal multiplies giving from the day of its launch and fades; how fast is not known, so the records are read
with each of four half-lives (see `analysis.models.regression.fit_weekly_effects`). One column an appeal: two
columns of different half-lives leave the shape so free that it passes for winter where every winter has an appeal.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from analysis.models.sentences import TooThin

Array = NDArray[np.float64]

WEEKS_PER_YEAR = 365.25 / 7
HALF_LIVES = (0.5, 1.0, 2.0, 4.0)
"""Half-lives of an appeal that are tried, in weeks: from an email that is read at once to a month in the press."""

FADED = 0.01
MOST_STEPS = 200
NO_NEWS = 1e-8


def natural_spline(times: Array, columns: int) -> Array:
    """Natural cubic spline of `times` without its constant: `columns` columns, evenly spaced knots."""
    knots = np.linspace(times.min(), times.max(), columns + 1)
    return np.asarray(CubicSpline(knots, np.eye(columns + 1), bc_type="natural")(times)[:, 1:])


def nuisance_columns(weekly: pd.DataFrame, *, stiffness: float = 1.0) -> Array:
    """What is held fixed whatever the appeals: trend, year-end peak and payday; one row a week.

    The trend is a spline of time with one column a year, or one a `stiffness` years. The peak has its share of
    the week's days and, because a week that it cuts gains more than in proportion on the log scale, a second
    column for such weeks. `weekly` needs week, year_end_share and payday, in order of weeks, and may hold `days`
    (see `days_of`).
    """
    times = weeks_since_first(weekly["week"])
    years = (times[-1] + _lengths(weekly)[-1] / 7) / WEEKS_PER_YEAR
    spline = natural_spline(times, max(2, round(years / stiffness)))
    return np.column_stack([spline, calendar_columns(weekly)])


def calendar_columns(weekly: pd.DataFrame) -> Array:
    """Year-end peak, weeks that it cuts, and payday: the nuisance columns that come back every year."""
    peak = weekly["year_end_share"].to_numpy(dtype=float)
    return np.column_stack([peak, peak * (1 - peak), weekly["payday"].to_numpy(dtype=float)])


def appeal_columns(weekly: pd.DataFrame, appeals: pd.DataFrame | None, *, half_life: float) -> Array:
    """For each appeal: how much of it is left, mean of the week's days, and its soft launch where it had one.

    What is left is 1 on the day of the launch and halves every `half_life` weeks; a mean below 1 % is zero. The
    second column is the share of the week's days between soft and public launch. `appeals` needs launched_on and
    may hold soft_launch_on; `weekly` needs week.
    """
    columns: list[Array] = []
    days = days_of(weekly)
    for launched, soft_launched in _launches(appeals):
        since = _days_since(launched, days)
        left = day_means(np.where(since >= 0, 0.5 ** (np.maximum(since, 0) / (7 * half_life)), 0.0), weekly)
        columns.append(np.where(left >= FADED, left, 0.0))
        if not np.isnat(soft_launched):
            soft = (_days_since(soft_launched, days) >= 0) & (since < 0)
            columns.append(day_means(soft.astype(float), weekly))
    return np.column_stack(columns) if columns else np.empty((len(weekly), 0))


def _launches(appeals: pd.DataFrame | None) -> list[tuple[np.datetime64, np.datetime64]]:
    """Public and soft launch of each appeal that was launched, in order; NaT where it had no soft launch."""
    if appeals is None:
        return []
    launched = appeals["launched_on"].to_numpy().astype("datetime64[D]")
    soft = np.full(len(launched), np.datetime64("NaT", "D"))
    if "soft_launch_on" in appeals.columns:
        soft = pd.to_datetime(appeals["soft_launch_on"]).to_numpy().astype("datetime64[D]")
    return [(launched[place], soft[place]) for place in np.argsort(launched) if not np.isnat(launched[place])]


def day_means(daily: Array, weekly: pd.DataFrame) -> Array:
    """Mean over the days of each week; `daily` has one value for each of `days_of(weekly)`."""
    lengths = _lengths(weekly)
    return np.asarray(np.add.reduceat(daily, np.cumsum(lengths) - lengths) / lengths)


def days_of(weekly: pd.DataFrame) -> NDArray[np.datetime64]:
    """Every day of every week in turn; with a column `days`, that many days from each `week` (a month, say)."""
    lengths = _lengths(weekly)
    place = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    first = weekly["week"].to_numpy().astype("datetime64[D]")
    return np.repeat(first, lengths) + place.astype("timedelta64[D]")


def _lengths(weekly: pd.DataFrame) -> NDArray[np.int64]:
    return weekly["days"].to_numpy(dtype=np.int64) if "days" in weekly.columns else np.full(len(weekly), 7)


def _days_since(day: np.datetime64, days: NDArray[np.datetime64]) -> Array:
    return (days - day).astype(float)


def weeks_since_first(dates: pd.Series) -> Array:
    """Time of each date in weeks after the earliest."""
    return np.asarray((dates - dates.min()) / pd.Timedelta(weeks=1), dtype=float)


def usable_columns(amounts: Array, effects: Array, nuisance: Array) -> Array:
    """The design: effects, intercept, then each nuisance column that the records can tell from those before."""
    return with_usable(amounts, np.column_stack([effects, np.ones(len(amounts))]), nuisance)


def with_usable(amounts: Array, design: Array, more: Array) -> Array:
    """`design` and each of `more` columns that `useful` keeps."""
    return np.column_stack([design, more[:, useful(amounts, design, more)]])


def useful(amounts: Array, design: Array, more: Array) -> NDArray[np.bool_]:
    """Which of `more` columns the records can tell from `design` and from those before.

    A column is left out when it is constant, when it repeats earlier columns, or when it marks weeks that
    brought nothing in all (its coefficient would be minus infinity).
    """
    kept = np.zeros(more.shape[1], dtype=bool)
    for place, column in enumerate(more.T):
        marks_some_weeks = column.min() >= 0 and (column == 0).any()
        if marks_some_weeks and amounts @ column <= 0:
            continue
        before = np.column_stack([design, more[:, kept]])
        rest = column - before @ np.linalg.lstsq(before, column, rcond=None)[0]
        kept[place] = np.linalg.norm(rest) > NO_NEWS * np.linalg.norm(column)
    return kept


def poisson_mean(amounts: Array, design: Array) -> Array:
    """Expected giving of each week by Poisson quasi-likelihood with a log link; amounts may be zero or below.

    Raises TooThin when the fit does not settle.
    """
    scale = amounts.mean()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        try:
            model = sm.GLM(amounts / scale, design, family=sm.families.Poisson())
            fit = model.fit(start_params=np.zeros(design.shape[1]), maxiter=MOST_STEPS)
        except (ValueError, np.linalg.LinAlgError) as error:
            raise unsettled() from error
    mean = np.asarray(fit.mu, dtype=float) * scale
    if not fit.converged or not np.isfinite(mean).all() or mean.min() < 1e-6 * scale:
        raise unsettled()
    return mean


def unsettled() -> TooThin:
    """The reason when the mean model does not settle."""
    return TooThin(
        fr="Les dons enregistrés sont trop rares ou trop irréguliers pour que le modèle s’ajuste ; "
        "la baisse hivernale n’est pas estimée.",
        en="The recorded gifts are too few or too uneven for the model to settle; the winter drop is not estimated.",
    )
