"""Who rates what: the order of a queue, and how many places and raters a batch needs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeling.language import gettext


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a number of raters can do with a batch when nobody rates a response twice."""

    places: int
    reachable: int
    places_per_rater: int
    problem: str | None

    @property
    def is_complete(self) -> bool:
        return self.reachable == self.places


def plan_order(
    response_ids: Sequence[str], *, seed: int, priorities: Mapping[str, int] | None = None
) -> list[tuple[str, int]]:
    """Each response with its key in the queue, 1 first: high priority first, shuffled within.

    The shuffle hangs on the seed and the external id alone, so every machine and every order of
    the responses gives the same queue.
    """
    if len(set(response_ids)) < len(response_ids):
        raise ValueError("a response stands in the batch twice")
    ranks = priorities or {}
    ordered = sorted(response_ids, key=lambda one: (-ranks.get(one, 0), _draw(seed, one), one))
    return [(response_id, key) for key, response_id in enumerate(ordered, start=1)]


def places(n_responses: int, overlap: int) -> int:
    """How many ratings a batch asks for: every response by `overlap` different raters."""
    if n_responses < 0 or overlap < 1:
        raise ValueError("a batch needs an overlap of at least 1")
    return n_responses * overlap


def coverage(n_responses: int, overlap: int, n_raters: int) -> Coverage:
    """How much of the batch these raters can fill, and what is missing in words."""
    wanted = places(n_responses, overlap)
    reachable = n_responses * min(overlap, n_raters)
    each = -(-reachable // n_raters) if n_raters else 0
    problem = None
    if wanted and n_raters < overlap:
        problem = gettext(
            "%(overlap)s ratings per response needs at least %(overlap)s raters, here are "
            "%(raters)s"
        ) % {"overlap": overlap, "raters": n_raters}
    return Coverage(wanted, reachable, each, problem)


def _draw(seed: int, response_id: str) -> bytes:
    return hashlib.sha256(f"{seed}:{response_id}".encode()).digest()
