"""The planning page: ladder, blindness, the list by hand, and seats opened by one click."""

import re

import pytest
from django.urls import reverse

from labeling.models import Membership
from tests import factories
from tests.made_once import prepared_by
from tests.web.measured import measure, rated
from tests.web.planning import ASK, TABLE, counted, planned, posted, url

prepared = prepared_by(
    lambda project: planned(project, factories.experts(project, "ana", "ben"), TABLE)
)


@pytest.fixture
def stage(prepared, own):
    return own


@pytest.fixture
def eve(project):
    return factories.member(project, "eve", "expert")


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


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


def test_units_an_adjudicator_decided_are_not_asked_about(admin, stage, eve):
    first = stage.responses[0]
    judge = factories.member(stage.project, "judge", "adjudicator")
    for criterion in stage.batch.rubric_version.criteria.all():
        factories.ruling(stage.batch, first, criterion, 1, judge)
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


def test_a_list_of_too_many_responses_is_refused(admin, stage, eve, monkeypatch):
    monkeypatch.setattr("evals.views.planning.RESPONSES_MAX", 3)
    page = admin.get(url(stage.project, **ASK))
    assert page.status_code == 422
    assert "This batch has 4 rated responses; a list is worked out for up to 3." in page.text
    assert "budget" not in page.context


def test_without_another_expert_nothing_is_promised(admin, stage):
    page = admin.get(url(stage.project, **ASK))
    assert page.context["budget"].lines == []
    assert page.context["budget"].pool.without_experts == 4
    assert "No rating here would settle anything" in page.text


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
