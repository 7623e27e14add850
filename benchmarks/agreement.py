"""Agreement at size: the engine on arrays of counts, then the job from the score table on."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks import _agreement_engine, _agreement_job


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """agreement.alpha, .bootstrap, .slider, then .job and .refresh of three batches."""
    yield from _agreement_engine.run(scale)
    yield from _agreement_job.run(scale)
