"""Rewards of a rubric while it is written, and whether any weights give the experts' order.

The editor's preview and the page of 1,000 responses by 200 criteria, each judged by five experts;
of more responses the pages draw some, and `n` says how many were weighed.
Then certificates for 200 responses by 50 criteria: every two responses to one item that the experts
tell apart are a pair. `found` is planted by weights, `missing` by a criterion that the rubric does
not have, each over few items with many responses and over many items with few.
"""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import _rated_batch
from evals.weighing import Certificate, Judged, Judgements, Weighed, certificate, holds, weigh
from labeling.spec import Answer, AnswerKind, CriterionSpec, parse_rubric

if TYPE_CHECKING:
    from django.test import Client

LABELLED, WIDE = 1_000, 200
REQUESTS = 20
RESPONSES, CRITERIA = 200, 50
LEVELS = 3
ITEMS = (40, 10, 1)


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """The pages, then both outcomes over each number of items, the responses times the scale."""
    yield from _pages(scale)
    yield from _certificates(scale)


def _pages(scale: int) -> Iterable[dict[str, object]]:
    """The first request reads the labels, the others while nothing new is judged."""
    from django.test import Client
    from django.urls import reverse

    from evals.queries.labelled import limit_for
    from labeling.models import Batch, User

    batch = Batch.objects.get(pk=_rated_batch.load(LABELLED * scale, WIDE))
    rubric = batch.rubric_version.rubric
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create(username=f"bench-{batch.pk}", is_superuser=True))
    for name, target in (("rubric_scoring_preview", 100), ("rubric_scoring", None)):
        address = reverse(name, args=[batch.project.slug, rubric.slug])
        first, *others = [_took(client, address) for _ in range(REQUESTS + 1)]
        took, worked = zip(*others, strict=True)
        median = statistics.median(took)
        yield {
            "what": name,
            "n": min(LABELLED * scale, limit_for(WIDE)),
            "labelled": LABELLED * scale,
            "criteria": WIDE,
            "first_ms": round(first[0], 1),
            "median_ms": round(median, 1),
            "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
            "cpu_ms": round(statistics.median(worked), 1),
            **({"target_ms": target, "holds": median < target} if target else {}),
        }


def _took(client: Client, address: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of them this process's own: the rest is the database's."""
    started, worked = time.perf_counter(), time.process_time()
    answer = client.get(address, headers={"HX-Request": "true"})
    took = (time.perf_counter() - started) * 1_000, (time.process_time() - worked) * 1_000
    if answer.status_code != 200:
        raise AssertionError(f"{address} answers {answer.status_code}")
    return took


def _certificates(scale: int) -> Iterable[dict[str, object]]:
    criteria = _criteria()
    for items in ITEMS:
        for missing in (False, True):
            weighed, overall = _planted(criteria, items, RESPONSES * scale, missing=missing)
            started = time.perf_counter()
            made = certificate(weighed, overall=overall)
            yield {
                "what": "certificate: a criterion is missing" if missing else "certificate: found",
                "n": made.n_pairs,
                "items": items,
                "responses": RESPONSES * scale,
                "criteria": CRITERIA,
                "seconds": round(time.perf_counter() - started, 3),
                **_outcome(weighed, made, missing=missing),
                "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }


def _criteria() -> tuple[CriterionSpec, ...]:
    scale = {
        "type": "ordinal",
        "levels": [{"value": value, "label": f"Level {value}"} for value in range(LEVELS)],
    }
    asked = [
        {"key": f"c{at}", "criterion": "How good?", "points": -1 if at % 10 == 9 else 1}
        for at in range(CRITERIA)
    ]
    return parse_rubric(
        {"title": "Bench", "criteria": [{**one, "scale": scale} for one in asked]}
    ).criteria


def _planted(
    criteria: tuple[CriterionSpec, ...], items: int, responses: int, *, missing: bool
) -> tuple[Weighed, dict[str, Fraction]]:
    rng = np.random.default_rng([items, responses, missing])
    values = rng.integers(0, LEVELS, (responses, CRITERIA))
    weights = rng.integers(1, 6, CRITERIA) * [-1 if one.is_pitfall else 1 for one in criteria]
    hidden = rng.integers(0, 2, responses) * (25 if missing else 0)
    rows = [
        Judged(
            f"r{at}",
            f"i{at % items}",
            {
                one.key: Answer(AnswerKind.SCORED, Decimal(int(value)))
                for one, value in zip(criteria, values[at], strict=True)
            },
        )
        for at in range(responses)
    ]
    scores = values @ weights + hidden
    overall = {f"r{at}": Fraction(int(score)) for at, score in enumerate(scores)}
    return weigh(criteria, Judgements.of(rows)), overall


def _outcome(weighed: Weighed, made: Certificate, *, missing: bool) -> dict[str, object]:
    """What was found; raises AssertionError where it is not what was planted, or is not proved."""
    if made.is_possible == missing:
        raise AssertionError("The planted outcome was not found.")
    shortest = made.shortest
    if shortest is None:
        return {"right": made.weighting.right if made.weighting else 0}
    if not holds(weighed, shortest):
        raise AssertionError("The conflict is not proved.")
    return {"pairs_in_conflict": len(shortest.pairs), "at_least": shortest.at_least}
