"""The script that reads public files, tried on invented ones; and the mappings that it holds, as examples."""

from benchmarks.real_files import PAGE, RealFile, load_files, paragraph, read, table_row

from analysis.dataset import load_dataset

GIFTS = """
currency = "GBP"
[[files]]
match = "gifts.csv"
table = "donations"
columns = {received_on = "date", amount = "amount"}
"""
COUNTS = """
[[files]]
match = "*"
table = "headcounts"
defaults = {method = "official", scope = "invented"}
columns = {counted_on = "day", people = "n"}
"""


def real(path: str, *, settings: str | None = None, convert: bool = False) -> RealFile:
    return RealFile(path=path, source="nowhere", what="a file", showed="Shown.", settings=settings, convert=convert)


def test_every_mapping_is_a_dataset_and_every_file_has_its_line_on_the_page(tmp_path):
    page = PAGE.read_text(encoding="utf-8")

    for number, file in enumerate(load_files()):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "dataset.toml").write_text(f'name = "Real"\n{file.settings or ""}', encoding="utf-8")
        assert load_dataset(folder).name == "Real"
        assert f"| {file.path}" in page and file.source in page and file.showed in page


def test_a_file_is_counted_as_check_counts_it_and_none_of_its_rows_is_shown(tmp_path):
    (tmp_path / "gifts.csv").write_text("date,amount\n2021-01-31,5\n2021-02-01,Anatole\n", encoding="utf-8")
    file = real("gifts.csv", settings=GIFTS)

    found = read(file, tmp_path)
    assert table_row(file, found) == "| gifts.csv | mapping | donations | 2 | 1 | 1 | 0 | 0 | GBP 5.00 |"
    assert "| not an amount | 1 |" in paragraph(file, found)
    assert "Anatole" not in paragraph(file, found)


def test_zeros_that_were_counted_are_told_from_blanks(tmp_path):
    (tmp_path / "boats.csv").write_text("day,n\n2018-01-01,0\n2018-01-02,7\n2018-01-03,\n", encoding="utf-8")

    found = read(real("boats.csv", settings=COUNTS), tmp_path)
    assert found.zeros == 1
    assert found.check.ledger["totals"]["rows"]["quarantined"] == 1


def test_json_is_refused_as_it_comes_and_read_once_it_is_a_table(tmp_path):
    (tmp_path / "a.json").write_text('[{"day": "2021-01-31", "n": "5"}]', encoding="utf-8")

    assert "The refusal: a file that ends in .json is not read." in paragraph(
        real("a.json"), read(real("a.json"), tmp_path)
    )
    file = real("a.json", settings=COUNTS, convert=True)
    assert table_row(file, read(file, tmp_path)).startswith("| a.json | mapping, as CSV | headcounts | 1 | 1 |")
