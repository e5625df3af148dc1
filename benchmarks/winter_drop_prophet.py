"""Prophet's winter coefficient, world by world: run by `winter_methods.prophet` in an environment that has Prophet.

Reads from standard input {"worlds": [{"days", "logs", "regressors"}], "level", "mcmc_samples", "yearly_seasonality"};
writes [[coefficient, lower, upper]] on the log scale.
"""

import contextlib
import io
import json
import logging
import sys

import numpy as np
import pandas as pd
from prophet import Prophet
from prophet.utilities import regressor_coefficients


def coefficient(world: dict, asked: dict) -> list[float]:
    """The coefficient of the first regressor with its interval."""
    names = [f"x{place}" for place in range(len(world["regressors"]))]
    table = pd.DataFrame({"ds": pd.to_datetime(world["days"]), "y": world["logs"]})
    table = table.assign(**{name: np.array(x) for name, x in zip(names, world["regressors"], strict=True)})
    model = Prophet(
        yearly_seasonality=asked["yearly_seasonality"],
        weekly_seasonality=False,
        daily_seasonality=False,
        mcmc_samples=asked["mcmc_samples"],
        interval_width=asked["level"],
    )
    for name in names:
        model.add_regressor(name, standardize=False)
    settings = {"chains": 2, "parallel_chains": 1, "show_progress": False} if asked["mcmc_samples"] else {}
    model.fit(table, seed=1, **settings)
    row = regressor_coefficients(model).set_index("regressor").loc["x0"]
    return [float(row["coef"]), float(row["coef_lower"]), float(row["coef_upper"])]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    told = json.load(sys.stdin)
    with contextlib.redirect_stdout(io.StringIO()):
        found = [coefficient(world, told) for world in told["worlds"]]
    print(json.dumps(found))
