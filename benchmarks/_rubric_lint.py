"""The lint of a draft: from nothing, again, and as the editor asks while one criterion is typed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from labeling.spec import RubricSpec

CRITERIA, CHANGES, TARGET_MS = 200, 50, 100
SAID = (
    "Cites paragraph {} of the policy and apologises for the delay.",
    "Explains step {} of the procedure clearly.",
    "States that case {} is settled within 30 days.",
    "Does not mention deadline {} of the appeal.",
    "Names the court of case {}, e.g. by its town.",
)


def run(scale: int = 1) -> Iterator[dict[str, object]]:
    """Milliseconds of the rules alone, and of the whole request with its database."""
    from labeling.lint import lint

    spec = _spec(CRITERIA * scale)
    for what in ("nothing known yet", "nothing changed"):
        started = time.perf_counter()
        lint(spec)
        yield _told(what, len(spec.criteria), [_ms(started)])
    yield _told("one criterion typed", len(spec.criteria), _typed(spec))


def _spec(count: int) -> RubricSpec:
    """Criteria of which four in five have a finding."""
    from labeling.spec import parse_rubric

    criteria = [{"criterion": SAID[n % len(SAID)].format(n), "points": 2} for n in range(count)]
    return parse_rubric({"title": "Lint", "criteria": criteria})


def _typed(spec: RubricSpec) -> list[float]:
    """The requests of an author who types, each with another text, after one that warms up."""
    from django.test import Client

    from labeling import authoring
    from labeling.models import Membership, Project, User

    user = User.objects.create_user(f"bench-{uuid4().hex}")
    project = Project.objects.create(slug=f"bench-{uuid4().hex}", title="Lint")
    Membership.objects.create(project=project, user=user, role="author")
    rubric = authoring.create_rubric(project, "Lint", by=user, spec=spec)
    client = Client(SERVER_NAME="localhost", headers={"hx-request": "true"})
    client.force_login(user)
    pk = rubric.versions.get().criteria.values_list("pk", flat=True)[0]
    took = []
    for change in range(CHANGES + 1):
        typed = {"pk": pk, "criterion": f"Is good in {change} ways.", "type": "binary"}
        started = time.perf_counter()
        answer = client.post(f"{rubric.get_absolute_url()}lint", typed)
        took.append(_ms(started))
        if answer.status_code != 200 or b"data-finding" not in answer.content:
            raise AssertionError(f"the lint answers {answer.status_code}")
    return took[1:]


def _ms(started: float) -> float:
    return (time.perf_counter() - started) * 1_000


def _told(what: str, count: int, took: list[float]) -> dict[str, object]:
    median = statistics.median(took)
    said: dict[str, object] = {"what": f"lint: {what}", "n": count, "median_ms": round(median, 1)}
    if len(took) > 1:
        said["p95_ms"] = round(statistics.quantiles(took, n=20)[-1], 1)
    return said | {"target_ms": TARGET_MS, "holds": median < TARGET_MS}
