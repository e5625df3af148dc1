"""What a treasurer reads: every message has its French, and no French is left of a message that nobody says."""

from __future__ import annotations

import ast
import re

import pytest
from tools import messages as tool
from tools.messages import catalog, knows, sources

from analysis.columns import RECORD_TABLES
from analysis.faults import Fault
from analysis.messages import PLACE, fault_in, in_language, language_of, system_language, told
from analysis.records.formats import FORMATS
from analysis.records.formats.banks import RULES

KNOWN_OTHERWISE = {
    # passed on: a Problem, a reason of the ledger, a row of the quarantine, a table, a format, a message in hand
    "problem", "reason", "row[name]", "file['table']", "what.replace(f\": {file['table']}\", f': {table}')",
    "self.text(fault.problem)", "self.text(fault.remedy)",
    "in_language(fault.problem, language)", "in_language(fault.remedy, language)", "rows_in_words(rows, language)",
    # no message: a cell's value, a column of reasons, a number
    "said['expected']", "bench.excluded", "expected",
}  # fmt: skip
"""Arguments, as they are written, that are no new message of their own."""


def test_every_message_is_written_out_where_it_is_said():
    assert {text for one in sources() for text in one.unclear.values()} == KNOWN_OTHERWISE


def test_every_message_has_its_french():
    found = sources()

    assert tool.missing(found) == []
    assert len({text for one in found for text in one.said}) > 200


def test_no_french_is_left_of_a_message_that_is_said_no_more():
    assert tool.stale(sources()) == []


def test_every_format_table_and_reason_of_a_bank_has_its_french():
    whats = {kind.what for kind in FORMATS}
    reasons = {reason for reason, _ in RULES} - {"cash"}

    assert [text for text in (*whats, *reasons, *RECORD_TABLES, "exchange_rates") if not knows(text)] == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('def f(problem): ...\nf("not a date")', {"not a date"}),
        ('def f(file, remedy): ...\nf("a.csv", f"Write {x} or {y}")', {"Write {} or {}"}),
        ('def f(remedy): ...\ndef g():\n    said = "a"\n    if x:\n        said = "b"\n    f(said)', {"a", "b"}),
        ('def f(problem): ...\ndef g():\n    a, b = "one", "two"\n    f(problem=b)', {"two"}),
        ('def f(problem): ...\nf("one" if x else "two")', {"one", "two"}),
        ('class Fault:\n    line: int\n    problem: str\nFault(3, "one" + f" and {x}")', {"one and {}"}),
        ('PAYOUT = "payout of "\ndef f(reason): ...\nf(f"{PAYOUT}{name}")', {"payout of {}"}),
        ('def wrong(key, expected): ...\nwrong("level", "a number")', {"expected a number"}),
        (
            'def _unusable(problem): Fault(problem, "Save it")\nclass Fault:\n    problem: str\n    remedy: str',
            {"Save it"},
        ),
    ],
)
def test_messages_are_found_however_they_are_passed(source, said):
    assert read(source).said == said


def test_what_is_not_written_out_is_named():
    assert list(read("def f(problem): ...\nf(made())").unclear.values()) == ["made()"]


def read(text: str) -> tool.Source:
    tree = ast.parse(text)
    constants = {one.targets[0].id: one.value for one in tree.body if isinstance(one, ast.Assign)}
    found = tool.Source("a.py", tree, constants)
    found.read(tool.Takers({"a.py": tool.definitions(tree)}))
    return found


def test_french_fills_the_places_of_the_english():
    for english, french in catalog().items():
        places, filled = len(PLACE.findall(english)), PLACE.findall(french)
        numbers = [int(place[1:-1]) for place in filled if place != "{}"]

        assert filled.count("{}") in ((places,) if not numbers and filled else (0,)), english
        assert all(number < places for number in numbers), english


def test_french_is_typed_in_the_french_way():
    for french in (re.sub("`.*`", "", text) for text in catalog().values()):
        assert not re.search(r"[\w»\])][;!?](\s|$)|[\w»\])]:\s|«\S|\S»", french), f"a space is missing: {french}"
        assert not re.search(r"\b(tu|ton|tes|toi)\b", french), f"treasurers are addressed as vous: {french}"
        assert "\u00a0" not in french and "\u202f" not in french, f"the program sets these spaces: {french}"


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("not an amount", "ce n’est pas un montant"),
        ("no exchange rate for GBP in 2021-03", "il manque le taux de change de GBP pour 2021-03"),
        (
            "Add the line 2021-03,GBP,RATE to exchange_rates.csv, under the headers month,currency,rate (EUR for 1)",
            "Ajoutez à exchange_rates.csv la ligne 2021-03,GBP,TAUX (ce que vaut 1 GBP en EUR), sous les en-têtes "
            "month,currency,rate",
        ),
        ("status: Refusé", "état\u00a0: Refusé"),
        ("status: none", "sans état"),
        ("cannot be read as a workbook: Invalid magic", "ce classeur ne peut pas être lu"),
        (
            'Translate it in the [[files]] block: values = {method = {census = ["..."]}}',
            'Traduisez-le dans le bloc [[files]]\u00a0: values = {method = {census = ["..."]}}',
        ),
        (
            'Say in dataset.toml which header holds what:\n\n[[files]]\ncolumns = {item = "HEADER OF item"}\n',
            "Dites dans dataset.toml ce que contient chaque colonne\u00a0:\n\n"
            '[[files]]\ncolumns = {item = "EN-TÊTE DE item"}\n',
        ),
        ("said by nobody", "said by nobody"),
    ],
)
def test_a_message_is_put_into_french_with_what_it_holds(english, french):
    assert in_language(english, "fr") == french
    assert in_language(english, "en") == english


def test_the_message_with_the_longest_words_of_its_own_wins():
    assert in_language("payout of stripe without its rows: the gross is unknown", "fr") == (
        "versement de stripe sans ses lignes\u00a0: le montant brut est inconnu"
    )


FAULT = Fault("dons.csv", 3, "Montant", "12O", "not an amount", "Write it as 120,50 or 120.50")


def test_a_fault_says_place_value_problem_and_remedy_in_either_language():
    assert fault_in(FAULT, "fr") == (
        "dons.csv, ligne 3, Montant = «\u00a012O\u00a0»\u00a0: ce n’est pas un montant. Écrivez par exemple 120,50."
    )
    assert fault_in(FAULT, "en") == ("dons.csv line 3, Montant = '12O': not an amount. Write it as 120,50 or 120.50.")
    assert fault_in(FAULT, "en", named=False).startswith("line 3, Montant = '12O': not an amount.")


def test_a_blank_cell_a_hidden_value_and_a_whole_file_read_well_in_french():
    blank = Fault("l'an.csv", 3, "Date", "", "is empty", "Fill it in; a blank is not zero")
    hidden = Fault("dons.csv", 3, "Date", "[hidden]", "not a date", "Correct the year")
    whole = Fault("dons.csv", 0, "", "", "this file is empty", "Save the sheet as CSV")

    assert fault_in(blank, "fr").startswith(
        "l'an.csv, ligne 3, Date\u00a0: cette cellule est vide. Remplissez-la\u00a0:"
    )
    assert "Date = «\u00a0[masqué]\u00a0»" in fault_in(hidden, "fr")
    assert fault_in(whole, "fr").startswith("dons.csv\u00a0: ce fichier est vide.")
    assert str(blank).startswith("l'an.csv line 3, Date: is empty.")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_value_cannot_steer_the_terminal_or_forge_a_line(language):
    said = fault_in(Fault("a\n.csv", 3, "b\nc", "\x1b[2J\nline 9: fine", "not a date", "Correct the year"), language)

    assert "\x1b" not in said
    assert "\n" not in said


def test_at_most_twenty_lines_of_faults_are_shown_and_the_rest_is_counted():
    faults = [
        Fault("dons.csv", line, "Montant", f"{line}O", "not an amount", "Correct the year") for line in range(2, 40)
    ]

    lines = told(faults, "fr", where="To see them all, add --json.")

    assert lines[:2] == [
        "dons.csv",
        "  ligne 2, Montant = «\u00a02O\u00a0»\u00a0: ce n’est pas un montant. Corrigez l’année.",
    ]
    assert len(lines) == 21
    assert lines[-1] == "… et 19 autres. Pour tout voir, ajoutez --json."


def test_what_is_the_same_on_several_rows_is_told_once_with_their_lines():
    rows = [3, 9, 4, 10, 11, 12, 13, 90]
    faults = [Fault("dons.csv", row, "Montant", "12O", "not an amount", "Correct the year") for row in rows]
    other = Fault("dons.csv", 5, "Montant", "1O", "not an amount", "Correct the year")

    lines = told([*faults[:2], other, *faults[2:]], "en", where="To see them all, add --json.")

    assert lines == [
        "dons.csv",
        "  lines 3, 9, 4, 10, 11, 12 and 2 others, Montant = '12O': not an amount. Correct the year.",
        "  line 5, Montant = '1O': not an amount. Correct the year.",
    ]
    assert told(faults[:2], "fr", where="")[1].startswith("  lignes 3 et 9, Montant = «\u00a012O\u00a0»\u00a0: ce")
    assert told([*faults, other], "en", where="To see them all, add --json.", most=2)[-1] == (
        "... and 1 more. To see them all, add --json."
    )


def test_lines_keep_to_a_hundred_columns_and_a_block_to_paste_stays_as_it_is():
    names = " | ".join(f"column {number}" for number in range(400))
    block = f'[[files]]\ncolumns = {{amount = "{"x" * 120}"}}'
    [fault] = [Fault("a.csv", 0, "", "", f"nothing recognises this file; its header is: {names}",
                     f"Say in dataset.toml which header holds what:\n\n{block}\n")]  # fmt: skip

    lines = told([fault], "fr", where="To see them all, add --json.")

    assert len(lines) <= 20
    assert max(map(len, lines[: lines.index("")])) <= 100
    assert "Dites dans dataset.toml" in " ".join(" ".join(lines).split())
    assert "\n".join(lines[lines.index("") + 1 :]) == block


def test_each_sheet_of_a_workbook_stands_on_a_line_of_its_own():
    listed = "\n  Notes: Titre\n  2021: Jour | Somme"
    remedy = f"Say in dataset.toml which header holds what; its sheets are headed:{listed}\n\n[[files]]\n"
    fault = Fault("a.xlsx", 0, "", "", "nothing recognises this file, a workbook of 2 sheets", remedy)

    lines = told([fault], "fr", where="To see them all, add --json.")

    assert lines[-4:] == ["    Notes: Titre", "    2021: Jour | Somme", "", "[[files]]"]
    assert "les feuilles ont ces en-têtes" in " ".join(" ".join(lines[:-4]).split())


@pytest.mark.parametrize(
    ("settings", "language"),
    [
        ('languages = ["en", "fr"]\n', "en"),
        ('name = "A"\n', "fr"),
        ('name = broken\nlanguages = [ "en" ]\n', "en"),
        ('# languages = ["en"]\n', "fr"),
        (None, "en"),
    ],
)
def test_messages_are_in_the_first_language_of_the_dataset(settings, language, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    if settings is not None:
        (tmp_path / "dataset.toml").write_text(settings, encoding="utf-8")

    assert language_of(tmp_path) == language
    assert language_of(tmp_path / "dataset.toml") == language
    assert language_of(tmp_path, chosen="fr") == "fr"


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LC_ALL": "fr_FR.UTF-8"}, "fr"),
        ({"LC_MESSAGES": "fr_BE"}, "fr"),
        ({"LANG": "fr_CA.UTF-8"}, "fr"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_without_a_dataset_messages_are_in_the_language_of_the_system(variables, language, monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert system_language() == language
