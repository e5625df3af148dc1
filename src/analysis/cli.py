"""The command `donation-trends`.

Exit code 0 when done, 2 for wrong use or unusable data (with a message), 1 for the unexpected.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from analysis.dataset import SETTINGS_FILE, Dataset, load_dataset
from analysis.faults import DataError, Fault

SAMPLE = Path("data/raw/sample")
FAULTS_SHOWN = 20
Progress = Callable[[str], None]
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

DatasetFolder = Annotated[Path, typer.Argument(help="Folder of a dataset: your exports and a dataset.toml.")]
ProcessedFolder = Annotated[Path | None, typer.Option("--processed", help="Where the processed tables go.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes that read files side by side.")]


@app.callback()
def _donation_trends() -> None:
    """Show funders the truth about winter: by how much giving falls, how sure we are, and what it means."""


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make; it must not hold a dataset yet.")],
) -> None:
    """Make an empty dataset: a folder with a commented dataset.toml."""
    settings = folder / SETTINGS_FILE
    if settings.exists():
        raise DataError([Fault(str(settings), 0, "", "", "this folder is a dataset already", "Choose another folder")])
    folder.mkdir(parents=True, exist_ok=True)
    settings.write_bytes((files("analysis") / "new_dataset.toml").read_bytes())
    typer.echo(f"Made {settings}. Put your exports beside it, then run: donation-trends check {folder}")


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(help="Folder to write the synthetic dataset into.")],
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 2021,
    years: Annotated[float, typer.Option(min=1, max=20, help="Giving years, ending in March 2021.")] = 4,
    winter_drop: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share by which one-off giving falls in winter.")
    ] = 0.25,
    messy: Annotated[
        bool, typer.Option("--messy", help="Add the faults of hand-kept files, with their truth.")
    ] = False,
) -> None:
    """Write a synthetic dataset in real export formats, with its truth beside it."""
    from analysis.records.simulate import simulate_dataset

    simulate_dataset(folder, seed=seed, years=years, winter_drop=winter_drop, messy=messy)
    typer.echo(f"Wrote a synthetic dataset to {folder}")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="Folder of a dataset, or one file.")] = SAMPLE,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ledger and every bad row as JSON.")] = False,
) -> None:
    """Say what would be read: format, rows, totals, every bad row and its remedy. Writes nothing."""
    from analysis.records.build import check as check_records

    found = check_records(path)
    faults = [*found.refused, *found.quarantined]
    if as_json:
        typer.echo(json.dumps({"ledger": found.ledger, "faults": [asdict(fault) for fault in faults]}, indent=2))
    else:
        for file in found.ledger["files"]:
            outcomes = ", ".join(f"{count:,} {outcome}" for outcome, count in file["rows"].items() if count)
            money = ", ".join(f"{sums['accepted']} {currency}" for currency, sums in file["money"].items())
            typer.echo(f"{file['file']}: {file['format']}, {file['table']}: {outcomes}{'; ' + money if money else ''}")
        for name in found.ledger["ignored"]:
            typer.echo(f"{name}: left aside, its ending is none that is read (CSV, TSV, XLSX, ODS, OFX, XML)")
        for fault in faults[:FAULTS_SHOWN]:
            typer.echo(str(fault))
        if len(faults) > FAULTS_SHOWN:
            typer.echo(f"... and {len(faults) - FAULTS_SHOWN} more; all of them: --json")
    if found.refused:
        raise typer.Exit(2)


@app.command()
def build(dataset: DatasetFolder = SAMPLE, processed: ProcessedFolder = None, workers: Workers = 1) -> None:
    """Read a dataset's files into tidy tables, with a quarantine and a ledger that reconciles."""
    chosen = load_dataset(dataset)
    _build(chosen, processed or chosen.processed, workers, _progress())


@app.command()
def report(
    dataset: DatasetFolder = SAMPLE,
    processed: ProcessedFolder = None,
    reports: Annotated[Path | None, typer.Option("--reports", help="Where the report goes.")] = None,
    language: Annotated[str, typer.Option("--language", help="fr, en or both.")] = "both",
    notebooks: Annotated[
        bool, typer.Option("--notebooks", help="Run the notebooks too and add them, without code.")
    ] = False,
    workers: Workers = 1,
) -> None:
    """Build what is stale and export the report: web pages, briefs, charts, tables and numbers."""
    chosen = load_dataset(dataset)
    languages = {"fr": ("fr",), "en": ("en",), "both": chosen.languages}.get(language)
    if languages is None:
        raise typer.BadParameter("choose fr, en or both", param_hint="--language")
    progress = _progress()
    tables_folder, folder = processed or chosen.processed, reports or chosen.reports
    _build_if_stale(chosen, tables_folder, workers, progress)
    if not notebooks and _is_up_to_date(chosen, tables_folder, folder, languages):
        progress("the report is up to date: nothing to do")
    else:
        pages = _notebooks(chosen, tables_folder, progress) if notebooks else {}
        _write(chosen, tables_folder, folder, languages, pages, progress)
    typer.echo(f"Open {folder / 'index.html'}")


def _build_if_stale(dataset: Dataset, processed: Path, workers: int, progress: Progress) -> None:
    from analysis.records.build import is_stale

    if is_stale(dataset, processed):
        _build(dataset, processed, workers, progress)


def _is_up_to_date(dataset: Dataset, processed: Path, folder: Path, languages: tuple[str, ...]) -> bool:
    from analysis.records.ledger.accounts import load_ledger
    from analysis.report.manifest import is_report_stale

    return not is_report_stale(dataset, load_ledger(processed), folder, languages=languages)


def _notebooks(dataset: Dataset, processed: Path, progress: Progress) -> dict[str, str]:
    from analysis.report.notebooks import notebook_pages

    progress("notebooks")
    folder = {"folder": str(dataset.folder.resolve()), "processed": str(processed.resolve()), "language": "en"}
    return notebook_pages(dataset.home / "notebooks", parameters=folder)


def _write(
    dataset: Dataset,
    processed: Path,
    folder: Path,
    languages: tuple[str, ...],
    notebooks: dict[str, str],
    progress: Progress,
) -> None:
    from analysis.records.build import load_tables
    from analysis.report.export import write_report

    tables = load_tables(processed)
    today = dt.date.today()
    write_report(dataset, tables, folder, languages=languages, today=today, notebooks=notebooks, progress=progress)
    progress("report written")


def _build(dataset: Dataset, processed: Path, workers: int, progress: Progress) -> None:
    from analysis.records.build import build_files
    from analysis.records.ledger.accounts import load_ledger

    progress(f"reading {dataset.folder}")
    build_files(dataset, processed, workers=workers)
    rows = load_ledger(processed)["totals"]["rows"]
    progress(
        f"read {rows['read']:,} rows: {rows['accepted']:,} accepted, {rows['quarantined']:,} set aside, "
        f"{rows['duplicate']:,} duplicate, {rows['excluded']:,} excluded"
    )
    if rows["quarantined"]:
        progress(f"rows set aside, with reason and remedy: {processed / 'quarantine.csv'}")


def _progress() -> Progress:
    """Print each step with the seconds since the start; plain lines, on the error stream."""
    began = time.perf_counter()

    def say(step: str) -> None:
        typer.echo(f"{time.perf_counter() - began:6.1f} s  {step}", err=True)

    return say


def main() -> None:
    """Run the command line; unusable data ends in its message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except DataError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
