"""What an expert reads beside the criteria: the guidelines as they were meant, worked examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import get_language

from labeling import showing
from labeling.formats.messages import text_of
from labeling.models import Criterion, RubricVersion, WorkedExample
from labeling.strict_json import number_text

GIST = 200


@dataclass(frozen=True, slots=True)
class Example:
    """A settled unit with the reason why; nothing of it names who wrote the response."""

    pk: int
    item: int
    criterion: str
    key: str
    asked: str
    extract: str
    answer: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Guidelines:
    """`html` is None where the text is too long to be set; it is then shown as it is."""

    text: str
    html: showing.Markup | None
    examples: tuple[Example, ...]

    def __bool__(self) -> bool:
        return bool(self.text or self.examples)

    def without_item(self, item: int) -> Guidelines:
        """The same, without what was settled on this item: its responses are being judged."""
        kept = tuple(one for one in self.examples if one.item != item)
        return self if len(kept) == len(self.examples) else replace(self, examples=kept)


def guidelines_of(version: RubricVersion) -> Guidelines:
    """All of it; of a published version, which is sealed, it is read once."""
    if version.status == RubricVersion.Status.DRAFT:
        return _read(version)
    return _kept(_Sealed(version), get_language())


def set_text(text: str) -> tuple[showing.Markup | None, showing.Markup]:
    """The text as it was meant, None when it is too long for that; and as it is."""
    return showing.rich(text), showing.plain(text)


def examples_of(version: RubricVersion) -> list[Example]:
    """The version's worked examples in their order; those of criteria it no longer has are last."""
    rows = WorkedExample.objects.filter(version=version).select_related("response__item")
    criteria = {one.lineage_id: one for one in _criteria(version)}
    found = [_example(row, criteria.get(row.lineage_id)) for row in rows]
    return sorted(found, key=lambda one: not one.key)


def _read(version: RubricVersion) -> Guidelines:
    html, _ = set_text(version.guidelines)
    return Guidelines(version.guidelines, html, tuple(examples_of(version)))


def _criteria(version: RubricVersion) -> list[Criterion]:
    return list(Criterion.objects.filter(version=version).prefetch_related("levels"))


def _example(row: WorkedExample, criterion: Criterion | None) -> Example:
    return Example(
        pk=row.pk,
        item=row.response.item_id,
        criterion=criterion.name if criterion else row.lineage.name,
        key=criterion.key if criterion else "",
        asked=_asked(row),
        extract=row.extract,
        answer=_answer(row, criterion),
        reason=row.reason,
        source=row.get_source_display(),
    )


def _answer(row: WorkedExample, criterion: Criterion | None) -> str:
    """The label of the level in this version's words, a plain number where it has none."""
    levels = criterion.levels.all() if criterion else []
    label = next((level.label for level in levels if level.value == row.value), "")
    return label or number_text(row.value)


def _asked(row: WorkedExample) -> str:
    """The beginning of what was asked last."""
    messages = row.response.item.messages
    asked = [one for one in messages if one.get("role") == "user"] or messages[-1:]
    text = " ".join(text_of(asked[-1].get("content")).split()) if asked else ""
    return text if len(text) <= GIST else f"{text[: GIST - 1]}…"


class _Sealed:
    """A version as a key: equal by what never changes once it is published."""

    def __init__(self, version: RubricVersion) -> None:
        self.identity, self.version = (version.pk, str(version.published_at)), version

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sealed) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


@lru_cache(maxsize=128)
def _kept(key: _Sealed, language: str | None) -> Guidelines:
    """The guidelines as `language` says where their examples come from."""
    return _read(key.version)
