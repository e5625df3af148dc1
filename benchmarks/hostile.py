"""What a workbook made to do harm costs: the sentence in which reading it ends, seconds and memory.

    python -m benchmarks.hostile

Each workbook of `hostile_workbooks.py` is read by `donation-trends check` in a process of its own, as a user would.
CPU is that of the process, with about half a second for Python and its imports; memory is the most it held (Linux
only, 1 MB = 1,048,576 bytes). Bars: one sentence, under 5 s, under 300 MB.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.hostile_workbooks import HOSTILE
from benchmarks.machine import stamp

TABLE = Path(__file__).with_suffix(".md")
CHECK = (
    "import re, sys; from pathlib import Path; from analysis.cli import main\n"
    "sys.argv = ['donation-trends', 'check', sys.argv[1], '--language', 'en']\n"
    "try: main()\n"
    "finally: print(re.search('VmHWM:\\\\s*([0-9]+)', Path('/proc/self/status').read_text()).group(1))\n"
)
SECONDS, MEGABYTES = 5.0, 300


def measured(file: Path) -> tuple[str, float, float, int]:
    """What reading a file ends in, CPU seconds, wall seconds and peak megabytes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    said = subprocess.run([sys.executable, "-c", CHECK, str(file)], capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    *printed, peak = said.stdout.splitlines()
    text = " ".join([*printed, *said.stderr.splitlines()])
    return text, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, int(peak) // 1024


def rows(folder: Path) -> list[str]:
    """One line of the table for each workbook."""
    found = []
    for number, (kind, (make, words)) in enumerate(HOSTILE.items()):
        file = folder / f"{number:02d}.xlsx"
        content = make()
        file.write_bytes(content)
        text, cpu, wall, peak = measured(file)
        held = words in text and "Traceback" not in text and cpu < SECONDS and peak < MEGABYTES
        sentence = re.sub(r"\s+", " ", words)
        found.append(
            f"| {kind} | {len(content) / 1e6:.2f} | {cpu:.1f} | {wall:.1f} | {peak} "
            f"| {sentence} | {'yes' if held else '**no**'} |"
        )
        print(found[-1], flush=True)
    return found


def main() -> None:
    """Read every workbook, print the table and write it."""
    with tempfile.TemporaryDirectory() as folder:
        table = rows(Path(folder))
    head = [
        "# Hostile workbooks", "",
        f"Made by `python -m benchmarks.hostile` on {stamp('python-calamine')}.", "",
        f"Bars: one sentence, under {SECONDS:.0f} s of CPU, under {MEGABYTES} MB, Python and its imports included.", "",
        "| workbook | MB on disk | CPU s | wall s | peak MB | words of the sentence | within the bars |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    TABLE.write_text("\n".join([*head, *table]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
