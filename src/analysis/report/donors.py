"""Who gives and who comes back, computed once, as it may be published; winter for new and for known donors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.dataset import Dataset
from analysis.models.donors import donor_cohorts, donor_concentration, donor_cycle, retention_by_part
from analysis.models.donors.cohorts import PARTS, Cohorts
from analysis.models.rates import Rate
from analysis.models.results import TooThin
from analysis.models.winter import split_by_donors, split_by_parts
from analysis.models.winter.split import WinterSplit
from analysis.panel.donors import donor_years, recorded_years
from analysis.panel.variants import KNOWN, NEW, new_or_known, weeks_of_part, with_new_and_known
from analysis.report.disclosure import unsafe
from analysis.report.donor_disclosure import (
    publishable_cohorts,
    publishable_concentration,
    publishable_money,
    publishable_parts,
    publishable_years,
    total_is_safe,
)
from analysis.report.robustness import known_appeals, or_too_thin
from analysis.tables import Tables


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Donors:
    """Who gives and who comes back, as it may leave; tables have no row where there is nothing to tell.

    `reason` says why nothing is known of donors, else it is None. `years`, `money`, `cohorts`, `parts` (retention by
    the channel and the appeal of the first gift) and `concentration` are made by `report.donor_disclosure`;
    `newcomers` is the share of new donors who gave again the year after, cohorts of whole years together, with its
    ends, as whole percentages, and `newcomer_years` are the years of these cohorts. `nameless` is the share of money
    without a donor (None where it may not be told), and `total_safe` says whether the number of different donors may
    be. `splits` holds what winter changes for new and known donors, then for each of them alone.
    """

    reason: TooThin | None
    years: pd.DataFrame
    money: pd.DataFrame
    cohorts: pd.DataFrame
    newcomers: Rate | None
    newcomer_years: tuple[str, ...]
    parts: pd.DataFrame
    concentration: pd.DataFrame
    nameless: float | None
    total_safe: bool
    splits: Mapping[str, WinterSplit | TooThin]

    @property
    def last(self) -> dict[str, Any] | None:
        """The last year of `years` with a retention rate, None where there is none."""
        told = self.years[self.years["retention"].notna()] if len(self.years) else self.years
        return {str(name): value for name, value in told.iloc[-1].items()} if len(told) else None

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that leave, by name, charts or not; those without rows do not."""
        every = {
            "donors_by_year": self.years,
            "donor_money": self.money,
            "donor_cohorts": self.cohorts,
            "donor_retention": self.parts,
            "donor_concentration": self.concentration,
        }
        return {name: table for name, table in every.items() if len(table)}


def make_donors(weekly: pd.DataFrame, tables: Tables, dataset: Dataset) -> Donors:
    """Everything about donors that the report says, by the dataset's definition."""
    by_donor, years = donor_years(tables, dataset), recorded_years(tables, dataset)
    cycle = or_too_thin(donor_cycle, by_donor, years, definition=dataset.donor_definition, level=dataset.level)
    cohorts = or_too_thin(donor_cohorts, by_donor, years, level=dataset.level)
    if isinstance(cycle, TooThin) or isinstance(cohorts, TooThin):
        return _nobody(cycle) if isinstance(cycle, TooThin) else _nobody(cohorts)
    published = publishable_years(cycle)
    told = publishable_cohorts(cohorts, cycle, published)
    newcomers, newcomer_years = _newcomers(cohorts, told, level=dataset.level)
    rates = [retention_by_part(by_donor, years, part=part, level=dataset.level) for part in PARTS]
    return Donors(
        reason=None,
        years=published,
        money=publishable_money(by_donor, published),
        cohorts=told,
        newcomers=newcomers,
        newcomer_years=newcomer_years,
        parts=_comparable([publishable_parts(part) for part in rates]),
        concentration=publishable_concentration(donor_concentration(by_donor, years), by_donor),
        nameless=_nameless(cycle.without_donor, tables),
        total_safe=total_is_safe(cycle, cohorts, published),
        splits=_splits(weekly, tables, dataset),
    )


def _nobody(thin: object) -> Donors:
    none = pd.DataFrame()
    return Donors(
        reason=thin if isinstance(thin, TooThin) else None, years=none, money=none, cohorts=none, newcomers=None,
        newcomer_years=(), parts=none, concentration=none, nameless=None, total_safe=True, splits={},
    )  # fmt: skip


def _newcomers(cohorts: Cohorts, told: pd.DataFrame, *, level: float) -> tuple[Rate | None, tuple[str, ...]]:
    """The share of new donors of whole years who gave again in the next, in hundredths, and the years of these.

    Only cohorts that are told are counted.
    """
    first = told[(told["after"] == 1) & told["complete"] & ~told["past_unknown"] & ~told["hidden"]]
    rows = [row for row in cohorts.rows if row.after == 1 and row.cohort in set(first["cohort"])]
    if not rows:
        return None, ()
    exact = Rate.of(sum(row.still for row in rows), sum(row.donors for row in rows), level=level)
    ends = {name: round(getattr(exact, name), 2) for name in ("rate", "lower", "upper")}
    return Rate(kept=0, counted=0, level=level, **ends), tuple(row.cohort for row in rows)


def _comparable(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """The parts of which two or more may be told."""
    told = [part for part in parts if len(part) > 1]
    return pd.concat(told, ignore_index=True) if told else pd.DataFrame()


def _nameless(share: float, tables: Tables) -> float | None:
    """The share of money without a donor, unless few gifts, or one above half, are behind it."""
    gifts = tables.donations[tables.donations["donor"].isna()]
    if gifts.empty:
        return 0.0
    return None if unsafe(gifts, pd.Series("all", index=gifts.index)).any() else share


def _splits(weekly: pd.DataFrame, tables: Tables, dataset: Dataset) -> dict[str, WinterSplit | TooThin]:
    """What winter changes for new and known donors, and for each of them alone; few donors are not told apart."""
    known: dict[str, Any] = {"appeals": known_appeals(tables), "level": dataset.level}
    late, columns = with_new_and_known(weekly, tables.donations)
    inside = tables.donations[tables.donations["received_on"] >= late["week"].min()] if len(late) else weekly[:0]
    if len(inside) and unsafe(inside, new_or_known(tables.donations).loc[inside.index]).any():
        few = TooThin(
            fr="Trop peu de personnes ont donné pour que l’hiver soit décrit à part pour les nouveaux donateurs.",
            en="Too few people gave for winter to be told apart for new donors.",
        )
        return {"new_and_known": few}
    splits = {"new_and_known": or_too_thin(split_by_parts, late, columns, **known)}
    for part in (KNOWN, NEW) if isinstance(splits["new_and_known"], WinterSplit) else ():
        splits[part] = or_too_thin(split_by_donors, weeks_of_part(tables, dataset, part), **known)
    return splits
