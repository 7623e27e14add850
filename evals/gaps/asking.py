"""What a newer version of the rubric asks again and experts have not answered yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.gaps import sentences
from evals.gaps.pool import Asking, Criterion, Item, Pool, Response


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A criterion of an item that waits for answers: how many there are, one entry a response."""

    criterion: Criterion
    raters: tuple[int, ...]

    def in_words(self, raters_min: int) -> str:
        """As `cites_policy`, 1 of 3 on 2 responses."""
        fewest, most = min(self.raters), max(self.raters)
        told = {"key": self.criterion.key, "least": raters_min, "n": len(self.raters)}
        if fewest == most:
            return sentences.WAITING(raters=most, **told)
        return sentences.WAITING_APART(fewest=fewest, most=most, **told)


def not_asked(criterion: Criterion, item: Item, pool: Pool, raters_min: int) -> NotAsked | None:
    """The criterion's units of the item that have too few answers, where more were asked for."""
    found = [
        each
        for response in pool.responses_of[item.id]
        if (each := not_answered(response, criterion, pool, raters_min))
    ]
    return NotAsked(criterion, sum((each.raters for each in found), ())) if found else None


def not_answered(
    response: Response, criterion: Criterion, pool: Pool, raters_min: int
) -> NotAsked | None:
    """The same of one response."""
    unit = pool.unit.get((response.id, criterion.key))
    raters = unit.raters if unit else 0
    asked = pool.asking.places.get((response.id, criterion.key), 0)
    return NotAsked(criterion, (raters,)) if raters < min(raters_min, asked) else None


def sentence(waiting: Sequence[NotAsked], asking: Asking, raters_min: int) -> str:
    """What is not answered, in words; whether it still can be is part of them."""
    listed = ", ".join(one.in_words(raters_min) for one in waiting)
    said = sentences.NOT_ASKED_YET if asking.open else sentences.NOT_ASKED
    return said(version=asking.version, waiting=listed)
