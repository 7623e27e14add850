"""From the score table to the stored snapshot, counted whole and counted again where it changed.

Each measuring runs in a fresh process; `growth_mb` is what it adds to the memory of a worker that
has loaded its modules.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from benchmarks import _rated_batch

NEW_RATINGS = 1_000
REPEATS = 3


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """One criterion on a million units, then five criteria on half as many responses."""
    small = _fresh(_rated_batch.load, 1_000_000 * scale, 1)
    yield {"bench": "agreement.job", **_fresh(_job, small)}
    yield {"bench": "agreement.refresh", **_fresh(_refresh, small)}
    large = _fresh(_rated_batch.load, 500_000 * scale, 5)
    yield {"bench": "agreement.job", **_fresh(_job, large)}
    yield {"bench": "agreement.refresh", **_fresh(_refresh, large)}


def _fresh(stage: Callable[..., Any], *arguments: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(_set_up, stage, *arguments).result()


def _set_up(stage: Callable[..., Any], *arguments: Any) -> Any:
    import django

    django.setup()
    # What is loaded only once, such as compiled modules, is no part of the growth.
    import evals.tasks  # noqa: F401

    return stage(*arguments)


def _job(batch: int) -> dict[str, object]:
    """Everything counted, three times from nothing."""
    from evals.models import TallyState

    took, growth, run = [], 0.0, None
    for _ in range(REPEATS):
        TallyState.objects.filter(batch=batch).delete()
        before, started = _peak_mb(), time.perf_counter()
        # A seed of its own, or the run would join the one there is.
        run = _measure(batch, seed=time.time_ns() % 2**31)
        took.append(time.perf_counter() - started)
        growth = max(growth, _peak_mb() - before)
    return _told(run, took, growth)


def _refresh(batch: int) -> dict[str, object]:
    """A thousand new ratings, three times one after the other, each time measured again."""
    took, growth, run = [], 0.0, None
    _measure(batch, seed=0)
    for _ in range(REPEATS):
        _rated_batch.rate_more(batch, NEW_RATINGS)
        before, started = _peak_mb(), time.perf_counter()
        run = _measure(batch, seed=0)
        took.append(time.perf_counter() - started)
        growth = max(growth, _peak_mb() - before)
    return {"new_ratings": NEW_RATINGS, **_told(run, took, growth)}


def _told(run: Any, took: list[float], growth: float) -> dict[str, object]:
    seconds = sorted(took)[len(took) // 2]
    return {
        "n": run.ratings_through,
        "criteria": run.criteria.filter(slice__isnull=True).count(),
        "seconds": round(seconds, 3),
        "slowest": round(max(took), 3),
        "growth_mb": round(growth, 1),
        "peak_rss_mb": round(_peak_mb(), 1),
    }


def _measure(batch: int, *, seed: int) -> Any:
    """Start and carry out, as the page and the worker do."""
    from evals import measuring
    from evals.models import AgreementRun
    from labeling import runs
    from labeling.models import Batch

    run, _ = measuring.start(Batch.objects.get(pk=batch), seed=seed)
    with runs.executing(AgreementRun, run.pk) as attempt:
        if attempt:
            measuring.measure(attempt)
    run.refresh_from_db()
    if run.state != "finished":
        raise AssertionError(f"{run}: {run.error}")
    return run


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
