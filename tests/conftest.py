"""Before anything else the package, which settles how linear algebra runs: as in the command, so in the tests."""

import analysis  # noqa: F401
