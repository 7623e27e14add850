"""Slices of a batch as conditions on its scores: in SQL and for Django's queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.lookups import Exact

from evals.slices import parse_slice

METADATA = "metadata."
# On a score s, its response r, its item i and its generator g.
CONDITIONS = {
    "generator_kind": "g.kind = %({name})s",
    "generator": "g.name = %({name})s",
    "tag": "i.tags @> ARRAY[%({name})s]::text[]",
    "rubric_version": """s.criterion_id IN (
        SELECT c.id FROM labeling_criterion c JOIN labeling_rubricversion v ON v.id = c.version_id
        WHERE v.number = %({name})s::int)""",
}
LOOKUPS = {
    "generator_kind": "response__generator__kind",
    "generator": "response__generator__name",
    "rubric_version": "criterion__version__number",
}


def condition(text: str, *, name: str) -> tuple[str, dict[str, Any]]:
    """SQL that keeps the scores of a slice, with its parameter `name`.

    Raises DomainError for a text that is no slice.
    """
    part = parse_slice(text)
    if part.field.startswith(METADATA):
        field = {f"{name}_field": part.field.removeprefix(METADATA), name: part.value}
        return f"i.metadata ->> %({name}_field)s = %({name})s", field
    return CONDITIONS[part.field].format(name=name), {name: part.value}


def lookup(text: str) -> Q:
    """The same for a query of scores."""
    part = parse_slice(text)
    if part.field == "tag":
        return Q(response__item__tags__contains=[part.value])
    if part.field.startswith(METADATA):
        field = part.field.removeprefix(METADATA)
        return Q(Exact(KeyTextTransform(field, "response__item__metadata"), Value(part.value)))
    return Q(**{LOOKUPS[part.field]: part.value})
