"""The expert's desk: rate, draft, submit and next, undo, skip, flag; blind and never lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from labeling import assigning, rating
from labeling.models import Assignment, Batch, Flag, Membership, Rating, RatingDraft, Response, User
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
JSON = {"accept": "application/json"}


@pytest.fixture
def batch(project) -> Batch:
    return opened(project)


def opened(project, count: int = 3, overlap: int = 2, **fields: object) -> Batch:
    item = factories.item(project)
    by = factories.generator(project, "model-zeta")
    for index in range(count):
        factories.response(item, by, f"Answer {index}.", index=index)
    return assigning.open_batch(
        project,
        factories.published(project),
        str(fields.pop("name", "First round")),
        responses=Response.objects.filter(project=project),
        overlap=overlap,
        by=None,
        **fields,
    )


@pytest.fixture
def seat(batch, ana) -> Assignment:
    return assigning.claim_next(batch, ana)


def address(seat: Assignment, action: str = "") -> str:
    return f"/desk/seat/{seat.pk}/{action}"


def form(seat: Assignment, **answers: str) -> dict[str, str]:
    said = {"cites_policy": "1", "polite": "0"} | answers
    return {
        "submission_id": str(uuid4()),
        "version": str(seat.batch.rubric_version_id),
        **{f"value:{key}": value for key, value in said.items()},
    }


def answers(**values: str) -> dict[str, dict[str, str]]:
    said = {"cites_policy": "1", "polite": "0"} | values
    return {key: {"value": value, "rationale": ""} for key, value in said.items()}


def send(client: Client, url: str, body: object):
    return client.post(url, json.dumps(body), content_type="application/json", headers=JSON)


def body(seat: Assignment, **values: str) -> dict[str, object]:
    return {
        "answers": answers(**values),
        "submission_id": str(uuid4()),
        "version": seat.batch.rubric_version_id,
        "active_ms": 4000,
    }


class TestFindingWork:
    def test_open_batches_are_listed_with_ones_own_count(self, as_user: LogIn, ana, batch):
        page = as_user(ana).get("/desk/").content.decode()
        assert "First round" in page
        assert "You have rated 0 responses" in page

    def test_elsewhere_nothing_is_listed(self, as_user: LogIn, dan, batch):
        assert "First round" not in as_user(dan).get("/desk/").content.decode()

    def test_looking_changes_nothing_and_asking_hands_out_one_seat(
        self, as_user: LogIn, ana, batch
    ):
        client = as_user(ana)
        assert "Get the next response" in client.get(f"/desk/{batch.pk}/").content.decode()
        assert not Assignment.objects.exists()
        answer = client.post(f"/desk/{batch.pk}/")
        seat = Assignment.objects.get()
        assert answer["Location"] == address(seat)
        assert client.get(f"/desk/{batch.pk}/")["Location"] == address(seat)
        client.post(f"/desk/{batch.pk}/")
        assert Assignment.objects.count() == 1

    def test_nothing_left_is_said(self, as_user: LogIn, ana, project):
        batch = opened(project, 1)
        client = as_user(ana)
        client.post(f"/desk/{batch.pk}/")
        seat = Assignment.objects.get()
        answer = client.post(address(seat, "submit"), form(seat), follow=True)
        assert answer.redirect_chain[-1][0].startswith(f"/desk/{batch.pk}/")
        again = client.post(f"/desk/{batch.pk}/").content.decode()
        assert "Nothing is left for you here" in again

    @pytest.mark.parametrize(("move", "words"), [("pause", "is paused"), ("close", "is closed")])
    def test_a_batch_that_is_not_open_says_so(self, as_user, ana, carol, batch, move, words):
        getattr(assigning, move)(batch, by=carol)
        assert words in as_user(ana).post(f"/desk/{batch.pk}/").content.decode()

    def test_outsider_wrong_role_wrong_verb(self, as_user: LogIn, dan, carol, ana, batch):
        assert as_user(dan).get(f"/desk/{batch.pk}/").status_code == 404
        assert as_user(carol).post(f"/desk/{batch.pk}/").status_code == 403
        assert as_user(ana).put(f"/desk/{batch.pk}/").status_code == 405
        assert as_user(ana).post("/desk/").status_code == 405

    def test_twenty_batches_cost_the_queries_of_one(
        self, as_user: LogIn, ana, batch, django_assert_max_num_queries
    ):
        client = as_user(ana)
        for number in range(20):
            factories.batch(batch.rubric_version, name=f"Batch {number}")
        with django_assert_max_num_queries(3):
            client.get("/desk/")


class TestSeat:
    def test_response_and_criteria_stand_side_by_side(self, as_user: LogIn, ana, seat):
        answer = as_user(ana).get(address(seat))
        page = answer.content.decode()
        assert seat.response.output in page
        assert "May I send the kettle back?" in page
        assert page.count("<fieldset") >= 2
        assert "0 of 3" in page
        assert answer["Cache-Control"] == "no-store"

    def test_others_do_not_find_it(self, as_user: LogIn, ben, carol, dan, seat):
        for person in (ben, carol, dan):
            client = as_user(person)
            assert client.get(address(seat)).status_code == 404
            assert client.post(address(seat, "submit"), form(seat)).status_code == 404
            assert send(client, address(seat, "draft"), {}).status_code == 404
            assert client.post(address(seat, "undo")).status_code == 404
        assert not Rating.objects.exists()

    def test_who_is_no_expert_any_more_cannot_write(self, as_user: LogIn, ana, seat):
        Membership.objects.filter(user=ana).update(role="viewer")
        client = as_user(ana)
        assert client.post(address(seat, "submit"), form(seat)).status_code == 403
        assert client.get(address(seat)).status_code == 200

    @pytest.mark.parametrize("action", ["draft", "submit", "skip", "flag", "undo"])
    def test_actions_are_posted(self, as_user: LogIn, ana, seat, action):
        assert as_user(ana).get(address(seat, action)).status_code == 405

    def test_the_queries_do_not_grow(
        self, as_user: LogIn, ana, project, django_assert_max_num_queries
    ):
        batch = opened(project, 30)
        client = as_user(ana)
        first = assigning.claim_next(batch, ana)
        client.get(address(first))
        for _ in range(20):
            client.post(f"/desk/{batch.pk}/")
            seat = Assignment.objects.get(state="leased")
            client.post(address(seat, "submit"), form(seat))
        seat = Assignment.objects.get(state="leased")
        with django_assert_max_num_queries(6):
            client.get(address(seat))

    def test_model_text_is_text(self, as_user: LogIn, ana, project):
        factories.response(factories.item(project), text="<script>alert(1)</script>")
        batch = assigning.open_batch(
            project,
            factories.published(project),
            "Hostile",
            responses=Response.objects.all(),
            by=None,
        )
        page = as_user(ana).get(address(assigning.claim_next(batch, ana))).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


class TestSubmitting:
    def test_a_plain_form_goes_on_to_the_next(self, as_user: LogIn, ana, seat):
        answer = as_user(ana).post(address(seat, "submit"), form(seat))
        following = Assignment.objects.get(state="leased")
        assert answer["Location"] == f"{address(following)}?after={seat.pk}"
        made = Rating.objects.get()
        assert {(s.criterion.key, s.value) for s in made.scores.all()} == {
            *(("cites_policy", 1), ("polite", 0)),
        }

    def test_script_gets_a_receipt_and_the_way_on(self, as_user: LogIn, ana, seat):
        answer = send(as_user(ana), address(seat, "submit"), body(seat)).json()
        made = Rating.objects.get()
        following = Assignment.objects.get(state="leased")
        assert answer["receipt"] == made.pk
        assert answer["next"] == f"{address(following)}?after={seat.pk}"
        assert made.active_ms == 4000

    def test_five_times_is_once_and_one_next_seat(self, as_user: LogIn, ana, seat):
        client, sent = as_user(ana), body(seat)
        got = [send(client, address(seat, "submit"), sent).json() for _ in range(5)]
        assert len({(one["receipt"], one["next"]) for one in got}) == 1
        assert Rating.objects.count() == 1
        assert Assignment.objects.filter(state="leased").count() == 1

    def test_the_same_id_with_other_answers_is_409(self, as_user: LogIn, ana, seat):
        client, sent = as_user(ana), body(seat)
        send(client, address(seat, "submit"), sent)
        other = sent | {"answers": answers(polite="1")}
        assert send(client, address(seat, "submit"), other).status_code == 409
        assert Rating.objects.count() == 1

    def test_what_is_missing_is_shown_at_its_criterion_and_the_rest_kept(
        self, as_user: LogIn, ana, seat
    ):
        sent = form(seat, polite="") | {"why:cites_policy": "Names <it>"}
        answer = as_user(ana).post(address(seat, "submit"), sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Is not answered yet" in page
        assert "Names &lt;it&gt;" in page
        assert page.count(" checked") == 1
        assert not Rating.objects.exists()

    def test_script_learns_what_is_missing(self, as_user: LogIn, ana, seat):
        answer = send(as_user(ana), address(seat, "submit"), body(seat, polite=""))
        assert answer.status_code == 422
        assert answer.json()["problems"] == [{"where": "polite", "message": "is not answered yet"}]

    @pytest.mark.parametrize(
        "change",
        [
            {"submission_id": "x"},
            {"submission_id": None},
            {"version": 0},
            {"active_ms": -1},
            {"answers": None},
            {"answers": {"polite": {"value": "1", "rationale": "\0"}}},
            {"answers": {"polite": {"value": {}, "rationale": []}}},
        ],
    )
    def test_malformed_submissions_are_refused(self, as_user: LogIn, ana, seat, change):
        answer = send(as_user(ana), address(seat, "submit"), body(seat) | change)
        assert 400 <= answer.status_code < 500
        assert answer.json()["title"]
        assert not Rating.objects.exists()

    @pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b'{"answers": "\\ud800"}'])
    def test_what_is_not_json_is_refused(self, as_user: LogIn, ana, seat, raw):
        for action in ("submit", "draft"):
            answer = as_user(ana).post(
                address(seat, action), raw, content_type="application/json", headers=JSON
            )
            assert 400 <= answer.status_code < 500

    def test_afterwards_the_page_shows_ones_answers_and_no_form(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        client.post(address(seat, "submit"), form(seat) | {"why:polite": "Curt."})
        answer = client.get(address(seat))
        page = answer.content.decode()
        assert "Submitted" in page
        assert "Curt." in page
        assert "submission_id" not in page
        assert answer["Cache-Control"] == "no-store"
        again = client.post(address(seat, "submit"), form(seat, polite="1"))
        assert again["Location"] == address(seat)
        assert Rating.objects.count() == 1

    def test_a_correction_is_a_revision(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        client.post(address(seat, "submit"), form(seat))
        page = client.get(f"{address(seat)}?correct=1").content.decode()
        assert "You are correcting your rating" in page
        answer = client.post(address(seat, "submit"), form(seat, polite="1") | {"corrects": "on"})
        assert answer["Location"] == address(seat)
        assert rating.current_rating(seat).revision == 2

    def test_late_and_given_away_is_kept_and_said(self, as_user: LogIn, ana, ben, project):
        batch = opened(project, 1, overlap=1)
        seat = assigning.claim_next(batch, ana)
        Assignment.objects.filter(pk=seat.pk).update(
            lease_until=timezone.now() - timedelta(seconds=1)
        )
        assigning.expire_leases()
        assigning.claim_next(batch, ben)
        client = as_user(ana)
        assert "Your time at this response has ended" in client.get(address(seat)).content.decode()
        page = client.post(address(seat, "submit"), form(seat), follow=True).content.decode()
        assert "late" in page
        seat.refresh_from_db()
        assert (seat.purpose, seat.slot) == ("late", None)


class TestDrafts:
    def test_a_draft_is_kept_and_shown_again(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        sent = {"answers": answers(), "edit": 0, "writer": "tab-1", "seq": 1}
        assert send(client, address(seat, "draft"), sent).json()["edit"] == 1
        page = client.get(address(seat)).content.decode()
        assert page.count(" checked") == 2
        assert 'data-edit="1"' in page

    def test_another_tab_gets_409_with_both_texts(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        first = {"answers": answers(), "edit": 0, "writer": "tab-1", "seq": 1}
        send(client, address(seat, "draft"), first)
        second = {"answers": answers(polite="1"), "edit": 0, "writer": "tab-2", "seq": 1}
        answer = send(client, address(seat, "draft"), second)
        assert answer.status_code == 409
        assert answer.json()["stored"]["polite"]["value"] == "0"
        assert answer.json()["sent"]["polite"]["value"] == "1"
        assert answer.json()["stored_edit"] == 1

    def test_without_log_in_script_gets_401_and_nothing_is_kept(self, client: Client, seat):
        for action in ("draft", "submit"):
            answer = send(client, address(seat, action), body(seat))
            assert answer.status_code == 401
            assert "Log in again" in answer.json()["title"]
        assert not RatingDraft.objects.exists()
        assert client.post(address(seat, "submit"), form(seat)).status_code == 302
        assert not Rating.objects.exists()

    def test_without_the_forms_key_nothing_is_kept(self, ana, seat):
        client = Client(enforce_csrf_checks=True)
        client.force_login(ana)
        assert send(client, address(seat, "draft"), {"answers": {}}).status_code == 403
        assert client.post(address(seat, "submit"), form(seat)).status_code == 403

    def test_a_reason_that_is_too_long_is_said(self, as_user: LogIn, ana, seat):
        long = {"polite": {"value": "1", "rationale": "x" * 1_000_000}}
        answer = send(as_user(ana), address(seat, "draft"), {"answers": long, "edit": 0})
        assert answer.status_code == 422
        assert "at most 20,000" in answer.json()["title"]


class TestUndoSkipFlag:
    def test_undo_is_offered_and_brings_the_answers_back(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        answer = client.post(address(seat, "submit"), form(seat), follow=True)
        page = answer.content.decode()
        assert address(seat, "undo") in page
        answer = client.post(address(seat, "undo"), follow=True)
        assert answer.redirect_chain == [(address(seat), 302)]
        assert answer.content.decode().count(" checked") == 2

    def test_undo_without_a_submission_is_409(self, as_user: LogIn, ana, seat):
        assert as_user(ana).post(address(seat, "undo")).status_code == 409

    @pytest.mark.parametrize("after", ["0", "x", "9" * 30, "-1", "²"])
    def test_a_made_up_after_offers_nothing(self, as_user: LogIn, ana, seat, after):
        answer = as_user(ana).get(address(seat), {"after": after})
        assert answer.status_code == 200
        assert "data-undo" not in answer.content.decode()

    def test_a_skip_goes_on(self, as_user: LogIn, ana, seat):
        answer = as_user(ana).post(address(seat, "skip"), {"skip-reason": "expertise"})
        following = Assignment.objects.get(state="leased")
        assert answer["Location"] == address(following)
        seat.refresh_from_db()
        assert seat.state == "skipped"

    def test_a_skip_without_a_reason_is_refused(self, as_user: LogIn, ana, seat):
        assert as_user(ana).post(address(seat, "skip"), {}).status_code == 422
        seat.refresh_from_db()
        assert seat.state == "leased"

    def test_a_flag_is_raised_from_the_seat(self, as_user: LogIn, ana, seat):
        criterion = seat.batch.rubric_version.criteria.first()
        sent = {"flag-kind": "rubric", "flag-text": "Vague", "flag-criterion": criterion.pk}
        answer = as_user(ana).post(address(seat, "flag"), sent)
        assert answer["Location"] == address(seat)
        assert Flag.objects.get().criterion == criterion

    def test_a_flag_without_words_is_refused(self, as_user: LogIn, ana, seat):
        assert as_user(ana).post(address(seat, "flag"), {"flag-kind": "item"}).status_code == 422


class TestBlindness:
    MARKERS = ("PLANTED-PEER", "model-zeta", "planted-params", "PLANTED-SKIP", "PLANTED-FLAG")

    @pytest.fixture
    def planted(self, project, ana, ben) -> Assignment:
        """Ben has rated, skipped and flagged what Ana now rates; the model's name is everywhere."""
        item = factories.item(project)
        by = factories.generator(project, "model-zeta")
        for index in range(2):
            Response.objects.create(
                project=project,
                item=item,
                generator=by,
                index=index,
                external_id=f"model-zeta/{index}",
                messages=[{"role": "assistant", "name": "model-zeta", "content": "Yes."}],
                output="Yes.",
                metadata={"by": "planted-params"},
                content_hash=factories.digest(str(index)),
            )
        batch = assigning.open_batch(
            project,
            factories.published(project),
            "Blind",
            responses=Response.objects.all(),
            overlap=2,
            by=None,
        )
        first = assigning.claim_next(batch, ben)
        said = {key: one | {"rationale": "PLANTED-PEER"} for key, one in answers().items()}
        rating.submit(first, said, submission_id=uuid4(), by=ben)
        rating.flag(first, kind="item", text="PLANTED-FLAG", by=ben)
        rating.skip(assigning.claim_next(batch, ben), "other", text="PLANTED-SKIP", by=ben)
        return assigning.claim_next(batch, ana)

    def test_no_byte_of_the_desk_tells(self, as_user: LogIn, ana, planted):
        client = as_user(ana)
        sent = {"answers": answers(), "edit": 0, "writer": "t", "seq": 1}
        got = [
            client.get("/desk/"),
            client.get(f"/desk/{planted.batch_id}/"),
            client.get(address(planted)),
            send(client, address(planted, "draft"), sent),
            send(client, address(planted, "draft"), sent | {"writer": "u"}),
            send(client, address(planted, "submit"), body(planted, polite="")),
            send(client, address(planted, "submit"), body(planted)),
            client.get(address(planted)),
            client.get(f"{address(planted)}?correct=1"),
        ]
        for answer in got:
            seen = answer.content.decode() + str(dict(answer.headers))
            for marker in self.MARKERS:
                assert marker not in seen

    def test_the_generator_is_shown_when_only_peers_are_hidden(self, as_user, ana, planted):
        Batch.objects.filter(pk=planted.batch_id).update(blindness="peers")
        page = as_user(ana).get(address(planted)).content.decode()
        assert "model-zeta" in page
        assert "PLANTED-PEER" not in page
