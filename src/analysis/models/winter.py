"""How far giving falls in winter: as recorded, with trend and calendar held fixed, and per person in need."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis.models.regression import (
    GridFit,
    fit_grid,
    fit_weekly_effects,
    usable_columns,
    weeks_since_first,
)
from analysis.models.results import EachWinter, PerPerson, RawChange, TooThin, WinterDrop, WinterEstimate
from analysis.seasons import giving_year, monday, whole_winters

FEWEST_WINTERS = 2
FEWEST_COUNTS = 6
FEWEST_FREE_COUNTS = 3
NO_WINTER = ("aucun hiver entier", "no whole winter")


def raw_winter_change(weekly: pd.DataFrame) -> RawChange:
    """Mean winter week against the mean week of the rest of the same giving years (July to June), no model.

    A week that the winter window cuts counts for both sides in proportion to its days. Only complete weeks
    are used, and only giving years with a whole winter where there is one (else every year with some winter
    and some rest). The rest of each year weighs as much as its winter does, so that a year of growth or a year that
    the records cut does not pass for a season. `weekly` needs week, amount and winter_share.

    Raises
    ------
    TooThin
        There is no winter, no rest of the year, or nothing was given in the rest of the year.
    """
    weeks = _complete_weeks(weekly)
    whole = whole_winters(weeks)
    sides = (
        weeks.assign(
            giving_year=giving_year(weeks["week"]),
            rest_share=1 - weeks["winter_share"],
            winter_amount=weeks["amount"] * weeks["winter_share"],
            rest_amount=weeks["amount"] * (1 - weeks["winter_share"]),
            weeks=1,
        )
        .groupby("giving_year")[["winter_share", "rest_share", "winter_amount", "rest_amount", "weeks"]]
        .sum()
        .query("giving_year in @whole" if whole else "winter_share > 0 and rest_share > 0")
    )
    if sides.empty or not (sides[["rest_share", "rest_amount"]] > 0).to_numpy().all():
        raise _no_comparison()
    total = sides.sum()
    winter_mean = float(total["winter_amount"] / total["winter_share"])
    rest = sides["rest_amount"] / sides["rest_share"]
    rest_mean = float((rest * sides["winter_share"]).sum() / total["winter_share"])
    changes = (sides["winter_amount"] / sides["winter_share"]) / rest - 1
    return RawChange(
        change=winter_mean / rest_mean - 1,
        winter_mean=winter_mean,
        rest_mean=rest_mean,
        weeks=int(total["weeks"]),
        winters=tuple(changes.index),
        by_winter=tuple(zip(changes.index, changes.tolist(), strict=True)),
    )


def fit_winter_drop(weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95) -> WinterDrop:
    """The winter drop: giving on a winter day against the same day were it not winter.

    It is averaged over the recorded winters, with trend, year-end peak, paydays and appeals held fixed:
    generalised least squares over a grid of covariances (see `analysis.models.regression`). Only complete
    weeks are used; a winter that the records cut counts with the weeks it has, and `winters` names every
    winter that lent a week. `weekly` needs week, amount, winter_share, year_end_share and payday; `appeals`
    needs launched_on and may hold soft_launch_on.

    Raises
    ------
    TooThin
        Fewer than two whole winters are recorded, or too few gifts for the model to settle.
    """
    weeks = _complete_weeks(weekly)
    _check_winters(weeks)
    fit = fit_weekly_effects(weeks, [weeks["winter_share"].to_numpy()], appeals=appeals)
    lower, upper = _drops(*fit.interval(level))
    return WinterDrop(
        drop=_drop(fit.mean()),
        lower=lower,
        upper=upper,
        level=level,
        weeks=len(weeks),
        winters=tuple(giving_year(weeks.loc[weeks["winter_share"] > 0, "week"]).unique()),
        log_change=fit.mean(),
        log_se=fit.error(),
    )


def fit_each_winter(weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95) -> EachWinter:
    """One drop a whole winter by the model of `fit_winter_drop`, and the interval for winters in general.

    The mean and its interval follow Ibragimov and Mueller (2010, Journal of Business and Economic Statistics
    28): the winters' log changes b are taken as G independent draws, mean(b) +- t(G - 1) sd(b) / sqrt(G). A
    winter that the records cut keeps a coefficient of its own and is left out. Input and TooThin are as in
    `fit_winter_drop`.
    """
    weeks = _complete_weeks(weekly)
    _check_winters(weeks)
    years = giving_year(weeks["week"])
    whole = whole_winters(weeks)
    cut = [label for label in years[weeks["winter_share"] > 0].unique() if label not in whole]
    share = weeks["winter_share"].to_numpy()
    fit = fit_weekly_effects(weeks, [share * (years == label) for label in (*whole, *cut)], appeals=appeals)
    changes = np.array([fit.mean(place) for place in range(len(whole))])
    reach = stdtrit(len(whole) - 1, (1 + level) / 2) * changes.std(ddof=1) / np.sqrt(len(whole))
    lower, upper = _drops(changes.mean() - reach, changes.mean() + reach)
    return EachWinter(
        winters=tuple(_estimate(fit, place, label, level) for place, label in enumerate(whole)),
        drop=_drop(changes.mean()),
        lower=lower,
        upper=upper,
        level=level,
    )


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
    counts = _counts_in(headcounts, _complete_weeks(weekly))
    _check_counts(counts)
    fit = _fit_counts(counts)
    people = fit.mean()
    fewer, more = fit.interval(level)
    least, most = np.log1p(-giving.upper), np.log1p(-giving.lower)
    change = giving.log_change - people
    lower, upper = _drops(
        change - np.hypot(giving.log_change - least, more - people),
        change + np.hypot(most - giving.log_change, people - fewer),
    )
    return PerPerson(
        drop=_drop(change),
        lower=lower,
        upper=upper,
        level=level,
        weeks=giving.weeks,
        counts=len(counts),
        headcount_change=float(np.expm1(people)),
        headcount_lower=float(np.expm1(fewer)),
        headcount_upper=float(np.expm1(more)),
    )


def _complete_weeks(weekly: pd.DataFrame) -> pd.DataFrame:
    """The complete weeks in order; ValueError when a week stands twice."""
    complete = weekly[weekly["complete"].astype(bool)] if "complete" in weekly.columns else weekly
    if complete["week"].duplicated().any():
        raise ValueError("a week stands twice in the weekly table: build it with analysis.panel.weekly.weekly_giving")
    return complete.sort_values("week", ignore_index=True)


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


def _estimate(fit: GridFit, place: int, label: str, level: float) -> WinterEstimate:
    lower, upper = _drops(*fit.interval(level, place))
    return WinterEstimate(label=label, drop=_drop(fit.mean(place)), lower=lower, upper=upper)


def _drop(change: float) -> float:
    return float(-np.expm1(change))


def _drops(low: float, high: float) -> tuple[float, float]:
    """The ends of a log change as the ends of a drop, lower first."""
    return _drop(high), _drop(low)


def _check_winters(weeks: pd.DataFrame) -> None:
    whole = whole_winters(weeks)
    if len(whole) < FEWEST_WINTERS:
        fr, en = (
            (f"qu’un seul hiver entier ({whole[0]})", f"only one whole winter ({whole[0]})") if whole else NO_WINTER
        )
        raise TooThin(
            fr=f"Les données ne couvrent {fr} ; il en faut au moins deux pour distinguer l’hiver de la "
            "tendance : la baisse hivernale n’est pas estimée.",
            en=f"The records hold {en}; it takes at least two to tell winter from trend, "
            "so the winter drop is not estimated.",
        )


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


def _no_comparison() -> TooThin:
    return TooThin(
        fr="Les données ne couvrent pas à la fois un hiver et le reste d’une année de dons : il n’y a rien à comparer.",
        en="The records do not hold both a winter and the rest of a giving year, so there is nothing to compare.",
    )
