"""Two texts for one criterion, side by side, and what choosing one's own would send."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeling import authoring
from labeling.authoring import CriterionChanged, CriterionRemoved, Stage
from labeling.errors import Conflict
from labeling.models import Rubric
from labeling.revising import FieldChange, compare
from labeling.spec import CriterionSpec, RubricSpec


@dataclass(frozen=True, slots=True)
class Clash:
    """What another author saved meanwhile, against what was typed here."""

    title: str
    fields: tuple[FieldChange, ...]
    seen: str
    is_gone: bool = False


def clash(here: Stage, pk: int, mine: CriterionSpec, error: Conflict) -> Clash:
    """Both texts; `seen` names theirs, so that keeping one's own is a decision."""
    if isinstance(error, CriterionRemoved):
        return Clash(str(error), (), "", is_gone=True)
    if isinstance(error, CriterionChanged):
        theirs = error.theirs
    else:
        row = authoring.find(here.text, pk) if here.text else None
        if row is None:
            return Clash(str(error), (), "", is_gone=True)
        theirs = authoring.criterion_of(row)
    return Clash(str(error), _fields(theirs, mine), authoring.token(theirs))


def removed_clash(rubric: Rubric, pk: int) -> Clash:
    """The criterion is gone; what was typed for it is not."""
    here = authoring.stage(rubric)
    last = authoring.last_change(here.draft, pk) if here.draft else None
    return Clash(str(CriterionRemoved(None, last)), (), "", is_gone=True)


def _fields(theirs: CriterionSpec, mine: CriterionSpec) -> tuple[FieldChange, ...]:
    both = (RubricSpec("", criteria=(replace(one, key=mine.key),)) for one in (theirs, mine))
    found = compare(*both)
    return found.criteria[0].fields
