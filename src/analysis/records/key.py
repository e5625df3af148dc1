"""The key behind the pseudonyms: where it is kept, how it is made, which keys are refused."""

from __future__ import annotations

import hmac
import os
import secrets
import sys
from pathlib import Path

from filelock import FileLock

from analysis.faults import DataError, Fault

KEY_VARIABLE = "DONATION_TRENDS_KEY"
KEY_BYTES = 32
SHORTEST_KEY = 16
COPIED = (".git", "pyproject.toml", "dataset.toml")
"""What a folder holds that is handed on or published: a key may not lie in it, nor anywhere below."""


def key_file() -> Path:
    """Where the key is kept: the user's own configuration folder, outside every repository."""
    if sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        chosen = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        folder = chosen if chosen.is_absolute() else Path.home() / ".config"
    return folder / "donation-trends" / "key"


def load_key(*, create: bool = True) -> bytes:
    """The pseudonyms' key: DONATION_TRENDS_KEY, else the key file, made with mode 0600 where there is none.

    With `create=False` nothing is written: where there is no key, one that is good for this run only comes back.
    Raises DataError for a key that could be guessed, and for a key file that lies in a repository or a dataset, that
    cannot be read or that others can read.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return _strong(given, KEY_VARIABLE)
    file = key_file()
    if (folder := _copied_folder(file)) is not None:
        remedy = f"Set {KEY_VARIABLE}, or XDG_CONFIG_HOME to a folder of your own, and move the key out of {folder}"
        raise _unusable(str(file), "the key lies in a folder that is handed on with its content", remedy)
    try:
        if create and not file.exists():
            _write_new(file, secrets.token_hex(KEY_BYTES))
        if not file.exists():
            return secrets.token_bytes(KEY_BYTES)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise _unusable(str(file), "others can read the key", f"Run: chmod 600 {file}")
        return _strong(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(str(file), "the key cannot be kept or read here", f"Set {KEY_VARIABLE} instead") from error


def fingerprint(key: bytes) -> str:
    """Which key it is, in 64 hexadecimal digits that do not help to find it."""
    return hmac.digest(key, b"fingerprint of the key behind the pseudonyms", "sha256").hex()


def _copied_folder(file: Path) -> Path | None:
    """The repository, project or dataset in which the file lies; the user's own home folder does not count as one."""
    place, home = file.resolve(), Path.home().resolve()
    around = [folder for folder in place.parents if folder != home and folder not in home.parents]
    return next((folder for folder in around if any((folder / name).exists() for name in COPIED)), None)


def _strong(key: str, where: str) -> bytes:
    """The key as bytes; DataError when it is so short that pseudonyms could be undone by trying."""
    if len(key.strip()) < SHORTEST_KEY:
        remedy = f"Use {SHORTEST_KEY} characters or more, for example what `python -c 'import secrets; "
        raise _unusable(where, "the key is too short", remedy + "print(secrets.token_hex(32))'` prints")
    return key.strip().encode()


def _unusable(where: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(where, 0, "", "", problem, remedy)])


def _write_new(file: Path, key: str) -> None:
    """Write the key whole or not at all, for its owner only; a key that another run wrote meanwhile stays."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"key.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
        opened.write(key)
    draft.chmod(0o600)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        with FileLock(file.with_name("key.lock")):
            if not file.exists():
                draft.replace(file)
    draft.unlink(missing_ok=True)
