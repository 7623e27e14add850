"""Which batches wait for an expert, and the seat they are handed."""

from __future__ import annotations

import pytest

from labeling import assigning, rating
from labeling.models import Assignment, Batch, Item, Membership, Rating, Response
from tests import factories
from tests.labeling.practice import practising
from tests.labeling.rating.seats import end_lease
from tests.web.desk.requests import LogIn, address, form, opened, send

pytestmark = pytest.mark.django_db


class TestFindingWork:
    def test_open_batches_are_listed_with_ones_own_count(self, as_user: LogIn, ana, batch):
        page = as_user(ana).get("/desk/").content.decode()
        assert "First round" in page
        assert "You have rated 0 responses" in page

    def test_practice_comes_before_work(self, as_user: LogIn, ana, project, batch):
        known = practising.known_responses(project, batch.rubric_version, 1)
        practising.opened(batch.rubric_version, known, name="For beginners")
        page = as_user(ana).get("/desk/").text
        assert page.index("For beginners") < page.index("First round")
        assert "Start practice" in page

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

    def test_a_batch_with_nothing_left_offers_no_way_on(self, as_user: LogIn, ana, ben, project):
        batch = opened(project, 1, overlap=1)
        client = as_user(ana)
        assert "Start rating" in client.get("/desk/").text
        client.post(f"/desk/{batch.pk}/")
        assert "Continue" in client.get("/desk/").text
        seat = Assignment.objects.get()
        client.post(address(seat, "submit"), form(seat))
        page = client.get("/desk/").text
        assert "Nothing is left for you here just now" in page
        assert "You have rated 1 response." in page
        assert f'action="/desk/{batch.pk}/"' not in page
        # Taken up by somebody else, it is not left for others either.
        assert "Start rating" not in as_user(ben).get("/desk/").text

    def test_what_was_begun_and_has_ended_can_be_gone_on_with(self, as_user: LogIn, ana, project):
        opened(project, 1, overlap=1)
        client = as_user(ana)
        batch = Batch.objects.get()
        client.post(f"/desk/{batch.pk}/")
        end_lease(Assignment.objects.get())
        assert f'action="/desk/{batch.pk}/"' in client.get("/desk/").text

    def test_what_was_skipped_is_not_left_but_for_others(self, as_user: LogIn, ana, ben, project):
        batch = opened(project, 1, overlap=1)
        client = as_user(ana)
        client.post(f"/desk/{batch.pk}/")
        rating.skip(Assignment.objects.get(), "expertise", by=ana)
        assert f'action="/desk/{batch.pk}/"' not in client.get("/desk/").text
        assert f'action="/desk/{batch.pk}/"' in as_user(ben).get("/desk/").text

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
        # Session and person, the batches, one's answered flags, the items to answer, and what one
        # had begun: ratings and answers; where one rules.
        with django_assert_max_num_queries(7):
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

    def test_a_crowded_seat_shows_the_way(self, as_user: LogIn, ana, project):
        spoken = [{"role": "user", "content": f"Turn {number}"} for number in range(8)]
        item = Item.objects.create(
            project=project, external_id="long", group_key="long", messages=spoken, content_hash="0"
        )
        version = factories.published(project, *(f"criterion_{number}" for number in range(9)))
        batch = factories.batch(version, [factories.response(item)])
        seat = assigning.claim_next(batch, ana)
        rating.save_draft(seat, {"criterion_3": {"value": "1"}}, edit=0, by=ana)
        page = as_user(ana).get(address(seat)).text
        assert '9 turns. <a href="#judged">' in page
        assert page.count('id="judged"') == 1
        assert "<span data-answered-count>1</span> of 9 answered" in page

    def test_a_short_one_needs_neither(self, as_user: LogIn, ana, seat):
        page = as_user(ana).get(address(seat)).text
        assert "#judged" not in page
        assert "data-answered-count" not in page

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
