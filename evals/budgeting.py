"""The label budget of a batch: whom to ask again, what it settles, what it costs.

Joins the outlook of every criterion (a rating judges them all at once) to the responses that can
get another expert. Reads only; `labeling.extra_seats` and `assigning` do what comes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evals.models import AgreementRun
from evals.queries import planning as reads
from evals.queries.value_counts import measurement_of
from evals.reliability.budget import (
    LEVELS_MAX,
    Expected,
    Offer,
    Outlook,
    expected_clear,
    offer,
    outlook,
)
from labeling.models import Batch, Criterion
from labeling.spec import ScaleType

# More than this are not put before people at once: measure again, then plan again.
LINES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One response of the list. `places` are all it will have, `more` those that are new."""

    response: int
    more: int
    gain: float
    places: int


@dataclass(frozen=True, eq=False)
class Pool:
    """What can be asked about a measured batch, before any budget is set.

    `afresh`: the batch is closed, so the ratings would be those of a new batch of their own.
    `gains` is responses x (k + 1); `left` how many experts there still are for each response.
    """

    run: AgreementRun
    afresh: bool
    experts: int
    seconds: reads.Pace
    outlooks: Sequence[tuple[reads.CriterionTable, Outlook]]
    left_out: Sequence[Criterion]
    responses: NDArray[np.int64]
    left: NDArray[np.int64]
    places: NDArray[np.int64]
    pending: int

    @cached_property
    def gains(self) -> NDArray[np.float64]:
        """Units expected to become clear, less those expected to become unclear."""
        more = min((one.more for _, one in self.outlooks), default=0)
        found = np.zeros((len(self.responses), more + 1))
        for table, one in self.outlooks:
            at, unit = self._shared(table)
            found[at] += one.after[unit, : more + 1] - one.after[unit, :1]
        return found

    @property
    def more(self) -> int:
        """The most further experts that were worked out for a response."""
        return self.gains.shape[1] - 1

    @property
    def clear(self) -> int:
        return sum(int(one.clear.sum()) for _, one in self.outlooks)

    @property
    def units(self) -> int:
        return sum(len(one.clear) for _, one in self.outlooks)

    @property
    def not_assessed(self) -> int:
        """Units with an NA or cannot_assess: more ratings of the same kind cannot mend them."""
        return sum(int((one.not_assessed & ~one.ruled).sum()) for _, one in self.outlooks)

    @property
    def ruled(self) -> int:
        """Units an adjudicator decided: they are settled whatever else is said."""
        return sum(int(one.ruled.sum()) for _, one in self.outlooks)

    @property
    def hopeless(self) -> int:
        """Units of one mind too few: no number of further experts up to `more` makes them clear."""
        return sum(int((one.hopeless() & ~one.not_assessed).sum()) for _, one in self.outlooks)

    @property
    def without_experts(self) -> int:
        """Responses that every expert of the project has seen."""
        return int((self.left <= 0).sum())

    def _shared(self, table: reads.CriterionTable) -> tuple[NDArray, NDArray]:
        """Positions of the table's responses here, and in the table."""
        _, here, there = np.intersect1d(
            self.responses, table.responses, assume_unique=True, return_indices=True
        )
        return here, there

    def offer(self, most: int) -> Offer:
        """Everything worth asking, at most so many further experts a response.

        A new batch has one overlap: there every response gets exactly so many.
        """
        gains = self.gains[:, : most + 1]
        if self.afresh:
            gains = np.where(np.arange(gains.shape[1]) == most, gains, 0.0)
        return offer(gains, self.left)

    def lines(self, chosen: Offer) -> list[Line]:
        """The offer, response by response."""
        return [
            Line(int(self.responses[at]), k, gain, int(self.places[at]) + k)
            for at, k, gain in zip(
                chosen.chosen.tolist(), chosen.more.tolist(), chosen.gains.tolist(), strict=True
            )
        ]

    def expected(self, chosen: Offer) -> Expected:
        """How many more units will be clear once this offer is rated."""
        more = np.zeros(len(self.responses), dtype=np.int64)
        more[chosen.chosen] = chosen.more
        after, clear = [np.zeros(0)], 0
        for table, one in self.outlooks:
            here, there = self._shared(table)
            k = more[here]
            asked = k > 0
            after.append(one.after[there[asked], k[asked]])
            clear += int(one.clear[there[asked]].sum())
        return expected_clear(np.concatenate(after), clear)


def pool_of(run: AgreementRun) -> Pool:
    """Read a measured batch, in a number of queries that does not depend on its size."""
    batch = run.batch
    afresh = batch.state == Batch.State.CLOSED
    known = reads.experts(batch.project)
    responses, left, places, pending = _asked(batch, known, afresh)
    found = reads.tables(run)
    planned = [table for table in found if len(table.counts.values) <= LEVELS_MAX]
    criteria = run.rubric_version.criteria.all()
    told = {table.criterion.pk for table in planned}
    return Pool(
        run=run,
        afresh=afresh,
        experts=len(known),
        seconds=reads.pace(batch),
        outlooks=[(table, _outlook(table, afresh)) for table in planned],
        left_out=[criterion for criterion in criteria if criterion.pk not in told],
        responses=responses,
        left=left,
        places=places,
        pending=pending,
    )


def _asked(batch: Batch, known: list[int], afresh: bool) -> tuple[NDArray, NDArray, NDArray, int]:
    """Responses that can get experts, how many there are for each, places so far, and pending."""
    if afresh:
        responses = np.sort(reads.ratable(batch))
        nought = np.zeros(len(responses), dtype=np.int64)
        return responses, nought + len(known), nought, 0
    rows = np.sort(reads.seats(batch, known), order="response")
    # Who is still to answer may settle it: nobody else is asked before.
    done = rows[rows["open"] <= 0]
    left = len(known) - done["seen"].astype(np.int64)
    return done["response"], left, done["overlap"].astype(np.int64), len(rows) - len(done)


def _outlook(table: reads.CriterionTable, afresh: bool) -> Outlook:
    criterion = table.criterion
    pass_at = criterion.pass_at if criterion.scale == ScaleType.ORDINAL else None
    return outlook(
        table.counts,
        measurement_of(criterion.scale),
        not_assessed=table.not_assessed,
        ruled=table.ruled,
        pass_at=None if pass_at is None else float(pass_at),
        afresh=afresh,
    )
