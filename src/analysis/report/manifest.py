"""What a report was made from, and whether it is still what would be made today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.dataset import Dataset
from analysis.files import as_json, code_digest, sha256
from analysis.settings import REFERENCE_FILES

MANIFEST = "manifest.json"
CHOICES = (
    "currency", "timezone", "level", "payday", "winter", "second_window", "records_from", "records_until",
    "headcount_source", "donor_definition", "losses_from_people", "norms", "prices",
)  # fmt: skip
"""The settings of `dataset.toml` that change a number and may be told; those that name places and files stay inside."""


def made_from(dataset: Dataset, ledger: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """Everything a report depends on: what its tables were made from, reference figures, code and languages."""
    return {
        "records": hashlib.sha256(as_json(ledger["made_from"])).hexdigest(),
        "inputs": sorted(file["sha256"] for file in ledger["files"]),
        "reference": {name: sha256(dataset.reference / name) for name in REFERENCE_FILES} if dataset.reference else {},
        "languages": list(languages),
        "code": code_digest(),
    }


def is_report_stale(dataset: Dataset, ledger: Mapping[str, Any], folder: Path, *, languages: Sequence[str]) -> bool:
    """Whether the report in `folder` was made from anything else than `made_from` says, or a file of it changed."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["made_from"] != made_from(dataset, ledger, languages):
            return True
        return any(sha256(folder / name) != digest for name, digest in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True
