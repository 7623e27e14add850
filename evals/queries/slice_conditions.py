"""Slices of a batch as conditions on its scores and on their responses, in SQL."""

from __future__ import annotations

from typing import Any

from evals.slices import parse_slice

METADATA = "metadata."
# The only slice that parts the scores of one response.
ON_SCORES = "rubric_version"
# On a score s, its response r, its item i and its generator g.
CONDITIONS = {
    "generator_kind": "g.kind = %({name})s",
    "generator": "g.name = %({name})s",
    "tag": "i.tags @> ARRAY[%({name})s]::text[]",
    "rubric_version": """s.criterion_id IN (
        SELECT c.id FROM labeling_criterion c JOIN labeling_rubricversion v ON v.id = c.version_id
        WHERE v.number = %({name})s::int)""",
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
