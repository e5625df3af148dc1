"""The words of a written report as readers meet them: read back from the HTML, SVG and PDF files, not from the code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from matplotlib.text import Text
from pypdf import PdfReader

from analysis.report.chart import Chart

VOID = {"meta", "link", "br", "img", "input", "hr", "col", "source", "path", "use", "rect"}
INLINE = {"a", "abbr", "b", "bdi", "code", "em", "i", "small", "span", "strong"}
UNSEEN = {"style", "script"}
SPOKEN = {"alt", "title", "aria-label", "aria-description"}
ENDS = (".", ":", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a page: a block's own words or a spoken attribute, its language, and the elements around it."""

    text: str
    language: str
    inside: tuple[str, ...]

    @property
    def is_cell(self) -> bool:
        """Whether it stands in a table; a table's figures are those of its file."""
        return "table" in self.inside


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, list[str]]] = [("", "", [])]
        self.pieces: list[Piece] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        language = known.get("lang") or self.open[-1][1]
        around = tuple(name for name, _, _ in self.open)
        self.pieces += [Piece(value, language, (*around, tag)) for name, value in attrs if name in SPOKEN and value]
        if tag in VOID:
            return
        shared = tag in INLINE and language == self.open[-1][1]
        self.open.append((tag, language, self.open[-1][2] if shared else []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if all(name != tag for name, _, _ in self.open):
            return
        while True:
            name, language, words = self.open.pop()
            shared = self.open[-1][2] is words
            text = re.sub(r"[ \n\t\r]+", " ", "".join(words)).strip(" ")
            if not shared and text and name not in UNSEEN:
                self.pieces.append(Piece(text, language, (*(one for one, _, _ in self.open), name)))
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        self.open[-1][2].append(data)


def pieces_of(page: str) -> list[Piece]:
    """The texts of an HTML page or an SVG drawing, tables included."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.pieces


def lines_of_pdf(path: Path) -> list[str]:
    """The paragraphs of a PDF, lines joined where a sentence goes on; the running foot of each page is left out."""
    return [one for page in PdfReader(path).pages for one in _paragraphs(page.extract_text().splitlines()[:-1])]


def _paragraphs(lines: list[str]) -> Iterator[str]:
    kept = ""
    for line in lines:
        kept += line
        if not line.endswith(" "):
            yield kept.removeprefix("• ")
            kept = ""
    if kept:
        yield kept


def letters(charts: Iterable[Chart]) -> list[str]:
    """The lines of text inside drawings, the longest first: labels, headings and ticks."""
    found = set()
    for chart in charts:
        chart.figure.draw_without_rendering()
        texts = [text for ax in chart.figure.axes for text in ax.findobj(Text)]
        found |= {" ".join(line.split()) for text in texts for line in text.get_text().split("\n")}
    return sorted(found, key=len, reverse=True)


def _is_drawn(line: str, drawn: Sequence[str]) -> bool:
    """Whether a line of a PDF is made of letters of drawings alone."""
    rest = " ".join(line.split())
    for one in drawn:
        rest = rest.replace(one, " ")
    return bool(drawn) and not re.search(r"[^\W\d_]", rest)


def written(report: Path, language: str, *, drawn: Sequence[str] = ()) -> list[Piece]:
    """Every text in `language` that the report's pages, briefs and drawings hold, or that they speak aloud.

    A brief holds the letters inside its drawings as text: those `drawn` are left out.
    """
    pages = sorted(report.glob("*.html"))
    pieces = [one for page in pages for one in pieces_of(page.read_text(encoding="utf-8"))]
    drawings = sorted((report / "charts").glob(f"*.{language}.svg"))
    pieces += [Piece(one.text, language, one.inside) for path in drawings for one in pieces_of(path.read_text("utf-8"))]
    for path in sorted(report.glob(f"brief.{language}.pdf")):
        lines = [line for line in lines_of_pdf(path) if not _is_drawn(line, drawn)]
        pieces += [Piece(text, language, ("pdf",)) for text in lines]
    return [one for one in dict.fromkeys(pieces) if one.language == language]
