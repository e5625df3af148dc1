"""Prophet's totals of the weeks after a launch, world by world: run by `appeal_methods.prophet`.

Reads from standard input {"worlds": [{"days", "logs", "regressors", "window"}], "paths"}: days and regressors reach to
the end of the window, logs to the last week before the appeal. Writes the simulated totals of each world.
"""

import contextlib
import io
import json
import logging
import sys

import numpy as np
import pandas as pd
from prophet import Prophet


def totals(world: dict, paths: int) -> list[float]:
    """Simulated totals of the last `window` weeks."""
    names = [f"x{place}" for place in range(len(world["regressors"]))]
    table = pd.DataFrame({"ds": pd.to_datetime(world["days"])})
    table = table.assign(**{name: np.array(x) for name, x in zip(names, world["regressors"], strict=True)})
    known = table.head(len(world["logs"])).assign(y=world["logs"])
    model = Prophet(
        yearly_seasonality=False, weekly_seasonality=False, daily_seasonality=False, uncertainty_samples=paths
    )
    for name in names:
        if known[name].max() > known[name].min():
            model.add_regressor(name, standardize=False)
    np.random.seed(1)
    model.fit(known, seed=1)
    coming = table.tail(len(table) - len(known))
    drawn = np.asarray(model.predictive_samples(coming)["yhat"])
    return np.exp(drawn[-world["window"] :]).sum(axis=0).tolist()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    told = json.load(sys.stdin)
    with contextlib.redirect_stdout(io.StringIO()):
        found = [totals(world, told["paths"]) for world in told["worlds"]]
    print(json.dumps(found))
