"""What the winter change is made of: donors, donations per donor and mean donation; or channels, regular and one-off.

The split is additive on the log scale and exact: logarithmic mean Divisia index (Ang 2004, Energy Policy 32; for a
product of factors it is the sum of their logs). Each part says what giving would have done had only that part changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.models.design import weeks_since_first
from analysis.models.grid import GridFit, fit_grid
from analysis.models.regression import MeanModel, mean_models
from analysis.models.sentences import OTHER, PART_LABELS, TooThin, as_change, in_language, is_clear
from analysis.models.weeks import (
    as_drop,
    as_drops,
    check_received,
    check_winters,
    compared_weeks,
    complete_weeks,
    paid_weeks,
)
from analysis.models.winter.drop import mean_winter, winter_effects
from analysis.wording import listing, percent, percent_range

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPart:
    """One part of the winter change: its share of the log change, and the ends of its interval (log scale)."""

    key: str
    log_change: float
    lower: float
    upper: float

    @property
    def drop(self) -> float:
        """By how much giving would have been lower had only this part changed (share)."""
        return as_drop(self.log_change)

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the interval of `drop`, lower first."""
        return as_drops(self.lower, self.upper)

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed, leaves zero out."""
        return is_clear(*self.interval)

    def label(self, language: str) -> str:
        """The part's name in "fr" or "en"."""
        fr, en = PART_LABELS.get(self.key, (self.key, self.key))
        return in_language(language, fr=fr, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class WinterSplit:
    """The winter change in parts whose `log_change` sums exactly to that of the whole.

    `drop`, `lower` and `upper` are those of `fit_winter_drop` for the whole (shares); intervals are at `level`.
    """

    parts: tuple[SplitPart, ...]
    drop: float
    lower: float
    upper: float
    level: float
    log_change: float

    def summary(self, language: str) -> str:
        """One sentence in "fr" or "en": the clear parts with their intervals, and the parts where nothing is clear."""
        of = percent(self.level, language)
        clear = [part for part in self.parts if part.clear]
        rest = listing([part.label(language) for part in self.parts if not part.clear], language)
        if not clear:
            return in_language(
                language,
                fr=f"Les données ne montrent pas de quoi l’évolution en hiver est faite : rien de clair pour {rest} "
                f"(fourchettes à {of}).",
                en=f"The records do not show what the winter change is made of: nothing clear for {rest} "
                f"({of} ranges).",
            )
        said = [_alone(part, language) for part in clear]
        if rest:
            said.append(in_language(language, fr=f"rien de clair pour {rest}", en=f"nothing clear for {rest}"))
        fr, en = self._opening()
        listed = "; ".join(said)
        return in_language(
            language,
            fr=f"{fr} : {listed.replace('; ', ' ; ')} (fourchettes à {of}).",
            en=f"{en}: {listed} ({of} ranges).",
        )

    def _opening(self) -> tuple[str, str]:
        """What the parts are, as a sentence begins, in French and in English."""
        keys = {part.key for part in self.parts}
        if keys & {"donors", "donations", "mean_donation"}:
            return (
                "Facteur par facteur, l’évolution en hiver se compose ainsi",
                "Factor by factor, the winter change is made of this",
            )
        if keys <= {"regular", "one_off", OTHER}:
            return (
                "Part de l’évolution en hiver qui revient aux dons réguliers et aux autres",
                "How the winter change divides between standing and other donations",
            )
        if keys & {"new_donors", "known_donors"}:
            return (
                "Part de l’évolution en hiver qui revient aux nouveaux donateurs et à ceux déjà connus",
                "How the winter change divides between new and known donors",
            )
        return (
            "Part de l’évolution en hiver qui revient à chaque voie d’arrivée des dons",
            "How the winter change divides among channels",
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a part, then the whole: part, log_change, log_lower, log_upper, drop, lower, upper, level."""
        low, high = np.log1p(-self.upper), np.log1p(-self.lower)
        whole = SplitPart(key="all", log_change=self.log_change, lower=float(low), upper=float(high))
        return pd.DataFrame(
            [
                {
                    "part": part.key, "log_change": part.log_change, "log_lower": part.lower, "log_upper": part.upper,
                    "drop": part.drop, "lower": as_drop(part.upper), "upper": as_drop(part.lower),
                    "level": self.level,
                }
                for part in (*self.parts, whole)
            ]
        )  # fmt: skip


def _alone(part: SplitPart, language: str) -> str:
    lower, upper = part.interval
    ends = percent_range(lower, upper, language) if part.drop > 0 else percent_range(-upper, -lower, language)
    change, label = as_change(part.drop, language), part.label(language)
    return in_language(language, fr=f"pour {label}, {change} ({ends})", en=f"for {label}, {change} ({ends})")


def split_by_donors(weekly: pd.DataFrame, *, appeals: pd.DataFrame | None = None, level: float = 0.95) -> WinterSplit:
    """The winter change as donors x donations per donor x mean donation; without known donors, the last two merged.

    `weekly` needs donations beside the columns of `fit_winter_drop`, and donors (different donors in a week) where
    they are known. The engine gives the winter change of each total (giving, donations, donors) on the weeks where
    all are known; a part is the difference of two of them. Its interval is the engine's for the log of the ratio of
    the two totals week by week, widened by how far its estimate lies from the part (in quadrature).

    Raises
    ------
    TooThin
        As in `fit_winter_drop`, for giving, donations or donors.
    """
    known = "donors" in weekly.columns and weekly["donors"].notna().any()
    totals = ["donors", "donations", "amount"] if known else ["donations", "amount"]
    weeks = complete_weeks(weekly.dropna(subset=totals))
    check_winters(weeks)
    fits = {name: mean_winter(weeks, appeals=appeals, outcome=name) for name in totals}
    effects, counts = winter_effects(weeks)
    models = {name: mean_models(weeks, effects, appeals=appeals, outcome=name) for name in totals}
    first = fits[totals[0]]
    low, high = first.interval(level)
    parts = [SplitPart(key=totals[0], log_change=first.mean(), lower=low, upper=high)]
    names = {"donations": "donations_per_donor", "amount": "mean_donation"}
    for below, above in zip(totals, totals[1:], strict=False):
        part = fits[above].mean() - fits[below].mean()
        likeliest = [max(models[name], key=lambda model: model.weight) for name in (above, below)]
        ratio = _ratio(weeks, *likeliest, effects=len(effects)).along(counts)
        low, high = _around(part, ratio, level)
        parts.append(SplitPart(key=names[above], log_change=part, lower=low, upper=high))
    return _split(parts, fits["amount"], level)


def _ratio(weeks: pd.DataFrame, above: MeanModel, below: MeanModel, *, effects: int) -> GridFit:
    """The engine on the log of the ratio of two totals, each taken about its own mean model."""
    design = above.design if above.design.shape[1] >= below.design.shape[1] else below.design
    times = weeks_since_first(weeks["week"])
    return fit_grid(above.response - below.response, design, effects=effects, times=times, noise=below.noise)


def _around(part: float, fit: GridFit, level: float) -> tuple[float, float]:
    """The interval of `fit` about `part`, widened by how far the two lie apart."""
    gap = part - fit.mean()
    low, high = (end - fit.mean() for end in fit.interval(level))
    return float(part - np.hypot(low, gap)), float(part + np.hypot(high, gap))


def split_by_parts(
    weekly: pd.DataFrame, columns: Mapping[str, str], *, appeals: pd.DataFrame | None = None, level: float = 0.95
) -> WinterSplit:
    """The winter change of giving by parts that add up to it: by channel, or regular against one-off.

    `columns` names each part (its key, "regular" and "one_off" for instance) and the column of `weekly` that holds
    its weekly amounts; week by week they must sum to amount. With s the share of a part in giving outside winter and
    b its own winter change (log scale, the engine's), all b are moved by one same amount so that sum(s exp(b)) is the
    winter change of the whole; the part's contribution is L(s exp(b), s) / L(exp(whole), 1) x b, L the logarithmic
    mean. Its interval is that of b times the same factor. Parts that cannot be estimated are taken together as
    "other".

    Raises
    ------
    TooThin
        As in `fit_winter_drop`; or fewer than two parts can be estimated.
    ValueError
        The columns do not sum to amount.
    """
    weeks = complete_weeks(weekly)
    check_winters(weeks)
    amounts = pd.DataFrame({key: weeks[column].astype(float) for key, column in columns.items()})
    if not np.allclose(amounts.sum(axis=1), weeks["amount"].astype(float), atol=0.01):
        raise ValueError(f"{', '.join(columns.values())} do not sum to amount in every week")
    whole = mean_winter(weeks, appeals=appeals)
    fits = _fits_of_parts(weeks, amounts, appeals)
    rest = compared_weeks(weeks).set_index("week")["rest_weight"].reindex(weeks["week"], fill_value=0.0).to_numpy()
    size = np.array([rest @ amounts[list(keys)].sum(axis=1).to_numpy() for keys, _ in fits.values()])
    changes = np.array([fit.mean() for _, fit in fits.values()])
    if len(fits) < 2 or (size <= 0).any():
        raise _one_part()
    share = size / size.sum()
    changes += whole.mean() - np.log(share @ np.exp(changes))
    factor = _log_mean(share * np.exp(changes), share) / _log_mean(np.exp(whole.mean()), np.ones(1))
    parts = []
    for place, (key, (_, fit)) in enumerate(fits.items()):
        low, high = (end - fit.mean() + changes[place] for end in fit.interval(level))
        ends = sorted((float(factor[place] * low), float(factor[place] * high)))
        parts.append(SplitPart(key=key, log_change=float(factor[place] * changes[place]), lower=ends[0], upper=ends[1]))
    return _split(parts, whole, level)


def _fits_of_parts(
    weeks: pd.DataFrame, amounts: pd.DataFrame, appeals: pd.DataFrame | None
) -> dict[str, tuple[tuple[str, ...], GridFit]]:
    """For each part the columns in it and the engine's fit; what cannot be estimated is taken together as "other"."""
    fits: dict[str, tuple[tuple[str, ...], GridFit]] = {}
    thin = []
    for key in amounts.columns:
        try:
            fits[key] = ((key,), _fit(weeks, amounts[key], appeals))
        except TooThin:
            thin.append(key)
    if thin and amounts[thin].to_numpy().any():
        try:
            fits[OTHER] = (tuple(thin), _fit(weeks, amounts[thin].sum(axis=1), appeals))
        except TooThin as reason:
            raise _one_part() from reason
    return fits


def _fit(weeks: pd.DataFrame, amounts: pd.Series, appeals: pd.DataFrame | None) -> GridFit:
    paid = paid_weeks(weeks.assign(amount=amounts), outcome="amount")
    check_winters(paid)
    check_received(paid, outcome="amount")
    return mean_winter(paid, appeals=appeals)


def _log_mean(one: Array, other: Array) -> Array:
    """Logarithmic mean, elementwise: (one - other) / (log one - log other), and `one` where they are equal."""
    apart = np.log(one / other)
    return np.asarray(other * np.where(np.abs(apart) < 1e-9, 1 + apart / 2, np.expm1(apart) / _not_zero(apart)))


def _not_zero(values: Array) -> Array:
    return np.where(values == 0, 1.0, values)


def _split(parts: list[SplitPart], whole: GridFit, level: float) -> WinterSplit:
    lower, upper = as_drops(*whole.interval(level))
    return WinterSplit(
        parts=tuple(parts), drop=as_drop(whole.mean()), lower=lower, upper=upper, level=level, log_change=whole.mean(),
    )  # fmt: skip


def _one_part() -> TooThin:
    return TooThin(
        fr="Les dons sont trop rares pour que leurs parts soient estimées séparément : l’évolution en hiver n’est pas "
        "décomposée.",
        en="Gifts are too few for their parts to be estimated separately, so the winter change is not split.",
    )
