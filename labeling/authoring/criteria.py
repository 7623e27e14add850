"""One criterion of a draft at a time is changed.

Authors do not wait for each other: changes of different criteria never meet, and two texts for
one criterion are both shown to the one who comes second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from labeling.authoring import single_rows
from labeling.authoring.changes import Writer, is_own, last_change, record
from labeling.authoring.drafts import locked_draft
from labeling.authoring.places import (
    Path,
    following,
    known_as,
    places,
    put_before,
    sections,
    write_order,
)
from labeling.authoring.rows import criterion_of
from labeling.authoring.states import text_state, token
from labeling.errors import Conflict
from labeling.models import Criterion, DraftChange, Rubric, RubricVersion
from labeling.spec import CriterionSpec, parse_criteria
from labeling.spec.keys import derived_key


class CriterionChanged(Conflict):
    """Somebody else saved another text for this criterion: both are at hand."""

    def __init__(self, theirs: CriterionSpec, mine: CriterionSpec, change: DraftChange | None):
        self.theirs, self.mine, self.change = theirs, mine, change
        who = str(change.by) if change else _("Somebody")
        super().__init__(
            _(
                "%(who)s has changed this criterion since you opened it. Your text is kept "
                "here; choose which one to keep."
            )
            % {"who": who}
        )


class CriterionRemoved(Conflict):
    """Somebody else removed the criterion; the text for it is at hand."""

    def __init__(self, mine: CriterionSpec | None, change: DraftChange | None) -> None:
        self.mine, self.change = mine, change
        who = str(change.by) if change else _("Somebody")
        super().__init__(_("%(who)s has removed this criterion from the draft.") % {"who": who})


class NoSuchCriterion(LookupError):
    """The rubric has no such criterion and never had."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands in the draft after a change of one criterion."""

    draft: RubricVersion
    pk: int
    spec: CriterionSpec
    at: datetime
    moved: bool = False

    @property
    def token(self) -> str:
        return token(self.spec)


@transaction.atomic
def change(
    rubric: Rubric,
    pk: int,
    spec: CriterionSpec,
    *,
    number: int,
    seen: str,
    writer: Writer,
    key_is_typed: bool = True,
) -> Saved:
    """Make one criterion say `spec`. `seen` names the text that the author started from.

    Saved twice from one form, or late, it does no harm. `seen` empty puts a criterion back that
    somebody removed.
    """
    draft = locked_draft(rubric, number=number, by=writer.by)
    row = find(draft, pk)
    last = last_change(draft, row.pk if row else pk)
    if row is None:
        return _put_back(draft, pk, spec, last, seen, writer)
    stored = criterion_of(row)
    if last and is_own(last, writer) and writer.seq <= last.seq:
        return Saved(draft, row.pk, stored, last.at)
    spec = spec if key_is_typed else _keyed(draft, row, stored, spec)
    if not (last and is_own(last, writer)) and token(stored) not in (seen, token(spec)):
        raise CriterionChanged(stored, spec, last)
    return _write(draft, row, stored, spec, writer, last)


def _write(
    draft: RubricVersion,
    row: Criterion,
    stored: CriterionSpec,
    spec: CriterionSpec,
    writer: Writer,
    last: DraftChange | None,
) -> Saved:
    if spec.key != stored.key:
        single_rows.expect_free_key(draft, spec.key, beside=row.pk)
    before, after = text_state(row.pk, stored), text_state(row.pk, spec)
    if moved := spec.path != stored.path:
        order = [one.pk for one in places(draft)]
        behind = _end_of(draft, spec.path, row.pk)
        before["next"], after["next"] = following(order, row.pk), behind
        write_order(draft, put_before(order, [row.pk], behind))
        row.refresh_from_db(fields=["position"])
    single_rows.overwrite(draft, row, spec)
    summary = _("changed “%(name)s”") % {"name": spec.name}
    at = record(draft, writer, summary, [before], [after], criterion=row.pk, last=last)
    return Saved(draft, row.pk, spec, at, moved)


def _end_of(draft: RubricVersion, path: Path, pk: int) -> int | None:
    """What stands behind the section, or behind the old one where the section is new."""
    standing = places(draft)
    order = [one.pk for one in standing]
    runs = [one for one in sections(standing) if one.path == path or pk in one.pks]
    run = next((one for one in reversed(runs) if one.path == path), runs[0])
    return following(order, run.pks[-1], [pk])


def _put_back(
    draft: RubricVersion,
    pk: int,
    spec: CriterionSpec,
    last: DraftChange | None,
    seen: str,
    writer: Writer,
) -> Saved:
    if last is None:
        raise NoSuchCriterion
    if seen:
        raise CriterionRemoved(spec, last)
    single_rows.expect_free_key(draft, spec.key)
    count = draft.criteria.count()
    single_rows.insert(draft, count, spec, pk=pk)
    at = record(
        draft,
        writer,
        _("put “%(name)s” back") % {"name": spec.name},
        [text_state(pk, None)],
        [text_state(pk, spec, next=None)],
        criterion=pk,
    )
    return Saved(draft, pk, spec, at, moved=True)


def removed_text(rubric: Rubric, pk: int) -> CriterionSpec | None:
    """What a criterion said that has been removed from the open draft."""
    found = DraftChange.objects.filter(version__rubric=rubric, criterion=pk)
    last = found.filter(version__status=RubricVersion.Status.DRAFT).order_by("-id").first()
    states = [state["spec"] for state in last.before if state.get("spec")] if last else []
    return parse_criteria(states[:1], where="criteria")[0] if states else None


def find(draft: RubricVersion, pk: int) -> Criterion | None:
    """The draft's criterion that a page shows as `pk`; None when it is gone."""
    own = known_as(draft, [pk]).get(pk)
    rows = draft.criteria.filter(pk=own).prefetch_related("levels") if own else ()
    return next(iter(rows), None)


def expect(draft: RubricVersion, pk: int) -> Criterion:
    """The same; CriterionRemoved when it is gone, NoSuchCriterion when it never was."""
    row = find(draft, pk)
    if row is None:
        last = last_change(draft, pk)
        raise CriterionRemoved(None, last) if last else NoSuchCriterion
    return row


def _keyed(
    draft: RubricVersion, row: Criterion, stored: CriterionSpec, spec: CriterionSpec
) -> CriterionSpec:
    """The key follows the name until the author types one."""
    if spec.name == stored.name:
        return replace(spec, key=stored.key)
    return replace(spec, key=derived_key(spec.name, taken_keys(draft, beside=row.pk)))


def taken_keys(draft: RubricVersion, *, beside: int = 0) -> dict[str, int]:
    """The keys of the draft as `derived_key` takes them."""
    keys = draft.criteria.exclude(pk=beside).values_list("key", flat=True)
    return dict.fromkeys(keys, 1)
