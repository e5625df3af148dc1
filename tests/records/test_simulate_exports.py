"""A simulated dataset is in real export formats, the same bytes every time, with the truth beside it."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from analysis.dataset import load_dataset
from analysis.faults import DataError
from analysis.records.simulate import simulate_dataset
from analysis.records.simulate.goods import simulate_goods
from analysis.records.simulate.world import Scenario, simulate_world

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def truth_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def file_truth(folder: Path, start: str) -> dict[str, Any]:
    return next(file for file in truth_of(folder)["files"] if file["file"].startswith(start))


def records(path: Path, *, encoding: str = "utf-8", delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def paypal_records(folder: Path) -> list[dict[str, str]]:
    years = sorted(folder.glob("paypal-*.csv"))
    return [row for path in years for row in records(path, encoding="utf-8-sig", delimiter=",")]


def cents(text: str) -> int:
    return round(float(text.replace(",", ".")) * 100)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw") / "messy"
    simulate_dataset(folder, seed=7, years=2, messy=True)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw") / "clean"
    simulate_dataset(folder, seed=7, years=2)
    return folder


def test_the_same_arguments_write_the_same_bytes(messy: Path, tmp_path: Path):
    simulate_dataset(tmp_path / "messy", seed=7, years=2, messy=True)

    assert written(tmp_path / "messy") == written(messy)


def test_another_seed_writes_other_bytes(messy: Path, tmp_path: Path):
    simulate_dataset(tmp_path / "messy", seed=8, years=2, messy=True)
    other, one = written(tmp_path / "messy"), written(messy)

    assert other["comptages.csv"] != one["comptages.csv"]
    assert other["distributions.xlsx"] != one["distributions.xlsx"]
    assert other["paypal-activite-2020.csv"] != one["paypal-activite-2020.csv"]


def test_the_sample_is_what_its_command_writes_today(tmp_path: Path):
    (tmp_path / "reference").mkdir()
    simulate_dataset(tmp_path / "sample", seed=2021, messy=True)

    made, kept = written(tmp_path / "sample"), written(SAMPLE)

    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []
    assert b"donation-trends simulate data/raw/sample --seed 2021 --messy\n" in kept["README.md"]


def test_the_sample_is_small_enough_to_keep_with_the_code():
    assert sum(len(content) for content in written(SAMPLE).values()) <= 4 * 1024 * 1024


def test_every_row_read_has_one_outcome_and_one_line(messy: Path):
    for file in truth_of(messy)["files"]:
        rows = file["rows"]
        apart = [line for part in ("quarantined", "duplicate", "excluded") for line in file[f"{part}_lines"]]

        assert rows["read"] == rows["accepted"] + len(apart), file["file"]
        assert len(set(apart)) == len(apart), file["file"]
        assert not set(apart) & {line for line, _ in file.get("accepted", [])}, file["file"]


def test_money_adds_up_to_the_cent_in_every_file_and_in_total(messy: Path):
    truth = truth_of(messy)
    donations = [file for file in truth["files"] if file["table"] == "donations"]

    for file in donations:
        money = {outcome: cents(text) for outcome, text in file["money"]["EUR"].items()}
        assert money["accepted"] == sum(gift for _, gift in file["accepted"])
        assert money.pop("read") == sum(money.values())
    for outcome, total in truth["totals"]["money"]["EUR"].items():
        assert cents(total) == sum(cents(file["money"]["EUR"][outcome]) for file in donations)
    for outcome, total in truth["totals"]["rows"].items():
        assert total == sum(file["rows"][outcome] for file in truth["files"])


def test_a_csv_holds_as_many_records_as_the_truth_says(messy: Path):
    styles = {
        "paypal": ("utf-8-sig", ","),
        "liste": ("windows-1252", ";"),
        "appeals": ("utf-8", ","),
        "events": ("utf-8", ","),
    }
    for file in truth_of(messy)["files"]:
        if file["file"].endswith(".csv"):
            encoding, delimiter = styles.get(file["file"].split("-")[0].removesuffix(".csv"), ("utf-8", ";"))
            found = records(messy / file["file"], encoding=encoding, delimiter=delimiter)
            assert len(found) == file["rows"]["read"], file["file"]


def test_an_accepted_helloasso_line_holds_the_gift_that_the_truth_names(messy: Path):
    truth = file_truth(messy, "helloasso")
    lines = (messy / truth["file"]).read_text(encoding="utf-8").split("\n")

    for line, gift in truth["accepted"]:
        row = dict(zip(lines[0].split(";"), lines[line - 1].split(";"), strict=True))
        counted = row["Don supplémentaire"] if row["Type de campagne"] != "Don" else row["Montant total"]
        assert cents(counted) == abs(gift)
        assert (row["Statut du paiement"] == "Remboursé") == (gift < 0)


def test_a_line_after_a_note_of_two_lines_is_counted_as_an_editor_counts_it(messy: Path):
    notes = 0
    for truth in (file for file in truth_of(messy)["files"] if file["file"].startswith("paypal")):
        lines = (messy / truth["file"]).read_bytes().decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        notes += sum(line.startswith("Une famille") for line in lines)
        for line, gift in truth["accepted"]:
            gross = next(csv.reader([lines[line - 1]]))[7]
            assert cents(gross) == gift
    assert notes > 0


def test_a_payment_in_both_helloasso_exports_is_a_duplicate_in_the_later(messy: Path):
    earlier, later = (file for file in truth_of(messy)["files"] if file["file"].startswith("helloasso"))
    first, second = (records(messy / file["file"]) for file in (earlier, later))
    known = {row["Référence paiement"] for row in first}

    again = [place + 2 for place, row in enumerate(second) if row["Référence paiement"] in known]

    assert len(again) > 50
    assert later["duplicate_lines"] == again
    assert earlier["duplicate_lines"] == []
    assert all(row in first for row in second if row["Référence paiement"] in known)


def test_tickets_and_memberships_count_only_their_extra_gift(clean: Path):
    truth = file_truth(clean, "helloasso")
    rows = records(clean / truth["file"])
    sales = [row for row in rows if row["Type de campagne"] in ("Billetterie", "Adhésion")]

    without = [row for row in sales if row["Don supplémentaire"] == ""]

    assert 0 < len(without) < len(sales)
    assert truth["rows"]["excluded"] == len(without)
    for row in sales:
        assert cents(row["Montant total"]) == cents(row["Montant du tarif"]) + cents(row["Don supplémentaire"] or "0")


def test_a_paypal_refund_names_the_gift_it_gives_back(messy: Path):
    rows = paypal_records(messy)
    gifts = {row["Numéro de transaction"]: row for row in rows}
    refunds = [row for row in rows if row["Numéro de la transaction de référence"]]

    assert len(refunds) == 2
    for refund in refunds:
        gift = gifts[refund["Numéro de la transaction de référence"]]
        assert cents(refund["Avant commission"]) == -cents(gift["Avant commission"])


def test_the_paypal_balance_moves_by_the_net_of_every_finished_line(messy: Path):
    balance = 0
    for row in paypal_records(messy):
        balance += cents(row["Net"]) if row["État"] == "Terminé" else 0
        assert cents(row["Net"]) == cents(row["Avant commission"]) + cents(row["Commission"])
        assert cents(row["Solde"]) == balance
        assert balance >= 0


def test_without_typing_faults_only_sales_withdrawals_and_re_exports_stand_apart(clean: Path):
    for file in truth_of(clean)["files"]:
        assert file["rows"]["quarantined"] == 0, file["file"]
        if file["table"] != "donations":
            assert file["rows"]["read"] == file["rows"]["accepted"], file["file"]
    assert {row["Statut du paiement"] for row in records(clean / file_truth(clean, "helloasso")["file"])} == {
        "Payé",
        "Hors Ligne",
    }
    assert {row["État"] for row in paypal_records(clean)} == {"Terminé"}


def test_typing_faults_are_known_to_the_line(messy: Path):
    path = messy / "liste-envies-commandes.csv"
    lines = path.read_bytes().decode("windows-1252").split("\r\n")
    truth = file_truth(messy, "liste")
    spoiled = [lines[line - 1].split(";") for line in truth["quarantined_lines"]]

    assert sum(row[1].startswith("15/13/") for row in spoiled) == 1
    assert sum(row[3] == "Trottinette" for row in spoiled) == 1
    assert sum(row[5] == "" for row in spoiled) == 1
    assert [lines[line - 1].split(";")[0] for line in truth["excluded_lines"]] == ["N° de commande", "Total"]
    (twice,) = truth["duplicate_lines"]
    assert lines[twice - 1] in lines[: twice - 1]


def test_the_workbook_has_a_title_above_its_headings_and_the_truth_counts_its_own_rows(messy: Path):
    truth = file_truth(messy, "distributions")
    rows = CalamineWorkbook.from_path(messy / "distributions.xlsx").get_sheet_by_name("Distributions").to_python()

    assert "DONNÉES FICTIVES" in rows[1][0]
    assert rows[3][:3] == ["Date", "Secteur", "Lieu"]
    assert [rows[line - 1][4] for line in truth["quarantined_lines"]] in (
        ["", "une dizaine"],
        ["une dizaine", ""],
    )
    assert [rows[line - 1][0] for line in truth["excluded_lines"]] == ["Date", "Total"]
    assert sum(any(cell != "" for cell in row) for row in rows[4:]) == truth["rows"]["read"]


def test_the_workbook_holds_nothing_that_depends_on_the_machine(messy: Path):
    with zipfile.ZipFile(messy / "distributions.xlsx") as workbook:
        entries = workbook.infolist()
        properties = workbook.read("docProps/core.xml").decode()

    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.compress_type, entry.create_system) for entry in entries} == {(zipfile.ZIP_STORED, 0)}
    assert "2021-04-01T00:00:00Z" in properties


def test_goods_handed_out_were_there():
    world = simulate_world(Scenario(), seed=3)
    goods = simulate_goods(world)
    days = pd.date_range("2017-04-01", "2021-03-31")
    for item, counts in goods.stock.groupby("item"):
        arrived = goods.orders[goods.orders["item"] == item].groupby("delivered_on")["quantity"].sum()
        gone = goods.distributions[goods.distributions["item"] == item].groupby("distributed_on")["quantity"].sum()
        damp = goods.losses.query("item == @item and cause == 'damp'").set_index("lost_on")["quantity"]
        moved = (
            arrived.reindex(days, fill_value=0) - gone.reindex(days, fill_value=0) - damp.reindex(days, fill_value=0)
        )
        evening = counts["quantity"].iloc[0] + moved.cumsum()

        assert evening.min() >= 0
        for count in counts.iloc[1:].itertuples():
            assert count.quantity == evening[count.counted_on - pd.Timedelta(days=1)]


def test_everyone_who_asks_is_served_or_refused_and_refusals_are_rationing():
    lines = simulate_goods(simulate_world(Scenario(), seed=3)).distributions.query("item != 'toilet'")

    assert (lines["people_asking"] == lines["people_served"] + lines["people_refused"]).all()
    assert (lines["rationed"] == (lines["people_refused"] > 0)).all()
    assert (lines["quantity"] == lines["people_served"]).all()


def test_a_few_orders_never_arrive_and_evictions_take_only_what_people_carry():
    goods = simulate_goods(simulate_world(Scenario(), seed=3))
    long_ago = goods.orders[goods.orders["ordered_on"] < "2021-03-01"]

    assert 0.01 < long_ago["delivered_on"].isna().mean() < 0.03
    assert set(goods.losses.query("cause == 'eviction'")["item"]) == {"sleeping_bag", "blanket"}
    assert set(goods.losses["cause"]) == {"damp", "eviction"}


def test_toilets_are_noted_as_so_many_open_and_by_nobody_asked_for():
    lines = simulate_goods(simulate_world(Scenario(), seed=3)).distributions.query("item == 'toilet'")

    assert set(lines["quantity"]) == {4, 7}
    assert lines[["people_served", "people_asking", "people_refused", "rationed"]].isna().all(axis=None)


def test_rationing_is_more_common_after_winter_sets_in():
    shares = []
    for seed in range(6):
        lines = simulate_goods(simulate_world(Scenario(winter_drop=0.4), seed=seed)).distributions
        late_winter = lines["distributed_on"].dt.month.isin([1, 2])
        shares.append((lines["rationed"][late_winter].mean(), lines["rationed"][~late_winter].mean()))
    in_winter, otherwise = pd.DataFrame(shares).mean()

    assert in_winter > 2 * otherwise


def test_nothing_is_dated_outside_the_period(clean: Path):
    days = pd.to_datetime([row["Date"] for row in paypal_records(clean)], format="%d/%m/%Y")
    for file in sorted(clean.glob("helloasso-*.csv")):
        written_on = [row["Date du paiement"][:10] for row in records(file)]
        days = days.append(pd.to_datetime(written_on, format="%d/%m/%Y"))

    assert days.min() >= pd.Timestamp("2019-04-01")
    assert days.max() <= pd.Timestamp("2021-03-31")


def test_addresses_belong_to_nobody(messy: Path):
    for name, content in written(messy).items():
        text = content.decode("windows-1252" if name.startswith("liste") else "utf-8", errors="replace")
        domains = {
            word.split("@")[1].strip('",;.') for word in text.replace(";", " ").replace(",", " ").split() if "@" in word
        }
        assert domains <= {"example.org", "example.net", "entraide-detroit.example.org"}, name


def test_the_settings_can_be_read_and_say_that_the_data_is_synthetic(messy: Path):
    dataset = load_dataset(messy)

    assert dataset.synthetic
    assert dataset.reference is None
    assert (str(dataset.records_from), str(dataset.records_until)) == ("2019-04-01", "2021-03-31")
    assert len(dataset.caveats) == 1
    assert set(dataset.norms) < set(dataset.items)


def test_a_folder_of_published_figures_beside_it_becomes_the_reference(tmp_path: Path):
    (tmp_path / "reference").mkdir()
    for name in ("headcounts.csv", "small_boats.csv"):
        (tmp_path / "reference" / name).write_text("month\n", encoding="utf-8")
    simulate_dataset(tmp_path / "small", seed=1, years=0.5)

    assert load_dataset(tmp_path / "small").reference.resolve() == (tmp_path / "reference").resolve()


def test_the_drop_and_the_years_asked_for_stand_in_the_truth(tmp_path: Path):
    simulate_dataset(tmp_path / "made", seed=4, years=1, winter_drop=0.4)
    truth = truth_of(tmp_path / "made")

    assert truth["seed"] == 4
    assert truth["scenario"]["years"] == 1
    assert truth["world"]["winter_drop"] == pytest.approx(0.4)
    assert truth["world"]["winter_drop_by_winter"] == {"2020/21": pytest.approx(0.4)}


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path):
    (tmp_path / "dons.csv").write_text("précieux", encoding="utf-8")

    with pytest.raises(DataError, match="holds other files. Choose an empty folder"):
        simulate_dataset(tmp_path, seed=1, years=1)

    assert [path.name for path in tmp_path.iterdir()] == ["dons.csv"]


def test_an_earlier_synthetic_dataset_is_replaced_and_other_files_stay(tmp_path: Path):
    simulate_dataset(tmp_path / "set", seed=1, years=1)
    (tmp_path / "set" / "_notes.txt").write_text("à garder", encoding="utf-8")
    before = set(written(tmp_path / "set"))

    simulate_dataset(tmp_path / "set", seed=1, years=0.5)

    after = set(written(tmp_path / "set"))
    assert "_notes.txt" in after
    assert {name for name in before - after} == {
        "helloasso-paiements-2020-04-2020-11.csv",
        "helloasso-paiements-2020-10-2021-03.csv",
    }


def test_a_period_too_short_and_a_drop_of_everything_are_refused(tmp_path: Path):
    with pytest.raises(DataError, match="years = '0.2': too short. Ask for 0.5 years or more"):
        simulate_dataset(tmp_path / "set", years=0.2)
    with pytest.raises(DataError, match="winter-drop = '1.5': not below 1"):
        simulate_dataset(tmp_path / "set", winter_drop=1.5)
