"""Criteria put into a draft, duplicated and removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labeling.authoring import single_rows
from labeling.authoring.changes import Writer, record
from labeling.authoring.criteria import expect, taken_keys
from labeling.authoring.drafts import locked_draft
from labeling.authoring.places import (
    Path,
    following,
    known_as,
    places,
    put_before,
    write_order,
)
from labeling.authoring.rows import criterion_of, delete_rows
from labeling.authoring.states import State, text_state
from labeling.models import Rubric
from labeling.spec import CriterionSpec, parse_criteria
from labeling.spec.keys import derived_key


def new_name() -> str:
    """What a criterion is called until somebody has written in it, in their language."""
    return _("New criterion")


@transaction.atomic
def add(
    rubric: Rubric,
    specs: Sequence[CriterionSpec],
    *,
    number: int,
    writer: Writer,
    before: int | None = None,
    summary: str = "",
) -> list[int]:
    """Put criteria in, before the given one or at the end; keys that are taken get a number."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    order = [one.pk for one in places(draft)]
    following_pk = known_as(draft, [before]).get(before) if before else None
    taken = dict.fromkeys(draft.criteria.values_list("key", flat=True), 1)
    made: list[tuple[int, CriterionSpec]] = []
    for spec in specs:
        key = spec.key if spec.key not in taken else _numbered(spec.key, taken)
        taken[key] = 1
        spec = replace(spec, key=key)
        made.append((single_rows.insert(draft, len(order) + len(made), spec).pk, spec))
    pks = [pk for pk, _ in made]
    write_order(draft, put_before(order, pks, following_pk))
    behind = [*pks[1:], following_pk]
    record(
        draft,
        writer,
        summary or _adding(specs),
        [text_state(pk, None) for pk in pks],
        [text_state(pk, spec, next=then) for (pk, spec), then in zip(made, behind, strict=True)],
        criterion=pks[0] if len(pks) == 1 else None,
    )
    return pks


def new_criterion(path: Path = ()) -> CriterionSpec:
    """What a new criterion begins with: a name to be overwritten, and a binary scale."""
    data: dict[str, object] = {"name": new_name(), "points": 1, "path": list(path)}
    (spec,) = parse_criteria([data], where="criteria")
    return spec


@transaction.atomic
def duplicate(rubric: Rubric, pk: int, *, number: int, writer: Writer) -> int:
    """A copy right behind the criterion, under a name and a key of its own."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    row = expect(draft, pk)
    spec = criterion_of(row)
    name = _("%(name)s (copy)") % {"name": spec.name[:190]}
    copy = replace(spec, name=name, key=derived_key(name, taken_keys(draft)))
    behind = following([one.pk for one in places(draft)], row.pk)
    summary = _("duplicated “%(name)s”") % {"name": spec.name}
    (made,) = add(rubric, [copy], number=number, writer=writer, before=behind, summary=summary)
    return made


@transaction.atomic
def remove(rubric: Rubric, pk: int, *, number: int, writer: Writer) -> CriterionSpec:
    """Take a criterion out of the draft; what it said is kept for undoing."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    row = expect(draft, pk)
    spec, order = criterion_of(row), [one.pk for one in places(draft)]
    state = text_state(row.pk, spec, next=following(order, row.pk))
    delete_rows(draft, [row.pk])
    write_order(draft, [one for one in order if one != row.pk])
    gone: State = text_state(row.pk, None)
    record(
        draft,
        writer,
        _("removed “%(name)s”") % {"name": spec.name},
        [state],
        [gone],
        criterion=row.pk,
    )
    return spec


def _numbered(key: str, taken: Iterable[str]) -> str:
    count, known = 2, set(taken)
    while (numbered := f"{key[:58]}-{count}") in known:
        count += 1
    return numbered


def _adding(specs: Sequence[CriterionSpec]) -> str:
    if len(specs) == 1:
        return _("added “%(name)s”") % {"name": specs[0].name}
    words = ngettext("added %(count)s criterion", "added %(count)s criteria", len(specs))
    return words % {"count": len(specs)}
