"""A batch on which experts differ, and people to rule on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from django.db import connection

from labeling import adjudicating
from labeling.models import Assignment, Batch, Project, Rating, Response, RubricVersion, Score, User
from tests import factories

VALUES = {"cites_policy": {"value": 1}, "polite": {"value": 1}}


@dataclass
class Scene:
    """`rate` writes one expert's digits, one a criterion in the order of the version."""

    project: Project
    version: RubricVersion
    experts: list[User]
    batch: Batch
    responses: list[Response] = field(default_factory=list)

    def rate(self, at: int, expert: int, digits: str, why: str = "") -> Rating:
        """The reason, if any, is given on the first criterion."""
        response, person = self.responses[at], self.experts[expert]
        seat = factories.seat(self.batch, response, person, expert + 1)
        keys = [one.key for one in self.version.criteria.all()]
        made = factories.rating(seat, {})
        for number, (key, digit) in enumerate(zip(keys, digits, strict=True)):
            if digit == "-":
                continue
            criterion = self.version.criteria.get(key=key)
            said = {"answer": "NA", "value": None} if digit == "n" else {"value": int(digit)}
            level = criterion.levels.filter(value=said["value"]).first()
            Score.objects.create(
                rating=made,
                assignment=seat,
                batch=self.batch,
                response=response,
                rater=person,
                criterion=criterion,
                lineage_id=criterion.lineage_id,
                level=None if digit == "n" else level,
                rationale=why if number == 0 else "",
                counted=True,
                **said,
            )
        return made

    def table(self, *rows: str) -> None:
        """One row a response: the digits of each expert, set apart by spaces."""
        for at, row in enumerate(rows):
            for expert, digits in enumerate(row.split()):
                self.rate(at, expert, digits)
        self.batch.queue.update(taken=len(self.experts))
        self.measured()

    def measured(self) -> None:
        """All ratings and exclusions there are lie at or below the watermark."""
        with connection.cursor() as cursor:
            cursor.execute(
                "update labeling_batch set watermark = (select last_value from"
                " labeling_rating_id_seq) where id = %s",
                [self.batch.pk],
            )
        self.batch.refresh_from_db()

    def close(self) -> None:
        Batch.objects.filter(pk=self.batch.pk).update(state="closed")
        self.batch.refresh_from_db()

    def waiting(self, user: User, **narrowed: object) -> list[int]:
        """The positions of the responses that are listed, in order."""
        adjudicating.refresh(self.batch)
        lines = adjudicating.disputed(self.batch, user, adjudicating.Narrowed(**narrowed))
        places = {response.pk: at for at, response in enumerate(self.responses)}
        return [places[line.response] for line in lines]


def scene(project: Project, *rows: str, keys: tuple[str, ...] = (), **fields: object) -> Scene:
    """A batch with a response a row, rated as the rows say."""
    version = fields.pop("version", None) or factories.published(project, *keys)
    width = max((len(row.split()) for row in rows), default=2)
    experts = [_expert(project, f"expert-{number}") for number in range(1, width + 1)]
    responses = [
        factories.response(factories.item(project), text=f"Answer {at}.")
        for at, _ in enumerate(rows)
    ]
    batch = factories.batch(version, responses, overlap=width, **fields)
    made = Scene(project, version, experts, batch, responses)
    made.table(*rows)
    return made


def _expert(project: Project, name: str) -> User:
    known = User.objects.filter(username=name).first()
    return known or factories.member(project, name, "expert")


def taken(made: Scene, by: User, at: int | None = None) -> Assignment:
    """The person has a response in work."""
    response = None if at is None else made.responses[at].pk
    seat = adjudicating.claim(made.batch, by=by, response=response)
    assert seat is not None
    return seat


def rated(made: Scene, by: User, at: int | None = None, **values: int) -> Assignment:
    """The person has rated a response blind."""
    seat = taken(made, by, at)
    said = VALUES | {key: {"value": value} for key, value in values.items()}
    adjudicating.rate(seat, said, submission_id=uuid4(), by=by)
    seat.refresh_from_db()
    return seat
