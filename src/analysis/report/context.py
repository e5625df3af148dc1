"""Published figures shown beside a charity's own, as context: headcounts and monthly small-boat arrivals.

Neither enters a calculation. Crossings are an outflow, never a headcount.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.settings import REFERENCE_FILES


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Published `headcounts` (columns of that table) and `boats`: people arriving by `month`, with its source."""

    headcounts: pd.DataFrame
    boats: pd.DataFrame


def load_context(folder: Path) -> Context:
    """The published figures in a reference folder; FileNotFoundError without headcounts.csv and small_boats.csv."""
    headcounts, boats = (pd.read_csv(folder / name, keep_default_na=False, na_values=[""]) for name in REFERENCE_FILES)
    return Context(headcounts=headcounts, boats=boats)
