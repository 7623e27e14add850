"""The product measures without the krippendorff package; it is the oracle of the tests only."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BLOCKED = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "krippendorff":
            raise ModuleNotFoundError("No module named 'krippendorff'", name=name)

sys.meta_path.insert(0, Refuse())
import numpy as np
import evals.reliability
from evals.reliability import UnitCounts, summarise

table = UnitCounts.from_matrix((0, 1), np.array([[0, 3], [3, 0], [1, 2], [0, 3], [3, 0], [2, 1]]))
for measurement in ("nominal", "ordinal", "interval", "ratio"):
    print(measurement, round(summarise(table, measurement=measurement, raters=3).alpha.value, 6))
try:
    summarise(table, measurement="nominal", raters=3, engine="krippendorff")
except ModuleNotFoundError as error:
    print(error)
print("krippendorff" in sys.modules)
"""


def test_measuring_needs_no_package():
    ran = subprocess.run(
        [sys.executable, "-c", BLOCKED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    # observed 2 x 2 of 18, expected 2 x 9 x 9 of 18 x 17: the same on every scale of two levels
    # but ratio, whose 0 and 1 are also 1 apart
    alpha = round(1 - (4 / 18) / (162 / 306), 6)
    assert ran.stdout.splitlines() == [
        *(f"{name} {alpha}" for name in ("nominal", "ordinal", "interval", "ratio")),
        "No module named 'krippendorff'",
        "False",
    ]
