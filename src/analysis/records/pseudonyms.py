"""Who gave, as a keyed pseudonym; and masks for everything that names a person."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.faults import HIDDEN, DataError, Fault
from analysis.records.cells import plain

KEY_VARIABLE = "DONATION_TRENDS_KEY"
KEY_BYTES = 32
SHORTEST_KEY = 16
LENGTH = 16
HASH_BLOCK = 64
PERSONAL = ("donor_email", "donor_name", "donor_postcode")
BREAK = r"[\s.\-/\u2010-\u2015\u200b]"
PERSONAL_VALUE = re.compile(
    r"(?<![^\s<>;,\"'(:])[^\s@<>;,\"']{1,64}\s?(?:@|\uff20|\(at\)|\[at\])\s?[^\s@<>;,\"']{1,255}"  # e-mail
    rf"|(?<![0-9])[A-Z]{{2}}\d{{2}}(?:{BREAK}{{0,2}}[A-Z0-9]){{11,30}}(?![A-Z0-9])"  # IBAN
    rf"|(?<!\d)(?:(?:\+|00){BREAK}?\d{{1,3}}{BREAK}?(?:\(0\){BREAK}?)?|\(?0\)?{BREAK}?)[1-9]"  # phone
    rf"(?:{BREAK}{{0,2}}\d){{7,12}}(?!\d)"
    r"|\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|chemin|place|impasse|allée)\b.{0,60}",  # address
    re.IGNORECASE,
)
"""Every repeat is bounded, so that a hostile cell costs no more than its length."""


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

    With `create=False` nothing is written: where there is no key, one that is good for this run only comes
    back. Raises DataError for a key that could be guessed, or a key file that cannot be read or that others can read.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return _strong(given, KEY_VARIABLE)
    file = key_file()
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


def _strong(key: str, where: str) -> bytes:
    """The key as bytes; DataError when it is so short that pseudonyms could be undone by trying."""
    if len(key.strip()) < SHORTEST_KEY:
        remedy = f"Use {SHORTEST_KEY} characters or more, for example what `python -c 'import secrets; "
        raise _unusable(where, "the key is too short", remedy + "print(secrets.token_hex(32))'` prints")
    return key.strip().encode()


def _unusable(where: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(where, 0, "", "", problem, remedy)])


def _write_new(file: Path, key: str) -> None:
    """Write the key whole or not at all; a key that another run wrote meanwhile stays."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"key.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
        opened.write(key)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        draft.replace(file)
    draft.unlink(missing_ok=True)


class Pseudonyms:
    """Makes pseudonyms under one key; the HMAC's two hashes of the key are made once and copied for each donor."""

    def __init__(self, key: bytes) -> None:
        short = hashlib.sha256(key).digest() if len(key) > HASH_BLOCK else key
        padded = short.ljust(HASH_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def __call__(self, email: str, name: str, postcode: str) -> tuple[str, str] | None:
        """The donor's pseudonym (16 hexadecimal digits) and what it was made from; None when nobody is named.

        Made from the e-mail address where there is one, else from name and postcode, else from the name alone.
        """
        if address := email.strip().casefold():
            return self._keyed(f"email:{address}"), "email"
        words = " ".join(sorted(plain(name).replace("-", " ").split()))
        place = plain(postcode).replace(" ", "")
        if not words:
            return None
        return (self._keyed(f"name_postcode:{words}|{place}"), "name_postcode") if place else (
            self._keyed(f"name:{words}"), "name")  # fmt: skip

    def of_addresses(self, addresses: Sequence[str]) -> list[str | None]:
        """The pseudonym of each e-mail address, the same as one by one; None for a blank one."""
        start, outer_copy, made = self._inner.copy(), self._outer.copy, list[str | None]()
        start.update(b"email:")
        for address in addresses:
            if not address:
                made.append(None)
                continue
            inner, outer = start.copy(), outer_copy()
            inner.update(address.casefold().encode("utf-8", "replace"))
            outer.update(inner.digest())
            made.append(outer.hexdigest()[:LENGTH])
        return made

    def _keyed(self, said: str) -> str:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(said.encode("utf-8", "replace"))
        outer.update(inner.digest())
        return outer.hexdigest()[:LENGTH]


def pseudonym(email: str, name: str, postcode: str, *, key: bytes) -> tuple[str, str] | None:
    """One donor's pseudonym and what it was made from (see `Pseudonyms`)."""
    return Pseudonyms(key)(email, name, postcode)


def masked(text: str) -> str:
    """`text` with every e-mail address, IBAN and phone number hidden."""
    return PERSONAL_VALUE.sub(HIDDEN, text)
