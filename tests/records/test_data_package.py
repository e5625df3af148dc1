"""The data package keeps to its standard: https://specs.frictionlessdata.io, version 1."""

import json
import re

import pytest

from analysis.columns import RECORD_TABLES, TABLES
from analysis.dataset import load_dataset
from analysis.records.build import build

GIFT = "received_on,amount,donation_id,donor_email\n2021-01-02,10.50,T1,donor1@example.org\n"
TYPES = {"string", "number", "integer", "boolean", "date"}
CONSTRAINTS = {"required", "unique", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum"}


def test_the_data_package_says_what_the_standard_asks_and_the_tables_keep_to_it(make_dataset, tmp_path):
    files = {
        "donations.csv": GIFT,
        "goods.csv": "received_on,item,quantity,channel,status,value\n2021-01-31,tent,2,wish_list,ordered,12.50\n",
        "headcounts.csv": "counted_on,people,method,scope\n2021-01-31,900,census,all\n",
    }
    tables = build(make_dataset(files, 'items.tent = ["tent"]'), tmp_path / "processed")
    package = json.loads((tmp_path / "processed" / "datapackage.json").read_text(encoding="utf-8"))

    assert set(package) == {"profile", "name", "resources"}
    assert (package["profile"], package["name"]) == ("data-package", "charity")
    assert [resource["name"] for resource in package["resources"]] == [*RECORD_TABLES, "quarantine"]
    for resource in package["resources"]:
        file = tmp_path / "processed" / resource["path"]
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        assert re.fullmatch(r"[a-z_]+\.parquet", resource["path"])
        assert (resource["bytes"], resource["mediatype"]) == (
            file.stat().st_size,
            "application/vnd.apache.parquet",
        )
        assert re.fullmatch("sha256:[0-9a-f]{64}", resource["hash"])
        table = getattr(tables, resource["name"])
        assert list(table.columns) == [field["name"] for field in resource["schema"]["fields"]]
        for field in resource["schema"]["fields"]:
            keeps_to(table[field["name"]], field)


def keeps_to(column, field) -> None:
    """A field is one that the standard knows, and its column is of that type and within its constraints."""
    constraints = field.get("constraints", {})
    assert field["type"] in TYPES and set(constraints) <= CONSTRAINTS
    assert set(field) <= {"name", "type", "description", "unit", "constraints"}
    kinds = {"string": "str", "number": "float64", "integer": "Int64", "boolean": "boolean", "date": "datetime64[us]"}
    assert str(column.dtype) == kinds[field["type"]]
    assert not (constraints.get("required") and column.isna().any())
    assert set(column.dropna()) <= set(constraints.get("enum", column.dropna()))


@pytest.mark.parametrize(
    ("folder", "name"), [("Été 2021", "ete-2021"), ("ma_charité.v2", "ma_charite.v2"), ("慈善", "dataset")]
)
def test_the_data_package_has_a_name_that_the_standard_allows(make_dataset, tmp_path, folder, name):
    made = make_dataset({"donations.csv": GIFT})
    made.folder.rename(made.folder.with_name(folder))

    build(load_dataset(made.folder.with_name(folder)), tmp_path / "processed")

    assert json.loads((tmp_path / "processed" / "datapackage.json").read_text(encoding="utf-8"))["name"] == name


def test_every_column_has_a_type_that_the_standard_knows():
    assert {column.kind for table in TABLES.values() for column in table.columns} <= {
        "text", "date", "money", "number", "share", "whole", "flag",
    }  # fmt: skip
