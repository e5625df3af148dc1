"""Write the report: all of it is made in memory, then each file is put in place whole, the manifest last."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.dataset import Dataset
from analysis.files import as_json, write_whole
from analysis.report.chart import saved
from analysis.report.context import load_context
from analysis.report.earlier import load_earlier, write_told
from analysis.report.edition import Edition
from analysis.report.figures import draw_charts
from analysis.report.findings import Findings, make_findings
from analysis.report.manifest import CHOICES, MANIFEST, made_from
from analysis.report.narrative import Number
from analysis.report.numbers import make_numbers
from analysis.report.pages import index_entry, index_page, report_page
from analysis.report.paper import brief, full_report
from analysis.report.release import released
from analysis.report.sections import make_sections
from analysis.report.table_files import as_csv, as_workbook
from analysis.tables import Tables

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "jinja2", "typst", "babel")
OWN_FILE = re.compile(
    r"(index|report\.\w\w|notebooks/\w+)\.html|(brief|report)\.\w\w\.pdf|tables\.xlsx|(charts|tables)/\w+\.[\w.]+"
)
Progress = Callable[[str], None]


def write_report(
    dataset: Dataset,
    tables: Tables,
    folder: Path,
    *,
    languages: Sequence[str],
    today: dt.date,
    notebooks: Mapping[str, str] | None = None,
    workers: int = 1,
    progress: Progress = lambda _: None,
) -> list[Path]:
    """Write the report of a built dataset into `folder` and return its files; files of an earlier report are removed.

    `notebooks` are further pages by name. With two `workers` a second process lays out the second language; the files
    are the same. What the last report told, which the dataset's folder remembers, decides what this one may add (see
    `earlier`). Raises DataError when the dataset holds no donation or too few donors to publish anything; nothing is
    written then.
    """
    with _second_process(min(workers, len(languages))) as pool:
        progress("estimates")
        context = load_context(dataset.reference) if dataset.reference else None
        findings = make_findings(dataset, tables, today=today, context=context, earlier=load_earlier(dataset))
        numbers = make_numbers(findings)
        progress("charts and pages")
        made = _make_all(languages, findings, numbers, pool)
    contents = dict(_contents(made, findings, numbers, notebooks or {}))
    contents[MANIFEST] = as_json(_manifest(findings, languages, contents))
    write_told(dataset, findings.gifts, findings.weekly, findings.giving)
    _replace_all(folder, contents)
    return [folder / name for name in contents]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """One language's files by name, what the first page says of it, and the tables behind its charts."""

    files: Mapping[str, bytes]
    entry: dict[str, Any]
    tables: Mapping[str, pd.DataFrame]


@contextmanager
def _second_process(wanted: int) -> Iterator[Executor | None]:
    """A process that is on its way up while the estimates are made, or None where one alone is wanted.

    It is spawned: forked in a process with threads, it would wait for ever.
    """
    if wanted < 2:
        yield None
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(numbers_as_json, {})  # any task: it makes the process start and import
        yield pool


def _make_all(
    languages: Sequence[str], findings: Findings, numbers: Mapping[str, Number], pool: Executor | None
) -> list[_Made]:
    """The pages and charts of every language, the last one in the other process where there is one."""
    tasks = [(code, tuple(other for other in languages if other != code), findings, numbers) for code in languages]
    if pool is None:
        return [_make(*task) for task in tasks]
    beside = pool.submit(_make, *tasks[-1])
    return [*(_make(*task) for task in tasks[:-1]), beside.result()]


def _make(language: str, others: tuple[str, ...], findings: Findings, numbers: Mapping[str, Number]) -> _Made:
    """The pages and charts of one language."""
    charts = draw_charts(findings, numbers, language)
    sections = make_sections(findings, numbers, charts, language)
    edition = Edition(
        language=language, others=others, findings=findings, numbers=numbers, charts=charts, sections=sections
    )
    files = {
        f"report.{language}.html": report_page(edition).encode(),
        f"report.{language}.pdf": full_report(edition),
        f"brief.{language}.pdf": brief(edition),
    }
    for chart in charts:
        files[f"charts/{chart.name}.{language}.svg"] = edition.svg[chart.name].encode()
        files[f"charts/{chart.name}.{language}.png"] = saved(chart.figure, "png")
    return _Made(files=files, entry=index_entry(edition), tables={chart.name: chart.table for chart in charts})


def numbers_as_json(numbers: Mapping[str, Number]) -> list[dict[str, Any]]:
    """The entries of numbers.json."""
    return [asdict(number) | {"sources": list(number.sources)} for number in numbers.values()]


def _contents(
    made: Sequence[_Made], findings: Findings, numbers: Mapping[str, Number], pages: Mapping[str, str]
) -> Iterable[tuple[str, bytes]]:
    """Every file of the report but the manifest: its name in the folder, and its bytes."""
    entries = [one.entry for one in made]
    yield "index.html", index_page(entries, notebooks=list(pages)).encode()
    for name, page in pages.items():
        yield f"notebooks/{name}.html", page.encode()
    yield "numbers.json", as_json(numbers_as_json(numbers))
    for one in made:
        yield from one.files.items()
    tables = _tables(findings, made[-1].tables)
    for name, table in tables.items():
        yield f"tables/{name}.csv", as_csv(table, hxl=findings.dataset.hxl)
    yield "tables.xlsx", as_workbook(tables, findings.dataset)


def _tables(findings: Findings, drawn: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every table that leaves, those of the charts first, each through the gate."""
    made = {**drawn, **findings.tables_beside}
    return {name: released(name, table, dataset=findings.dataset, today=findings.today) for name, table in made.items()}


def _manifest(findings: Findings, languages: Sequence[str], contents: Mapping[str, bytes]) -> dict[str, Any]:
    tables = findings.tables
    return {
        "made_on": str(findings.today),
        "made_from": made_from(findings.dataset, tables.ledger, languages),
        "settings": _settings(findings.dataset),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "rows": tables.ledger["totals"]["rows"],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
    }


def _settings(dataset: Dataset) -> dict[str, Any]:
    """The choices made about the records, as the manifest lists them."""
    return {name: str(getattr(dataset, name)) for name in ("name", "synthetic", *CHOICES, "hxl")}


def _replace_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Put every file in place whole, then remove what an earlier report left there."""
    earlier = _earlier_files(folder)
    for name, data in contents.items():
        write_whole(folder / name, data)
    for name in earlier - set(contents):
        if OWN_FILE.fullmatch(name):
            (folder / name).unlink(missing_ok=True)


def _earlier_files(folder: Path) -> set[str]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return set(manifest["files"]) if "made_from" in manifest else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
