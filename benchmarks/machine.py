"""Where and when a benchmark was run: the line under each table."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def stamp(*libraries: str) -> str:
    """The date, commit, machine, Python and these libraries' versions, as one phrase; "+" where files were changed."""
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return (
        f"{facts()['date']}, commit {facts()['commit']}; "
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"
    )


def facts() -> dict[str, str]:
    """The date and the commit, "+" where files were changed: for figures that other documents read."""
    changed = "+" if _git("status", "--porcelain", "--untracked-files=no", "src") else ""
    return {"date": str(dt.date.today()), "commit": _git("rev-parse", "--short", "HEAD") + changed}


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
