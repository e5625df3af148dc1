"""What reading costs at ten million rows, against a Polars scan of the same file in the same run.

    python -m benchmarks.records                         10 million rows, about ten minutes
    python -m benchmarks.records --rows 500000 --no-write

Polars is no dependency of the project. Give it an environment of its own and name its Python:

    python -m venv /tmp/polars && /tmp/polars/bin/pip install polars
    python -m benchmarks.records --polars /tmp/polars/bin/python

Each step runs in a process of its own; CPU is that of the process and its workers, memory the highest sum of what
they held at once (Linux only). The file is made by `messy.py`, so the truth is known: the build must find exactly
the lines to set aside, the repeated rows and every week's sum. Polars cannot read such a file, so it scans one of
the same size without faults, all columns as text, and the build's CPU is given for both.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
from benchmarks.machine import stamp
from benchmarks.messy import Messy, write_messy
from pyarrow import parquet

TABLE = Path(__file__).with_suffix(".md")
TRIED = "What was tried"
"""Begins the part of the table's page that is written by hand; it stays."""
STEPS = {
    "Polars scan of all columns": (
        "import polars as pl, sys\n"
        "pl.scan_csv(sys.argv[1] + '/gifts.csv', separator=sys.argv[2], infer_schema=False).collect()"
    ),
    "split and parse, 1 process": (
        "import sys; from pathlib import Path; from analysis.dataset import load_dataset\n"
        "from analysis.records import opening\nfrom analysis.records.reading import streams\n"
        "dataset = load_dataset(sys.argv[1]); name = 'gifts.csv'; rule = opening.rule_for(name, dataset)\n"
        "kinds = opening.kinds_for(name, rule)\n"
        "path = Path(sys.argv[1]) / name\n"
        "opened = opening.open_records(path, name, rule, lambda header: kinds(header) is not None)\n"
        "from analysis.records.reading.encodings import as_utf8\n"
        "for block in streams.blocks(opened.file, opened.header):\n"
        "    data, _ = as_utf8(block.data, 'utf-8', given=False)\n"
        "    opening.sheet_of_block(name, opened.header, streams.Block(block.first_line, data))\n"
    ),
}
BUILD = (
    "import sys; from pathlib import Path; from analysis.dataset import load_dataset\n"
    "from analysis.records.build import build_files\n"
    "if __name__ == '__main__':\n"
    "    build_files(load_dataset(sys.argv[1]), Path(sys.argv[2]), workers=int(sys.argv[3]))\n"
)


def measured(python: str, code: str, *arguments: str) -> dict[str, float]:
    """CPU seconds, wall seconds and peak megabytes of a program and its children."""
    script = Path(tempfile.mkdtemp()) / "step.py"
    script.write_text(code, encoding="utf-8")
    before, began = os.times(), time.perf_counter()
    process = subprocess.Popen([python, str(script), *arguments])
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    process.wait()
    wall = time.perf_counter() - began
    watcher.join()
    after = os.times()
    if process.returncode:
        raise SystemExit(f"{code}\nfailed")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"cpu": cpu, "wall": wall, "peak": peak[0]}


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_megabytes, _tree(process.pid))))
        time.sleep(0.1)


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [one for child in task.read_text().split() for one in _tree(int(child))]
        except OSError:
            continue
    return found


def _megabytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def differences(processed: Path, truth: dict[str, object]) -> list[str]:
    """In what the tables differ from the truth: lines set aside, counts, weekly sums; nothing when they agree."""
    found = []
    aside = parquet.read_table(processed / "quarantine.parquet", columns=["source_line"])["source_line"].to_pylist()
    if aside != sorted(truth["quarantined"]):
        found.append("lines set aside")
    rows = json.loads((processed / "ledger.json").read_text(encoding="utf-8"))["totals"]["rows"]
    for name in ("duplicates", "excluded"):
        if rows[{"duplicates": "duplicate"}.get(name, name)] != len(truth[name]):
            found.append(name)
    if rows["read"] != truth["records"]:
        found.append("rows read")
    if weekly(processed) != Counter(truth["weekly"]):
        found.append("weekly sums")
    return found


def weekly(processed: Path) -> Counter[str]:
    """Whole cents by the Monday of each week."""
    sums: Counter[str] = Counter()
    for batch in parquet.ParquetFile(processed / "donations.parquet").iter_batches(columns=["received_on", "amount"]):
        days = batch["received_on"].to_numpy(zero_copy_only=False).astype("datetime64[D]").astype(np.int64)
        cents = np.rint(batch["amount"].to_numpy() * 100).astype(np.int64)
        mondays, places = np.unique(days - (days + 3) % 7, return_inverse=True)
        totals = np.zeros(len(mondays), np.int64)
        np.add.at(totals, places, cents)
        for monday, total in zip(mondays.astype("datetime64[D]").astype(str), totals.tolist(), strict=True):
            sums[monday] += total
    return sums


def main() -> None:
    """Make both files, run every step, compare with the truth, print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--polars", default="", help="the Python of an environment that has Polars")
    parser.add_argument("--folder", type=Path, help="where to make the files, or where they are from before")
    parser.add_argument("--no-write", action="store_true")
    chosen = parser.parse_args()
    os.environ["DONATION_TRENDS_KEY"] = "a long key for benchmarks"
    with tempfile.TemporaryDirectory(dir=chosen.folder) as place:
        lines = run(chosen.folder or Path(place), Path(place), chosen.rows, chosen.seed, chosen.polars)
    print("\n".join(lines))
    if not chosen.no_write:
        before = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
        tried = before[before.index(TRIED) :] if TRIED in before else ""
        TABLE.write_text("\n".join([*lines, "", tried]).rstrip("\n") + "\n", encoding="utf-8")


def run(files: Path, place: Path, rows: int, seed: int, polars: str) -> list[str]:
    """The table in Markdown; the two files are made in the folder `files` unless they lie there already."""
    clean, messy = files / f"clean-{rows}-{seed}", files / f"messy-{rows}-{seed}"
    for folder, trouble in ((clean, {"trouble": 0.0}), (messy, {})):
        if not (folder / "truth.json").is_file():
            write_messy(folder, seed=seed, rows=rows, **trouble)
    delimiter = Messy(seed, 1).delimiter
    results = {}
    for name, code in STEPS.items():
        if polars or "Polars" not in name:
            python = polars if "Polars" in name else sys.executable
            results[name] = measured(python, code, str(clean), delimiter)
    for name, folder, workers in (
        ("build, 1 process", clean, 1), ("build, 2 workers", clean, 2), ("messy build, 2 workers", messy, 2),
    ):  # fmt: skip
        results[name] = measured(sys.executable, BUILD, str(folder), str(place / name), str(workers))
    truth = {folder: json.loads((folder / "truth.json").read_text(encoding="utf-8")) for folder in (clean, messy)}
    wrong = [*differences(place / "build, 1 process", truth[clean]),
             *differences(place / "messy build, 2 workers", truth[messy])]  # fmt: skip
    same = all(
        (place / "build, 1 process" / file.name).read_bytes() == file.read_bytes()
        for file in (place / "build, 2 workers").iterdir()
        if file.name != ".lock"
    )
    size = (clean / "gifts.csv").stat().st_size
    return table(results, rows, size, wrong, same=same)


def table(results: dict[str, dict[str, float]], rows: int, size: int, wrong: list[str], *, same: bool) -> list[str]:
    """The results in Markdown, with the ratios to the Polars scan where there is one."""
    scan = results.get("Polars scan of all columns")
    lines = [
        "# Reading at scale",
        "",
        f"{rows:,} rows, {size / 1e9:.2f} GB. {stamp('pyarrow', 'numpy')}.",
        "",
        "| step | CPU s | wall s | peak MB | CPU / scan | wall / scan |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in results.items():
        ratios = [f"{found[kind] / scan[kind]:.1f}" if scan else "" for kind in ("cpu", "wall")]
        lines.append(
            f"| {name} | {found['cpu']:.1f} | {found['wall']:.1f} | {found['peak']:.0f} | {' | '.join(ratios)} |"
        )
    agreed = "agree exactly" if not wrong else f"DIFFER: {', '.join(wrong)}"
    lines += ["", f"Lines set aside, repeated and excluded rows and weekly sums {agreed} with the known truth.",
              f"One process and two workers wrote {'the same bytes' if same else 'DIFFERENT BYTES'}."]  # fmt: skip
    return lines


if __name__ == "__main__":
    main()
