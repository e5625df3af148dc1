"""This winter against expectation: what it brought, and what the weeks recorded before it foretold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.prediction import foretold_total
from analysis.models.sentences import TooThin, in_language
from analysis.models.weeks import complete_weeks
from analysis.seasons import giving_year, whole_winters
from analysis.wording import percent, percent_range, rounded

FEWEST_EARLIER = 2
WEEKS_BEFORE = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What some weeks brought and what earlier weeks foretold, in the reporting currency, with its interval."""

    observed: float
    expected: float
    lower: float
    upper: float
    weeks: int

    @property
    def change(self) -> float:
        """What came over what was foretold, less one: -0.1 is 10 % less."""
        return self.observed / self.expected - 1

    @property
    def unusual(self) -> bool:
        """Whether what came lies outside the interval of what was foretold."""
        return not self.lower <= self.observed <= self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedWinter:
    """The last whole winter, `winter`, against what the weeks before it foretold.

    `on_year_before` is its change on the winter before (a share, means of a day). `year_before` holds the 52 weeks
    before the winter against what was foretold for them; None where too little was recorded. `weeks` and `winters`
    are what the forecast was made from.
    """

    winter: str
    this: Expectation
    on_year_before: float
    year_before: Expectation | None
    level: float
    weeks: int
    winters: tuple[str, ...]

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en": whether this winter is unusual."""
        of, came = percent(self.level, language), _against(self.this.change, language)
        low, high = (end / self.this.expected - 1 for end in (self.this.lower, self.this.upper))
        ends = percent_range(low, high, language, sign=True)
        if self.this.unusual:
            return in_language(
                language,
                fr=f"L’hiver {self.winter} sort de l’ordinaire : il a rapporté {came} ce que les années précédentes "
                f"laissaient attendre, et le hasard n’explique que {ends} (fourchette à {of}).",
                en=f"Winter {self.winter} was unusual: it brought {came} what earlier years led one to expect, and "
                f"chance explains only {ends} ({of} range).",
            )
        return in_language(
            language,
            fr=f"L’hiver {self.winter} ne sort pas de l’ordinaire : il a rapporté {came} ce que les années précédentes "
            f"laissaient attendre, et le hasard explique {ends} (fourchette à {of}).",
            en=f"Winter {self.winter} was not unusual: it brought {came} what earlier years led one to expect, and "
            f"chance explains {ends} ({of} range).",
        )

    def base_summary(self, language: str) -> str:
        """One sentence in "fr" or "en": whether a comparison with the year before starts from an exceptional year."""
        if self.year_before is None:
            return in_language(
                language,
                fr="Les données ne remontent pas assez loin pour dire si l’année précédente était elle-même "
                "exceptionnelle.",
                en="The records do not reach back far enough to say whether the year before was itself exceptional.",
            )
        came = _against(self.year_before.change, language)
        if not self.year_before.unusual:
            return in_language(
                language,
                fr=f"L’année précédente n’était pas exceptionnelle : elle a rapporté {came} ce qui était attendu.",
                en=f"The year before was not exceptional: it brought {came} what was expected.",
            )
        return in_language(
            language,
            fr=f"L’année précédente était elle-même exceptionnelle : elle a rapporté {came} ce qui était attendu ; "
            "une comparaison avec elle part donc d’un niveau inhabituel.",
            en=f"The year before was itself exceptional: it brought {came} what was expected, so a comparison with "
            "it starts from an unusual level.",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row for this winter and, where it is known, one for the year before it: observed, expected, interval."""
        rows = [(f"winter {self.winter}", self.this)]
        rows += [("year before", self.year_before)] if self.year_before else []
        return pd.DataFrame(
            [
                {
                    "period": period, "observed": one.observed, "expected": one.expected, "lower": one.lower,
                    "upper": one.upper, "level": self.level, "weeks": one.weeks, "unusual": one.unusual,
                }
                for period, one in rows
            ]
        )  # fmt: skip


def _against(change: float, language: str) -> str:
    """How a change compares, to stand before what it is compared with: "12% less than", "as much as"."""
    size = percent(abs(change), language)
    if rounded(change * 100) == 0:
        return in_language(language, fr="autant que", en="as much as")
    if change < 0:
        return in_language(language, fr=f"{size} de moins que", en=f"{size} less than")
    return in_language(language, fr=f"{size} de plus que", en=f"{size} more than")


def expected_winter(
    weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95
) -> ExpectedWinter:
    """What the last whole winter brought, against what the weeks recorded before it foretold for its days.

    The forecast knows the winters before, the calendar, the level of giving when the winter began and appeals
    launched until then; an appeal launched in the winter counts in what it brought only. `on_year_before` compares
    it with the winter before, day for day; `year_before` sets the 52 weeks before it against what the weeks before
    those foretold, so that a reader sees when a change on the year before starts from an exceptional year. It is
    missing where the records are too short for it. Input is as in `fit_winter_drop`.

    Raises
    ------
    TooThin
        Fewer than two whole winters are recorded before the last one, or too few gifts for the model to settle.
    """
    weeks = complete_weeks(weekly)
    whole = whole_winters(weeks)
    if len(whole) <= FEWEST_EARLIER:
        raise _few_winters(len(whole))
    inside = _of_winter(weeks, whole[-1])
    winter = weeks[inside].assign(part=lambda t: t["winter_share"])
    before = weeks[weeks["week"] < winter["week"].iloc[0]]
    last = weeks[_of_winter(weeks, whole[-2])]
    return ExpectedWinter(
        winter=whole[-1],
        this=_expectation(before, winter, appeals, level),
        on_year_before=_daily(winter) / _daily(last) - 1,
        year_before=_year_before(before, appeals, level),
        level=level,
        weeks=len(before),
        winters=tuple(whole[:-1]),
    )


def _of_winter(weeks: pd.DataFrame, label: str) -> np.ndarray:
    return ((weeks["winter_share"] > 0) & (giving_year(weeks["week"]) == label)).to_numpy()


def _daily(winter: pd.DataFrame) -> float:
    """Mean of a winter week, weeks that the window cuts counted by their days."""
    return float((winter["amount"] * winter["winter_share"]).sum() / winter["winter_share"].sum())


def _expectation(before: pd.DataFrame, coming: pd.DataFrame, appeals: pd.DataFrame | None, level: float) -> Expectation:
    fit = foretold_total(before, coming, appeals=appeals)
    low, high = fit.interval(level)
    return Expectation(
        observed=float((coming["amount"] * coming["part"]).sum()),
        expected=float(np.exp(fit.mean())),
        lower=float(np.exp(low)),
        upper=float(np.exp(high)),
        weeks=len(coming),
    )


def _year_before(before: pd.DataFrame, appeals: pd.DataFrame | None, level: float) -> Expectation | None:
    """The 52 weeks before the winter against what was foretold; None where too little was recorded before them."""
    year, earlier = before.tail(WEEKS_BEFORE), before.iloc[:-WEEKS_BEFORE]
    if earlier.empty or len(whole_winters(earlier)) < FEWEST_EARLIER:
        return None
    try:
        return _expectation(earlier, year.assign(part=1.0), appeals, level)
    except TooThin:
        return None


def _few_winters(winters: int) -> TooThin:
    fr = {0: "aucun hiver entier", 1: "qu’un seul hiver entier"}.get(winters, f"que {winters} hivers entiers")
    en = {0: "no whole winter", 1: "only one whole winter"}.get(winters, f"only {winters} whole winters")
    return TooThin(
        fr=f"Les données ne couvrent {fr} ; il en faut au moins deux avant le dernier pour dire si celui-ci sort de "
        "l’ordinaire.",
        en=f"The records hold {en}; it takes at least two before the last one to say whether that one is unusual.",
    )
