"""An expert's own history: everything they were given, what became of it, the way to correct it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import assigning, rating
from labeling.models import Assignment, Batch, Item, Membership, Response
from tests import factories
from tests.labeling.adjudicating.scene import scene, taken
from tests.web.desk.requests import LogIn, address, answers, opened

pytestmark = pytest.mark.django_db
URL = "/desk/ratings/"


def batch_of_items(project, count: int, **fields: object) -> Batch:
    """One response an item, in the order in which the questions stand."""
    version = factories.published(project)
    responses = []
    for number in range(count):
        item = factories.item(project, f"case-{number:03}-{version.pk}")
        responses.append(factories.response(item))
    return factories.batch(version, responses, overlap=2, **fields)


def lines(client: Client, query: str = "") -> list[tuple[str, str]]:
    """The rows of the page as what was asked and what became of it."""
    rows = client.get(URL + query).context["rows"]
    return [(row["one"].seat.pk, row["what"]) for row in rows]


def rated(batch: Batch, user, **values: str) -> Assignment:
    seat = assigning.claim_next(batch, user)
    rating.submit(seat, answers(**values), submission_id=uuid4(), by=user)
    return seat


@pytest.fixture
def four(project, ana, ben) -> dict[str, Assignment]:
    """A seat of Ana's for each thing that can become of one, in the order of handing out."""
    batch = opened(project, 5, overlap=1, name="First round")
    submitted = rated(batch, ana)
    skipped = assigning.claim_next(batch, ana)
    rating.skip(skipped, "expertise", by=ana)
    late = assigning.claim_next(batch, ana)
    assigning.vacate(Assignment.objects.filter(pk=late.pk), "expired")
    factories.seat(batch, late.response, ben)
    batch.queue.filter(response=late.response).update(taken=1)
    rating.submit(late, answers(), submission_id=uuid4(), by=ana)
    unsent = assigning.claim_next(batch, ana)
    rating.save_draft(unsent, answers(), edit=0, by=ana)
    assigning.vacate(Assignment.objects.filter(pk=unsent.pk), "expired")
    return {"submitted": submitted, "skipped": skipped, "late": late, "unsent": unsent}


class TestOwnRatings:
    def test_everything_stands_there_the_newest_first(self, as_user: LogIn, ana, four):
        assert lines(as_user(ana)) == [
            (four["unsent"].pk, "Not submitted"),
            (four["late"].pk, "Late"),
            (four["skipped"].pk, "Skipped"),
            (four["submitted"].pk, "Submitted"),
        ]
        page = as_user(ana).get(URL).content.decode()
        assert "May I send the kettle back?" in page
        assert "Outside my field" in page
        assert "kept, outside the overlap" in page
        assert "your answers are kept" in page

    def test_what_one_rates_before_ruling_is_not_among_them(self, as_user: LogIn, project):
        """An expert who adjudicates: their seat has pages of its own, at the desk there is none."""
        made = scene(project, "11 01", name="March")
        judy = factories.member(project, "judy", "adjudicator", "expert")
        seat = taken(made, judy)
        client = as_user(judy)
        assert lines(client) == []
        assert f'value="{made.batch.pk}"' not in client.get(URL).content.decode()
        answer = client.get(f"/desk/{made.batch.pk}/")
        assert answer.status_code == 200
        assert client.get(f"/desk/seat/{seat.pk}/").status_code == 404
        assert f"/desk/seat/{seat.pk}/" not in client.get("/desk/").content.decode()

    @pytest.mark.parametrize("fate", ["submitted", "late", "skipped", "unsent"])
    def test_a_filter_leaves_what_is_like_that(self, as_user: LogIn, ana, four, fate: str):
        assert [pk for pk, _ in lines(as_user(ana), f"?fate={fate}")] == [four[fate].pk]

    def test_a_submission_taken_back_is_said_and_led_on(self, as_user: LogIn, ana, batch):
        seat = rated(batch, ana)
        rating.withdraw(seat, by=ana)
        client = as_user(ana)
        assert lines(client, "?fate=withdrawn") == [(seat.pk, "Taken back")]
        page = client.get(URL).content.decode()
        assert "taken back by you" in page
        assert f'href="{address(seat)}"' in page
        assert "correct=1" not in page

    def test_a_rating_is_opened_and_corrected_from_here(self, as_user: LogIn, ana, batch):
        seat = rated(batch, ana)
        client = as_user(ana)
        page = client.get(URL).content.decode()
        assert f'href="{address(seat)}?correct=1"' in page
        assert "You are correcting your rating" in client.get(f"{address(seat)}?correct=1").text
        rating.revise(seat, answers(polite="1"), submission_id=uuid4(), by=ana)
        assert "revision 2" in client.get(URL).content.decode()
        assert len(lines(client)) == 1

    def test_a_closed_batch_is_read_and_not_corrected(self, as_user: LogIn, ana, carol, batch):
        seat = rated(batch, ana)
        assigning.close(batch, by=carol)
        page = as_user(ana).get(URL).content.decode()
        assert f'href="{address(seat)}"' in page
        assert "correct=1" not in page
        assert "The batch is closed" in page

    def test_one_batch_alone(self, as_user: LogIn, ana, project, batch):
        rated(batch, ana)
        item = factories.item(project)
        other = factories.batch(batch.rubric_version, [factories.response(item)], name="Second")
        second = rated(other, ana)
        client = as_user(ana)
        assert [pk for pk, _ in lines(client, f"?batch={other.pk}")] == [second.pk]
        assert len(lines(client)) == 2

    def test_nobody_elses_and_nothing_of_a_project_one_left(
        self, as_user: LogIn, ana, ben, dan, batch
    ):
        rated(batch, ana)
        for other in (ben, dan):
            assert lines(as_user(other)) == []
        Membership.objects.filter(user=ana).delete()
        assert lines(as_user(ana)) == []

    @pytest.mark.parametrize(
        "query", ["?batch=999999", "?batch=x", "?fate=lost", "?before=-1", f"?after={2**70}"]
    )
    def test_a_filter_that_cannot_be_read_is_422(self, as_user: LogIn, ana, batch, query: str):
        rated(batch, ana)
        answer = as_user(ana).get(URL + query)
        assert answer.status_code == 422
        assert "This filter cannot be read" in answer.content.decode()

    def test_anothers_batch_is_no_choice(self, as_user: LogIn, ana, ben, batch):
        rated(batch, ben)
        answer = as_user(ana).get(f"{URL}?batch={batch.pk}")
        assert answer.status_code == 422
        assert "First round" not in answer.content.decode()

    def test_a_response_asked_again_unseen_does_not_show_its_first_rating(
        self, as_user: LogIn, ana, batch
    ):
        seat = rated(batch, ana)
        repeat = factories.seat(
            batch, seat.response, ana, slot=2, round=2, purpose="repeat", state="expired"
        )
        client = as_user(ana)
        assert [pk for pk, _ in lines(client)] == [seat.pk]
        soon = seat.created_at.replace(year=2100)
        Assignment.objects.filter(pk=repeat.pk).update(state="leased", lease_until=soon)
        assert [pk for pk, _ in lines(client)] == [repeat.pk]

    def test_stretches_follow_each_other_while_work_goes_on(self, as_user: LogIn, ana, project):
        batch = batch_of_items(project, 31)
        responses = [one.response for one in batch.queue.order_by("key")]
        seats = [
            factories.seat(batch, one, ana, state="skipped", skip_reason="harmful")
            for one in responses[:30]
        ]
        client = as_user(ana)
        first = client.get(URL)
        assert [row["one"].seat.pk for row in first.context["rows"]] == [
            one.pk for one in seats[:4:-1]
        ]
        # 30 seats, 25 a page: 5 are left, and what comes meanwhile moves none of them.
        factories.seat(batch, responses[30], ana, state="skipped", skip_reason="harmful")
        second = client.get(f"{URL}?{first.context['older_query']}")
        assert [row["one"].seat.pk for row in second.context["rows"]] == [
            one.pk for one in seats[4::-1]
        ]
        assert second.context["older_query"] == ""
        back = client.get(f"{URL}?{second.context['newer_query']}")
        assert [row["one"].seat.pk for row in back.context["rows"]] == [
            one.pk for one in seats[:4:-1]
        ]

    def test_the_queries_do_not_grow(self, as_user: LogIn, ana, project):
        batch = batch_of_items(project, 20)
        client = as_user(ana)

        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                client.get(URL)
            return len(seen)

        seat = assigning.claim_next(batch, ana)
        rating.submit(seat, answers(), submission_id=uuid4(), by=ana)
        client.get(URL)
        one = queries()
        for _ in range(19):
            rated(batch, ana)
        assert len(lines(client)) == 20
        assert queries() == one

    def test_what_was_asked_is_found_in_parts_and_behind_a_system_prompt(
        self, as_user: LogIn, ana, project
    ):
        version = factories.published(project)
        said = [
            [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Plain?"}],
            [{"role": "user", "content": [{"type": "text", "text": "In parts?"}]}],
            [{"role": "user", "content": "x" * 5000}],
            [{"role": "system", "content": "Nobody asked."}],
        ]
        responses = []
        for number, messages in enumerate(said):
            item = Item.objects.create(
                project=project,
                external_id=f"said-{number}",
                group_key=f"said-{number}",
                messages=messages,
                content_hash=factories.digest(f"said-{number}"),
            )
            responses.append(factories.response(item))
        # A recorded conversation: the item is the rules alone, who asks speaks in the response.
        talk = [{"role": "user", "content": "Change my flight."}, *responses[-1].messages]
        recorded = Response.objects.create(
            project=project,
            item=responses[-1].item,
            generator=responses[-1].generator,
            index=1,
            external_id="talk",
            messages=talk,
            output="Done.",
            content_hash=factories.digest("talk"),
        )
        responses.append(recorded)
        batch = factories.batch(version, responses, overlap=2)
        for one in responses:
            factories.seat(batch, one, ana, state="skipped", skip_reason="harmful")
        rows = as_user(ana).get(URL).context["rows"]
        asked = [row["one"].asked for row in rows]
        assert asked == ["Change my flight.", "", "x" * 200, "In parts?", "Plain?"]

    def test_a_fragment_for_the_filter(self, as_user: LogIn, ana, batch):
        rated(batch, ana)
        page = as_user(ana).get(URL, headers={"HX-Request": "true", "HX-Target": "rows"})
        assert page.content.decode().lstrip().startswith('<div id="rows"')

    def test_strangers_log_in_first_and_only_reading_is_offered(
        self, client: Client, as_user: LogIn, ana
    ):
        assert client.get(URL)["Location"].startswith("/accounts/login/")
        assert as_user(ana).post(URL).status_code == 405
        assert "You have rated nothing yet" in as_user(ana).get(URL).text

    def test_the_desk_and_the_list_of_desks_lead_here(self, as_user: LogIn, ana, seat):
        client = as_user(ana)
        assert f'href="{URL}"' in client.get("/desk/").text
        assert f'href="{URL}?batch={seat.batch_id}"' in client.get(address(seat)).text


def test_the_way_to_correct_waits_behind_the_undo(as_user: LogIn, ana, batch):
    seat = rated(batch, ana)
    following = assigning.claim_next(batch, ana)
    page = as_user(ana).get(f"{address(following)}?after={seat.pk}").text
    assert f'href="{address(seat)}?correct=1" data-undo-later hidden' in page
