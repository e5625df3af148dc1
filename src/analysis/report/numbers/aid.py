"""What people got: coverage, rationing, arrivals, stock, the wish list."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from analysis.models.rationing import Rationing
from analysis.report.disclosure import FEWEST
from analysis.report.findings import Findings
from analysis.report.narrative import Number
from analysis.report.numbers.results import said

COVERAGE_METHOD = "handed out / (people x norm), need rounded to 50 people; band of the headcount"
BARE: dict[str, Any] = {"text": {}}


def aid_numbers(findings: Findings) -> Iterable[Number]:
    """Coverage of each item, how often goods were rationed, what is in stock, what the wish list brought."""
    yield from _coverage(findings)
    yield from _arrivals(findings)
    yield from _rationing(findings)
    yield from _stock(findings)
    yield from _wish_list(findings)


def latest_coverage(coverage: pd.DataFrame) -> pd.DataFrame:
    """The last month in which anything was assessed: the items that were, one row an item."""
    shown = coverage[coverage["assessed"] & ~coverage["hidden"]]
    return shown[shown["month"] == shown["month"].max()]


def widest_gap(accounts: pd.DataFrame) -> dict[str, Any]:
    """The account whose count is farthest from what its movements give."""
    far = accounts.assign(far=accounts["unexplained"].abs()).nlargest(1, "far")
    return {str(name): value for name, value in far.to_dict("records")[0].items()}


def _coverage(findings: Findings) -> Iterable[Number]:
    latest = latest_coverage(findings.aid.coverage)
    for row in latest.to_dict("records"):
        yield Number(
            id=f"coverage_{row['item']}", value=row["coverage"], low=row["coverage_low"], high=row["coverage_high"],
            level=findings.dataset.level, unit="share", window=f"{row['month']:%Y-%m}", method=COVERAGE_METHOD,
            sources=("distributions", "headcounts"), **BARE,
        )  # fmt: skip
        yield from _short(row, findings)
    if len(latest):
        month = f"{latest['month'].max():%Y-%m}"
        counts = {
            "items_assessed": len(latest),
            "items_below": int((latest["coverage_high"] < 1).sum()),
            "items_met": int((latest["coverage_low"] >= 1).sum()),
        }
        for name, value in counts.items():
            yield Number(id=name, value=value, unit="items", window=month, method="count", **BARE)


def _short(row: dict[Hashable, Any], findings: Findings) -> Iterable[Number]:
    """The units of an item that would have met the need, where it is clearly not met; facilities are not handed out."""
    given = row["distributed"]
    if row["kind"] == "ratio" or not given or row["coverage_high"] >= 1:
        return
    value, low, high = (
        round(float(of - given)) for of in (row["needed"], given / row["coverage_high"], given / row["coverage_low"])
    )
    yield Number(
        id=f"short_{row['item']}", unit="units", value=value, low=low, high=high, level=findings.dataset.level,
        window=f"{row['month']:%Y-%m}", method="units needed - units handed out", **BARE,
    )  # fmt: skip


def _arrivals(findings: Findings) -> Iterable[Number]:
    table = findings.aid.arrivals
    share = table["received"] / table["needed"]
    if len(share):
        window = f"{table['first'].min():%Y-%m-%d}/{table['last'].max():%Y-%m-%d}"
        for name, value in (("arrivals_least", share.min()), ("arrivals_most", share.max())):
            method = "units received / units needed, of the item where it is least or most"
            yield Number(id=name, value=float(value), unit="share", window=window, method=method, **BARE)


def _rationing(findings: Findings) -> Iterable[Number]:
    months = findings.aid.rationing
    winter = findings.dataset.winter.holds(pd.DatetimeIndex(months["month"] + pd.Timedelta(days=14)))
    lines = months["lines"].sum()
    if lines:
        for name, part in (("rationed_winter", months[winter]), ("rationed_rest", months[~winter])):
            if part["lines"].sum():
                share = float(part["rationed"].sum() / part["lines"].sum())
                method = "lines rationed / lines that say whether they were"
                yield Number(
                    id=name, value=share, unit="share", window=findings.window, method=method,
                    n=int(part["lines"].sum()), **BARE,
                )  # fmt: skip
    refused = months["refused"].sum()
    if refused:
        method = "people refused, each month rounded down to tens, months of fewer than 10 left out"
        yield Number(id="refused", value=int(refused), unit="people", window=findings.window, method=method)
    link = findings.aid.link
    if isinstance(link, Rationing):
        method = "logit mean, generalised least squares averaged over a covariance grid"
        yield Number(
            id="rationing_link", value=link.difference, low=link.lower, high=link.upper, level=link.level,
            unit="share", window=findings.window, method=method, n=link.weeks, text=said(link),
        )  # fmt: skip


def _stock(findings: Findings) -> Iterable[Number]:
    accounts, levels = findings.aid.accounts.dropna(subset=["unexplained"]), findings.aid.levels
    if len(accounts):
        exact = int((accounts["unexplained"] == 0).sum())
        window = f"{accounts['counted_from'].min():%Y-%m-%d}/{accounts['counted_until'].max():%Y-%m-%d}"
        yield Number(id="accounts", value=len(accounts), unit="accounts", window=window, method="count", **BARE)
        yield Number(id="accounts_exact", value=exact, unit="accounts", window=window, method="count", **BARE)
        widest = widest_gap(accounts)
        method = "count - (opening + received - distributed - lost from stock)"
        yield Number(
            id="stock_gap", value=abs(float(widest["unexplained"])), unit="units", method=method,
            window=f"{widest['counted_from']:%Y-%m-%d}/{widest['counted_until']:%Y-%m-%d}", **BARE,
        )  # fmt: skip
    for row in levels.groupby("item", sort=False).tail(1).dropna(subset=["weeks_left"]).to_dict("records"):
        yield Number(
            id=f"weeks_left_{row['item']}", value=round(row["weeks_left"], 1), unit="weeks",
            window=f"{row['week']:%Y-%m-%d}", method="stock / units a week handed out in the 13 weeks before", **BARE,
        )  # fmt: skip
    for item, quantity in findings.aid.taken.items():
        method = "losses from people in the item's life"
        yield Number(id=f"taken_{item}", value=float(quantity), unit="units", method=method, **BARE)


def _wish_list(findings: Findings) -> Iterable[Number]:
    orders, store = findings.aid.orders, findings.aid.in_store
    if len(orders):
        waiting = orders["orders"] - orders["delivered_orders"] - orders["late_orders"]
        sums = {
            "wish_orders": orders["orders"].sum(), "wish_delivered": orders["delivered_orders"].sum(),
            "wish_waiting": waiting.sum(), "wish_late": orders["late_orders"].sum(),
        }  # fmt: skip
        few = min(sums["wish_waiting"], sums["wish_late"]) < FEWEST
        for name, value in list(sums.items())[: 1 if few else None]:
            yield Number(id=name, value=int(value), unit="orders", window=findings.window, method="count", **BARE)
        dated = orders.dropna(subset=["median_days"])
        if len(dated):
            days = _weighted_median(dated["median_days"], dated["dated"])
            method = "median of the products' medians, weighted by orders"
            yield Number(id="wish_days", value=days, unit="days", n=int(dated["dated"].sum()), method=method, **BARE)
    if len(store):
        days = _weighted_median(store["median_days"], store["units"])
        method = "first in, first out; median of the items' medians, weighted by units"
        yield Number(id="store_days", value=days, unit="days", method=method, **BARE)


def _weighted_median(values: pd.Series, weights: pd.Series) -> float:
    ordered = values.sort_values()
    share = weights.loc[ordered.index].cumsum() / weights.sum()
    return float(ordered[share >= 0.5].iloc[0])
