"""From the score table to the stored snapshot, counted whole and counted again where it changed.

Each measuring runs in a fresh process; `growth_mb` is what it adds to the memory of a worker that
has loaded its modules. `cpu_seconds` is what the processor worked for it, the database included.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from typing import Any

from benchmarks import _processor, _rated_batch
from benchmarks._agreement_engine import RESPONSES

NEW_RATINGS = 1_000
REPEATS = 5
TAGS = 4


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """One criterion on a million units, five on half as many, and the first once more in slices.

    Slices: three generators of two kinds answer each item, and items have tags.
    """
    million = 1_000_000 * scale
    yield from _both("one criterion", _fresh(_rated_batch.load, million, 1))
    yield from _both("five criteria", _fresh(_rated_batch.load, million // 2, 5))
    yield from _both("slices", _fresh(_rated_batch.load, million, 1, RESPONSES, TAGS))


def _both(case: str, batch: int) -> Iterable[dict[str, object]]:
    for stage in (_job, _refresh):
        name = stage.__name__.strip("_")
        told = {"bench": f"agreement.{name}", "case": case, "load": _processor.load()}
        yield told | _fresh(stage, batch)


def _fresh(stage: Callable[..., Any], *arguments: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(_set_up, stage, *arguments).result()


def _set_up(stage: Callable[..., Any], *arguments: Any) -> Any:
    import django

    django.setup()
    # What a worker loads once as it starts, such as compiled modules, is no part of the growth.
    import evals.tasks  # noqa: F401
    from evals.reliability import scientific

    scientific.load()
    return stage(*arguments)


def _job(batch: int) -> dict[str, object]:
    """Everything counted from nothing, three times."""
    from evals.models import TallyState

    def forget() -> None:
        TallyState.objects.filter(batch=batch).delete()

    # A seed of its own, or the run would join the one there is.
    return _timed(forget, lambda: _measure(batch, seed=time.time_ns() % 2**31), repeats=3)


def _refresh(batch: int) -> dict[str, object]:
    """A thousand new ratings, one time after the other, each time measured again."""
    _measure(batch, seed=0)

    def rate() -> None:
        _rated_batch.rate_more(batch, NEW_RATINGS)

    measured = _timed(rate, lambda: _measure(batch, seed=0), repeats=REPEATS)
    return {"new_ratings": NEW_RATINGS, **measured}


def _timed(
    prepare: Callable[[], None], measure: Callable[[], Any], *, repeats: int
) -> dict[str, object]:
    took, busy, growth = [], [], 0.0
    run: Any = None
    postmaster = _processor.postmaster()
    for _ in range(repeats):
        prepare()
        before, clock = _peak_mb(), _processor.Clock.start(postmaster)
        run = measure()
        took.append(clock.wall())
        busy.append(clock.busy())
        growth = max(growth, _peak_mb() - before)
    return {
        "n": run.ratings_through,
        "criteria": run.criteria.filter(slice__isnull=True).count(),
        "slices": run.criteria.order_by().values("slice").distinct().count() - 1,
        "seconds": round(median(took), 3),
        "each": [round(one, 3) for one in took],
        "cpu_seconds": round(median(busy), 3),
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
