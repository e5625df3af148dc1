"""A share of things that were counted, with its interval."""

from __future__ import annotations

from dataclasses import dataclass

from statsmodels.stats.proportion import proportion_confint

from analysis.models.sentences import in_language
from analysis.wording import percent, percent_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`kept` of `counted` and the share, with its Wilson interval (Wilson 1927, JASA 22) at `level`."""

    kept: int
    counted: int
    rate: float
    lower: float
    upper: float
    level: float

    @classmethod
    def of(cls, kept: int, counted: int, *, level: float) -> Rate:
        """The rate of `kept` among `counted`; ValueError where nothing was counted."""
        if counted <= 0:
            raise ValueError("a rate needs something that was counted")
        low, high = proportion_confint(kept, counted, alpha=1 - level, method="wilson")
        return cls(kept=kept, counted=counted, rate=kept / counted, lower=float(low), upper=float(high), level=level)

    def said(self, language: str) -> str:
        """The rate and its interval: "41% (95% range: 36% to 46%)"."""
        share, of = percent(self.rate, language), percent(self.level, language)
        ends = percent_range(self.lower, self.upper, language)
        return in_language(language, fr=f"{share} (fourchette à {of} : {ends})", en=f"{share} ({of} range: {ends})")
