"""The order of a draft's criteria and their sections: moved, placed, renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from labeling.authoring.changes import Writer, record
from labeling.authoring.criteria import expect
from labeling.authoring.drafts import locked_draft
from labeling.authoring.places import (
    Path,
    Place,
    Section,
    following,
    known_as,
    places,
    put_before,
    section_of,
    sections,
    write_order,
    write_path,
)
from labeling.authoring.states import State
from labeling.errors import Problem, Problems
from labeling.models import Rubric, RubricVersion
from labeling.spec.fields import text_fault
from labeling.spec.reading import SECTION_LENGTH


@dataclass(frozen=True, slots=True)
class Arranged:
    """Where a criterion stands now."""

    draft: RubricVersion
    pk: int
    name: str
    number: int
    count: int
    path: Path


@transaction.atomic
def move(rubric: Rubric, pk: int, step: int, *, number: int, writer: Writer) -> Arranged:
    """One place up (-1) or down (1); at the edge of its section into the one beside it."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    row, standing = expect(draft, pk), places(draft)
    order = [one.pk for one in standing]
    at = order.index(row.pk)
    path = standing[at].path
    if 0 <= at + step < len(standing):
        neighbour = standing[at + step]
        if neighbour.path == path:
            then = neighbour.pk if step < 0 else following(order, neighbour.pk)
            order = _placed(draft, standing, [row.pk], then, path, writer, _moved(row.name))
        else:
            path, then = neighbour.path, following(order, row.pk)
            _placed(draft, standing, [row.pk], then, path, writer, _moved(row.name))
    return Arranged(draft, row.pk, row.name, order.index(row.pk) + 1, len(order), path)


@transaction.atomic
def place(
    rubric: Rubric,
    pk: int,
    *,
    before: int | None,
    beside: int | None,
    number: int,
    writer: Writer,
) -> Arranged:
    """Before the given criterion (None: at the end), in the section of `beside`."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    row, standing = expect(draft, pk), places(draft)
    own = known_as(draft, [one for one in (before, beside) if one])
    paths = {one.pk: one.path for one in standing}
    path = paths[own.get(beside or 0, row.pk)]
    then = own.get(before or 0)
    if then == row.pk:
        then = following([one.pk for one in standing], row.pk)
    order = _placed(draft, standing, [row.pk], then, path, writer, _moved(row.name))
    return Arranged(draft, row.pk, row.name, order.index(row.pk) + 1, len(order), path)


@transaction.atomic
def move_section(rubric: Rubric, first: int, step: int, *, number: int, writer: Writer) -> Section:
    """A whole section one section up (-1) or down (1); `first` is a criterion of it."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    pk, standing = expect(draft, first).pk, places(draft)
    all_of_them = sections(standing)
    at = next(at for at, one in enumerate(all_of_them) if pk in one.pks)
    here = all_of_them[at]
    if 0 <= at + step < len(all_of_them):
        neighbour = all_of_them[at + step]
        order = [one.pk for one in standing]
        then = neighbour.first if step < 0 else following(order, neighbour.pks[-1])
        summary = _("moved the section “%(path)s”") % {"path": heading(here.path)}
        _placed(draft, standing, here.pks, then, here.path, writer, summary)
    return here


@transaction.atomic
def rename_section(
    rubric: Rubric, first: int, name: str, *, number: int, writer: Writer
) -> Section:
    """Another heading for the run of criteria that `first` stands in; empty takes it away."""
    draft = locked_draft(rubric, number=number, by=writer.by)
    standing = places(draft)
    section = section_of(standing, expect(draft, first).pk)
    assert section is not None
    path = read_path(name, standing)
    if path != section.path:
        write_path(draft, section.pks, path)
        summary = _("renamed the section “%(path)s”") % {"path": heading(section.path)}
        before: list[State] = [{"id": pk, "path": list(section.path)} for pk in section.pks]
        after: list[State] = [{"id": pk, "path": list(path)} for pk in section.pks]
        record(draft, writer, summary, before, after)
    return Section(path, section.pks)


def heading(of: Path | str) -> str:
    """A section as people read it, on one line; sections within sections stand behind a slash."""
    return " ".join((of if isinstance(of, str) else " / ".join(of)).split())


def read_path(text: str, standing: Sequence[Place]) -> Path:
    """The section that a text names: one there is by its heading, else a new one."""
    known = {heading(one.path): one.path for one in standing}
    if (text := heading(text)) in known:
        return known[text]
    path = tuple(part for part in (one.strip() for one in text.split(" / ")) if part)
    if fault := next(filter(None, (text_fault(part, SECTION_LENGTH) for part in path)), None):
        raise Problems([Problem("path", fault)])
    return path


def _placed(
    draft: RubricVersion,
    standing: Sequence[Place],
    moved: Sequence[int],
    then: int | None,
    path: Path,
    writer: Writer,
    summary: str,
) -> list[int]:
    """Put the criteria before `then` and under `path`; the new order."""
    order, paths = [one.pk for one in standing], {one.pk: one.path for one in standing}
    changed = put_before(order, moved, then)
    strange = [pk for pk in moved if paths[pk] != path]
    if changed == order and not strange:
        return order
    was = [*moved[1:], following(order, moved[-1], moved)]
    now = [*moved[1:], then]
    before: list[State] = [
        {"id": pk, "path": list(paths[pk]), "next": behind}
        for pk, behind in zip(moved, was, strict=True)
    ]
    after: list[State] = [
        {"id": pk, "path": list(path), "next": behind}
        for pk, behind in zip(moved, now, strict=True)
    ]
    write_order(draft, changed)
    write_path(draft, strange, path)
    record(draft, writer, summary, before, after)
    return changed


def _moved(name: str) -> str:
    return _("moved “%(name)s”") % {"name": name}
