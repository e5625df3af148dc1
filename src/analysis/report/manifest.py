"""What a report was made from, and whether it is still what would be made today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from analysis.dataset import SETTINGS_FILE, Dataset

MANIFEST = "manifest.json"


def made_from(dataset: Dataset, ledger: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """Everything a report depends on: digests of inputs, settings, reference figures and code; languages."""
    reference = sorted(dataset.reference.glob("*.csv")) if dataset.reference else []
    return {
        "inputs": {file["file"]: file["sha256"] for file in ledger["files"]},
        SETTINGS_FILE: _sha256(dataset.folder / SETTINGS_FILE),
        "reference": {path.name: _sha256(path) for path in reference},
        "languages": list(languages),
        "code": _code_digest(),
    }


def is_report_stale(dataset: Dataset, ledger: Mapping[str, Any], folder: Path, *, languages: Sequence[str]) -> bool:
    """Whether the report in `folder` was made from anything else than `made_from` says, or a file of it changed."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["made_from"] != made_from(dataset, ledger, languages):
            return True
        return any(_sha256(folder / name) != digest for name, digest in manifest["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return True


def _code_digest() -> str:
    """One digest of the package's own files, so that a report made by other code counts as stale."""
    root = Path(str(files("analysis")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in {".py", ".toml", ".j2", ".css", ".typ"}:
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
