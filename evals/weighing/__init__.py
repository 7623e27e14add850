"""What a rubric's weights do: its rewards before anybody trains on them, and what no weights can.

Pure: labeling.scoring's rule in whole numbers, numpy, and scipy where weights are looked for.
"""

from evals.weighing.arithmetic import Line, Standing, Term, holds, lines, standings
from evals.weighing.certificate import Agreed, Certificate, certificate
from evals.weighing.conflicts import Conflict, Kind
from evals.weighing.consensus import overall, settled
from evals.weighing.diagnostics import Diagnosis, Diagnostics, Overlap, diagnose
from evals.weighing.judgements import Column, Judged, Judgements
from evals.weighing.neighbours import Pairs
from evals.weighing.orders import Pair
from evals.weighing.preview import Contribution, Preview, preview
from evals.weighing.ranks import (
    CLASSES,
    Moved,
    Places,
    Step,
    class_steps,
    criterion_steps,
    pairs_within_items,
    weight_classes,
)
from evals.weighing.sums import TIE, Weighed, weigh
from evals.weighing.weightings import Weighting

__all__ = [
    "CLASSES",
    "TIE",
    "Agreed",
    "Certificate",
    "Column",
    "Conflict",
    "Contribution",
    "Diagnosis",
    "Diagnostics",
    "Judged",
    "Judgements",
    "Kind",
    "Line",
    "Moved",
    "Overlap",
    "Pair",
    "Pairs",
    "Places",
    "Preview",
    "Standing",
    "Step",
    "Term",
    "Weighed",
    "Weighting",
    "certificate",
    "class_steps",
    "criterion_steps",
    "diagnose",
    "holds",
    "lines",
    "overall",
    "pairs_within_items",
    "preview",
    "settled",
    "standings",
    "weigh",
    "weight_classes",
]
