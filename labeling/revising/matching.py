"""Which criterion of one version is which of the other: by key, else by what they say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from labeling.revising.words import folded
from labeling.spec import CriterionSpec

# The share of words that two criteria must have in common to be taken for one.
ALIKE = 0.7
# More pairs than this are matched by equal texts only.
PAIRS_MAX = 40_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A criterion in both versions with its places there; None where it is in one only."""

    before: CriterionSpec | None
    after: CriterionSpec | None
    old: int | None
    new: int | None


def pairs(before: Sequence[CriterionSpec], after: Sequence[CriterionSpec]) -> list[Pair]:
    """Every criterion of both, those of `after` first, in order."""
    place = {criterion.key: at for at, criterion in enumerate(before)}
    became = {at: place[one.key] for at, one in enumerate(after) if one.key in place}
    became |= _renamed(before, after, became)
    stayed = set(became.values())
    found = [
        Pair(before[old] if old is not None else None, criterion, old, at)
        for at, criterion in enumerate(after)
        for old in [became.get(at)]
    ]
    return found + [Pair(one, None, at, None) for at, one in enumerate(before) if at not in stayed]


def _renamed(
    before: Sequence[CriterionSpec], after: Sequence[CriterionSpec], known: dict[int, int]
) -> dict[int, int]:
    """The old place of each criterion whose key is new but whose text is not, the likest first."""
    taken = set(known.values())
    old = [at for at in range(len(before)) if at not in taken]
    new = [at for at in range(len(after)) if at not in known]
    found: dict[int, int] = {}
    for _, at, was in sorted(_alike(before, after, old, new), key=lambda one: (-one[0], *one[1:])):
        if at not in found and was not in taken:
            found[at] = was
            taken.add(was)
    return found


def _alike(
    before: Sequence[CriterionSpec],
    after: Sequence[CriterionSpec],
    old: Sequence[int],
    new: Sequence[int],
) -> Iterator[tuple[float, int, int]]:
    """Likeness, new place and old place of the pairs that may be one criterion."""
    words = {at: _words(before[at]) for at in old}
    if len(old) * len(new) > PAIRS_MAX:
        by_text = {tuple(sorted(said.items())): at for at, said in reversed(words.items())}
        for at in new:
            was = by_text.get(tuple(sorted(_words(after[at]).items())))
            if was is not None:
                yield 1.0, at, was
        return
    for at in new:
        mine = _words(after[at])
        for was, theirs in words.items():
            if (share := _share(mine, theirs)) >= ALIKE:
                yield share, at, was


def _words(criterion: CriterionSpec) -> Counter[str]:
    return Counter(folded(criterion.criterion) or folded(criterion.name))


def _share(one: Counter[str], other: Counter[str]) -> float:
    """Words in common, twice, by all words (the coefficient of Dice)."""
    total = _size(one.values()) + _size(other.values())
    return 2 * _size((one & other).values()) / total if total else 0.0


def _size(counts: Iterable[int]) -> int:
    return sum(counts)
