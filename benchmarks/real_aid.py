"""What people got, on public files that nobody wrote for this project; what came out is in docs/real-aid.md.

Run from the repository's top folder with a folder that holds `fridge_fills/` and `distribute_aid/` as real_aid.toml
names them; the files are not part of this repository. Every figure of the project stands beside the same figure worked
out by plain pandas from the file itself:

    python -m benchmarks.real_aid FOLDER            about ten seconds
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from benchmarks.machine import stamp

from analysis.dataset import Dataset, load_dataset
from analysis.faults import DataError
from analysis.panel.coverage import monthly_coverage
from analysis.panel.prices import unit_prices
from analysis.panel.rationing import monthly_rationing
from analysis.panel.stock import mixed_units, stock_accounts
from analysis.panel.weekly import weekly_giving
from analysis.records.build import build, check
from analysis.report.aid import arrivals
from analysis.report.disclosure import publishable_coverage
from analysis.tables import Tables

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "real-aid.md"
TRIALS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

QUARTER, QUARTER_MONTHS = "Q2", 3
USED_UP = ("Hygiene", "Baby", "Food")
"""Categories of the assessment whose items are used up; shelter and clothing are to own."""
MIDDLE = {"Q1": "2022-02-15", "Q2": "2022-05-15"}
OUTCOMES = ("read", "accepted", "quarantined", "duplicate", "excluded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A dataset that was built: its settings, its tables, and its ledger, one entry a file."""

    dataset: Dataset
    tables: Tables
    ledger: list[dict[str, Any]]


def run(settings: str, files: dict[str, Path], scratch: Path) -> Trial:
    """The dataset of these files under these settings, built in `scratch`."""
    folder = scratch / "data"
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(settings, encoding="utf-8")
    for name, path in files.items():
        shutil.copyfile(path, folder / name)
    dataset = load_dataset(folder)
    return Trial(dataset=dataset, tables=build(dataset, scratch / "processed"), ledger=check(folder).ledger["files"])


def answer(function: Any, trial: Trial) -> str:
    """What a panel function answers: its refusal, that it has no rows, or how many."""
    try:
        found = function(trial.tables, trial.dataset)
    except DataError as refusal:
        return str(refusal).replace(str(trial.dataset.folder), "FOLDER")
    return f"{len(found):,} rows" if len(found) else "an empty table"


def reasons(coverage: pd.DataFrame) -> str:
    """How many rows of a coverage table are assessed, and why the others are not."""
    if coverage.empty:
        return "an empty table"
    counted = coverage["reason"].fillna("assessed").value_counts()
    return ", ".join(f"{rows:,} {reason}" for reason, rows in counted.items())


def rows_of(table: pd.DataFrame) -> list[str]:
    """A table in Markdown, numbers to the right; a missing value is blank."""
    numeric = [pd.api.types.is_numeric_dtype(table[name]) for name in table.columns]
    lines = [" | ".join(table.columns), " | ".join("---:" if right else "---" for right in numeric)]
    lines += [" | ".join(_cell(value) for value in row) for row in table.itertuples(index=False)]
    return [f"| {line} |" for line in lines]


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def ledger_rows(trial: Trial) -> list[str]:
    """What became of the rows of each file, and why not all were accepted."""
    table = pd.DataFrame(
        [
            {
                "file": entry["file"],
                "table": entry["table"],
                **{name: int(entry["rows"][name]) for name in OUTCOMES},
                "why not accepted": "; ".join(f"{why} ({rows})" for why, rows in entry["reasons"].items()),
            }
            for entry in trial.ledger
        ]
    )
    return rows_of(table.rename(columns={"quarantined": "set aside"}))


# Community fridges


def fridges(folder: Path, scratch: Path) -> list[str]:
    """The section on the fridges."""
    of = TRIALS["fridges"]
    source = folder / of["path"]
    trial = run(of["settings"], {source.name: source}, scratch)
    raw = pd.read_csv(source, dtype=str, keep_default_na=False)
    noted = raw[(raw["Dropoff Location"] != "") & (raw["Fill Type"] != "")]
    coverage = monthly_coverage(trial.tables, trial.dataset)
    together = monthly_coverage(trial.tables, trial.dataset, by_area=False)
    answers = {
        "coverage, each area": reasons(coverage),
        "coverage, all areas": reasons(together),
        "rationing": answer(monthly_rationing, trial),
        "stock": answer(stock_accounts, trial),
        "items in several units": ", ".join(mixed_units(trial.tables)) or "none",
        "the report": answer(weekly_giving, trial),
    }
    return [
        "## Community fridges, Philadelphia, 2023", "", of["is"].strip(), "", f"Source: {of['source']}.", "",
        *_block(of["settings"]), *ledger_rows(trial), "",
        "Deliveries by area. Plain pandas folds capitals and drops the letters before a dash by itself:", "",
        *rows_of(_by_area(coverage, noted)), "", "Deliveries by month, all areas:", "",
        *rows_of(_by_month(together, noted)), "", "What the project answers to the rest:", "",
        *rows_of(pd.DataFrame(answers.items(), columns=["asked", "answer"])), "", of["showed"].strip(), "",
    ]  # fmt: skip


def _by_area(coverage: pd.DataFrame, noted: pd.DataFrame) -> pd.DataFrame:
    spelled = noted["Dropoff Location"]
    plain = spelled.str.replace(r"^[A-Z]+ - ", "", regex=True).str.casefold()
    ways = spelled.groupby(plain).agg(["size", "nunique"])
    ours = coverage.groupby("area")["distributed"].sum().sort_values(ascending=False)
    keys = [area.casefold() if area != "Growing Together" else "growing together/reed" for area in ours.index]
    return pd.DataFrame(
        {
            "area": ours.index,
            "deliveries": ours.to_numpy(),
            "plain pandas": ways.loc[keys, "size"].to_numpy(),
            "spellings": ways.loc[keys, "nunique"].to_numpy(),
        }
    )


def _by_month(together: pd.DataFrame, noted: pd.DataFrame) -> pd.DataFrame:
    items = together.pivot_table(index="month", columns="item", values="distributed", aggfunc="sum")
    plain = pd.to_datetime(noted["Date"], format="%m/%d/%Y").dt.to_period("M").dt.to_timestamp().value_counts()
    table = items.assign(deliveries=items.sum(axis=1)).assign(**{"plain pandas": plain.reindex(items.index)})
    return table.rename_axis(None, axis=1).reset_index().assign(month=lambda t: t["month"].dt.strftime("%Y-%m"))


# Shipments to France, and what groups in Northern France said they need


def manifests(folder: Path) -> pd.DataFrame:
    """Shipment lines, all text, whose shipment's number ends in France; `What` is item and size, `Year` of 20 .."""
    lines = pd.DataFrame(json.loads((folder / "distribute_aid/combined-manifests.json").read_text(encoding="utf-8")))
    french = lines[lines["Shipment #"].str.strip().str.endswith("-FRA")].fillna("")
    what = (french["Item"] + " " + french["Size / Style"]).str.strip()
    return french.assign(What=what, Year="20" + french["Shipment #"].str[:2]).reset_index(drop=True)


def needs(folder: Path) -> pd.DataFrame:
    """What groups in Northern France said they need in the quarter: `what`, `category`, `unit`, `need`."""
    stated = _assessment(folder)["validNeedsDatas"]
    rows = [
        (f"{of['product']['item']} {of['product'].get('sizeStyle', '')}".strip(), of["product"]["category"],
         of["product"]["unit"], of["need"])
        for of in stated
        if of["place"].get("subregion") == "Northern France" and of["survey"]["quarter"] == QUARTER
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["what", "category", "unit", "need"])


def people(folder: Path) -> pd.DataFrame:
    """The numbers of people that the assessment states for Calais, one row a quarter and measure."""
    summary = _assessment(folder)["validNeedsAssessmentData"]["summary"]
    rows = [
        (quarter, MIDDLE[quarter], measure, next(iter(said.values())))
        for quarter, regions in summary.items()
        if "calais" in regions
        for measure, said in regions["calais"]["whomYouServe"].items()
    ]
    return pd.DataFrame(rows, columns=["Quarter", "Middle of the quarter", "Measure", "People"])


def _assessment(folder: Path) -> dict[str, Any]:
    text = (folder / "distribute_aid/valid-needs-assessment-data.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def named(settings: str) -> dict[str, str]:
    """The item of each name in [items], by plain Python: for the figures that stand beside the project's."""
    items = tomllib.loads(settings)["items"]
    return {name.casefold().replace("_", " "): item for item, names in items.items() for name in (item, *names)}


def norms(stated: pd.DataFrame, served: int) -> str:
    """[norms] of dataset.toml: the need of the quarter a person; a third of it a month for what is used up."""
    lines = ["[norms]"]
    for item, own in stated.groupby("item", sort=False):
        flow = own["category"].iloc[0] in USED_UP
        quantity = own["need"].sum() / served / (QUARTER_MONTHS if flow else 1)
        kind = 'kind = "flow"' if flow else f'kind = "stock", life_months = {QUARTER_MONTHS}'
        lines.append(f'{item} = {{per = "person", quantity = {quantity:.6g}, {kind}, source = "assessment, Q2 2022"}}')
    return "\n".join(lines) + "\n"


def shipments(folder: Path, scratch: Path) -> list[str]:
    """The section on shipments and needs."""
    of = TRIALS["shipments"]
    lines, counted = manifests(folder), people(folder)
    item_of = named(of["settings"])
    stated = needs(folder).assign(item=lambda t: t["what"].str.casefold().map(item_of))
    served = int(counted.set_index(["Quarter", "Measure"])["People"][QUARTER, "peopleSupportedMonth"])
    files = {"people.csv": counted, **{f"shipments_{year}.csv": own for year, own in lines.groupby("Year")}}
    scratch.mkdir()
    paths = {name: scratch / name for name in files}
    for name, table in files.items():
        table.to_csv(paths[name], index=False)
    with_norms = norms(stated, served)
    trial = run(of["settings"] + with_norms, paths, scratch)
    coverage = monthly_coverage(trial.tables, trial.dataset)
    shown = publishable_coverage(
        coverage, pd.Series(np.nan, index=coverage.index), today=pd.Timestamp("2023-02-01").date()
    )
    answers = {
        "coverage": reasons(coverage),
        "months that say 0 was handed out": str(int((coverage["distributed"] == 0).sum())),
        "need, goods received and handed out": f"{len(arrivals(shown, trial.tables, trial.dataset))} rows",
        "rationing": answer(monthly_rationing, trial),
        "stock": answer(stock_accounts, trial),
        "the report": answer(weekly_giving, trial),
    }
    return [
        "## Shipments to France, and what groups in Northern France need", "", of["is"].strip(), "",
        f"Source: {of['source']}.", "", *_block(of["settings"] + "\n".join([*with_norms.splitlines()[:3], "# ..."])),
        *ledger_rows(trial), "", *_sums(trial, lines), "",
        "What groups said they need in the quarter, and what was shipped to France in each year, in units:", "",
        *rows_of(_need_and_shipped(trial, stated, lines, item_of)), "", of["needed"].strip(), "",
        "What the project answers to the rest:", "",
        *rows_of(pd.DataFrame(answers.items(), columns=["asked", "answer"])), "",
        "Unit prices worked out from the shipments, against the price list (903 lines):", "",
        *rows_of(_prices(folder, trial, lines)), "", *_price_lines(folder, lines), "", of["showed"].strip(), "",
    ]  # fmt: skip


def plain_number(text: pd.Series) -> pd.Series:
    """Counts such as "2,502" and values such as "$38,255.58" as numbers; missing where nothing stands."""
    return pd.to_numeric(text.str.replace(r"[$,\s]", "", regex=True))


def _sums(trial: Trial, lines: pd.DataFrame) -> list[str]:
    """Lines, units and dollars of the goods, beside plain pandas; and what equal lines would take away."""
    noted = lines[lines["Count"].str.strip() != ""]
    once = noted.drop_duplicates()
    goods = trial.tables.goods
    table = {
        "project": (len(goods), goods["quantity"].sum(), goods["value"].sum()),
        "plain pandas": _totals(noted),
        "plain pandas, equal lines once": _totals(once),
    }
    return rows_of(pd.DataFrame([(by, *of) for by, of in table.items()], columns=["by", "lines", "units", "USD"]))


def _totals(lines: pd.DataFrame) -> tuple[int, float, float]:
    return len(lines), float(plain_number(lines["Count"]).sum()), float(plain_number(lines["$ Total"]).sum())


def _need_and_shipped(trial: Trial, stated: pd.DataFrame, lines: pd.DataFrame, item_of: dict[str, str]) -> pd.DataFrame:
    """One row an item that is needed: need, norm, units shipped by year, and the same by plain pandas."""
    year = trial.tables.goods["received_on"].dt.year
    ours = trial.tables.goods.pivot_table(index="item", columns=year, values="quantity", aggfunc="sum")
    units = plain_number(lines["Count"]).groupby(lines["What"].str.casefold().map(item_of)).sum()
    kept = trial.dataset.norms
    need = stated.groupby("item", sort=False).agg(
        needed=("need", "sum"), unit=("unit", lambda own: " or ".join(dict.fromkeys(own)))
    )
    return pd.DataFrame(
        {
            "item": need.index,
            "needed, Q2 2022": need["needed"],
            "unit": need["unit"],
            "norm": [kept[item].quantity for item in need.index],
            "kind": [kept[item].kind for item in need.index],
            **{f"shipped {when}": ours[when].reindex(need.index).to_numpy() for when in ours.columns},
            "plain pandas, both years": units.reindex(need.index).to_numpy(),
        }
    )


def _prices(folder: Path, trial: Trial, lines: pd.DataFrame) -> pd.DataFrame:
    """Price a unit by item and year, beside the least and the greatest price of the list for these lines."""
    listed, item_of = _listed(folder, lines), named(TRIALS["shipments"]["settings"])
    at = listed.groupby(lines["What"].str.casefold().map(item_of)).agg(["min", "max"])
    of_year = {}
    for year in (2021, 2022):
        goods = trial.tables.goods[trial.tables.goods["received_on"].dt.year == year]
        of_year[year] = unit_prices(replace(trial.tables, goods=goods), trial.dataset).set_index("item")["price"]
    items = [item for item in trial.dataset.norms if item in at.index]
    return pd.DataFrame(
        {
            "item": items,
            **{f"USD a unit, {year}": prices.reindex(items).to_numpy() for year, prices in of_year.items()},
            "list, least": at.loc[items, "min"].to_numpy(),
            "list, greatest": at.loc[items, "max"].to_numpy(),
            "unit_prices of the whole dataset": unit_prices(trial.tables, trial.dataset)
            .set_index("item")["price"].reindex(items).to_numpy(),
        }
    )  # fmt: skip


def _listed(folder: Path, lines: pd.DataFrame) -> pd.Series:
    """The list's price of each line, by country, category, item, age and size; missing where the list has none."""
    prices = pd.DataFrame(json.loads((folder / "distribute_aid/product-prices.json").read_text(encoding="utf-8")))
    keys = ["Category", "Item", "Age / Gender", "Size / Style"]
    prices = prices.fillna("").rename(columns={"Size / Style / Contents": "Size / Style"})
    american = prices[(prices["Country"] == "USA") & (prices["$ / Unit"] != "")].drop_duplicates(keys)
    joined = lines[keys].merge(american[[*keys, "$ / Unit"]], on=keys, how="left", validate="many_to_one")
    return plain_number(joined["$ / Unit"])


def _price_lines(folder: Path, lines: pd.DataFrame) -> list[str]:
    """In how many lines the price is the list's, and whether count times price gives the total."""
    price, listed = plain_number(lines["$ / Unit"]), _listed(folder, lines)
    count, total = plain_number(lines["Count"]), plain_number(lines["$ Total"])
    off = ((count * price - total).abs() > 0.005).where(count.notna(), False)
    return [
        f"Of {len(lines)} lines, {int((price == listed).sum())} bear the list's price for that item, age and size, "
        f"{int((listed.notna() & (price != listed)).sum())} another and {int(listed.isna().sum())} none of it. "
        f"In {int(off.sum())} lines count times printed price is not the total, by "
        f"USD {(count * price - total).abs().max():,.2f} at most: prices are printed in cents, totals are not."
    ]


def _block(settings: str) -> list[str]:
    """The settings as a block."""
    return ["```toml", *settings.strip().splitlines(), "```", ""]


def page(folder: Path) -> str:
    """The whole page."""
    with tempfile.TemporaryDirectory() as scratch:
        parts = [*fridges(folder, Path(scratch) / "fridges"), *shipments(folder, Path(scratch) / "shipments")]
    head = ["# What people got, on real files", "", TRIALS["head"].strip(), "", f"{stamp('pandas')}.", ""]
    return "\n".join([*head, *parts, "## What it showed", "", TRIALS["lessons"].strip()]) + "\n"


def main() -> None:
    """Try both folders and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="The folder that holds fridge_fills/ and distribute_aid/.")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    text = page(options.folder)
    print(text)
    if not options.no_write:
        PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
