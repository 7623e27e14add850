"""The desk of somebody who is asked again: what changed, what is asked, what stays unseen."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import asking_again, assigning, authoring, rating
from labeling.models import Assignment, Batch, Rating, RatingDraft
from tests import factories
from tests.labeling.moving import (
    AGAIN,
    COMPLETE,
    FIRST_ANSWERS,
    RESCALED,
    REWORDED,
    SECOND_ANSWERS,
    opened,
    second,
    spec,
    submit,
    third,
)
from tests.web.desk.requests import LogIn, address, send

pytestmark = pytest.mark.django_db
# What ana answered before; her reason appears nowhere else.
SECRET = "She was curt, said ana in spring."
BEFORE = {**FIRST_ANSWERS, "polite": {"value": "0", "rationale": SECRET}}


@pytest.fixture
def batch(project, ana, carol) -> Batch:
    """ana judged one of two responses by version 1; the batch is at version 2."""
    made = opened(project, 2, overlap=1)
    submit(assigning.claim_next(made, ana), BEFORE)
    old = made.rubric_version
    asking_again.move_forward(made, second(project), by=carol)
    made.refresh_from_db()
    made.old = old
    return made


@pytest.fixture
def seat(batch, ana) -> Assignment:
    found = assigning.claim_next(batch, ana)
    found.old = batch.old
    return found


@pytest.fixture
def judged(seat, ana) -> Assignment:
    return Assignment.objects.get(rater=ana, round=1)


def body(seat: Assignment, answers: object, **more: object) -> dict[str, object]:
    version = seat.batch.rubric_version_id
    return {"answers": answers, "submission_id": str(uuid4()), "version": version, **more}


class TestWhatIsShown:
    def test_only_what_is_asked_with_what_changed(self, as_user: LogIn, ana, seat):
        page = as_user(ana).get(address(seat)).content.decode()
        assert "You judged this response by version 1 of the rubric." in page
        assert 'data-criterion="polite"' in page
        assert 'data-criterion="complete"' in page
        assert 'data-criterion="cites"' not in page
        assert "This criterion changed since you judged this response by version 1" in page
        assert "the scale was binary, now it is ordinal" in page
        assert "New since you judged this response." in page
        assert " checked" not in page

    def test_a_reworded_criterion_shows_its_words(self, as_user: LogIn, project, ana, carol):
        made = opened(project, 1, overlap=1)
        submit(assigning.claim_next(made, ana), BEFORE)
        version = second(project, cites="ask", polite="fresh", complete="fresh")
        asking_again.move_forward(made, version, by=carol)
        page = as_user(ana).get(address(assigning.claim_next(made, ana))).content.decode()
        assert '<ins><span class="visually-hidden">[added: </span>' in page
        assert "that decides the case" in page

    def test_the_way_there_counts_it(self, as_user: LogIn, ana, batch):
        client = as_user(ana)
        desks = client.get("/desk/").content.decode()
        assert "1 response that you judged is asked again" in desks
        assert "You have rated 1 response." in desks
        seat = assigning.claim_next(batch, ana)
        page = client.get(address(seat)).content.decode()
        # 1 judged of 2 responses and 1 question
        assert "<span>1 of 3</span>" in page
        submit(seat, AGAIN)
        page = client.get(address(seat)).content.decode()
        assert "<span>2 of 3</span>" in page
        assert "You have rated 1 response." in client.get("/desk/").content.decode()

    def test_the_count_stays_true_when_the_batch_moves_again(
        self, as_user: LogIn, ana, carol, project, seat, batch
    ):
        submit(seat, AGAIN)
        asking_again.move_forward(batch, third(project), by=carol)
        page = as_user(ana).get(address(assigning.claim_next(batch, ana))).content.decode()
        # 2 responses, 2 questions; 2 answered
        assert "<span>2 of 4</span>" in page

    def test_who_stands_in_sees_that_it_is_a_part(self, as_user: LogIn, project, ana, seat, batch):
        rating.skip(seat, "expertise", by=ana)
        eve = factories.member(project, "eve", "expert")
        page = as_user(eve).get(address(assigning.claim_next(batch, eve))).content.decode()
        assert "Only part of the rubric is asked here" in page
        assert "since you judged" not in page

    def test_the_page_costs_the_same_for_two_questions_and_twenty(
        self, as_user: LogIn, project, ana, carol, seat
    ):
        long = opened(project, 1, overlap=1, version=seat.old, name="Long")
        submit(assigning.claim_next(long, ana), BEFORE)
        more = [{"key": f"more{n}", "criterion": f"Says {n}.", "points": 1} for n in range(18)]
        longer = spec(REWORDED, RESCALED, COMPLETE, *more)
        version, _ = authoring.publish_spec(project, longer, by=None)
        asking_again.move_forward(long, version, by=carol)
        client, taken = as_user(ana), []
        for one in (seat, assigning.claim_next(long, ana)):
            client.get(address(one))
            with CaptureQueriesContext(connection) as queries:
                page = client.get(address(one)).content.decode()
            taken.append((len(queries), page.count("data-criterion=")))
        assert taken == [(taken[0][0], 2), (taken[0][0], 20)]


class TestWhatStaysUnseen:
    """One's own earlier answer would steer the new one: it is shown afterwards only."""

    def everything(self, client, *seats: Assignment) -> str:
        """Pages, JSON and headers that an expert can ask for."""
        told = []
        for seat in seats:
            for url in (
                address(seat),
                f"{address(seat)}?correct=1",
                f"{address(seat)}?after={seat.pk}",
                f"/api/v1/seats/{seat.pk}/",
            ):
                answer = client.get(url, follow=True)
                told.append(answer.content.decode() + json.dumps(dict(answer.headers)))
        told += [client.get(url).content.decode() for url in ("/desk/", "/desk/mine/")]
        return "\n".join(told)

    def test_before_it_is_nowhere(self, as_user: LogIn, ana, seat, judged, batch):
        client = as_user(ana)
        assert SECRET not in self.everything(client, seat, judged)
        refused = send(client, address(seat, "submit"), body(seat, {"polite": {"value": "9"}}))
        assert refused.status_code == 422
        assert SECRET not in refused.content.decode() + json.dumps(dict(refused.headers))
        saved = send(client, address(seat, "draft"), {"answers": AGAIN, "edit": 0})
        stale = send(client, address(seat, "draft"), {"answers": AGAIN, "edit": 7})
        assert (saved.status_code, stale.status_code) == (200, 409)
        assert SECRET not in saved.content.decode() + stale.content.decode()

    def test_it_is_hidden_before_the_question_is_taken_too(self, as_user: LogIn, ana, batch):
        judged = Assignment.objects.get(rater=ana)
        page = as_user(ana).get(address(judged)).content.decode()
        assert SECRET not in page
        assert "You are asked this again" in page
        # What is not asked again is shown as ever.
        assert "Names 4." in page
        document = as_user(ana).get(f"/api/v1/seats/{judged.pk}/").json()
        assert set(document["rating"]["answers"]) == {"cites"}

    def test_afterwards_it_stands_beside_the_new_one(self, as_user: LogIn, ana, seat, judged):
        submit(seat, AGAIN)
        client = as_user(ana)
        page = client.get(address(seat)).content.decode()
        assert 'Before, by version 1, you answered: <strong dir="auto">0 Not met' in page
        assert SECRET in page
        assert "by version 2 of the rubric" in page
        assert SECRET in client.get(address(judged)).content.decode()
        document = client.get(f"/api/v1/seats/{judged.pk}/").json()
        assert document["rating"]["answers"]["polite"]["rationale"] == SECRET

    def test_it_is_not_corrected_meanwhile(self, as_user: LogIn, ana, judged, seat):
        client = as_user(ana)
        answer = client.get(f"{address(judged)}?correct=1")
        page = answer.content.decode()
        assert "Answer that first" in page
        assert "Save the correction" not in page
        assert "Correct your answers" not in page


class TestAnswering:
    def test_by_a_plain_form(self, as_user: LogIn, ana, seat, batch):
        fields = {
            "submission_id": str(uuid4()),
            "version": str(batch.rubric_version_id),
            "value:polite": "2",
            "value:complete": "1",
        }
        answer = as_user(ana).post(address(seat, "submit"), fields)
        following = Assignment.objects.get(state="leased")
        assert answer["Location"] == f"{address(following)}?after={seat.pk}"
        assert following.round == 1
        assert rating.current_rating(seat).scores.count() == 2

    def test_over_the_api(self, as_user: LogIn, ana, seat, batch):
        client = as_user(ana)
        document = client.get(f"/api/v1/seats/{seat.pk}/").json()
        assert document["again"] is True
        assert [one["key"] for one in document["criteria"]] == ["polite", "complete"]
        sent = {"submission_id": str(uuid4()), "answers": {"polite": {"value": 2}}}
        url = f"/api/v1/seats/{seat.pk}/ratings/"
        answer = client.post(url, json.dumps(sent), content_type="application/json")
        assert answer.status_code == 422
        sent["answers"]["complete"] = {"value": 1}
        answer = client.post(url, json.dumps(sent), content_type="application/json")
        assert answer.status_code == 201

    def test_what_went_to_somebody_else_says_so(self, as_user: LogIn, ana, seat):
        rating.skip(seat, "expertise", by=ana)
        answer = as_user(ana).get(address(seat))
        assert answer.status_code == 409
        assert "went to somebody else" in answer.content.decode()
        assert as_user(ana).get(f"/api/v1/seats/{seat.pk}/").json()["criteria"] == []


class TestMovedWhileRating:
    @pytest.fixture
    def held(self, project, ana, carol) -> Assignment:
        """ana is rating when the batch moves on; her page is of version 1."""
        made = opened(project, 2, overlap=1)
        seat = assigning.claim_next(made, ana)
        seat.old = made.rubric_version
        asking_again.move_forward(made, second(project), by=carol)
        return seat

    def test_script_is_told_and_what_it_sent_is_kept(self, as_user: LogIn, ana, held):
        client = as_user(ana)
        sent = {"answers": FIRST_ANSWERS, "submission_id": str(uuid4()), "version": held.old.pk}
        answer = send(client, address(held, "submit"), sent)
        told = answer.json()
        assert (answer.status_code, told["kept"], told["moved"]) == (409, True, address(held))
        assert told["sent"] == FIRST_ANSWERS
        assert not Rating.objects.exists()
        page = client.get(address(held)).content.decode()
        assert "The rubric moved on to version 2 while you were rating." in page
        assert "1 of your answers go on; 2 criteria are still to be answered." in page
        assert page.count(" checked") == 1
        assert "Names 4." in page

    def test_a_plain_form_comes_back_by_the_new_version(self, as_user: LogIn, ana, held):
        fields = {
            "submission_id": str(uuid4()),
            "version": str(held.old.pk),
            "value:cites": "1",
            "why:cites": "Names 4.",
            "value:polite": "1",
        }
        answer = as_user(ana).post(address(held, "submit"), fields)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert 'data-criterion="complete"' in page
        assert "Names 4." in page
        assert page.count(" checked") == 1
        assert RatingDraft.objects.get().payload["version"] == held.old.pk

    def test_a_draft_saved_from_the_old_page_leads_on(self, as_user: LogIn, ana, held):
        sent = {"answers": FIRST_ANSWERS, "edit": 0, "writer": "tab", "seq": 1}
        client = as_user(ana)
        told = send(client, address(held, "draft"), {**sent, "version": held.old.pk}).json()
        assert told["moved"] == address(held)
        newer = {"answers": SECOND_ANSWERS, "edit": told["edit"], "writer": "other", "seq": 1}
        now = Assignment.objects.get(pk=held.pk).batch.rubric_version_id
        told = send(client, address(held, "draft"), {**newer, "version": now}).json()
        assert "moved" not in told

    def test_two_tabs_of_two_versions_are_told_apart(self, as_user: LogIn, ana, held):
        client, now = as_user(ana), Assignment.objects.get(pk=held.pk).batch.rubric_version_id
        newer = {"answers": SECOND_ANSWERS, "edit": 0, "writer": "new", "seq": 1, "version": now}
        send(client, address(held, "draft"), newer)
        old = {"answers": FIRST_ANSWERS, "edit": 0, "writer": "old", "seq": 1}
        stale = send(client, address(held, "draft"), {**old, "version": held.old.pk})
        assert stale.status_code == 409
        assert stale.json()["sent"] == FIRST_ANSWERS
        sent = {"answers": FIRST_ANSWERS, "submission_id": str(uuid4()), "version": held.old.pk}
        told = send(client, address(held, "submit"), sent).json()
        assert told["kept"] is False
        assert RatingDraft.objects.get().payload["answers"] == SECOND_ANSWERS

    @pytest.mark.parametrize("version", [-1, "x", 10**9, 2**40, True])
    def test_a_version_that_is_none_is_refused(self, as_user: LogIn, ana, held, version):
        sent = {"answers": {}, "edit": 0, "version": version}
        assert send(as_user(ana), address(held, "draft"), sent).status_code == 422

    def test_over_the_api_too(self, as_user: LogIn, ana, held):
        sent = {"submission_id": str(uuid4()), "answers": FIRST_ANSWERS, "version": 1}
        url = f"/api/v1/seats/{held.pk}/ratings/"
        answer = as_user(ana).post(url, json.dumps(sent), content_type="application/json")
        assert (answer.status_code, answer.json()["version"]) == (409, 2)
        draft = {"answers": FIRST_ANSWERS, "edit": 0, "version": 1}
        url = f"/api/v1/seats/{held.pk}/draft/"
        kept = as_user(ana).put(url, json.dumps(draft), content_type="application/json")
        assert set(kept.json()["answers"]) == {"cites"}


def test_judging_all_again_empties_the_desk(as_user: LogIn, ana, batch):
    submit(assigning.claim_next(batch, ana), AGAIN)
    submit(assigning.claim_next(batch, ana), SECOND_ANSWERS)
    text = as_user(ana).get("/desk/").content.decode()
    assert "Nothing is left for you here just now." in text
