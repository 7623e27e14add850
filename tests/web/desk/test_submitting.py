"""Submit and next: once, whatever is sent twice, late or malformed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import assigning, rating
from labeling.models import Assignment, Rating
from tests.web.desk.requests import JSON, LogIn, address, answers, body, form, opened, send

pytestmark = pytest.mark.django_db


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
        again = client.post(address(seat, "submit"), form(seat) | {"why:polite": "Curt."})
        assert again["Location"] == address(seat)
        assert Rating.objects.count() == 1

    @pytest.mark.parametrize("same_id", [True, False], ids=["gone back", "in another tab"])
    def test_other_answers_after_it_are_shown_to_be_saved_as_a_correction(
        self, as_user: LogIn, ana, seat, same_id: bool
    ):
        client, first = as_user(ana), form(seat)
        client.post(address(seat, "submit"), first)
        other = form(seat, polite="1") | {"why:polite": "On second thought."}
        if same_id:
            other["submission_id"] = first["submission_id"]
        again = client.post(address(seat, "submit"), other)
        assert again.status_code == 409
        assert "On second thought." in again.text
        assert "with other answers, which stand" in again.text
        assert 'name="corrects"' in again.text
        assert Rating.objects.count() == 1
        saved = form(seat, polite="1") | {"why:polite": "On second thought.", "corrects": "on"}
        client.post(address(seat, "submit"), saved)
        now = rating.current_rating(seat)
        assert (now.revision, now.scores.get(criterion__key="polite").value) == (2, 1)

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
