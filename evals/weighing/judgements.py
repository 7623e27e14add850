"""What experts settled on, response by response, packed so that rewards are quick to work out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evals.weighing.consensus import NOT_RATED
from labeling.spec import Answer

type Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Judged:
    """One response: its settled answers by criterion key, None where the experts tie.

    A key that is absent was not rated.
    """

    id: str
    item: str
    answers: Mapping[str, Answer | None]


@dataclass(frozen=True, eq=False)
class Column:
    """One criterion: the different answers, and which of them each response has."""

    answers: tuple[Answer | None, ...]
    codes: Codes

    @classmethod
    def of(cls, given: Sequence[Answer | None]) -> Column:
        places: dict[Answer | None, int] = {}
        codes = [places.setdefault(answer, len(places)) for answer in given]
        return cls(tuple(places), np.array(codes, dtype=np.int32))


@dataclass(frozen=True, eq=False)
class Judgements:
    """Responses with a column for each criterion that anybody rated.

    `nowhere` names by item the criteria that apply to none of its responses.
    """

    responses: tuple[str, ...]
    items: tuple[str, ...]
    columns: Mapping[str, Column]
    nowhere: Mapping[str, AbstractSet[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, judged: Iterable[Judged], nowhere: Mapping[str, AbstractSet[str]] | None = None
    ) -> Judgements:
        """The same of single responses."""
        rows = list(judged)
        keys = dict.fromkeys(key for row in rows for key in row.answers)
        return cls(
            tuple(row.id for row in rows),
            tuple(row.item for row in rows),
            {key: Column.of([row.answers.get(key, NOT_RATED) for row in rows]) for key in keys},
            nowhere or {},
        )

    def __len__(self) -> int:
        return len(self.responses)

    @cached_property
    def item_places(self) -> NDArray[np.int64]:
        """Which item each response belongs to, counted in the order of their first response."""
        places: dict[str, int] = {}
        return np.array(
            [places.setdefault(item, len(places)) for item in self.items], dtype=np.int64
        )

    def answer(self, key: str, at: int) -> Answer | None:
        """The answer of the response at that place; None where the experts tie."""
        column = self.columns.get(key)
        return NOT_RATED if column is None else column.answers[int(column.codes[at])]

    def applies(self, key: str) -> NDArray[np.bool_]:
        """For each response whether the criterion applies to its item at all."""
        barred = {item for item, keys in self.nowhere.items() if key in keys}
        if not barred:
            return np.ones(len(self), dtype=bool)
        return np.array([item not in barred for item in self.items], dtype=bool)
