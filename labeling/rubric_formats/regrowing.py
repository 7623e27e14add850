"""A tree grown again from flat criteria: the one it was, as far as its author left it so.

A criterion remembers the branch it stood in and its place there; the rubric remembers the
branches. A section whose name was changed in all its criteria is a renamed branch; a criterion
moved to another section moves, and sections that are new become branches. The weights are those
of the file while they still give the points; otherwise a leaf weighs its points and a branch the
sum of its leaves, which gives every leaf the same share exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from labeling.rubric_formats.base import Json, objects
from labeling.rubric_formats.numbers import exact
from labeling.rubric_formats.trees import OUTER, Shape, paths
from labeling.spec import CriterionSpec
from labeling.spec.reading import SECTION_LENGTH

_LAST = 1 << 60


@dataclass(slots=True)
class Branch:
    """`raw` is what the file said of it, None for a new one; `text` is what it says now."""

    raw: Json | None
    text: str
    parent: int | None
    at: int
    weight: object
    # Places of its children, each a branch or a criterion by number.
    branches: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a criterion stood in the file."""

    parent: int
    at: int
    weight: object


@dataclass(slots=True)
class Grown:
    """The tree as it is to be written; weights by number of branch and of criterion."""

    branches: list[Branch]
    leaf_at: list[int]
    branch_weights: list[int | float]
    leaf_weights: list[int | float]

    def children(self, index: int) -> list[tuple[bool, int]]:
        """Whether it is a leaf, and its number, in order."""
        branch = self.branches[index]
        placed = [(self.branches[one].at, False, one) for one in branch.branches]
        placed += [(self.leaf_at[one], True, one) for one in branch.leaves]
        return [(is_leaf, one) for _, is_leaf, one in sorted(placed)]


def branches_of(nodes: object, shape: Shape) -> list[Branch]:
    """The branches of the file as they were kept, the root first; none where none were."""
    made: list[Branch] = []
    for node in objects(nodes) or []:
        parent, at, raw = node.get("parent"), node.get("at"), node.get("raw")
        is_placed = _is_index(parent, len(made)) if made else parent is None
        if not (is_placed and isinstance(at, int) and isinstance(raw, dict)):
            break
        weight = raw.get("weight", shape.default_weight)
        made.append(
            Branch(raw, shape.text(raw), parent if isinstance(parent, int) else None, at, weight)
        )
    return made


def leaf_of(said: object, shape: Shape) -> Leaf | None:
    """Where a criterion stood, as it was kept."""
    if not isinstance(said, dict) or not isinstance(said.get("at"), int):
        return None
    if not _is_index(said.get("parent"), _LAST):
        return None
    return Leaf(said["parent"], said["at"], said.get("weight", shape.default_weight))


def _is_index(value: object, below: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below


def remembered(text: str) -> str:
    """A branch's text as the name of a section."""
    return text if len(text) <= SECTION_LENGTH else text[: SECTION_LENGTH - 1] + "…"


def regrow(
    criteria: Sequence[CriterionSpec], leaves: Sequence[Leaf | None], known: Sequence[Branch]
) -> Grown:
    """The tree of these criteria; `known` are the branches of the file, the root first."""
    branches = list(known)
    leaves = [leaf if leaf and leaf.parent < len(branches) else None for leaf in leaves]
    _rename(branches, criteria, leaves)
    at, is_new = _place(branches, criteria, leaves)
    _prune(branches)
    weights = None if is_new else _as_in_file(branches, criteria, leaves)
    branch_weights, leaf_weights = weights or _by_points(branches, criteria)
    return Grown(branches, at, branch_weights, leaf_weights)


def _rename(
    branches: list[Branch], criteria: Sequence[CriterionSpec], leaves: Sequence[Leaf | None]
) -> None:
    """Where all criteria in a branch name its section alike, that is what it says now."""
    depths = _depths(branches)
    names: list[set[str]] = [set() for _ in branches]
    for criterion, leaf in zip(criteria, leaves, strict=True):
        index = leaf.parent if leaf else None
        if index is None or depths[index] > OUTER or len(criterion.path) != depths[index]:
            continue
        while index is not None and depths[index]:
            names[index].add(criterion.path[depths[index] - 1])
            index = branches[index].parent
    for branch, named in zip(branches, names, strict=True):
        if len(named) == 1 and named != {remembered(branch.text)}:
            branch.text = named.pop()


def _depths(branches: Sequence[Branch]) -> list[int]:
    depths: list[int] = []
    for branch in branches:
        depths.append(0 if branch.parent is None else depths[branch.parent] + 1)
    return depths


def _place(
    branches: list[Branch], criteria: Sequence[CriterionSpec], leaves: Sequence[Leaf | None]
) -> tuple[list[int], bool]:
    """Put each criterion into its branch; where it stands there, and whether some are new."""
    sections = paths([one.parent for one in branches], [remembered(one.text) for one in branches])
    by_path: dict[tuple[str, ...], int] = {}
    for index, section in enumerate(sections):
        by_path.setdefault(tuple(section), index)
    at, is_new = [], False
    for number, (criterion, leaf) in enumerate(zip(criteria, leaves, strict=True)):
        stays = leaf is not None and sections[leaf.parent] == list(criterion.path)
        place = leaf.at if leaf and stays else _LAST + number
        if leaf and stays:
            index = leaf.parent
        else:
            index = _section(branches, by_path, criterion.path, place)
        branches[index].leaves.append(number)
        at.append(place)
        is_new = is_new or not stays
    return at, is_new


def _section(
    branches: list[Branch], by_path: dict[tuple[str, ...], int], path: Sequence[str], at: int
) -> int:
    """The branch of this section, made at `at` with all above it that are missing."""
    parent = 0
    for length in range(1, len(path) + 1):
        key = tuple(path[:length])
        if key not in by_path:
            by_path[key] = len(branches)
            branches.append(Branch(None, path[length - 1], parent, at, None))
        parent = by_path[key]
    return parent


def _prune(branches: list[Branch]) -> None:
    """Hang every branch that still holds a criterion under its parent."""
    for index in range(len(branches) - 1, 0, -1):
        branch = branches[index]
        if branch.parent is not None and (branch.leaves or branch.branches):
            branches[branch.parent].branches.append(index)


def _as_in_file(
    branches: Sequence[Branch], criteria: Sequence[CriterionSpec], leaves: Sequence[Leaf | None]
) -> tuple[list[int | float], list[int | float]] | None:
    """The file's own weights; None where they no longer give the points."""
    own = [leaf.weight if leaf else None for leaf in leaves]
    parts, theirs = [exact(one) for one in own], [exact(one.weight) for one in branches]
    shares = [Fraction(0)] * len(criteria)
    reached = [Fraction(0)] * len(branches)
    reached[0] = Fraction(1)
    for index, branch in enumerate(branches):
        inner = [(theirs[one], reached, one) for one in branch.branches]
        parted = [*inner, *((parts[one], shares, one) for one in branch.leaves)]
        total = sum((weight for weight, _, _ in parted if weight), Fraction(0))
        for weight, target, one in parted:
            if weight is None:
                return None
            target[one] = reached[index] * weight / total if total else Fraction(0)
    points = [Fraction(one.points or 0) for one in criteria]
    whole = sum(points, Fraction(0))
    if any(share * whole != given for share, given in zip(shares, points, strict=True)):
        return None
    return [_json(one.weight) for one in branches], [_json(one) for one in own]


def _by_points(
    branches: Sequence[Branch], criteria: Sequence[CriterionSpec]
) -> tuple[list[int | float], list[int | float]]:
    """Each leaf weighs its points, each branch its leaves; siblings in smallest whole numbers."""
    leaf = [abs(Fraction(one.points or 0)) for one in criteria]
    sums = [Fraction(0)] * len(branches)
    for index in range(len(branches) - 1, -1, -1):
        branch = branches[index]
        parts = [leaf[one] for one in branch.leaves] + [sums[one] for one in branch.branches]
        sums[index] = sum(parts, Fraction(0))
    branch_weights: list[int | float] = [1] * len(branches)
    leaf_weights: list[int | float] = [0] * len(criteria)
    for branch in branches:
        parts = [leaf[one] for one in branch.leaves] + [sums[one] for one in branch.branches]
        whole = _whole(parts)
        for one, weight in zip(branch.leaves, whole, strict=False):
            leaf_weights[one] = weight
        for one, weight in zip(branch.branches, whole[len(branch.leaves) :], strict=True):
            branch_weights[one] = weight
    return branch_weights, leaf_weights


def _whole(weights: Sequence[Fraction]) -> list[int]:
    common = math.lcm(*(weight.denominator for weight in weights))
    whole = [int(weight * common) for weight in weights]
    divisor = math.gcd(*whole) or 1
    return [weight // divisor for weight in whole]


def _json(weight: object) -> int | float:
    return weight if isinstance(weight, int | float) else 0
