"""Flags from the desk: sent by script or as a page, once; one's own with what became of them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from labeling import triage
from labeling.models import Flag
from tests import factories
from tests.web.desk.requests import JSON, LogIn, address, send

pytestmark = pytest.mark.django_db


def flagged(seat, **other: object) -> dict[str, object]:
    criterion = seat.batch.rubric_version.criteria.first()
    return {
        "kind": "rubric",
        "criterion": str(criterion.pk),
        "text": "Two things in one.",
        "version": str(seat.batch.rubric_version_id),
        "submission_id": str(uuid4()),
    } | other


class TestSending:
    def test_script_gets_a_receipt_and_the_id_of_the_next(self, as_user: LogIn, ana, seat):
        body = flagged(seat)
        said = send(as_user(ana), address(seat, "flag"), body).json()
        raised = Flag.objects.get()
        assert said["flag"] == raised.pk
        assert said["next"] != body["submission_id"]
        assert (raised.criterion.key, raised.assignment) == ("cites_policy", seat)

    def test_sent_twice_it_counts_once(self, as_user: LogIn, ana, seat):
        client, body = as_user(ana), flagged(seat)
        answers = [send(client, address(seat, "flag"), body).json()["flag"] for _ in range(2)]
        assert len(set(answers)) == 1
        form = {f"flag-{name}": value for name, value in body.items()}
        assert client.post(address(seat, "flag"), form).status_code == 302
        assert Flag.objects.count() == 1

    @pytest.mark.parametrize(
        ("wrong", "where"),
        [
            ({"text": " "}, "text"),
            ({"kind": "praise"}, "kind"),
            ({"criterion": "999"}, "criterion"),
            ({"submission_id": "x"}, "submission_id"),
            ({"text": "x" * 20_001}, "text"),
        ],
    )
    def test_what_is_wrong_is_named(self, as_user: LogIn, ana, seat, wrong, where):
        answer = send(as_user(ana), address(seat, "flag"), flagged(seat, **wrong))
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["where"] == where
        assert not Flag.objects.exists()

    def test_a_page_sent_without_words_comes_back_with_what_was_chosen(
        self, as_user: LogIn, ana, seat
    ):
        form = {f"flag-{name}": value for name, value in flagged(seat, text=" ").items()}
        page = as_user(ana).post(address(seat, "flag"), form)
        assert page.status_code == 422
        assert "The flag was not sent." in page.text
        assert page.text.count(" checked") == 1
        # Without script nothing opens a popover: the form stands on the page.
        assert 'id="flag" popover' not in page.text

    def test_the_wording_that_was_read_is_kept_when_the_batch_moves_on(
        self, as_user: LogIn, ana, seat
    ):
        body, read = flagged(seat), seat.batch.rubric_version
        second = factories.draft(read.project, 2, read.rubric)
        factories.criterion(second, "cites_policy", lineage=read.criteria.first())
        seat.batch.rubric_version = factories.publish(second)
        seat.batch.save(update_fields=["rubric_version"])
        assert "flag" in send(as_user(ana), address(seat, "flag"), body).json()
        assert Flag.objects.get().rubric_version == read

    def test_logged_out_script_learns_so(self, client, seat):
        assert send(client, address(seat, "flag"), flagged(seat)).status_code == 401

    def test_what_is_no_object_is_refused(self, as_user: LogIn, ana, seat):
        for sent in ("[]", "{", '"x"', '{"text": "a\\u0000"}'):
            answer = as_user(ana).post(
                address(seat, "flag"), sent, content_type="application/json", headers=JSON
            )
            assert 400 <= answer.status_code < 500

    def test_only_from_ones_own_seat(self, as_user: LogIn, ben, dan, seat):
        for person in (ben, dan):
            assert send(as_user(person), address(seat, "flag"), flagged(seat)).status_code == 404


class TestOwnFlags:
    @pytest.fixture
    def flag(self, seat):
        return factories.flag(seat, "What is polite?")

    def places(self, flag) -> list[str]:
        return ["/desk/flags/", f"/desk/seat/{flag.assignment_id}/flags"]

    def test_they_stand_with_their_answers(self, as_user: LogIn, ana, carol, flag):
        for place in self.places(flag):
            assert "Not answered yet" in as_user(ana).get(place).text
        triage.answer(flag, "Friendly in tone.", by=carol)
        for place in self.places(flag):
            page = as_user(ana).get(place).text
            assert "What is polite?" in page
            assert "Friendly in tone." in page
        assert "Your flags (1 answered)" in as_user(ana).get("/desk/").text

    def test_what_became_of_it_is_said(self, as_user: LogIn, ana, carol, flag):
        triage.mark_out_of_scope(flag, "Tone is judged elsewhere.", by=carol)
        triage.take([flag], by=carol)
        page = as_user(ana).get("/desk/flags/").text
        assert "Out of scope" in page
        assert "worked into the next version" in page

    def test_nobody_elses_are_there(self, as_user: LogIn, ben, dan, flag):
        for person in (ben, dan):
            assert "What is polite?" not in as_user(person).get("/desk/flags/").text
            assert as_user(person).get(self.places(flag)[1]).status_code == 404

    def test_an_empty_list_says_how_to_flag(self, as_user: LogIn, ana):
        assert "You have flagged nothing yet" in as_user(ana).get("/desk/flags/").text

    def test_they_are_read_only(self, as_user: LogIn, ana, flag):
        for place in self.places(flag):
            assert as_user(ana).post(place).status_code == 405

    def test_without_the_project_there_is_nothing(self, as_user: LogIn, ana, flag):
        ana.memberships.all().delete()
        assert "What is polite?" not in as_user(ana).get("/desk/flags/").text

    def test_twenty_take_the_queries_of_one(
        self, as_user: LogIn, ana, seat, flag, django_assert_max_num_queries
    ):
        for n in range(20):
            factories.flag(seat, f"Problem {n}.")
        client = as_user(ana)
        with django_assert_max_num_queries(6):
            client.get("/desk/flags/")
