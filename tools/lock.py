"""Renew `requirements.lock`, or check it: `python tools/lock.py`, `python tools/lock.py --check`.

The lock holds one exact version of every package for each supported Python on Linux, macOS and Windows, with
the hashes of its files, and no address of the place they came from.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
HEADER = """\
# Exact versions for Python 3.11 to 3.13 on Linux, macOS and Windows, with hashes. Written by a program:
# change pyproject.toml, then run  python tools/lock.py  (online); add --upgrade for newer versions.
"""
COMPILE = (
    "pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes "
    "--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet --system-certs "
    "--output-file requirements.lock"
)


def normal(name: str) -> str:
    """A package's name as the lock writes it, without version, extras or markers."""
    bare = re.match(r"[A-Za-z0-9._-]+", name.strip())
    return re.sub(r"[-_.]+", "-", bare.group(0)).lower() if bare else ""


def pins(lock: str) -> dict[str, list[str]]:
    """Every pinned requirement (`name==version ; marker`) with its hashes."""
    found: dict[str, list[str]] = {}
    requirement = ""
    for line in lock.splitlines():
        if line.startswith("    --hash="):
            found[requirement].append(line.strip(" \\").removeprefix("--hash="))
        elif line and not line.startswith("#"):
            requirement = line.strip(" \\")
            found[requirement] = []
    return found


def faults(lock: str, project: str) -> list[str]:
    """What is wrong with a lock, in words; empty when nothing is."""
    found = pins(lock)
    wrong = [f"not an exact version: {pin}" for pin in found if not re.match(r"[a-z0-9-]+==[^ ]+( ;|$)", pin)]
    wrong += [f"no sha256 hash: {pin}" for pin, hashes in found.items() if not hashes]
    wrong += [
        f"not a sha256 hash: {pin}"
        for pin, hashes in found.items()
        if not all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes)
    ]
    wrong += [f"an address or a path: {line}" for line in lock.splitlines() if re.search(r"://|find-links|index", line)]
    settings = tomllib.loads(project)["project"]
    asked = settings["dependencies"] + settings["optional-dependencies"]["dev"]
    pinned = {normal(pin) for pin in found}
    return wrong + [f"not in the lock: {name}" for name in asked if normal(name) not in pinned]


def renew(options: list[str]) -> None:
    """Write the lock anew with uv, under our header; pins stay as they are unless --upgrade is given."""
    subprocess.run([sys.executable, "-m", "uv", *COMPILE.split(), *options], cwd=ROOT, check=True)
    LOCK.write_text(HEADER + LOCK.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def main(options: list[str]) -> int:
    """Renew or check the lock; returns the exit code."""
    if "--check" not in options:
        renew(options)
    found = faults(LOCK.read_text(encoding="utf-8"), PROJECT.read_text(encoding="utf-8"))
    print("\n".join(found) or "requirements.lock is complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
