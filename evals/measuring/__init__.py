"""Measuring: agreement of a batch as of a watermark, in one job, never changed afterwards."""

from evals.measuring.job import measure, recounted
from evals.measuring.starting import start, start_stale

__all__ = ["measure", "recounted", "start", "start_stale"]
