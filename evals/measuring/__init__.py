"""Measuring: agreement of a batch as of a watermark, in one job, never changed afterwards."""

from evals.measuring.job import measure, rows_of, work_of
from evals.measuring.starting import start, start_stale

__all__ = ["measure", "rows_of", "start", "start_stale", "work_of"]
