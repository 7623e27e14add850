"""A rating as one document for the database, and what it answers as rows again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

from labeling.models import (
    Assignment,
    Batch,
    Generator,
    Item,
    Project,
    Rating,
    RatingDraft,
    Response,
    RubricVersion,
)
from labeling.rating.judgements import Judgement, fingerprint, level_id

MAX_ACTIVE_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """What belongs to a rating beside its scores: an overall, and what stood on the page how.

    `order` are the criteria by key, `beside` the seats of the page where it had several.
    """

    order: Sequence[str]
    beside: Sequence[int] | None = None
    overall: int | None = None


type Document = dict[str, Any]
type Row = dict[str, Any]
type Read = Callable[[Any], Any]

# Fields whose values are in JSON what they are in Python.
AS_THEY_ARE = (ForeignKey, IntegerField, BooleanField, CharField, TextField, JSONField)


@dataclass(frozen=True, slots=True)
class Told:
    """A seat with all that its page shows, and how far its rater is in the batch."""

    seat: Assignment
    done: int
    again: int


def document(
    version: RubricVersion,
    judgements: tuple[Judgement, ...],
    submission_id: UUID,
    active_ms: int | None,
    shown: Shown,
) -> Document:
    """What `labeling_record` writes: the rating's own fields and its scores."""
    return {
        "version": version.pk,
        "published_at": version.published_at and version.published_at.isoformat(),
        "submission_id": str(submission_id),
        "payload_hash": fingerprint(version, judgements, shown.overall),
        "active_ms": None if active_ms is None else min(max(active_ms, 0), MAX_ACTIVE_MS),
        "shown_order": list(shown.order),
        "shown_beside": shown.beside and list(shown.beside),
        "overall": shown.overall,
        "scores": [_score(one) for one in judgements],
    }


def _score(one: Judgement) -> Row:
    value = one.answer.value
    return {
        "criterion": one.criterion.id,
        "lineage": one.criterion.lineage_id,
        "answer": one.answer.kind.value,
        "value": None if value is None else str(value),
        "level": level_id(one),
        "rationale": one.rationale,
        "evidence": [quote.json for quote in one.evidence],
        "confidence": one.confidence,
    }


def called(statement: str, *arguments: Any) -> Row | None:
    """The one row that a function answers, by the names of its columns; None for no row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        row = cursor.fetchone()
        names = [column.name for column in cursor.description]
    return None if row is None else dict(zip(names, row, strict=True))


def rating_of(seat: int, written: Document, answer: Row) -> Rating:
    """The rating as it was written; what is not at hand is read when somebody asks for it."""
    values = {
        "id": answer["rating"],
        "assignment_id": seat,
        "rubric_version_id": written["version"],
        "revision": answer["revision"],
        "purpose": answer["purpose"],
        "submission_id": UUID(written["submission_id"]),
        "payload_hash": written["payload_hash"],
        "active_ms": written["active_ms"],
        "shown_order": written["shown_order"],
        "shown_beside": written["shown_beside"],
        "overall": written["overall"],
        "submitted_at": answer["submitted_at"],
    }
    return Rating.from_db("default", list(values), list(values.values()))


def told(text: str, version: RubricVersion) -> Told:
    """The seat that `labeling_seat_told` tells of, of a batch that stands under this version."""
    rows = json.loads(text)
    seat, batch = _made(Assignment, rows["seat"]), _made(Batch, rows["batch"])
    response, item = _made(Response, rows["response"]), _made(Item, rows["item"])
    batch.rubric_version, batch.project = version, _made(Project, rows["project"])
    response.generator, response.item = _made(Generator, rows["generator"]), item
    seat.batch, seat.response = batch, response
    draft = rows["draft"] and _made(RatingDraft, rows["draft"])
    # Without one too, so that nobody asks the database for it.
    Assignment._meta.get_field("draft").set_cached_value(seat, draft)
    return Told(seat, rows["done"] or 0, rows["again"])


def _made[M: Model](model: type[M], row: Row) -> M:
    """A row that came as JSON; columns it does not have are read when somebody asks for them."""
    known = [one for one in _columns(model) if one[0] in row]
    values = [read(row[column]) if read else row[column] for column, _, read in known]
    made: M = model.from_db("default", [name for _, name, _ in known], values)
    return made


@cache
def _columns(model: type[Model]) -> tuple[tuple[str, str, Read | None], ...]:
    """Column, name and, where JSON has no such type, how it is read, of each field."""
    return tuple(
        (str(one.column), one.attname, None if isinstance(one, AS_THEY_ARE) else one.to_python)
        for one in model._meta.concrete_fields
    )
