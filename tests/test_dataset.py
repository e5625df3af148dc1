"""dataset.toml: every setting read, every fault named with what to type instead."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from analysis.dataset import Dataset, FileRule, HeadcountSource, Norm, Said, load_dataset
from analysis.faults import DataError, Fault
from analysis.seasons import AFTER_YEAR_END, WINTER, Window

EVERY_SETTING = """
name = "Entr'aide"
synthetic = true
languages = ["en"]
currency = "GBP"
timezone = "Europe/London"
winter = ["11-15", "02-28"]
second_window = ["01-01", "03-15"]
level = 0.9
payday = 28
records_from = 2018-07-01
records_until = 2021-06-30
reference = "../figures"
headcount_source = {method = "census", scope = "whole camp"}
areas = {Calais = ["Calais", "Coquelles"]}
items = {blanket = ["couverture"]}
norms = {blanket = {per = "person", quantity = 2, kind = "stock", source = "a", source_fr = "b", life_months = 6}}
prices = {blanket = 9.5}
losses_from_people = ["saisie"]
donor_definition = "twelve_fifteen"
hxl = true
caveats = [{fr = "Espèces absentes.", en = "Cash is missing."}]
ask = {fr = "Donnez en hiver.", en = "Give in winter."}

[[files]]
match = "dons*.csv"
table = "donations"
columns = {received_on = "Date", amount = "Montant", donor_email = "Courriel", status = "État"}
defaults = {original_currency = "EUR", regular = true}
values = {status = {received = ["Validé", "Payé"]}}
delimiter = ";"
encoding = "windows-1252"
decimal = ","
dates = "dmy"
header_line = 3
sheet = "Dons"
"""


@pytest.fixture
def write(tmp_path):
    """Writes a dataset.toml (text or bytes) and gives its folder."""

    def writer(text: str | bytes) -> Path:
        content = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "dataset.toml").write_bytes(content)
        return tmp_path

    return writer


@pytest.fixture
def faults(write):
    """Faults of a dataset.toml that has a name and the lines given."""

    def found(lines: str, *, name: str = 'name = "A"\n') -> list[tuple[str, str]]:
        with pytest.raises(DataError, match="dataset.toml") as caught:
            load_dataset(write(name + lines))
        assert all(isinstance(fault, Fault) for fault in caught.value.faults)
        return [(fault.column, f"{fault.problem}. {fault.remedy}") for fault in caught.value.faults]

    return found


# What is read


def test_every_setting_is_read(write, tmp_path):
    figures = tmp_path.parent / "figures"
    figures.mkdir()
    for name in ("headcounts.csv", "small_boats.csv"):
        (figures / name).touch()

    dataset = load_dataset(write(EVERY_SETTING))

    assert dataset == Dataset(
        folder=tmp_path,
        name="Entr'aide",
        synthetic=True,
        languages=("en",),
        currency="GBP",
        timezone="Europe/London",
        winter=Window((11, 15), (2, 28)),
        second_window=Window((1, 1), (3, 15)),
        level=0.9,
        payday=28,
        records_from=dt.date(2018, 7, 1),
        records_until=dt.date(2021, 6, 30),
        reference=tmp_path / "../figures",
        headcount_source=HeadcountSource(method="census", scope="whole camp"),
        areas={"Calais": ("Calais", "Coquelles")},
        items={"blanket": ("couverture",)},
        norms={"blanket": Norm(per="person", quantity=2.0, kind="stock", source="a", source_fr="b", life_months=6)},
        prices={"blanket": 9.5},
        losses_from_people=("saisie",),
        donor_definition="twelve_fifteen",
        hxl=True,
        caveats=(Said(fr="Espèces absentes.", en="Cash is missing."),),
        ask=Said(fr="Donnez en hiver.", en="Give in winter."),
        files=(
            FileRule(
                match="dons*.csv",
                table="donations",
                columns={"received_on": "Date", "amount": "Montant", "donor_email": "Courriel", "status": "État"},
                defaults={"original_currency": "EUR", "regular": "True"},
                values={"status": {"received": ("Validé", "Payé")}},
                delimiter=";",
                encoding="windows-1252",
                decimal=",",
                dates="dmy",
                header_line=3,
                sheet="Dons",
            ),
        ),
    )
    named = {line.split(" ")[0] for line in EVERY_SETTING.split("[[files]]")[0].splitlines() if line}
    assert named | {"folder", "files"} == set(Dataset.__dataclass_fields__)


def test_a_name_is_enough(write):
    dataset = load_dataset(write('name = "A"'))

    assert dataset.languages == ("fr", "en")
    assert (dataset.currency, dataset.timezone, dataset.level, dataset.payday) == ("EUR", "Europe/Paris", 0.95, 5)
    assert (dataset.winter, dataset.second_window) == (WINTER, AFTER_YEAR_END)
    assert (dataset.records_from, dataset.files, dataset.synthetic) == (None, (), False)


def test_the_folder_and_the_settings_file_name_the_same_dataset(write):
    folder = write('name = "A"')

    assert load_dataset(folder) == load_dataset(folder / "dataset.toml") == load_dataset(str(folder))


def test_a_byte_order_mark_is_no_fault(write):
    assert load_dataset(write(b"\xef\xbb\xbf" + 'name = "Détroit"'.encode())).name == "Détroit"


def test_the_settings_that_come_with_new_are_read(write):
    template = Path(__file__).parents[1] / "src" / "analysis" / "new_dataset.toml"

    assert load_dataset(write(template.read_bytes())).name == "Votre association"


# Where things go


def test_a_dataset_in_data_raw_has_its_tables_and_report_in_the_project(tmp_path):
    dataset = Dataset(folder=tmp_path / "data" / "raw" / "spring", name="A")

    assert dataset.slug == "spring"
    assert dataset.home == tmp_path
    assert dataset.processed == tmp_path / "data" / "processed" / "spring"
    assert dataset.reports == tmp_path / "reports" / "spring"


def test_a_dataset_elsewhere_has_its_tables_and_report_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dataset = Dataset(folder=tmp_path / "gifts", name="A")

    assert dataset.processed == tmp_path / "data" / "processed" / "gifts"
    assert dataset.reports == tmp_path / "reports" / "gifts"


# What is wrong


def test_a_folder_without_settings_says_how_to_make_them(tmp_path):
    with pytest.raises(DataError, match="there is no dataset.toml here. Make one with: donation-trends new FOLDER"):
        load_dataset(tmp_path / "nowhere")


def test_broken_toml_names_the_line(write):
    with pytest.raises(DataError, match="cannot be read as TOML: .*line 2"):
        load_dataset(write('name = "A"\nwinter = [12-01\n'))


@pytest.mark.parametrize("text", ["payday = " + "9" * 5000, "areas = " + "[" * 20000, "records_from = 2021-02-30"])
def test_toml_that_python_refuses_in_another_way_is_broken_toml_too(faults, text):
    assert faults(text)[0][1].startswith("cannot be read as TOML")


def test_settings_that_are_not_utf_8_say_so(write):
    with pytest.raises(DataError, match="is not UTF-8 text. Save it again as UTF-8"):
        load_dataset(write('name = "Détroit"'.encode("windows-1252")))


def test_the_name_is_needed(faults):
    assert faults("payday = 5", name="") == [
        ("name", 'this setting is missing. Add a line: name = "Votre association"')
    ]


def test_an_unknown_setting_is_answered_with_the_nearest_known_one(faults):
    assert faults("wintr = 3") == [("wintr", "this setting is not known. Perhaps winter is meant")]
    assert faults("zzz = 3")[0][1].startswith("this setting is not known. The known ones are name, synthetic, ")


def test_all_faults_are_named_at_once(faults):
    found = faults('payday = 31\nwintr = 3\ncurrency = "euro"\nnorms.soap = {per = 1, quantity = 0}', name="")

    assert [column for column, _ in found] == [
        "payday", "wintr", "currency", "norms.soap.per", "norms.soap.quantity", "norms.soap.kind", "norms.soap.source",
        "name",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("synthetic = 1", "true or false"),
        ('languages = ["de"]', 'a list of "fr" and "en"'),
        ('languages = ["fr", "fr"]', 'a list of "fr" and "en"'),
        ("languages = []", 'a list of "fr" and "en"'),
        ('languages = "fr"', 'a list of "fr" and "en"'),
        ('currency = "eur"', 'a currency code of three capitals, for example "EUR"'),
        ('timezone = "Calais"', 'a time zone, for example "Europe/Paris"'),
        ('timezone = ["Europe/Paris"]', 'a time zone, for example "Europe/Paris"'),
        ("level = 95", "a number from 0.5 to 0.99, for example 0.95"),
        ("level = nan", "a number from 0.5 to 0.99, for example 0.95"),
        ("payday = 29", "a whole number from 1 to 28"),
        ("payday = true", "a whole number from 1 to 28"),
        ('records_from = "2020-01-01"', "a date without quotes, for example 2020-12-01"),
        ("records_until = 2020-01-01T10:00:00", "a date without quotes, for example 2020-12-01"),
        ('reference = "../not-there"', "a folder, named from the dataset's own folder"),
        ('areas = ["Calais"]', 'lines such as Calais = ["Calais", "Coquelles"]'),
        ('norms = "Sphere"', "blocks such as [norms.blanket]"),
        ('files = {match = "x"}', "blocks that start with [[files]]"),
        ('caveats = "none"', "blocks that start with [[caveats]]"),
        ('donor_definition = "blackbaud"', "one of fep, twelve_fifteen"),
        ("donor_definition = 12", "one of fep, twelve_fifteen"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_what_is_expected(faults, line, expected):
    assert faults(line) == [(line.split(" ")[0], f"expected {expected}. Correct this setting")]


@pytest.mark.parametrize(
    "window",
    ['["13-40", "02-28"]', '["12-01"]', '["12-01", "02-28", "03-01"]', '"12-01"', '["12/01", "02-28"]',
     '["1-12", "2-28"]', '["02-30", "03-01"]', "[12, 2]", '{"12-01" = 1, "02-28" = 2}', '[["1", "2"], "02-28"]'],
)  # fmt: skip
def test_a_window_is_two_days_that_exist(faults, window):
    assert faults(f"winter = {window}")[0][1].startswith("expected two days")


def test_a_window_lies_inside_one_giving_year(faults, write):
    assert "where giving years meet" in faults('second_window = ["06-01", "08-31"]')[0][1]
    whole_year = load_dataset(write('name = "A"\nwinter = ["07-01", "06-30"]'))
    assert whole_year.winter == Window((7, 1), (6, 30))


def test_the_recorded_period_does_not_end_before_it_begins(faults):
    found = faults("records_from = 2021-01-02\nrecords_until = 2021-01-01")

    assert found == [("records_until", "expected no day before 2021-01-02. Correct this setting")]


def test_one_word_stands_for_one_name(faults):
    found = faults('[items]\nblanket = ["couverture"]\nduvet = ["Couverture"]')

    assert found == [("items.duvet", "expected a word that does not also stand for blanket. Correct this setting")]


def test_words_are_text(faults):
    assert faults("[areas]\nCalais = [3]")[0] == ("areas.Calais", "expected text between quotes. Correct this setting")


@pytest.mark.parametrize(
    ("part", "key", "problem"),
    [
        ("quantity = 0", "norms.soap.quantity", "expected a number above 0"),
        ("quantity = inf", "norms.soap.quantity", "expected a number above 0"),
        ("quantity = true", "norms.soap.quantity", "expected a number above 0"),
        ('per = "household"', "norms.soap.per", "expected one of person, facility"),
        ("life_months = 0", "norms.soap.life_months", "expected a whole number from 1 to 1000000"),
        ('kind = "month"', "norms.soap.kind", "expected one of stock, flow, ratio"),
        ("source = 3", "norms.soap.source", "expected text between quotes"),
        ("unit = 3", "norms.soap.unit", "this setting is not known"),
    ],
)
def test_a_norm_says_how_much_of_what_kind_and_who_says_so(faults, part, key, problem):
    parts = {"per": 'per = "person"', "quantity": "quantity = 1", "kind": 'kind = "flow"', "source": 'source = "S"'}
    norm = ", ".join((parts | {part.split(" ")[0]: part}).values())

    (found,) = faults(f"[norms]\nsoap = {{{norm}}}")

    assert found[0] == key
    assert found[1].startswith(problem)


def test_a_caveat_is_said_in_both_languages(faults):
    assert faults('[[caveats]]\nfr = "Espèces absentes."') == [
        ("caveats.en", 'this setting is missing. Add a line: en = "..."')
    ]


# [[files]]

RULE = {"match": 'match = "a.csv"', "table": 'table = "donations"', "columns": 'columns = {amount = "Montant"}'}


@pytest.mark.parametrize(
    ("part", "key", "problem"),
    [
        ('columns = {amout = "Montant"}', "files.columns.amout", "this setting is not known. Perhaps amount is meant"),
        ('defaults = {curency = "EUR"}', "files.defaults.curency", "this setting is not known"),
        ('values = {statut = {received = ["a"]}}', "files.values.statut", "this setting is not known. Perhaps status"),
        ('values = {status = {received = "Validé"}}', "files.values.status.received", "expected a list"),
        ('values = {status = ["Validé"]}', "files.values.status", "expected a table such as"),
        ("columns = {amount = 3}", "files.columns.amount", "expected text between quotes"),
        ('columns = ["amount"]', "files.columns", 'expected a table such as {received_on = "Date"}'),
        ("defaults = {fee = [1]}", "files.defaults.fee", "expected one value"),
        ('table = "gifts"', "files.table", "expected one of donations, goods, "),
        ("table = [1]", "files.table", "expected one of donations, goods, "),
        ('dates = "ydm"', "files.dates", "expected one of dmy, mdy, ymd"),
        ('decimal = "\'"', "files.decimal", 'expected either "," or "."'),
        ('delimiter = "tab"', "files.delimiter", 'expected one character, for example ";"'),
        ('encoding = "ansi-français"', "files.encoding", "expected an encoding"),
        ('encoding = "hex"', "files.encoding", "expected an encoding"),
        ("header_line = 0", "files.header_line", "expected a whole number from 1"),
        ('sheet = ""', "files.sheet", "expected text between quotes"),
        ('delimeter = ";"', "files.delimeter", "this setting is not known. Perhaps delimiter is meant"),
    ],
)
def test_a_files_block_is_told_which_part_is_wrong(faults, part, key, problem):
    lines = "\n".join((RULE | {part.split(" ")[0]: part}).values())

    (found,) = faults(f"[[files]]\n{lines}")

    assert found[0] == key
    assert found[1].startswith(problem)


@pytest.mark.parametrize("missing", RULE)
def test_a_files_block_needs_a_pattern_a_table_and_columns(faults, missing):
    (found,) = faults("[[files]]\n" + "\n".join(line for key, line in RULE.items() if key != missing))

    assert found[0] == f"files.{missing}"
    assert found[1].startswith(f"this setting is missing. Add a line: {missing} = ")


def test_exchange_rates_may_be_mapped_although_they_are_no_table(write):
    rule = '[[files]]\nmatch = "rates.csv"\ntable = "exchange_rates"\ncolumns = {rate = "Taux"}'

    assert load_dataset(write(f'name = "A"\n{rule}')).files[0].columns == {"rate": "Taux"}


JUNK = [
    "[]", "{}", "[[[]]]", "{a = {b = [1]}}", "[{a = 1}]", "3", "-1.5", "nan", "true", '""', '"é"', "1979-05-27",
    "07:32:00", '[1979-05-27, "x"]', "[true, {}]", '["", ""]', '{"" = [""]}', "[[[[1]], {a = [{}]}]]",
]  # fmt: skip


@pytest.mark.parametrize("key", [*Dataset.__dataclass_fields__, "norms.soap", "areas.Calais"])
@pytest.mark.parametrize("junk", JUNK)
def test_junk_is_read_or_refused_and_never_crashes(write, key, junk):
    text = f"{key} = {junk}\n" if key == "name" else f'name = "A"\n{key} = {junk}\n'

    try:
        assert load_dataset(write(text)).folder.is_dir()
    except DataError as error:
        assert error.faults
        assert all(len(fault.value) < 100 for fault in error.faults)


@pytest.mark.parametrize("key", FileRule.__dataclass_fields__)
@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_a_files_block_is_read_or_refused_and_never_crashes(write, key, junk):
    lines = "\n".join((RULE | {key: f"{key} = {junk}"}).values())

    try:
        assert len(load_dataset(write(f'name = "A"\n[[files]]\n{lines}\n')).files) == 1
    except DataError as error:
        assert all(fault.column.startswith("files") for fault in error.faults)


# What a fault reads like


def test_a_fault_reads_as_place_cell_problem_and_remedy():
    fault = Fault("dons_2021.csv", 3, "montant", "12O,50", "not an amount", "Write it as 120,50")

    assert str(fault) == "dons_2021.csv line 3, montant = '12O,50': not an amount. Write it as 120,50."
    assert str(Fault("a.csv", 0, "", "", "is empty", "Export it again")) == "a.csv: is empty. Export it again."


def test_a_fault_keeps_no_break_spaces_and_shows_control_characters_as_unknown():
    fault = Fault("a.csv", 2, "", "", "« L’entraide\u202f» a 1\xa0234\u202f€\x1b[31m", "Correct it")

    assert str(fault) == "a.csv line 2: « L’entraide\u202f» a 1\xa0234\u202f€\ufffd[31m. Correct it."


def test_an_error_shows_the_first_faults_and_counts_the_rest():
    fault = Fault("a.csv", 0, "", "", "is empty", "Export it again")

    error = DataError([fault] * 5, shown=2)

    assert str(error).splitlines() == ["a.csv: is empty. Export it again."] * 2 + ["... and 3 more"]
    assert len(error.faults) == 5
