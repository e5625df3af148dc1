"""Files that a reader with fresh eyes wrote, each with what must come of it."""

import csv
import io

import pytest
import xlsxwriter

from analysis.records.build import build, check
from analysis.records.people import People
from analysis.records.review import review

RULE = """
[[files]]
match = "dons*"
table = "donations"
columns = {received_on = "Date", amount = "Montant", donor_email = "Courriel", donor_name = "Nom", appeal = "Campagne"}
defaults = {original_currency = "EUR", channel = "bank"}
dates = "dmy"
decimal = ","
"""
HEADER = "Date;Montant;Courriel;Nom;Campagne\n"


@pytest.fixture
def charity(make_dataset):
    return lambda rows, name="dons.csv", rule=RULE: make_dataset({name: HEADER + rows}, rule)


def test_names_of_two_letters_alone_stop_nothing(charity):
    found = check(charity("12/03/2021;25,00;;Li Wu;Hiver\n12/03/2021;bad;;Li Wu;Merci tous\n").folder)

    assert found.ledger["totals"]["rows"]["quarantined"] == 1


def test_no_name_is_looked_up_where_no_single_word_of_a_name_is_known():
    assert People.of(["Li Wu"], []).unnamed(["Merci tous"]) == ["Merci tous"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("Jean-Marie Le Goff", "merci LeGoff"), ("Jean de La Fontaine", "merci delafontaine, ou Lafontaine")],
)
def test_a_family_name_written_as_one_with_its_small_words_is_hidden(charity, tmp_path, name, said):
    tables = build(charity(f'12/03/2021;25,00;j@example.org;{name};"{said}"\n'), tmp_path / "processed")

    [appeal] = tables.donations["appeal"].fillna("")
    assert "off" not in appeal.casefold()
    assert "fontaine" not in appeal.casefold()


def test_a_dollar_beside_another_currency_is_set_aside(charity):
    found = check(charity("12/03/2021;$20;;;\n12/03/2021;20,00;;;\n").folder)

    assert found.ledger["totals"]["rows"]["accepted"] == 1
    assert [fault.line for fault in found.quarantined] == [2]


def test_two_sheets_of_the_same_headers_are_refused_rather_than_one_left_unread(make_dataset):
    dataset = make_dataset({}, RULE)
    with xlsxwriter.Workbook(dataset.folder / "dons.xlsx") as book:
        for title in ("2017", "2018"):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ["Date", "Montant", "Courriel", "Nom", "Campagne"])
            sheet.write_row(1, 0, ["12/03/2021", "5,00"])

    [fault] = check(dataset.folder).refused

    assert "several sheets hold records under the same headers" in fault.problem
    assert "sheet = " in fault.remedy


def test_a_name_in_a_column_of_a_few_known_words_is_not_shown(charity):
    rule = RULE.replace('appeal = "Campagne"', 'original_currency = "Campagne"').replace(
        'original_currency = "EUR", ', ""
    )
    [fault] = check(charity("12/03/2021;25,00;;;Sophie Martin\n", rule=rule).folder).quarantined

    assert "Sophie" not in str(fault)
    assert "Martin" not in str(fault)


def test_a_delimiter_beyond_ascii_in_a_file_of_single_bytes_breaks_no_record(make_dataset, tmp_path):
    rule = RULE + 'delimiter = "\u00a7"\nencoding = "windows-1252"\n'
    row = '12/03/2021\u00a7"25,00"\u00a7a@example.org\u00a7"deux\nlignes"\u00a7Hiver\n'
    text = HEADER.replace(";", "\u00a7") + row * 110_000
    dataset = make_dataset({}, rule)
    (dataset.folder / "dons.csv").write_bytes(text.encode("windows-1252"))

    rows = check(dataset.folder).ledger["totals"]["rows"]

    assert (rows["read"], rows["quarantined"]) == (110_000, 0)


def test_a_quarantine_holds_nothing_that_steers_a_terminal(charity, tmp_path):
    build(charity("12/03/2021;2\x1b]0;\x00;;\n12/03/2021;\u202e00,52;;;\n"), tmp_path / "processed")

    text = (tmp_path / "processed" / "quarantine.csv").read_text(encoding="utf-8-sig")

    assert len(list(csv.DictReader(io.StringIO(text)))) == 2
    assert not set(text) & set("\x1b\x00\u202e")


@pytest.mark.parametrize("end", ["\r\r\n", "\r\n", "\n"])
def test_a_file_saved_twice_with_doubled_line_ends_is_read(make_dataset, end):
    dataset = make_dataset({}, RULE)
    header = HEADER.replace("Campagne", '"Campagne"')
    text = (header + '12/03/2021;25,00;;A;"B"\n' * 3).replace("\n", end)
    (dataset.folder / "dons.csv").write_bytes(text.encode())

    assert check(dataset.folder).ledger["totals"]["rows"]["accepted"] == 3


def test_a_quantity_that_is_none_is_no_amount(make_dataset):
    files = {"goods.csv": "received_on,item,quantity,channel,status\n2021-01-31,tent,beaucoup,drop_off,delivered\n"}
    [fault] = check(make_dataset(files, 'items.tent = ["tent"]').folder).quarantined

    assert fault.problem == "not a number"


def test_a_file_without_a_mapped_heading_says_which_it_has(make_dataset):
    [fault] = check(make_dataset({"dons.csv": "Date;Somme\n12/03/2021;5\n"}, RULE).folder).refused

    assert "Montant" in fault.problem
    assert "Date | Somme" in fault.problem


def test_the_mark_for_hidden_words_is_explained_where_it_stands(charity):
    hidden = check(charity("12/03/2021;Sophie Martin;;;\n12/03/2021;5,00;;;\n").folder)
    shown = check(charity("12/03/2021;1.2.3;;;\n12/03/2021;5,00;;;\n").folder)

    assert (
        review(hidden, "fr")[-1] == "… remplace des mots qui ne sont pas montrés, car ils pourraient nommer quelqu’un."
    )
    assert "…" not in review(shown, "en")[-1]
