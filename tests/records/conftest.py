"""What the tests of reading share: a key, and a dataset made of a few lines."""

import io
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
import xlsxwriter
from tools.messages import knows

from analysis.dataset import Dataset, load_dataset
from analysis.records.build import build
from analysis.tables import Tables


@pytest.fixture(autouse=True)
def _own_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DONATION_TRENDS_KEY", "a key for tests, long enough")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., Dataset]:
    """Write files (text is encoded as UTF-8) and settings into a folder, and load it as a dataset."""

    def made(files: dict[str, str | bytes], settings: str = "") -> Dataset:
        folder = tmp_path / "raw" / "charity"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dataset.toml").write_text(f'name = "A charity"\n{settings}', encoding="utf-8")
        return load_dataset(folder)

    return made


@pytest.fixture
def build_files(make_dataset: Callable[..., Dataset], tmp_path: Path) -> Callable[..., Tables]:
    """Build a dataset made of a few files; everything that it says of a row must have its French."""

    def built(files: dict[str, str | bytes], settings: str = "") -> Tables:
        tables = build(make_dataset(files, settings), tmp_path / "processed")
        reasons = [reason for file in tables.ledger["files"] for reason in file["reasons"]]
        said = [*reasons, *tables.quarantine["reason"], *tables.quarantine["remedy"]]
        assert [text for text in said if not knows(text)] == []
        return tables

    return built


CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
KIND = "application/vnd.oasis.opendocument.spreadsheet"
Rows = list[list[str]]


def _ods(sheets: dict[str, Rows], below: str = "") -> bytes:
    """A workbook as LibreOffice writes it, in its smallest form; `below` stands under the rows of each sheet."""
    tables = "".join(
        f'<table:table table:name="{title}">'
        + "".join(
            f"<table:table-row>{''.join(CELL.format(escape(cell)) for cell in row)}</table:table-row>" for row in rows
        )
        + f"{below}</table:table>"
        for title, rows in sheets.items()
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES}><office:body><office:spreadsheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("content.xml", f"{text}{tables}</office:spreadsheet></office:body></office:document-content>")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/></manifest:manifest>',
        )
    return out.getvalue()


def _xlsx(sheets: dict[str, Rows]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return out.getvalue()


@pytest.fixture
def as_file() -> Callable[..., bytes]:
    """Rows of text as the bytes of a CSV, XLSX or ODS file; a dict of rows is a workbook of several sheets."""

    def written(ending: str, rows: Rows | dict[str, Rows], *, below: str = "") -> bytes:
        if ending == "csv":
            return "\n".join(";".join(row) for row in rows).encode()
        sheets = rows if isinstance(rows, dict) else {"Sheet1": rows}
        return _xlsx(sheets) if ending == "xlsx" else _ods(sheets, below)

    return written
