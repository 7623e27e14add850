"""One click assigns the list: seats open once, are offered to others, and can be taken back."""

import pytest
from django.urls import reverse

from evals.models import AgreementRun
from labeling import assigning
from labeling.models import Assignment, Batch
from tests import factories
from tests.made_once import prepared_by
from tests.web.measured import measure
from tests.web.planning import ASK, TABLE, planned, posted, url

prepared = prepared_by(
    lambda project: planned(project, factories.experts(project, "ana", "ben"), TABLE)
)


@pytest.fixture
def stage(prepared, own):
    return own


@pytest.fixture
def eve(project):
    """An expert who has not rated yet."""
    return factories.member(project, "eve", "expert")


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def test_one_click_opens_the_seats_and_a_second_opens_none(admin, stage, eve, ana):
    page = admin.get(url(stage.project, **ASK))
    assert "Open 4 seats at 4 responses" in page.text
    answer = posted(admin, page)
    assert answer.status_code == 302
    assert "4 seats opened" in admin.get(answer.headers["Location"]).text
    again = posted(admin, page)
    assert "nothing was opened twice" in admin.get(again.headers["Location"]).text
    assert set(stage.batch.queue.values_list("overlap", flat=True)) == {3}
    assert Batch.objects.count() == 1
    assert assigning.claim_next(stage.batch, ana) is None
    seat = assigning.claim_next(stage.batch, eve)
    assert (seat.slot, seat.purpose) == (3, "adaptive")


def test_seats_that_are_open_already_are_not_planned_again(admin, stage, eve):
    page = admin.get(url(stage.project, **ASK))
    posted(admin, page)
    page = admin.get(url(stage.project, **ASK))
    assert page.context["budget"].lines == []
    assert page.context["budget"].pool.pending == 4
    assert "4 extra seats are still free" in page.text


def test_free_seats_are_taken_back(admin, stage, eve):
    posted(admin, admin.get(url(stage.project, **ASK)))
    seat = assigning.claim_next(stage.batch, eve)
    address = reverse("planning_take_back", args=[stage.project.slug])
    for expected in ("3 seats taken back", "0 seats taken back"):
        answer = admin.post(address, {"batch": stage.batch.pk})
        assert expected in admin.get(answer.headers["Location"]).text
    assert sorted(stage.batch.queue.values_list("overlap", flat=True)) == [2, 2, 2, 3]
    assert Assignment.objects.get(pk=seat.pk).state == "leased"


def test_extra_ratings_settle_units_but_never_touch_alpha(admin, stage, eve):
    before = AgreementRun.objects.get().criteria.get(criterion__key="cites_policy", slice=None)
    posted(admin, admin.get(url(stage.project, **ASK)))
    for seat in iter(lambda: assigning.claim_next(stage.batch, eve), None):
        Assignment.objects.filter(pk=seat.pk).update(state="submitted", lease_until=None)
        first = Assignment.objects.get(batch=stage.batch, response=seat.response, slot=1)
        value = int(first.ratings.get().scores.get(criterion__key="cites_policy").value)
        factories.rating(seat, {"cites_policy": value, "polite": 1})
    after = measure(stage.batch).criteria.get(criterion__key="cites_policy", slice=None)
    assert (after.n_ratings, after.unanimous) == (before.n_ratings, before.unanimous)
    assert sum(after.n_excluded.values()) == 4
    page = admin.get(url(stage.project, **ASK))
    # 3 of cites_policy and 4 of polite are three alike now
    assert page.context["budget"].pool.clear == 7


def test_a_closed_batch_is_rated_afresh_in_one_new_batch(admin, stage, eve):
    assigning.close(stage.batch, by=eve)
    page = admin.get(url(stage.project, hours="1", more="3", seconds="60"))
    budget = page.context["budget"]
    assert {line.places for line in budget.lines} == {3}
    # three new experts of one mind: (.5*1.5*2.5 + 2.5*3.5*4.5)/60 for two alike,
    # 2 * 1.5*2.5*3.5/60 for one against one
    alike, tied = (1.875 + 39.375) / 60, 2 * 13.125 / 60
    assert budget.expected.mean == pytest.approx(7 * alike + tied)
    assert "takes nobody any more" in page.text
    for _ in range(2):
        answer = posted(admin, page, afresh="1")
        assert answer.status_code == 302
    made = Batch.objects.exclude(pk=stage.batch.pk).get()
    assert (made.overlap, made.state, made.queue.count()) == (3, "open", 4)
    assert answer.headers["Location"] == made.get_absolute_url()


def test_a_closed_batch_takes_no_extra_seats(admin, stage, eve):
    page = admin.get(url(stage.project, **ASK))
    assigning.close(stage.batch, by=eve)
    assert posted(admin, page).status_code == 409


@pytest.mark.parametrize("seats", ["", "x", "1", "1:2;3:4", "1:2," * 30_000 + "1:2", "1:0"])
def test_lists_that_were_tampered_with_are_refused(admin, stage, seats):
    address = reverse("planning_assign", args=[stage.project.slug])
    answer = admin.post(address, {"batch": stage.batch.pk, "seats": seats})
    assert answer.status_code == 422
    assert set(stage.batch.queue.values_list("overlap", flat=True)) == {2}


def test_responses_of_elsewhere_get_no_seats(admin, stage, eve, dan):
    theirs = factories.response(factories.item(dan.memberships.get().project))
    address = reverse("planning_assign", args=[stage.project.slug])
    data = {"batch": stage.batch.pk, "seats": f"{theirs.pk}:3"}
    assert admin.post(address, data).status_code == 422
