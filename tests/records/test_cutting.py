"""The fast splitter against a slow one that goes record by record, on whatever bytes hypothesis thinks of."""

import csv
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.records.reading import cutting, splitting, streams
from analysis.records.reading.cutting import cut, safe_end
from analysis.records.reading.encodings import decode
from analysis.records.reading.splitting import LONGEST_RECORD, Header, record_at
from analysis.records.reading.streams import blocks, open_text

HEADER = Header(place=0, below=1, cells=("a", "b", "c"), delimiter=";", width=3)
WIDER = Header(place=0, below=1, cells=("a", "b", "c"), delimiter=";", width=5)
TABBED = Header(place=0, below=1, cells=("a", "b"), delimiter="\t", width=2)
ALONE = Header(place=0, below=1, cells=("a",), delimiter=",", width=1)
TEXTS = st.text(st.sampled_from(';;;;"""\n\n\nab \t\u00a0é,'), max_size=120)
PROPERTIES = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def slowly(lines: list[str], header: Header, first_line: int = 1):
    """The rows, their lines and the spoiled lines of a splitter that reads record after record."""
    width, rows, starts, spoiled, place = len(header.cells), [], [], [], 0
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        cells, used = record_at(lines, place, header.delimiter)
        fits = cells is not None and len(cells) >= width and not any(cell.strip() for cell in cells[width:])
        if fits:
            rows.append(cells[:width])
            starts.append(place + first_line)
        else:
            used = 1
            spoiled.append(place + first_line)
        place += used
    return rows, starts, spoiled


def quickly(text: str, header: Header, first_line: int = 1):
    found = cut(text.encode(), header, file="a.csv", first_line=first_line)
    cells = [[column.distinct[code] for code in column.codes] for column in found.columns]
    rows = [list(row) for row in zip(*cells, strict=True)]
    return rows, found.lines.tolist(), [fault.line for fault in found.spoiled]


@pytest.mark.parametrize("header", [HEADER, WIDER, TABBED, ALONE], ids=["plain", "wider", "tabs", "one column"])
@PROPERTIES
@given(text=TEXTS)
def test_the_fast_splitter_finds_what_the_slow_one_finds(header, text):
    assert quickly(text + "\n", header) == slowly(text.split("\n"), header)


@PROPERTIES
@given(text=TEXTS, size=st.integers(1, 40), tail=st.sampled_from([0, 6, 99]))
def test_where_a_file_is_cut_changes_nothing(tmp_path_factory, text, size, tail):
    file = tmp_path_factory.getbasetemp() / "cut.csv"
    file.write_bytes(b"a;b;c\n" + text.encode() + b"\n")
    opened = open_text(file, name="cut.csv", encoding=None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "LONGEST_RECORD", 3)
        patch.setattr(cutting, "TAIL", tail)
        patch.setattr(splitting, "LONGEST_RECORD", 3)
        parts = list(blocks(opened, HEADER, size=size))
        found = [quickly(part.data.decode(), HEADER, part.first_line) for part in parts]
        whole = slowly(text.split("\n"), HEADER, first_line=2)
    assert [sum((one[place] for one in found), []) for place in range(3)] == list(whole)


def test_a_block_ends_where_a_record_ends_even_when_no_calm_line_is_near():
    text = '1;"x\ny";2\n' * 2 * LONGEST_RECORD

    end = safe_end(text.encode(), HEADER)

    assert 0 < end < len(text)
    assert end % len('1;"x\ny";2\n') == 0


@pytest.mark.parametrize(
    ("lines", "end"),
    [('1;"x";2\n3;4;5\n', 0), ('1;2;3\n4;"x";5\n6;7;8\n', 6), ('1;"x\ny";2\n3;"4";5\n6;"";7\n', 10)],
    ids=["its first line", "its second line", "below a record of two lines"],
)
def test_a_block_may_end_before_a_line_that_no_record_from_above_can_reach_across(lines, end):
    assert safe_end(lines.encode(), HEADER) == end


def test_a_cell_as_long_as_the_csv_module_allows_is_read_and_a_longer_quoted_one_is_spoiled():
    limit = csv.field_size_limit()

    assert quickly(f'"{"x" * limit}";b;c\n', HEADER)[1] == [1]
    assert quickly(f'"{"x" * (limit + 1)}";b;c\n', HEADER)[2] == [1]


@pytest.mark.parametrize("marks", [1, 2])
def test_a_mark_that_begins_a_block_is_part_of_its_first_cell(marks):
    text = "\ufeff" * marks + "1"

    assert quickly(f"{text};2;3\n", HEADER)[0] == [[text, "2", "3"]]


def test_a_delimiter_beyond_ascii_is_a_delimiter():
    header = Header(place=0, below=1, cells=("a", "b"), delimiter="§", width=2)

    assert quickly('1§"2§"\n3\n', header) == ([["1", "2§"]], [1], [2])


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("packed", [False, True])
def test_blocks_know_their_lines_whatever_ends_them_and_however_the_file_is_packed(tmp_path, size, ends, packed):
    text = "note\na;b;c\n1;é;2\n\n3;4;5\n6;7;8"
    content = text.replace("\n", ends).encode("utf-8-sig")
    file = tmp_path / ("a.csv.gz" if packed else "a.csv")
    file.write_bytes(gzip.compress(content) if packed else content)
    header = Header(place=1, below=2, cells=("a", "b", "c"), delimiter=";", width=3)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "LONGEST_RECORD", 1)
        parts = list(blocks(open_text(file, name="a", encoding=None), header, size=size))
    rows = [(line, row[0]) for part in parts
            for row, line in zip(*quickly(part.data.decode(), header, part.first_line)[:2], strict=True)]  # fmt: skip

    assert rows == [(3, "1"), (5, "3"), (6, "6")]
    assert (len(parts) > 1) == (size < 20)


@pytest.mark.parametrize("size", [2, 5, 1000])
def test_utf16_is_read_in_pieces(tmp_path, size):
    file = tmp_path / "a.csv"
    file.write_bytes("a;b\né;1\nè;2\n".encode("utf-16"))
    header = Header(place=0, below=1, cells=("a", "b"), delimiter=";", width=2)

    parts = list(blocks(open_text(file, name="a", encoding=None), header, size=size))

    assert b"".join(part.data for part in parts).decode() == "é;1\nè;2\n"


@PROPERTIES
@given(content=st.binary(max_size=60), encoding=st.sampled_from([None, "utf-8", "windows-1252", "utf-16", "ascii"]))
def test_any_bytes_have_lines(content, encoding):
    assert decode(content, name="a.csv", encoding=encoding).lines


def test_the_head_of_a_file_is_as_long_as_its_header_may_stand_deep():
    assert streams.HEAD > 100_000
