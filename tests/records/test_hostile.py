"""Workbooks made to do harm: each ends in one sentence, and in little memory."""

import subprocess
import sys

import pytest
from benchmarks.hostile_workbooks import (
    FILLED,
    HOSTILE,
    LONG,
    lying,
    ods,
    row,
    with_parts,
    with_rows,
    with_texts,
)

from analysis.faults import DataError
from analysis.records.reading.workbooks import load_sheets

MEGABYTES = 300
LARGE = ("280 MB", "one text of 150 MB", "comment of 150 MB", "one text shown 500,000 times")
"""Made once only, for the test of memory."""


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if kind not in LARGE])
def test_a_hostile_workbook_ends_in_one_sentence(kind):
    make, sentence = HOSTILE[kind]

    with pytest.raises(DataError) as refusal:
        load_sheets(make(), name="a.xlsx")

    [fault] = refusal.value.faults
    assert sentence in str(fault)
    assert fault.remedy
    assert "\n" not in str(fault)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory a process took since it began")
def test_no_hostile_workbook_takes_much_memory(tmp_path):
    for number, (make, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{number:02d}.xlsx").write_bytes(make())
    code = (
        "import re, sys; from pathlib import Path; from analysis.faults import DataError\n"
        "from analysis.records.reading.workbooks import load_sheets\n"
        "for file in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    try: load_sheets(file.read_bytes(), name=file.name); print(file.name, 'was read')\n"
        "    except DataError as error: print(error)\n"
        "print(int(re.search('VmHWM:\\\\s*([0-9]+)', Path('/proc/self/status').read_text()).group(1)) // 1024)"
    )

    said = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=300)

    *sentences, peak = said.stdout.splitlines()
    assert len(sentences) == len(HOSTILE), said.stderr
    for sentence, (_, words) in zip(sentences, HOSTILE.values(), strict=True):
        assert words in sentence
    assert int(peak) < MEGABYTES


def test_rows_that_a_spreadsheet_repeats_below_the_table_are_no_harm():
    rows = row(FILLED.format("")) * 3
    blank = row('<table:table-cell table:style-name="ce1" table:number-columns-repeated="16384"/>', 1048573)

    [(title, found)] = load_sheets(ods(rows + blank), name="a.ods")

    assert (title, found[:3]) == ("Sheet", [["x"], ["x"], ["x"]])
    assert len(found) < 10


def test_a_cell_repeated_a_few_times_is_that_many_cells():
    repeated = FILLED.format(' table:number-columns-repeated="3"')

    [(_, found)] = load_sheets(ods(row(repeated)), name="a.ods")

    assert found == [["x", "x", "x"]]


def test_what_is_read_is_what_was_looked_at_whatever_an_archive_says_of_itself():
    assert load_sheets(lying(about_its_sum=True), name="a.xlsx") == [("Sheet", [[1.0]])]


def test_a_workbook_with_macros_links_and_comments_is_read_without_them():
    extras = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0", "xl/externalLinks/externalLink1.xml": "<broken",
        "xl/comments1.xml": "<a/>", "xl/drawings/drawing1.xml": "<broken",
    }  # fmt: skip

    assert load_sheets(with_parts(extras), name="a.xlsx") == [("Sheet", [[1.0]])]


def test_cells_stand_where_they_say_or_after_the_one_before():
    rows = "<row r='2'><c r='B2'><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"

    assert load_sheets(with_rows(rows), name="a.xlsx") == [("Sheet", [["", "", ""], ["", 1.0, 2.0], [3.0, "", ""]])]


def test_shared_texts_are_read_with_blank_ones_comments_and_spaces_around_them():
    texts = "<si><t>one</t></si><si/><si><r><t>th</t></r><!-- x --><r><t>ree</t></r></si>"
    rows = "<row>\n  <c t='s'><v>0</v></c>\n  <c t='s'>\n<v>2</v>\n</c><!-- x -->\n<c t='s'/><c t='s'><v/></c></row>"

    assert load_sheets(with_texts(texts, rows), name="a.xlsx") == [("Sheet", [["one", "three"]])]


@pytest.mark.parametrize("number", [" 1", "1 ", "+1", "1.0", "-1", "1<!-- -->1", "1</v><v>x"])
def test_a_shared_text_that_has_no_plain_number_is_not_taken_for_the_first(number):
    content = with_texts("<si><t>x</t></si>" * 12, f"<row><c t='s'><v>{number}</v></c></row>")

    with pytest.raises(DataError, match="a cell shows a text that has no number"):
        load_sheets(content, name="a.xlsx")


def test_a_text_that_is_long_and_shown_once_is_no_harm():
    content = with_texts(f"<si><t>{LONG}</t></si>", "<row><c t='s'><v>0</v></c></row>")

    assert load_sheets(content, name="a.xlsx") == [("Sheet", [[LONG]])]
