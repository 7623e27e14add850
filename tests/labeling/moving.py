"""A batch judged by version 1, and the versions that follow: one wording, one scale, one new."""

from __future__ import annotations

from uuid import uuid4

from labeling import assigning, authoring, rating
from labeling.models import Assignment, Batch, Project, Rating, Response, RubricVersion, User
from labeling.spec import RubricSpec, parse_rubric
from tests import factories

CITES = {"key": "cites", "name": "Cites", "criterion": "Names the paragraph.", "points": 2}
POLITE = {"key": "polite", "name": "Polite", "criterion": "Greets the customer.", "points": 1}
REWORDED = {**CITES, "criterion": "Names the paragraph that decides the case."}
RESCALED = {
    **POLITE,
    "scale": {
        "type": "ordinal",
        "levels": [
            {"value": 0, "label": "Curt"},
            {"value": 1, "label": "Kind"},
            {"value": 2, "label": "Warm"},
        ],
    },
}
COMPLETE = {"key": "complete", "name": "Complete", "criterion": "Answers it all.", "points": 1}
SHORT = {"key": "short", "name": "Short", "criterion": "Is short.", "points": 1}

FIRST_ANSWERS = {"cites": {"value": "1", "rationale": "Names 4."}, "polite": {"value": "1"}}
AGAIN = {"polite": {"value": "2", "rationale": "Greets twice."}, "complete": {"value": "1"}}
SECOND_ANSWERS = {"cites": {"value": "1"}, **AGAIN}


def spec(*criteria: dict[str, object]) -> RubricSpec:
    return parse_rubric({"title": "Refund quality", "criteria": list(criteria)})


def first(project: Project) -> RubricVersion:
    return authoring.publish_spec(project, spec(CITES, POLITE), by=None)[0]


def second(project: Project, **fates: str) -> RubricVersion:
    """`cites` reworded (carried), `polite` on another scale and `complete` new (asked)."""
    found, _ = authoring.publish_spec(
        project, spec(REWORDED, RESCALED, COMPLETE), by=None, fates=fates or None
    )
    return found


def third(project: Project, *, without: str = "") -> RubricVersion:
    """As the second, `complete` reworded (carried) and `short` new; perhaps without one."""
    criteria = [REWORDED, RESCALED, {**COMPLETE, "criterion": "Answers all that was asked."}, SHORT]
    chosen = [one for one in criteria if one["key"] != without]
    return authoring.publish_spec(project, spec(*chosen), by=None)[0]


def opened(project: Project, count: int = 3, overlap: int = 2, **fields: object) -> Batch:
    for _ in range(count):
        factories.response(factories.item(project))
    return assigning.open_batch(
        project,
        fields.pop("version", None) or first(project),
        str(fields.pop("name", "First round")),
        responses=Response.objects.filter(project=project),
        overlap=overlap,
        by=None,
        **fields,
    )


def submit(seat: Assignment, answers: object = FIRST_ANSWERS, **fields: object) -> Rating:
    fields.setdefault("submission_id", uuid4())
    fields.setdefault("by", seat.rater)
    return rating.submit(seat, answers, **fields)


def judge_all(batch: Batch, *raters: User, answers: object = FIRST_ANSWERS) -> list[Assignment]:
    """Everybody judges whatever they are given, until nothing is left."""
    seats = []
    for rater in raters:
        while seat := assigning.claim_next(batch, rater):
            submit(seat, answers)
            seats.append(seat)
    return seats
