"""Agreement between experts, computed from how many of them chose each level of each unit.

Read `counts` and `tally`, then `alpha` and `gwet`, `bootstrap`, `chance`, `consensus`; `summary`
joins them.
Who said what stands in `answers`; `pairs`, `routing`, `settling`, `personal`, `leniency`, `gold`,
`drift`, `halo` and their neighbours read it, and answer with a `figure`.
Pure: numpy and scipy, nothing of the web framework, no database.
"""

from evals.reliability.counts import UnitCounts
from evals.reliability.statistic import Statistic, Undefined
from evals.reliability.summary import Summary, summarise, to_json
from evals.reliability.sums import Measurement
from evals.reliability.tally import Tally

__all__ = [
    "Measurement",
    "Statistic",
    "Summary",
    "Tally",
    "Undefined",
    "UnitCounts",
    "summarise",
    "to_json",
]
