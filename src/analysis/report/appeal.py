"""What the appeals brought, computed once as it may be published.

The latest is told in every outcome, those before in money.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd

from analysis.dataset import Dataset
from analysis.models.appeal import appeal_cost, fit_appeal
from analysis.models.appeal.cost import AppealCost
from analysis.models.appeal.results import AppealUplift
from analysis.models.results import TooThin
from analysis.panel.appeals import NEW_DONORS, ORDERS, with_new_donors, with_wish_list_orders
from analysis.panel.variants import with_quantity
from analysis.panel.weekly import order_days
from analysis.report.disclosure import unsafe_split
from analysis.report.robustness import or_too_thin
from analysis.seasons import monday
from analysis.tables import Tables
from analysis.wording import shortened

MOST_APPEALS = 5
"""Appeals that are told, the latest first."""

MOST_ITEMS = 3
WEEKS = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ToldAppeal:
    """One appeal with what it brought in money and what that cost, or why neither is known.

    The names are in one printable line each. `spent` is what it cost, where that is recorded; `cost` sets it against
    the uplift, and is None where there is none.
    """

    appeal: str
    name_fr: str
    name_en: str
    launched_on: pd.Timestamp
    soft_launch_on: pd.Timestamp | None
    money: AppealUplift | TooThin
    spent: float | None
    cost: AppealCost | TooThin | None

    def name(self, language: str) -> str:
        """What the appeal is called in "fr" or "en"."""
        return self.name_fr if language == "fr" else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Appeals:
    """What the appeals of the recorded period brought.

    `told` are the appeals, latest first; one whose weeks an estimate of a later appeal holds already is not told apart.
    `example` is the latest with an estimate of money, else the latest. `outcomes` are its results by weekly
    column, money first, items by their own name; `items` names those of them that are items.
    """

    told: tuple[ToldAppeal, ...]
    outcomes: Mapping[str, AppealUplift | TooThin]
    items: tuple[str, ...]

    @property
    def example(self) -> ToldAppeal | None:
        """The appeal that is told at length; None without an appeal."""
        estimated = [one for one in self.told if isinstance(one.money, AppealUplift)]
        return next(iter([*estimated, *self.told]), None)

    @property
    def earlier(self) -> tuple[ToldAppeal, ...]:
        """The other appeals, latest first."""
        return tuple(one for one in self.told if one is not self.example)

    @property
    def estimates(self) -> dict[str, AppealUplift]:
        """The example's outcomes that could be estimated, money first."""
        return {name: found for name, found in self.outcomes.items() if isinstance(found, AppealUplift)}

    @property
    def windows(self) -> list[pd.Series]:
        """The weeks of each published total of money or of gifts."""
        found = [one.money for one in self.told]
        if "amount" not in self.estimates and "donations" in self.estimates:
            found.append(self.estimates["donations"])
        return [one.weeks_frame()["week"] for one in found if isinstance(one, AppealUplift)]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The table that leaves beside those of the charts; none without an appeal."""
        return {"appeal_by_appeal": self.to_frame()} if self.told else {}

    def to_frame(self) -> pd.DataFrame:
        """One row an appeal, latest first: what it brought in money, as a share and as an amount, and what it cost.

        Columns: `appeal`, `launched_on`, `weeks`, `change`, `low`, `high` (shares of what was expected), `uplift`,
        `uplift_low`, `uplift_high`, `placebos`, `by_chance`, `spent`; missing where there is no estimate.
        """
        return pd.DataFrame([_row(one) for one in self.told], columns=list(COLUMNS)).astype(COLUMNS)


COLUMNS = {
    "appeal": "str", "launched_on": "datetime64[us]", "weeks": "Int64", "change": "float64", "low": "float64",
    "high": "float64", "uplift": "float64", "uplift_low": "float64", "uplift_high": "float64", "placebos": "Int64",
    "by_chance": "Int64", "spent": "float64",
}  # fmt: skip


def _row(one: ToldAppeal) -> dict[str, object]:
    row: dict[str, object] = {"appeal": one.appeal, "launched_on": one.launched_on, "spent": one.spent}
    if isinstance(one.money, TooThin):
        return row
    low, high = one.money.share_interval
    row |= {"weeks": one.money.weeks, "change": one.money.share, "low": low, "high": high}
    row |= {"uplift": one.money.uplift, "uplift_low": one.money.lower, "uplift_high": one.money.upper}
    return row | {"placebos": one.money.placebos, "by_chance": one.money.by_chance}


def make_appeals(weekly: pd.DataFrame, tables: Tables, dataset: Dataset) -> Appeals:
    """What the appeals launched in the weeks of `weekly` brought, at most the last five of them."""
    appeals = named_appeals(tables.appeals)
    recorded = weekly["week"].iloc[0], weekly["week"].iloc[-1] + pd.Timedelta(days=7)
    inside = appeals[appeals["launched_on"].between(*recorded, inclusive="left")]
    ask = partial(_Asked, appeals, dataset.level)
    told: list[ToldAppeal] = []
    for _, row in inside.sort_values("launched_on", ascending=False, kind="stable").iterrows():
        if len(told) < MOST_APPEALS and not _told_already(row["launched_on"], told):
            told.append(_told(ask(row["launched_on"], row["soft_launch_on"]), row, weekly, tables))
    found = Appeals(told=tuple(told), outcomes={}, items=())
    example = found.example
    if example is None:
        return found
    asked = ask(example.launched_on, example.soft_launch_on)
    others = {
        outcome: asked.uplift(table, outcome, lines)
        for outcome, table, lines in _beside_money(weekly, tables)
        if len(lines)
    }
    items = tuple(name for name in others if name not in OUTCOMES)
    return Appeals(told=found.told, outcomes={"amount": example.money, **others}, items=items)


def named_appeals(appeals: pd.DataFrame) -> pd.DataFrame:
    """The appeals with a launch, their names in one short printable line; a name that is missing is the short name.

    A soft launch after the launch is left out.
    """
    kept = appeals[appeals["launched_on"].notna()].reset_index(drop=True)
    days = [f"{day:%d/%m/%Y}" for day in kept["launched_on"]]
    short = [_line(name) or day for name, day in zip(kept["appeal"], days, strict=True)]
    names = {
        column: pd.Series([_line(name) or spare for name, spare in zip(kept[column], short, strict=True)], dtype="str")
        for column in ("name_fr", "name_en")
    }
    soft = kept["soft_launch_on"].where(kept["soft_launch_on"] <= kept["launched_on"]).astype(object)
    soft = soft.where(soft.notna(), None)
    return kept.assign(appeal=pd.Series(short, dtype="str"), soft_launch_on=soft, **names)


def _line(name: object) -> str:
    return shortened(name) if isinstance(name, str) else ""


def _told_already(launched_on: pd.Timestamp, told: list[ToldAppeal]) -> bool:
    """Whether a later appeal's estimate is for weeks of this one too."""
    own = _window(launched_on)
    return any(isinstance(one.money, AppealUplift) and bool(_window(one.launched_on).isin(own).any()) for one in told)


def _window(launched_on: pd.Timestamp) -> pd.DatetimeIndex:
    return pd.date_range(monday(pd.DatetimeIndex([launched_on]))[0], periods=WEEKS, freq="7D", unit="us")


@dataclass(frozen=True, slots=True)
class _Asked:
    """An appeal as it is asked about: all appeals, the level of intervals, and its own days."""

    appeals: pd.DataFrame
    level: float
    launched_on: pd.Timestamp
    soft_launch_on: pd.Timestamp | None

    def uplift(self, weekly: pd.DataFrame, outcome: str, lines: pd.DataFrame) -> AppealUplift | TooThin:
        """The uplift of one outcome, or why there is none: too little to estimate it, or too few people behind it.

        `lines` are what the outcome is made of: `day`, `giver`, `value`.
        """
        found = or_too_thin(
            fit_appeal, weekly, launched_on=self.launched_on, weeks=WEEKS, soft_launch_on=self.soft_launch_on,
            appeals=self.appeals, outcome=outcome, level=self.level,
        )  # fmt: skip
        if isinstance(found, TooThin):
            return found
        weeks = pd.Series(monday(lines["day"]), index=lines.index)
        recorded = weeks.isin(weekly["week"])
        inside = weeks.isin([one.week for one in found.path])
        few = unsafe_split(lines[recorded], inside[recorded])
        return TooThin(fr=WITHHELD_FR, en=WITHHELD_EN) if few else found


def _told(asked: _Asked, row: pd.Series, weekly: pd.DataFrame, tables: Tables) -> ToldAppeal:
    money = asked.uplift(weekly, "amount", _gifts(tables))
    cost = None if pd.isna(row["cost"]) or row["cost"] < 0 else float(row["cost"])
    return ToldAppeal(
        appeal=row["appeal"], name_fr=row["name_fr"], name_en=row["name_en"], launched_on=asked.launched_on,
        soft_launch_on=asked.soft_launch_on, money=money, spent=cost,
        cost=_cost(money, cost) if isinstance(money, AppealUplift) else None,
    )  # fmt: skip


def _cost(money: AppealUplift, spent: float | None) -> AppealCost | TooThin:
    """What was spent against what it brought, unless other appeals brought it too."""
    if money.overlapping:
        return TooThin(
            fr="D’autres appels se mêlent à celui-ci : son coût n’est pas rapporté à ce qu’ils ont apporté ensemble.",
            en="Other appeals overlap with this one, so its cost is not set against what they brought together.",
        )
    return or_too_thin(appeal_cost, money, cost=spent)


WITHHELD_FR = "Trop peu de personnes ou de dons sont en jeu : pour les protéger, le chiffre n’est pas publié."
WITHHELD_EN = "Too few people or gifts stand behind it: to protect them, the figure is not published."
OUTCOMES = ("amount", "donations", NEW_DONORS, ORDERS, "goods_value")


def _beside_money(weekly: pd.DataFrame, tables: Tables) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Each outcome with the weekly table that has it and the lines behind it: day, giver and value."""
    gifts, goods = _gifts(tables), tables.goods
    yield "donations", weekly, gifts.assign(value=1.0)
    firsts = gifts[gifts["named"]].sort_values("day").drop_duplicates("giver")
    yield NEW_DONORS, with_new_donors(weekly, tables.donations), firsts.assign(value=1.0)
    ordered = goods[goods["channel"] == "wish_list"]
    orders = _lines(ordered, order_days(ordered), ordered["quantity"])
    yield ORDERS, with_wish_list_orders(weekly, goods), orders.assign(value=1.0)
    delivered = goods[goods["status"] == "delivered"]
    yield "goods_value", weekly, _lines(delivered, delivered["received_on"], delivered["value"])
    often = delivered.groupby("item")["received_on"].nunique().sort_values(ascending=False, kind="stable")
    for item in [str(name) for name in often.index if name not in weekly.columns and name not in OUTCOMES][:MOST_ITEMS]:
        own = delivered[delivered["item"] == item]
        yield item, with_quantity(weekly, goods, item), _lines(own, own["received_on"], own["quantity"])


def _gifts(tables: Tables) -> pd.DataFrame:
    """The gifts received: day, giver, value, and whether the giver is named."""
    received = tables.donations[tables.donations["status"] == "received"]
    giver = received["donor"].fillna(received["donation_id"])
    return pd.DataFrame(
        {"day": received["received_on"], "giver": giver, "value": received["amount"],
         "named": received["donor"].notna()}
    )  # fmt: skip


def _lines(goods: pd.DataFrame, days: pd.Series, values: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"day": days, "giver": goods["donor"].fillna(goods["goods_id"]), "value": values})
