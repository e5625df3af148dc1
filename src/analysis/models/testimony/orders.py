"""Whether products with a testimony were ordered more: the change of their orders against that of other products.

Products are few, so nothing is taken from the size of samples: the interval comes from the products themselves. Every
way in which as many products could have been those with a testimony is a placebo (Fisher 1935, The Design of
Experiments), and the interval holds each effect that these placebos do not contradict.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.models.sentences import TooThin, as_change, in_language, is_clear
from analysis.seasons import monday
from analysis.wording import number, percent, percent_range

Array = NDArray[np.float64]

FEWEST_ORDERS = 5
"""Products with fewer orders before are left out: the log of their change would be luck."""
MOST_PLACEBOS = 10_000
"""Where products could be chosen in more ways, so many are drawn."""
HALF_AN_ORDER = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChange:
    """Orders of one product before and after, the weeks of each, and whether a testimony came under it."""

    product: str
    with_testimony: bool
    before: int
    after: int
    weeks_before: int
    weeks_after: int

    @property
    def log_change(self) -> float:
        """Log of orders a week after over before, half an order added to each so that none has a logarithm too."""
        after, before = ((count + HALF_AN_ORDER) for count in (self.after, self.before))
        return float(np.log(after / self.weeks_after) - np.log(before / self.weeks_before))


@dataclass(frozen=True, slots=True, kw_only=True)
class TestimonyOrders:
    """By how much orders of products with a testimony changed more than those of others (a share), with its interval.

    `placebos` are the ways in which as many products could have been chosen; `left_out` counts products with too few
    orders before.
    """

    __test__ = False

    change: float
    lower: float
    upper: float
    level: float
    placebos: int
    left_out: int
    products: tuple[ProductChange, ...]

    @property
    def clear(self) -> bool:
        """Whether the interval, as it is printed, leaves zero out."""
        return is_clear(self.lower, self.upper)

    def summary(self, language: str) -> str:
        """Two sentences in "fr" or "en", no surer than the interval."""
        those = sum(one.with_testimony for one in self.products)
        counts = [number(count, language) for count in (those, len(self.products) - those)]
        of, size = percent(self.level, language), percent(abs(self.change), language)
        not_drawn = in_language(
            language,
            fr="Les produits n’ont pas été tirés au sort : d’autres raisons peuvent jouer.",
            en="The products were not drawn by lot: there may be other reasons.",
        )
        if not self.clear:
            low, high = (as_change(-end, language) for end in (self.lower, self.upper))
            said = in_language(
                language,
                fr=f"Les données ne disent pas clairement si les produits avec témoignage ({counts[0]}) ont été plus "
                f"commandés que les autres ({counts[1]}) : rien n’est exclu entre {low} et {high} (fourchette à {of}).",
                en=f"The records do not clearly show whether products with a testimony ({counts[0]}) were ordered "
                f"more than others ({counts[1]}): nothing from {low} to {high} can be ruled out ({of} range).",
            )
            return f"{said} {not_drawn}"
        rise = self.change > 0
        ends = percent_range(*self._size(), language)
        said = in_language(
            language,
            fr=f"Par rapport aux autres produits ({counts[1]}), les commandes de ceux avec témoignage ({counts[0]}) "
            f"ont {'augmenté' if rise else 'baissé'} d’environ {size} (fourchette à {of} : {ends}).",
            en=f"Against other products ({counts[1]}), orders of those with a testimony ({counts[0]}) "
            f"{'rose' if rise else 'fell'} by about {size} ({of} range: {ends}).",
        )
        return f"{said} {not_drawn}"

    def _size(self) -> tuple[float, float]:
        """The ends of the interval without their sign, the smaller first."""
        low, high = abs(self.lower), abs(self.upper)
        return min(low, high), max(low, high)

    def to_frame(self) -> pd.DataFrame:
        """One row: change, lower, upper, level, placebos, left_out, products_with, products_without."""
        those = sum(one.with_testimony for one in self.products)
        row = {name: getattr(self, name) for name in ("change", "lower", "upper", "level", "placebos", "left_out")}
        return pd.DataFrame([{**row, "products_with": those, "products_without": len(self.products) - those}])

    def products_frame(self) -> pd.DataFrame:
        """One row a product: the fields of `ProductChange` and log_change, those with a testimony first."""
        ordered = sorted(self.products, key=lambda one: (not one.with_testimony, one.product))
        return pd.DataFrame([{**asdict(one), "log_change": one.log_change} for one in ordered])


def testimony_orders(
    orders: pd.DataFrame,
    live: pd.Series,
    *,
    launched_on: object,
    soft_launch_on: object = None,
    weeks: int = 8,
    weeks_before: int = 26,
    level: float = 0.95,
) -> TestimonyOrders:
    """Orders of products with a testimony against those without, `weeks` after the launch over `weeks_before` before.

    `orders` and `live` are made by `analysis.panel.testimonies` (`product_orders`, `first_live`). A product has a
    testimony when one came online by the end of the weeks after; products with one before the soft launch (or launch)
    are left out, and those with fewer than five orders before. Weeks of the soft launch are on neither side, and
    weeks beyond the records are not counted.

    d = mean log change of products with a testimony - mean log change of the others. The interval at `level` holds
    each effect that is not in the outer tails of d over every choice of as many products (10,000 drawn where there
    are more): exact where products are exchangeable but for the effect, however few they are.

    Raises
    ------
    TooThin
        No week is recorded on one side, no product is on one side, or the products can be chosen in so few ways that
        no interval at `level` exists.
    """
    changes, left_out = _changes(orders, live, launched_on, soft_launch_on, weeks, weeks_before)
    treated = np.array([one.with_testimony for one in changes], dtype=bool)
    ways = comb(len(changes), int(treated.sum()))
    if not treated.any() or treated.all() or int(ways * (1 - level) / 2 + 1e-9) < 1:
        raise _few(int(treated.sum()), int((~treated).sum()))
    values = np.array([one.log_change for one in changes])
    best, ends = _difference(values, treated), np.sort(_thresholds(values, treated, ways))
    place = int((len(ends) + 1) * (1 - level) / 2 + 1e-9) - 1
    return TestimonyOrders(
        change=float(np.expm1(best)),
        lower=float(np.expm1(ends[place])),
        upper=float(np.expm1(ends[-place - 1])),
        level=level,
        placebos=len(ends),
        left_out=left_out,
        products=tuple(changes),
    )


def _changes(
    orders: pd.DataFrame, live: pd.Series, launched_on: object, soft_launch_on: object, weeks: int, weeks_before: int
) -> tuple[list[ProductChange], int]:
    """The products that can be compared, and how many were left out for too few orders."""
    launched = pd.Timestamp(launched_on)  # type: ignore[arg-type]
    began = launched if soft_launch_on is None else pd.Timestamp(soft_launch_on)  # type: ignore[arg-type]
    start, before_end = monday(pd.DatetimeIndex([launched, began]))
    end = start + pd.Timedelta(weeks=weeks)
    before = orders[orders["week"].between(before_end - pd.Timedelta(weeks=weeks_before), before_end, inclusive="left")]
    after = orders[orders["week"].between(start, end, inclusive="left")]
    if before.empty or after.empty:
        raise TooThin(
            fr="Les commandes ne sont pas enregistrées à la fois avant et après le lancement : les produits ne sont "
            "pas comparés.",
            en="Orders are not recorded both before and after the launch, so products are not compared.",
        )
    first = live.reindex(before["product"].unique())
    counts = before.groupby("product")["orders"].sum()
    found = [
        ProductChange(
            product=str(product),
            with_testimony=bool(first[product] < end),
            before=int(counts[product]),
            after=int(after.loc[after["product"] == product, "orders"].sum()),
            weeks_before=before["week"].nunique(),
            weeks_after=after["week"].nunique(),
        )
        for product in counts.index
        if not first[product] < before_end
    ]
    kept = [one for one in found if one.before >= FEWEST_ORDERS]
    return kept, len(found) - len(kept)


def _difference(values: Array, treated: NDArray[np.bool_]) -> float:
    return float(values[treated].mean() - values[~treated].mean())


def _thresholds(values: Array, treated: NDArray[np.bool_], ways: int) -> Array:
    """For each other choice of products, the effect at which it would differ as much as the true choice does.

    With the effect t taken off the products with a testimony, a choice s differs by D(s) - t a(s) and the true one by
    D - t, where a(s) is the share of s with a testimony less that of the rest; the two meet at (D - D(s)) / (1 - a(s)).
    """
    size, count = len(values), int(treated.sum())
    if ways <= MOST_PLACEBOS:
        chosen = np.array(list(combinations(range(size), count)))
    else:
        rng = np.random.default_rng(0)
        chosen = np.array([rng.permutation(size)[:count] for _ in range(MOST_PLACEBOS)])
    masks = np.zeros((len(chosen), size))
    np.put_along_axis(masks, chosen, 1.0, axis=1)
    masks = masks[(masks != treated).any(axis=1)]
    differences = masks @ values / count - (1 - masks) @ values / (size - count)
    shared = masks @ treated
    overlap = shared / count - (count - shared) / (size - count)
    return np.asarray((_difference(values, treated) - differences) / (1 - overlap))


def _few(those: int, others: int) -> TooThin:
    return TooThin(
        fr=f"Les produits sont trop peu nombreux pour être comparés (avec témoignage : {those} ; sans : {others}) : le "
        "hasard seul pourrait donner n’importe quel écart.",
        en=f"There are too few products to compare (with a testimony: {those}; without: {others}): chance alone could "
        "give any difference.",
    )
