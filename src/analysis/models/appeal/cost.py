"""What an appeal cost for what it brought, with the interval of the uplift turned round."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.models.appeal.results import MONEY, AppealUplift
from analysis.models.results import outcome_words
from analysis.models.sentences import TooThin, in_language
from analysis.wording import money, number, percent, percent_range, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealCost:
    """Cost for each unit of the outcome brought, `lower` to `upper` at `level`; `brought` is its inverse.

    For money both are ratios: 0.12 is 12 cents spent for each unit of money raised. `brought` is missing where the
    appeal cost nothing.
    """

    cost: float
    per_unit: float
    lower: float
    upper: float
    level: float
    outcome: str = "amount"

    @property
    def brought(self) -> tuple[float, float, float] | None:
        """What each unit of money spent brought, and the ends of its interval; None where nothing was spent."""
        if self.cost == 0:
            return None
        return 1 / self.per_unit, 1 / self.upper, 1 / self.lower

    def summary(self, language: str, *, currency: str | None = None) -> str:
        """One sentence in "fr" or "en"; `currency` is needed unless nothing was spent."""
        if self.brought is None:
            return in_language(
                language,
                fr="Cet appel n’a rien coûté, d’après les données.",
                en="This appeal cost nothing, by the records.",
            )
        if currency is None:
            raise ValueError(f"what is told of the cost for {self.outcome} is an amount: name its currency")
        of = percent(self.level, language)
        if self.outcome not in MONEY:
            return self._counted(language, currency, of)
        one_spent = _one_spent(currency, language)
        share, ends = percent(self.per_unit, language), percent_range(self.lower, self.upper, language)
        best, low, high = (number(value, language, places=_places(value)) for value in self.brought)
        return in_language(
            language,
            fr=f"L’appel a coûté environ {share} de ce qu’il a apporté (fourchette à {of} : {ends}) : pour "
            f"{one_spent}, il en a apporté environ {best} (de {low} à {high}).",
            en=f"The appeal cost about {share} of what it brought ({of} range: {ends}): {one_spent} brought about "
            f"{best} ({low} to {high}).",
        )

    def _counted(self, language: str, currency: str, of: str) -> str:
        fr, en = outcome_words(self.outcome)
        best, low, high = (
            money(value, currency, language, places=2) for value in (self.per_unit, self.lower, self.upper)
        )
        return in_language(
            language,
            fr=f"Par unité apportée ({fr}), l’appel a coûté environ {best} (fourchette à {of} : de {low} à {high}).",
            en=f"For each one brought ({en}), the appeal cost about {best} ({of} range: {low} to {high}).",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row: outcome, cost, per_unit, lower, upper, brought and its ends (missing where cost is 0), level."""
        best, low, high = self.brought or (None, None, None)
        row = {"outcome": self.outcome, "cost": self.cost, "per_unit": self.per_unit, "lower": self.lower}
        row |= {"upper": self.upper, "brought": best, "brought_lower": low, "brought_upper": high}
        return pd.DataFrame([{**row, "level": self.level}]).astype(
            dict.fromkeys(("brought", "brought_lower", "brought_upper"), float)
        )


def appeal_cost(uplift: AppealUplift, *, cost: float | None) -> AppealCost:
    """Cost for each unit that the appeal brought: cost / uplift, its interval from the uplift's ends.

    Raises
    ------
    TooThin
        The cost is not known; or it is not zero and the uplift is not clearly above zero, so that the ratio could be
        anything.
    ValueError
        The cost is below zero.
    """
    if cost is None or pd.isna(cost):
        raise TooThin(
            fr="Le coût de l’appel n’est pas enregistré : il n’est pas rapporté à ce que l’appel a apporté.",
            en="What the appeal cost is not recorded, so it is not set against what the appeal brought.",
        )
    if cost < 0:
        raise ValueError(f"an appeal's cost is zero or more, not {cost}")
    if cost == 0:
        return AppealCost(cost=0.0, per_unit=0.0, lower=0.0, upper=0.0, level=uplift.level, outcome=uplift.outcome)
    if uplift.lower <= 0 or rounded(100 * uplift.share_interval[0]) <= 0:
        raise TooThin(
            fr="Les données n’excluent pas que l’appel n’ait rien apporté : son coût n’est pas rapporté à ce qu’il a "
            "apporté, car le résultat pourrait être n’importe lequel.",
            en="The records do not rule out that the appeal brought nothing, so its cost is not set against what it "
            "brought: the ratio could be anything.",
        )
    return AppealCost(
        cost=float(cost), per_unit=cost / uplift.uplift, lower=cost / uplift.upper, upper=cost / uplift.lower,
        level=uplift.level, outcome=uplift.outcome,
    )  # fmt: skip


ONE_SPENT = {
    "EUR": ("un euro dépensé", "each euro spent"),
    "GBP": ("une livre dépensée", "each pound spent"),
}
"""One unit of a currency that was spent, in French and in English; others are written as an amount of one."""


def _one_spent(currency: str, language: str) -> str:
    one = money(1, currency, language)
    fr, en = ONE_SPENT.get(currency, (f"{one} de dépense", f"each {one} spent"))
    return in_language(language, fr=fr, en=en)


def _places(value: float) -> int:
    return 1 if value < 10 else 0
