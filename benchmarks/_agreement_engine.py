"""The engine at size: alpha and intervals from an array of counts, the package beside them.

Every case runs in a process of its own, so that its memory is its own. `seconds` is the median of
some runs (five but where a case says otherwise), `cpu_seconds` what the processor worked for it,
however busy the machine is with other things; `peak_rss_mb` is all that the process ever held,
counts and libraries included.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import _processor

UNITS = 1_000_000
RATERS = 5
LEVELS = 5
RESPONSES = 3
SLIDER_UNITS = 30_000
SLIDER_LEVELS = 101
REPEATS = 5
# The package needs units x levels^2 numbers: more slider units than these would take gigabytes.
PACKAGE_SLIDER_UNITS = 1_000
# Resamples the package is given before its time is multiplied up.
PACKAGE_RESAMPLES = 2

type Case = Callable[[int], dict[str, Any]]


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """Each case in a fresh process, and in another one what the package makes of the same."""
    for name, ours, theirs in CASES:
        told = {"bench": f"agreement.{name}", "case": ours.__name__, "load": _processor.load()}
        told |= _fresh(ours, scale)
        yield told | ({"package": _fresh(theirs, scale)} if theirs else {})


def _fresh(case: Case, scale: int) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(case, scale).result()


def alpha(scale: int) -> dict[str, Any]:
    """Ordinal alpha."""
    from evals.reliability import UnitCounts
    from evals.reliability.alpha import krippendorff_alpha

    counts = rated(UNITS * scale, LEVELS)
    measured = timed(
        lambda: krippendorff_alpha(UnitCounts.from_matrix(range(LEVELS), counts), "ordinal").value
    )
    return {"units": len(counts), **measured}


def alpha_package(scale: int) -> dict[str, Any]:
    """The same alpha by the krippendorff package."""
    counts = rated(UNITS * scale, LEVELS)
    return {"units": len(counts), **timed(lambda: _package(counts, "ordinal"), repeats=3)}


def bootstrap(scale: int) -> dict[str, Any]:
    """Ordinal alpha with 1,000 resamples, one response for an item."""
    return _interval(rated(UNITS * scale, LEVELS), None)


def bootstrap_items(scale: int) -> dict[str, Any]:
    """The same with three responses for an item."""
    counts = rated(UNITS * scale, LEVELS)
    return _interval(counts, np.arange(len(counts)) // RESPONSES)


def bootstrap_package(scale: int) -> dict[str, Any]:
    """Units drawn anew and given to the package; a few resamples, multiplied up to 1,000."""
    counts = rated(UNITS * scale, LEVELS)
    rng = np.random.default_rng(1)

    def draw() -> float:
        return _package(counts[rng.integers(0, len(counts), len(counts))], "ordinal")

    measured = timed(draw, repeats=PACKAGE_RESAMPLES)
    for name in ("seconds", "fastest", "cpu_seconds"):
        measured[name] = round(measured[name] * 1_000, 1)
    return {"units": len(counts), **measured, "estimated_from": f"{PACKAGE_RESAMPLES} resamples"}


def slider(scale: int) -> dict[str, Any]:
    """A slider from 0 to 100 on an interval scale: everything the report says about it."""
    return _slider(scale, "interval")


def slider_ordinal(scale: int) -> dict[str, Any]:
    """The same slider read as an ordinal scale, whose ranks move with every resample."""
    return _slider(scale, "ordinal")


def slider_package(scale: int) -> dict[str, Any]:
    """Alpha alone of fewer units by the package."""
    counts = rated(PACKAGE_SLIDER_UNITS * scale, SLIDER_LEVELS)
    return {"units": len(counts), **timed(lambda: _package(counts, "interval"), repeats=1)}


# The package has no item bootstrap and no report: it stands beside what it can do.
CASES: tuple[tuple[str, Case, Case | None], ...] = (
    ("alpha", alpha, alpha_package),
    ("bootstrap", bootstrap, bootstrap_package),
    ("bootstrap", bootstrap_items, None),
    ("slider", slider, slider_package),
    ("slider", slider_ordinal, None),
)


def rated(units: int, levels: int) -> NDArray[np.int64]:
    """Units x levels: five raters see the truth seven times of ten, else up to a quarter beside."""
    rng = np.random.default_rng(20_111_971)
    counts = np.zeros((units, levels), dtype=np.int64)
    truth = rng.integers(0, levels, units, dtype=np.int16)
    reach = levels // 4 + 1
    for _ in range(RATERS):
        miss = rng.integers(-reach, reach + 1, units, dtype=np.int16)
        miss[rng.random(units, dtype=np.float32) < 0.7] = 0
        counts[np.arange(units), np.clip(truth + miss, 0, levels - 1)] += 1
    return counts


def timed(act: Callable[[], object], *, repeats: int = REPEATS) -> dict[str, Any]:
    """Median time of some runs, and the most memory the process has held."""
    before, taken, busy = _peak_mb(), [], []
    for _ in range(repeats):
        started, used = time.perf_counter(), time.process_time()
        value = act()
        taken.append(time.perf_counter() - started)
        busy.append(time.process_time() - used)
    return {
        "seconds": round(statistics.median(taken), 4),
        "fastest": round(min(taken), 4),
        "cpu_seconds": round(statistics.median(busy), 4),
        "peak_rss_mb": round(_peak_mb(), 1),
        "growth_mb": round(_peak_mb() - before, 1),
        "value": value,
    }


def _interval(counts: NDArray[np.int64], items: NDArray[np.int64] | None) -> dict[str, Any]:
    from evals.reliability import UnitCounts
    from evals.reliability.bootstrap import resample

    found = []

    def draw() -> float | None:
        table = UnitCounts.from_matrix(range(LEVELS), counts, items=items)
        found.append(resample(table, "ordinal", resamples=1_000))
        return found[-1].alpha.low

    measured = timed(draw)
    return {"units": len(counts), **measured, "method": found[-1].alpha.method}


def _slider(scale: int, measurement: str) -> dict[str, Any]:
    from evals.reliability import UnitCounts, summarise

    counts = rated(SLIDER_UNITS * scale, SLIDER_LEVELS)
    found = []

    def measure() -> float | None:
        table = UnitCounts.from_matrix(range(SLIDER_LEVELS), counts)
        found.append(summarise(table, measurement=measurement, raters=RATERS))
        return found[-1].alpha.value

    measured = timed(measure)
    return {"units": len(counts), **measured, "method": found[-1].alpha.ci_method}


def _package(counts: NDArray[np.int64], measurement: str) -> float:
    import krippendorff

    return float(
        krippendorff.alpha(
            value_counts=counts,
            value_domain=np.arange(counts.shape[1], dtype=np.float64),
            level_of_measurement=measurement,  # type: ignore[arg-type]
        )
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
