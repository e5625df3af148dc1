"""Who gave, as a keyed pseudonym; and masks for everything that names a person."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import sys
from pathlib import Path

from analysis.records.cells import plain

KEY_VARIABLE = "DONATION_TRENDS_KEY"
KEY_BYTES = 32
LENGTH = 16
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


def pseudonym(email: str, name: str, postcode: str, *, key: bytes) -> tuple[str, str] | None:
    """The donor's pseudonym (16 hexadecimal digits) and what it was made from; None when nobody is named.

    Made from the e-mail address where there is one, else from name and postcode, else from the name alone.
    """
    if address := email.strip().casefold():
        return _keyed("email", address, key), "email"
    words = " ".join(sorted(plain(name).replace("-", " ").split()))
    place = plain(postcode).replace(" ", "")
    if not words:
        return None
    basis, said = ("name_postcode", f"{words}|{place}") if place else ("name", words)
    return _keyed(basis, said, key), basis


def _keyed(basis: str, said: str, key: bytes) -> str:
    return hmac.digest(key, f"{basis}:{said}".encode(), "sha256").hex()[:LENGTH]


def masked(text: str) -> str:
    """`text` with every e-mail address, IBAN and phone number hidden."""
    return PERSONAL_VALUE.sub(HIDDEN, text)
