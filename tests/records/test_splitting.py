from typing import NamedTuple

from analysis.faults import Fault
from analysis.records.reading.cutting import cut
from analysis.records.reading.splitting import Header, find_header, find_header_row, record_at, rows_below


class Found(NamedTuple):
    """Records as rows of cells, the line each starts on, and the spoiled ones."""

    rows: list[list[str]]
    lines: list[int]
    spoiled: tuple[Fault, ...]


def below(lines: list[str], header: Header) -> Found:
    """The records below a header."""
    data = "".join(f"{line}\n" for line in lines[header.below :]).encode()
    found = cut(data, header, file="gifts.csv", first_line=header.below + 1)
    cells = [[column.distinct[code] for code in column.codes] for column in found.columns]
    return Found([list(row) for row in zip(*cells, strict=True)], found.lines.tolist(), found.spoiled)


def split(text: str, delimiter: str = ";") -> Found:
    """The records below the first line of a text."""
    lines = text.split("\n")
    return below(lines, find_header(lines, lambda cells: cells[0] == "day", delimiters=[delimiter]))


def test_records_know_the_line_they_start_on_and_blank_lines_are_no_records():
    found = split("day;amount\n\n1;10\n \n2;20\n")

    assert found.rows == [["1", "10"], ["2", "20"]]
    assert found.lines == [3, 5]


def test_a_quoted_cell_may_hold_line_breaks_delimiters_and_doubled_quotes():
    found = split('day;note\n1;"first;\n\nsecond ""line"""\n2;x')

    assert found.rows == [["1", 'first;\n\nsecond "line"'], ["2", "x"]]
    assert found.lines == [2, 5]


def test_a_quote_that_never_closes_spoils_its_own_line_and_no_other():
    found = split('day;note\n1;"open\n2;b\n3;c')

    assert found.rows == [["2", "b"], ["3", "c"]]
    assert [(fault.line, fault.problem) for fault in found.spoiled] == [
        (2, "a quote opens here and does not close as it should")
    ]


def test_a_missing_closing_quote_among_quoted_lines_spoils_one_line():
    found = split('"day";"note"\n"1";"open\n"2";"b"\n"3";"c"')

    assert found.rows == [["2", "b"], ["3", "c"]]
    assert [fault.line for fault in found.spoiled] == [2]


def test_a_quote_too_many_spoils_one_line():
    found = split('day;note;amount\n1;"a"";5\n2;"b";6\n3;c;7')

    assert found.rows == [["2", "b", "6"], ["3", "c", "7"]]
    assert [fault.line for fault in found.spoiled] == [2]


def test_a_quote_inside_a_cell_is_a_character():
    assert split('day;note\n1;5" pipe').rows == [["1", '5" pipe']]


def test_a_row_with_too_many_or_too_few_cells_is_spoiled_without_showing_its_cells():
    found = split("day;amount;note\n1;10\n2;20;x;y\n3;30;z")

    assert found.rows == [["3", "30", "z"]]
    assert [(fault.line, fault.value, fault.problem) for fault in found.spoiled] == [
        (2, "", "too few cells: 2, the header has 3"),
        (3, "", "too many cells: 4, the header has 3"),
    ]


def test_blank_cells_beyond_the_header_are_dropped():
    assert split("day;amount;\n1;10;\n2;20;;").rows == [["1", "10"], ["2", "20"]]


def test_the_header_is_found_below_other_lines_and_under_its_own_delimiter():
    lines = ["Téléchargement du 03/04/2021;", "", "Compte 1234;", "day\tamount", "1\t10"]
    header = find_header(lines, lambda cells: set(cells) == {"day", "amount"})

    assert (header.place, header.below, header.delimiter) == (3, 4, "\t")
    assert below(lines, header).lines == [5]


def test_a_header_cell_with_a_line_break_is_one_name():
    lines = ['Year;"Amount', 'of the grant"', "2020;5"]
    header = find_header(lines, lambda cells: "Amount of the grant" in cells)

    assert (header.cells, header.below) == (("Year", "Amount of the grant"), 2)


def test_the_header_line_that_was_given_is_the_only_one_tried():
    lines = ["day;amount", "day;amount", "1;10"]

    assert find_header(lines, lambda cells: "day" in cells, header_line=2).place == 1
    assert find_header(lines, lambda cells: "day" in cells, header_line=3) is None
    assert find_header(lines, lambda cells: "day" in cells, header_line=9) is None


def test_an_embedded_break_cannot_swallow_lines_that_do_not_fit_the_header():
    found = split('day;note\n1;"open\n2;b\n3;closed";x;y')

    assert found.rows == [["2", "b"]]
    assert [fault.line for fault in found.spoiled] == [2, 4]


def test_rows_of_a_sheet_keep_the_number_that_the_spreadsheet_shows():
    rows = [["Title", ""], ["", ""], ["day", "amount"], [1, 10.5], ["", ""], [2, ""]]
    header = find_header_row(rows, lambda cells: "day" in cells)

    found = rows_below(rows, header)

    assert found.rows == [(1, 10.5), (2, "")]
    assert found.lines == [4, 6]


def test_a_record_says_how_many_lines_it_spans():
    assert record_at(['a;"b', 'c";d'], 0, ";") == (["a", "b\nc", "d"], 2)
    assert record_at(['a;"b'], 0, ";") == (None, 1)
