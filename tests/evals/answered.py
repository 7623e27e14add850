"""Items that a model fails twice, with an answer that an expert wrote, rated by three others."""

from __future__ import annotations

from typing import Any

from evals.models import Selection
from labeling import answering
from labeling.models import AnswerPlace, Batch, Item, Response, User
from tests import factories
from tests.evals.loop import item_named, measured, selected

RATERS = ("ben", "cleo", "dora")
KEYS = ("cites_policy", "polite")


def answer_to(item: Item | str) -> str:
    return f"No: the 14 days for the kettle {item} are over."


def answered(project: Any, patterns: dict[str, str], *, by: User, admin: User) -> Batch:
    """`{"a": "111 111"}`: how three others rate the expert's answer, first and second criterion."""
    version = factories.published(project, *KEYS)
    for name in patterns:
        item = item_named(project, name)
        # Two, so that what experts say of the answer alone releases no criterion.
        for _ in range(2):
            factories.response(item, text="Yes, within 30 days.")
    every = Item.objects.filter(project=project)
    task = answering.open_task(project, version, "Answers", items=every, by=admin)
    while place := answering.claim(task, by=by):
        answering.send(place, answer_to(place.item), by=by)
    batch = answering.put_before_experts(task, "Rated", overlap=3, by=admin)
    for entry in batch.queue.select_related("response__item", "response__generator"):
        is_answer = entry.response.generator.kind == "expert"
        pattern = patterns[entry.response.item.external_id] if is_answer else "000 000"
        rate(batch, entry.response, pattern)
    return batch


def rate(batch: Batch, response: Response, pattern: str) -> None:
    """By three others, a digit each; `-` is somebody who does not rate it."""
    first, second = pattern.split()
    for slot, name in enumerate(RATERS, start=1):
        values = dict(zip(KEYS, (first[slot - 1], second[slot - 1]), strict=True))
        if "-" in values.values():
            continue
        rater = User.objects.filter(username=name).first()
        rater = rater or factories.member(batch.project, name, "expert")
        seat = factories.seat(batch, response, rater, slot=slot)
        factories.rating(seat, {key: int(value) for key, value in values.items()})


def chosen(batch: Batch, **rule: Any) -> Selection:
    measured(batch)
    return selected(batch.project, rule)


def answers(batch: Batch) -> dict[str, Response]:
    """Experts' answers in the batch, by item."""
    written = AnswerPlace.objects.filter(response__in=batch.queue.values("response"))
    return {one.item.external_id: one.response for one in written}
