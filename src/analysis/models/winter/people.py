"""The winter drop per person in need: the change of giving less the change of the headcount."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.models.design import usable_columns, weeks_since_first
from analysis.models.grid import GridFit, fit_grid
from analysis.models.results import PerPerson
from analysis.models.sentences import TooThin
from analysis.models.weeks import FEWEST_WINTERS, as_drop, as_drops, complete_weeks
from analysis.models.winter.drop import fit_winter_drop
from analysis.seasons import giving_year, monday

FEWEST_COUNTS = 6
FEWEST_FREE_COUNTS = 3


def fit_per_person(
    weekly: pd.DataFrame,
    headcounts: pd.DataFrame,
    *,
    appeals: pd.DataFrame | None = None,
    level: float = 0.95,
) -> PerPerson:
    """The winter drop of giving per person in need: change of giving less change of the headcount (logs).

    The headcount's change comes from the same engine on the log of the counts at their own dates, with
    winter share, time, and an intercept for each method and set of areas (areas counted on one day are
    added, for their errors go together). Giving and headcounts err apart, so the distances from each
    estimate to its interval's ends are added in quadrature. A count takes the winter share of its week in
    `weekly`; counts outside the complete weeks, or of nobody, are left out. `headcounts` needs counted_on
    and people, and may hold area and method; the rest is as in `fit_winter_drop`.

    Raises
    ------
    TooThin
        As in `fit_winter_drop`; or fewer than six counts, or in fewer than two winters, or in winter only.
    """
    giving = fit_winter_drop(weekly, appeals=appeals, level=level)
    counts = _counts_in(headcounts, complete_weeks(weekly))
    _check_counts(counts)
    fit = _fit_counts(counts)
    people = fit.mean()
    fewer, more = fit.interval(level)
    least, most = np.log1p(-giving.upper), np.log1p(-giving.lower)
    change = giving.log_change - people
    lower, upper = as_drops(
        change - np.hypot(giving.log_change - least, more - people),
        change + np.hypot(most - giving.log_change, people - fewer),
    )
    return PerPerson(
        drop=as_drop(change),
        lower=lower,
        upper=upper,
        level=level,
        weeks=giving.weeks,
        counts=len(counts),
        headcount_change=float(np.expm1(people)),
        headcount_lower=float(np.expm1(fewer)),
        headcount_upper=float(np.expm1(more)),
    )


def _counts_in(headcounts: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """Counts above zero in `weeks`, one row a day and method, areas added: day, people, winter_share, level.

    Counts of one level are comparable: they were made by the same method in the same areas.
    """
    ways = {name: headcounts[name].fillna("") if name in headcounts.columns else "" for name in ("area", "method")}
    return (
        headcounts.assign(**ways, people=headcounts["people"].astype(float))
        .query("people > 0")
        .sort_values("area")
        .groupby(["counted_on", "method"], as_index=False)
        .agg(people=("people", "sum"), areas=("area", lambda areas: "+".join(areas.unique())))
        .assign(week=lambda t: monday(t["counted_on"]), level=lambda t: t["method"] + t["areas"])
        .merge(weeks[["week", "winter_share"]], on="week", how="inner", validate="many_to_one")
    )


def _fit_counts(counts: pd.DataFrame) -> GridFit:
    """The engine on log counts: winter share, time, and an intercept for each level."""
    times = weeks_since_first(counts["counted_on"])
    nuisance = np.column_stack([times, pd.get_dummies(counts["level"]).to_numpy(dtype=float)])
    people = counts["people"].to_numpy()
    design = usable_columns(people, counts[["winter_share"]].to_numpy(), nuisance)
    if len(counts) - design.shape[1] < FEWEST_FREE_COUNTS:
        raise _few_counts(len(counts))
    return fit_grid(np.log(people), design, effects=1, times=times, noise=np.ones(len(counts)))


def _check_counts(counts: pd.DataFrame) -> None:
    """Raise TooThin unless there are enough counts, in two winters and outside winter."""
    if len(counts) < FEWEST_COUNTS:
        raise _few_counts(len(counts))
    winters = giving_year(counts.loc[counts["winter_share"] > 0, "week"]).nunique()
    if winters < FEWEST_WINTERS:
        fr, en = (
            ("été comptées qu’au cours d’un seul hiver", "in one winter only")
            if winters
            else ("jamais été comptées en hiver", "in no winter")
        )
        raise TooThin(
            fr=f"Les personnes dans le besoin n’ont {fr} ; il faut au moins deux hivers : "
            "les dons par personne ne sont pas estimés.",
            en=f"People in need were counted {en}; it takes at least two, so giving per person is not estimated.",
        )
    if (counts["winter_share"] == 1).all():
        raise TooThin(
            fr="Les personnes dans le besoin n’ont été comptées qu’en hiver : "
            "les dons par personne ne sont pas estimés.",
            en="People in need were counted in winter only, so giving per person is not estimated.",
        )


def _few_counts(counts: int) -> TooThin:
    if not counts:
        return TooThin(
            fr="Les personnes dans le besoin n’ont pas été comptées pendant la période des dons : "
            "les dons par personne ne sont pas estimés.",
            en="People in need were not counted in the period of the gifts, so giving per person is not estimated.",
        )
    fr, en = {1: ("Un seul comptage", "Only one headcount falls")}.get(
        counts, (f"Seulement {counts} comptages", f"Only {counts} headcounts fall")
    )
    return TooThin(
        fr=f"{fr} des personnes dans le besoin pendant la période des dons ; c’est trop peu pour suivre leur "
        "nombre d’une saison à l’autre : les dons par personne ne sont pas estimés.",
        en=f"{en} in the period of the gifts, too few to follow the number of people from season to season, "
        "so giving per person is not estimated.",
    )
