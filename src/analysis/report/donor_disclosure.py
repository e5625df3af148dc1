"""What may leave the house of who gives: donors and their money by year, without what would give a small group back.

A group of fewer than 10 donors, none included, is hidden with every number that a sum or a difference would make
it from: what is left adds up to groups of ten and more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.models.donors.cohorts import Cohorts, CohortYear, RetentionByPart
from analysis.models.donors.concentration import Concentration
from analysis.models.donors.cycle import DonorCycle, DonorYear
from analysis.models.rates import Rate
from analysis.report.disclosure import DOMINANT_SHARE, FEWEST

LEAST_BASE = 100
"""Of fewer donors no whole percentage is told beside hidden counts: it would count them one by one."""

COUNTS = ["donors", "retained", "new_or_returning", "new", "returning", "lapsed", "upgraded", "downgraded"]
RATES = ["retention", "retention_low", "retention_high"]
MONEY_PARTS = ["new_or_returning_amount", "upgraded_amount", "downgraded_amount", "lapsed_amount"]
MONEY = ["gains", "losses", "change_amount"]


def publishable_years(cycle: DonorCycle) -> pd.DataFrame:
    """One row a giving year: `giving_year`, `complete`, `COUNTS`, `RATES` and whether something is `hidden`.

    Only the number of donors is told of a year whose year before is not recorded whole; who lapsed, and with it
    retention, is told of complete years, since in others donors may still come back. New and returning donors are
    told apart where both are ten and more, and `new_or_returning` holds them together; nobody can return in the second
    recorded year.
    """
    rows = [_year(None, cycle.years[0], cycle)]
    rows += [_year(before, year, cycle) for before, year in pairwise(cycle.years)]
    if len(rows) > 1 and "retained" in rows[1]:
        rows[1] |= {"new": rows[1]["new_or_returning"]}
    table = pd.DataFrame(rows, columns=["giving_year", "complete", *COUNTS, *RATES, "hidden"])
    return table.astype({**dict.fromkeys([*COUNTS, *RATES], "float64"), "complete": bool, "hidden": bool})


def _year(before: DonorYear | None, year: DonorYear, cycle: DonorCycle) -> dict[str, Any]:
    row: dict[str, Any] = {"giving_year": year.giving_year, "complete": year.complete, "hidden": year.donors < FEWEST}
    if year.donors >= FEWEST:
        row["donors"] = year.donors
    if before is None or not before.complete or year.retained is None or year.lapsed is None:
        return row
    came = year.donors - year.retained
    if min(year.donors, before.donors, year.retained, came, year.lapsed) < FEWEST:
        return row | {"hidden": True}
    row |= {"retained": year.retained, "new_or_returning": came}
    if year.new is not None and year.recaptured is not None and before is not cycle.years[0]:
        apart = min(year.new, year.recaptured) >= FEWEST
        row |= {"new": year.new, "returning": year.recaptured} if apart else {"hidden": True}
    return row | _leaving(before, year, cycle)


def _leaving(before: DonorYear, year: DonorYear, cycle: DonorCycle) -> dict[str, Any]:
    """Who lapsed, the retention rate, and who gave more or less, of a complete year.

    Donors of the year before less the lapsed gave in both years. By months that is not the number of the retained:
    where the two lie less than ten apart, the difference would be told, so only the rate is, as a whole percentage.
    """
    rate, lapsed, retained = year.retention, year.lapsed or 0, year.retained or 0
    if rate is None:
        return {}
    both = before.donors - lapsed
    if cycle.definition != "fep" and abs(both - retained) < FEWEST:
        return {"hidden": True, **(_rates(rate, places=2) if rate.counted >= LEAST_BASE else {})}
    up, down = year.upgraded or 0, year.downgraded or 0
    moved = {"upgraded": up, "downgraded": down} if min(up, down, both - up - down) >= FEWEST else {"hidden": True}
    return {"lapsed": lapsed, **_rates(rate), **moved}


def _rates(rate: Rate, *, places: int = 12) -> dict[str, float]:
    return {name: round(value, places) for name, value in zip(RATES, (rate.rate, rate.lower, rate.upper), strict=True)}


def total_is_safe(cycle: DonorCycle, cohorts: Cohorts, published: pd.DataFrame) -> bool:
    """Whether the number of different donors over all years may be told beside the years.

    Donors of all years less that total are those who had given before, every year together. It is safe where a year
    says nothing of these for want of a year before, and they are ten and more, and so are the others.
    """
    sizes = {row.cohort: row.donors for row in cohorts.rows if row.after == 0}
    for year, shown in zip(cycle.years[1:], published.to_dict("records")[1:], strict=True):
        new = sizes.get(year.giving_year, 0)
        if pd.isna(shown["retained"]) and not shown["hidden"] and min(new, year.donors - new) >= FEWEST:
            return True
    return False


def publishable_money(by_donor: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """One row a whole year after another: `MONEY_PARTS` and `MONEY` (reporting currency), and `hidden`.

    A part of fewer than 10 donors, or of which one donor is more than half, is hidden with the other part of its side;
    where a whole side would be, nothing of the year is told. Gains less losses are the change.
    """
    cents = by_donor.pivot_table(index="donor", columns="giving_year", values="cents", aggfunc="sum", fill_value=0)
    rows = []
    for before, year in pairwise(published.to_dict("records")):
        if not year["complete"] or (pd.isna(year["retained"]) and not year["hidden"]):
            continue
        if pd.isna(year["retained"]):
            rows.append({"giving_year": year["giving_year"], "hidden": True})
            continue
        moves = _moves(cents[before["giving_year"]], cents[year["giving_year"]])
        rows.append({"giving_year": year["giving_year"], **_money(moves)})
    table = pd.DataFrame(rows, columns=["giving_year", *MONEY_PARTS, *MONEY, "hidden"])
    return table.astype({**dict.fromkeys([*MONEY_PARTS, *MONEY], "float64"), "hidden": bool})


def _moves(last: pd.Series, now: pd.Series) -> dict[str, pd.Series]:
    """Each donor's change against the year before, in whole cents above zero, by part."""
    delta, came, gone = now - last, (now > 0) & (last <= 0), (last > 0) & (now <= 0)
    stayed = ~(came | gone)
    groups = (delta[came], delta[stayed & (delta > 0)], -delta[stayed & (delta < 0)], -delta[gone])
    return dict(zip(MONEY_PARTS, groups, strict=True))


def _money(moves: Mapping[str, pd.Series]) -> dict[str, Any]:
    sides = {"gains": MONEY_PARTS[:2], "losses": MONEY_PARTS[2:]}
    whole = {side: pd.concat([moves[part] for part in parts]) for side, parts in sides.items()}
    if not all(_safe(cents) for cents in whole.values()):
        return {"hidden": True}
    row: dict[str, Any] = {side: cents.sum() / 100 for side, cents in whole.items()}
    row |= {"change_amount": (whole["gains"].sum() - whole["losses"].sum()) / 100, "hidden": False}
    for parts in sides.values():
        if all(_safe(moves[part]) for part in parts):
            row |= {part: moves[part].sum() / 100 for part in parts}
        else:
            row["hidden"] = True
    return row


def _safe(cents: pd.Series) -> bool:
    """Whether the money of these donors, one value each, may be told."""
    return len(cents) >= FEWEST and bool(cents.max() <= DOMINANT_SHARE * cents.sum())


def publishable_cohorts(cohorts: Cohorts, cycle: DonorCycle, published: pd.DataFrame) -> pd.DataFrame:
    """One row a cohort and later year: `cohort`, `giving_year`, `after`, `share`, `complete`, `past_unknown`, `hidden`.

    Shares are whole percentages of 100 donors and more, without counts: sizes of cohorts would give returning donors
    back. Cohorts whose own year is cut are left out. A year's donors are the sum of its cohorts, so where one of them,
    or those who returned, are hidden, ten and more donors stay hidden with them. `past_unknown` marks cohorts that hold
    donors who gave before the records.
    """
    safe: set[tuple[str, str]] = set()
    whole = {year.giving_year for year in cycle.years if year.complete}
    for place, (year, shown) in enumerate(zip(cycle.years, published.to_dict("records"), strict=True)):
        cells = [row for row in cohorts.rows if row.giving_year == year.giving_year and row.after]
        if cells and pd.notna(shown["retained"]):
            nobody = place - len(cells)
            told = _safe_cells(cells, year, whole=whole, apart=pd.notna(shown["returning"]), nobody=nobody)
            safe |= {(cell.cohort, cell.giving_year) for cell in told}
    rows = [
        {
            "cohort": row.cohort,
            "giving_year": row.giving_year,
            "after": row.after,
            "share": round(row.share, 2) if (row.cohort, row.giving_year) in safe else None,
            "complete": row.complete,
            "past_unknown": row.cohort <= cohorts.first_mixed,
            "hidden": (row.cohort, row.giving_year) not in safe,
        }
        for row in cohorts.rows
        if row.after and row.cohort in whole
    ]
    columns = ["cohort", "giving_year", "after", "share", "complete", "past_unknown", "hidden"]
    return pd.DataFrame(rows, columns=columns).astype({"share": "float64", "past_unknown": bool, "hidden": bool})


def _safe_cells(
    cells: Sequence[CohortYear], year: DonorYear, *, whole: set[str], apart: bool, nobody: int
) -> list[CohortYear]:
    """The cells of one year that may be told: none small, and those hidden not to be worked out from the others.

    `apart` says whether returning donors are told, so that all cells together are known: one alone is never hidden
    then. `nobody` counts earlier years in which nobody was new; their cells are hidden, too.
    """
    first = len(cells) + nobody == 1
    kept = [cell for cell in cells if cell.cohort in whole and not _small(cell, year, first=first)]

    def give_back() -> bool:
        hidden = [cell.still for cell in cells if cell not in kept] + [0] * nobody
        return sum(hidden) < FEWEST or len(hidden) < (2 if apart else 1)

    while kept and not first and give_back() and not (apart and len(kept) == len(cells) and not nobody):
        kept.remove(min(kept, key=lambda cell: cell.still))
    return kept


def _small(cell: CohortYear, year: DonorYear, *, first: bool) -> bool:
    """Whether a cell, who left of its cohort, or what it leaves of the year's retained and lapsed donors, is small."""
    left = cell.donors - cell.still
    groups = [cell.still, left]
    if cell.after == 1 and not first:
        groups += [(year.retained or 0) - cell.still, (year.lapsed or 0) - left]
    return min(groups) < FEWEST or cell.donors < LEAST_BASE


def publishable_parts(parts: RetentionByPart) -> pd.DataFrame:
    """One row a part that may be told, most donors first: `part`, `value`, and `RATES` as whole percentages.

    Parts of less than 100 donors, or where fewer than 10 came back or did not, are left out, and counts are not told:
    what is left of all donors would be the small ones.
    """
    rows = [
        {"part": parts.part, "value": name, **_rates(rate, places=2)}
        for name, rate in parts.rates
        if rate.counted >= LEAST_BASE and min(rate.kept, rate.counted - rate.kept) >= FEWEST
    ]
    return pd.DataFrame(rows, columns=["part", "value", *RATES])


def publishable_concentration(concentration: Concentration, by_donor: pd.DataFrame) -> pd.DataFrame:
    """One row a giving year: the fields of `ConcentrationYear` without the number of donors, and `hidden`.

    A group is told where it and all others are ten donors and more, and no donor is half of either's money: of fewer
    than 901 donors the largest hundredth is not.
    """
    gave = by_donor[by_donor["cents"] > 0]
    rows = []
    for year in concentration.years:
        own = gave[gave["giving_year"] == year.giving_year].sort_values("cents", ascending=False)
        cents, known = own["cents"], own["regular"].notna().any()
        standing = own["regular"].fillna(False).astype(bool)
        one, ten = year.one_percent, year.ten_percent
        safe = {
            "one_percent": _safe(cents[:one]) and _safe(cents[one:ten]) and _safe(cents[one:]),
            "ten_percent": _safe(cents[:ten]) and _safe(cents[ten:]),
            "regular": not known or (_safe(cents[standing]) and _safe(cents[~standing])),
        }
        untold = [name for name, told in safe.items() if not told]
        left_out = {key for name in untold for key in (name, f"{name}_donors", f"{name}_share")}
        rows.append({**{k: None if k in left_out else v for k, v in asdict(year).items()}, "hidden": bool(untold)})
    table = pd.DataFrame(rows).drop(columns="donors")
    numbers = [name for name in table.columns if name not in ("giving_year", "complete", "hidden")]
    return table.astype(dict.fromkeys(numbers, "float64"))
