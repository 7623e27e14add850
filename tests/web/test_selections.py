"""Selections: the list, the rule as a form, the funnel and every item's verdict."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evals import selecting
from evals.gaps.rule import Rule
from evals.models import Selection
from evals.queries import releases as reads
from labeling.models import Batch, RunState
from tests import factories
from tests.evals.loop import selected
from tests.made_once import prepared_by
from tests.web.measured import measure, rated

# case-001, -003 and -005 are a model's: agreed and low, disputed, agreed and low.
TABLE = ["000", "111", "110", "000", "000"]


def three_measured(project):
    raters = factories.experts(project, "ana", "ben", "cleo")
    stage = rated(project, raters, TABLE, name="First round")
    measure(stage.batch)
    return stage


prepared = prepared_by(three_measured)


@pytest.fixture
def stage(prepared, own):
    return own


@pytest.fixture
def chosen(stage):
    return selected(stage.project)


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def url(name, project, *args, **query):
    return reverse(name, args=[project.slug, *args], query=query)


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_selection_shows_funnel_warnings_and_verdicts(admin, chosen):
    page = admin.get(chosen.get_absolute_url())
    steps = {(step["counts"], step["step"]): step for step in page.context["steps"]}
    assert steps["units", "All units"]["count"] == 10
    assert steps["units", "unanimous"]["count"] == 9
    assert "model-a 2" in steps["units", "unanimous at the lowest level"]["note"]
    assert steps["items", "nothing missing"]["count"] == 2
    assert page.context["found"].counts == {"in": 2, "out": 3, "held": 0}
    assert "Same-labels difficulty" in page.text
    assert "Released criteria carry 50 % of its points, 80 % are needed" in page.text
    assert "Draft" in page.text


def test_verdict_filter_and_fragment(admin, chosen):
    page = admin.get(chosen.get_absolute_url() + "?verdict=in", headers={"HX-Request": "true"})
    assert [row.item.external_id for row in page.context["found"].rows] == ["case-001", "case-005"]
    rows = {"HX-Request": "true", "HX-Target": "rows"}
    part = admin.get(chosen.get_absolute_url() + "?verdict=out", headers=rows)
    assert part.text.strip().startswith('<div id="rows"')
    assert len(part.context["found"].rows) == 3
    assert admin.get(chosen.get_absolute_url() + "?verdict=x&after=y").status_code == 200


def test_items_are_paged_by_key(admin, chosen, monkeypatch):
    monkeypatch.setattr(reads, "PAGE", 2)
    address = chosen.get_absolute_url()
    first = admin.get(address).context["found"]
    second = admin.get(f"{address}?after={first.after}").context["found"]
    third = admin.get(f"{address}?after={second.after}").context["found"]
    ids = [row.item.external_id for page in (first, second, third) for row in page.rows]
    assert ids == [f"case-00{number}" for number in range(1, 6)]
    assert (first.before, third.after) == (None, None)
    back = admin.get(f"{address}?before={third.before}").context["found"]
    assert [row.pk for row in back.rows] == [row.pk for row in second.rows]


def test_running_selection_says_how_far_it_is_and_then_shows_itself(admin, stage):
    run, _ = selecting.start(stage.project, Rule())
    page = admin.get(run.get_absolute_url())
    assert 'hx-trigger="every 2s"' in page.text
    asked = admin.get(run.get_absolute_url() + "?job", headers={"HX-Request": "true"})
    assert asked.text.strip().startswith('<div class="job"')
    selected(stage.project)
    ended = admin.get(run.get_absolute_url() + "?job", headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"


def test_failed_selection_says_why_and_can_be_tried_again(admin, stage):
    run, _ = selecting.start(stage.project, Rule())
    Selection.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="The disk was full.")
    assert "The disk was full." in admin.get(run.get_absolute_url()).text
    again = admin.post(url("selection_again", stage.project, run.pk))
    made = Selection.objects.exclude(pk=run.pk).get()
    assert again.headers["Location"] == made.get_absolute_url()
    assert made.rule == run.rule


def form_of(stage, **changes):
    form = {
        "batch": stage.batch.pk,
        "raters_min": 3,
        "agreement": "unanimous",
        "clarity": 0.95,
        "generator_kinds": ["model"],
        "target_generator": "",
        "low_by": "consensus",
        "low_grader": "",
        "low_max": 0.5,
        "low_min": "",
        "released_points_min": 0.8,
        "criteria": "",
        "valid_share": 0.2,
        "seed": 0,
    }
    return form | changes


def test_the_form_as_it_stands_is_the_usual_rule(admin, stage):
    page = admin.get(url("selection_new", stage.project))
    assert "The majority is known with the clarity below" in page.text
    sent = admin.post(url("selection_new", stage.project), form_of(stage))
    made = Selection.objects.get()
    assert sent.headers["Location"] == made.get_absolute_url()
    assert made.rule_hash == Rule().hash


def test_a_lower_bound_keeps_rewards_of_zero_out(admin, stage):
    admin.post(url("selection_new", stage.project), form_of(stage, low_min="0"))
    assert Selection.objects.get().rule_hash == Rule(low_min=0).hash


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"low_by": "grade"}, "low_grader", "Name the grader"),
        ({"agreement": "clarity", "clarity": 0.5}, "agreement", "above 0.5"),
        ({"criteria": "politeness"}, "criteria", "There is no criterion politeness"),
        ({"generator_kinds": []}, "generator_kinds", "required"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_at_its_field(admin, stage, changes, field, message):
    page = admin.post(url("selection_new", stage.project), form_of(stage, **changes))
    assert page.status_code == 422
    assert message in " ".join(page.context["form"].errors[field])
    assert not Selection.objects.exists()


def test_before_the_first_measuring_the_form_says_what_to_do(admin, project):
    assert "Nothing has been measured yet" in admin.get(url("selection_new", project)).text


def test_who_rates_in_the_open_batch_sees_nothing_of_it(admin, carol, stage, chosen):
    factories.seat(stage.batch, stage.responses[0], carol, slot=None)
    page = admin.get(chosen.get_absolute_url())
    assert "You are rating in this batch" in page.text
    assert "case-001" not in page.text
    assert "Same-labels" not in page.text
    assert f"Selection {chosen.pk}" not in admin.get(url("selections", stage.project)).text
    assert stage.batch.pk not in [
        batch.pk
        for batch in admin.get(url("selection_new", stage.project))
        .context["form"]
        .fields["batch"]
        .queryset
    ]
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    assert "case-001" in admin.get(chosen.get_absolute_url()).text


def test_what_one_rates_in_another_batch_is_left_out(as_user, stage, chosen):
    """Its verdict would tell what others said of what one judges blind, on the page and by API."""
    olga = factories.member(stage.project, "olga", "viewer", "expert")
    again = factories.batch(stage.batch.rubric_version, stage.responses[:1], overlap=2)
    client = as_user(olga)
    items = f"/api/v1/projects/{stage.project.slug}/selections/{chosen.pk}/items/"
    for rates, expected in ((False, True), (True, False)):
        if rates:
            factories.seat(again, stage.responses[0], olga)
        assert ("case-001" in client.get(chosen.get_absolute_url()).text) is expected
        assert ("case-001" in client.get(items).text) is expected
        assert "case-002" in client.get(chosen.get_absolute_url()).text


def test_viewers_read_and_only_admins_select(as_user, project, stage, chosen):
    client = as_user(factories.member(project, "vera", "viewer"))
    assert client.get(chosen.get_absolute_url()).status_code == 200
    assert client.get(url("selections", project)).status_code == 200
    assert client.get(url("selection_new", project)).status_code == 403
    assert client.post(url("selection_new", project), form_of(stage)).status_code == 403
    assert client.post(url("selection_again", project, chosen.pk)).status_code == 403


def test_outsiders_find_nothing_and_experts_are_refused(as_user, dan, ana, project, chosen):
    client = as_user(dan)
    for address in (
        url("selections", project),
        url("selection_new", project),
        url("selection", project, chosen.pk),
        # Their own project does not open another's selection.
        reverse("selection", args=["elsewhere", chosen.pk]),
    ):
        assert client.get(address).status_code == 404
    client = as_user(ana)
    assert client.get(chosen.get_absolute_url()).status_code == 403
    assert client.get(url("selections", project)).status_code == 403


def test_wrong_verbs(admin, project, chosen):
    assert admin.post(url("selections", project)).status_code == 405
    assert admin.post(chosen.get_absolute_url()).status_code == 405
    assert admin.get(url("selection_again", project, chosen.pk)).status_code == 405


def test_same_queries_for_one_selection_and_many(admin, stage, chosen):
    address = url("selections", stage.project)
    one = queries(admin, address)
    for seed in range(1, 20):
        selecting.start(stage.project, Rule(seed=seed))
    assert queries(admin, address) == one


def test_same_queries_for_few_items_and_many(admin, stage, chosen, monkeypatch):
    many = queries(admin, chosen.get_absolute_url())
    monkeypatch.setattr(reads, "PAGE", 1)
    assert queries(admin, chosen.get_absolute_url()) == many
