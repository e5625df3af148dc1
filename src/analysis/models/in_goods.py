"""What a winter drop of giving means in goods: a sum of money, and what it would pay for at the charity's own prices.

Nothing is estimated anew: the drop's interval carries over to every figure, for prices and the mix of goods are taken
as they are. A sum is said as the price of goods, never as goods that went missing: not all giving is spent on goods.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.models.results import PerPerson, RawChange, WinterDrop
from analysis.seasons import Window

WEEKS_PER_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount with the ends of its interval, in one unit; negative where giving rose."""

    value: float
    lower: float
    upper: float

    def divided(self, by: float) -> Amount:
        """The same in units that cost `by` each."""
        return Amount(value=self.value / by, lower=self.lower / by, upper=self.upper / by)


@dataclass(frozen=True, slots=True, kw_only=True)
class InGoods:
    """What one winter would have brought more, had winter changed nothing, in the reporting currency and in goods.

    `weeks` is the length of a winter. `alone` holds units of each item with a price, were all of `money` spent on it;
    `mixed` units of each item, were it spent as the goods of the last 12 months were. `per_person` is money a person
    in need and month of winter, None where that is not known.
    """

    weeks: float
    level: float
    money: Amount
    prices: dict[str, float]
    alone: dict[str, Amount]
    mixed: dict[str, Amount]
    per_person: Amount | None

    def to_frame(self) -> pd.DataFrame:
        """One row an item: item, price, units, low, high, mixed, mixed_low, mixed_high (units)."""
        rows = []
        for item, units in self.alone.items():
            mixed = self.mixed.get(item)
            ends = (mixed.value, mixed.lower, mixed.upper) if mixed else (None, None, None)
            rows.append((item, self.prices[item], units.value, units.lower, units.upper, *ends))
        columns = ["item", "price", "units", "low", "high", "mixed", "mixed_low", "mixed_high"]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "float64"))


def restate(
    drop: WinterDrop,
    raw: RawChange,
    *,
    winter: Window,
    prices: pd.DataFrame,
    mix: pd.Series,
    per_person: tuple[PerPerson, float] | None = None,
) -> InGoods:
    """The winter drop of giving in money, goods and money per person.

    `prices` needs item and price, `mix` holds each item's share of the value of goods. `per_person` is the drop of
    giving per person and what a mean recorded winter week brought per person. What a mean winter week brought, times
    d / (1 - d), is what it would have brought more without the drop d.
    """
    weeks = winter.days() / 7
    money = _missing(drop, raw.winter_mean * weeks)
    priced = {str(item): float(price) for item, price in zip(prices["item"], prices["price"], strict=True)}
    shares = {str(item): float(share) for item, share in mix.items() if item in priced}
    return InGoods(
        weeks=weeks,
        level=drop.level,
        money=money,
        prices=priced,
        alone={item: money.divided(price) for item, price in priced.items()},
        mixed={item: money.divided(priced[item] / share) for item, share in shares.items() if share > 0},
        per_person=None if per_person is None else _missing(per_person[0], per_person[1] * WEEKS_PER_MONTH),
    )


def _missing(drop: WinterDrop | PerPerson, brought: float) -> Amount:
    """What `brought` would have been more without the drop."""
    value, lower, upper = (brought * share / (1 - share) for share in (drop.drop, drop.lower, drop.upper))
    return Amount(value=value, lower=lower, upper=upper)
