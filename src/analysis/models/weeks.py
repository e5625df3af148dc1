"""The weeks that a question is asked of: complete ones, whole winters, and winter against the rest of its year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.models.sentences import TooThin
from analysis.seasons import giving_year, whole_winters

FEWEST_WINTERS = 2
FEWEST_RECEIVED = 6
"""Weeks with something received, in winter and outside; with fewer the interval is wider than 200 points."""

NO_WINTER = ("aucun hiver entier", "no whole winter")


def complete_weeks(weekly: pd.DataFrame, *, outcome: str = "amount", unknown: TooThin | None = None) -> pd.DataFrame:
    """The complete weeks in order, those whose `outcome` is not known left out.

    Raises ValueError when a week stands twice, and `unknown` (by default a TooThin on the winter drop) when the outcome
    is known in no week.
    """
    complete = weekly[weekly["complete"].astype(bool)] if "complete" in weekly.columns else weekly
    if complete["week"].duplicated().any():
        raise ValueError("a week stands twice in the weekly table: build it with analysis.panel.weekly.weekly_giving")
    known = complete[complete[outcome].notna()] if outcome in complete.columns else complete.head(0)
    if known.empty:
        raise unknown or TooThin(
            fr="Rien de tel n’est enregistré : la baisse hivernale n’est pas estimée.",
            en="Nothing of the kind is recorded, so the winter drop is not estimated.",
        )
    return known.sort_values("week", ignore_index=True)


def paid_weeks(weeks: pd.DataFrame, *, outcome: str) -> pd.DataFrame:
    """Of an outcome that comes on paydays only, such as standing donations, the weeks with a payday; else all."""
    payday = weeks["payday"] > 0
    return weeks if weeks.loc[~payday, outcome].any() or not payday.any() else weeks[payday].reset_index(drop=True)


def check_winters(weeks: pd.DataFrame, *, fewest: int = FEWEST_WINTERS) -> None:
    """Raise TooThin when fewer than two winters are recorded from their first week to their last."""
    whole = whole_winters(weeks)
    if len(whole) < fewest:
        fr, en = (
            (f"qu’un seul hiver entier ({whole[0]})", f"only one whole winter ({whole[0]})") if whole else NO_WINTER
        )
        raise TooThin(
            fr=f"Les données ne couvrent {fr} ; il en faut au moins deux pour distinguer l’hiver de la "
            "tendance : la baisse hivernale n’est pas estimée.",
            en=f"The records hold {en}; it takes at least two to tell winter from trend, "
            "so the winter drop is not estimated.",
        )


def check_received(weeks: pd.DataFrame, *, outcome: str) -> None:
    """Raise TooThin when too few weeks, in winter or outside, brought anything; a cut week counts by its days."""
    brought = weeks[outcome] != 0
    for share, fr, en in (
        (weeks["winter_share"], "d’hiver", ("winter week", "winter weeks")),
        (1 - weeks["winter_share"], "hors de l’hiver", ("week outside winter", "weeks outside winter")),
    ):
        count = int(share[brought].sum())
        if count < FEWEST_RECEIVED:
            raise _few_received(count, fr, en)


def _few_received(count: int, fr: str, en: tuple[str, str]) -> TooThin:
    few = {0: f"Aucune semaine {fr} n’a rien apporté", 1: f"Une seule semaine {fr} a apporté quelque chose"}
    some = {0: f"no {en[0]}", 1: f"only one {en[0]}"}
    return TooThin(
        fr=f"{few.get(count, f'Seules {count} semaines {fr} ont apporté quelque chose')} ; il en faut au moins "
        f"{FEWEST_RECEIVED} : la baisse hivernale n’est pas estimée.",
        en=f"Something was received in {some.get(count, f'only {count} {en[1]}')}; it takes at least "
        f"{FEWEST_RECEIVED}, so the winter drop is not estimated.",
    )


def compared_weeks(weeks: pd.DataFrame) -> pd.DataFrame:
    """Weeks of the giving years (July to June) that are compared, with what each week counts on either side.

    Adds giving_year, winter_weight and rest_weight, each of which sums to one: a mean winter week is the sum of
    winter_weight x amount. A week that the winter window cuts counts on both sides by its days; the rest of each
    year weighs as much as its winter does. Only years with a whole winter are kept where there is one, else every
    year with some winter and some rest.

    Raises
    ------
    TooThin
        There is no winter or no rest of the year.
    """
    whole = whole_winters(weeks)
    share = weeks["winter_share"]
    table = weeks.assign(giving_year=giving_year(weeks["week"]), rest_share=1 - share)
    by_year = table.groupby("giving_year")[["winter_share", "rest_share"]].sum()
    years = by_year.query("giving_year in @whole" if whole else "winter_share > 0 and rest_share > 0")
    if years.empty or not (years["rest_share"] > 0).all():
        raise no_comparison()
    kept = table[table["giving_year"].isin(years.index)]
    year = kept["giving_year"].map
    winter = kept["winter_share"] / years["winter_share"].sum()
    counts = year(years["winter_share"]) / years["winter_share"].sum()
    rest = kept["rest_share"] / year(years["rest_share"]) * counts
    return kept.assign(winter_weight=winter, rest_weight=rest).drop(columns="rest_share").reset_index(drop=True)


def no_comparison() -> TooThin:
    """The reason when there is nothing to compare winter with."""
    return TooThin(
        fr="Les données ne couvrent pas à la fois un hiver et le reste d’une année de dons : il n’y a rien à comparer.",
        en="The records do not hold both a winter and the rest of a giving year, so there is nothing to compare.",
    )


def as_drop(change: float) -> float:
    """A change on the log scale as a drop: the share that is lower."""
    return float(-np.expm1(change))


def as_drops(low: float, high: float) -> tuple[float, float]:
    """The ends of a log change as the ends of a drop, lower first."""
    return as_drop(high), as_drop(low)
