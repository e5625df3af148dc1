"""The ledger as tables to read: rows, money and reasons, one line a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.faults import DataError, Fault

OUTCOMES = ["read", "accepted", "quarantined", "duplicate", "excluded"]


def load_ledger(processed: Path) -> dict[str, Any]:
    """The ledger of a built dataset. DataError when `processed` holds none."""
    file = processed / "ledger.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        problem = "there is no readable ledger here"
        raise DataError([Fault(str(file), 0, "", "", problem, "Run: donation-trends build")]) from error


def rows_by_file(ledger: dict[str, Any]) -> pd.DataFrame:
    """Rows read and what became of them, one row a file and their sum as "total"; columns table and each outcome."""
    files = pd.DataFrame(
        [{"file": one["file"], "table": one["table"], **one["rows"]} for one in ledger["files"]],
        columns=["file", "table", *OUTCOMES],
    ).set_index("file")
    total = pd.DataFrame({"table": "", **files[OUTCOMES].sum()}, index=pd.Index(["total"], name="file"))
    return pd.concat([files, total])


def money_by_file(ledger: dict[str, Any]) -> pd.DataFrame:
    """Money read and what became of it, one row a file and currency (currency of the gifts, two decimals)."""
    return pd.DataFrame(
        [
            {"file": one["file"], "currency": currency, **{name: float(sums[name]) for name in OUTCOMES}}
            for one in ledger["files"]
            for currency, sums in one["money"].items()
        ],
        columns=["file", "currency", *OUTCOMES],
    ).set_index("file")


def reasons_by_file(ledger: dict[str, Any]) -> pd.DataFrame:
    """Why rows were not accepted: one row a file and reason, with how many rows."""
    return pd.DataFrame(
        [
            {"file": one["file"], "reason": reason, "rows": rows}
            for one in ledger["files"]
            for reason, rows in one.get("reasons", {}).items()
        ],
        columns=["file", "reason", "rows"],
    ).set_index("file")
