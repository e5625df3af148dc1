import gzip
import io
import zipfile

import pytest
import xlsxwriter

from analysis.faults import DataError
from analysis.records.reading.encodings import decode
from analysis.records.reading.finding import record_files
from analysis.records.reading.streams import open_text
from analysis.records.reading.workbooks import load_sheets


def test_files_that_hold_no_records_are_passed_over_and_unknown_ones_are_named(tmp_path):
    for name in (
        "b.csv", "a.XLSX", "sub/c.csv.gz", "note.pdf", "truth.json", "dataset.toml", "corrections.csv", "README.md",
        "LICENSE", ".hidden.csv", "~$a.xlsx", "_left_out.csv", "_old/d.csv",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")

    files, ignored = record_files(tmp_path)

    assert [file.relative_to(tmp_path).as_posix() for file in files] == ["a.XLSX", "b.csv", "sub/c.csv.gz"]
    assert ignored == ["note.pdf"]


def test_utf8_is_read_with_and_without_its_mark():
    for content in ("Payé\nÉtat".encode(), "\ufeffPayé\nÉtat".encode()):
        text = decode(content, name="a.csv")
        assert (text.lines, text.encoding, text.stray_lines) == (["Payé", "État"], "utf-8", 0)


def test_utf16_is_known_by_its_mark():
    assert decode("Payé\nÉtat".encode("utf-16"), name="a.csv").lines == ["Payé", "État"]


def test_windows_1252_is_chosen_when_most_accented_lines_are_no_utf8():
    text = decode("Payé\nÉtat\n12 €".encode("windows-1252"), name="a.csv")

    assert (text.lines, text.encoding, text.stray_lines) == (["Payé", "État", "12 €"], "windows-1252", 0)


def test_one_stray_line_does_not_turn_a_utf8_file_and_is_read_on_its_own():
    text = decode("Payé\nÉté\n".encode() + "État".encode("windows-1252"), name="a.csv")

    assert (text.lines, text.encoding, text.stray_lines) == (["Payé", "Été", "État"], "utf-8", 1)


def test_one_utf8_line_in_a_windows_1252_file_is_read_on_its_own():
    text = decode("Payé\nÉté\n".encode("windows-1252") + "État".encode(), name="a.csv")

    assert (text.lines, text.encoding, text.stray_lines) == (["Payé", "Été", "État"], "windows-1252", 1)


def test_the_encoding_that_was_given_is_used():
    assert decode("Œuf".encode("iso-8859-15"), name="a.csv", encoding="iso-8859-15").lines == ["Œuf"]
    with pytest.raises(DataError, match="the encoding klingon is not known"):
        decode("é".encode(), name="a.csv", encoding="klingon")


def test_line_ends_of_every_kind_end_lines_and_nothing_else_does():
    assert decode(b"a\r\nb\nc", name="a.csv").lines == ["a", "b", "c"]
    assert decode(b"a\rb", name="a.csv").lines == ["a", "b"]
    assert decode("a\x0bb\x85c\u2028d\n".encode(), name="a.csv").lines == ["a\x0bb\x85c\u2028d", ""]


def test_a_packed_file_is_unpacked_and_a_broken_or_empty_one_is_refused(tmp_path):
    good, broken, empty = (tmp_path / name for name in ("good.csv.gz", "broken.csv.gz", "empty.csv"))
    good.write_bytes(gzip.compress(b"a;b"))
    broken.write_bytes(gzip.compress(b"a;b")[:-4])
    empty.write_bytes(b" \n")

    assert open_text(good, name="good.csv.gz", encoding=None).head == b"a;b"
    with pytest.raises(DataError, match=r"broken.csv.gz: cannot be unpacked"):
        open_text(broken, name="broken.csv.gz", encoding=None)
    with pytest.raises(DataError, match=r"empty.csv: this file is empty"):
        open_text(empty, name="empty.csv", encoding=None)


def workbook(cells: dict[tuple[int, int], object]) -> bytes:
    """An XLSX workbook with these cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Sheet")
        for place, value in cells.items():
            sheet.write(*place, value)
    return out.getvalue()


def test_a_sheet_starts_at_a1_and_keeps_numbers_as_numbers():
    assert load_sheets(workbook({(1, 1): 12.5, (2, 1): "x"}), name="a.xlsx") == [
        ("Sheet", [["", ""], ["", 12.5], ["", "x"]])
    ]


def test_a_workbook_with_a_cell_in_the_far_corner_is_refused():
    with pytest.raises(DataError, match="as far as row 1048576 and column 16384"):
        load_sheets(workbook({(0, 0): 1, (1048575, 16383): 1}), name="a.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_opened():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_001)

    with pytest.raises(DataError, match="unpacks to 200 MB"):
        load_sheets(out.getvalue(), name="a.xlsx")


def test_a_file_that_is_no_workbook_is_refused_in_one_sentence():
    for content in (b"not a zip", workbook({(0, 0): 1})[:-30]):
        with pytest.raises(DataError, match=r"a.xlsx: cannot be read as a workbook"):
            load_sheets(content, name="a.xlsx")
