"""What people got against what they need, by item, area and month.

Need is people times a norm, and norms are of three kinds that one figure never mixes (Sphere Handbook 2018): to own
for a time ("stock"), to use up every month ("flow"), and so many people to one facility ("ratio"). What nobody can
know is not assessed, and says why; it is never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import Dataset, Norm
from analysis.panel.headcount import FARTHEST_WEEKS, PEOPLE, monthly_headcounts
from analysis.panel.sources import one_source
from analysis.seasons import calendar, month_start, weeks_between
from analysis.tables import Tables, as_table, empty_table

Array = NDArray[Any]
ALL_AREAS = "all"
SITE_MONTHS = 2
"""A site that is not noted keeps its facilities for so many months: not every site is seen every month."""


def monthly_coverage(tables: Tables, dataset: Dataset, *, by_area: bool = True) -> pd.DataFrame:
    """The `coverage` table: every item, area and month from the first recorded distribution to the last.

    Where goods were noted but never a distribution, the months from the first line of goods to the last, for every item
    with a norm: "not recorded", and `distributed` missing, never 0.

    `distributed` is what was handed out in the month; for a norm of kind "stock" in the months of the item's life,
    this one the last; for "ratio" the facilities open, each site with the mean of its lines, or of the last month that
    has some, at most two months ago. `needed` is people x norm (for "ratio" people / norm), and for "stock" also the
    units that were `taken` from people in the same months; no record says in which area, so each bears its share of
    the people. The band of coverage is the headcount's.

    A month is not assessed when the item has no norm ("no norm"); when it is not known to be recorded from its first
    day to its last ("month cut": the first and the last month with a line, unless records_from and records_until
    stand at their ends); when the records are younger than the item's life ("too early"); when no line of any item
    notes a distribution in the area, then or in the item's life ("not recorded"); when people were not counted, or too
    seldom for an estimate ("not counted"). With `by_area` false, all areas that were counted are one, called "all".
    """
    nothing = tables.distributions.empty
    days = tables.goods["received_on"] if nothing else tables.distributions["distributed_on"]
    items = [*dict.fromkeys([*dataset.norms, *sorted(set(tables.distributions["item"]))])]
    counts = one_source(tables.headcounts, wanted=dataset.headcount_source)
    counted = set(counts["area"])
    unnoted = (counted if by_area else {ALL_AREAS}) if nothing else set()
    if days.empty or not items or (nothing and not unnoted):
        return empty_table("coverage")
    months, whole = recorded_months(days, dataset)
    whole |= nothing
    people = _people(counts, dataset, months, by_area=by_area)
    lines = tables.distributions if by_area else _joined(tables.distributions, counted)
    taken = _taken_from_people(tables.losses, dataset, months)
    rows: list[pd.DataFrame] = []
    present = pd.DataFrame({area: of["people"] for area, of in people.items()}, index=months).sum(axis=1)
    for area in sorted(set(lines["area"]) | set(people) | unnoted):
        own = lines[lines["area"] == area]
        noted = own.groupby(month_start(own["distributed_on"])).size().reindex(months).notna().to_numpy()
        record = _Record(months, whole, noted, people.get(area), None if area == ALL_AREAS else present)
        for item in items:
            of_item = record.against(own[own["item"] == item], dataset.norms.get(item), taken.get(item, 0.0))
            rows.append(of_item.assign(area=area, item=item))
    table = pd.concat(rows, ignore_index=True).sort_values(["month", "area"], kind="stable")
    return as_table(table, "coverage")


def recorded_months(days: pd.Series, dataset: Dataset) -> tuple[pd.DatetimeIndex, Array]:
    """Every month from the first of `days` to the last, and whether it is known to be recorded whole."""
    first, last = month_start(pd.Series([days.min(), days.max()]))
    months = pd.DatetimeIndex(pd.date_range(first, last, freq="MS", unit="us"))
    starts = pd.Timestamp(dataset.records_from) if dataset.records_from else months[0] + pd.Timedelta(days=1)
    ends = pd.Timestamp(dataset.records_until) if dataset.records_until else months[-1]
    whole = np.asarray((months >= starts) & (months + pd.offsets.MonthEnd() <= ends))
    whole[0] &= starts == months[0]
    whole[-1] &= ends == months[-1] + pd.offsets.MonthEnd()
    return months, whole


@dataclass(frozen=True, slots=True)
class _Record:
    """One area month by month: whether the month is whole, whether anything was noted, people with their band.

    `present` are the people of all areas, where there are several.
    """

    months: pd.DatetimeIndex
    whole: Array
    noted: Array
    people: pd.DataFrame | None
    present: pd.Series | None

    def against(self, lines: pd.DataFrame, norm: Norm | None, taken: Array | float) -> pd.DataFrame:
        """The rows of one item: what its lines say was handed out, against its norm; `taken` from people a month."""
        kind = norm.kind if norm else "flow"
        life = norm.life_months if norm and kind == "stock" else 1
        handed = _facilities(lines, self.months) if kind == "ratio" else _sums(lines, "distributed_on")
        handed = handed.reindex(self.months) if kind == "ratio" else handed.reindex(self.months, fill_value=0.0)
        distributed = self._over(life, handed.where(self.noted))
        known = self._over(life, handed.where(self.whole & self.noted)).notna().to_numpy()
        ends = pd.DataFrame(np.nan, index=self.months, columns=PEOPLE) if self.people is None else self.people
        lost = self._over(life, pd.Series(taken if kind == "stock" else 0.0, index=self.months)).fillna(0.0)
        borne = {name: lost * self._share(ends[name]) for name in PEOPLE}
        needed = {name: _needed(ends[name], norm) + borne[name] for name in PEOPLE}
        reasons = {
            "no norm": np.full(len(self.months), norm is None),
            "month cut": ~self.whole,
            "too early": (np.arange(len(self.months)) < life - 1) & self.noted.any(),
            "not recorded": ~known,
            "not counted": needed["people"].isna().to_numpy(),
        }
        reason = np.select(list(reasons.values()), list(reasons), default="")
        assessed = reason == ""
        coverage = {name: (distributed / of).where(assessed) for name, of in needed.items()}
        table = pd.DataFrame({
            "month": self.months, "distributed": distributed, "needed": needed["people"], "taken": borne["people"],
            "coverage": coverage["people"], "coverage_low": coverage["people_high"],
            "coverage_high": coverage["people_low"], "norm": norm.quantity if norm else np.nan,
            "norm_source": norm.source if norm else None, "kind": norm.kind if norm else None, "assessed": assessed,
            "reason": pd.Series(reason, index=self.months, dtype="str").where(~assessed),
        })  # fmt: skip
        return table.reset_index(drop=True)

    def _share(self, people: pd.Series) -> pd.Series | float:
        """The area's share of the people in all areas, were `people` those in it and the others as estimated."""
        if self.present is None or self.people is None:
            return 1.0
        return people / (self.present - self.people["people"] + people)

    @staticmethod
    def _over(life: int, months: pd.Series) -> pd.Series:
        """Sums over as many months as an item lives, each month the last of its own; missing where one is."""
        return months.rolling(life, min_periods=life).sum()


def _needed(people: pd.Series, norm: Norm | None) -> pd.Series:
    if norm is None:
        return people * np.nan
    return people / norm.quantity if norm.kind == "ratio" else people * norm.quantity


def _sums(lines: pd.DataFrame, day: str) -> pd.Series:
    return lines["quantity"].groupby(month_start(lines[day])).sum()


def _facilities(lines: pd.DataFrame, months: pd.DatetimeIndex) -> pd.Series:
    """Facilities open a month: the mean of each site's lines, sites added; a site keeps its last count for a while."""
    if lines.empty:
        return pd.Series(dtype=float)
    by_site = lines.assign(month=month_start(lines["distributed_on"]), site=lines["site"].fillna(""))
    counted = by_site.pivot_table(index="month", columns="site", values="quantity", aggfunc="mean")
    return counted.reindex(months).ffill(limit=SITE_MONTHS).sum(axis=1, min_count=1)


def _joined(lines: pd.DataFrame, counted: set[str]) -> pd.DataFrame:
    """The distributions of the areas where people were counted, as those of one area."""
    return lines[lines["area"].isin(counted or set(lines["area"]))].assign(area=ALL_AREAS)


def _people(
    counts: pd.DataFrame, dataset: Dataset, months: pd.DatetimeIndex, *, by_area: bool
) -> dict[str, pd.DataFrame]:
    """People in need a month (mean of its weeks) with their band, by area."""
    if counts.empty:
        return {}
    air = pd.Timedelta(weeks=FARTHEST_WEEKS)
    days = calendar(weeks_between(months[0] - air, months[-1] + pd.offsets.MonthEnd() + air), winter=dataset.winter)
    found = monthly_headcounts(counts, days, level=dataset.level, by_area=by_area)
    return {area: of.reindex(months) for area, of in found.items()}


def _taken_from_people(losses: pd.DataFrame, dataset: Dataset, months: pd.DatetimeIndex) -> dict[str, Array]:
    """Units taken from people a month, by item."""
    taken = losses[from_people(losses, dataset)]
    return {
        str(item): _sums(of, "lost_on").reindex(months, fill_value=0.0).to_numpy() for item, of in taken.groupby("item")
    }


def from_people(losses: pd.DataFrame, dataset: Dataset) -> pd.Series:
    """Whether a loss took what people had, by its cause; else it took what was in stock."""
    causes = {cause.casefold() for cause in dataset.losses_from_people}
    return losses["cause"].fillna("").str.strip().str.casefold().isin(causes)
