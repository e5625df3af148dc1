"""How far the winter drop hangs on choices that could have been made otherwise: the default, varied one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from analysis.models.results import Attempt, WinterDrop
from analysis.models.sentences import TooThin, in_language
from analysis.models.weeks import complete_weeks
from analysis.models.winter.drop import fit_winter_drop
from analysis.seasons import AFTER_YEAR_END, WINTER, giving_year, share_of_days, whole_winters
from analysis.wording import number, percent, percent_range

WINDOWS = {"meteorological_window": WINTER, "after_year_end_window": AFTER_YEAR_END}
STIFFNESS = {"trend_that_bends_more": 0.5, "trend_that_bends_less": 2.0}
FEW = 3
"""So many variations that are not clear are named."""
TABLES = ("without_largest_gifts", "one_off_gifts", "months")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation(Attempt):
    """The winter drop under one choice made otherwise, or the reason why it is not estimated.

    `key` names the choice and `winter` the winter left out, where one is.
    """

    key: str
    winter: str | None = None

    def said(self, language: str) -> str:
        """The variation and what it gives, as part of a sentence."""
        if self.drop is None or self.lower is None or self.upper is None:
            return self.label(language)
        change, ends = (
            percent(-self.drop, language, sign=True),
            percent_range(-self.upper, -self.lower, language, sign=True),
        )
        return f"{self.label(language)} ({change}, {ends})"

    def label(self, language: str) -> str:
        """What was done otherwise, in "fr" or "en", to stand in a table or beside a bar."""
        return in_language(language, fr=LABELS[self.key][0], en=LABELS[self.key][1]).format(winter=self.winter)


LABELS = {
    "default": ("estimation retenue", "the estimate itself"),
    "meteorological_window": ("hiver du 1er décembre à fin février", "winter from 1 December to end of February"),
    "after_year_end_window": ("hiver du 1er janvier à fin février", "winter from 1 January to end of February"),
    "peak_not_held": ("pic de fin d’année compté avec l’hiver", "year-end peak counted with winter"),
    "trend_that_bends_more": ("tendance deux fois plus souple", "trend that bends twice as often"),
    "trend_that_bends_less": ("tendance deux fois moins souple", "trend that bends half as often"),
    "without_winter": ("sans l’hiver {winter}", "without winter {winter}"),
    "without_largest_gifts": ("sans les dix plus gros dons", "without the ten largest gifts"),
    "one_off_gifts": ("sans les dons réguliers connus", "without known standing gifts"),
    "months": ("par mois ; le pic y prend décembre", "by months; the peak takes December"),
}
"""What each variation is called, in French and in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WinterSensitivity:
    """The winter drop under the default and under each variation, the default first; intervals at `level`."""

    variations: tuple[Variation, ...]
    level: float

    @property
    def estimated(self) -> tuple[Variation, ...]:
        """The variations that could be estimated, the default apart."""
        return tuple(one for one in self.variations[1:] if one.reason is None)

    @property
    def agreeing(self) -> tuple[Variation, ...]:
        """The variations that are clear, and of the default's sign where that is clear."""
        default = self.variations[0]
        return tuple(
            one
            for one in self.estimated
            if one.clear and (not default.clear or (one.drop or 0) * (default.drop or 0) > 0)
        )

    def summary(self, language: str) -> str:
        """In "fr" or "en": how many say the same as the default, how far they lie apart, and which do not."""
        count, same = len(self.estimated), len(self.agreeing)
        if not count:
            return in_language(
                language,
                fr="Aucun autre choix n’a pu être essayé : les données sont trop courtes.",
                en="No other choice could be tried: the records are too short.",
            )
        said = [number(value, language) for value in (same, count)]
        times = "time" if same == 1 else "times"
        if not self.variations[0].clear:
            return in_language(
                language,
                fr=f"L’estimation n’est pas claire ; des {said[1]} autres calculs, {said[0]} le "
                f"{'serait' if same < 2 else 'seraient'}.",
                en=f"The estimate is not clear; of {said[1]} other calculations, {said[0]} would be.",
            )
        fr, en = ("baisse", "fall") if (self.variations[0].drop or 0) > 0 else ("hausse", "rise")
        changes = sorted(-(one.drop or 0.0) for one in self.agreeing)
        ends = f" ({percent_range(changes[0], changes[-1], language, sign=True)})" if len(changes) > 1 else ""
        return in_language(
            language,
            fr=f"Refait de {said[1]} autres façons (autres dates, autre tendance, un hiver de moins, sans les plus "
            f"gros dons…), le calcul donne encore {said[0]} fois une {fr} claire{ends}." + self._others(language),
            en=f"Worked out in {said[1]} other ways (other dates, another trend, one winter less, without the largest "
            f"gifts…), it still shows a clear {en} {said[0]} {times}{ends}." + self._others(language),
        )

    def _others(self, language: str) -> str:
        """The variations that do not say the same, with their intervals, when they are few; else ""."""
        apart = [one for one in self.estimated if one not in self.agreeing]
        if not 0 < len(apart) <= FEW:
            return ""
        named = "; ".join(one.said(language) for one in apart)
        fr, en = ("L’exception", "The exception") if len(apart) == 1 else ("Les exceptions", "The exceptions")
        return in_language(language, fr=f" {fr} : {named.replace('; ', ' ; ')}.", en=f" {en}: {named}.")

    def to_frame(self) -> pd.DataFrame:
        """One row a variation: variation, winter (left out), drop, lower, upper, level, clear, reason (in English)."""
        return pd.DataFrame(
            [
                {
                    "variation": one.key, "winter": one.winter, "drop": one.drop, "lower": one.lower,
                    "upper": one.upper, "level": self.level, "clear": one.clear,
                    "reason": one.reason.en if one.reason else None,
                }
                for one in self.variations
            ]
        ).astype({"drop": float, "lower": float, "upper": float})  # fmt: skip


def winter_sensitivity(
    weekly: pd.DataFrame,
    *,
    appeals: pd.DataFrame | None = None,
    level: float = 0.95,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> WinterSensitivity:
    """The winter drop of `fit_winter_drop`, and the same with one choice at a time made otherwise.

    From `weekly` (as in `fit_winter_drop`) come: the two winter windows (that of `weekly` itself is not repeated),
    the year-end peak not held fixed, a trend that bends twice and half as often, and each winter left out. Variations
    of other gifts need a table of their own in `tables`, with the columns of `weekly`; each is optional:

    - `without_largest_gifts`: the same weeks, the ten largest gifts of the recorded period taken out of amount;
    - `one_off_gifts`: the same weeks, amount without standing donations;
    - `months`: one row a calendar month. `week` is its first day, `days` its number of days, `amount` its total, and
      winter_share and year_end_share are shares of its days; payday is 1. Only months recorded from first day to last.

    A variation that the records cannot carry holds its reason. Raises TooThin where the default itself is, and
    ValueError for a table that is not one of these.
    """
    given = dict(tables or {})
    if unknown := sorted(set(given) - set(TABLES)):
        raise ValueError(f"no variation is called {', '.join(unknown)}: the tables are {', '.join(TABLES)}")
    weeks = complete_weeks(weekly)
    first = _variation("default", fit_winter_drop(weeks, appeals=appeals, level=level))
    others = [
        _tried(key, winter, partial(fit_winter_drop, table, appeals=appeals, level=level, stiffness=stiffness))
        for key, winter, table, stiffness in (*_of_weeks(weeks), *_of_tables(given))
    ]
    return WinterSensitivity(variations=(first, *others), level=level)


def _of_weeks(weeks: pd.DataFrame) -> Iterator[tuple[str, str | None, pd.DataFrame, float]]:
    """Key, winter, table and stiffness of the variations that need no other gifts."""
    for key, window in WINDOWS.items():
        share = share_of_days(pd.DatetimeIndex(weeks["week"]), window)
        if not (share == weeks["winter_share"]).all():
            yield key, None, weeks.assign(winter_share=share), 1.0
    yield "peak_not_held", None, weeks.assign(year_end_share=0.0), 1.0
    for key, stiffness in STIFFNESS.items():
        yield key, None, weeks, stiffness
    inside, years = weeks["winter_share"] > 0, giving_year(weeks["week"])
    for winter in whole_winters(weeks):
        yield "without_winter", winter, weeks[~(inside & (years == winter))].reset_index(drop=True), 1.0


def _of_tables(given: dict[str, pd.DataFrame]) -> Iterator[tuple[str, str | None, pd.DataFrame, float]]:
    """The same of the variations that have a table; a month's amount is taken for a week, as months differ."""
    for key in TABLES:
        if key == "months" and key in given:
            months = given[key]
            yield key, None, months.assign(amount=months["amount"] * 7 / months["days"]), 1.0
        elif key in given:
            yield key, None, given[key], 1.0


def _tried(key: str, winter: str | None, fit: Callable[[], WinterDrop]) -> Variation:
    try:
        return _variation(key, fit(), winter)
    except TooThin as reason:
        return Variation(key=key, winter=winter, reason=reason)


def _variation(key: str, fit: WinterDrop, winter: str | None = None) -> Variation:
    return Variation(key=key, winter=winter, drop=fit.drop, lower=fit.lower, upper=fit.upper)
