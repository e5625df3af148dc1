"""How rationing moves with goods received per person: an association, by the engine that makes the winter drop.

The share of lines that are rationed has a logit mean (goods per person, winter, a slow trend) and a covariance that
nobody knows: weeks share stock, weather and the habits of a team. The mean gives a working response that is linear in
the shares, so that weeks of 0 and 1 need no care, and `grid` averages over covariances. `benchmarks/rationing.md` shows
how often its interval holds, beside other ways.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

from analysis.models.design import WEEKS_PER_YEAR, natural_spline, usable_columns, weeks_since_first
from analysis.models.grid import GridFit, fit_grid
from analysis.models.sentences import TooThin, in_language, is_clear
from analysis.wording import NO_BREAK_SPACE, number, percent, rounded, signed

Array = NDArray[np.float64]

FEWEST_WEEKS = 52
FEWEST_LINES = 10
"""Lines that were rationed, and lines that were not; with fewer the share itself is hardly known."""

HALF, QUARTER = 0.5, 0.25
LESS = {
    HALF: ("deux fois moindres", "half as much"),
    QUARTER: ("inférieurs d’un quart", "a quarter less"),
}
"""How much less goods per person are compared, the first that the records hold: half where weeks lie that far apart."""

USUAL = (0.05, 0.95)
"""Weeks lie as far apart as these quantiles of goods per person, winter and trend aside: no weeks unlike all others."""

TREND_YEARS = 1
"""Years for each column of the trend; the grid's random walk takes what is rougher."""

LOG_ODDS = 4.0
"""Log odds swing more than logs of amounts: so many of them count as one on the grid."""

TEMPER = 0.5
"""Power of the covariances' weights: a few lines a week tell them apart less surely than their likelihood has it."""

MOST_STEPS = 100
SETTLED = 1e-8
LONGEST_STEP = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rationing:
    """How much higher the share of lines rationed was where goods received per person were less by `less`.

    `less` is a share: half, or a quarter where the records hold no weeks as far apart as half. `difference` is in
    shares (0.08 is 8 points more), mean of the weeks, `lower` and `upper` the ends of its interval at `level`. It
    compares weeks of one season and time, and is an association: it does not say what causes what. `weeks` are those
    used, `lines` and `rationed` their lines.
    """

    less: float
    difference: float
    lower: float
    upper: float
    level: float
    weeks: int
    lines: int
    rationed: int

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed in whole points, leaves zero out."""
        return is_clear(self.lower, self.upper)

    def summary(self, language: str) -> str:
        """One or two sentences in "fr" or "en", no surer than the interval, that speak of no cause."""
        of, (less_fr, less_en) = percent(self.level, language), LESS[self.less]
        if not self.clear:
            best, high = (_points(size, language, sign=True) for size in (self.difference, self.upper))
            low = signed(self.lower * 100, language)
            return in_language(
                language,
                fr="Les données ne montrent pas de lien clair entre le rationnement et les dons en nature reçus par "
                f"personne : pour des dons {less_fr}, l’écart le plus plausible de la part des distributions "
                f"rationnées est de {best}, mais elles n’excluent rien entre {low} et {high} (fourchette à {of}).",
                en="The records do not show a clear link between rationing and goods received per person: where "
                f"goods were {less_en}, the best estimate of the difference in the share of distributions rationed is "
                f"{best}, but nothing from {low} to {high} can be ruled out ({of} range).",
            )
        more = self.difference > 0
        least, most = sorted((abs(self.lower), abs(self.upper)))
        size, high = (_points(one, language) for one in (abs(self.difference), most))
        low = number(least * 100, language)
        return in_language(
            language,
            fr=f"Quand les dons en nature reçus par personne étaient {less_fr}, à saison égale, la part des "
            f"distributions rationnées était {'plus' if more else 'moins'} élevée d’environ {size} (fourchette à {of} "
            f": de {low} à {high}). Ce lien ne prouve pas que l’un cause l’autre.",
            en=f"When goods received per person were {less_en}, in the same season, the share of distributions "
            f"rationed was about {size} {'higher' if more else 'lower'} ({of} range: {low} to {high}). This link does "
            "not prove that one causes the other.",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row, one column a field."""
        return pd.DataFrame([{name: getattr(self, name) for name in Rationing.__slots__}])


def fit_rationing(weekly: pd.DataFrame, *, level: float = 0.95, same_season: bool = True) -> Rationing:
    """How the share of lines rationed moves with the goods received per person, said for goods half as much.

    `weekly` is as `panel.rationing.weekly_rationing` makes it: week, lines, rationed, goods_value (of some weeks up to
    this one), people, winter_share, complete. Weeks without lines, without goods, or where either goods or people are
    not known are left out. Where the weeks hardly differ so much, it is said for a quarter less. Winter is held fixed,
    for it brings fewer goods and more people asking at once: without it (`same_season` False) cold passes for want of
    goods. What else moves both, an eviction say, is in the link, so it is no cause.

    An error of the headcount that was drawn anew each week would draw the difference towards zero (attenuation). The
    headcount of the weekly table is the best prediction from sparse counts: what it misses hardly goes with what it
    says, which leaves the difference about where it is and its interval wider. A headcount wrong by one factor in
    every week changes nothing.

    Raises
    ------
    TooThin
        Fewer than 52 usable weeks, ten lines rationed or ten not rationed; or goods per person hardly vary.
    """
    weeks = usable_weeks(weekly)
    check_usable(weeks)
    less = compared(weeks)
    difference, lower, upper = rise(weeks, less=less, level=level, same_season=same_season)
    return Rationing(
        less=less,
        difference=difference,
        lower=lower,
        upper=upper,
        level=level,
        weeks=len(weeks),
        lines=int(weeks["lines"].sum()),
        rationed=int(weeks["rationed"].sum()),
    )


def usable_weeks(weekly: pd.DataFrame) -> pd.DataFrame:
    """The complete weeks that have lines, goods and people, in order."""
    known = (weekly[["lines", "goods_value", "people"]].astype("float64") > 0).all(axis=1)
    return weekly[known & weekly["complete"].astype(bool)].sort_values("week", ignore_index=True)


def check_usable(weeks: pd.DataFrame) -> None:
    """Raise TooThin where there are too few of `weeks`, or (almost) all of their lines are alike."""
    if len(weeks) < FEWEST_WEEKS:
        raise _few_weeks(len(weeks))
    rationed = int(weeks["rationed"].sum())
    others = int(weeks["lines"].sum()) - rationed
    if min(rationed, others) < FEWEST_LINES:
        raise _one_sided(min(rationed, others), rationed=rationed < FEWEST_LINES)


def compared(weeks: pd.DataFrame) -> float:
    """How much less goods per person can be compared among `weeks` of one season and time: half, or a quarter.

    Raises TooThin where they do not differ by a quarter: a model alone would speak then, and not the records.
    """
    design = mean_columns(weeks, same_season=True)
    goods, held = design[:, 0], design[:, 1:]
    low, high = np.quantile(goods - held @ np.linalg.lstsq(held, goods, rcond=None)[0], USUAL)
    for less in LESS:
        if high - low >= -np.log1p(-less):
            return less
    raise TooThin(
        fr="D’une semaine à l’autre, les dons en nature reçus par personne n’ont presque pas varié : leur lien avec le "
        "rationnement n’est pas estimé.",
        en="Goods received per person hardly varied from week to week, so their link with rationing is not estimated.",
    )


def rise(weeks: pd.DataFrame, *, less: float, level: float, same_season: bool = True) -> tuple[float, float, float]:
    """How much higher the share of lines rationed is where goods are less by `less`: mean of the weeks, lower, upper.

    The effect on the log odds has the grid's estimate and interval. An effect is turned into points with a mean fitted
    under that effect: a stronger one leaves more weeks with a share near 0 or 1, where little can change.
    """
    lines, rationed = (weeks[name].to_numpy(dtype=float) for name in ("lines", "rationed"))
    design = mean_columns(weeks, same_season=same_season)
    share = logit_mean(rationed, lines, design)
    variance = share * (1 - share)
    response = logit(share) + (rationed / lines - share) / variance
    noise = 1 / (lines * variance)
    times = weeks_since_first(weeks["week"])
    fit = _tempered(fit_grid(response / LOG_ODDS, design, effects=1, times=times, noise=noise / noise.mean()))
    low, high = fit.interval(level)
    mean, lower, upper = (points(weeks, design, LOG_ODDS * one, less=less) for one in (fit.mean(), high, low))
    return mean, lower, upper


def _tempered(fit: GridFit) -> GridFit:
    """The same fit with the weights of its covariances nearer to each other."""
    weights = fit.weights**TEMPER
    return replace(fit, weights=weights / weights.sum())


def points(weeks: pd.DataFrame, design: Array, effect: float, *, less: float) -> float:
    """Rise of the mean share where goods are less by `less`, were `effect` what their log adds to the log odds."""
    lines, rationed = (weeks[name].to_numpy(dtype=float) for name in ("lines", "rationed"))
    share = logit_mean(rationed, lines, design[:, 1:], known=effect * design[:, 0])
    return float((expit(logit(share) + effect * np.log1p(-less)) - share).mean())


def logit_mean(rationed: Array, lines: Array, design: Array, *, known: Array | float = 0.0) -> Array:
    """Expected share of each week by logistic regression with Firth's penalty; `known` is added to the log odds.

    The penalty (Firth 1993, Biometrika 80) keeps every share between 0 and 1, also where a year knew no rationing.
    """
    start = logit((rationed.sum() + 0.5) / (lines.sum() + 1))
    beta = np.linalg.lstsq(design, np.full(len(lines), start), rcond=None)[0]
    for _ in range(MOST_STEPS):
        share = expit(known + design @ beta)
        weight = lines * share * (1 - share)
        spread = np.linalg.inv((design * weight[:, None]).T @ design)
        leverage = weight * np.einsum("ij,jk,ik->i", design, spread, design)
        step = spread @ (design.T @ (rationed - lines * share + leverage * (0.5 - share)))
        beta = beta + step * min(1.0, LONGEST_STEP / max(np.abs(design @ step).max(), SETTLED))
        if np.abs(design @ step).max() < SETTLED:
            break
    return np.asarray(expit(known + design @ beta))


def mean_columns(weeks: pd.DataFrame, *, same_season: bool) -> Array:
    """Log of goods per person, an intercept, winter where it is held fixed, and a slow trend."""
    goods = np.log(weeks["goods_value"].to_numpy(dtype=float) / weeks["people"].to_numpy(dtype=float))
    times = weeks_since_first(weeks["week"])
    columns = max(1, round(times[-1] / WEEKS_PER_YEAR / TREND_YEARS))
    winter = weeks[["winter_share"]].to_numpy(dtype=float)[:, : int(same_season)]
    held = np.column_stack([winter, natural_spline(times, columns)])
    return usable_columns(np.ones(len(weeks)), (goods - goods.mean())[:, None], held)


def _points(difference: float, language: str, *, sign: bool = False) -> str:
    """A difference of shares in whole points: "9 points", "+1 point"; in French zero is singular."""
    size = abs(int(rounded(difference * 100)))
    unit = "point" if size == 1 or (size == 0 and language == "fr") else "points"
    joint = NO_BREAK_SPACE if language == "fr" else " "
    return f"{(signed if sign else number)(difference * 100, language)}{joint}{unit}"


def _few_weeks(weeks: int) -> TooThin:
    fr, en = {
        0: ("Aucune semaine ne dit", "No week tells"),
        1: ("Une seule semaine dit", "Only one week tells"),
    }.get(weeks, (f"Seulement {weeks} semaines disent", f"Only {weeks} weeks tell"))
    return TooThin(
        fr=f"{fr} à la fois ce qui a été rationné, les dons en nature reçus et le nombre de personnes ; il en faut au "
        f"moins {FEWEST_WEEKS} : leur lien n’est pas estimé.",
        en=f"{en} what was rationed, the goods received and the number of people at once; it takes at least "
        f"{FEWEST_WEEKS}, so their link is not estimated.",
    )


def _one_sided(lines: int, *, rationed: bool) -> TooThin:
    """The reason where almost nothing was rationed (`rationed`: these `lines` were), or almost nothing was not."""
    if rationed:
        few = {
            0: ("Aucune distribution n’a été rationnée", "No distribution was rationed"),
            1: ("Une seule distribution a été rationnée", "Only one distribution was rationed"),
        }
        more = (f"Seules {lines} distributions ont été rationnées", f"Only {lines} distributions were rationed")
    else:
        few = {
            0: ("Toutes les distributions ont été rationnées", "Every distribution was rationed"),
            1: ("Toutes les distributions sauf une ont été rationnées", "All distributions but one were rationed"),
        }
        more = (
            f"Toutes les distributions sauf {lines} ont été rationnées",
            f"All distributions but {lines} were rationed",
        )
    fr, en = few.get(lines, more)
    return TooThin(
        fr=f"{fr} : le lien du rationnement avec les dons en nature n’est pas estimé.",
        en=f"{en}, so the link of rationing with goods received is not estimated.",
    )
