"""What holds for every known kind of file."""

import pytest

from analysis.faults import DataError
from analysis.records.drafts import Format
from analysis.records.formats import FORMATS

EXACT = [one for one in FORMATS if one.name not in ("canonical", "hxl") and not one.name.startswith("kobo")]


@pytest.mark.parametrize("kind", EXACT, ids=lambda kind: kind.name)
def test_a_header_is_recognised_by_one_kind_only_whatever_its_order_and_case(kind: Format):
    header = [name.upper() for name in reversed(kind.signature)]

    assert [one.name for one in FORMATS if one.recognises("export", header)] == [kind.name]
    assert [one.name for one in FORMATS if one.recognises("export", header[1:]) and one.name == kind.name] == []


def test_every_kind_says_what_it_is_and_what_counts():
    assert [one.name for one in FORMATS if not (one.what and one.signature and one.decides.endswith("."))] == []


CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'


def test_an_ods_whose_repeats_hold_a_huge_table_is_refused_and_empty_repeats_are_not(build_files, as_file):
    rows = [["started_on", "label_fr", "label_en"], ["30/10/2020", "Confinement", "Lockdown"]]
    cells = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048000">{cells}'
    fine = as_file("ods", rows, below=f"{empty}</table:table-row>")
    huge = as_file("ods", rows, below=f"{empty}{CELL}</table:table-row>")

    assert len(build_files({"events.ods": fine}).events) == 1
    with pytest.raises(DataError, match="has cells as far as row 1048002 and column 16385"):
        build_files({"events.ods": huge})
