"""Who gave, as a keyed pseudonym; and identifiers that may say too much, as keyed digits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

from analysis.records.cells import plain

LENGTH = 16
LENGTH_ERASED = 32
LONGEST_KEY = 64
"""Bytes of a key that BLAKE2b takes as it is."""
PERSONAL = ("donor_email", "donor_name", "donor_postcode")
BESIDE_ADDRESSES = " <>;,\"'():"
ODD_ADDRESS = re.compile(rf"[^!-~]|[{BESIDE_ADDRESSES}]")
"""What an e-mail address that stands alone in its cell, in plain letters, does not hold."""
ADDRESS = re.compile(r"[^\s<>;,\"'():@]{1,64}\s?@\s?[^\s<>;,\"'():@]{1,255}")


class Pseudonyms:
    """Makes pseudonyms under one key, by BLAKE2b in its keyed mode (RFC 7693), a code that the key alone can make."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key).digest() if len(key) > LONGEST_KEY else key

    def __call__(self, email: str, name: str, postcode: str) -> tuple[str, str] | None:
        """The donor's pseudonym (16 hexadecimal digits) and what it was made from; None when nobody is named.

        Made from the e-mail address where there is one, else from name and postcode, else from the name alone.
        """
        if said := address(email):
            return self._keyed("email", [said])[0], "email"
        words = " ".join(sorted(plain(name).replace("-", " ").split()))
        place = plain(postcode).replace(" ", "")
        if not words:
            return None
        if place:
            return self._keyed("name_postcode", [f"{words}|{place}"])[0], "name_postcode"
        return self._keyed("name", [words])[0], "name"

    def of_addresses(self, addresses: Sequence[str]) -> list[str | None]:
        """The pseudonym of each e-mail address, the same as one by one; None for a blank one."""
        said = "\n".join(addresses).casefold().split("\n")
        if len(said) != len(addresses) or not _alone(said):
            said = [address(one) for one in addresses]
        made = self._keyed("email", said)
        return [pseudonym if one else None for one, pseudonym in zip(said, made, strict=True)]

    def of_identifiers(self, identifiers: Sequence[str]) -> list[str]:
        """Keyed digits in the place of each identifier: equal ones for equal ones, and no donor's pseudonym."""
        return self._keyed("identifier", identifiers)

    def erased(self, pseudonyms: Iterable[str]) -> list[str]:
        """By what a donor who asked to be forgotten is known again: digits that do not lead back to the pseudonym."""
        return self._keyed("forgotten", pseudonyms, length=LENGTH_ERASED)

    def _keyed(self, purpose: str, said: Iterable[str], *, length: int = LENGTH) -> list[str]:
        start = hashlib.blake2b(key=self._key, person=purpose.encode(), digest_size=length // 2)
        copy, made = start.copy, list[str]()
        for one in said:
            code = copy()
            code.update(one.encode("utf-8", "replace"))
            made.append(code.hexdigest())
        return made


def _alone(addresses: Sequence[str]) -> bool:
    """Whether each of these stands alone in its cell, in plain letters: a look at all of them at once."""
    together = "".join(addresses)
    return together.isascii() and together.isprintable() and not any(sign in together for sign in BESIDE_ADDRESSES)


def pseudonym(email: str, name: str, postcode: str, *, key: bytes) -> tuple[str, str] | None:
    """One donor's pseudonym and what it was made from (see `Pseudonyms`)."""
    return Pseudonyms(key)(email, name, postcode)


def address(cell: str) -> str:
    """The e-mail address a cell holds, as addresses are compared: the first one in it, without capitals and spaces.

    A cell that holds none comes back without capitals: people write other things in that column, always alike.
    """
    said = cell.strip().casefold()
    if ODD_ADDRESS.search(said):
        said = normalize("NFKC", said)
        found = ADDRESS.search(said)
        return "".join(found.group().split()) if found else said
    return said
