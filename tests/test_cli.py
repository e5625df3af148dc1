"""The command line: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.cli import app, main
from analysis.dataset import load_dataset

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("DONATION_TRENDS_KEY", "0" * 64)


@pytest.fixture
def small(tmp_path) -> Path:
    """Two gifts, one bad row."""
    folder = tmp_path / "data" / "raw" / "small"
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text(
        'name = "Small"\n[[files]]\nmatch = "gifts.csv"\ntable = "donations"\n'
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


def test_new_makes_a_dataset_that_loads_and_never_overwrites_one(tmp_path, monkeypatch, capsys):
    assert exit_code_of(monkeypatch, "new", tmp_path / "mine") == 0
    assert load_dataset(tmp_path / "mine").name == "Votre association"

    assert exit_code_of(monkeypatch, "new", tmp_path / "mine") == 2
    assert "is a dataset already" in capsys.readouterr().err


def test_check_prints_rows_money_and_every_bad_row_and_writes_nothing(small):
    before = files_in(small.parents[2])

    done = run("check", small)

    assert done.exit_code == 0
    assert "3 read, 2 accepted, 1 quarantined; 30.50 EUR" in done.output
    assert "gifts.csv line 3, sum = " in done.output
    assert "not an amount" in done.output
    assert files_in(small.parents[2]) == before


def test_the_block_that_a_refusal_prints_can_be_pasted(small, capsys, monkeypatch):
    (small / "other.csv").write_text("jour;montant\n01/02/2020;10\n", encoding="utf-8")

    assert exit_code_of(monkeypatch, "build", small) == 2

    printed = capsys.readouterr().err
    block = tomllib.loads(printed[printed.index("[[files]]") :])
    assert block["files"][0]["match"] == "other.csv"


def test_check_as_json_is_one_json_document(small):
    found = json.loads(run("check", small, "--json").output)

    assert found["ledger"]["totals"]["rows"]["quarantined"] == 1
    assert [fault["line"] for fault in found["faults"]] == [3]


def test_build_writes_tables_a_quarantine_and_a_ledger_that_reconciles(small):
    done = run("build", small)

    processed = small.parents[1] / "processed" / "small"
    ledger = json.loads((processed / "ledger.json").read_text(encoding="utf-8"))
    assert done.exit_code == 0
    assert ledger["reconciles"] is True
    assert ledger["totals"]["rows"] == {"read": 3, "accepted": 2, "quarantined": 1, "duplicate": 0, "excluded": 0}
    assert {"donations.parquet", "quarantine.csv", "ledger.json"} <= files_in(processed)


def test_report_says_what_is_missing_and_ends_with_two(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "data" / "raw" / "counts"
    folder.mkdir(parents=True)
    (folder / "dataset.toml").write_text('name = "Counts"\n', encoding="utf-8")
    (folder / "headcounts.csv").write_text(
        "counted_on,area,people,method\n2016-02-01,all,5497,census\n", encoding="utf-8"
    )

    assert exit_code_of(monkeypatch, "report", folder) == 2

    assert "holds no donations" in capsys.readouterr().err
    assert not (tmp_path / "reports").exists()


def test_a_report_of_fewer_than_ten_donors_is_refused_for_any_total_would_be_theirs(small, monkeypatch, capsys):
    assert exit_code_of(monkeypatch, "report", small) == 2

    assert "its gifts come from fewer than 10 people" in capsys.readouterr().err
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
        (["report", "nowhere"], "there is no dataset.toml here"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_use_ends_with_two_and_a_message(arguments, says, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert exit_code_of(monkeypatch, *arguments) == 2
    assert says in capsys.readouterr().err


def test_simulate_writes_a_dataset_that_builds(tmp_path):
    folder = tmp_path / "data" / "raw" / "made"

    assert run("simulate", folder, "--seed", 7, "--years", 2).exit_code == 0

    built = run("build", folder)

    assert built.exit_code == 0
    assert "accepted, 0 set aside," in built.output
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
    assert "Forgotten: 1 rows no longer name their donor" in done.output
    assert "Your shell may remember the address" in done.output
    assert "roc" not in done.output.casefold()
    assert {"forgotten.csv", "gifts.csv", "dataset.toml"} == files_in(gave)
    assert "0 set aside" in run("build", gave).output


def test_forget_reads_the_address_from_standard_input(gave):
    done = CliRunner().invoke(app, ["forget", "-", str(gave)], input="ana.roc@example.org\n")

    assert done.exit_code == 0
    assert "Forgotten: 1 rows" in done.output
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
