"""Who may do what at every address: one table, from which no address may be missing."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from tests import factories
from tests.api.conftest import ANSWERS, GRADER, RULE, SUBMISSION
from tests.contracts.test_contracts import addresses

pytestmark = pytest.mark.usefixtures("stage")

RUBRIC = {"title": "Tone", "criteria": [{"criterion": "Is calm.", "points": 1}]}
P = "projects/<slug:slug>/"
R = f"{P}rubrics/<slug:rubric_slug>/versions/"
F = f"{P}rubrics/<slug:rubric_slug>/flags/"
S = "seats/<int:pk>/"
A = "adjudications/<int:pk>/"
W = "answers/<int:pk>/"
ITEM = {"id": "case-9", "prompt": "May I send the kettle back?"}
RATING = {"submission_id": SUBMISSION, "answers": ANSWERS}

# Address, method, body; then what admin, author, viewer, the seat's expert and another one get.
TABLE = [
    (A, "GET", None, (200, 404, 404, 404, 404)),
    (f"{A}draft/", "PUT", {"answers": ANSWERS, "edit": 0}, (200, 404, 404, 404, 404)),
    (f"{A}hand-back/", "POST", {"reason": "I know it."}, (200, 404, 404, 404, 404)),
    (f"{A}rating/", "POST", RATING, (201, 404, 404, 404, 404)),
    # Nothing has been rated blind, so nothing can be ruled on.
    (f"{A}rulings/", "POST", {"rulings": {}}, (409, 404, 404, 404, 404)),
    (W, "GET", None, (404, 404, 404, 200, 404)),
    (f"{W}begin/", "POST", {"response": None}, (404, 404, 404, 200, 404)),
    (f"{W}draft/", "PUT", {"text": "No.", "edit": 0}, (404, 404, 404, 200, 404)),
    (f"{W}hand-back/", "POST", {"reason": "I know it."}, (404, 404, 404, 200, 404)),
    (
        f"{W}send/",
        "POST",
        {"submission_id": SUBMISSION, "text": "No."},
        (404, 404, 404, 201, 404),
    ),
    ("batches/<int:pk>/answer/", "POST", {}, (403, 403, 403, 200, 200)),
    ("batches/<int:pk>/answers/", "GET", None, (200, 403, 403, 403, 403)),
    # Nothing is written yet, so there is nothing to rate.
    ("batches/<int:pk>/rate-answers/", "POST", {"name": "May"}, (409, 403, 403, 403, 403)),
    ("batches/<int:pk>/", "GET", None, (200, 200, 200, 403, 403)),
    ("batches/<int:pk>/adaptive/", "GET", None, (200, 403, 403, 403, 403)),
    # The world's batch has handed out responses: who may set it is told, nobody else.
    ("batches/<int:pk>/adaptive/", "PUT", {}, (409, 403, 403, 403, 403)),
    ("batches/<int:pk>/checks/", "GET", None, (200, 403, 403, 403, 403)),
    ("batches/<int:pk>/checks/", "PUT", {"gold_percent": 5}, (200, 403, 403, 403, 403)),
    ("batches/<int:pk>/adjudicate/", "POST", {}, (204, 403, 403, 403, 403)),
    ("batches/<int:pk>/claim/", "POST", {}, (403, 403, 403, 200, 200)),
    ("batches/<int:pk>/close/", "POST", {}, (200, 403, 403, 403, 403)),
    ("batches/<int:pk>/disputes/", "GET", None, (200, 403, 403, 403, 403)),
    ("batches/<int:pk>/exclusions/", "GET", None, (200, 403, 403, 403, 403)),
    (
        "batches/<int:pk>/exclusions/",
        "POST",
        {"reason": "A test account."},
        (422, 403, 403, 403, 403),
    ),
    ("batches/<int:pk>/move/", "GET", None, (200, 403, 403, 403, 403)),
    ("batches/<int:pk>/move/", "POST", {}, (409, 403, 403, 403, 403)),
    ("batches/<int:pk>/pause/", "POST", {}, (200, 403, 403, 403, 403)),
    ("batches/<int:pk>/reopen/", "POST", {}, (200, 403, 403, 403, 403)),
    (P, "GET", None, (200, 200, 200, 200, 200)),
    (f"{P}agreement/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}agreement/", "POST", {}, (202, 202, 403, 403, 403)),
    (f"{P}agreement/runs/<int:pk>/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}answer-tasks/", "GET", None, (200, 403, 403, 403, 403)),
    (
        f"{P}answer-tasks/",
        "POST",
        {"name": "More by hand", "rubric": "refund-quality"},
        (201, 403, 403, 403, 403),
    ),
    (f"{P}batches/", "GET", None, (200, 200, 200, 403, 403)),
    (
        f"{P}batches/",
        "POST",
        {"name": "April", "rubric": "refund-quality"},
        (201, 403, 403, 403, 403),
    ),
    (f"{P}exports/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}exports/<int:pk>/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}exports/<int:pk>/files/<str:name>/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}graders/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}gradings/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}gradings/", "POST", GRADER, (202, 403, 403, 403, 403)),
    (f"{P}gradings/<int:pk>/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}imports/", "GET", None, (200, 403, 403, 403, 403)),
    (f"{P}imports/", "POST", {"items": [ITEM]}, (202, 403, 403, 403, 403)),
    (f"{P}imports/<int:pk>/", "GET", None, (200, 403, 403, 403, 403)),
    (f"{P}imports/<int:pk>/confirm/", "POST", {}, (202, 403, 403, 403, 403)),
    (f"{P}imports/<int:pk>/problems/", "GET", None, (200, 403, 403, 403, 403)),
    (f"{P}raters/", "GET", None, (200, 200, 200, 403, 403)),
    # Which batch there is only the world knows; that there is none of this number, everybody.
    (f"{P}raters/", "POST", {"batch": 999_999}, (422, 422, 403, 403, 403)),
    (f"{P}raters/<int:pk>/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}rubrics/", "GET", None, (200, 200, 200, 200, 200)),
    (f"{P}rubrics/", "POST", RUBRIC, (201, 201, 403, 403, 403)),
    (
        f"{P}rubrics/<slug:rubric_slug>/differences/",
        "GET",
        None,
        (200, 200, 200, 200, 200),
    ),
    (
        f"{P}rubrics/<slug:rubric_slug>/known/",
        "GET",
        None,
        (200, 200, 403, 403, 403),
    ),
    # No response is called so: who may write is told, nobody else.
    (
        f"{P}rubrics/<slug:rubric_slug>/known/",
        "POST",
        {
            "answers": [
                {
                    "response_id": "nowhere",
                    "criterion": "polite",
                    "value": 1,
                    "explanation": "It is.",
                }
            ]
        },
        (422, 422, 403, 403, 403),
    ),
    (R, "GET", None, (200, 200, 200, 200, 200)),
    (R, "POST", RUBRIC, (201, 201, 403, 403, 403)),
    (f"{R}<int:number>/", "GET", None, (200, 200, 200, 200, 200)),
    (f"{R}<int:number>/losses/", "GET", None, (200, 200, 200, 200, 200)),
    (f"{R}<int:number>/lint/", "GET", None, (200, 200, 403, 403, 403)),
    # No finding is called so: who may write is told, nobody else.
    (
        f"{R}<int:number>/lint/waive/",
        "POST",
        {"finding": "vague-word.0", "reason": "House style."},
        (409, 409, 403, 403, 403),
    ),
    (
        f"{R}<int:number>/lint/unwaive/",
        "POST",
        {"finding": "vague-word.0"},
        (200, 200, 403, 403, 403),
    ),
    (F, "GET", None, (200, 200, 403, 403, 403)),
    (
        f"{F}<int:pk>/answers/",
        "POST",
        {"act": "answer", "text": "Thank you."},
        (201, 201, 403, 403, 403),
    ),
    # Which flags there are only the world knows; that one alone is not merged, everybody.
    (f"{F}merge/", "POST", {"flags": [999_998, 999_999]}, (422, 422, 403, 403, 403)),
    (f"{P}selections/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}selections/", "POST", RULE, (202, 403, 403, 403, 403)),
    (f"{P}selections/<int:pk>/", "GET", None, (200, 200, 200, 403, 403)),
    (f"{P}selections/<int:pk>/exports/", "POST", {}, (202, 403, 403, 403, 403)),
    (f"{P}selections/<int:pk>/items/", "GET", None, (200, 200, 200, 403, 403)),
    (S, "GET", None, (404, 404, 404, 200, 404)),
    (f"{S}draft/", "PUT", {"answers": ANSWERS, "edit": 0}, (404, 404, 404, 200, 404)),
    (f"{S}flag/", "POST", {"kind": "item", "text": "Cut off."}, (404, 404, 404, 201, 404)),
    (f"{S}ratings/", "POST", RATING, (404, 404, 404, 201, 404)),
    (f"{S}skip/", "POST", {"reason": "expertise"}, (404, 404, 404, 200, 404)),
    # Nothing has been submitted, so there is nothing to undo.
    (f"{S}withdraw/", "POST", {}, (404, 404, 404, 409, 404)),
]
# Addresses outside any project: tried by themselves.
BY_THEMSELVES = {"answers/", "flags/", "projects/", "schema/", "docs/"}
PEOPLE = ("carol", "amy", "vic", "ana", "ben")


def filled(address: str, world) -> str:
    """The address with ids of the world's rows."""
    pk = {
        "adjudications": world.chair.pk,
        "answers": world.writing.pk,
        "batches": world.open.pk,
        "seats": world.seat.pk,
        "exports": world.export.pk,
        "flags": world.flag.pk,
        "imports": world.upload.pk,
        "raters": world.comparison.pk,
        "runs": world.run.pk,
        "gradings": world.grading.pk,
        "selections": world.selection.pk,
    }
    path = address.replace("<slug:slug>", world.project.slug)
    for part in ("answer/", "answers/", "rate-answers/"):
        path = path.replace(f"batches/<int:pk>/{part}", f"batches/{world.writing.batch_id}/{part}")
    path = (
        path.replace("<slug:rubric_slug>", "refund-quality")
        .replace("<int:number>", "1")
        .replace("<str:name>", "manifest.json")
    )
    return re.sub(r"(\w+)/<int:pk>", lambda found: f"{found[1]}/{pk[found[1]]}", path)


def api_addresses() -> set[str]:
    every = (path for path, _ in addresses(get_resolver()))
    return {path.removeprefix("api/v1/") for path in every if path.startswith("api/v1/")}


@pytest.fixture
def people(world, ana, ben, carol):
    amy = factories.member(world.project, "amy", "author")
    vic = factories.member(world.project, "vic", "viewer")
    return {"carol": carol, "amy": amy, "vic": vic, "ana": ana, "ben": ben}


def test_no_address_is_missing_from_the_table():
    assert api_addresses() - BY_THEMSELVES == {row[0] for row in TABLE}


@contextmanager
def undone():
    """What is done inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", PEOPLE)
def test_every_role_gets_what_the_table_says(world, people, script, name):
    asking, surprises = script(people[name]), {}
    for address, method, body, expected in TABLE:
        with undone():
            answer = asking.ask(method, filled(address, world), body)
        if answer.status_code != expected[PEOPLE.index(name)]:
            surprises[method, address] = answer.status_code, answer.content
        elif answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
    assert surprises == {}


def test_outsiders_get_the_same_404_as_for_what_does_not_exist(world, dan, script):
    asking = script(dan)
    for address, method, body, _ in TABLE:
        path = filled(address, world)
        absent = re.sub(r"\d+/", "999999/", path).replace("refunds", "nothing")
        answers = [asking.ask(method, one, body) for one in (path, absent)]
        assert [one.status_code for one in answers] == [404, 404], (method, address)
        assert answers[0].content == answers[1].content


def test_without_a_token_or_with_a_dead_one_nothing_opens(world, people, script):
    ana, late = script(people["ana"]), script(people["ben"])
    people["ana"].is_active = False
    people["ana"].save(update_fields=["is_active"])
    people["ben"].api_tokens.update(expires_at=timezone.now())
    for asking in (script(), script(token="rs_never-issued"), ana, late):
        for address, method, body, _ in TABLE:
            answer = asking.ask(method, filled(address, world), body)
            assert answer.status_code == 401, (method, address)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_wrong_verbs_are_refused(world, people, script):
    asking = script(people["carol"])
    for address in {row[0] for row in TABLE}:
        right = {row[1] for row in TABLE if row[0] == address}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - right:
            answer = asking.ask(method, filled(address, world))
            assert answer.status_code == 405, (method, address)
            assert set(answer.headers["Allow"].split(", ")) >= right


def test_unknown_query_parameters_are_named(world, people, script):
    foreign = ("project__created_by__password__startswith", "order_by", "_connector", "format")
    for name in foreign:
        for address, method, body, _ in TABLE:
            path = f"{filled(address, world)}?{name}=pbkdf2"
            answer = script(people["carol"]).ask(method, path, body)
            assert answer.status_code == 400, (method, address)
            assert answer.json()["problems"][0]["where"] == name


def test_a_token_with_scopes_does_no_more_than_they_say(world, people, script):
    reads, writes = script(people["carol"]), script(people["carol"])
    first, second = people["carol"].api_tokens.order_by("pk")
    type(first).objects.filter(pk=first.pk).update(scopes=["read"])
    type(second).objects.filter(pk=second.pk).update(scopes=["write"])
    for address, method, body, expected in TABLE:
        with undone():
            answers = [
                asking.ask(method, filled(address, world), body) for asking in (reads, writes)
            ]
        barred = 1 if method == "GET" else 0
        assert answers[barred].status_code == 403, (method, address)
        assert answers[1 - barred].status_code == expected[0], (method, address)
