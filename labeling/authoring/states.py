"""States of a draft's criteria: what a change found and left, and how to bring either back.

A state is JSON, since changes are kept: `{"id"}` of the criterion with `"spec"` where its text
matters (null when it was not there), `"path"` where only its section does, and `"next"` where its
place does (the id it stood before, null at the end). A state without id is of the draft's head, or
of the `"whole"` draft.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from labeling.authoring import single_rows
from labeling.authoring.places import places, put_before, write_order, write_path
from labeling.authoring.rows import criterion_of, delete_rows, spec_of
from labeling.authoring.standing import latest_published
from labeling.authoring.whole import write_whole
from labeling.errors import Conflict
from labeling.models import Criterion, RubricVersion
from labeling.spec import (
    CriterionSpec,
    RubricSpec,
    content_hash,
    criterion_json,
    parse_criteria,
    parse_rubric,
    to_json,
)
from labeling.strict_json import dumps

type State = dict[str, object]

# The texts above the criteria that are written together; guidelines are written by themselves.
HEAD = ("title", "description")


class ChangedSince(Conflict):
    """What was to be taken back is not there any more."""


def token(spec: CriterionSpec) -> str:
    """Names the text of a criterion; where it stands does not matter."""
    said = dumps(criterion_json(replace(spec, path=())))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def head_token(version: RubricVersion) -> str:
    """Names the texts above the criteria."""
    said = dumps([getattr(version, name) for name in HEAD])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def text_state(pk: int, spec: CriterionSpec | None, **more: object) -> State:
    """The criterion with its text; None where it is not there."""
    return {"id": pk, "spec": spec and criterion_json(spec), **more}


def head_state(version: RubricVersion, names: Sequence[str] = HEAD) -> State:
    """Texts above the criteria."""
    return {name: getattr(version, name) for name in names}


def whole_state(spec: RubricSpec) -> State:
    """Everything the draft says."""
    return {"whole": to_json(spec)}


def restore(draft: RubricVersion, wanted: Sequence[State], found: Sequence[State]) -> None:
    """Bring back the states `wanted`, provided that what stands now is as `found` says."""
    if "whole" in wanted[0]:
        _restore_whole(draft, wanted[0], found[0])
        return
    if "id" not in wanted[0]:
        _restore_head(draft, wanted[0], found[0])
        return
    standing = {row.pk: row for row in _rows(draft, [*wanted, *found])}
    _expect(standing, found)
    for state in wanted:
        _restore_text(draft, state, standing.get(_id(state)))
    _restore_places(draft, wanted)


def _restore_whole(draft: RubricVersion, wanted: State, found: State) -> None:
    if content_hash(spec_of(draft)) != content_hash(parse_rubric(found["whole"])):
        raise ChangedSince(_("The draft has been changed since it was replaced; look at it first."))
    write_whole(draft, parse_rubric(wanted["whole"]), latest_published(draft.rubric))


def head_fields(state: State) -> State:
    """What of a state is a text above the criteria, whatever else was kept with it."""
    return {name: text for name, text in state.items() if name in (*HEAD, "guidelines")}


def _restore_head(draft: RubricVersion, wanted: State, found: State) -> None:
    names = list(found)
    if head_state(draft, names) != found:
        raise ChangedSince(
            _("The text above the criteria has been changed since; look at it first.")
        )
    RubricVersion.objects.filter(pk=draft.pk).update(**head_fields(wanted))


def _rows(draft: RubricVersion, states: Iterable[State]) -> Iterable[Criterion]:
    wanted = {_id(state) for state in states}
    return draft.criteria.filter(pk__in=wanted).prefetch_related("levels")


def _expect(standing: dict[int, Criterion], found: Sequence[State]) -> None:
    for state in found:
        row = standing.get(_id(state))
        there = row is not None
        if there is (state.get("spec", state) is None):
            words = _("A criterion of this change is removed in the meantime.")
            if there:
                words = _("A criterion of this change is back in the meantime.")
            raise ChangedSince(words)
        if row and "spec" in state and token(criterion_of(row)) != token(_spec(state)):
            raise ChangedSince(
                _("“%(name)s” has been changed again since; look at it first.") % {"name": row.name}
            )


def _restore_text(draft: RubricVersion, state: State, row: Criterion | None) -> None:
    if "spec" not in state:
        return
    if state["spec"] is None:
        if row:
            delete_rows(draft, [row.pk])
        return
    spec = _spec(state)
    if row is None:
        single_rows.expect_free_key(draft, spec.key)
        single_rows.insert(draft, 0, spec, pk=_id(state))
    else:
        single_rows.expect_free_key(draft, spec.key, beside=row.pk)
        single_rows.overwrite(draft, row, spec)


def _restore_places(draft: RubricVersion, wanted: Sequence[State]) -> None:
    standing = [one.pk for one in places(draft)]
    order = standing
    # From the last one up: each stands before one that has its place already.
    for state in reversed(wanted):
        if "path" in state:
            write_path(draft, [_id(state)], tuple(map(str, _list(state["path"]))))
        if "next" in state and _id(state) in order:
            order = put_before(order, [_id(state)], _maybe(state["next"]))
    write_order(draft, order)


def _spec(state: State) -> CriterionSpec:
    (spec,) = parse_criteria([state["spec"]], where="criteria")
    return spec


def _id(state: State) -> int:
    return int(str(state["id"]))


def _maybe(value: object) -> int | None:
    return None if value is None else int(str(value))


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []
