"""People in need week by week or month by month, from sparse and uncertain counts, with the band that they support.

The log of the counts is a level, a winter effect, a random walk between counts and the counts' own error (kriging with
a random-walk covariance). The sizes of walk and error are not known, so a grid of both is averaged, each point weighted
by its restricted likelihood; the band is t's, with as many degrees of freedom as counts leave. A smoother without a
winter effect would flatten the season of the headcount itself.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.seasons import monday, month_start

WALK_PER_WEEK = (0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08)
COUNT_ERROR = (0.04, 0.06, 0.08, 0.12, 0.16, 0.22, 0.3)
FARTHEST_WEEKS = 26
FEWEST_COUNTS = 4
FEWEST_FOR_WINTER = 8
MOSTLY = 0.8
"""Areas are counted together when this share of each one's counts falls on days when all were counted."""

PEOPLE = ["people", "people_low", "people_high"]


def weekly_headcount(counts: pd.DataFrame, days: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """People in need in all areas together, one row a week: `week`, `people`, `people_low`, `people_high`.

    `counts` needs counted_on, area and people, by one method; `days` needs week and winter_share (as
    `seasons.calendar` gives them). Counts of one area on one day (its places) are added; counts of nobody, or outside
    the weeks of `days`, are left out. Areas are estimated apart and added. Where they are counted on the same days,
    how far the sum may be off is learned from the summed counts; elsewhere their errors are taken to go together. A
    week without an estimate in one of them has none. Nothing is said farther than 26 weeks from a count, nor from
    fewer than 4 counts in every area.
    """
    found = _together(_usable_counts(counts, days), days, np.eye(len(days)), level)
    return found.assign(week=days["week"])[["week", *PEOPLE]]


def monthly_headcounts(
    counts: pd.DataFrame, days: pd.DataFrame, *, level: float = 0.95, by_area: bool = True
) -> dict[str, pd.DataFrame]:
    """People in need, mean of a month's weeks: a table an area, `month` its index, `people` and its band.

    A week belongs to the month of its Monday. Areas with fewer than 4 counts are left out; with `by_area` false all
    areas are one, called "all", as in `weekly_headcount`, which see for the rest.
    """
    month = month_start(days["week"])
    months = pd.DatetimeIndex(month.unique(), name="month")
    mean = (months.to_numpy()[:, None] == month.to_numpy()).astype(float)
    mean /= mean.sum(axis=1, keepdims=True)
    areas = _usable_counts(counts, days)
    if not by_area:
        return {"all": _together(areas, days, mean, level).set_index(months)}
    return {
        area: _with_band(*_area_headcount(own, days, mean), level).set_index(months)
        for area, own in areas.items()
        if len(own) >= FEWEST_COUNTS
    }


def _usable_counts(counts: pd.DataFrame, days: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Counts above zero in the weeks of `days`, places added, by area."""
    by_day = counts.groupby(["area", "counted_on"], as_index=False)["people"].sum()
    usable = by_day[(by_day["people"] > 0) & monday(by_day["counted_on"]).isin(days["week"])]
    return {str(area): own for area, own in usable.groupby("area")}


def _together(areas: dict[str, pd.DataFrame], days: pd.DataFrame, means: np.ndarray, level: float) -> pd.DataFrame:
    """All areas added, with the band of the sum; missing where one of them has too few counts."""
    if not areas or min(len(own) for own in areas.values()) < FEWEST_COUNTS:
        return pd.DataFrame(np.nan, index=range(len(means)), columns=PEOPLE)
    estimates = [_area_headcount(own, days, means) for own in areas.values()]
    people = np.sum([np.exp(centre) for centre, _, _ in estimates], axis=0)
    summed = _summed_counts(areas)
    if summed is None:
        spread = np.sum([np.exp(centre) * spread for centre, spread, _ in estimates], axis=0) / people
        freedom = min(free for _, _, free in estimates)
    else:
        _, spread, freedom = _area_headcount(summed, days, means)
    return _with_band(np.log(people), spread, freedom, level)


def _summed_counts(areas: dict[str, pd.DataFrame]) -> pd.DataFrame | None:
    """The counts of days on which all areas were counted, added; None where most counts are of other days."""
    days = [set(own["counted_on"]) for own in areas.values()]
    shared = set.intersection(*days)
    if len(shared) < max(MOSTLY * max(map(len, days)), FEWEST_COUNTS):
        return None
    counts = pd.concat(areas.values())
    return counts[counts["counted_on"].isin(shared)].groupby("counted_on")["people"].sum().reset_index()


def _with_band(centre: np.ndarray, spread: np.ndarray, freedom: int, level: float) -> pd.DataFrame:
    half = stats.t.ppf(0.5 + level / 2, freedom) * spread
    ends = {"people": centre, "people_low": centre - half, "people_high": centre + half}
    return pd.DataFrame({name: np.exp(end) for name, end in ends.items()})


def _area_headcount(counts: pd.DataFrame, days: pd.DataFrame, means: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Mean and standard deviation of the log headcount of one area, NaN far from any count; and degrees of freedom.

    Each row of `means` holds what the weeks of `days` weigh in one mean that is asked for.
    """
    at = (monday(counts["counted_on"]) - days["week"].iloc[0]).days.to_numpy() / 7
    weeks = np.arange(len(days), dtype=float)
    winter = days["winter_share"].to_numpy()[at.astype(int)]
    with_winter = len(counts) >= FEWEST_FOR_WINTER and 0 < winter.mean() < 1
    x = np.column_stack([np.ones(len(at)), winter] if with_winter else [np.ones(len(at))])
    x_weeks = np.column_stack([np.ones(len(weeks)), days["winter_share"]] if with_winter else [np.ones(len(weeks))])
    y = np.log(counts["people"].to_numpy(dtype=float))
    start = min(at.min(), 0.0)
    among, across, own = (
        np.minimum.outer(at - start, at - start),
        means @ np.minimum.outer(weeks - start, at - start),
        ((means @ np.minimum.outer(weeks - start, weeks - start)) * means).sum(axis=1),
    )
    grid = [
        _krige(y, x, means @ x_weeks, walk**2 * among + error**2 * np.eye(len(y)), walk**2 * across, walk**2 * own)
        for walk in WALK_PER_WEEK
        for error in COUNT_ERROR
    ]
    likelihood = np.array([point[2] for point in grid])
    weight = np.exp(likelihood - likelihood.max())
    weight /= weight.sum()
    centre = sum(w * point[0] for w, point in zip(weight, grid, strict=True))
    variance = sum(w * (point[1] + (point[0] - centre) ** 2) for w, point in zip(weight, grid, strict=True))
    far = means @ (np.abs(weeks[:, None] - at[None, :]).min(axis=1) > FARTHEST_WEEKS) > 0
    return np.where(far, np.nan, centre), np.where(far, np.nan, np.sqrt(variance)), len(y) - x.shape[1]


def _krige(
    y: np.ndarray, x: np.ndarray, x_asked: np.ndarray, among: np.ndarray, across: np.ndarray, own: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Best linear unbiased prediction of what is asked for, its variance, and the REML log-likelihood of `y`.

    `among` is the covariance of the counts, `across` that of what is asked for with them, `own` its variance.
    """
    inverse = np.linalg.inv(among)
    information = x.T @ inverse @ x
    spread = np.linalg.inv(information)
    beta = spread @ x.T @ inverse @ y
    residual = y - x @ beta
    pull = across @ inverse
    gap = x_asked - pull @ x
    mean = x_asked @ beta + pull @ residual
    variance = np.maximum(own - (pull * across).sum(axis=1) + ((gap @ spread) * gap).sum(axis=1), 0.0)
    likelihood = -0.5 * (
        np.linalg.slogdet(among)[1] + np.linalg.slogdet(information)[1] + residual @ inverse @ residual
    )
    return mean, variance, float(likelihood)
