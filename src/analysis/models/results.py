"""What the models say of winters: frozen results with their intervals, one honest sentence each.

Results are shares, so the sentences hold in any currency.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.models.sentences import TooThin, claim, in_language, is_clear
from analysis.wording import listing, number, percent, percent_range, rounded

__all__ = ["EachWinter", "PerPerson", "RawChange", "TooThin", "WinterDrop", "WinterEstimate", "WinterSpread"]


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
        """Two sentences in "fr" or "en"; they state what was recorded and claim nothing beyond it."""
        size = percent(abs(self.change), language)
        if rounded(self.change * 100) == 0:
            fr, en = "autant qu’", "as much as "
        elif self.change < 0:
            fr, en = f"{size} de moins qu’", f"{size} less than "
        else:
            fr, en = f"{size} de plus qu’", f"{size} more than "
        return in_language(
            language,
            fr=f"Sans aucune correction, une semaine d’hiver a rapporté en moyenne {fr}une semaine du reste de "
            "l’année (de juillet à juin). Cet écart brut mêle l’hiver, la tendance, le pic de fin d’année et "
            "les appels.",
            en=f"Uncorrected, an average winter week brought {en}an average week in the rest of the year "
            "(July to June). This raw change mixes winter with trend, year-end giving and appeals.",
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
    the same effect and its standard error on the log scale, for sums with other effects. `outcome` is the column
    of the weekly table that it speaks of.
    """

    drop: float
    lower: float
    upper: float
    level: float
    weeks: int
    winters: tuple[str, ...]
    log_change: float = field(repr=False)
    log_se: float = field(repr=False)
    outcome: str = "amount"

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed, leaves zero out."""
        return is_clear(self.lower, self.upper)

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en", no surer than the interval."""
        named, of = outcome_words(self.outcome)
        fr = (
            f"Hors pic de fin d’année et appels, les {named} {{change}} au cours des hivers observés",
            f"des {named} en hiver",
        )
        en = (
            f"Leaving year-end giving and appeals aside, {of} {{change}} in the winters recorded",
            f"change in {of}",
        )
        return claim(self.drop, self.lower, self.upper, self.level, language, fr=fr, en=en)

    def to_frame(self) -> pd.DataFrame:
        """One row: drop, lower, upper, level, weeks, winters (labels, separated by commas)."""
        row = {"drop": self.drop, "lower": self.lower, "upper": self.upper, "level": self.level}
        return pd.DataFrame([{**row, "weeks": self.weeks, "winters": ", ".join(self.winters)}])


OUTCOMES = {
    "amount": ("dons", "giving"),
    "donations": ("dons (en nombre)", "gifts (by number)"),
    "donors": ("donateurs (en nombre)", "donors (by number)"),
    "regular_amount": ("dons réguliers", "standing donations"),
    "goods_value": ("dons en nature (en valeur)", "goods received (by value)"),
    "new_donors": ("nouveaux donateurs", "new donors"),
    "wish_list_orders": ("commandes de la liste d’envies", "wish-list orders"),
}


def outcome_words(outcome: str) -> tuple[str, str]:
    """What a column of the weekly table is called in a sentence, in French (after "les") and in English.

    A column that is not of the weekly table is taken to hold the quantities of an item.
    """
    return OUTCOMES.get(outcome, (f"quantités reçues ({outcome})", f"quantities received ({outcome})"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A winter drop that was tried: `drop`, `lower` and `upper` (shares), or the `reason` why they are missing."""

    drop: float | None = None
    lower: float | None = None
    upper: float | None = None
    reason: TooThin | None = None

    @property
    def clear(self) -> bool:
        """Whether there is an estimate whose interval, as it is printed, leaves zero out."""
        return self.lower is not None and self.upper is not None and is_clear(self.lower, self.upper)


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
        return is_clear(self.lower, self.upper)

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
        return claim(self.drop, self.lower, self.upper, self.level, language, fr=fr, en=en)

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
class WinterSpread:
    """How much the winters recorded differ among themselves, beyond the luck of their weeks.

    `spread` is the standard deviation of the winters' log changes, with its interval `lower` to `upper`; `chance` is
    the probability of winters that differ as much as these where all are alike (Cochran's Q).
    """

    spread: float
    lower: float
    upper: float
    chance: float
    level: float
    winters: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether the winters differ by more than chance would make them, at `level`."""
        return self.chance < 1 - self.level and rounded(self.lower * 100) > 0

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en": whether the winters differ, and by how much they may."""
        count, of = number(len(self.winters), language), percent(self.level, language)
        size = percent(float(np.expm1(self.spread)), language)
        if not self.clear:
            return in_language(
                language,
                fr=f"Les données ne disent pas si les {count} hivers diffèrent entre eux : ils sont trop peu nombreux "
                "pour exclure de grands écarts.",
                en=f"The records do not tell whether the {count} winters differ among themselves: they are too few to "
                "rule out large differences.",
            )
        low, high = (float(np.expm1(end)) for end in (self.lower, self.upper))
        ends = percent_range(low, high, language)
        return in_language(
            language,
            fr=f"Les {count} hivers diffèrent entre eux plus que par hasard : l’écart typique est d’environ {size} "
            f"(fourchette à {of} : {ends}) ; leur moyenne ne dit pas ce que sera le prochain.",
            en=f"The {count} winters differ among themselves by more than chance: typically by about {size} "
            f"({of} range: {ends}), so their average does not say what the next one will be.",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row: spread, lower, upper, chance, level, winters (labels, separated by commas)."""
        row = {"spread": self.spread, "lower": self.lower, "upper": self.upper, "chance": self.chance}
        return pd.DataFrame([{**row, "level": self.level, "winters": ", ".join(self.winters)}])


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
        return is_clear(self.lower, self.upper)

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en", no surer than the interval."""
        fr = (
            "Rapportés au nombre de personnes dans le besoin, les dons {change} en hiver",
            "des dons d’hiver par personne dans le besoin",
        )
        en = ("Giving per person in need {change} in winter", "change in giving per person in need")
        return claim(self.drop, self.lower, self.upper, self.level, language, fr=fr, en=en)

    def to_frame(self) -> pd.DataFrame:
        """One row, one column a field."""
        return pd.DataFrame([{name: getattr(self, name) for name in PerPerson.__slots__}])
