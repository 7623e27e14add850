"""Drafts, undo, skip and flag."""

from __future__ import annotations

import pytest
from django.test import Client

from labeling.models import Assignment, Flag, Rating, RatingDraft
from tests.web.desk.requests import LogIn, address, answers, body, form, opened, send

pytestmark = pytest.mark.django_db


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

    def test_the_very_last_submission_can_be_undone_too(self, as_user: LogIn, ana, project):
        batch = opened(project, 1)
        client = as_user(ana)
        client.post(f"/desk/{batch.pk}/")
        seat = Assignment.objects.get()
        page = client.post(address(seat, "submit"), form(seat), follow=True)
        assert "Nothing is left for you here" in page.text
        assert f'action="{address(seat, "undo")}"' in page.text
        back = client.post(address(seat, "undo"), follow=True)
        assert back.text.count(" checked") == 2
        # Nobody else's page offers it, and neither does this one without a submission.
        assert "/undo" not in client.get(f"/desk/{batch.pk}/?left=0&after={seat.pk}").text

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
