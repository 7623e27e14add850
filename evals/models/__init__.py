"""What is derived from the facts: runs and their rows. Import from here."""

from evals.models.agreement import Agreement, AgreementRun, AgreementSlice
from evals.models.exports import Export, SelectedItem, Selection
from evals.models.grading import Grade, Grader, GradingChunk, GradingRun
from evals.models.raters import RaterReport, RaterRun

__all__ = [
    "Agreement",
    "AgreementRun",
    "AgreementSlice",
    "Export",
    "Grade",
    "Grader",
    "GradingChunk",
    "GradingRun",
    "RaterReport",
    "RaterRun",
    "SelectedItem",
    "Selection",
]
