"""Public files that nobody wrote for this project, read by `check`; what became of their rows in docs/real-files.md.

    python benchmarks/real_files.py FOLDER

FOLDER holds the files named in real_files.toml beside this script, which also holds the dataset.toml of each: read it
for examples of mappings. The files are not part of this repository. Each is copied into a dataset of its own; the page
holds counts and sums only, never a row.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.dataset import load_dataset
from analysis.records.build import Check, build, check

ROOT = Path(__file__).resolve().parents[1]
MAPPINGS = Path(__file__).with_name("real_files.toml")
PAGE = ROOT / "docs" / "real-files.md"
HEAD = """# Real files

Public files that nobody wrote for this project, read by the same function as `donation-trends check`. Written by
`python benchmarks/real_files.py FOLDER`; do not edit by hand. The files are not in this repository; the mappings by
which they are read are in [real_files.toml](../benchmarks/real_files.toml), as examples. In every line, read =
accepted + set aside + duplicate + excluded. No row is shown, only counts and sums.

| file | read by | table | read | accepted | set aside | duplicate | excluded | sum accepted |
|---|---|---|---:|---:|---:|---:|---:|---|"""
OUTCOMES = ("read", "accepted", "quarantined", "duplicate", "excluded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What `check` made of a file; and how many accepted headcounts are 0, None where it fills another table."""

    check: Check
    zeros: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RealFile:
    """One file: where it lies in the folder, where it is from, what it is, how it is read and what that showed.

    With `convert`, a JSON list of flat records is written as CSV first: what a person would do.
    """

    path: str
    source: str
    what: str
    showed: str
    settings: str | None = None
    convert: bool = False


def load_files(mappings: Path = MAPPINGS) -> list[RealFile]:
    """The files that are to be read, in order."""
    return [RealFile(**one) for one in tomllib.loads(mappings.read_text(encoding="utf-8"))["file"]]


def read(file: RealFile, folder: Path) -> Found:
    """What `check` makes of one file of `folder` under its settings, in a dataset of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        dataset = Path(scratch) / "data"
        dataset.mkdir()
        source = folder / file.path
        target = dataset / source.name
        if file.convert:
            target = target.with_suffix(".csv")
            write_csv(json.loads(source.read_text(encoding="utf-8")), target)
        else:
            shutil.copyfile(source, target)
        if file.settings is None:
            return Found(check=check(target), zeros=None)
        (dataset / "dataset.toml").write_text(f'name = "Real"\n{file.settings}', encoding="utf-8")
        found = check(dataset)
        if [entry["table"] for entry in found.ledger["files"]] != ["headcounts"]:
            return Found(check=found, zeros=None)
        tables = build(load_dataset(dataset), Path(scratch) / "processed")
        return Found(check=found, zeros=int((tables.headcounts["people"] == 0).sum()))


def write_csv(records: list[dict[str, Any]], target: Path) -> None:
    """Flat records as CSV, one column a key."""
    names = list(dict.fromkeys(name for record in records for name in record))
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, names, restval="")
        writer.writeheader()
        writer.writerows(records)


def table_row(file: RealFile, found: Found) -> str:
    """The file's line of the table."""
    if not found.check.ledger["files"]:
        return f"| {file.path} | refused | | | | | | | |"
    [entry] = found.check.ledger["files"]
    counts = " | ".join(f"{entry['rows'][outcome]:,}" for outcome in OUTCOMES)
    sums = {**entry["money"], **entry["value"]}
    money = ", ".join(f"{currency} {float(of['accepted']):,.2f}" for currency, of in sums.items() if file_has(of))
    read_by = "mapping" if entry["format"] == "mapped" else f"`{entry['format']}`"
    read_by += ", as CSV" if file.convert else ""
    return f"| {named(file, found)} | {read_by} | {entry['table']} | {counts} | {money} |"


def named(file: RealFile, found: Found) -> str:
    """The file's path, and the sheet that was read of it."""
    sheets = [entry["sheet"] for entry in found.check.ledger["files"] if entry["sheet"]]
    return f"{file.path} ({sheets[0]})" if sheets else file.path


def file_has(sums: dict[str, str]) -> bool:
    """Whether any money of a currency was accepted."""
    return sums["accepted"] not in ("0.00", "-0.00")


def paragraph(file: RealFile, found: Found) -> str:
    """What the file is, why rows were not accepted, and what reading it showed."""
    what = f"{file.what[0].upper()}{file.what[1:]}. Source: {file.source}."
    lines = [f"### {named(file, found)}", "", what, "", file.showed]
    if found.zeros is not None:
        lines += ["", f"Accepted counts that are 0: {found.zeros:,}."]
    reasons = [reason for entry in found.check.ledger["files"] for reason in entry["reasons"].items()]
    if reasons:
        lines += ["", "| why not accepted | rows |", "|---|---:|"]
        lines += [f"| {why.replace('|', '/')} | {rows:,} |" for why, rows in sorted(reasons, key=lambda one: -one[1])]
    for fault in found.check.refused:
        problem = fault.problem.split("; its header")[0].split(" (#")[0]
        lines += ["", f"The refusal: {problem}."]
    return "\n".join(lines)


def page(folder: Path) -> str:
    """The whole page."""
    found = [(file, read(file, folder)) for file in load_files()]
    table = "\n".join(table_row(*one) for one in found)
    return f"{HEAD}\n{table}\n\n## File by file\n\n" + "\n\n".join(paragraph(*one) for one in found) + "\n"


def main() -> None:
    """Read every file and write the page."""
    parser = argparse.ArgumentParser(description="Read public files by check, and write docs/real-files.md.")
    parser.add_argument("folder", type=Path, help="The folder that holds the files of real_files.toml.")
    PAGE.write_text(page(parser.parse_args().folder), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
