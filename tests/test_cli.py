"""The command line: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from typer.testing import CliRunner

from analysis.cli import app, main
from analysis.dataset import load_dataset

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("DONATION_TRENDS_KEY", "0" * 64)
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def small(tmp_path) -> Path:
    """Two gifts, one bad row."""
    folder = tmp_path / "data" / "raw" / "small"
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(
        'name = "Small"\nlanguages = ["en"]\n[[files]]\nmatch = "gifts.csv"\ntable = "donations"\n'
        'columns = {received_on = "day", amount = "sum"}\ndefaults = {channel = "bank", status = "received"}\n',
        encoding="utf-8",
    )
    (folder / "gifts.csv").write_text("day,sum\n2020-01-02,10.50\n2020-01-03,ten\n2020-02-10,20.00\n", encoding="utf-8")
    return folder


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def exit_code_of(monkeypatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["donation-trends", *map(str, arguments)])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code or 0


def plain(text: str) -> str:
    """What was printed, however its lines were broken and spaced."""
    return " ".join(text.split())


def test_new_makes_a_dataset_that_loads_and_never_overwrites_one(tmp_path, monkeypatch, capsys):
    assert exit_code_of(monkeypatch, "new", tmp_path / "mine") == 0
    assert load_dataset(tmp_path / "mine").name == "Votre association"

    assert exit_code_of(monkeypatch, "new", tmp_path / "mine") == 2
    assert "is a dataset already" in plain(capsys.readouterr().err)


def test_check_prints_format_rows_money_reasons_and_every_bad_row(small):
    done = run("check", small)

    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "gifts.csv",
        "  Read as its [[files]] block says (donations)",
        "  rows: 3 read, 2 accepted, 1 set aside",
        "  amount accepted: €30.50",
        "  not accepted: 1\u00a0×\u00a0not an amount",
        "",
        "To mend:",
        "gifts.csv",
        "  line 3, sum = '…': not an amount. Write it as 120,50 or 120.50.",
        "… stands for words that are not shown, for they may name somebody.",
    ]


def test_check_speaks_french_where_asked_or_where_the_dataset_does(small):
    asked = run("check", small, "--language", "fr")
    settings = (small / "dataset.toml").read_text(encoding="utf-8")
    (small / "dataset.toml").write_text(settings.replace('["en"]', '["fr", "en"]'), encoding="utf-8")

    assert run("check", small).output == asked.output
    assert asked.output.replace("\u00a0", " ").splitlines() == [
        "gifts.csv",
        "  Lu selon son bloc [[files]] (dons)",
        "  lignes : 3 lues, 2 retenues, 1 mise de côté",
        "  montant retenu : 30,50 €",
        "  non retenues : 1 × ce n’est pas un montant",
        "",
        "À corriger :",
        "gifts.csv",
        "  ligne 3, sum = « … » : ce n’est pas un montant. Écrivez par exemple 120,50.",
        "… remplace des mots qui ne sont pas montrés, car ils pourraient nommer quelqu’un.",
    ]


def test_check_tells_of_strays_sheets_files_left_aside_and_all_files_together(small):
    rule = '[[files]]\nmatch = "book.xlsx"\ntable = "donations"\ncolumns = {received_on = "Jour", amount = "Somme"}\n'
    with (small / "dataset.toml").open("a", encoding="utf-8") as settings:
        settings.write(rule)
    with xlsxwriter.Workbook(small / "book.xlsx") as book:
        for title in ("Dons", "Notes"):
            book.add_worksheet(title).write_row(0, 0, ["Jour", "Somme"] if title == "Dons" else ["à voir"])
        book.get_worksheet_by_name("Dons").write_row(1, 0, ["2020-01-31", 5])
    (small / "gifts.csv").write_bytes("day,sum,by\n2020-01-02,10,é\n2020-01-03,5,é\n".encode() + b"2020-01-04,5,\xe9\n")
    (small / "letter.pdf").write_bytes(b"%PDF")

    lines = [line.replace("\u00a0", " ") for line in run("check", small, "--language", "fr").output.splitlines()]

    assert "  feuille lue : Dons ; feuilles non lues : Notes" in lines
    assert "  lignes d’un autre encodage que le reste, dont il faut vérifier les accents : 1" in lines
    assert "Fichiers laissés de côté, d’un type qui n’est pas lu : letter.pdf" in lines
    assert lines[lines.index("Tous les fichiers ensemble") + 1] == "  lignes : 4 lues, 4 retenues"
    assert lines[-1] == "Rien à corriger."


def test_check_shows_at_most_twenty_lines_of_faults_and_says_where_all_are(small):
    rows = "".join(f"2020-01-{day:02d},1.2.{day}\n" for day in range(1, 29))
    (small / "gifts.csv").write_text(f"day,sum\n{rows}2020-02-10,20.00\n", encoding="utf-8")

    lines = run("check", small).output.splitlines()
    alone = run("check", small / "gifts.csv").output.splitlines()

    faults = lines[lines.index("To mend:") + 1 :]
    assert len(faults) == 21
    assert faults[-1] == (
        "... and 9 more. To see them all, run donation-trends build and open quarantine.csv, or add --json here."
    )
    assert alone[-1] == "... and 9 more. To see them all, add --json."


def snapshot(*folders: Path) -> dict[str, bytes]:
    """Every file under the folders with its content."""
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", [[], ["--json"], ["--language", "fr"]])
@pytest.mark.parametrize("name", [".", "gifts.csv", "book.xlsx", "broken.csv", "unknown.csv", "corrections.csv"])
def test_check_writes_nothing(name, options, small, tmp_path, monkeypatch):
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home, here):
        folder.mkdir()
    for variable in ("HOME", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(home))
    monkeypatch.delenv("DONATION_TRENDS_KEY")
    monkeypatch.chdir(here)
    with xlsxwriter.Workbook(small / "book.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["a", "b"])
    (small / "broken.csv").write_bytes(b'day,sum\n"2020-01-02,10\n\x00\xff,\n')
    (small / "unknown.csv").write_text("jour;montant\n01/02/2020;10\n", encoding="utf-8")
    (small / "corrections.csv").write_text("file,line,column,expected,new,reason,who,when\n", encoding="utf-8")
    before, folders = snapshot(tmp_path), {str(path) for path in tmp_path.rglob("*")}

    assert run("check", small / name, *options).exit_code in (0, 2)

    assert snapshot(tmp_path) == before
    assert {str(path) for path in tmp_path.rglob("*")} == folders


def test_check_names_the_files_that_are_not_read(small):
    (small / "needs.json").write_text("[]", encoding="utf-8")

    assert "of a kind that is not read: needs.json" in run("check", small).output


def test_the_block_that_a_refusal_prints_can_be_pasted(small, capsys, monkeypatch):
    (small / "other.csv").write_text("jour;montant\n01/02/2020;10\n", encoding="utf-8")

    assert exit_code_of(monkeypatch, "build", small) == 2

    printed = capsys.readouterr().err
    block = tomllib.loads(printed[printed.index("[[files]]") :])
    assert block["files"][0]["match"] == "other.csv"


def test_check_as_json_is_one_json_document_in_english_whatever_the_language(small):
    found = json.loads(run("check", small, "--json", "--language", "fr").output)

    assert found["ledger"]["totals"]["rows"]["quarantined"] == 1
    assert [(fault["line"], fault["problem"]) for fault in found["faults"]] == [(3, "not an amount")]


def test_build_writes_tables_a_quarantine_and_a_ledger_that_reconciles(small):
    done = run("build", small)

    processed = small.parents[1] / "processed" / "small"
    ledger = json.loads((processed / "ledger.json").read_text(encoding="utf-8"))
    assert done.exit_code == 0
    assert ledger["reconciles"] is True
    assert ledger["totals"]["rows"] == {"read": 3, "accepted": 2, "quarantined": 1, "duplicate": 0, "excluded": 0}
    assert {"donations.parquet", "quarantine.csv", "ledger.json"} <= files_in(processed)


@pytest.mark.parametrize(("language", "reason"), [("en", "not an amount"), ("fr", "ce n’est pas un montant")])
def test_the_quarantine_for_a_spreadsheet_is_in_the_first_language_and_the_table_in_english(small, language, reason):
    settings = (small / "dataset.toml").read_text(encoding="utf-8")
    (small / "dataset.toml").write_text(settings.replace('["en"]', f'["{language}"]'), encoding="utf-8")

    run("build", small)

    processed = small.parents[1] / "processed" / "small"
    rows = list(csv.reader((processed / "quarantine.csv").read_text(encoding="utf-8-sig").splitlines()))
    table = pd.read_parquet(processed / "quarantine.parquet")
    assert rows[0] == ["source_file", "source_line", "column", "value", "reason", "remedy"]
    assert [row[:5] for row in rows[1:]] == [["gifts.csv", "3", "sum", "…", reason]]
    assert table["reason"].tolist() == ["not an amount"]
    assert json.loads((processed / "ledger.json").read_text("utf-8"))["files"][0]["reasons"] == {"not an amount": 1}


def test_a_strict_build_with_rows_set_aside_ends_with_two_and_its_tables(small):
    done = run("build", small, "--strict")
    again = run("build", small, "--strict")
    loose = run("build", small)

    assert (done.exit_code, again.exit_code, loose.exit_code) == (2, 2, 0)
    assert "Not all rows could be used (--strict). Rows set aside: 1" in done.output
    assert "quarantine.csv" in done.output
    assert "donations.parquet" in files_in(small.parents[1] / "processed" / "small")
    assert "--strict" in run("build", "--help").output


def test_a_strict_build_of_clean_records_is_done(small):
    (small / "gifts.csv").write_text("day,sum\n2020-01-02,10.50\n", encoding="utf-8")

    assert run("build", small, "--strict").exit_code == 0


def test_build_tells_its_steps_and_what_stops_it_in_the_language_asked_for(small):
    steps = plain(run("build", small, "--language", "fr").output)
    (small / "other.csv").write_text("jour;montant\n01/02/2020;10\n", encoding="utf-8")

    stopped = run("build", small, "--language", "fr")

    assert "lecture de " in steps
    assert "lignes : 3 lues, 2 retenues, 1 mise de côté" in steps
    assert "lignes mises de côté, avec motif et correction : " in steps
    assert stopped.exit_code == 2
    assert "other.csv : ce fichier n’est pas reconnu ; ses en-têtes sont : jour | montant." in plain(stopped.output)


def test_a_mistake_in_the_settings_is_told_in_the_language_they_name(small):
    (small / "dataset.toml").write_text('languages = ["fr"]\nname = Small\n', encoding="utf-8")

    for command in ("check", "build", "report"):
        done = run(command, small)
        assert done.exit_code == 2
        assert "ligne 2 : cette ligne n’est pas du TOML correct." in plain(done.output)


@pytest.mark.parametrize(
    ("system", "says"), [("fr_FR.UTF-8", "il n’y a pas de dataset.toml ici"), ("C", "there is no dataset.toml here")]
)
def test_without_a_dataset_the_system_decides_the_language(system, says, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", system)

    assert exit_code_of(monkeypatch, "check", tmp_path) == 2

    assert says in plain(capsys.readouterr().err)


def test_report_says_what_is_missing_and_ends_with_two(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "data" / "raw" / "counts"
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text('name = "Counts"\nlanguages = ["en"]\n', encoding="utf-8")
    (folder / "headcounts.csv").write_text(
        "counted_on,area,people,method,scope\n2016-02-01,all,5497,census,camp\n", encoding="utf-8"
    )

    assert exit_code_of(monkeypatch, "report", folder) == 2

    assert "holds no donations" in plain(capsys.readouterr().err)
    assert not (tmp_path / "reports").exists()


def test_a_report_of_fewer_than_ten_donors_is_refused_for_any_total_would_be_theirs(small, monkeypatch, capsys):
    assert exit_code_of(monkeypatch, "report", small) == 2

    assert "its gifts come from fewer than 10 people" in plain(capsys.readouterr().err)
    assert not (small.parents[2] / "reports").exists()


def test_report_of_thin_records_is_still_a_report_and_the_second_run_does_nothing(small):
    gifts = "".join(f"2020-02-{day:02d},20.00\n" for day in range(1, 29))
    (small / "gifts.csv").write_text(f"day,sum\n{gifts}", encoding="utf-8")

    first = run("report", small, "--language", "en")
    second = run("report", small, "--language", "en")

    page = (small.parents[2] / "reports" / "small" / "report.en.html").read_text(encoding="utf-8")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "no whole winter" in page
    assert "report written" in first.output
    assert "nothing to do" in second.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["report", "--language", "de"], "choose fr, en or both"),
        (["check", "--language", "de"], "choose fr or en"),
        (["build", "--language", "both"], "choose fr or en"),
        (["report", "nowhere"], "there is no dataset.toml here"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_use_ends_with_two_and_a_message(arguments, says, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert exit_code_of(monkeypatch, *arguments) == 2
    assert says in plain(capsys.readouterr().err)


def test_simulate_writes_a_dataset_that_builds(tmp_path):
    folder = tmp_path / "data" / "raw" / "made"

    assert run("simulate", folder, "--seed", 7, "--years", 2).exit_code == 0

    built = run("build", folder)

    assert built.exit_code == 0
    assert " retenues" in built.output
    assert "de côté" not in built.output
    assert (folder / "truth.json").is_file()


def test_importing_the_command_is_silent_and_light():
    code = "import sys, analysis.cli; print(sorted({'statsmodels', 'matplotlib', 'scipy'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.fixture
def gave(small) -> Path:
    """The small dataset with a donor."""
    (small / "dataset.toml").write_text(
        (small / "dataset.toml")
        .read_text(encoding="utf-8")
        .replace('amount = "sum"', 'amount = "sum", donor_email = "mail"'),
        encoding="utf-8",
    )
    (small / "gifts.csv").write_text("day,sum,mail\n2020-01-02,10.50,ana.roc@example.org\n", encoding="utf-8")
    return small


def test_forget_erases_a_donor_and_says_so_without_the_address(gave):
    run("build", gave)

    done = run("forget", "Ana.Roc@example.org", gave)

    assert done.exit_code == 0
    assert "Rows that no longer name their donor: 1" in done.output
    assert "Your shell may remember the address" in done.output
    assert "roc" not in done.output.casefold()
    assert {"forgotten.csv", "gifts.csv", "dataset.toml"} == files_in(gave)
    assert "1 read, 1 accepted" in run("build", gave).output


def test_forget_reads_the_address_from_standard_input(gave):
    done = CliRunner().invoke(app, ["forget", "-", str(gave)], input="ana.roc@example.org\n")

    assert done.exit_code == 0
    assert "Rows that no longer name their donor: 1" in done.output
    assert "Your shell" not in done.output


def test_forget_of_what_is_no_address_ends_with_two_and_does_not_repeat_it(gave, monkeypatch, capsys):
    assert exit_code_of(monkeypatch, "forget", "ana.roc", gave) == 2

    assert "this is not one e-mail address" in capsys.readouterr().err
    assert "forgotten.csv" not in files_in(gave)


def test_an_error_that_nobody_expected_ends_with_one_and_repeats_no_cell(small, monkeypatch, capsys):
    cell = " ".join(["Ana", "Roc"])

    def broken(*_, **__):
        raise KeyError(cell)

    monkeypatch.setattr("analysis.records.build.check", broken)

    assert exit_code_of(monkeypatch, "check", small) == 1

    said = capsys.readouterr().err
    assert "KeyError: this was not expected" in said
    assert "in check" in said
    assert cell not in said
