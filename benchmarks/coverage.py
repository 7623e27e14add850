"""How often intervals hold the truth: studies simulated anew, each with its interval of alpha.

Experts answer a yes-or-no question. A response is met with the chance `prevalence`; responses to
one item are alike (correlation .5); an expert sees the truth nine times of ten. The truth of alpha
is computed from that, not simulated. `covered` should be .95.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.reliability import UnitCounts, bootstrap, clusters
from evals.reliability.bootstrap import ITEM_BOOTSTRAP, LINEARISED, NORMAL_DRAW, resample

RUNS = 400
RESAMPLES = 400
RATERS = 3
ACCURACY = 0.9
# Responses of an item repeat the item's own answer with this chance, its square is the correlation.
KEPT = 0.5**0.5


@dataclass(frozen=True, slots=True)
class Study:
    """One design and the method that draws its intervals."""

    items: int
    responses: int
    prevalence: float
    method: str = ITEM_BOOTSTRAP


STUDIES = (
    *(Study(n, k, 0.5) for n in (20, 50, 100, 200) for k in (1, 4)),
    *(Study(n, k, 0.15) for n in (20, 50, 100, 200) for k in (1, 4)),
    # The draws that serve above 5,000 items, tried where every item can still be drawn beside them.
    *(
        Study(n, 4, prevalence, method)
        for n in (100, 400, 1_000)
        for prevalence in (0.5, 0.15, 0.02)
        for method in (ITEM_BOOTSTRAP, NORMAL_DRAW, LINEARISED)
    ),
)


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """Each design over 400 studies times the scale."""
    for study in STUDIES:
        with _method(study.method):
            yield covered(study, RUNS * scale)


@contextmanager
def _method(name: str) -> Iterator[None]:
    """Draw intervals by this method, whatever the number of items."""
    usual = clusters.EXACT_ITEMS, bootstrap.DRAWN_SUMS
    if name != ITEM_BOOTSTRAP:
        clusters.EXACT_ITEMS = 0
    if name == LINEARISED:
        bootstrap.DRAWN_SUMS = 0
    try:
        yield
    finally:
        clusters.EXACT_ITEMS, bootstrap.DRAWN_SUMS = usual


def covered(study: Study, runs: int) -> dict[str, object]:
    """The share of studies whose 95 % interval of nominal alpha holds the truth."""
    rng = np.random.default_rng([study.items, study.responses, round(1000 * study.prevalence)])
    truth, below, above, none = true_alpha(study.prevalence), 0, 0, 0
    for seed in range(runs):
        found = resample(drawn(study, rng), "nominal", seed=seed, resamples=RESAMPLES).alpha
        if found.low is None or found.high is None:
            none += 1
            continue
        if found.method != study.method:
            raise AssertionError(f"{study} was measured by {found.method}")
        below += truth < found.low
        above += truth > found.high
    known = runs - none
    return {
        "what": study.method,
        "items": study.items,
        "responses": study.responses,
        "prevalence": study.prevalence,
        "alpha": round(truth, 3),
        "runs": runs,
        "no_interval": none,
        "covered": round((known - below - above) / known, 3) if known else None,
        "truth_below": below,
        "truth_above": above,
    }


def true_alpha(prevalence: float) -> float:
    """1 - P(two experts differ on a response) / P(two experts differ on any two)."""
    yes = prevalence * ACCURACY + (1 - prevalence) * (1 - ACCURACY)
    return 1 - 2 * ACCURACY * (1 - ACCURACY) / (2 * yes * (1 - yes))


def drawn(study: Study, rng: np.random.Generator) -> UnitCounts:
    """Ratings of one study."""
    n, k = study.items, study.responses
    of_item = rng.random((n, 1)) < study.prevalence
    own = rng.random((n, k)) < study.prevalence
    truth: NDArray[np.bool_] = np.where(rng.random((n, k)) < KEPT, of_item, own).ravel()
    right = rng.random((n * k, RATERS)) < ACCURACY
    yes = (truth[:, None] == right).sum(axis=1)
    counts = np.column_stack([RATERS - yes, yes])
    return UnitCounts.from_matrix((0, 1), counts, items=np.arange(n * k) // k)
