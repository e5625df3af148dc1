"""What may leave the house: the one place where published tables are thinned.

A cell made of fewer than 10 donors, or of which one gave more than half, is hidden; when it is the only one in
its column, the smallest other cell goes too, since the total would give it back (UK LLC, Eurostat). Headcounts
leave by month, rounded to 50, and no later than last month; so does what is worked out from them, coverage among it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

FEWEST = 10
DOMINANT_SHARE = 0.5
PEOPLE_ROUNDING = 50
COUNT_ROUNDING = 10
TINY = 1e-9


def unsafe(donations: pd.DataFrame, cell: pd.Series) -> pd.Series:
    """Whether a cell may not be published, by the label that `cell` gives each donation.

    It may not when fewer than 10 people gave in it (gifts are counted where the source names nobody), or when one of
    them gave more than half of it.
    """
    received = donations[donations["status"] == "received"]
    givers = received["donor"].fillna(received["donation_id"]).groupby(cell).nunique()
    return ((givers < FEWEST) | dominated(donations, cell).reindex(givers.index)).rename("unsafe")


def dominated(donations: pd.DataFrame, cell: pd.Series) -> pd.Series:
    """Whether one donor gave more than half of the money of a cell, by the label that `cell` gives each donation.

    A gift whose donor is not known counts as a donor's own.
    """
    received = donations["amount"].where(donations["status"] == "received")
    giver = donations["donor"].fillna(donations["donation_id"])
    by_cell = received.groupby([cell, giver]).sum().groupby(level=0)
    return (by_cell.max() > DOMINANT_SHARE * by_cell.sum()).rename("dominated")


def hide_small_cells(
    table: pd.DataFrame, *, count: str, values: list[str], also: pd.Series, within: pd.Series | None = None
) -> pd.DataFrame:
    """`table` with `values` and `count` missing in small or dominated cells, and a column `hidden` that says where.

    A cell is small when its `count` is under 10, zero included (UK LLC). `also` marks further rows to hide. Where only
    one row of a published total is hidden, the smallest other row goes too, for the total would give it back;
    `within` names the total that each row belongs to (by default the whole table is one).
    """
    hidden = ((table[count] < FEWEST) | also.to_numpy()).astype(bool)
    totals = pd.Series("all", index=table.index) if within is None else within
    for _, rows in table.groupby(totals.to_numpy()):
        shown = rows.index[~hidden[rows.index]]
        if len(shown) == len(rows) - 1 and len(shown):
            hidden[rows.loc[shown, count].idxmin()] = True
    cleared = {name: table[name].astype("float64").mask(hidden) for name in [*values, count]}
    return table.assign(**cleared, hidden=hidden)


def unsafe_split(lines: pd.DataFrame, inside: pd.Series) -> bool:
    """Whether what a window holds may not be told, by its lines (`giver`, `value`) and whether each lies `inside`.

    It may not when fewer than 10 people stand behind either side, for a total would give the other back, or when one
    of them gave more than half of a side.
    """
    by_giver = lines.groupby([inside.to_numpy(), lines["giver"].to_numpy()])["value"].sum()
    sides = by_giver.groupby(level=0)
    if sides.ngroups < 2:
        return True
    return bool(((sides.size() < FEWEST) | (sides.max() > DOMINANT_SHARE * sides.sum())).any())


def given_back(hidden: pd.Series, totals: Sequence[pd.Series]) -> pd.Series:
    """Which `hidden` rows can be worked out from the shown ones and `totals`, each a mask of the rows it adds up.

    A row can when it alone is a sum and difference of totals: when its unit vector lies in the space that they span.
    """
    places = np.flatnonzero(hidden)
    found = pd.Series(False, index=hidden.index)
    if not len(places) or not totals:
        return found
    sums = np.array([total.to_numpy()[places] for total in totals], dtype=float)
    _, sizes, rows = np.linalg.svd(sums, full_matrices=False)
    found.iloc[places] = (rows[sizes > TINY] ** 2).sum(axis=0) > 1 - TINY
    return found


def hide_until_safe(hidden: pd.Series, *, small: pd.Series, totals: Sequence[pd.Series], count: pd.Series) -> pd.Series:
    """`hidden` with as many more rows as it takes for no `small` one to be given back by `totals`.

    Each time one or two rows go, those of the smallest `count` that help; one alone where none does.
    """
    while (back := given_back(hidden, totals) & small).any():
        more = _to_hide(hidden, back, small, totals, count)
        if not more:
            break
        hidden = hidden | hidden.index.isin(more)
    return hidden


def _to_hide(
    hidden: pd.Series, back: pd.Series, small: pd.Series, totals: Sequence[pd.Series], count: pd.Series
) -> list[Hashable]:
    """The rows to hide next: near the rows given back, in their totals or in totals that share a row with these."""
    held = np.any([total for total in totals if (total & back).any()], axis=0)
    near = np.any([total for total in totals if (total & held).any()], axis=0) & ~hidden
    rows = list(count[near].sort_values(kind="stable").index)
    tried = sorted([*combinations(rows, 1), *combinations(rows, 2)], key=lambda some: count[list(some)].sum())
    for some in tried:
        left = given_back(hidden | hidden.index.isin(some), totals) & small
        if left.sum() < back.sum():
            return list(some)
    return rows[:1]


def publishable_headcount(table: pd.DataFrame, *, today: dt.date) -> pd.DataFrame:
    """A monthly table (`month`, then numbers of people) rounded to 50, the current month and later left out."""
    this_month = pd.Timestamp(today).to_period("M").to_timestamp()
    past = table[table["month"] < this_month].reset_index(drop=True)
    people = [name for name in past.columns if name != "month"]
    rounded = {name: rounded_people(past[name]) for name in people}
    if "people_low" in past.columns:
        rounded["people_low"] = np.floor(past["people_low"] / PEOPLE_ROUNDING) * PEOPLE_ROUNDING
        rounded["people_high"] = np.ceil(past["people_high"] / PEOPLE_ROUNDING) * PEOPLE_ROUNDING
        few = past["people"] < FEWEST
        rounded = {name: values.mask(few) for name, values in rounded.items()}
    return past.assign(**rounded)


def rounded_people(people: pd.Series) -> pd.Series:
    """Numbers of people rounded to the nearest 50, at least 50: people who were counted are never printed as nobody.

    Fewer than 10 people are not shown.
    """
    rounded = (np.floor(people / PEOPLE_ROUNDING + 0.5) * PEOPLE_ROUNDING).clip(lower=PEOPLE_ROUNDING)
    return rounded.where(people.notna()).mask(people < FEWEST)


def publishable_coverage(
    coverage: pd.DataFrame, served: pd.Series, *, today: dt.date, totals: pd.Series | None = None
) -> pd.DataFrame:
    """The `coverage` table as it may leave: no later than last month, its need that of people rounded to 50.

    Coverage and its band are worked out anew from rounded people, so that nobody can count people with them. A cell is
    hidden when fewer than 10 people or units, zero included, stand behind what was handed out (`served`: people served
    by row of `coverage`, missing where not noted), or when fewer than 10 people need it. Where it is the only one of
    its total, the smallest other cell goes with it; `totals` names the total that each row belongs to, by default that
    of its item and month over areas. `hidden` says where.
    """
    past = coverage[coverage["month"] < pd.Timestamp(today).to_period("M").to_timestamp()]
    made = past.assign(**_rounded_coverage(past))
    hidden = _few_behind(past, served.reindex(past.index), totals)
    figures = ["distributed", "coverage", "coverage_low", "coverage_high"]
    return made.assign(**{name: made[name].mask(hidden) for name in figures}, hidden=hidden).reset_index(drop=True)


def _per_person(coverage: pd.DataFrame) -> pd.Series:
    """Units (of facilities: parts of one) that the norm asks for each person."""
    return coverage["norm"].where(coverage["kind"] != "ratio", 1 / coverage["norm"])


def _people_needing(coverage: pd.DataFrame, needed: pd.Series) -> pd.Series:
    """The people whose need `needed` is, without what was taken from them."""
    return (needed - coverage["taken"]) / _per_person(coverage)


def _rounded_coverage(coverage: pd.DataFrame) -> dict[str, pd.Series]:
    """Need, coverage and its band by people rounded to 50, the band outwards; so is what each area bears."""
    people = _people_needing(coverage, coverage["needed"])
    rounded = {"coverage": _in_steps(people, 0.5)}
    for name, towards in (("coverage_low", 1.0), ("coverage_high", 0.0)):
        needed = coverage["distributed"] / coverage[name].where(coverage[name] > 0)
        rounded[name] = _in_steps(_people_needing(coverage, needed).fillna(people), towards)
    cell = [coverage["month"], coverage["item"]]
    share = rounded["coverage"] / rounded["coverage"].groupby(cell).transform("sum")
    taken = coverage["taken"].groupby(cell).transform("sum") * share
    needs = {name: steps * _per_person(coverage) + taken for name, steps in rounded.items()}
    shares = {name: (coverage["distributed"] / need).where(coverage["assessed"]) for name, need in needs.items()}
    return {**shares, "needed": needs["coverage"]}


def _in_steps(people: pd.Series, towards: float) -> pd.Series:
    """People in fifties, at least fifty: to the nearest (0.5), up (1) or down (0)."""
    steps = people / PEOPLE_ROUNDING
    whole = np.ceil(steps.round(6)) if towards == 1 else np.floor(steps.round(6) + towards)
    return whole.clip(lower=1) * PEOPLE_ROUNDING


def _few_behind(coverage: pd.DataFrame, served: pd.Series, totals: pd.Series | None) -> pd.Series:
    """Whether fewer than 10 people or units stand behind a cell, or it would give back the only other one that is."""
    units = coverage["distributed"].where(coverage["kind"] != "ratio", np.inf)
    people = _people_needing(coverage, coverage["needed"])
    smallest = pd.concat([units, served.astype("float64"), people], axis=1).min(axis=1)
    behind = coverage.assign(behind=smallest.where(coverage["distributed"].notna(), np.inf))
    cells = coverage["month"].astype("str") + coverage["item"] if totals is None else totals.reindex(coverage.index)
    also = pd.Series(False, index=coverage.index)
    return hide_small_cells(behind, count="behind", values=[], also=also, within=cells)["hidden"]


def publishable_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    """Stock accounts as they may leave: without what would tell fewer than 10 units handed out."""
    few = accounts["distributed"] < FEWEST
    masked = ["received", "distributed", "expected", "unexplained"]
    return accounts.assign(**{name: accounts[name].mask(few) for name in masked})


def publishable_rationing(rationing: pd.DataFrame, *, today: dt.date) -> pd.DataFrame:
    """The monthly rationing table as it may leave: no later than last month, no small counts, no giving.

    Lines are no people and stay; people asking, refused or served less are rounded down to tens, and hidden where they
    are fewer than 10, zero included; the share refused is that of the rounded numbers. Giving a month has rules of its
    own (see `unsafe`) and stays out.
    """
    past = rationing[rationing["month"] < pd.Timestamp(today).to_period("M").to_timestamp()].reset_index(drop=True)
    few = {name: ~(past[name] >= FEWEST).fillna(False) for name in ("refused", "served_less", "asking")}
    refused = few["refused"] | few["asking"]
    tens = {name: (past[name].astype("float64") // COUNT_ROUNDING) * COUNT_ROUNDING for name in few}
    return past.drop(columns="amount").assign(
        refused=tens["refused"].mask(refused),
        refused_share=(tens["refused"] / tens["asking"]).mask(refused),
        served_less=tens["served_less"].mask(few["served_less"]),
        asking=tens["asking"].mask(few["asking"]),
        people=rounded_people(past["people"]),
        goods_per_person=(past["goods_value"] / rounded_people(past["people"])).round(2),
        hidden=refused & past["refused"].notna(),
    )


def few_as_one(counts: pd.Series) -> list[Hashable] | None:
    """The labels of `counts` to take together as one: those below 10, and the least of the others while that is short.

    None where all of them together are fewer than 10: nothing may be published.
    """
    if counts.sum() < FEWEST:
        return None
    ordered = counts.sort_values(kind="stable")
    few = ordered < FEWEST
    if few.any() and ordered[few].sum() < FEWEST:
        few |= ordered.index == ordered.index[~few][0]
    return list(ordered.index[few])


def publishable_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """The wish list by product, products with fewer than 10 orders taken together as one without item and name.

    Fewer than 10 orders in all are not published. The median days of what was joined are not known; nor are those of a
    product with fewer than 10 dated orders.
    """
    few = few_as_one(orders["orders"])
    if few is None:
        return orders[:0]
    if not few:
        return _known_days(orders)
    joined = orders.loc[few]
    sums = {name: joined[name].sum() for name in orders.columns if name not in ("item", "product", "median_days")}
    rest = pd.DataFrame([{**sums, "item": "", "product": "", "median_days": np.nan}])
    kept = orders.drop(index=joined.index)
    return _known_days(pd.concat([kept, rest[list(orders.columns)]], ignore_index=True))


def _known_days(orders: pd.DataFrame) -> pd.DataFrame:
    """The orders without the days of products of which fewer than 10 orders are dated, and without that number."""
    few = orders["dated"] < FEWEST
    return orders.assign(**{name: orders[name].astype("float64").mask(few) for name in ("dated", "median_days")})
