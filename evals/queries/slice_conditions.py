"""Slices of a batch as conditions on responses: in SQL and for Django's queries."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from evals.slices import parse_slice

# On a response r, its item i and its generator g.
CONDITIONS = {
    "generator_kind": "g.kind = %({name})s",
    "generator": "g.name = %({name})s",
    "tag": "i.tags @> ARRAY[%({name})s]::text[]",
}


def condition(text: str, *, name: str) -> tuple[str, dict[str, Any]]:
    """SQL that keeps the responses of a slice, with its parameter `name`.

    Raises DomainError for a text that is no slice.
    """
    part = parse_slice(text)
    return CONDITIONS[part.field].format(name=name), {name: part.value}


def lookup(text: str, *, response: str = "") -> Q:
    """The same for a query whose path to the response is `response`, as `response__`."""
    part = parse_slice(text)
    if part.field == "tag":
        return Q(**{f"{response}item__tags__contains": [part.value]})
    field = {"generator_kind": "kind", "generator": "name"}[part.field]
    return Q(**{f"{response}generator__{field}": part.value})
