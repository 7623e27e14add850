"""All answers of a batch to criteria with levels, as a stream of numbers in one query.

Rater, unit and answer of a score go into one bigint; PostgreSQL strings some hundred thousand of
them together and numpy counts them. That is one sequential read: grouping a million units in the
database instead takes twice its time, in tables too large for any cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Cursor

from evals.queries.extents import Extent
from evals.queries.layout import Layout

type Integers = NDArray[np.int64]

# Scores of one block are neighbours in the table: at most 2 to this power of them.
BLOCK_BITS = 18
NUMBER_BITS = 63
SCORES = """
    SELECT {columns} FROM labeling_score s WHERE {which} {criteria} GROUP BY s.id >> {block}
"""
# Every level has a number of its own; NA and cannot_assess have two for each criterion.
MARK = """
    CASE WHEN s.level_id IS NOT NULL THEN s.level_id - {first_level}
    ELSE {levels} + 2 * (s.criterion_id - {first_criterion})
        + CASE s.answer WHEN 'NA' THEN 0 ELSE 1 END END
"""
# Criteria of the versions that were rated: without others, none needs to be filtered away.
OTHERS = """
    SELECT EXISTS (
        SELECT 1 FROM labeling_criterion c JOIN labeling_rubricversion v ON v.id = c.version_id
        WHERE v.rubric_id = %(rubric)s AND v.status <> 'draft' AND c.id <> ALL (%(known)s)
    )
"""


@dataclass(frozen=True, eq=False)
class ScoreBlock:
    """Some scores: the ids of their responses and raters, and the mark of their answers."""

    responses: Integers
    raters: Integers
    marks: Integers


@dataclass(frozen=True)
class Marks:
    """How answers are numbered: `levels` numbers for levels, then two for each criterion."""

    first_level: int
    levels: int
    first_criterion: int
    criteria: int

    @classmethod
    def of(cls, layout: Layout) -> Marks:
        levels = [level for _, one in layout.members for level in one.levels]
        criteria = [one.criterion for _, one in layout.members]
        return cls(
            min(levels),
            1 + max(levels) - min(levels),
            min(criteria),
            1 + max(criteria) - min(criteria),
        )

    @property
    def size(self) -> int:
        return self.levels + 2 * self.criteria

    def of_level(self, level: int) -> int:
        return level - self.first_level

    def not_applicable(self, criterion: int) -> int:
        return self.levels + 2 * (criterion - self.first_criterion)

    def sql(self) -> str:
        return MARK.format(
            first_level=self.first_level, levels=self.levels, first_criterion=self.first_criterion
        )


@dataclass(frozen=True)
class Packing:
    """Which bits of the number are what; a second column when they are too many for one."""

    marks: int
    raters: int
    responses: int

    @property
    def is_one(self) -> bool:
        return self.marks + self.raters + self.responses <= NUMBER_BITS

    def columns(self, mark: str) -> list[str]:
        answer = f"(s.rater_id << {self.marks} | ({mark}))"
        if self.is_one:
            answer = f"(s.response_id << {self.marks + self.raters} | {answer})"
            return [_blob(answer)]
        return [_blob(answer), _blob("s.response_id")]

    def unpacked(self, row: Sequence[bytes | None]) -> ScoreBlock:
        """A block of scores; where none were gathered there is none."""
        answers = np.frombuffer(row[0] or b"", ">i8").astype(np.int64)
        marks = answers & ((1 << self.marks) - 1)
        answers >>= self.marks
        if not self.is_one:
            responses = np.frombuffer(row[1] or b"", ">i8").astype(np.int64)
            return ScoreBlock(responses, answers, marks)
        raters = answers & ((1 << self.raters) - 1)
        answers >>= self.raters
        return ScoreBlock(answers, raters, marks)


def score_blocks(
    extents: Sequence[Extent], layout: Layout, marks: Marks, *, highest: int, rubric: int
) -> Iterator[list[ScoreBlock]]:
    """The scores of the same units at several watermarks, read once: a block of each extent.

    `highest` is the highest id of their responses.
    """
    raters = max(layout.raters, default=0)
    packing = Packing(marks.size.bit_length(), raters.bit_length(), highest.bit_length())
    known = [member.criterion for _, member in layout.members]
    sent = packing.columns(marks.sql())
    which, columns, params = _at_each(extents, sent)
    sql = SCORES.format(
        columns=", ".join(columns),
        which=which,
        criteria="AND s.criterion_id = ANY (%(known)s)" if _others(rubric, known) else "",
        block=BLOCK_BITS,
    )
    for row in stream(sql, {**params, "known": known}):
        yield [packing.unpacked(part) for part in batched(row, len(sent))]


def _at_each(extents: Sequence[Extent], sent: list[str]) -> tuple[str, list[str], dict[str, Any]]:
    """Which scores are read, what is sent of each extent, and the parameters."""
    if len(extents) == 1:
        return extents[0].condition(), sent, extents[0].params()
    params: dict[str, Any] = {}
    columns, standing = [], []
    for number, extent in enumerate(extents):
        standing.append(f"({extent.standing(str(number))})")
        columns += [f"{one} FILTER (WHERE {standing[-1]})" for one in sent]
        params |= extent.params(str(number))
    return f"{extents[0].scope()} AND ({' OR '.join(standing)})", columns, params


def stream(sql: str, params: dict[str, object]) -> Iterator[tuple[bytes, ...]]:
    """Rows one by one as they come, as bytes. (A named cursor would forbid parallel plans.)"""
    connection.ensure_connection()
    # Django's own cursors put parameters into the text, and then answers are text too.
    with Cursor(connection.connection) as cursor:
        yield from cursor.stream(sql, params, binary=True)


def _others(rubric: int, known: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, {"rubric": rubric, "known": known})
        return bool(cursor.fetchone()[0])


def _blob(number: str) -> str:
    return f"string_agg(int8send({number}), ''::bytea)"
