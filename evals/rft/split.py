"""Training and validation: whole groups, in salted hash order, up to a size target.

Hashing each item on its own would part a group, and with few groups it can leave a file empty.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Literal

Split = Literal["train", "valid"]
VALID_ROWS_MAX = 1_000
GroupKey = tuple[str, str]


def split_by_group(
    group_of: Mapping[str, str | None],
    *,
    valid_share: float,
    seed: int,
    valid_rows_max: int = VALID_ROWS_MAX,
) -> dict[str, Split]:
    """The split of every item; an item without group is a group of its own.

    With two groups or more and a share above 0, neither split is empty.
    """
    keys = {item: _group_key(item, group) for item, group in group_of.items()}
    sizes = Counter(keys.values())
    target = min(round(valid_share * len(keys)), valid_rows_max)
    valid = _valid_groups(sizes, target, seed) if valid_share > 0 else frozenset()
    return {item: "valid" if key in valid else "train" for item, key in keys.items()}


def _group_key(item: str, group: str | None) -> GroupKey:
    return ("group", group) if group else ("item", item)


def _valid_groups(sizes: Mapping[GroupKey, int], target: int, seed: int) -> frozenset[GroupKey]:
    """Groups in hash order, each taken when it brings the size nearer to the target."""
    if len(sizes) < 2:
        return frozenset()
    order = sorted(sizes, key=lambda group: _rank(group, seed))
    taken: list[GroupKey] = []
    total = 0
    for group in order:
        if abs(total + sizes[group] - target) < abs(total - target):
            taken.append(group)
            total += sizes[group]
    if not taken:
        taken = [min(order, key=lambda group: sizes[group])]
    return frozenset(taken[:-1] if len(taken) == len(order) else taken)


def _rank(group: GroupKey, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}:{group[0]}:{group[1]}".encode()).digest()
