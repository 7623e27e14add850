"""Forged, foreign and repeated requests: refused with a message, and nothing is written twice."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.test import Client

from labeling import assigning, rating
from labeling.models import Assignment, Flag, Membership, Rating, RatingDraft, Score
from tests import factories
from tests.parallel import at_once
from tests.web.desk.requests import JSON, LogIn, address, answers, body, opened, send

pytestmark = pytest.mark.django_db
ACTIONS = ("draft", "submit", "flag", "skip", "undo")


def rows() -> dict[str, list[tuple[object, ...]]]:
    """All that a desk can write, as it stands."""
    return {
        "seats": list(
            Assignment.objects.order_by("pk").values_list("pk", "state", "slot", "rater")
        ),
        "ratings": list(Rating.objects.order_by("pk").values_list("pk", "superseded_by")),
        "scores": list(Score.objects.order_by("pk").values_list("pk", "value")),
        "drafts": list(RatingDraft.objects.order_by("pk").values_list("assignment", "edit")),
        "flags": list(Flag.objects.order_by("pk").values_list("pk", "text")),
    }


def elsewhere() -> tuple[Assignment, str]:
    """A seat in another project, of somebody there."""
    project = factories.project(slug="far-away")
    eve = factories.member(project, "eve", "expert")
    return assigning.claim_next(opened(project), eve), "eve"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_seat_that_is_not_ones_own_does_not_exist(as_user: LogIn, ana, ben, batch, action: str):
    mine, theirs = assigning.claim_next(batch, ana), assigning.claim_next(batch, ben)
    foreign, _ = elsewhere()
    client, before = as_user(ana), rows()
    for pk in (theirs.pk, foreign.pk, 999_999, 2**63 - 1, 2**70):
        answer = send(client, f"/desk/seat/{pk}/{action}", body(mine))
        assert answer.status_code == 404, pk
    assert rows() == before


def test_whoever_has_left_the_project_reads_their_seats_no_more(as_user: LogIn, ana, batch):
    rated, seat = assigning.claim_next(batch, ana), None
    rating.submit(rated, answers(), submission_id=uuid4(), by=ana)
    seat = assigning.claim_next(batch, ana)
    client, parts = as_user(ana), ("", "turns?start=0", "flags", "sources")
    assert {client.get(address(rated, one)).status_code for one in parts[:3]} == {200}
    Membership.objects.filter(user=ana).delete()
    for one in (rated, seat):
        assert {client.get(address(one, part)).status_code for part in parts} == {404}
    before = rows()
    assert send(client, address(seat, "submit"), body(seat)).status_code == 403
    assert rows() == before


def test_a_draft_that_says_no_answers_erases_none(as_user: LogIn, ana, seat):
    client = as_user(ana)
    assert send(client, address(seat, "draft"), {"answers": answers(), "edit": 0}).json()["edit"]
    before = rows()
    for said in ({"edit": 1}, {"edit": 1, "answers": None}, {"edit": 1, "answers": []}):
        answer = send(client, address(seat, "draft"), said)
        assert (answer.status_code, bool(answer.json()["title"])) == (422, True)
    assert rows() == before
    assert RatingDraft.objects.get().payload["answers"] == answers()


@pytest.mark.parametrize("action", ["draft", "submit", "flag"])
def test_a_form_in_parts_where_json_is_expected_is_refused_in_words(ana, seat, action: str):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    client.cookies["csrftoken"] = "k" * 32
    answer = client.post(address(seat, action), {"csrfmiddlewaretoken": "k" * 32}, headers=JSON)
    assert (answer.status_code, "JSON" in answer.json()["title"]) == (422, True)


def test_a_field_of_a_seat_is_known_by_its_number_alone():
    """Not by what merely reads like a number, however long it is."""
    sent = {"value:12:polite": "1", f"value:{'9' * 5000}:polite": "0", "value:012:polite": "0"}
    assert rating.answers_by_seat(sent, [12]) == {12: {"value:polite": "1"}}


@pytest.mark.parametrize("pk", ["-1", "0x1", "1'", "1%00", "1.0", "%2e%2e"])
def test_an_address_that_names_no_seat_is_404(as_user: LogIn, ana, pk: str):
    for action in ("", *ACTIONS):
        assert as_user(ana).post(f"/desk/seat/{pk}/{action}").status_code == 404


@pytest.mark.parametrize(
    ("said", "where"),
    [
        # a step of the ordinal criterion, on the binary one; and the other way round
        ({"polite": {"value": "4"}, "clear": {"value": "4"}}, "polite"),
        ({"polite": {"value": "1"}, "clear": {"value": "Met"}}, "clear"),
        ({"polite": {"value": "1"}, "clear": {"value": "0"}}, "clear"),
        ({"polite": {"value": "1"}, "clear": {"value": "4.5"}}, "clear"),
        ({"polite": {"value": "1"}, "clear": {"value": "1e400"}}, "clear"),
        ({"polite": {"value": "1"}, "clear": {"value": "4"}, "secret": {"value": "1"}}, "secret"),
        ({"polite": {"value": "1", "level_id": 1}, "clear": {"value": "4"}}, "polite"),
    ],
)
def test_a_level_of_another_criterion_is_refused_where_it_stands(
    as_user: LogIn, project, ana, said: dict, where: str
):
    version = factories.draft(project)
    factories.criterion(version, "polite")
    clear = factories.criterion(version, "clear", scale="ordinal")
    for value in range(1, 6):
        clear.levels.create(
            position=value, value=value, label=f"{value} of 5", anchor=f"So {value}"
        )
    version = factories.publish(version)
    item = factories.item(project)
    seat = assigning.claim_next(factories.batch(version, [factories.response(item)]), ana)
    before = rows()
    answer = send(as_user(ana), address(seat, "submit"), body(seat) | {"answers": said})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["where"].partition(".")[0] == where
    assert problem["message"]
    assert rows() == before


def test_a_version_that_is_not_the_batchs_is_refused(as_user: LogIn, ana, project, seat):
    """Not published yet, of another rubric, of another project, of none."""
    own = seat.batch.rubric_version.rubric
    unpublished = factories.draft(project, 2, own)
    other = factories.publish(factories.draft(project, 1, factories.rubric(project, "other")))
    foreign, _ = elsewhere()
    client, before = as_user(ana), rows()
    for pk in (unpublished.pk, other.pk, foreign.batch.rubric_version_id, 10**9):
        for action, said in (
            ("submit", body(seat) | {"version": pk}),
            ("draft", {"answers": answers(), "edit": 0, "seq": 1, "writer": "t", "version": pk}),
        ):
            answer = send(client, address(seat, action), said)
            assert 400 <= answer.status_code < 500, (action, pk)
            assert answer.json()["title"]
    assert rows() == before


def test_a_closed_batch_takes_nothing_and_keeps_what_was_drafted(as_user: LogIn, ana, carol, seat):
    client = as_user(ana)
    draft = {"answers": answers(), "edit": 0, "seq": 1, "writer": "t"}
    assert send(client, address(seat, "draft"), draft).status_code == 200
    assigning.close(seat.batch, by=carol)
    before = rows()
    answer = send(client, address(seat, "submit"), body(seat))
    assert answer.status_code == 409
    assert "closed" in answer.json()["title"]
    assert rows() == before
    assert RatingDraft.objects.get().payload["answers"] == answers()


def test_the_submission_of_another_is_not_taken_over(as_user: LogIn, ana, ben, batch, seat):
    theirs = assigning.claim_next(batch, ben)
    key = uuid4()
    rating.submit(theirs, answers(), submission_id=key, by=ben)
    before = rows()
    answer = send(as_user(ana), address(seat, "submit"), body(seat) | {"submission_id": str(key)})
    assert answer.status_code == 409
    assert "receipt" not in answer.json()
    assert rows() == before


def test_only_what_a_rating_is_made_of_is_read(as_user: LogIn, ana, ben, seat):
    forged = {
        "rater": ben.pk,
        "by": ben.pk,
        "purpose": "gold",
        "slot": 99,
        "revision": 7,
        "id": 4711,
        "withdrawn": True,
        "superseded_by": 1,
        "excluded_reason": "none",
        "submitted_at": "2001-01-01T00:00:00Z",
        "project": 999,
        "batch": 999,
        "overlap": 99,
        "state": "leased",
    }
    answer = send(as_user(ana), address(seat, "submit"), body(seat) | forged)
    assert answer.status_code == 200
    made = Rating.objects.get()
    seat.refresh_from_db()
    assert (made.purpose, made.revision, made.withdrawn, made.superseded_by) == (
        *("fixed", 1, False, None),
    )
    assert (made.project_id, made.batch_id) == (seat.project_id, seat.batch_id)
    assert made.pk != 4711
    assert made.submitted_at.year > 2001
    assert (seat.rater, seat.slot, seat.state) == (ana, 1, "submitted")


@pytest.mark.django_db(transaction=True)
def test_one_submission_sent_a_thousand_times_is_one_rating(ana, batch):
    """24 threads, 42 times each: 1,008 submissions, all with the same receipt.

    Of each thread's the first six come through the page, the others past it, to where all end.
    """
    seat = assigning.claim_next(batch, ana)
    sent, url = body(seat), address(seat, "submit")

    def storm(_: int) -> set[tuple[int, object]]:
        client = Client()
        client.force_login(ana)
        told = [send(client, url, sent) for _ in range(6)]
        again = [
            rating.submit(
                *(seat, sent["answers"]), submission_id=UUID(sent["submission_id"]), by=ana
            )
            for _ in range(36)
        ]
        receipts = {(one.status_code, one.json().get("receipt")) for one in told}
        return receipts | {(200, made.pk) for made in again}

    told = set().union(*at_once(24, storm))
    made = Rating.objects.get()
    assert told == {(200, made.pk)}
    assert Score.objects.filter(rating=made).count() == Score.objects.count() == 2
    assert Assignment.objects.filter(state="submitted").count() == 1
    assert Assignment.objects.filter(state="leased").count() == 1
    assert batch.queue.filter(taken__gt=1).count() == 0
