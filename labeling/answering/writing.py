"""Writing an answer: kept on every change, sent once, then a response like any other."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from labeling.errors import Conflict, Problem, Problems
from labeling.formats.responses import read_response
from labeling.models import (
    AnswerPlace,
    Batch,
    ExpertWriter,
    Generator,
    GeneratorKind,
    Project,
    Response,
    User,
)
from labeling.revising.words import Piece, word_differences
from labeling.spec.fields import text_fault

log = logging.getLogger(__name__)

MAX_TEXT = 200_000
State = AnswerPlace.State


class StaleText(Conflict):
    """The answer was written at elsewhere in the meantime; both texts are at hand."""

    def __init__(self, stored: AnswerPlace, sent: str) -> None:
        self.stored, self.sent = stored, sent
        super().__init__(
            gettext(
                "This answer was also written at in another tab or on another device. What "
                "you sent stands below; what was kept there is shown beside it."
            )
        )


class OwnWords(Conflict):
    """To begin again drops what was written; the writer has not said so."""

    def __init__(self) -> None:
        super().__init__(gettext("You have written at this answer. To begin again drops that."))


@transaction.atomic
def keep(place: AnswerPlace, text: str, *, edit: int, by: User) -> AnswerPlace:
    """Keep what is written so far; `edit` is the last save the writer knows of."""
    found = _locked(place, by)
    if problem := _problem(text):
        raise Problems([problem])
    if found.text == text:
        return found
    if found.edit != edit:
        raise StaleText(found, text)
    _store(found, text)
    return found


@transaction.atomic
def begin_from(
    place: AnswerPlace, response: Response | None, *, replace: bool = False, by: User
) -> AnswerPlace:
    """Repair a response of the item (its text is taken over), or write from blank again.

    What was written since it was begun goes only where that is said: OwnWords otherwise.
    """
    found = _locked(place, by)
    if response is not None and not repairable(found).filter(pk=response.pk).exists():
        raise Problems(
            [Problem("response", gettext("is no response to this item that can be repaired"))]
        )
    taken_over = (found.repairs.output or "") if found.repairs else ""
    if not replace and found.text.strip() and found.text != taken_over:
        raise OwnWords
    found.repairs = response
    _store(found, (response.output or "") if response else "")
    return found


@transaction.atomic
def send(
    place: AnswerPlace,
    text: str,
    *,
    edit: int | None = None,
    submission_id: UUID | None = None,
    by: User,
) -> Response:
    """Make the answer a response of the expert's generator; sent again, it is the same one.

    `edit` is the last save the writer knows of: what was written elsewhere since is not lost.
    Under another `submission_id` it is a second answer, which is refused.
    """
    found = AnswerPlace.objects.select_for_update().get(pk=place.pk)
    if found.state == State.WRITTEN and found.expert_id == by.pk:
        return _sent_before(found, text, submission_id)
    found = _locked(place, by)
    if problem := _problem(text) or (
        None if text.strip() else Problem("text", gettext("is missing"))
    ):
        raise Problems([problem])
    if edit not in (None, found.edit) and found.text != text:
        raise StaleText(found, text)
    if found.repairs is not None and (found.repairs.output or "").strip() == text.strip():
        raise Problems(
            [Problem("text", gettext("is the response as it was: repair it, or begin blank"))]
        )
    made = _response(found, text, by)
    try:
        with transaction.atomic():
            AnswerPlace.objects.filter(pk=found.pk).update(
                state=State.WRITTEN,
                response=made,
                text=text,
                lease_until=None,
                saved_at=timezone.now(),
                submission_id=submission_id,
            )
    except IntegrityError:
        raise Conflict(gettext("Another answer was sent under this submission.")) from None
    log.info("answer %s written by %s", found.pk, by.pk)
    return made


def edits(place: AnswerPlace) -> tuple[Piece, ...]:
    """What was changed in the response it began from, word by word; empty from blank."""
    if place.repairs is None:
        return ()
    written = place.response.output if place.response else place.text
    return word_differences(place.repairs.output or "", written or "")


def _sent_before(found: AnswerPlace, text: str, submission_id: UUID | None) -> Response:
    """The answer there is, as long as nothing else is said to have been sent."""
    made = found.response
    other = None not in (submission_id, found.submission_id) and submission_id != (
        found.submission_id
    )
    if made is None or other or (made.output or "").strip() != text.strip():
        raise Conflict(
            gettext("Your answer to this item was sent before, and it is kept as it was sent.")
        )
    return made


def repairable(place: AnswerPlace) -> QuerySet[Response]:
    """Responses of models to the item: those of other experts are theirs to be judged."""
    known = Response.objects.filter(item=place.item_id, withheld__isnull=True)
    return known.filter(generator__kind=GeneratorKind.MODEL).order_by("pk")


def _locked(place: AnswerPlace, by: User) -> AnswerPlace:
    found = (
        AnswerPlace.objects.select_for_update(of=("self",))
        .select_related("batch", "item", "repairs")
        .get(pk=place.pk)
    )
    if found.expert_id != by.pk or found.state != State.TAKEN:
        raise Conflict(gettext("You are not writing at this item any more."))
    if found.batch.state == Batch.State.CLOSED:
        raise Conflict(gettext("This batch is closed. What you wrote is kept, and it is not sent."))
    return found


def _store(found: AnswerPlace, text: str) -> None:
    found.text, found.edit, found.saved_at = text, found.edit + 1, timezone.now()
    found.lease_until = timezone.now() + timedelta(minutes=found.batch.lease_minutes)
    found.save()


def _problem(text: str) -> Problem | None:
    fault = text_fault(text, MAX_TEXT)
    return Problem("text", fault) if fault else None


def _response(place: AnswerPlace, text: str, by: User) -> Response:
    """The row that an import of the same answer would make."""
    generator = _generator(place.project_id, by)
    name = f"{generator.name}/{place.pk}"
    repaired = {"repaired_from": place.repairs.external_id} if place.repairs else {}
    told: dict[str, Any] = {
        "id": name,
        "item_id": place.item.external_id,
        "generator": generator.name,
        "output": text,
        "metadata": {"answer_task": place.batch_id, **repaired},
    }
    problems: list[Problem] = []
    line = read_response(told, problems)
    if line is None:
        raise Problems(problems)
    return Response.objects.create(
        project_id=place.project_id,
        item=place.item,
        generator=generator,
        index=Response.objects.filter(item=place.item, generator=generator).count(),
        external_id=name,
        messages=json.loads(line.messages or "null"),
        output=line.output,
        metadata=told["metadata"],
        content_hash=line.content_hash,
    )


def _generator(project: int, by: User) -> Generator:
    """One a person, named by a number: who wrote an answer is not told by its name."""
    Project.objects.select_for_update(no_key=True).get(pk=project)
    known = ExpertWriter.objects.filter(project=project, expert=by).first()
    if known is not None:
        return known.generator
    number = ExpertWriter.objects.filter(project=project).count() + 1
    while Generator.objects.filter(project=project, name=f"expert-writer-{number}").exists():
        number += 1
    line = read_response(
        {"item_id": "x", "output": "x", "generator": {"name": "x", "kind": "expert"}}, []
    )
    assert line is not None
    made = Generator.objects.create(
        project_id=project,
        name=f"expert-writer-{number}",
        kind=GeneratorKind.EXPERT,
        params_hash=line.generator.params_hash,
    )
    ExpertWriter.objects.create(project_id=project, expert=by, generator=made)
    return made
