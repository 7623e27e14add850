"""A rubric with an overall score beside its criteria, and responses judged by it."""

from __future__ import annotations

from dataclasses import dataclass

from labeling import authoring
from labeling.models import Batch, Project, Response, RubricVersion, User
from labeling.spec import parse_rubric
from tests import factories

OVERALL = {
    "type": "ordinal",
    "levels": [{"value": value, "label": f"{value} of 5"} for value in range(6)],
}


@dataclass(frozen=True)
class Stage:
    """What was made; responses by name."""

    project: Project
    version: RubricVersion
    batch: Batch
    responses: dict[str, Response]

    @property
    def rubric(self):
        return self.version.rubric


def spec(*criteria: dict[str, object], title: str = "Refund quality"):
    return parse_rubric({"title": title, "criteria": list(criteria)})


def criterion(key: str, points: float | None = 1, **fields: object) -> dict[str, object]:
    name = key.capitalize()
    return {"key": key, "name": name, "criterion": f"{name}?", "points": points, **fields}


THREE = (
    criterion("accurate", 5),
    criterion("polite", 2),
    criterion("invents", -4),
    criterion("overall", None, scale=OVERALL),
)


def stage(
    project: Project,
    raters: list[User],
    table: str,
    *criteria: dict[str, object],
    kind: str = "model",
    overalls: dict[str, int] | None = None,
    **fields: object,
) -> Stage:
    """Lines of `response item answers`: every rater gives the same, one number a criterion.

    `overalls` are by response what they say on the whole before the criteria.
    """
    version, _ = authoring.publish_spec(project, spec(*(criteria or THREE)), by=None)
    keys = [one.key for one in version.criteria.all()]
    lines = [line.split() for line in table.strip().splitlines()]
    writer = factories.generator(project, f"{kind}-a", kind)
    items = {
        name: factories.item(project, name) for name in dict.fromkeys(line[1] for line in lines)
    }
    responses = {
        name: factories.response(items[item], writer, external_id=name) for name, item, *_ in lines
    }
    fields = {"overlap": max(len(raters), 1), **fields}
    batch = factories.batch(version, list(responses.values()), **fields)
    for name, _, *values in lines:
        for slot, rater in enumerate(raters, start=1):
            seat = factories.seat(batch, responses[name], rater, slot)
            given = {key: int(one) for key, one in zip(keys, values, strict=True) if one != "."}
            factories.rating(seat, given, overall=(overalls or {}).get(name))
    return Stage(project, version, batch, responses)
