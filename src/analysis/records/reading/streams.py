"""A text file as blocks of whole records, read piece by piece: memory does not grow with the file."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from sys import maxsize
from typing import IO

from analysis.faults import DataError, Fault
from analysis.records.reading import encodings
from analysis.records.reading.cutting import safe_end
from analysis.records.reading.finding import unopened
from analysis.records.reading.splitting import Header

HEAD = 1 << 20
"""Bytes at the beginning of a file in which its header, its encoding mark and its kind of line end show."""
BLOCK = 4 << 20
"""Bytes of a block, where records and lines allow."""
LONGEST_LINE = 2 << 20
"""Bytes of a line; longer than any piece that is read at once."""
EXPORT_AGAIN = 'Export it again, or put "_" before its name to leave it aside'
UNPACK = "Unpack it, see that it holds a table, and put that file here in its place"
MOST_UNPACKED, MOST_TIMES = 200_000_000, 200
"""A packed file of more than so many bytes is refused when it unpacks to more than so many times its size."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file and what its beginning says: encoding ("" while open), whether it was given, line ends.

    `head` is the beginning as UTF-8 lines that end in line feeds.
    """

    path: Path
    name: str
    encoding: str
    given: bool
    only_cr: bool
    head: bytes

    def pieces(self, size: int = HEAD) -> Iterator[bytes]:
        """The file's bytes, unpacked, without a byte order mark, UTF-8 if the encoding is a wide one."""
        return _pieces(self.path, self.name, self.encoding if self.given else None, size)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records as they stand in the file, each line ended by a line feed, and their first line's number."""

    first_line: int
    data: bytes


def open_text(path: Path, *, name: str, encoding: str | None) -> TextFile:
    """The file with its beginning read; DataError when it is blank, cannot be unpacked or its encoding is unknown."""
    beginning, first = b"", next(_raw(path, name, 4), b"")
    chosen = encodings.known(encoding or encodings.marked(first)[1], name)
    for piece in _pieces(path, name, encoding, HEAD):
        beginning += piece
        if len(beginning) >= HEAD:
            break
    if not beginning.strip():
        raise _unusable(name, "this file is empty", EXPORT_AGAIN)
    only_cr = encodings.ends_in_cr(beginning[:HEAD])
    head = encodings.one_line_end(beginning[:HEAD], only_cr=only_cr)
    if not encodings.is_wide(chosen):
        head, _ = encodings.as_utf8(head, chosen or encodings.accents(head).encoding, given=encoding is not None)
    return TextFile(path, name, chosen, encoding is not None, only_cr, head)


def blocks(file: TextFile, header: Header, *, size: int = BLOCK) -> Iterator[Block]:
    """The file below its header, cut where a record ends into blocks of about `size` bytes.

    Under a delimiter beyond ASCII, whose bytes hang on the encoding, it is one block. Raises DataError for a line of
    more than two million bytes, which is none of a table.
    """
    size = size if (header.delimiter or ",").isascii() else maxsize
    rest, line, skip, held = b"", 1, header.below, b""
    for piece in _in_lines(file, size):
        rest += piece
        while skip and (end := rest.find(b"\n") + 1):
            rest, line, skip = rest[end:], line + 1, skip - 1
        if len(rest) >= size and not skip and (end := safe_end(rest, header)):
            held, rest = rest[:end], rest[end:]
            yield Block(line, held)
            line += held.count(b"\n")
    if rest and not skip:
        yield Block(line, rest if rest.endswith(b"\n") else rest + b"\n")


def _in_lines(file: TextFile, size: int) -> Iterator[bytes]:
    """The file's bytes with line feeds as the only line ends; a CR is held back until what follows is known."""
    late, line, length = b"", 1, 0
    gathered: list[bytes] = []
    for piece in file.pieces(min(size, HEAD)):
        whole = late + piece
        late = b"" if file.only_cr else whole[len(whole.rstrip(b"\r")) :]
        gathered.append(encodings.one_line_end(whole[: len(whole) - len(late)], only_cr=file.only_cr))
        length += gathered[-1].find(b"\n") if b"\n" in gathered[-1] else len(gathered[-1])
        if length > LONGEST_LINE:
            raise _unusable(file.name, f"has a line {line} of more than {LONGEST_LINE >> 20} MB", EXPORT_AGAIN)
        if b"\n" in gathered[-1]:
            line, length = line + gathered[-1].count(b"\n"), len(gathered[-1]) - gathered[-1].rfind(b"\n") - 1
        if sum(map(len, gathered)) >= size:
            yield b"".join(gathered)
            gathered = []
    yield b"".join([*gathered, encodings.one_line_end(late + b"\n" if late else b"")])


def _pieces(path: Path, name: str, encoding: str | None, size: int) -> Iterator[bytes]:
    mark, marked = encodings.marked(next(_raw(path, name, 4), b""), encoding)
    chosen, begun = encoding or marked, False
    decoder = codecs.getincrementaldecoder(chosen)("replace") if encodings.is_wide(chosen) else None
    for piece in _raw(path, name, max(size, 4)):
        content = piece if begun else piece[len(mark) :]
        if decoder is not None:
            text = decoder.decode(content)
            content = (text if begun else text.removeprefix("\ufeff")).encode("utf-8", "replace")
        begun = True
        yield content
    if decoder is not None:
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _raw(path: Path, name: str, size: int) -> Iterator[bytes]:
    """The file's bytes, unpacked when its name ends in .gz, `size` at a time."""
    unpacked = 0
    try:
        packed = path.stat().st_size
        with _opened(path) as opened:
            while piece := opened.read(size):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED and unpacked > MOST_TIMES * packed:
                    raise _unusable(name, f"unpacks to more than {MOST_TIMES} times its size", UNPACK)
                yield piece
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _unusable(name, f"cannot be unpacked: {error}", "Copy or export the file again") from error
    except OSError as error:
        raise unopened(name, error) from error


def _opened(path: Path) -> IO[bytes]:
    packed = path.name.casefold().endswith(".gz")
    return io.BufferedReader(gzip.open(path, "rb")) if packed else path.open("rb")


def _unusable(name: str, problem: str, remedy: str) -> DataError:
    return DataError([Fault(name, 0, "", "", problem, remedy)])
