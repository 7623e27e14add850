"""Which criteria are released for an item: agreed upon by its raters, so fit to grade it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from evals.gaps.agreeing import Agreeing
from evals.gaps.asking import NotAsked, not_asked
from evals.gaps.pool import Criterion, Item, Pool, exact
from labeling.scoring import points_share

# Two clear responses, so that no single easy answer releases a criterion for its item.
CLEAR_RESPONSES = 2


@dataclass(frozen=True, slots=True)
class Release:
    """The criteria of an item: which apply, which are released, which may still become so.

    `waiting` are those not released that a newer version asks and experts have not answered.
    """

    applicable: tuple[Criterion, ...]
    released: tuple[Criterion, ...]
    pending: tuple[Criterion, ...]
    waiting: tuple[NotAsked, ...] = ()

    @property
    def share(self) -> Fraction | None:
        """The part of the item's points that released criteria carry; None without points."""
        return _share(self.released, self.applicable)

    @property
    def share_possible(self) -> Fraction | None:
        """The same, were every pending criterion released."""
        return _share(self.released + self.pending, self.applicable)


def released_criteria(item: Item, pool: Pool, agreeing: Agreeing) -> Release:
    """Released: usable, and clear on two responses of the item (one where there is only one).

    Every response of the item counts here, whatever its generator: a criterion on which experts
    agree about an expert's answer is understood, and that is what releasing it asks.
    """
    asked = [
        criterion
        for criterion in pool.criteria
        if criterion.is_rewarded
        and agreeing.rule.considers(criterion.key)
        and (item.criteria is None or criterion.key in item.criteria)
        and _applies(criterion, item, pool)
    ]
    clear = {each.key: _clear_responses(each, item, pool, agreeing) for each in asked}
    needed = max(1, min(CLEAR_RESPONSES, len(pool.responses_of[item.id])))
    released = tuple(each for each in asked if each.usable and clear[each.key][0] >= needed)
    least = agreeing.rule.raters_min
    unasked = {each.key: not_asked(each, item, pool, least) for each in asked}
    # What nobody has answered under the new version yet was not measured either.
    pending = tuple(
        each
        for each in asked
        if each not in released
        and (each.usable or (unasked[each.key] and pool.asking.open))
        and sum(clear[each.key]) >= needed
    )
    waiting = tuple(
        found for each in asked if each not in released and (found := unasked[each.key])
    )
    return Release(tuple(asked), released, pending, waiting)


def _applies(criterion: Criterion, item: Item, pool: Pool) -> bool:
    """Where raters answered NA on every response, the criterion leaves the item's points."""
    found = (pool.unit.get((each.id, criterion.key)) for each in pool.responses_of[item.id])
    units = [unit for unit in found if unit]
    return not units or any(unit.na < unit.raters for unit in units)


def _clear_responses(
    criterion: Criterion, item: Item, pool: Pool, agreeing: Agreeing
) -> tuple[int, int]:
    """On how many responses it is clear, and on how many more it may become so."""
    units = [pool.unit.get((each.id, criterion.key)) for each in pool.responses_of[item.id]]
    clear = sum(1 for unit in units if unit is not None and agreeing.is_clear(unit))
    return clear, sum(1 for unit in units if agreeing.may_become_clear(unit))


def _share(part: Sequence[Criterion], whole: Sequence[Criterion]) -> Fraction | None:
    return points_share([each.spec for each in whole], {each.key for each in part})


def carries(share: Fraction | None, needed: float) -> bool:
    """Whether this share of the points is enough; nothing is never enough."""
    return share is not None and share > 0 and share >= exact(needed)
