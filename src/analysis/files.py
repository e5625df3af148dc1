"""Files, written whole or not at all, and the digests by which a change is noticed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from analysis.faults import DataError, Fault

FORMULA = re.compile(r"(?:\A|(?<=[;\t\r\n]))(?=[\s\"']*[=+\-@\uff0b\uff0d\uff1d\uff20\t\r\n])")
"""Where a cell begins, as a spreadsheet cuts it: a French one also at a semicolon, and any at a tab or line end."""

STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal or turn text around; tabs and line ends are a cell's own."""

CODE = {".py", ".toml", ".j2", ".css", ".typ"}


def sha256(path: Path) -> str:
    """The SHA-256 digest of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_digest() -> str:
    """One digest of the package's own files: what other code made counts as stale."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in CODE:
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@cache
def _umask() -> int:
    """What new files of this user may not be, 0 on Windows; reading it means setting it, so it is read once."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def as_json(value: Any) -> bytes:
    """`value` as indented UTF-8 JSON with a line end; dates and paths as text."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode("utf-8")


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` in place whole: a reader sees the old file or the new one, never a part.

    Raises DataError when another program keeps the file open (Windows) or the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(partial).chmod(0o666 & ~_umask())
        Path(partial).replace(path)
    except PermissionError as error:
        raise DataError(
            [Fault(str(path), 0, "", "", "cannot be written", "Close it in other programs and run again")]
        ) from error
    finally:
        Path(partial).unlink(missing_ok=True)


def harmless_cell(cell: object) -> object:
    """A cell for a spreadsheet: text that would run as a formula gets a leading quote, numbers stay numbers (OWASP)."""
    return "" if cell is None else FORMULA.sub("'", STEERING.sub("\ufffd", cell)) if isinstance(cell, str) else cell
