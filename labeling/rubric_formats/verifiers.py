"""The rubric judge of verifiers: `{name, text, weight, choices}`, choices from worst to best.

Its score is the weighted mean of the choices' ranks, so no weight is negative. A pitfall is
written with its choices reversed: with P positive and N negative points and our reward h before
it is clipped, that pays (P h + N) / (P + N), which orders the answers to one prompt alike.
"""

from __future__ import annotations

from labeling.errors import Problem
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.rubric_formats import choices, kept
from labeling.rubric_formats.base import (
    Entry,
    Format,
    Json,
    assemble,
    extra_of,
    objects,
    with_extras,
    with_head,
)
from labeling.rubric_formats.cautions import reversed_pitfalls, uneven_credit
from labeling.rubric_formats.numbers import json_number, points_of
from labeling.spec import CriterionSpec, RubricSpec
from labeling.spec.fields import Fields, is_number
from labeling.spec.scales import BINARY

SLUG = "verifiers"
_NAMES = {"criterion": "text", "points": "weight", "scale": "choices"}
_YES_NO = ["no", "yes"]


def _recognises(data: object) -> bool:
    entries = objects(data.get("criteria")) if isinstance(data, dict) else objects(data)
    return entries is not None and all(map(_is_criterion, entries))


def _is_criterion(data: Json) -> bool:
    return {"text", "choices"} <= data.keys()


def _read(data: object, title: str) -> RubricSpec:
    whole = data if isinstance(data, dict) else {"criteria": data}
    fields = Fields(whole, "", [])
    entries = [entry for _, entry in fields.each("criteria", _entry, required=True)]
    spec = assemble(title, entries, problems=fields.problems)
    spec = with_extras(spec, entries, SLUG, _criterion)
    beside = {key: value for key, value in whole.items() if key != "criteria"}
    form: Json = {} if isinstance(data, dict) else {"form": "list"}
    return with_head(spec, SLUG, {**form, **({"beside": beside} if beside else {})})


def _entry(fields: Fields) -> Entry:
    raw, weight = fields.data, fields.data.get("weight")
    if weight is None:
        fields.problem("weight", _("is missing; a number is needed here"))
    elif is_number(weight) and weight < 0:
        fields.problem("weight", _("is negative; this format has no negative weights"))
    said: Json = {
        "name": raw.get("name"),
        "criterion": raw.get("text"),
        "points": points_of(weight),
        "scale": _scale(fields),
    }
    return Entry(fields.where, said, raw, _NAMES)


def _scale(fields: Fields) -> Json | None:
    labels = fields.array("choices", required=True)
    texts = [label for label in labels if isinstance(label, str)]
    if len(texts) < len(labels) or len(texts) < 2:
        fields.problem("choices", _("must be a list of at least two texts, from worst to best"))
        return None
    if texts == _YES_NO:
        return None
    if len(texts) == 2:
        ends = zip((0, 1), texts, strict=True)
        levels = [{"value": end, "label": text, "credit": end} for end, text in ends]
        return {"type": "binary", "levels": levels}
    return {"type": "ordinal", "levels": choices.evenly(texts)}


def _criterion(criterion: CriterionSpec) -> Json:
    if criterion.scale == BINARY:
        labels = _YES_NO
    else:
        written = sorted(choices.written(criterion.scale), key=lambda one: one[1])
        labels = [label for label, _ in written]
    points = criterion.points
    return {
        "name": criterion.name,
        "text": criterion.criterion,
        "weight": json_number(None if points is None else points.copy_abs()),
        "choices": labels[::-1] if criterion.is_pitfall else labels,
    }


def _write(spec: RubricSpec) -> object:
    head = extra_of(spec, SLUG)
    criteria = [kept.put_back(_criterion(one), extra_of(one, SLUG)) for one in spec.criteria]
    if head.get("form") == "list":
        return criteria
    beside = head.get("beside")
    return {"criteria": criteria, **(beside if isinstance(beside, dict) else {})}


def _cautions(spec: RubricSpec) -> list[Problem]:
    return [*reversed_pitfalls(spec, _("with choices reversed")), *uneven_credit(spec)]


FORMAT = Format(
    slug=SLUG,
    title=gettext_noop("verifiers rubric"),
    about=gettext_noop(
        "Criteria with choices from worst to best and weights that are never negative."
    ),
    recognises=_recognises,
    read=_read,
    write=_write,
    cautions=_cautions,
)
