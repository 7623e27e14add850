"""Responses of an item on one page: rated side by side, sent together, without script too."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import assigning, rating
from labeling.models import Assignment, Flag, Rating
from labeling.ways import Asking
from tests.labeling.test_grids import grid, opened
from tests.web.desk.requests import LogIn, address, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project):
    return opened(project, 2)


def form(seats: list[Assignment], **more: str) -> dict[str, object]:
    said: dict[str, object] = {"seat": [str(one.pk) for one in seats]}
    for one in seats:
        said[f"submission_id:{one.pk}"] = str(uuid4())
        said[f"value:{one.pk}:cites_policy"] = "1"
        said[f"value:{one.pk}:polite"] = "0"
    return said | {"version": str(seats[0].batch.rubric_version_id)} | more


def test_the_page_has_a_column_for_each_response(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    page = as_user(ana).get(address(seats[0])).content.decode()
    columns = [int(pk) for pk in re.findall(r'data-column data-seat="(\d+)"', page)]
    assert columns == [one.pk for one in rating.in_columns(seats)]
    for one in seats:
        assert page.count(f'name="value:{one.pk}:polite"') == 4
        assert one.response.output in page
    # The prompt once, and nobody's name.
    assert page.count("May I send the kettle") == 1
    assert "model-a" not in page


def test_a_companion_leads_to_the_page_of_its_leader(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    answer = as_user(ana).get(address(seats[1]))
    assert answer["Location"] == address(seats[0])


def test_one_submit_for_all_and_on_to_the_next_item(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    answer = as_user(ana).post(address(seats[0], "grid"), form(rating.in_columns(seats)))
    following = Assignment.objects.get(state="leased", leader=None)
    assert answer["Location"] == f"{address(following)}?after={seats[0].pk}"
    assert "3 ratings are submitted." in as_user(ana).get(address(following)).text
    assert Rating.objects.count() == 3
    assert following.response.item_id != seats[0].response.item_id
    shown = [one.pk for one in rating.in_columns(seats)]
    assert Rating.objects.first().shown_beside == shown


def test_nothing_is_submitted_while_something_is_missing_and_all_is_kept(
    as_user: LogIn, ana, batch
):
    seats = grid(batch, ana)
    sent = form(seats, **{f"why:{seats[1].pk}:polite": "Curt."})
    del sent[f"value:{seats[2].pk}:polite"]
    answer = as_user(ana).post(address(seats[0], "grid"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert not Rating.objects.exists()
    assert page.count("Is not answered yet") == 1
    assert "Curt.</textarea>" in page
    # five of six answers are as they were sent
    assert len(re.findall(r'type="radio"[^>]* checked', page)) == 5
    assert str(sent[f"submission_id:{seats[0].pk}"]) in page


def test_sent_twice_it_is_rated_once(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    client, sent = as_user(ana), form(seats)
    for _ in range(2):
        assert client.post(address(seats[0], "grid"), sent).status_code == 302
    assert Rating.objects.count() == 3


def test_all_of_it_can_be_undone_from_the_page_that_follows(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    client = as_user(ana)
    page = client.post(address(seats[0], "grid"), form(seats), follow=True).text
    undo = address(seats[0], "undo")
    assert f'action="{undo}"' in page
    back = client.post(undo, follow=True).text
    assert len(re.findall(r'type="radio"[^>]* checked', back)) == 6
    assert f'action="{undo}"' not in back


def test_rated_already_otherwise_shows_what_was_rated(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    client = as_user(ana)
    client.post(address(seats[0], "grid"), form(seats))
    answer = client.post(address(seats[0], "grid"), form(seats))
    assert answer["Location"] == address(seats[0])
    assert Rating.objects.count() == 3


@pytest.mark.parametrize("amiss", [["x"], [], ["1"]])
def test_a_page_that_did_not_arrive_whole_is_refused(as_user: LogIn, ana, batch, amiss):
    seats = grid(batch, ana)
    sent = form(seats) | {"seat": amiss}
    assert as_user(ana).post(address(seats[0], "grid"), sent).status_code == 422
    assert not Rating.objects.exists()


def test_a_seat_of_somebody_else_is_not_there(as_user: LogIn, ana, ben, batch):
    seats, theirs = grid(batch, ana), grid(batch, ben)
    sent = form([*seats, theirs[0]])
    assert as_user(ana).post(address(seats[0], "grid"), sent).status_code == 404
    assert not Rating.objects.exists()


def test_skipping_gives_the_whole_grid_to_others(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    as_user(ana).post(address(seats[0], "skip"), {"skip-reason": "expertise"})
    states = Assignment.objects.filter(pk__in=[one.pk for one in seats]).values_list("state")
    assert set(states) == {("skipped",)}


def test_drafts_of_each_response_come_back(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    rating.save_draft(seats[2], {"polite": {"value": "1"}}, edit=0, by=ana)
    page = as_user(ana).get(address(seats[0])).content.decode()
    assert f'name="value:{seats[2].pk}:polite" value="1" checked' in page
    assert page.count(" checked") == 1


class TestQuotes:
    """A form brings the words of a quote; where it was selected is in the draft."""

    PLACE = {"quote": "Answer", "turn": 1, "start": 0, "end": 6}

    def quoting(self, seats: list[Assignment], ana, **more: str) -> dict[str, object]:
        said = {"polite": {"value": "1", "evidence": [self.PLACE]}}
        rating.save_draft(seats[1], said, edit=0, by=ana)
        return form(seats, **{f"evidence:{seats[1].pk}:polite": "Answer"} | more)

    def test_keep_their_place(self, as_user: LogIn, ana, batch):
        seats = grid(batch, ana)
        as_user(ana).post(address(seats[0], "grid"), self.quoting(seats, ana))
        made = Rating.objects.get(assignment=seats[1])
        assert made.scores.get(criterion__key="polite").evidence == [self.PLACE]

    def test_of_another_column_are_refused_where_they_stand(self, as_user: LogIn, ana, batch):
        seats = grid(batch, ana)
        foreign = {f"evidence:{seats[1].pk}:polite": f"Answer\n{seats[2].response.output}"}
        sent = self.quoting(seats, ana, **foreign)
        answer = as_user(ana).post(address(seats[0], "grid"), sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        fault = f"“{seats[2].response.output}” does not occur in the response"
        assert page.count(fault) == 1
        assert page.index(fault) > page.index(f'data-column data-seat="{seats[1].pk}"')
        # What was right of it is still known with its place.
        assert "&quot;turn&quot;: 1, &quot;start&quot;: 0, &quot;end&quot;: 6" in page
        assert not Rating.objects.exists()


def test_other_batches_take_no_grid(as_user: LogIn, ana, project):
    seats = grid(opened(project, 1, asking=Asking()), ana)
    answer = as_user(ana).post(address(seats[0], "grid"), form(seats))
    assert answer.status_code == 422


def test_outsider_colleague_wrong_verb(as_user: LogIn, dan, ben, ana, batch):
    seats = grid(batch, ana)
    url = address(seats[0], "grid")
    assert as_user(dan).post(url, form(seats)).status_code == 404
    assert as_user(ben).post(url, form(seats)).status_code == 404
    assert as_user(ana).get(url).status_code == 405


def test_eight_columns_cost_the_queries_of_two(as_user: LogIn, ana, project):
    counts = []
    for number, each in enumerate((2, 8)):
        batch = opened(project, 1, each, name=f"Grids {number}", key=f"set-{number}")
        seat = assigning.claim_next(batch, ana)
        client = as_user(ana)
        client.get(address(seat))
        with CaptureQueriesContext(connection) as told:
            client.get(address(seat))
        counts.append(len(told))
    assert counts[0] == counts[1]


class TestFlagging:
    def said(self, seat: Assignment, **other: str) -> dict[str, str]:
        fields = {"kind": "item", "text": "Cut off.", "seat": str(seat.pk)} | other
        return {f"flag-{name}": value for name, value in fields.items()}

    def test_it_is_about_the_response_that_was_chosen(self, as_user: LogIn, ana, batch):
        seats = grid(batch, ana)
        client = as_user(ana)
        page = client.get(address(seats[0])).content.decode()
        letters = re.findall(r'name="flag-seat" value="(\d+)"[^>]*>\s*Response (\w)', page)
        shown = rating.in_columns(seats)
        assert letters == [(str(one.pk), letter) for one, letter in zip(shown, "ABC", strict=True)]
        answer = client.post(address(seats[0], "flag"), self.said(seats[2]))
        assert answer["Location"] == address(seats[0])
        assert Flag.objects.get().assignment == seats[2]

    def test_script_says_so_too(self, as_user: LogIn, ana, batch):
        seats = grid(batch, ana)
        body = {"kind": "item", "text": "Cut off.", "seat": seats[1].pk}
        assert "flag" in send(as_user(ana), address(seats[0], "flag"), body).json()
        assert Flag.objects.get().assignment == seats[1]

    def test_without_saying_which_it_is_refused(self, as_user: LogIn, ana, batch):
        seats = grid(batch, ana)
        sent = self.said(seats[0])
        del sent["flag-seat"]
        assert as_user(ana).post(address(seats[0], "flag"), sent).status_code == 422
        assert not Flag.objects.exists()

    def test_of_somebody_elses_seat_or_of_another_item_it_is_refused(
        self, as_user: LogIn, ana, ben, batch
    ):
        seats, theirs = grid(batch, ana), grid(batch, ben)
        client = as_user(ana)
        client.post(address(seats[0], "grid"), form(seats))
        following = Assignment.objects.get(state="leased", leader=None, rater=ana)
        for amiss in (theirs[0], seats[0]):
            answer = client.post(address(following, "flag"), self.said(amiss))
            assert answer.status_code == 422
        assert not Flag.objects.exists()

    def test_refused_it_comes_back_on_the_grid_with_its_words(self, as_user: LogIn, ana, batch):
        seats = grid(batch, ana)
        rating.save_draft(seats[1], {"polite": {"value": "1"}}, edit=0, by=ana)
        answer = as_user(ana).post(address(seats[0], "flag"), self.said(seats[1], kind="praise"))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count("data-column") == 3
        assert "The flag was not sent." in page
        assert "Cut off.</textarea>" in page
        assert re.search(rf'name="flag-seat" value="{seats[1].pk}"[^>]* checked', page)
        assert f'name="value:{seats[1].pk}:polite" value="1" checked' in page
        # Without script nothing opens a popover: the form stands on the page.
        assert 'id="flag" popover' not in page

    def test_after_the_lease_it_still_finds_its_response(self, as_user: LogIn, ana, batch):
        seats = grid(batch, ana)
        assigning.vacate(Assignment.objects.filter(pk=seats[0].pk), "expired")
        as_user(ana).post(address(seats[0], "flag"), self.said(seats[2]))
        assert Flag.objects.get().assignment == seats[2]


def test_the_page_knows_whose_save_it_shows(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    body = {"answers": {}, "edit": 0, "writer": "tab-1", "seq": 7}
    body["version"] = batch.rubric_version_id
    send(as_user(ana), address(seats[1], "draft"), body)
    page = as_user(ana).get(address(seats[0])).content.decode()
    assert 'data-edit="1" data-writer="tab-1" data-seq="7"' in page
    assert page.count('data-edit="0" data-writer="" data-seq="0"') == 2
    assert 'id="conflict"' in page


def test_the_time_of_the_page_is_divided_among_its_responses(as_user: LogIn, ana, batch):
    seats = grid(batch, ana)
    as_user(ana).post(address(seats[0], "grid"), form(seats, active_ms="90000"))
    assert set(Rating.objects.values_list("active_ms", flat=True)) == {30_000}
