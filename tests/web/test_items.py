"""The list of items and the page of one: filters, keys, grids, escaping, blindness."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evals.queries.items import PAGE
from labeling.models import Batch, Score, User
from tests import factories
from tests.made_once import prepared_by
from tests.web.measured import graded, measure, rated, selected

TABLE = ["110", "000", "111", "100"]


def url(project, **query):
    return reverse("items", args=[project.slug], query=query)


@pytest.fixture
def cleo(project):
    """A third expert."""
    return factories.member(project, "cleo", "expert")


def first_round(project):
    raters = factories.experts(project, "ana", "ben", "cleo")
    return rated(project, raters, TABLE, name="First round")


prepared = prepared_by(first_round)


@pytest.fixture
def stage(prepared, own):
    return own


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def ids(page):
    return [row.external_id for row in page.context["found"].rows]


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_lists_items_with_their_counts(admin, stage):
    page = admin.get(url(stage.project))
    assert ids(page) == ["case-001", "case-002", "case-003", "case-004"]
    first = page.context["found"].rows[0]
    assert (first.responses, first.ratings, first.disagreements) == (1, 3, 1)
    assert first.gist == "May I send the kettle back?"
    assert "4 items" in page.text


@pytest.mark.parametrize(
    ("show", "found"),
    [("disagreement", ["case-001", "case-004"]), ("unanimous", ["case-002", "case-003"])],
)
def test_criterion_narrows_to_what_experts_said_of_it(admin, stage, show, found):
    address = url(stage.project, batch=stage.batch.pk, criterion="cites_policy", show=show)
    assert ids(admin.get(address)) == found


def test_slice_narrows_to_responses_of_models(admin, stage):
    address = url(stage.project, batch=stage.batch.pk, slice="generator_kind=model")
    page = admin.get(address)
    assert ids(page) == ["case-001", "case-003"]
    assert "Model responses" in page.text


def test_search_takes_the_text_as_it_is(admin, project):
    for name in ("a.b", "axb", "100%", "1000"):
        factories.item(project, name)
    assert ids(admin.get(url(project, q="a.b"))) == ["a.b"]
    assert ids(admin.get(url(project, q="100%"))) == ["100%"]
    assert ids(admin.get(url(project, q="A.B"))) == ["a.b"]
    assert "No item is like that" in admin.get(url(project, q="(((")).text


def test_verdict_is_that_of_the_newest_selection(admin, stage):
    selected(stage, measure(stage.batch))
    assert ids(admin.get(url(stage.project, verdict="in"))) == ["case-001"]
    page = admin.get(url(stage.project))
    assert [row.verdict for row in page.context["found"].rows] == ["in", "out", "out", "out"]


def test_pages_are_walked_by_key_and_back(admin, project):
    for number in range(PAGE + 5):
        factories.item(project, f"item-{number:03}")
    first = admin.get(url(project))
    assert len(ids(first)) == PAGE
    assert first.context["previous_query"] == ""
    second = admin.get(f"{url(project)}?{first.context['next_query']}")
    assert ids(second) == [f"item-{number:03}" for number in range(PAGE, PAGE + 5)]
    assert second.context["next_query"] == ""
    back = admin.get(f"{url(project)}?{second.context['previous_query']}")
    assert ids(back) == ids(first)
    assert "55 items" in second.text


def test_typing_swaps_the_rows_alone(admin, stage):
    fragment = admin.get(
        url(stage.project, q="case-002"), headers={"HX-Request": "true", "HX-Target": "rows"}
    )
    assert ids(fragment) == ["case-002"]
    assert "<html" not in fragment.text


@pytest.mark.parametrize(
    "wrong",
    [{"batch": "999"}, {"slice": "colour=red"}, {"show": "x"}, {"run": "0"}, {"selection": "0"}],
)
def test_filter_that_cannot_be_read_is_said_beside_its_field(admin, stage, wrong):
    page = admin.get(url(stage.project, **wrong))
    assert page.status_code == 422
    assert "cannot be read" in page.text


def test_item_shows_experts_by_criteria_with_the_one_who_disagrees(admin, stage):
    page = admin.get(stage.responses[0].item.get_absolute_url())
    (part,) = page.context["parts"]
    (grid,) = part["part"].grids
    assert grid.raters == ["ana", "ben", "cleo"]
    cites, polite = grid.rows
    assert [(cell.text, cell.disagrees) for cell in cites.cells] == [
        ("Met", False),
        ("Met", False),
        ("Not met", True),
    ]
    assert not any(cell.disagrees for cell in polite.cells)


def test_tie_outlines_everybody(admin, project, ana, ben):
    stage = rated(project, [ana, ben], ["10"])
    page = admin.get(stage.responses[0].item.get_absolute_url())
    cites = page.context["parts"][0]["part"].grids[0].rows[0]
    assert [cell.disagrees for cell in cites.cells] == [True, True]


def test_item_shows_grades_errors_verdicts_and_history(admin, stage, ana):
    run = measure(stage.batch)
    graded(stage, error="The template names no field.")
    selected(stage, run)
    response = stage.responses[1]
    seat = stage.batch.assignments.get(response=response, rater=ana)
    factories.flag(seat, "Two questions in one.", kind="item")
    page = admin.get(response.item.get_absolute_url())
    assert "The template names no field." in page.text
    assert "no grade" in page.text
    assert "mean reward 0.9 is above 0.5" in page.text
    assert "Two questions in one." in page.text
    assert [event.who for event in page.context["history"]].count("ana") == 2


def test_text_of_others_is_never_markup(admin, project, ana):
    attack = "<script>alert(1)</script>"
    item = factories.item(
        project, "<b>id</b>", reference={"answer": attack}, metadata={"note": attack}, tags=[attack]
    )
    response = factories.response(item, factories.generator(project, "<i>gen</i>"), text=attack)
    stage_batch = factories.batch(factories.published(project), [response], overlap=1)
    seat = factories.seat(stage_batch, response, ana)
    rating = factories.rating(seat, {"cites_policy": 1})
    criterion = rating.rubric_version.criteria.get(key="polite")
    Score.objects.create(
        rating=rating,
        assignment=seat,
        batch=stage_batch,
        response=response,
        rater=ana,
        criterion=criterion,
        lineage_id=criterion.lineage_id,
        value=1,
        level=criterion.levels.get(value=1),
        rationale=attack,
    )
    for page in (admin.get(item.get_absolute_url()), admin.get(url(project))):
        assert page.status_code == 200
        assert attack not in page.text
        assert "<b>id</b>" not in page.text
        assert "<i>gen</i>" not in page.text


def test_rater_is_blind_to_everything_said_of_the_item(as_user, project, ana, ben, cleo):
    factories.member(project, "ana", "admin")
    stage = rated(project, [ana, ben, cleo], TABLE, name="First round")
    Score.objects.create(**_planted(stage, "MARKER-RATIONALE"))
    selected(stage, measure(stage.batch))
    graded(stage, error="MARKER-GRADE")
    client = as_user(ana)
    page = client.get(stage.responses[1].item.get_absolute_url())
    assert page.status_code == 200
    assert "You are rating responses to this item" in page.text
    assert "Yes, within 30 days." in page.text
    hidden = (
        "MARKER-RATIONALE",
        "MARKER-GRADE",
        "expert-writer",
        "model-a",
        "exact-match",
        "Not met",
        "mean reward",
        "cleo",
    )
    assert [marker for marker in hidden if marker in page.text] == []
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    opened = client.get(stage.responses[1].item.get_absolute_url())
    assert "MARKER-RATIONALE" in opened.text
    assert "MARKER-GRADE" in opened.text


def _planted(stage, rationale):
    """A further answer of ben on the second response, with a marked rationale."""
    from labeling.models import Rating

    rating = Rating.objects.get(
        assignment__response=stage.responses[1], assignment__rater__username="ben"
    )
    first = rating.scores.get(criterion__key="polite")
    version = rating.rubric_version
    seat = factories.seat(
        stage.batch,
        stage.responses[1],
        factories.member(stage.project, "finn", "expert"),
        slot=None,
        purpose="adaptive",
    )
    own = factories.rating(seat, {"cites_policy": 0})
    return {
        "rating": own,
        "assignment": seat,
        "batch": stage.batch,
        "response": first.response,
        "rater": seat.rater,
        "criterion": version.criteria.get(key="polite"),
        "lineage_id": first.lineage_id,
        "value": 1,
        "level": first.level,
        "counted": False,
        "rationale": rationale,
    }


def test_rater_cannot_find_out_by_filters(as_user, stage, ana):
    factories.member(stage.project, "ana", "admin")
    selected(stage, measure(stage.batch))
    client = as_user(ana)
    page = client.get(url(stage.project))
    assert {
        (row.ratings, row.disagreements, row.verdict) for row in page.context["found"].rows
    } == {(0, 0, "")}
    assert ids(client.get(url(stage.project, show="disagreement"))) == []
    assert client.get(url(stage.project, batch=stage.batch.pk)).status_code == 422
    assert ids(client.get(url(stage.project, verdict="in"))) == []


def test_what_one_rates_in_another_batch_is_listed_bare(as_user, stage):
    """Olga oversees the closed batch, and is asked about the first and the fourth item again."""
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    chosen = selected(stage, measure(stage.batch))
    again = factories.batch(
        stage.batch.rubric_version, [stage.responses[0], stage.responses[3]], overlap=2
    )
    factories.seat(again, stage.responses[0], factories.member(stage.project, "olga", "viewer"))
    client = as_user(User.objects.get(username="olga"))
    rows = client.get(url(stage.project)).context["found"].rows
    assert [(row.ratings, row.disagreements, row.verdict) for row in rows] == [
        *((0, 0, ""), (3, 0, "out"), (3, 0, "out"), (0, 0, "")),
    ]
    assert ids(client.get(url(stage.project, show="disagreement"))) == []
    assert ids(client.get(url(stage.project, show="unanimous"))) == ["case-002", "case-003"]
    assert ids(client.get(url(stage.project, slice="generator_kind=model"))) == ["case-003"]
    assert ids(client.get(url(stage.project, verdict="in", selection=chosen.pk))) == []


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("author", 200), ("expert", 403)])
def test_who_may_read_them(as_user, stage, role, status):
    client = as_user(factories.member(stage.project, "erin", role))
    assert client.get(url(stage.project)).status_code == status
    assert client.get(stage.responses[0].item.get_absolute_url()).status_code == status


def test_outsider_finds_nothing(as_user, stage, dan):
    client = as_user(dan)
    assert client.get(url(stage.project)).status_code == 404
    assert client.get(stage.responses[0].item.get_absolute_url()).status_code == 404


def test_item_is_not_found_under_another_project(as_user, stage, dan):
    item = stage.responses[0].item
    assert as_user(dan).get(reverse("item", args=["elsewhere", item.pk])).status_code == 404


def test_wrong_verbs_are_refused(admin, stage):
    assert admin.post(url(stage.project)).status_code == 405
    assert admin.post(stage.responses[0].item.get_absolute_url()).status_code == 405


def test_list_asks_as_much_for_twenty_items_as_for_one(admin, project):
    factories.response(factories.item(project))
    one = queries(admin, url(project))
    for _ in range(19):
        factories.response(factories.item(project))
    assert queries(admin, url(project)) == one


def test_full_page_of_rated_items_takes_six_queries(admin, project, ana, ben):
    """Session with its person, project with roles, batches, the stretch, its count and its rows."""
    rated(project, [ana, ben], ["10"] * (PAGE + 1))
    assert queries(admin, url(project)) == 6
    # what experts said is found and counted in one
    assert queries(admin, url(project, show="disagreement")) == 5


def test_key_that_no_id_can_be_is_read_as_far_as_it_goes(admin, project):
    for name in ("a", "c"):
        factories.item(project, name)
    assert ids(admin.get(url(project, after="b\x00"))) == ["c"]


def test_item_asks_as_much_for_many_responses_as_for_one(admin, project, ana, ben):
    stage = rated(project, [ana, ben], ["10"])
    graded(stage)
    item = stage.responses[0].item
    one = queries(admin, item.get_absolute_url())
    for number in range(10):
        response = factories.response(item)
        for slot, rater in enumerate([ana, ben], start=1):
            seat = factories.seat(stage.batch, response, rater, slot)
            factories.rating(seat, {"cites_policy": number % 2, "polite": 1})
    assert queries(admin, item.get_absolute_url()) == one


def test_empty_project_leads_to_the_import(admin, project):
    page = admin.get(url(project))
    assert "No item yet" in page.text
    assert reverse("import_new", args=[project.slug]) in page.text
