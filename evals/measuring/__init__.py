"""Measuring: agreement of a batch as of a watermark, in one job, never changed afterwards."""

from evals.measuring.checking import batches_kept, check_kept
from evals.measuring.chunks import help_with
from evals.measuring.job import measure, recounted
from evals.measuring.starting import is_stale, start, start_if_stale, start_stale

__all__ = [
    "batches_kept",
    "check_kept",
    "help_with",
    "is_stale",
    "measure",
    "recounted",
    "start",
    "start_if_stale",
    "start_stale",
]
