"""One criterion over several responses, page by page and without script: nothing is lost."""

from __future__ import annotations

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from labeling import assigning, rating
from labeling.asking_again import move_forward
from labeling.models import Assignment, Batch, Flag, Rating, RatingDraft
from labeling.ways import Asking
from tests.labeling import moving
from tests.labeling.rating.seats import BOTH_MET, drafted
from tests.labeling.test_sittings import leads, opened, sitting
from tests.web.desk.requests import LogIn, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project) -> Batch:
    return opened(project, 3)


@pytest.fixture
def seats(batch, ana) -> list[Assignment]:
    return sitting(batch, ana)


def step(
    seats: list[Assignment], key: str, *values: str | None, to: str = "next", **more: str
) -> dict[str, object]:
    """The form of one step with a value at each seat, as its page sends it."""
    said: dict[str, object] = {"seat": [str(one.pk) for one in seats], "criterion": key, "to": to}
    for one, value in zip(seats, values, strict=True):
        draft = RatingDraft.objects.filter(assignment=one).first()
        said[f"submission_id:{one.pk}"] = str(uuid4())
        said[f"edit:{one.pk}"] = str(draft.edit if draft else 0)
        if value is not None:
            said[f"value:{one.pk}:{key}"] = value
    return said | {"version": str(seats[0].batch.rubric_version_id)} | more


def at(seats: list[Assignment], key: str) -> str:
    return f"{address(leads(seats))}?criterion={key}"


def kept(seat: Assignment) -> dict[str, dict[str, object]]:
    return drafted(RatingDraft.objects.get(assignment=seat))


class Walk:
    """An expert who goes through a sitting."""

    def __init__(self, client: Client, seats: list[Assignment]) -> None:
        self.client, self.seats, self.url = client, seats, address(leads(seats), "step")

    def send(self, key: str, *values: str | None, **more: str):
        return self.client.post(self.url, step(self.seats, key, *values, **more))

    def page(self, key: str = "") -> str:
        answer = self.client.get(at(self.seats, key) if key else address(leads(self.seats)))
        assert answer.status_code == 200
        return answer.content.decode()


@pytest.fixture
def walk(as_user: LogIn, ana, seats) -> Walk:
    return Walk(as_user(ana), seats)


def test_the_page_has_one_criterion_and_all_responses_in_the_order_of_the_queue(walk, seats):
    page = walk.page()
    assert "Criterion 1 of 2" in page
    assert [int(pk) for pk in re.findall(r'data-place data-seat="(\d+)"', page)] == [
        one.pk for one in seats
    ]
    for one in seats:
        assert page.count(f'name="value:{one.pk}:cites_policy"') == 4
        assert one.response.output in page
    assert ':polite"' not in page.replace('"go:polite"', "")
    assert "model-a" not in page


def test_a_companion_leads_to_the_page_of_its_leader(as_user: LogIn, ana, seats):
    answer = as_user(ana).get(f"{address(seats[1])}?criterion=polite")
    assert answer["Location"] == at(seats, "polite")


def test_the_next_criterion_comes_when_all_are_answered(walk, seats):
    answer = walk.send("cites_policy", "1", "0", "cannot_assess")
    assert answer["Location"] == at(seats, "polite")
    assert [kept(one)["cites_policy"]["value"] for one in seats] == ["1", "0", "cannot_assess"]
    page = walk.page()
    assert "Criterion 2 of 2" in page
    assert "Submit 3 ratings and go on" in page
    assert not Rating.objects.exists()


def test_what_is_open_is_named_at_its_response_and_the_rest_is_saved(walk, seats):
    answer = walk.send("cites_policy", "1", None, "0")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Is not answered yet") == 1
    assert len(re.findall(r'type="radio"[^>]* checked', page)) == 2
    assert [kept(one)["cites_policy"]["value"] for one in (seats[0], seats[2])] == ["1", "0"]


def test_open_ones_may_wait_but_not_for_the_end(walk, seats):
    assert walk.send("cites_policy", "1", None, "0", to="later")["Location"] == at(seats, "polite")
    assert "To what is still open" in walk.page("polite")
    refused = walk.send("polite", "1", "1", "1", to="submit")
    assert refused.status_code == 422
    assert "Criterion 1 of 2" in refused.content.decode()
    assert not Rating.objects.exists()
    # Back at the one that was open, all can be sent from there.
    assert "Submit 3 ratings" in walk.page("cites_policy")
    walk.send("cites_policy", "1", "0", "0", to="submit")
    assert Rating.objects.count() == 3


def test_all_is_submitted_at_once_and_the_next_sitting_follows(project, as_user: LogIn, ana):
    batch = opened(project, 22)
    seats = sitting(batch, ana)
    walk = Walk(as_user(ana), seats)
    walk.send("cites_policy", *["1"] * 20)
    answer = walk.send("polite", *["0"] * 20, to="submit", active_ms="40000")
    assert "20 ratings are submitted." in walk.client.get(answer["Location"]).text
    following = Assignment.objects.get(state="leased", leader=None)
    assert answer["Location"] == f"{address(following)}?after={seats[0].pk}"
    made = Rating.objects.all()
    assert made.count() == 20
    assert {one.active_ms for one in made} == {2000}
    assert {tuple(one.shown_beside) for one in made} == {tuple(one.pk for one in seats)}
    assert {tuple(one.shown_order) for one in made} == {("cites_policy", "polite")}
    assert not RatingDraft.objects.exists()


def test_sent_twice_it_is_rated_once(walk, seats):
    walk.send("cites_policy", "1", "1", "1")
    sent = step(seats, "polite", "1", "1", "1", to="submit")
    for _ in range(2):
        assert walk.client.post(walk.url, sent)["Location"].endswith(f"?left=0&after={seats[0].pk}")
    assert Rating.objects.count() == 3


def test_a_page_of_before_says_what_was_rated_meanwhile_and_keeps_the_rest(walk, seats, ana):
    rating.submit(seats[0], BOTH_MET, submission_id=uuid4(), by=ana)
    answer = walk.send("cites_policy", "0", "1", "1")
    assert answer["Location"] == address(seats[1])
    assert kept(seats[2])["cites_policy"]["value"] == "1"
    assert Rating.objects.count() == 1


class TestTwoTabs:
    def test_another_answer_of_another_tab_is_shown_beside_ones_own(self, walk, seats, ana):
        sent = step(seats, "cites_policy", "1", "1", "1")
        other = {"cites_policy": {"value": "0", "rationale": "Names none."}}
        rating.save_draft(seats[1], other, edit=0, by=ana)
        answer = walk.client.post(walk.url, sent)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Names none." in page
        assert f'href="{at(seats, "cites_policy")}">Take what was saved elsewhere' in page
        assert f'name="value:{seats[1].pk}:cites_policy" value="1" checked' in page
        assert kept(seats[1])["cites_policy"]["value"] == "0"
        assert kept(seats[0])["cites_policy"]["value"] == "1"
        # Sent again from that page, what is chosen there is kept.
        walk.send("cites_policy", "1", "1", "1")
        assert kept(seats[1])["cites_policy"]["value"] == "1"

    def test_answers_to_another_criterion_do_not_meet(self, walk, seats, ana):
        sent = step(seats, "cites_policy", "1", "1", "1")
        rating.save_draft(seats[1], {"polite": {"value": "0"}}, edit=0, by=ana)
        assert walk.client.post(walk.url, sent).status_code == 302
        assert {key: one["value"] for key, one in kept(seats[1]).items()} == {
            "cites_policy": "1",
            "polite": "0",
        }

    def test_nothing_is_submitted_that_the_page_has_not_seen(self, walk, seats, ana):
        walk.send("cites_policy", "1", "1", "1")
        sent = step(seats, "polite", "1", "1", "1", to="submit")
        changed = {"cites_policy": {"value": "0"}}
        rating.save_draft(seats[0], changed, edit=1, by=ana)
        answer = walk.client.post(walk.url, sent)
        assert answer.status_code == 409
        assert not Rating.objects.exists()
        walk.send("polite", "1", "1", "1", to="submit")
        assert [one.scores.get(criterion__key="cites_policy").value for one in _made(seats)] == [
            *(0, 1, 1)
        ]


def _made(seats: list[Assignment]) -> list[Rating]:
    return [Rating.objects.get(assignment=one) for one in seats]


class TestOneResponseAside:
    def test_skipping_one_keeps_the_others_and_what_was_said(self, walk, seats, ana):
        answer = walk.send("cites_policy", "1", "0", None, to=f"skip:{seats[0].pk}")
        assert answer["Location"] == f"{at(seats, 'cites_policy')}&skip={seats[0].pk}"
        page = walk.client.get(answer["Location"]).content.decode()
        assert "Skip response <span data-about>1</span>" in page
        walk.client.post(address(seats[0], "skip"), {"skip-reason": "expertise"})
        left = Assignment.objects.filter(state="leased").order_by("pk")
        assert [one.pk for one in left] == [one.pk for one in seats[1:]]
        assert kept(seats[1])["cites_policy"]["value"] == "0"
        assert "Criterion 1 of 2" in Walk(walk.client, list(left)).page()

    def test_flagging_one_comes_back_to_the_sitting(self, walk, seats):
        sent = {"flag-kind": "item", "flag-text": "Cut off."}
        answer = walk.client.post(address(seats[2], "flag"), sent)
        assert answer["Location"] == address(seats[2])
        assert Flag.objects.get().response_id == seats[2].response_id
        assert Assignment.objects.filter(state="leased").count() == 3

    def test_a_flag_that_says_nothing_comes_back_as_it_was(self, walk, seats):
        answer = walk.client.post(address(seats[2], "flag"), {"flag-kind": "item"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Flag a problem with response <span data-about>3</span>" in page
        assert page.count("data-place ") == 3


class TestOverall:
    @pytest.fixture
    def batch(self, project) -> Batch:
        asking = Asking(way="by_criterion", overall_share=1)
        return opened(project, 3, asking=asking)

    def test_it_is_asked_of_all_before_any_criterion(self, walk, seats):
        assert "Before the criteria" in walk.page("polite")
        assert walk.send("_overall", "3", None, "5", to="later").status_code == 422
        assert walk.send("_overall", "3", "4", "5")["Location"] == at(seats, "cites_policy")
        assert "Criterion 1 of 2" in walk.page()

    def test_it_stands_once_a_criterion_is_answered(self, walk, seats):
        walk.send("_overall", "3", "4", "5")
        walk.send("cites_policy", "1", "1", "1")
        assert walk.page("_overall").count(" disabled") == 18
        walk.send("_overall", "0", "0", "0")
        walk.send("polite", "1", "1", "1", to="submit")
        assert [one.overall for one in _made(seats)] == [3, 4, 5]

    def test_only_those_drawn_are_asked(self, project, as_user: LogIn, ana):
        asking = Asking(way="by_criterion", overall_share=Decimal("0.5"))
        seats = sitting(opened(project, 12, name="Half", asking=asking), ana)
        drawn = [one for one in seats if rating.asks_overall(one)]
        assert 0 < len(drawn) < 12
        page = Walk(as_user(ana), seats).page()
        assert page.count("data-place ") == len(drawn)


def test_confidence_reasons_and_evidence_are_asked_at_their_step(as_user: LogIn, ana, project):
    asking = Asking(way="by_criterion", asks_confidence=True)
    seats = sitting(opened(project, 2, asking=asking), ana)
    walk = Walk(as_user(ana), seats)
    refused = walk.send("polite", "1", "1")
    assert refused.content.decode().count("Say how sure you are of") == 2
    sure = {f"confidence:{one.pk}:polite": "2" for one in seats}
    quote = {f"evidence:{seats[0].pk}:polite": "It is not there."}
    refused = walk.send("polite", "1", "1", **sure, **quote)
    assert "does not occur in the response" in refused.content.decode()
    quote = {f"evidence:{seats[0].pk}:polite": "Answer"}
    assert walk.send("polite", "1", "1", **sure, **quote).status_code == 302


def test_a_quote_keeps_the_place_it_was_selected_at(as_user: LogIn, ana, seats):
    place = {"quote": "Answer", "turn": 1, "start": 0, "end": 6}
    rating.save_draft(seats[0], {"polite": {"evidence": [place]}}, edit=0, by=ana)
    walk, quote = Walk(as_user(ana), seats), f"evidence:{seats[0].pk}:polite"
    # Refused, the page still knows it; with another line beside it, the draft does.
    refused = walk.send("polite", "1", None, "1", **{quote: "Answer"})
    assert "&quot;start&quot;: 0, &quot;end&quot;: 6" in refused.content.decode()
    number = seats[0].response.output.removeprefix("Answer ")
    walk.send("polite", "1", "1", "1", **{quote: f"Answer\n{number}"})
    assert kept(seats[0])["polite"]["evidence"] == [place, number]


class TestAfterTheLease:
    def test_the_same_responses_are_shown_and_can_be_submitted(self, walk, seats):
        walk.send("cites_policy", "1", "1", "1")
        Assignment.objects.update(lease_until="2020-01-01T00:00Z")
        assigning.expire_leases()
        page = walk.client.get(address(seats[0])).content.decode()
        assert "Your time at these responses has ended" in page
        assert page.count("data-place ") == 3
        walk.send("polite", "1", "1", "1", to="submit")
        assert Rating.objects.count() == 3
        assert set(Assignment.objects.values_list("purpose", flat=True)) == {"fixed"}


def test_a_rubric_that_moves_on_keeps_what_still_answers_it(as_user: LogIn, ana, carol, project):
    batch = opened(project, 3, version=moving.first(project))
    seats = sitting(batch, ana)
    walk = Walk(as_user(ana), seats)
    walk.send("cites", "1", "1", "0")
    sent = step(seats, "polite", "1", "0", "1", to="submit")
    move_forward(batch, moving.second(project), by=carol)
    answer = walk.client.post(walk.url, sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The rubric moved on to version 2" in page
    assert not Rating.objects.exists()
    # `cites` was reworded and goes on; `polite` has another scale and is open again.
    assert "Criterion 2 of 3" in page
    assert [kept(one)["cites"]["value"] for one in seats] == ["1", "1", "0"]
    # What was sent is kept as it was sent, under the version it answers.
    raw = [RatingDraft.objects.get(assignment=one).payload["answers"] for one in seats]
    assert [one["polite"]["value"] for one in raw] == ["1", "0", "1"]


@pytest.mark.parametrize(
    "amiss",
    [
        {"seat": ["x"]},
        {"seat": []},
        {"seat": ["1"]},
        {"criterion": "unknown"},
        {"criterion": ""},
        {"to": ""},
        {"version": "0"},
    ],
)
def test_a_page_that_did_not_arrive_whole_is_refused(walk, seats, amiss):
    sent = step(seats, "polite", "1", "1", "1") | amiss
    assert walk.client.post(walk.url, sent).status_code == 422
    assert not RatingDraft.objects.exists()


def test_ids_and_saves_that_are_none_are_refused(walk, seats):
    for name, value in (("submission_id", "x"), ("edit", "x"), ("edit", "9" * 5000)):
        sent = step(seats, "polite", "1", "1", "1") | {f"{name}:{seats[1].pk}": value}
        assert walk.client.post(walk.url, sent).status_code == 422


def test_a_step_that_nobody_knows_leads_to_the_first_open_one(walk, seats):
    assert "Criterion 1 of 2" in walk.page("unknown")
    assert walk.send("polite", "1", "1", "1", to="what").status_code == 302


def test_a_seat_of_somebody_else_is_not_there(as_user: LogIn, ana, ben, batch, seats):
    theirs = sitting(batch, ben)
    sent = step([*seats, theirs[0]], "polite", *["1"] * 4)
    assert as_user(ana).post(address(leads(seats), "step"), sent).status_code == 404
    assert not RatingDraft.objects.exists()


def test_outsider_colleague_wrong_verb(as_user: LogIn, dan, ben, ana, seats):
    url, sent = address(leads(seats), "step"), step(seats, "polite", "1", "1", "1")
    assert as_user(dan).post(url, sent).status_code == 404
    assert as_user(ben).post(url, sent).status_code == 404
    assert as_user(ana).get(url).status_code == 405
    for somebody in (dan, ben):
        assert as_user(somebody).get(address(seats[0])).status_code == 404


def test_other_batches_have_no_steps(as_user: LogIn, ana, project):
    batch = opened(project, 1, name="Plain", asking=Asking())
    seats = [assigning.claim_next(batch, ana)]
    answer = as_user(ana).post(address(seats[0], "step"), step(seats, "polite", "1"))
    assert answer.status_code == 422
