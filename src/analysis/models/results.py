"""What the models say: frozen results with their intervals, one honest sentence each, or why there is none.

A sentence is never surer than its interval: where the interval, as printed, reaches zero, it says that the
records do not show a clear change. Results are shares, so the sentences hold in any currency.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from analysis.wording import NARROW_SPACE, NO_BREAK_SPACE, listing, number, percent, percent_range, rounded


class TooThin(ValueError):  # noqa: N818 - it names a finding that is printed, not a failure
    """The records cannot carry the number; its sentence stands in the number's place in the report."""

    def __init__(self, *, fr: str, en: str) -> None:
        self.fr = _typeset(fr)
        self.en = en
        super().__init__(en)

    def __reduce__(self) -> tuple[Callable[..., TooThin], tuple[str, str]]:
        return _too_thin, (self.fr, self.en)

    def to_frame(self) -> pd.DataFrame:
        """One row: the reason, in English."""
        return pd.DataFrame([{"reason": self.en}])

    def sentence(self, language: str) -> str:
        """The reason as one sentence in "fr" or "en"."""
        return _in(language, fr=self.fr, en=self.en)


def _too_thin(fr: str, en: str) -> TooThin:
    return TooThin(fr=fr, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawChange:
    """Mean winter week against the mean week of the rest of the same giving years (July to June); no model.

    `change` is a share (-0.22 is 22 % lower), `winter_mean` and `rest_mean` are in the reporting currency a
    week, `winters` names the winters compared and `by_winter` holds (label, change) for each of them.
    """

    change: float
    winter_mean: float
    rest_mean: float
    weeks: int
    winters: tuple[str, ...]
    by_winter: tuple[tuple[str, float], ...]

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en"; it states what was recorded and claims nothing beyond it."""
        size = percent(abs(self.change), language)
        if rounded(self.change * 100) == 0:
            fr, en = "autant qu’", "as much as "
        elif self.change < 0:
            fr, en = f"{size} de moins qu’", f"{size} less than "
        else:
            fr, en = f"{size} de plus qu’", f"{size} more than "
        return _in(
            language,
            fr=f"Sans aucune correction, une semaine d’hiver a rapporté en moyenne {fr}une semaine du reste de "
            "l’année (de juillet à juin) ; cet écart brut mêle l’hiver, la tendance, le pic de fin d’année et "
            "les appels.",
            en=f"Uncorrected, an average winter week brought {en}an average week in the rest of the year "
            "(July to June); this raw change mixes winter with trend, year-end giving and appeals.",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row: change, winter_mean, rest_mean, weeks, winters (labels, separated by commas)."""
        row = {"change": self.change, "winter_mean": self.winter_mean, "rest_mean": self.rest_mean}
        return pd.DataFrame([{**row, "weeks": self.weeks, "winters": ", ".join(self.winters)}])


@dataclass(frozen=True, slots=True, kw_only=True)
class WinterDrop:
    """How much lower giving is in winter (share), with trend, year-end peak, paydays and appeals held fixed.

    It speaks of the winters in the records, `winters`; a negative drop is a rise. `lower` and `upper` are
    the ends of the interval of the drop at `level`, `weeks` the weeks used. `log_change` and `log_se` are
    the same effect and its standard error on the log scale, for sums with other effects.
    """

    drop: float
    lower: float
    upper: float
    level: float
    weeks: int
    winters: tuple[str, ...]
    log_change: float = field(repr=False)
    log_se: float = field(repr=False)

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed, leaves zero out."""
        return _clear(self.lower, self.upper)

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en", no surer than the interval."""
        fr = ("Hors pic de fin d’année et appels, les dons {change} au cours des hivers observés", "des dons en hiver")
        en = ("Leaving year-end giving and appeals aside, giving {change} in the winters recorded", "change in giving")
        return _sentence(self.drop, self.lower, self.upper, self.level, language, fr=fr, en=en)

    def to_frame(self) -> pd.DataFrame:
        """One row: drop, lower, upper, level, weeks, winters (labels, separated by commas)."""
        row = {"drop": self.drop, "lower": self.lower, "upper": self.upper, "level": self.level}
        return pd.DataFrame([{**row, "weeks": self.weeks, "winters": ", ".join(self.winters)}])


@dataclass(frozen=True, slots=True, kw_only=True)
class WinterEstimate:
    """One winter's own drop (share, 0 to 1) and the ends of its interval."""

    label: str
    drop: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EachWinter:
    """One drop a winter, and their mean with the interval for winters in general.

    `drop`, `lower` and `upper` come from how much the winters differ among themselves: mean of the log
    changes +- t(G - 1) x standard deviation / sqrt(G) for G winters (Ibragimov and Mueller 2010).
    """

    winters: tuple[WinterEstimate, ...]
    drop: float
    lower: float
    upper: float
    level: float

    @property
    def clear(self) -> bool:
        """Whether the interval for winters in general, as it is printed, leaves zero out."""
        return _clear(self.lower, self.upper)

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en", no surer than the interval for winters in general."""
        count = number(len(self.winters), language)
        labels = listing([winter.label for winter in self.winters], language)
        fr = (
            f"En moyenne des {count} hivers estimés séparément ({labels}), les dons {{change}}",
            f"des dons en moyenne des {count} hivers estimés séparément",
        )
        en = (
            f"Averaged over the {count} winters estimated separately ({labels}), giving {{change}}",
            f"change in giving on average over the {count} winters estimated separately",
        )
        return _sentence(self.drop, self.lower, self.upper, self.level, language, fr=fr, en=en)

    def to_frame(self) -> pd.DataFrame:
        """One row a winter, then their mean as winter "all": winter, drop, lower, upper, level."""
        rows = [
            *self.winters,
            WinterEstimate(label="all", drop=self.drop, lower=self.lower, upper=self.upper),
        ]
        return pd.DataFrame(
            [{"winter": r.label, "drop": r.drop, "lower": r.lower, "upper": r.upper, "level": self.level} for r in rows]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PerPerson:
    """How much lower giving per person in need is in winter (share), and the headcount's winter change.

    `headcount_change` (0.10 is 10 % more people in winter) has its interval in `headcount_lower` and
    `headcount_upper`; `weeks` are the weeks of giving and `counts` the headcounts used.
    """

    drop: float
    lower: float
    upper: float
    level: float
    weeks: int
    counts: int
    headcount_change: float
    headcount_lower: float
    headcount_upper: float

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed, leaves zero out."""
        return _clear(self.lower, self.upper)

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en", no surer than the interval."""
        fr = (
            "Rapportés au nombre de personnes dans le besoin, les dons {change} en hiver",
            "des dons d’hiver par personne dans le besoin",
        )
        en = ("Giving per person in need {change} in winter", "change in giving per person in need")
        return _sentence(self.drop, self.lower, self.upper, self.level, language, fr=fr, en=en)

    def to_frame(self) -> pd.DataFrame:
        """One row, one column a field."""
        return pd.DataFrame([{name: getattr(self, name) for name in PerPerson.__slots__}])


def _in(language: str, *, fr: str, en: str) -> str:
    return {"fr": _typeset(fr), "en": en}[language]


def _typeset(french: str) -> str:
    """French text with the spaces that must not break before its colons and semicolons."""
    return french.replace(" :", f"{NO_BREAK_SPACE}:").replace(" ;", f"{NARROW_SPACE};")


def _clear(lower: float, upper: float) -> bool:
    return rounded(lower * 100) > 0 or rounded(upper * 100) < 0


def _sentence(
    drop: float,
    lower: float,
    upper: float,
    level: float,
    language: str,
    *,
    fr: tuple[str, str],
    en: tuple[str, str],
) -> str:
    """The claim (first of the pair) with its interval, or that no change is clear (second of the pair)."""
    if not _clear(lower, upper):
        return _unclear(drop, lower, upper, level, language, fr=fr[1], en=en[1])
    size, of = percent(abs(drop), language), percent(level, language)
    ends = percent_range(lower, upper, language) if drop > 0 else percent_range(-upper, -lower, language)
    return _in(
        language,
        fr=fr[0].format(change=f"{'ont baissé' if drop > 0 else 'ont augmenté'} d’environ {size}")
        + f" (fourchette à {of} : {ends}).",
        en=en[0].format(change=f"{'fell' if drop > 0 else 'rose'} by about {size}") + f" ({of} range: {ends}).",
    )


def _unclear(drop: float, lower: float, upper: float, level: float, language: str, *, fr: str, en: str) -> str:
    best, low, high = (_as_change(share, language) for share in (drop, lower, upper))
    of = percent(level, language)
    return _in(
        language,
        fr=f"Les données ne montrent pas d’évolution claire {fr} : la valeur la plus plausible est {best}, "
        f"mais elles n’excluent rien entre {low} et {high} (fourchette à {of}).",
        en=f"The records do not show a clear winter {en}: the best estimate is {best}, "
        f"but nothing from {low} to {high} can be ruled out ({of} range).",
    )


def _as_change(drop: float, language: str) -> str:
    """A drop in words: "a fall of 5%", "a rise of 4%", "no change"."""
    size = percent(abs(drop), language)
    if rounded(drop * 100) == 0:
        return _in(language, fr="aucun changement", en="no change")
    if drop < 0:
        return _in(language, fr=f"une hausse de {size}", en=f"a rise of {size}")
    return _in(language, fr=f"une baisse de {size}", en=f"a fall of {size}")
