"""No address of the product tells an expert of an open batch what the policy hides.

Every address that can be read is read: a new one fails here until it is known how to fill it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from labeling import assigning, rating
from labeling.models import Assignment, Membership, User
from tests import factories
from tests.contracts.test_contracts import addresses
from tests.web.desk.planted import MARKERS, NEVER_SHOWN, PEER, WRITER, Planted, planted

pytestmark = pytest.mark.django_db

# What a page is asked beside itself: questions, and the parts that htmx replaces, by its route.
QUESTIONS = {
    "desk/seat/": ("?text=plain", "?correct=1", "?start=0"),
    "adjudication/": ("?start=0",),
    "answers/": ("?start=0",),
    "desk/ratings/": ("?batch={batch}",),
    "agreement/": ("?batch={batch}", "?slice=all"),
    "raters/": ("?batch={batch}",),
    "planning/": ("?batch={batch}",),
    "scoring": ("?version=1",),
    "flags": ("?state=all",),
    "items/": ("?q=case",),
    "rubrics/": ("?version=1",),
}
PARTS = {
    "items/": "rows",
    "desk/ratings/": "rows",
    "units": "rows",
    "batches/": "rows",
    "batches/<int:pk>/": "progress",
    "selections/": "rows",
    "releases/": "rows",
    "edit": "outline",
    "planning/": "budget",
}
# Whoever runs the batch and rates in it meets these there, for a reason.
RUNNING = {
    ("p/<slug:slug>/members", PEER): "who works in the project is theirs to say",
    ("p/<slug:slug>/members", "Zedgivenname"): "who works in the project is theirs to say",
    ("p/<slug:slug>/batches/new", WRITER): "which models' responses are rated is theirs to choose",
}


@pytest.fixture
def world(project, ana, carol, settings, tmp_path) -> Planted:
    settings.MEDIA_ROOT = tmp_path
    return planted(project, ana, carol)


@lru_cache(maxsize=1)
def values(world: Planted) -> dict[str, list[object]]:
    """What stands in an address, by the words before it or by its name."""
    return {
        "slug": [world.project.slug],
        "rubric_slug": [world.batch.rubric_version.rubric.slug],
        "number": [1],
        "response_pk": [world.seat.response_id],
        "key": ["cites_policy"],
        "form": ["healthbench", "yaml"],
        "chart": ["forest", "time", "slices", "coincidences", "distribution"],
        "name": ["manifest.json", "train.jsonl", "valid.jsonl", "rubrics.jsonl"],
        "adjudication/": [world.chair.pk],
        "adjudications/": [world.chair.pk],
        "agreement/": [world.run.pk, world.batch.pk],
        "agreement/runs/": [world.run.pk],
        "answers/": [world.writing.pk, world.writing.batch_id],
        "answers/tasks/": [world.writing.batch_id],
        "batches/": [world.batch.pk, world.writing.batch_id],
        "desk/": [world.batch.pk],
        "desk/time/": [world.batch.pk],
        "desk/seat/": [world.seat.pk, world.submitted.pk, *_others(world)],
        "edit/": [world.batch.rubric_version.criteria.first().pk],
        "examples/": [world.flag.pk],
        "exports/": [world.export.pk],
        "flags/": [world.flag.pk, world.own_flag.pk],
        "gradings/": [world.grading.pk],
        "imports/": [world.upload.pk],
        "items/": [world.seat.response.item_id, world.submitted.response.item_id],
        "members/": [world.peer.pk],
        "raters/": [world.comparison.pk, world.batch.pk],
        "raters/runs/": [world.comparison.pk],
        "releases/": [world.export.pk],
        "responses/": [world.seat.response_id],
        "runs/": [world.run.pk],
        "seats/": [world.seat.pk, world.submitted.pk, *_others(world)],
        "selections/": [world.selection.pk],
        "tokens/": [1],
    }


def _others(world: Planted) -> list[int]:
    return list(world.batch.assignments.filter(rater=world.peer).values_list("pk", flat=True)[:1])


def filled(route: str, world: Planted, known: dict[str, list[object]] | None = None) -> list[str]:
    """The addresses of a route, with rows of the open batch in every place."""
    known = known or values(world)
    choices = [
        known[_place(known, found[1] or "", found[2], route)]
        for found in re.finditer(r"([\w/-]*/)?<(?:\w+:)?(\w+)>", route)
    ]
    made = []
    for chosen in product(*choices):
        path = route
        for value in chosen:
            path = re.sub(r"<[^>]+>", str(value), path, count=1)
        made.append(f"/{path}")
    return made


def _place(known: dict[str, list[object]], before: str, name: str, route: str) -> str:
    """A name of its own, or the longest of the words that stand before a key."""
    if name != "pk":
        ends = [name] if name in known else []
    else:
        ends = sorted((one for one in known if f"/{before}".endswith(f"/{one}")), key=len)
    if not ends:
        raise KeyError(f"{route}: nobody says what stands after “{before}”")
    return ends[-1]


def whole(answer: HttpResponse) -> str:
    """Everything that was sent: status line, headers, body."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace")
    return f"{answer.headers}{answer.cookies}\n{text}\n{html.unescape(text)}"


def asked(client: Client, route: str, path: str, world: Planted) -> Iterator[HttpResponse]:
    """The page itself, what it says to questions, its parts, and what script is told."""
    yield client.get(path, headers={"HX-Request": "true"})
    yield client.get(path, headers={"accept": "application/json"})
    yield from shown(client, route, path, world)


def shown(client: Client, route: str, path: str, world: Planted) -> Iterator[HttpResponse]:
    """Everything that stands at the address, asked for once."""
    yield client.get(path)
    for words, questions in QUESTIONS.items():
        for one in questions if words in route else ():
            yield client.get(path + one.format(batch=world.batch.pk))
    for words, part in PARTS.items():
        if words in route:
            yield client.get(path, headers={"HX-Request": "true", "HX-Target": part})


def leaks(client: Client, world: Planted) -> set[tuple[str, str]]:
    """Each route with each marker that something under it told."""
    client.raise_request_exception = False
    found = set()
    for route, _ in addresses(get_resolver()):
        for path in filled(route, world):
            for answer in asked(client, route, path, world):
                text = whole(answer)
                found |= {(route, marker) for marker in MARKERS if marker in text}
    return found


def test_an_expert_learns_nothing_at_any_address(as_user, world: Planted, ana: User):
    assert leaks(as_user(ana), world) == set()


def test_nor_does_one_who_also_runs_the_project(as_user, world: Planted, ana: User):
    for role in ("admin", "author", "viewer"):
        Membership.objects.create(project=world.project, user=ana, role=role)
    assert leaks(as_user(ana), world) - RUNNING.keys() == set()


def test_the_markers_are_there_for_those_who_may_see_them(as_user, world: Planted, carol, ana):
    """Else the tests above would pass on empty pages, or on rows that are not there."""
    found, missing, admin, expert = set(), [], as_user(carol), Client()
    chair = Client()
    expert.force_login(ana)
    chair.force_login(world.chair.rater)
    for route, _ in addresses(get_resolver()):
        # What was ruled, and why, is read by the adjudicator who has the response.
        people = (admin, chair) if "adjudication" in route else (admin,)
        paths = [(one, path) for path in filled(route, world) for one in people]
        answers = [said for one, path in paths for said in shown(one, route, path, world)]
        for text in map(whole, answers):
            found |= {marker for marker in MARKERS if marker in text}
        if all(one.status_code == 404 for one in answers):
            paths = [(one, path) for path in filled(route, world) for one in (expert, chair)]
            own = [said for one, path in paths for said in shown(one, route, path, world)]
            missing += [route] if all(one.status_code == 404 for one in own) else []
    assert found == MARKERS.keys() - NEVER_SHOWN
    assert missing == []


# What is new in every answer: keys of forms, submissions, nonces, the time.
FRESH = re.compile(
    r'csrf\w*" value="[^"]*"|csrftoken=\w+|X-CSRFToken": "[^"]*"|nonce-?[^ >]+'
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT"
)


def seen(client: Client, world: Planted) -> dict[str, str]:
    """What the expert reads at every address, without what is new in every answer."""
    told = {}
    for route, _ in addresses(get_resolver()):
        for path in filled(route, world):
            answer = client.get(path)
            if answer.status_code == 200:
                told[path] = FRESH.sub("", whole(answer))
    return told


def test_what_peers_do_changes_nothing_that_an_expert_reads(as_user, world: Planted, ana: User):
    """Counts tell too: so every page is the same before and after others have worked on."""
    client = as_user(ana)
    before = seen(client, world)
    late = factories.member(world.project, "late-comer", "expert")
    said = {"cites_policy": {"value": "1"}, "share": {"value": "50"}}
    for _ in range(2):
        seat = assigning.claim_next(world.batch, late)
        rating.submit(seat, said, submission_id=uuid4(), by=late)
        rating.flag(seat, kind="item", text="Cut off.", by=late)
    rating.skip(assigning.claim_next(world.batch, late), "harmful", by=late)
    after = seen(client, world)
    assert set(before) == set(after)
    changed = {path for path in before if before[path] != after[path]}
    assert changed - {"/readyz", "/status"} == set()
    assert Assignment.objects.filter(rater=late).count() == 3
