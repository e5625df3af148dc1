"""Masks for what names a person wherever it is typed: e-mail addresses, accounts, telephones, streets, Mr and Mrs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from analysis.faults import HIDDEN

ROUNDS = 4
"""So often at most is a text masked again, for what only shows once its neighbour is gone."""

TOKEN = r"[^\s<>;,\"']"
DOMAIN = r"[\w-]{1,63}(?:(?:\.|\s\.\s)[\w-]{1,63}){0,4}(?:\.|\s\.\s)[a-z]{2,24}(?![a-z0-9])"
AT = r"[(\[{]\s?(?:at|arobase)\s?[)\]}]"
DOT = r"[(\[{]\s?(?:dot|point)\s?[)\]}]"
GAP = r"[\s.\-/_()]{0,3}"
"""What people type between the digits of a telephone number, once all spaces and all dashes are alike."""
BREAK = r"[\s.\-/_]{0,2}"
CAPITAL = r"[A-Z\u00c0-\u00de]"
STREETS = "rue|avenue|boulevard|bd|bvd|blvd|chemin|place|impasse|all[ée]e|quai|route|r[ée]sidence|lotissement"
ROADS = "Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Gardens|Terrace|Crescent|Court|Way"

EMAILS = (
    re.compile(rf"(?<!{TOKEN}){TOKEN}+@{TOKEN}*"),
    re.compile(rf"(?<!{TOKEN})(?:{TOKEN}+\s\.\s){{0,3}}{TOKEN}+\s{{0,2}}@\s{{0,2}}{DOMAIN}", re.IGNORECASE),
)
SPELLED = (
    re.compile(rf"(?<!{TOKEN})(?:{TOKEN}+\s|{TOKEN}*){AT}\s?{TOKEN}+(?:\s?{DOT}\s?{TOKEN}+){{0,4}}", re.IGNORECASE),
    re.compile(rf"(?<!{TOKEN}){TOKEN}+\sarobase\s{TOKEN}+(?:\s(?:point|dot)\s{TOKEN}+){{0,4}}", re.IGNORECASE),
    re.compile(rf"(?<!{TOKEN}){TOKEN}+\sat\s{TOKEN}+(?:\sdot\s{TOKEN}+){{1,4}}", re.IGNORECASE),
)
"""E-mail addresses, glued or spaced, and with the sign in words."""
IN_WORDS = re.compile(r"[(\[{\s]at[)\]}\s]|arobase", re.IGNORECASE)

TITLED = re.compile(
    r"\b(?:M\.|MM\.|Mmes?|MMES?|Mlles?|MLLES?|Mrs?|MRS?|Ms|Monsieur|Madame|Mademoiselle|[Ff]amille)\.?\s{1,2}"
    r"(?:(?:de la|de l'|de|du|des|d'|et|van|von|[A-Z]\.)\s?){0,3}"
    rf"{CAPITAL}[\w'-]{{0,40}}(?:\s{CAPITAL}[\w'-]{{0,40}}){{0,2}}"
)
"""A person after a title."""

ADDRESSES = (
    re.compile(
        rf"(?<!\d)\d{{1,4}}(?: ?(?:bis|ter|quater|[a-d]))?,? (?:{STREETS})\b[^,;|\n]{{0,60}}"
        r"(?:,? ?\d{5}(?: [\w'-]{1,40}){0,2})?",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\d)\d{{1,4}}[A-Da-d]?,? (?:[A-Z][\w'-]{{1,30}} ){{1,3}}(?:{ROADS})\b"),
)
"""Houses in a street, French and British."""

ACCOUNTS = (
    re.compile(
        rf"(?<![A-Z0-9])(?:[A-Z]{{2}}|(?-i:[A-Z]{{2}}){BREAK})\d{BREAK}\d{BREAK}(?:[A-Z]{{4}}{BREAK})?"
        rf"(?:(?=[A-Z]{{0,10}}\d)[A-Z0-9]{{1,30}}(?![A-Z0-9]){BREAK}){{1,16}}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\d)\d{{5}}{BREAK}\d{{5}}{BREAK}[A-Z0-9]{{11}}{BREAK}\d{{2}}(?!\d)", re.IGNORECASE),
)
"""IBANs, and French accounts without their country."""
SHORTEST_ACCOUNT, FEWEST_DIGITS = 15, 9
DIGIT = re.compile(r"\d")
UNSEEN = "\u200b"
"""A space without width stands for every sign without one; it may stand between words or within one."""

PHONES = (
    re.compile(rf"(?<![\d+])(?:\+|00){GAP}[1-9](?:{GAP}\d){{9,14}}(?!\d)"),
    re.compile(rf"(?<!\d)\(?0\)?{GAP}[1-9](?:{GAP}\d){{7,10}}(?!\d)"),
    re.compile(r"(?<!\d)(?:33|44)[\s.\-]?[1-9](?:[\s.\-]?\d){8,9}(?!\d)|(?<!\d)[67](?:[\s.\-]\d\d){4}(?!\d)"),
)
"""Telephone numbers: with +, 00 or 0 before them; and French and British ones that lost it."""
DATES = re.compile(
    r"(?:(?<![\d/.\-])\d{1,2}([/.\-])\d{1,2}\1(?:19|20)\d\d|(?<!\d)(?:19|20)\d\d([/.\-])\d{1,2}\2\d{1,2})"
    r"(?!\d)(?!(?:[\s.\-/]?\d\d){4})"
)
"""Days, whose digits are not taken for a telephone's, unless more digits follow than an hour has."""


def masked(text: str) -> str:
    """`text` with every e-mail, street and postal address, account, telephone number and titled name hidden.

    Spaces, dashes, digits and signs count in any script and width. Masking what is masked changes nothing. Every
    repeat of a pattern is bounded or starts where a word starts, so that a hostile text costs no more than its length.
    """
    for _ in range(ROUNDS):
        before, text = text, _hidden_once(text)
        if text == before:
            return text
    return HIDDEN


def _hidden_once(text: str) -> str:
    if text.isascii():
        return without(text, _spans(text))
    unseen = any(_plain(character) == UNSEEN for character in text)
    readings = [_said(text, unseen=reading) for reading in (("", " ") if unseen else ("",))]
    found = {(places[start], places[end]) for said, places in readings for start, end in _spans(said)}
    return without(text, found)


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with the spans hidden; spans that touch or overlap are hidden as one."""
    kept, until = list[str](), 0
    for start, end in sorted(spans):
        if start > until or not kept:
            kept += [text[until:start], HIDDEN]
        until = max(until, end)
    return "".join([*kept, text[until:]])


def _spans(said: str) -> Iterator[tuple[int, int]]:
    """Where something personal stands; what a pattern needs is looked for first, since most cells have none of it."""
    chosen = [TITLED, *(EMAILS if "@" in said else ()), *(SPELLED if IN_WORDS.search(said) else ())]
    digits = len(DIGIT.findall(said))
    chosen += ADDRESSES if digits else ()
    if digits >= FEWEST_DIGITS:
        yield from _accounts(said)
        undated = DATES.sub(lambda found: "x" * len(found.group()), said)
        for pattern in PHONES:
            yield from (found.span() for found in pattern.finditer(undated))
    for pattern in chosen:
        yield from (found.span() for found in pattern.finditer(said))


def _accounts(said: str) -> Iterator[tuple[int, int]]:
    """Where an account number stands; one may begin within what looked like the beginning of another."""
    for pattern in ACCOUNTS:
        place = 0
        while found := pattern.search(said, place):
            account = found.group().rstrip(" \t\r\n.-/_")
            signs = sum(map(str.isalnum, account))
            if signs >= SHORTEST_ACCOUNT and sum(map(str.isdigit, account)) > FEWEST_DIGITS:
                yield found.start(), found.start() + len(account)
            place = found.start() + 1


def _said(text: str, *, unseen: str) -> tuple[str, list[int]]:
    """`text` with one kind of space, dash and digit, and `unseen` for what has no width; where each sign stood."""
    signs, places = list[str](), list[int]()
    for place, character in enumerate(text):
        plain = _plain(character)
        plain = unseen if plain == UNSEEN else plain
        signs.append(plain)
        places.extend([place] * len(plain))
    return "".join(signs), [*places, len(text)]


@lru_cache(1 << 12)
def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf":
        return UNSEEN
    if kind in ("Mn", "Me"):
        return ""
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    if kind == "Pd" or character in "\u2212\u00b7\u2022\u2043":
        return "-"
    return str(unicodedata.digit(character)) if kind == "Nd" else unicodedata.normalize("NFKC", character)
