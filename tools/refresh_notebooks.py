"""Run the notebooks and store their output, or check that the stored output is fresh.

`python tools/refresh_notebooks.py [NOTEBOOK ...]` runs and rewrites; with `--check` nothing is written, stale
notebooks are named and the exit code is 1. Nothing that differs from run to run is stored: no times, no
random cell ids, no version of the Python at hand.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
LARGEST = 500_000  # bytes of one stored notebook, charts included
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
PASSING = ("collapsed", "execution", "ExecuteTime", "scrolled")


class Refused(Exception):
    """A notebook that must not be stored as it is; the message says why."""


def settled(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with fixed cell ids and without what differs from one machine or run to the next."""
    settled_one = nbformat.from_dict(notebook)
    settled_one.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
    settled_one.nbformat, settled_one.nbformat_minor = 4, 5
    for place, cell in enumerate(settled_one.cells, start=1):
        cell["id"] = f"cell-{place:02d}"
        for key in PASSING:
            cell.metadata.pop(key, None)
    return settled_one


def as_text(notebook: nbformat.NotebookNode, name: str) -> str:
    """The stored form of a notebook; Refused if it is too large or holds warnings."""
    text = nbformat.writes(notebook, version=4) + "\n"
    if len(text.encode()) > LARGEST:
        raise Refused(f"{name}: {len(text.encode()):,} bytes, above {LARGEST:,}; show less or smaller charts")
    for place, cell in enumerate(notebook.cells, start=1):
        if any(output.get("name") == "stderr" for output in cell.get("outputs", [])):
            raise Refused(f"{name}: cell {place} prints a warning; see to its cause")
    return text


def executed(path: Path) -> str:
    """The text of the notebook after a fresh run in its own folder, nothing kept from earlier runs."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    settings = {"kernel_name": "python3", "timeout": 600, "record_timing": False, "coalesce_streams": True}
    client = NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}, **settings)
    try:
        client.execute()
    except CellExecutionError as error:
        raise Refused(f"{path.name}: {error}") from error
    return as_text(settled(notebook), path.name)


def refresh(path: Path, *, check: bool) -> bool:
    """Run one notebook; returns whether what was stored is what it prints now."""
    stored = path.read_text(encoding="utf-8")
    fresh = executed(path)
    if fresh != stored and not check:
        path.write_text(fresh, encoding="utf-8", newline="\n")
    return fresh == stored


def main(arguments: list[str]) -> int:
    """Refresh or check the notebooks; returns the exit code."""
    parser = argparse.ArgumentParser(description="Run the notebooks and store their output.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all in notebooks/")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if one is stale")
    options = parser.parse_args(arguments)
    os.environ.pop("MPLBACKEND", None)  # charts appear in the notebook, wherever this is run
    wrong = 0
    for path in options.notebooks or sorted(FOLDER.glob("*.ipynb")):
        try:
            fresh = refresh(path, check=options.check)
        except Refused as error:
            print(error, file=sys.stderr)
            wrong += 1
            continue
        print(f"{path.name}: {'fresh' if fresh else 'stale' if options.check else 'renewed'}", flush=True)
        wrong += options.check and not fresh
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
