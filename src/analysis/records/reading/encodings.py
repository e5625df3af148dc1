"""Which encoding a file is in, and its bytes as UTF-8 lines; a line in another encoding is read on its own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.faults import DataError, Fault

BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
LF, CR = 10, 13
LINE_END = re.compile(rb"\r+\n")
"""A file saved twice by careless programs has several CR before the line feed."""
WINDOW = 1 << 14
"""Bytes decoded at a time where a block is searched for lines in another encoding."""
WIDE = ("utf-16", "utf_16", "utf16", "utf-32", "utf_32", "utf32")


@dataclass(frozen=True, slots=True)
class Accents:
    """How many lines are beyond ASCII, and how many of these are valid UTF-8."""

    lines: int = 0
    valid: int = 0

    def __add__(self, other: Accents) -> Accents:
        return Accents(self.lines + other.lines, self.valid + other.valid)

    @property
    def encoding(self) -> str:
        """UTF-8, unless most lines that could show it are none."""
        return "utf-8" if 2 * self.valid >= self.lines else "windows-1252"


@dataclass(frozen=True, slots=True)
class Text:
    """A text file's physical lines, its encoding and how many lines were written in another one."""

    lines: list[str]
    encoding: str
    stray_lines: int


def decode(content: bytes, *, name: str, encoding: str | None = None) -> Text:
    """The lines of a text file.

    The encoding is the one given, else the byte order mark's, else UTF-8, else windows-1252 when most lines
    that are not plain ASCII are no UTF-8. A line in another encoding is decoded on its own and counted.
    """
    mark = marked(content, encoding)
    chosen = known(encoding or mark[1], name)
    content = content[len(mark[0]) :]
    if is_wide(chosen):
        text = content.decode(chosen, errors="replace").removeprefix("\ufeff")
        return Text(_lines(text.encode("utf-8", "replace")), chosen, 0)
    chosen = chosen or accents(content).encoding
    plain, strays = as_utf8(content, chosen, given=encoding is not None)
    return Text(_lines(plain), chosen, strays)


def _lines(content: bytes) -> list[str]:
    return one_line_end(content, only_cr=ends_in_cr(content)).decode("utf-8", "replace").split("\n")


def marked(content: bytes, encoding: str | None = None) -> tuple[bytes, str]:
    """The byte order mark that the content starts with and its encoding; b"" and "" without one."""
    found = next(((mark, name) for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), (b"", ""))
    return found if encoding is None or encoding.casefold().startswith("utf-8") else (b"", "")


def known(encoding: str, name: str) -> str:
    """The encoding itself; DataError when Python knows none of this name."""
    try:
        b"".decode(encoding or "utf-8")
        " ".encode(encoding or "utf-8").decode(encoding or "utf-8")
    except (LookupError, ValueError) as error:
        problem, remedy = f"the encoding {encoding} is not known", 'Write encoding = "utf-8" or "windows-1252"'
        raise DataError([Fault(name, 0, "", "", problem, remedy)]) from error
    return encoding


def is_wide(encoding: str) -> bool:
    """Whether a line feed is more than one byte in this encoding."""
    return encoding.casefold().startswith(WIDE)


def accents(block: bytes) -> Accents:
    """The lines of a block that could tell UTF-8 from another encoding."""
    if block.isascii():
        return Accents()
    flat = np.frombuffer(block, np.uint8)
    ends = np.append(np.flatnonzero(flat == LF), len(flat))
    lines = int(np.count_nonzero(np.diff(np.searchsorted(np.flatnonzero(flat > 127), ends), prepend=0)))
    return Accents(lines, lines - sum(1 for _ in _no_utf8(block)))


def as_utf8(block: bytes, encoding: str, *, given: bool) -> tuple[bytes, int]:
    """A block of whole lines as UTF-8, and how many of its lines were written in another encoding."""
    if block.isascii():
        return block, 0
    if encoding.casefold() in ("utf-8", "utf8"):
        return _mended(block)
    decoded = [_decoded(line, encoding, given=given) for line in block.split(b"\n")]
    return b"\n".join(text.encode() for text, _ in decoded), sum(stray for _, stray in decoded)


def _mended(block: bytes) -> tuple[bytes, int]:
    """A block in which each line that is no UTF-8 is read as windows-1252, and how many these are."""
    pieces, done, strays = list[bytes](), 0, 0
    for start, end in _no_utf8(block):
        pieces += [block[done:start], _decoded(block[start:end], "windows-1252", given=True)[0].encode()]
        done, strays = end, strays + 1
    return (b"".join([*pieces, block[done:]]) if strays else block), strays


def _no_utf8(block: bytes) -> Iterator[tuple[int, int]]:
    """Where the lines of a block begin and end that are not valid UTF-8."""
    view, done = memoryview(block), 0
    while done < len(block):
        stop = block.find(b"\n", done + WINDOW) + 1 or len(block)
        try:
            codecs.utf_8_decode(view[done:stop], "strict", True)
            done = stop
        except UnicodeDecodeError as error:
            place = done + error.start
            end = block.find(b"\n", place)
            end = len(block) if end < 0 else end
            yield block.rfind(b"\n", 0, place) + 1, end
            done = end + 1


def _decoded(line: bytes, encoding: str, *, given: bool) -> tuple[str, bool]:
    """A line's text, and whether it is written in another encoding than the file."""
    if line.isascii():
        return line.decode("ascii"), False
    if not given and encoding != "utf-8" and is_utf8(line):
        return line.decode("utf-8"), True
    for candidate in (encoding, "utf-8", "windows-1252"):
        try:
            return line.decode(candidate), candidate != encoding
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1"), True


def is_utf8(block: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def ends_in_cr(beginning: bytes) -> bool:
    """Whether the lines of a file end in CR alone, by its beginning."""
    return b"\n" not in beginning and b"\r" in beginning


def one_line_end(block: bytes, *, only_cr: bool = False) -> bytes:
    """The block with line feeds as its only line ends; a CR within a line becomes a space."""
    if b"\r" not in block:
        return block
    if only_cr:
        return block.replace(b"\r", b"\n")
    flat = np.frombuffer(block, np.uint8)
    after = np.flatnonzero(flat == CR) + 1
    if after[-1] < len(flat) and (flat[after] == LF).all():
        return flat[flat != CR].tobytes()
    return LINE_END.sub(b"\n", block).replace(b"\r", b" ")
