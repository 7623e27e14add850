"""The kinds of change, and what a comparison of two rubrics is made of."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from labeling.language import gettext_noop
from labeling.revising.words import Piece, word_differences
from labeling.spec import CriterionSpec


class Change(StrEnum):
    """What a change touches, the gravest for the labels first."""

    ADDED = gettext_noop("added")
    REMOVED = gettext_noop("removed")
    SCALE = gettext_noop("scale")
    WORDING = gettext_noop("wording")
    WEIGHT = gettext_noop("weight")
    COSMETIC = gettext_noop("cosmetic")
    REORDERED = gettext_noop("reordered")


@dataclass(frozen=True)
class FieldChange:
    """One place with both its texts; an absent one is empty."""

    where: str
    change: Change
    before: str
    after: str

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Both texts as one, word by word."""
        return word_differences(self.before, self.after)


@dataclass(frozen=True)
class CriterionDifference:
    """A criterion before and after: one of them is None when it was added or removed.

    `scale_reasons` says why a label given before means something else after; empty when none does.
    """

    before: CriterionSpec | None
    after: CriterionSpec | None
    changes: tuple[Change, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    scale_reasons: tuple[str, ...] = ()

    @property
    def spec(self) -> CriterionSpec:
        """The criterion as it is now, or as it was last."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def is_unchanged(self) -> bool:
        return not self.changes


@dataclass(frozen=True)
class RubricDifference:
    """Two versions of a rubric: its own texts, then criterion by criterion in the new order.

    Removed criteria stand last, in their old order.
    """

    fields: tuple[FieldChange, ...]
    criteria: tuple[CriterionDifference, ...]

    @property
    def is_unchanged(self) -> bool:
        return not self.fields and all(one.is_unchanged for one in self.criteria)

    def of(self, change: Change) -> tuple[CriterionDifference, ...]:
        """The criteria that changed in this way."""
        return tuple(one for one in self.criteria if change in one.changes)

    def predecessor(self, key: str) -> CriterionSpec | None:
        """What the criterion of this key was before; None when it is new."""
        return self._by_key[key].before

    @cached_property
    def _by_key(self) -> dict[str, CriterionDifference]:
        return {one.after.key: one for one in self.criteria if one.after is not None}

    def criterion(self, key: str) -> CriterionDifference:
        """The difference of the criterion that has this key now."""
        return self._by_key[key]
