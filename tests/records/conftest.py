"""What the tests of reading share: a key, and a dataset made of a few lines."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tools.messages import knows

from analysis.dataset import Dataset, load_dataset
from analysis.records.build import build
from analysis.tables import Tables


@pytest.fixture(autouse=True)
def _own_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DONATION_TRENDS_KEY", "a key for tests, long enough")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., Dataset]:
    """Write files (text is encoded as UTF-8) and settings into a folder, and load it as a dataset."""

    def made(files: dict[str, str | bytes], settings: str = "") -> Dataset:
        folder = tmp_path / "raw" / "charity"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dataset.toml").write_text(f'name = "A charity"\n{settings}', encoding="utf-8")
        return load_dataset(folder)

    return made


@pytest.fixture
def build_files(make_dataset: Callable[..., Dataset], tmp_path: Path) -> Callable[..., Tables]:
    """Build a dataset made of a few files; everything that it says of a row must have its French."""

    def built(files: dict[str, str | bytes], settings: str = "") -> Tables:
        tables = build(make_dataset(files, settings), tmp_path / "processed")
        reasons = [reason for file in tables.ledger["files"] for reason in file["reasons"]]
        said = [*reasons, *tables.quarantine["reason"], *tables.quarantine["remedy"]]
        assert [text for text in said if not knows(text)] == []
        return tables

    return built
