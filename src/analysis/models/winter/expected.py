"""This winter against expectation: what it brought, and what the weeks recorded before it foretold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.models.prediction import foretold_total
from analysis.models.sentences import TooThin, in_language
from analysis.models.weeks import complete_weeks
from analysis.seasons import giving_year, monday, whole_winters
from analysis.wording import number, percent, percent_range, rounded

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

    def by_chance(self, language: str) -> str:
        """What chance alone could have given, as changes on what was expected: "from −27% to +38%"."""
        low, high = (end / self.expected - 1 for end in (self.lower, self.upper))
        return percent_range(low, high, language, sign=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedWinter:
    """The last whole winter, `winter`, against what the weeks before it foretold.

    `on_year_before` is its change on the winter before (a share, means of a day). `year_before` holds the 52 weeks
    before the winter against what was foretold for them; None where too little was recorded. `weeks` and `winters`
    are what the forecast was made from; `with_appeal` says whether an appeal was launched in the winter.
    """

    winter: str
    this: Expectation
    on_year_before: float
    year_before: Expectation | None
    level: float
    weeks: int
    winters: tuple[str, ...]
    with_appeal: bool = False

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en": what this winter brought, beside what chance alone could have given."""
        came, ends = _against(self.this.change, language), self.this.by_chance(language)
        of = percent(self.level, language)
        fr = ("L’hiver", "Avec l’appel lancé cet hiver-là, l’hiver")[self.with_appeal]
        en = ("Winter", "With the appeal launched that winter, winter")[self.with_appeal]
        less, far = self.this.observed < self.this.expected, self.this.unusual
        beyond_en = f"that is {'less' if less else 'more'} than chance gives"
        said_fr = "le hasard seul n’explique guère cet écart" if far else "cela reste dans ce que le hasard peut donner"
        said_en = beyond_en if far else "that is within what chance can give"
        return in_language(
            language,
            fr=f"{fr} {self.winter} a rapporté {came} ce que les semaines d’avant laissaient attendre ; "
            f"{said_fr} (il donnerait à lui seul {ends}, fourchette à {of}).",
            en=f"{en} {self.winter} brought {came} what the weeks before led one to expect; "
            f"{said_en} (by itself: {ends}, {of} range).",
        )

    def base_summary(self, language: str) -> str:
        """One sentence in "fr" or "en": whether a comparison with the year before starts from an unusual level."""
        if self.year_before is None:
            return in_language(
                language,
                fr="Les données ne remontent pas assez loin pour dire si l’année d’avant cet hiver était elle-même "
                "exceptionnelle.",
                en="The records do not reach back far enough to say whether the year before that winter was itself "
                "exceptional.",
            )
        came, ends = _against(self.year_before.change, language), self.year_before.by_chance(language)
        weeks = number(self.year_before.weeks, language)
        if not self.year_before.unusual:
            return in_language(
                language,
                fr=f"Les {weeks} semaines d’avant cet hiver ont rapporté {came} ce qui était attendu ; les données ne "
                f"permettent pas de dire si elles étaient exceptionnelles (par hasard seul : {ends}).",
                en=f"The {weeks} weeks before that winter brought {came} what was expected; the records cannot tell "
                f"whether they were exceptional (by chance alone: {ends}).",
            )
        return in_language(
            language,
            fr=f"Les {weeks} semaines d’avant cet hiver étaient elles-mêmes exceptionnelles : elles ont rapporté "
            f"{came} ce qui était attendu (par hasard seul : {ends}) ; une comparaison avec elles part d’un niveau "
            "inhabituel.",
            en=f"The {weeks} weeks before that winter were themselves exceptional: they brought {came} what was "
            f"expected (by chance alone: {ends}), so a comparison with them starts from an unusual level.",
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
        with_appeal=_holds_appeal(winter, appeals),
    )


def _holds_appeal(winter: pd.DataFrame, appeals: pd.DataFrame | None) -> bool:
    if appeals is None:
        return False
    weeks = pd.DatetimeIndex(winter.loc[winter["winter_share"] > 0, "week"])
    return bool(monday(appeals["launched_on"].dropna()).isin(weeks).any())


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
