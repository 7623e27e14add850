"""How the answers of one unit are packed into whole numbers that PostgreSQL adds up.

Each level has its own place, NA and cannot_assess behind them, `bits` wide: adding one number for
each rating counts them. A place holds the most ratings a unit can have; 62 bits go into a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from labeling.models import Batch, Criterion, Level
from labeling.spec import ScaleType

type Integers = NDArray[np.int64]

WORD_BITS = 62
BITS_MAX = 31
# Criteria on the lineages of the measured version, in every version rated in the batch by then.
MEMBERS = """
    SELECT c.lineage_id, v.number, c.id
    FROM labeling_criterion c JOIN labeling_rubricversion v ON v.id = c.version_id
    WHERE c.lineage_id = ANY(%(lineages)s) AND v.status <> 'draft'
      AND (v.id = %(version)s OR EXISTS (
        SELECT 1 FROM labeling_rating t
        WHERE t.batch_id = %(batch)s AND t.rubric_version_id = v.id AND t.id <= %(watermark)s))
    ORDER BY c.lineage_id, v.number
"""
# One step of the index for each rater, however many seats they have; by batch and rater and not by
# rater alone (see unit_places.BOUNDS).
RATERS = """
    WITH RECURSIVE rater AS (
        (SELECT rater_id FROM labeling_assignment
         WHERE batch_id BETWEEN %(batch)s AND %(batch)s ORDER BY batch_id, rater_id LIMIT 1)
        UNION ALL
        SELECT (SELECT a.rater_id FROM labeling_assignment a
                WHERE a.batch_id BETWEEN %(batch)s AND %(batch)s AND a.rater_id > rater.rater_id
                ORDER BY a.batch_id, a.rater_id LIMIT 1)
        FROM rater WHERE rater.rater_id IS NOT NULL
    )
    SELECT rater_id FROM rater WHERE rater_id IS NOT NULL ORDER BY rater_id
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A criterion of one rubric version, on a lineage that is measured."""

    version: int
    criterion: int
    levels: dict[int, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """A measured criterion with all versions of it that were rated."""

    criterion: Criterion
    values: tuple[float, ...] | None
    members: tuple[Member, ...]

    @property
    def lineage(self) -> int:
        # Every stored criterion has a lineage; only one being made has none yet.
        return self.criterion.lineage_id or self.criterion.pk


@dataclass(frozen=True)
class Layout:
    """The criteria of a batch as of a watermark, its raters, and how wide the places are."""

    criteria: tuple[Counted, ...]
    versions: tuple[int, ...]
    raters: tuple[int, ...]
    bits: int

    def places(self, counted: Counted) -> int:
        return len(counted.values or ()) + 2

    @property
    def per_word(self) -> int:
        return WORD_BITS // self.bits

    @property
    def continuous(self) -> dict[int, tuple[int, int]]:
        """Position and version of each rated criterion without levels, by its id."""
        return {
            member.criterion: (at, member.version)
            for at, counted in enumerate(self.criteria)
            if counted.values is None
            for member in counted.members
        }

    @cached_property
    def members(self) -> tuple[tuple[int, Member], ...]:
        """Every rated criterion with levels, under the position of the measured one."""
        return tuple(
            (at, member)
            for at, counted in enumerate(self.criteria)
            if counted.values is not None
            for member in counted.members
        )

    @cached_property
    def columns(self) -> tuple[tuple[int, int, int], ...]:
        """Criterion, which of its members, which word: one number for each unit."""
        return tuple(
            (at, nth, word)
            for at, counted in enumerate(self.criteria)
            if counted.values is not None
            for nth in range(len(counted.members))
            for word in range(-(-self.places(counted) // self.per_word))
        )

    def digits(self, counted: Counted, words: Sequence[Integers]) -> Integers:
        """Units x places: how often each answer was given, NA and cannot_assess last."""
        mask = (1 << self.bits) - 1
        return np.stack(
            [
                (words[place // self.per_word] >> (self.bits * (place % self.per_word))) & mask
                for place in range(self.places(counted))
            ],
            axis=1,
        )


def layout_of(batch: Batch, version: int, watermark: int, *, bits: int | None = None) -> Layout:
    """The layout for a batch's ratings under a rubric version; four queries.

    Without `bits` a place holds the batch's overlap, or its raters where they are fewer; and more
    where that takes no further number.
    """
    criteria = list(Criterion.objects.filter(version=version).prefetch_related("levels"))
    params: dict[str, Any] = {
        "batch": batch.pk,
        "version": version,
        "watermark": watermark,
        "lineages": [criterion.lineage_id for criterion in criteria],
    }
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, params)
        members = cursor.fetchall()
        cursor.execute(RATERS, params)
        raters = tuple(pk for (pk,) in cursor.fetchall())
    levels: dict[int, list[tuple[int, float]]] = {}
    ids = [criterion for _, _, criterion in members]
    for one in Level.objects.filter(criterion_id__in=ids):
        levels.setdefault(one.criterion_id, []).append((one.pk, float(one.value)))
    counted = tuple(_counted(criterion, members, levels) for criterion in criteria)
    versions = tuple(sorted({number for _, number, _ in members}))
    return Layout(
        counted, versions, raters, bits or _bits(counted, min(len(raters), batch.overlap))
    )


def _bits(counted: Sequence[Counted], ratings: int) -> int:
    longest = max((len(one.values or ()) + 2 for one in counted), default=2)
    return max(1, ratings.bit_length(), min(WORD_BITS // longest, BITS_MAX))


def _counted(
    criterion: Criterion,
    members: Sequence[tuple[int, int, int]],
    levels: dict[int, list[tuple[int, float]]],
) -> Counted:
    values = None
    if criterion.scale != ScaleType.INTERVAL:
        values = tuple(float(level.value) for level in criterion.levels.all())
    place = {value: position for position, value in enumerate(values or ())}
    return Counted(
        criterion,
        values,
        tuple(
            Member(
                number,
                member,
                {level: place[value] for level, value in levels.get(member, ()) if value in place},
            )
            for lineage, number, member in members
            if lineage == criterion.lineage_id
        ),
    )
