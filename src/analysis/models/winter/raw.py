"""The raw change: winter against the rest of the same giving years, as a reader sees it in the chart."""

from __future__ import annotations

import pandas as pd

from analysis.models.results import RawChange
from analysis.models.weeks import compared_weeks, complete_weeks, no_comparison


def raw_winter_change(weekly: pd.DataFrame) -> RawChange:
    """Mean winter week against the mean week of the rest of the same giving years (July to June), no model.

    A week that the winter window cuts counts for both sides in proportion to its days. Only complete weeks
    are used, and only giving years with a whole winter where there is one (else every year with some winter
    and some rest). The rest of each year weighs as much as its winter does, so that a year of growth or a year that
    the records cut does not pass for a season. `weekly` needs week, amount and winter_share.

    Raises
    ------
    TooThin
        There is no winter, no rest of the year, or nothing was given in the rest of a year.
    """
    weeks = compared_weeks(complete_weeks(weekly))
    sides = weeks.assign(
        rest_share=1 - weeks["winter_share"],
        winter_amount=weeks["amount"] * weeks["winter_share"],
        rest_amount=weeks["amount"] * (1 - weeks["winter_share"]),
    )
    years = sides.groupby("giving_year")[["winter_share", "rest_share", "winter_amount", "rest_amount"]].sum()
    if not (years["rest_amount"] > 0).all():
        raise no_comparison()
    winter_mean = float((weeks["amount"] * weeks["winter_weight"]).sum())
    rest_mean = float((weeks["amount"] * weeks["rest_weight"]).sum())
    changes = (years["winter_amount"] / years["winter_share"]) / (years["rest_amount"] / years["rest_share"]) - 1
    return RawChange(
        change=winter_mean / rest_mean - 1,
        winter_mean=winter_mean,
        rest_mean=rest_mean,
        weeks=len(weeks),
        winters=tuple(changes.index),
        by_winter=tuple(zip(changes.index, changes.tolist(), strict=True)),
    )
