"""Settings for every test and notebook: charts without a screen, and one sanitize file from any folder."""

import os
from pathlib import Path

import matplotlib

ROOT = Path(__file__).resolve().parent

# Tests draw without a screen. Not through MPLBACKEND: notebook kernels would inherit it and show no charts.
os.environ.pop("MPLBACKEND", None)
matplotlib.use("Agg")


def pytest_configure(config):
    """Read nbval's sanitize file from the project's folder, wherever pytest was started."""
    given = config.option.nbval_sanitize_with
    if given and not Path(given).is_absolute():
        config.option.nbval_sanitize_with = str(ROOT / given)
