"""People in need week by week, from sparse and uncertain counts, with the band that they support.

The log of the counts is a level, a winter effect, a random walk between counts and the counts' own error (kriging with
a random-walk covariance). The sizes of walk and error are not known, so a grid of both is averaged, each point weighted
by its restricted likelihood. A smoother without a winter effect would flatten the season of the headcount itself.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from analysis.seasons import monday

WALK_PER_WEEK = (0.01, 0.02, 0.04, 0.08)
COUNT_ERROR = (0.04, 0.08, 0.15, 0.3)
FARTHEST_WEEKS = 26
FEWEST_COUNTS = 4
FEWEST_FOR_WINTER = 8


def weekly_headcount(counts: pd.DataFrame, days: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """People in need, one row a week: `week`, `people`, `people_low`, `people_high`.

    `counts` needs counted_on, area and people, by one method; `days` needs week and winter_share (as
    `seasons.calendar` gives them). Counts of one area on one day (its places) are added; counts of nobody, or outside
    the weeks of `days`, are left out. Areas are estimated apart and added, their errors taken to go together, as one
    team's do; a week without an estimate in one of them has none. Nothing is said farther than 26 weeks from a count,
    nor from fewer than 4 counts in every area.
    """
    unknown = pd.DataFrame({"week": days["week"], "people": np.nan, "people_low": np.nan, "people_high": np.nan})
    by_day = counts.groupby(["area", "counted_on"], as_index=False)["people"].sum()
    usable = by_day[(by_day["people"] > 0) & monday(by_day["counted_on"]).isin(days["week"])]
    areas = [area for _, area in usable.groupby("area")]
    if not areas or min(len(area) for area in areas) < FEWEST_COUNTS:
        return unknown
    estimates = [_area_headcount(area, days) for area in areas]
    people = sum(np.exp(centre) for centre, _ in estimates)
    spread = sum(np.exp(centre) * spread for centre, spread in estimates) / people
    half = stats.norm.ppf(0.5 + level / 2) * spread
    return unknown.assign(people=people, people_low=people * np.exp(-half), people_high=people * np.exp(half))


def _area_headcount(counts: pd.DataFrame, days: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the log headcount of one area in each week; NaN far from any count."""
    at = (monday(counts["counted_on"]) - days["week"].iloc[0]).days.to_numpy() / 7
    weeks = np.arange(len(days), dtype=float)
    winter = days["winter_share"].to_numpy()[at.astype(int)]
    with_winter = len(counts) >= FEWEST_FOR_WINTER and 0 < winter.mean() < 1
    x = np.column_stack([np.ones(len(at)), winter] if with_winter else [np.ones(len(at))])
    x_weeks = np.column_stack([np.ones(len(weeks)), days["winter_share"]] if with_winter else [np.ones(len(weeks))])
    y = np.log(counts["people"].to_numpy(dtype=float))
    grid = [_krige(y, x, at, x_weeks, weeks, walk, error) for walk in WALK_PER_WEEK for error in COUNT_ERROR]
    likelihood = np.array([point[2] for point in grid])
    weight = np.exp(likelihood - likelihood.max())
    weight /= weight.sum()
    centre = sum(w * point[0] for w, point in zip(weight, grid, strict=True))
    variance = sum(w * (point[1] + (point[0] - centre) ** 2) for w, point in zip(weight, grid, strict=True))
    far = np.abs(weeks[:, None] - at[None, :]).min(axis=1) > FARTHEST_WEEKS
    return np.where(far, np.nan, centre), np.where(far, np.nan, np.sqrt(variance))


def _krige(
    y: np.ndarray, x: np.ndarray, at: np.ndarray, x_weeks: np.ndarray, weeks: np.ndarray, walk: float, error: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Best linear unbiased prediction of the level in each week, its variance, and the REML log-likelihood of `y`."""
    start = min(at.min(), 0.0)
    among = walk**2 * np.minimum.outer(at - start, at - start) + error**2 * np.eye(len(y))
    across = walk**2 * np.minimum.outer(weeks - start, at - start)
    inverse = np.linalg.inv(among)
    information = x.T @ inverse @ x
    spread = np.linalg.inv(information)
    beta = spread @ x.T @ inverse @ y
    residual = y - x @ beta
    gap = x_weeks - across @ inverse @ x
    mean = x_weeks @ beta + across @ inverse @ residual
    own = walk**2 * (weeks - start) - np.einsum("ij,jk,ik->i", across, inverse, across)
    variance = np.maximum(own + np.einsum("ij,jk,ik->i", gap, spread, gap), 0.0)
    likelihood = -0.5 * (
        np.linalg.slogdet(among)[1] + np.linalg.slogdet(information)[1] + residual @ inverse @ residual
    )
    return mean, variance, float(likelihood)
