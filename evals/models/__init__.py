"""What is derived from the facts: runs and their rows. Import from here."""

from evals.models.agreement import Agreement, AgreementRun, AgreementSlice
from evals.models.exports import Export, SelectedItem, Selection
from evals.models.grading import Grade, Grader, GradingChunk, GradingRun
from evals.models.raters import RaterReport, RaterRun
from evals.models.tallies import AgreementChunk, KeptTally, TallyState

__all__ = [
    "Agreement",
    "AgreementChunk",
    "AgreementRun",
    "AgreementSlice",
    "Export",
    "Grade",
    "Grader",
    "GradingChunk",
    "GradingRun",
    "KeptTally",
    "RaterReport",
    "RaterRun",
    "SelectedItem",
    "Selection",
    "TallyState",
]
