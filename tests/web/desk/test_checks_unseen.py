"""Nothing that reaches an expert tells a check from other work before it may."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import assigning
from labeling.models import Assignment, Batch, Response
from tests import factories
from tests.api.conftest import Script
from tests.labeling.practice.practising import opened, submit_ago
from tests.labeling.practice.test_checks import LATER, set_, until_drawn
from tests.web.desk.requests import LogIn, address, body, send

pytestmark = pytest.mark.django_db
# What differs between any two seats: ids, times, tokens drawn afresh.
DIFFERENT = re.compile(
    r"csrfmiddlewaretoken[^>]*>|nonce=\"[^\"]*\"|'nonce-[^']*'|csrf[^\"]*\"[^\"]*\""
    r"|[0-9a-f]{8}-[0-9a-f-]{27}|\"[A-Za-z0-9]{64}\"|\d+"
)


def bare(text: str) -> str:
    return DIFFERENT.sub("", text)


@pytest.fixture
def version(project):
    return factories.published(project)


def answered(project, count: int) -> list[Response]:
    """Responses that read the same, to items that read the same."""
    return [factories.response(factories.item(project), text="Yes.") for _ in range(count)]


@pytest.fixture
def batch(project, version) -> Batch:
    return opened(version, answered(project, 4), kind="main", name="Main", overlap=2)


@pytest.fixture
def gold(project, version, batch, ana) -> Assignment:
    for one in answered(project, 2):
        factories.gold(one, version, explanation="PLANTED-WHY")
    return quietly(until_drawn(set_(batch, gold_percent=50), ana))


def quietly(check: Assignment) -> Assignment:
    """From here on nothing more is mixed in, so that what follows is a seat of the queue."""
    names = ("gold_percent", "repeat_percent")
    set_(check.batch, **dict.fromkeys(names, 0))
    return check


@pytest.fixture
def repeat(batch, ana) -> Assignment:
    submit_ago(assigning.claim_next(batch, ana), LATER)
    return quietly(until_drawn(set_(batch, repeat_percent=50), ana))


def fresh(batch: Batch, rater) -> Assignment:
    """The next seat of the queue."""
    seat = assigning.claim_next(batch, rater)
    assert seat.purpose == "fixed"
    return seat


def everything(client, seat: Assignment) -> list[str]:
    """All that the desk sends of a seat, from first look to after the submit."""
    sent = {"answers": {}, "edit": 0, "writer": "t", "seq": 1}
    got = [
        client.get(address(seat)),
        send(client, address(seat, "draft"), sent),
        send(client, address(seat, "submit"), body(seat, polite="")),
        client.get(address(seat, "flags")),
    ]
    answer = send(client, address(seat, "submit"), body(seat))
    assert answer.status_code == 200
    got.append(client.get(address(seat)))
    return [bare(one.text + str(sorted(one.headers.items()))) for one in got]


@pytest.mark.parametrize("kind", ["gold", "repeat"])
def test_a_check_reads_like_any_other_seat(as_user: LogIn, ana, batch, kind, request):
    check = request.getfixturevalue(kind)
    client = as_user(ana)
    told = everything(client, check)
    other = fresh(check.batch, ana)
    assert told == everything(client, other)


@pytest.mark.parametrize("kind", ["gold", "repeat"])
def test_so_it_does_to_a_script(ana, batch, kind, request):
    check = request.getfixturevalue(kind)
    script = Script(ana)
    told = bare(script.get(f"seats/{check.pk}/").text)
    Assignment.objects.filter(pk=check.pk).update(state="submitted", lease_until=None)
    other = bare(script.get(f"seats/{fresh(check.batch, ana).pk}/").text)
    assert told == other


@pytest.mark.parametrize("kind", ["gold", "repeat"])
def test_it_takes_as_many_queries(as_user: LogIn, ana, batch, kind, request):
    check = request.getfixturevalue(kind)
    client, counts = as_user(ana), []
    # What is kept once it was read: the criteria, the size of the queue, that the batch is stale.
    warm = assigning.claim_next(opened(batch.rubric_version, [check.response], kind="main"), ana)
    send(client, address(warm, "submit"), body(warm))
    for seat in (check, None):
        seat = seat or fresh(check.batch, ana)
        client.get(address(seat))
        with CaptureQueriesContext(connection) as asked:
            client.get(address(seat))
            send(client, address(seat, "submit"), body(seat))
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ["gold", "repeat"])
def test_the_counts_move_by_one_as_always(as_user: LogIn, ana, batch, kind, request):
    check = request.getfixturevalue(kind)
    client = as_user(ana)

    def counted() -> tuple[str, ...]:
        rated = re.search(r"You have rated (\d+) response", client.get(f"/desk/{batch.pk}/").text)
        seat = Assignment.objects.filter(batch=batch, rater=ana).order_by("-pk")[0]
        shown = re.search(r"(\d+) of (\d+)</span>", client.get(address(seat)).text)
        return (*shown.groups(), *([rated[1]] if rated else []))

    before = counted()
    Assignment.objects.filter(pk=check.pk).update(state="submitted", lease_until=None)
    after = counted()
    assert int(after[0]) == int(before[0]) + 1
    assert after[1] == before[1]
    # 0 fixed and 1 check, or 1 fixed and 1 repeat of it
    assert after[2] == {"gold": "1", "repeat": "2"}[kind]


def test_what_is_known_stays_hidden_until_the_batch_is_closed(as_user: LogIn, ana, gold):
    client = as_user(ana)
    send(client, address(gold, "submit"), body(gold))
    assert "PLANTED-WHY" not in client.get(address(gold)).text
    Batch.objects.filter(pk=gold.batch_id).update(state="closed")
    assert "PLANTED-WHY" in client.get(address(gold)).text


def test_where_the_batch_says_so_it_is_shown_after_the_answer(as_user: LogIn, ana, gold):
    Batch.objects.filter(pk=gold.batch_id).update(shows_gold=True)
    client = as_user(ana)
    assert "PLANTED-WHY" not in client.get(address(gold)).text
    send(client, address(gold, "submit"), body(gold))
    assert "PLANTED-WHY" in client.get(address(gold)).text
    assert client.post(address(gold, "undo")).status_code == 409


def test_nobody_else_reads_it_there(as_user: LogIn, ben, gold):
    Batch.objects.filter(pk=gold.batch_id).update(shows_gold=True)
    assert as_user(ben).get(address(gold)).status_code == 404
