"""A share of donors with its interval, and what must be known beside every number about donors."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from analysis.models.sentences import TooThin, in_language
from analysis.wording import percent, percent_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`kept` of `donors` and the share, with its Wilson interval (Wilson 1927, JASA 22) at `level`."""

    kept: int
    donors: int
    rate: float
    lower: float
    upper: float
    level: float

    @classmethod
    def of(cls, kept: int, donors: int, *, level: float) -> Rate:
        """The rate of `kept` among `donors`; ValueError where there are none."""
        if donors <= 0:
            raise ValueError("a rate needs donors")
        low, high = proportion_confint(kept, donors, alpha=1 - level, method="wilson")
        return cls(kept=kept, donors=donors, rate=kept / donors, lower=float(low), upper=float(high), level=level)

    def said(self, language: str) -> str:
        """The rate and its interval: "41% (95% range: 36% to 46%)"."""
        share, of = percent(self.rate, language), percent(self.level, language)
        ends = percent_range(self.lower, self.upper, language)
        return in_language(language, fr=f"{share} (fourchette à {of} : {ends})", en=f"{share} ({of} range: {ends})")


def matching_limits(language: str) -> str:
    """What knowing donors by a pseudonym cannot see, in one sentence."""
    return in_language(
        language,
        fr="Les donateurs sont reconnus à leur adresse électronique ou à leur nom : qui donne sous une autre adresse "
        "compte comme nouveau et l’ancien comme perdu, et deux homonymes peuvent compter pour un.",
        en="Donors are known by their e-mail address or their name: who gives from another address counts as new, and "
        "as lapsed under the old one, and two people of one name may count as one.",
    )


def no_donors() -> TooThin:
    """The reason when no gift names its donor."""
    return TooThin(
        fr="Aucun don ne nomme son donateur : on ne peut pas dire qui revient.",
        en="No gift names its donor, so nothing can be said of who comes back.",
    )


def comparable(years: pd.DataFrame) -> list[tuple[str, str]]:
    """Each giving year that is complete, with the one before it where that is complete too: (before, year)."""
    whole = years.set_index("giving_year")["complete"]
    labels = years["giving_year"].tolist()
    return [(before, year) for before, year in zip(labels, labels[1:], strict=False) if whole[before] and whole[year]]
