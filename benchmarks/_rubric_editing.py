"""The editor of a draft: what each change costs, in milliseconds and in queries."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from django.test import Client

    from labeling.models import Rubric

CRITERIA = 200
LONG = 5_000
REQUESTS = 50
TARGET_MS = 100
AS_SCRIPT: dict[str, Any] = {
    "content_type": "application/json",
    "headers": {"Accept": "application/json"},
}
AS_HTMX: dict[str, Any] = {"headers": {"HX-Request": "true"}}


def run(scale: int = 1) -> Iterator[dict[str, object]]:
    """Each thing that an author does, on a draft of 200 criteria and on one of 5,000."""
    for count in (CRITERIA * scale, LONG * scale):
        stage = Stage(count)
        for what, act in stage.acts().items():
            yield {"what": f"editor: {what}", "n": count, **_timed(act)}


class Stage:
    """A draft of `count` criteria, and an author who goes through every middleware."""

    def __init__(self, count: int) -> None:
        from labeling.models import Membership, Project, User

        self.count, self.turn = count, 0
        project = Project.objects.create(slug=f"bench-{uuid4().hex}", title="Editing")
        self.author = User.objects.create_user(f"bench-{uuid4().hex}")
        Membership.objects.create(project=project, user=self.author, role="author")
        self.rubric = _draft(project, count, self.author)
        self.client = _client(self.author)
        self.url = f"{self.rubric.get_absolute_url()}edit"
        draft = self.rubric.versions.get()
        self.pks = list(draft.criteria.order_by("position").values_list("pk", flat=True))
        self.seen: dict[int, str] = {}

    def acts(self) -> dict[str, Callable[[], None]]:
        middle = self.pks[self.count // 2]
        acts: dict[str, Callable[[], None]] = {
            "text saved": lambda: self.save(middle),
            "scale saved": lambda: self.save(middle, level=True),
            "moved up": lambda: self.press(f"up:{self._at(1)}"),
            "dropped at the top": lambda: self.press(f"place:{self._at(1)}", before=self.pks[0]),
            "duplicated": lambda: self.press(f"copy:{middle}"),
            "removed": lambda: self.press(f"remove:{self._next()}"),
            "undone": lambda: self.press("undo"),
            "form opened": lambda: self.get(f"{self.url}/{middle}", **AS_HTMX),
            "card drawn": lambda: self.get(f"{self.url}/{middle}/card", **AS_HTMX),
            "preview drawn": lambda: self.get(f"{self.url}/{middle}/preview", **AS_HTMX),
            "page opened": lambda: self.get(self.url),
        }
        return acts

    def _at(self, step: int) -> int:
        """Another criterion at each call, from the middle on."""
        self.turn += step
        return self.pks[self.count // 2 + self.turn % (self.count // 4)]

    def _next(self) -> int:
        return self.pks.pop(self.count // 4)

    def save(self, pk: int, *, level: bool = False) -> None:
        self.turn += 1
        fields = self._fields(pk) | {"guidance": f"Typed {self.turn}"}
        if level:
            fields |= {"levels-1-anchor": f"Typed {self.turn}"}
        said = self._post(f"{self.url}/{pk}", fields)
        self.seen[pk] = said["seen"]

    def press(self, do: str, **fields: object) -> None:
        more = {name: str(value) for name, value in fields.items()}
        self._post(f"{self.url}/arrange", {"do": do, "number": "1", **more})

    def get(self, url: str, **kwargs: Any) -> None:
        answer = self.client.get(url, **kwargs)
        if answer.status_code != 200:
            raise AssertionError(f"{url} answers {answer.status_code}")

    def _post(self, url: str, fields: dict[str, str]) -> dict[str, Any]:
        answer = self.client.post(url, json.dumps(fields), **AS_SCRIPT)
        if answer.status_code != 200:
            raise AssertionError(f"{url} answers {answer.status_code}: {answer.content[:300]!r}")
        return answer.json()

    def _fields(self, pk: int) -> dict[str, str]:
        from labeling import authoring
        from labeling.forms.criterion_fields import CriterionFields
        from labeling.models import Criterion

        spec = authoring.criterion_of(Criterion.objects.get(pk=pk))
        fields = CriterionFields.of(spec)
        levels = {
            f"levels-{at}-{name}": text
            for at, texts in enumerate(fields.levels)
            for name, text in texts.items()
        }
        seen = self.seen.get(pk) or authoring.token(spec)
        return {**fields.texts, **levels, "number": "1", "seen": seen}


def _timed(act: Callable[[], None]) -> dict[str, object]:
    """Fifty times after one that warms up; the queries are those of the last."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    act()
    took = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        act()
        took.append((time.perf_counter() - started) * 1_000)
    with CaptureQueriesContext(connection) as queries:
        act()
    p95 = statistics.quantiles(took, n=20)[-1]
    return {
        "requests": REQUESTS,
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(p95, 1),
        "queries": len(queries),
        "target_ms": TARGET_MS,
        "holds": p95 < TARGET_MS,
    }


def _draft(project: Any, count: int, author: Any) -> Rubric:
    from labeling import authoring
    from labeling.spec import parse_rubric

    levels = [
        {"value": value, "label": f"Level {value}", "anchor": f"What level {value} means here."}
        for value in range(4)
    ]
    criteria = [
        {
            "key": f"c{number}",
            "name": f"Criterion {number}",
            "criterion": f"Says what applies in case {number}, in the words of the policy.",
            "guidance": "Look for the paragraph first.",
            "points": 1 + number % 5,
            "path": [f"Part {number // 20}"],
            "scale": {"type": "ordinal", "levels": levels},
        }
        for number in range(count)
    ]
    spec = parse_rubric({"title": "Editing", "criteria": criteria})
    return authoring.create_rubric(project, "Editing", by=author, spec=spec)


def _client(author: Any) -> Client:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(author)
    return client
