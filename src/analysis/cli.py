"""The command `donation-trends`.

Exit code 0 when done, 2 for wrong use or unusable data (with a message), 1 for the unexpected. Messages are in the
language chosen, else the dataset's first, else the system's.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from analysis.dataset import LANGUAGES, SETTINGS_FILE, Dataset, load_dataset
from analysis.faults import DataError, Fault
from analysis.messages import in_language, language_of, system_language, told
from analysis.wording import number

SAMPLE = Path("data/raw/sample")
UNSAID = "What the error says is left out, since it may repeat a cell of your files; nothing above does."
Progress = Callable[[str], None]
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

DatasetFolder = Annotated[Path, typer.Argument(help="Folder of a dataset: your exports and a dataset.toml.")]
ProcessedFolder = Annotated[Path | None, typer.Option("--processed", help="Where the processed tables go.")]
Language = Annotated[
    str | None,
    typer.Option("--language", help="Of the messages: fr or en.", show_default="the dataset's first"),
]
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
    message = f"Made {settings}. Put your exports beside it, then run: donation-trends check {folder}"
    typer.echo(in_language(message, system_language()))


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
    typer.echo(in_language(f"Wrote a synthetic dataset to {folder}", system_language()))


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="Folder of a dataset, or one file.")] = SAMPLE,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the ledger and every bad row as JSON, in English.")
    ] = False,
    language: Language = None,
) -> None:
    """Say what would be read: format, rows, totals, every bad row and its remedy. Writes nothing."""
    from analysis.records.build import check as check_records
    from analysis.records.review import review

    with _explained(path, language) as spoken:
        found = check_records(path)
    if as_json:
        faults = [asdict(fault) for fault in (*found.refused, *found.quarantined)]
        typer.echo(json.dumps({"ledger": found.ledger, "faults": faults}, indent=2))
    else:
        typer.echo("\n".join(review(found, spoken, alone=path.is_file())))
    if found.refused:
        raise typer.Exit(2)


@app.command()
def forget(
    email: Annotated[str, typer.Argument(help="The donor's e-mail address, or - to give it on standard input.")],
    dataset: DatasetFolder,
    processed: ProcessedFolder = None,
    language: Language = None,
) -> None:
    """Erase a donor: amounts stay, the pseudonym goes, now and in later builds."""
    from analysis.records.forget import forget as forget_donor

    with _explained(dataset, language) as spoken:
        chosen = load_dataset(dataset)
        said = sys.stdin.readline() if email == "-" else email
        found = forget_donor(said, chosen, processed or chosen.processed)
    typer.echo("\n".join(found.summary(spoken)))
    if email != "-":
        message = "Your shell may remember the address you typed: with - in its place, it is read from standard input."
        typer.echo(in_language(message, spoken))


@app.command()
def build(
    dataset: DatasetFolder = SAMPLE,
    processed: ProcessedFolder = None,
    workers: Workers = 1,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 2 when a row was set aside; tables are written.")
    ] = False,
    language: Language = None,
) -> None:
    """Read a dataset's files into tidy tables, with a quarantine and a ledger that reconciles."""
    with _explained(dataset, language) as spoken:
        chosen = load_dataset(dataset)
        rows = _build(chosen, processed or chosen.processed, workers, _progress(spoken), spoken)
    if strict and rows["quarantined"]:
        message = f"Not all rows could be used (--strict). Rows set aside: {rows['quarantined']}"
        typer.echo(in_language(message, spoken), err=True)
        raise typer.Exit(2)


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
    with _explained(dataset) as spoken:
        chosen = load_dataset(dataset)
        languages = {"fr": ("fr",), "en": ("en",), "both": chosen.languages}.get(language)
        if languages is None:
            raise typer.BadParameter("choose fr, en or both", param_hint="--language")
        progress = _progress(spoken)
        tables_folder, folder = processed or chosen.processed, reports or chosen.reports
        _build_if_stale(chosen, tables_folder, workers, progress, spoken)
        if not notebooks and _is_up_to_date(chosen, tables_folder, folder, languages):
            progress("the report is up to date: nothing to do")
        else:
            pages = _notebooks(chosen, tables_folder, progress) if notebooks else {}
            _write(chosen, tables_folder, folder, languages, pages, progress)
    typer.echo(in_language(f"Open {folder / 'index.html'}", spoken))


@contextmanager
def _explained(path: Path, chosen: str | None = None) -> Iterator[str]:
    """The language of messages about `path`; unusable data ends in its message, in that language, and exit code 2."""
    if chosen not in (None, *LANGUAGES):
        raise typer.BadParameter("choose fr or en", param_hint="--language")
    language = language_of(path, chosen=chosen)
    try:
        yield language
    except DataError as error:
        _complain(error, language)
        raise typer.Exit(2) from error


def _complain(error: DataError, language: str) -> None:
    from analysis.records.masking import masked

    lines = told(error.faults, language, where="To see them all: donation-trends check DATASET --json.")
    typer.echo("\n".join(masked(line) for line in lines), err=True)


def _build_if_stale(dataset: Dataset, processed: Path, workers: int, progress: Progress, language: str) -> None:
    from analysis.records.build import is_stale

    if is_stale(dataset, processed):
        _build(dataset, processed, workers, progress, language)


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
    write_report(
        dataset, tables, folder, languages=languages, today=today, notebooks=notebooks, workers=os.cpu_count() or 1,
        progress=progress,
    )  # fmt: skip
    progress("report written")


def _build(dataset: Dataset, processed: Path, workers: int, progress: Progress, language: str) -> Mapping[str, int]:
    """Build, say so, and give back how many rows were read and what became of them."""
    from analysis.records.build import build_files
    from analysis.records.ledger.accounts import load_ledger
    from analysis.records.review import rows_in_words

    progress(f"reading {dataset.folder}")
    build_files(dataset, processed, workers=workers)
    rows: Mapping[str, int] = load_ledger(processed)["totals"]["rows"]
    progress(rows_in_words(rows, language))
    if rows["quarantined"]:
        progress(f"rows set aside, with reason and remedy: {processed / 'quarantine.csv'}")
    return rows


def _progress(language: str) -> Progress:
    """Print each step with the seconds since the start; plain lines, on the error stream."""
    began = time.perf_counter()

    def say(step: str) -> None:
        seconds = number(time.perf_counter() - began, language, places=1)
        typer.echo(f"{seconds:>6} s  {in_language(step, language)}", err=True)

    return say


def main() -> None:
    """Run the command line; unusable data ends in its message and exit code 2, a full disk in one and 1."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    except DataError as error:
        _complain(error, system_language())
        sys.exit(2)
    except OSError as error:
        typer.echo(f"A file cannot be read or written: {error}. Make room, or allow it, and run again.", err=True)
        sys.exit(1)
    except Exception as error:
        traceback.print_tb(error.__traceback__)
        typer.echo(f"{type(error).__name__}: this was not expected. {UNSAID}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
