"""Who gave, as a keyed pseudonym; and masks for everything that names a person."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.records.cells import plain

KEY_VARIABLE = "DONATION_TRENDS_KEY"
KEY_BYTES = 32
LENGTH = 16
HASH_BLOCK = 64
HIDDEN = "[hidden]"
PERSONAL = ("donor_email", "donor_name", "donor_postcode")
PERSONAL_VALUE = re.compile(
    r"[^\s@<>;,\"']+@[^\s@<>;,\"']+"  # e-mail
    r"|\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,4})?\b"  # IBAN
    r"|(?<![\w/.-])(?:(?:\+|00)\d{1,3}[ .-]?(?:\(0\))?\d|0\d)(?:[ .-]?\d){7,11}(?![\w/])",  # phone
    re.IGNORECASE,
)


def key_file() -> Path:
    """Where the key is kept: the user's own configuration folder, outside every repository."""
    if sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Application Support"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return folder / "donation-trends" / "key"


def load_key(*, create: bool = True) -> bytes:
    """The pseudonyms' key: DONATION_TRENDS_KEY, else the key file, made with mode 0600 where there is none.

    With `create=False` nothing is written: where there is no key, one that is good for this run only comes
    back.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return given.encode()
    file = key_file()
    if create and not file.exists():
        _write_new(file, secrets.token_hex(KEY_BYTES))
    return file.read_text(encoding="ascii").strip().encode() if file.exists() else secrets.token_bytes(KEY_BYTES)


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
