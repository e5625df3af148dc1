"""The sections on what people got: coverage, arrivals, rationing, stock, and what a drop means in goods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from analysis.models.results import TooThin
from analysis.panel.stock import most_critical
from analysis.report.aid import IN_GOODS
from analysis.report.aid_figures import norm_heading
from analysis.report.chart import Chart
from analysis.report.findings import Findings
from analysis.report.narrative import Number, say, two_figures, window_in_words, words
from analysis.report.numbers.aid import latest_coverage, widest_gap
from analysis.report.numbers.in_goods import ITEMS_SAID
from analysis.report.numbers.naming import items_name, window_in_days
from analysis.report.release import LONGEST_TEXT
from analysis.report.section import Section, paragraph, texts
from analysis.report.text_tables import TextTable, chart_table, text_table
from analysis.wording import capital, listing, shortened, typeset

BY_AREA = [
    "item_label", "area", "distributed", "needed", "coverage", "coverage_low", "coverage_high", "assessed",
    "norm_source", "hidden",
]  # fmt: skip
Numbers = Mapping[str, Number]


def in_goods_section(findings: Findings, numbers: Numbers, language: str) -> Iterator[Section]:
    """What the winter drop means in money, goods and per person; nothing where there is no drop or no price."""
    found = findings.aid.in_goods
    if found is None or "winter_drop" not in numbers:
        return
    text = words("sentences", language)
    tables: tuple[TextTable, ...] = ()
    lead: tuple[str, ...] = (text["in_goods_unclear"],)
    if numbers["winter_drop"].direction == "fall":
        per_person = numbers.get("missing_per_person")
        worth, *mixed = _missing(findings, numbers, language)
        short = per_person is not None and numbers["winter_drop_per_person"].direction == "fall"
        lead = (worth, *mixed, *(_per_person(numbers, language) if short else ()))
        table = found.to_frame().rename(columns=IN_GOODS)
        named = table.assign(
            item_label=[capital(items_name(findings.dataset, item, language)) for item in table["item"]]
        )
        shown = named[["item_label", "price", "units", "units_low", "units_high", "usual_units"]]
        units = ["units", "units_low", "units_high", "usual_units"]
        shown = shown.assign(**{name: shown[name].map(two_figures) for name in units})
        tables = (text_table(shown, text["in_goods_table"], findings.dataset.currency, language, file="in_goods"),)
    yield Section(
        id="in_goods", question=words("questions", language)["in_goods"], lead=lead, tables=tables,
        caveats=(text["price_not_goods"], text["prices_fixed"]) if tables else (),
    )  # fmt: skip


def _missing(findings: Findings, numbers: Numbers, language: str) -> Iterator[str]:
    """The winter's missing money with what it is the price of; then what it would pay for in the usual mix."""
    items = list(findings.aid.in_goods.prices)[:ITEMS_SAID] if findings.aid.in_goods else []
    alone = [_piece("units_piece", f"in_{item}", item, findings, numbers, language) for item in items]
    either = words("sentences", language)["or_of"]
    price = say("sentences.price_of", language, numbers, pieces=either.join(alone))
    yield paragraph((say("sentences.missing", language, numbers), price))
    mixed = [item for item in items if f"mixed_{item}" in numbers]
    if len(mixed) > 1:
        pieces = [_piece("units_piece", f"mixed_{item}", item, findings, numbers, language) for item in mixed]
        yield say("sentences.in_mix", language, numbers, pieces=listing(pieces, language))


def _per_person(numbers: Numbers, language: str) -> tuple[str, ...]:
    """The missing money per person, and that there are more people in winter where the counts say so."""
    change = numbers.get("headcount_winter_change")
    more = (words("sentences", language)["more_people"],) if change and change.direction == "rise" else ()
    return (paragraph((say("sentences.missing_per_person", language, numbers), *more)),)


def _piece(form: str, number_id: str, item: str, findings: Findings, numbers: Numbers, language: str) -> str:
    """A number beside the item that it counts, by a form of the catalog."""
    name = items_name(findings.dataset, item, language)
    return say(f"pieces.{form}", language, {"one": numbers[number_id]}, item=name)


def aid_sections(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Iterator[Section]:
    """Coverage, arrivals and the wish list, rationing, stock: each where its records are."""
    for part in (_coverage, _arrivals, _rationing, _stock):
        section = part(findings, numbers, drawn, language)
        if section is not None:
            yield section


def _coverage(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section | None:
    text, aid = words("sentences", language), findings.aid
    if aid.coverage.empty:
        return None
    chart = drawn.get("coverage")
    known = _coverage_lead(findings, numbers, language) if chart else (text["coverage_not_assessed"],)
    latest = aid.by_area[aid.by_area["month"] == aid.by_area["month"].max()]
    month = window_in_words(f"{aid.coverage['month'].max():%Y-%m}", language)
    caption = capital(say("sentences.by_area", language, {}, month=month))
    tables = [
        text_table(
            _by_area(latest, findings, language), caption, findings.dataset.currency, language, file="coverage_by_area"
        )
    ]
    if chart:
        tables.insert(0, chart_table(chart, findings, language))
        tables.append(_norms(findings, language))
    return Section(
        id="coverage", question=words("questions", language)["coverage"],
        lead=(*known, *shortage(findings, numbers, language), *_not_assessed(findings, language)),
        chart=chart, tables=tuple(tables),
        caveats=tuple(text[f"coverage_{name}"] for name in ("share", "either_way", "band", "rounded")) if chart else (),
    )  # fmt: skip


def _coverage_lead(findings: Findings, numbers: Numbers, language: str) -> Iterator[str]:
    """How many items meet their norm, then each item's coverage, one sentence a kind of norm."""
    latest = latest_coverage(findings.aid.coverage)
    all_below = numbers["items_below"].value == numbers["items_assessed"].value
    key = "coverage_all_below" if all_below and len(latest) > 1 else "coverage_some"
    sentences = [say("sentences.coverage_month", language, numbers)]
    for kind, rows in latest.groupby("kind", sort=False):
        pieces = [
            _piece("coverage_piece", f"coverage_{item}", str(item), findings, numbers, language)
            for item in rows["item"]
        ]
        sentences.append(say(f"sentences.coverage_{kind}", language, {}, pieces=listing(pieces, language)))
    yield say(f"sentences.{key}", language, numbers)
    yield paragraph(sentences)
    taken = [str(item) for item in findings.aid.taken.index if f"coverage_{item}" in numbers]
    if taken:
        pieces = [_piece("exact_piece", f"taken_{item}", item, findings, numbers, language) for item in taken]
        yield say("sentences.taken", language, numbers, pieces=listing(pieces, language))


def shortage(findings: Findings, numbers: Numbers, language: str) -> tuple[str, ...]:
    """What was missing to meet the need in the last month, of the first items that are clearly short of it.

    Things to own and things used up are told apart: the first add up over their life, the others are of that month.
    """
    norms = findings.dataset.norms
    short = [item for item in findings.dataset.items if f"short_{item}" in numbers][:ITEMS_SAID]
    told = []
    for kind, form in (("stock", "short_stock"), ("flow", "short_flow")):
        items = [item for item in short if norms[item].kind == kind]
        if items:
            pieces = [_piece("units_piece", f"short_{item}", item, findings, numbers, language) for item in items]
            last = {"last": numbers[f"short_{items[0]}"]}
            told.append(say(f"sentences.{form}", language, last, pieces=listing(pieces, language)))
    return (paragraph([*told, words("sentences", language)["short_own"]]),) if told else ()


def _not_assessed(findings: Findings, language: str) -> Iterator[str]:
    """The items of the last month that are not assessed, by the reason why."""
    coverage = findings.aid.coverage
    last = coverage[(coverage["month"] == coverage["month"].max()) & ~coverage["assessed"].astype(bool)]
    for reason, rows in last.groupby("reason", sort=False):
        names = listing([items_name(findings.dataset, str(item), language) for item in rows["item"]], language)
        form = words("not_assessed", language)[str(reason).replace(" ", "_")]
        yield typeset(form.format(items=names), language)


def _by_area(latest: pd.DataFrame, findings: Findings, language: str) -> pd.DataFrame:
    """One row an item and area in the last month, with the norm and where it comes from."""
    form, why = words("norms", language)["none"], words("reasons", language)
    norms = findings.dataset.norms
    names = [items_name(findings.dataset, str(item), language) for item in latest["item"]]
    table = latest.assign(
        item_label=[
            norm_heading(findings.dataset, str(item), language) if item in norms else form.format(item=capital(name))
            for item, name in zip(latest["item"], names, strict=True)
        ],
        assessed=["" if pd.isna(reason) else why[str(reason).replace(" ", "_")] for reason in latest["reason"]],
        norm_source=[_norm_source(findings, item, language) if item in norms else "" for item in latest["item"]],
    )
    return table[BY_AREA]


def _norms(findings: Findings, language: str) -> TextTable:
    """The norm of each item that has one, with its source."""
    heading = words("columns", language)
    rows = tuple((norm_heading(findings.dataset, item, language), _norm_source(findings, item, language))
                 for item in findings.dataset.norms)  # fmt: skip
    return TextTable(
        caption=words("sentences", language)["norms_table"], headings=(heading["norm"], heading["norm_source"]),
        rows=rows, numeric=(False, False),
    )  # fmt: skip


def _norm_source(findings: Findings, item: str, language: str) -> str:
    return typeset(shortened(findings.dataset.norms[item].source_in(language), most=LONGEST_TEXT), language)


def _arrivals(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section | None:
    chart, text = drawn.get("arrivals"), words("sentences", language)
    orders = _orders(findings, numbers, language)
    if chart is None and not orders:
        return None
    table = findings.aid.orders
    columns = ["product_label", "orders", "ordered", "delivered", "on_the_way", "never_arrived", "median_days"]
    other = words("sentences", language)["other_products"]
    names = [typeset(shortened(str(product)), language) or other for product in table["product"]]
    currency = findings.dataset.currency
    listed = table.assign(product_label=names)[columns]
    return Section(
        id="arrivals", question=words("questions", language)["arrivals"],
        lead=(*(_arrivals_lead(findings, numbers, language) if chart else ()), *orders), chart=chart,
        tables=(
            *((chart_table(chart, findings, language),) if chart else ()),
            *((text_table(listed, text["orders_table"], currency, language, file="wish_list"),) if orders else ()),
        ),
        caveats=((text["arrivals_period"],) if chart else ()) + ((text["store_fifo"],) if orders else ()),
    )  # fmt: skip


def _arrivals_lead(findings: Findings, numbers: Numbers, language: str) -> Iterator[str]:
    table = findings.aid.arrivals
    share = table["received"] / table["needed"]
    names = {
        name: items_name(findings.dataset, str(table["item"].iloc[place]), language)
        for name, place in (("least", int(share.argmin())), ("most", int(share.argmax())))
    }
    form = "arrivals" if len(table) > 1 else "arrivals_one"
    short = len(table) > 1 and bool((table["received"] < table["needed"]).all())
    yield say(f"sentences.{'arrivals_short' if short else form}", language, numbers, **names)


def _orders(findings: Findings, numbers: Numbers, language: str) -> tuple[str, ...]:
    """What the wish list brought and how long it took; nothing without one."""
    if "wish_orders" not in numbers:
        return ()
    days = [say(f"sentences.{name}", language, numbers) for name in ("wish_days", "store_days") if name in numbers]
    form = "wish_list" if "wish_late" in numbers else "wish_orders"
    return (paragraph([say(f"sentences.{form}", language, numbers), *days]),)


def _rationing(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section | None:
    chart, text = drawn.get("rationing"), words("sentences", language)
    if chart is None:
        return None
    window = window_in_days(findings.dataset.winter, language)
    both = "rationed_winter" in numbers and "rationed_rest" in numbers
    often = (say("sentences.rationed", language, numbers, window=window),) if both else ()
    link = findings.aid.link
    linked = (typeset(link.sentence(language), language),) if isinstance(link, TooThin) else ()
    return Section(
        id="rationing", question=words("questions", language)["rationing"],
        lead=(paragraph((*often, *texts(numbers, ["refused"], language))),
              *texts(numbers, ["rationing_link"], language), *linked),
        chart=chart, tables=(chart_table(chart, findings, language),),
        caveats=(text["rationed_lines"], text["rationed_asking"], text["rationed_goods"]),
    )  # fmt: skip


def _stock(findings: Findings, numbers: Numbers, drawn: Mapping[str, Chart], language: str) -> Section | None:
    chart, text, accounts = drawn.get("stock"), words("sentences", language), findings.aid.accounts
    if chart is None:
        return None
    critical = most_critical(findings.aid.levels)
    pieces = [_piece("weeks_piece", f"weeks_left_{item}", item, findings, numbers, language) for item in critical]
    last = {"last": numbers[f"weeks_left_{critical[0]}"]}
    names = [capital(items_name(findings.dataset, str(item), language)) for item in accounts["item"]]
    named = accounts.drop(columns="item").rename(columns={"counted": "stock_counted"})
    named.insert(0, "item_label", names)
    table = text_table(named, text["accounts_table"], findings.dataset.currency, language, file="stock_accounts")
    units = [items_name(findings.dataset, item, language) for item in findings.aid.mixed_units]
    return Section(
        id="stock", question=words("questions", language)["stock"],
        lead=(say("sentences.weeks_left", language, last, pieces=listing(pieces, language)),
              *_accounts(findings, numbers, language)),
        chart=chart, tables=(chart_table(chart, findings, language), *((table,) if len(accounts) else ())),
        caveats=(
            text["count_morning"], text["level_negative"],
            *((say("sentences.mixed_units", language, numbers, items=listing(units, language)),) if units else ()),
        ),
    )  # fmt: skip


def _accounts(findings: Findings, numbers: Numbers, language: str) -> tuple[str, ...]:
    """How often movements explain the next count, and the widest gap."""
    if "accounts" not in numbers:
        return ()
    widest = widest_gap(findings.aid.accounts.dropna(subset=["unexplained"]))
    gap = "stock_gap_less" if widest["unexplained"] < 0 else "stock_gap_more"
    name = items_name(findings.dataset, str(widest["item"]), language)
    shown = (say(f"sentences.{gap}", language, numbers, item=name),) if widest["unexplained"] else ()
    return (paragraph((say("sentences.accounts", language, numbers), *shown)),)
