"""The planning page: ladder, blindness, the list by hand, and seats opened by one click."""

import re

import pytest
from django.urls import reverse

from evals.models import AgreementRun
from labeling import assigning
from labeling.models import Adjudication, Assignment, Batch, Membership, QueueEntry, Rating
from tests import factories
from tests.web.measured import measure, rated

# two agree on 3, differ on 1; nobody is clear with two
TABLE = ["11", "00", "11", "10"]
ASK = {"hours": "1", "more": "1", "seconds": "60"}


def url(project, **query):
    return reverse("planning", args=[project.slug], query=query)


def counted(batch):
    """The queue as the desk would have left it: every place of the design is taken."""
    QueueEntry.objects.filter(batch=batch).update(taken=batch.overlap)


@pytest.fixture
def stage(project, ana, ben):
    stage = rated(project, [ana, ben], TABLE, name="First round")
    counted(stage.batch)
    measure(stage.batch)
    return stage


@pytest.fixture
def eve(project):
    return factories.member(project, "eve", "expert")


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def posted(client, page, **more):
    """Send the page's own assigning form."""
    budget, run = page.context["budget"], page.context["run"]
    data = {"batch": run.batch_id, "seats": budget.seats, **more}
    project = page.context["project"]
    return client.post(reverse("planning_assign", args=[project.slug]), data)


def test_half_widths_of_the_projects_own_figures(admin, stage):
    page = admin.get(url(stage.project))
    assert page.status_code == 200
    precisions = page.context["precisions"]
    # 3 of 4 pairs agree: accuracy (1 + sqrt(2 * .75 - 1)) / 2 = .854
    assert "right 85 % of the time" in precisions.words
    assert [line[0].raters for line in precisions.grid] == [2, 3, 4, 5]
    assert "Cites policy" in page.text
    assert "<svg" in page.text
    assert re.search(r"\bnan\b", page.text.lower()) is None


def test_figures_of_ones_own(admin, stage):
    own = {"criterion": "own", "accuracy": "90", "share": "50", "half_width": "0.1"}
    page = admin.get(url(stage.project, **own, raters="3", items="100"))
    precisions = page.context["precisions"]
    assert precisions.alpha == pytest.approx(0.64, abs=0.005)
    assert precisions.here.half_width == pytest.approx(0.118, abs=0.008)
    needed = {one.raters: one.items for one in precisions.needed}
    assert 110 <= needed[3] <= 160
    assert needed[2] > needed[3] > needed[5]


def test_without_any_measuring_figures_of_ones_own_remain(admin, project):
    page = admin.get(url(project))
    assert page.status_code == 200
    assert page.context["precisions"].alpha == pytest.approx(0.64, abs=0.005)
    assert "Nothing has been measured yet" in page.text


@pytest.mark.parametrize(
    "wrong", [{"half_width": "0"}, {"half_width": "0.1", "raters": "99"}, {"half_width": "x"}]
)
def test_impossible_plans_are_explained(admin, stage, wrong):
    page = admin.get(url(stage.project, **wrong))
    assert page.status_code == 422
    assert page.context["precision_form"].errors


def test_the_list_says_what_a_third_expert_settles(admin, stage, eve):
    page = admin.get(url(stage.project, **ASK))
    budget = page.context["budget"]
    # cites_policy: 3 units of two alike become clear with 2.5/3; polite: 4 of two alike
    # the disputed response gains on politeness alone
    assert [round(row.line.gain, 3) for row in budget.rows] == [1.667, 1.667, 1.667, 0.833]
    assert budget.rows[-1].response.item.external_id == "case-004"
    assert budget.expected.mean == pytest.approx(7 * 2.5 / 3)
    assert budget.ratings == 4
    assert budget.pool.clear == 0
    # four ratings of a minute
    assert "4 ratings on 4 responses give about 5.8 more clear units [4, 7], at 0.1 hours" in (
        page.text
    )


def test_units_an_adjudicator_decided_are_not_asked_about(admin, stage, eve, carol):
    first = stage.responses[0]
    rating = Rating.objects.filter(assignment__response=first).first()
    for criterion in stage.batch.rubric_version.criteria.all():
        Adjudication.objects.create(
            project=stage.project,
            batch=stage.batch,
            response=first,
            lineage_id=criterion.lineage_id,
            ruling=1,
            reason="rater_error",
            own_rating=rating,
            by=carol,
        )
    budget = admin.get(url(stage.project, **ASK)).context["budget"]
    assert first.pk not in {line.response for line in budget.lines}
    assert (len(budget.lines), budget.pool.ruled) == (3, 2)


def test_the_budget_ends_the_list(admin, stage, eve):
    page = admin.get(url(stage.project, hours="0.05", more="1", seconds="60"))
    # three minutes are three ratings
    assert len(page.context["budget"].lines) == 3


def test_seconds_are_the_median_of_the_ratings(admin, project, ana, ben):
    stage = rated(project, [ana, ben], TABLE)
    more = factories.response(factories.item(project))
    for slot, (rater, ms) in enumerate([(ana, 40_000), (ben, 60_000)], start=1):
        factories.rating(
            factories.seat(stage.batch, more, rater, slot), {"cites_policy": 1}, active_ms=ms
        )
    measure(stage.batch)
    page = admin.get(url(project))
    assert (
        page.context["budget_form"].get_initial_for_field(
            page.context["budget_form"].fields["seconds"], "seconds"
        )
        == 50
    )
    assert "newest 2 ratings" in page.text


def test_without_times_the_seconds_are_asked_for(admin, stage):
    page = admin.get(url(stage.project))
    assert "No rating here has a time" in page.text
    assert admin.get(url(stage.project, hours="1", more="1")).status_code == 422


def test_without_another_expert_nothing_is_promised(admin, stage):
    page = admin.get(url(stage.project, **ASK))
    assert page.context["budget"].lines == []
    assert page.context["budget"].pool.without_experts == 4
    assert "No rating here would settle anything" in page.text


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


def test_who_rates_in_the_batch_is_told_nothing(as_user, stage, ana, eve):
    Membership.objects.create(project=stage.project, user=ana, role="admin")
    client = as_user(ana)
    page = client.get(url(stage.project, batch=stage.batch.pk, **ASK))
    assert page.status_code == 200
    assert "You are rating in this batch" in page.text
    assert page.context["run"] is None
    assert "budget" not in page.context
    assert "Cites policy" not in page.text
    for name in ("planning_assign", "planning_take_back"):
        address = reverse(name, args=[stage.project.slug])
        data = {"batch": stage.batch.pk, "seats": "1:3"}
        assert client.post(address, data).status_code == 422


@pytest.mark.parametrize(("role", "status"), [("author", 200), ("viewer", 403), ("expert", 403)])
def test_who_may_plan(as_user, stage, role, status):
    colleague = factories.member(stage.project, "erin", role)
    assert as_user(colleague).get(url(stage.project)).status_code == status


def test_authors_see_the_list_and_admins_assign_it(as_user, stage, eve):
    author = as_user(factories.member(stage.project, "erin", "author"))
    page = author.get(url(stage.project, **ASK))
    assert "An admin of the project can assign this list" in page.text
    assert "planning/assign" not in page.text
    assert posted(author, page).status_code == 403
    back = reverse("planning_take_back", args=[stage.project.slug])
    assert author.post(back, {"batch": stage.batch.pk}).status_code == 403


def test_outsider_finds_nothing(as_user, stage, dan):
    client = as_user(dan)
    assert client.get(url(stage.project)).status_code == 404
    for name in ("planning_assign", "planning_take_back"):
        assert client.post(reverse(name, args=[stage.project.slug])).status_code == 404


def test_wrong_verbs_are_refused(admin, stage):
    assert admin.post(url(stage.project)).status_code == 405
    for name in ("planning_assign", "planning_take_back"):
        assert admin.get(reverse(name, args=[stage.project.slug])).status_code == 405


def test_the_list_alone_for_htmx(admin, stage, eve):
    fragment = admin.get(
        url(stage.project, **ASK), headers={"HX-Request": "true", "HX-Target": "budget"}
    )
    assert fragment.text.lstrip().startswith("<section")
    assert "<html" not in fragment.text
    assert "data-announce" in fragment.text


def test_another_projects_batch_is_not_planned(admin, stage, dan):
    foreign = dan.memberships.get().project
    other = rated(foreign, [factories.member(foreign, "fred", "expert")], ["1"])
    measure(other.batch)
    page = admin.get(url(stage.project, batch=other.batch.pk))
    assert page.context["run"] is None


def test_query_count_does_not_grow(admin, project, ana, ben, eve):
    small = rated(project, [ana, ben], ["11"], name="Small")
    counted(small.batch)
    measure(small.batch)
    with_one = _queries(admin, url(project, batch=small.batch.pk, **ASK))
    version = factories.draft(project, rubric_=factories.rubric(project, "long"))
    keys = [f"criterion_{number}" for number in range(12)]
    for key in keys:
        factories.criterion(version, key)
    factories.publish(version)
    responses = [factories.response(factories.item(project)) for _ in range(20)]
    big = factories.batch(version, responses, overlap=2)
    for response in responses:
        for slot, rater in enumerate([ana, ben], start=1):
            seat = factories.seat(big, response, rater, slot)
            factories.rating(seat, dict.fromkeys(keys, 1))
    counted(big)
    measure(big)
    page = url(project, batch=big.pk, **ASK)
    assert len(admin.get(page).context["budget"].lines) == 20
    assert _queries(admin, page) == with_one


def _queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
