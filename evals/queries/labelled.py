"""What experts settled on about the labelled responses of a rubric, as of now, for one reader.

Labels count by lineage, whatever batch they were given in; an expert who judged a unit in several
batches counts once, with the last judgement. Practice is no judgement. A constant number of
queries; what they read is kept until there is another rating, exclusion or ruling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from evals.queries.labelled_rows import Asked, Given, LabelledResponse, Raw, read, state
from evals.weighing import Column, Judgements, overall, settled
from labeling.models import Batch, Project, User
from labeling.spec import Answer, AnswerKind, CriterionSpec, ScaleSpec
from labeling.ways import pooled

# So many judgements (responses x criteria) are read at once; of more, whole items are drawn.
JUDGEMENTS_MAX = 200_000
RESPONSES_MAX = 5_000
RESPONSES_MIN = 100
SEED = 0
MODEL = "model"

type Lineages = Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Labelled responses of one kind of generator, or of all, drawn where there are too many.

    `kinds` counts all labelled responses by kind. `is_blind`: the reader rates in a batch that is
    not closed, so nothing of it is here, nor anything about the items that wait there.
    """

    raw: Raw
    criteria: tuple[CriterionSpec, ...]
    lineages: Lineages
    kinds: Mapping[str, int]
    kind: str | None
    is_blind: bool

    @property
    def responses(self) -> tuple[LabelledResponse, ...]:
        return self.raw.responses

    @property
    def total(self) -> int:
        """Labelled responses of the kind, drawn or not."""
        return self.kinds.get(self.kind, 0) if self.kind else sum(self.kinds.values())

    @property
    def is_drawn(self) -> bool:
        return len(self.responses) < self.total

    @cached_property
    def unlabelled(self) -> tuple[CriterionSpec, ...]:
        """Criteria of the reward that nobody has judged yet under the wording they have now."""
        return tuple(one for one in self.criteria if _pays(one) and not self._given(one.key))

    @cached_property
    def labelled(self) -> tuple[CriterionSpec, ...]:
        """The rubric without those, so that rewards can be worked out."""
        return tuple(one for one in self.criteria if one not in self.unlabelled)

    @cached_property
    def judgements(self) -> Judgements:
        """The settled answers of every criterion of the reward."""
        columns = {
            one.key: _column(one.scale, given)
            for one in self.labelled
            if _pays(one) and (given := self._given(one.key))
        }
        return Judgements(
            tuple(one.id for one in self.responses),
            tuple(one.item for one in self.responses),
            columns,
            self._nowhere(list(columns)),
        )

    def overall(self, key: str) -> dict[str, Fraction]:
        """By response the experts' median on one criterion, or the ruling; absent without any."""
        given = self._given(key)
        if given is None:
            return {}
        medians = [overall(one.values) for one in given.patterns]
        found: dict[str, Fraction] = {}
        for at, response in enumerate(self.responses):
            if at in given.rulings:
                ruling = given.rulings[at]
                median = None if ruling is None else Fraction(ruling)
            else:
                median = medians[given.codes[at]] if given.codes[at] >= 0 else None
            if median is not None:
                found[response.id] = median
        return found

    @cached_property
    def said_before(self) -> dict[str, Fraction]:
        """By response the experts' median of the overall they gave before the criteria."""
        found = self.raw.overalls
        medians = {one.id: overall(found.get(one.pk, ())) for one in self.responses}
        return {pk: median for pk, median in medians.items() if median is not None}

    @property
    def pooled(self) -> str | None:
        """What must be said where labels given in different ways are put together."""
        return pooled(self.raw.ways)

    def _given(self, key: str) -> Given | None:
        return self.raw.given.get(self.lineages.get(key, 0))

    def _nowhere(self, keys: Sequence[str]) -> dict[str, set[str]]:
        """By item the criteria that every expert of every response found not to apply."""
        found: dict[str, set[str]] = {}
        places, names = self._items
        for key in keys:
            given = self._given(key)
            if given is None or not any(one.is_na for one in given.patterns):
                continue
            for item in np.flatnonzero(_applies_nowhere(given, places, len(names))):
                found.setdefault(names[item], set()).add(key)
        return found

    @cached_property
    def _items(self) -> tuple[NDArray[np.int64], list[str]]:
        order: dict[str, int] = {}
        places = [order.setdefault(one.item, len(order)) for one in self.responses]
        return np.array(places, dtype=np.int64), list(order)


def labelled(
    project: Project,
    criteria: Sequence[CriterionSpec],
    lineages: Lineages,
    *,
    reader: User,
    kind: str | None = MODEL,
) -> Labelled:
    """The labels that `reader` may see; of another kind of generator where there are none of this.

    `kind` None asks for all kinds.
    """
    blind = tuple(
        sorted(
            Batch.objects.hiding(reader, "peers")
            .filter(project=project)
            .values_list("pk", flat=True)
        )
    )
    seen = Batch.objects.counting().filter(project=project).exclude(pk__in=blind)
    batches = tuple(seen.order_by("pk").values_list("pk", flat=True))
    asked = Asked(
        project=project.pk,
        batches=batches,
        blind=blind,
        lineages=tuple(sorted(lineages[one.key] for one in criteria if one.key in lineages)),
        kind=kind,
        limit=limit_for(len(criteria)),
        seed=SEED,
    )
    raw = _kept(asked, state(batches)) if not blind else read(asked)
    return Labelled(raw, tuple(criteria), lineages, raw.kinds, raw.kind, bool(blind))


def limit_for(criteria: int) -> int:
    """How many responses are read: fewer, the more criteria each of them has."""
    return max(RESPONSES_MIN, min(RESPONSES_MAX, JUDGEMENTS_MAX // max(criteria, 1)))


@lru_cache(maxsize=8)
def _kept(asked: Asked, _: object) -> Raw:
    """Read once for as long as the facts are the same."""
    return read(asked)


@lru_cache(maxsize=1024)
def _column(scale: ScaleSpec, given: Given) -> Column:
    """A unit with a ruling has the ruled value; one left open by a ruling is a tie.

    Many patterns settle to few answers; what a lineage's patterns settle to is worked out once.
    """
    answers: dict[Answer | None, int] = {}
    settled_at = [
        answers.setdefault(
            settled(scale, one.values, na=one.na, cannot_assess=one.cannot_assess), len(answers)
        )
        for one in given.patterns
    ]
    settled_at.append(answers.setdefault(Answer(AnswerKind.NOT_RATED), len(answers)))
    # The pattern of those without any is -1: the last place.
    codes = np.array(settled_at, dtype=np.int32)[given.codes]
    for at, ruling in given.rulings.items():
        ruled = None if ruling is None else Answer(AnswerKind.SCORED, ruling)
        codes[at] = answers.setdefault(ruled, len(answers))
    return Column(tuple(answers), codes)


def _pays(criterion: CriterionSpec) -> bool:
    return bool(criterion.points) or criterion.gate


def _applies_nowhere(given: Given, places: NDArray[np.int64], items: int) -> NDArray[np.bool_]:
    is_na = np.array([one.is_na for one in given.patterns] + [False], dtype=bool)[given.codes]
    is_other = (given.codes >= 0) & ~is_na
    na, other = (np.bincount(places, weights=mask, minlength=items) for mask in (is_na, is_other))
    return np.asarray((na > 0) & (other == 0))
