"""Experts side by side: worst first, as of the run, filters, keys, blindness, the ladder."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evals.queries.units import PAGE
from labeling.models import Batch, Level, QueueEntry, Rating, Score
from tests import factories
from tests.made_once import prepared_by
from tests.web.measured import measure, rated

# cites_policy by ana, ben, cleo; polite is 1 everywhere
TABLE = ["110", "000", "111", "100"]


def url(run, **query):
    return reverse("units", args=[run.project.slug, run.pk], query=query)


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
def run(stage):
    return measure(stage.batch)


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def ids(page):
    return [entry["item"] for entry in page.context["entries"]]


def corrected(stage, number, rater, value):
    """The expert corrects their rating of a response after the run."""
    seat = stage.batch.assignments.get(response=stage.responses[number], rater=rater)
    factories.revised(seat, {"cites_policy": value, "polite": 1})


def test_disagreements_stand_alone_with_the_disputed_criterion_first(admin, run):
    page = admin.get(url(run))
    assert page.status_code == 200
    assert ids(page) == ["case-001", "case-004"]
    cites, polite = page.context["entries"][0]["grid"].rows
    assert [cell.text for cell in cites.cells] == ["Met", "Met", "Not met"]
    assert [cell.disagrees for cell in cites.cells] == [False, False, True]
    assert not polite.is_disputed
    assert "2 responses, 2 units" in page.text


def test_widest_disagreement_stands_first(admin, project, ana, ben, cleo):
    version = factories.draft(project)
    scale = factories.criterion(version, "depth", scale="ordinal", pass_at=2)
    for place, value in enumerate((0, 1, 2, 4)):
        Level.objects.create(
            criterion=scale, position=place, value=value, label=f"Level {value}", credit=value / 4
        )
    factories.publish(version)
    responses = [factories.response(factories.item(project, name)) for name in ("near", "far")]
    batch = factories.batch(version, responses, overlap=2)
    # 1 of 4 steps apart, then 4 of 4
    for response, (one, other) in zip(responses, ((0, 1), (0, 4)), strict=True):
        factories.rating(factories.seat(batch, response, ana, 1), {"depth": one})
        factories.rating(factories.seat(batch, response, ben, 2), {"depth": other})
    assert ids(admin.get(url(measure(batch)))) == ["far", "near"]


def test_scores_stand_as_the_run_found_them(admin, stage, run, cleo):
    corrected(stage, 0, cleo, 1)
    before = admin.get(url(run))
    assert ids(before) == ["case-001", "case-004"]
    assert before.context["entries"][0]["grid"].rows[0].cells[2].text == "Not met"
    assert ids(admin.get(url(measure(stage.batch)))) == ["case-004"]


def test_rating_excluded_later_still_counts_in_the_run(admin, stage, run, cleo):
    rating = Rating.objects.get(assignment__response=stage.responses[0], assignment__rater=cleo)
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('labeling_rating', 'id'))")
        (number,) = cursor.fetchone()
    Rating.objects.filter(pk=rating.pk).update(excluded_reason="wrong case", excluded_seq=number)
    assert ids(admin.get(url(run))) == ["case-001", "case-004"]
    after = measure(stage.batch)
    assert ids(admin.get(url(after))) == ["case-004"]
    (entry,) = [
        one
        for one in admin.get(url(after, show="all")).context["entries"]
        if one["item"] == "case-001"
    ]
    assert "excluded: wrong case" in [cell.note for cell in entry["grid"].rows[0].cells]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"show": "unanimous", "criterion": "cites_policy"}, ["case-002", "case-003"]),
        ({"show": "all", "criterion": "polite"}, ["case-001", "case-002", "case-003", "case-004"]),
        ({"slice": "generator_kind=expert"}, ["case-004"]),
        ({"generator": "model-a"}, ["case-001"]),
        ({"pair": "0,1", "criterion": "cites_policy"}, ["case-001", "case-004"]),
        ({"pair": "1,1", "criterion": "cites_policy"}, ["case-001"]),
        ({"majority": "on"}, ["case-001", "case-004"]),
        ({"reasons": "on"}, []),
        ({"show": "applies"}, []),
        ({"tag": "angry"}, []),
    ],
)
def test_filters(admin, run, query, found):
    assert ids(admin.get(url(run, **query))) == found


def test_tag_narrows_to_its_items(admin, project, ana, ben):
    version = factories.published(project)
    responses = [
        factories.response(factories.item(project, name, tags=tags))
        for name, tags in (("calm", []), ("angry", ["angry"]))
    ]
    batch = factories.batch(version, responses, overlap=2)
    for response in responses:
        factories.rating(factories.seat(batch, response, ana, 1), {"cites_policy": 0})
        factories.rating(factories.seat(batch, response, ben, 2), {"cites_policy": 1})
    run = measure(batch)
    assert ids(admin.get(url(run, tag="angry"))) == ["angry"]
    # one against one is no majority
    assert ids(admin.get(url(run, majority="on"))) == []


def test_person_against_the_consensus_and_against_another(admin, run, ana, ben, cleo):
    # case-001 is 1 1 0, case-004 is 1 0 0
    assert ids(admin.get(url(run, raters=str(cleo.pk)))) == ["case-001"]
    assert ids(admin.get(url(run, raters=str(ana.pk)))) == ["case-004"]
    assert ids(admin.get(url(run, raters=f"{ana.pk},{ben.pk}"))) == ["case-004"]
    page = admin.get(url(run, raters=f"{ben.pk},{cleo.pk}"))
    assert ids(page) == ["case-001"]
    assert "ben against cleo" in page.text


def test_reasons_are_shown_and_found(admin, stage, cleo):
    seat = stage.batch.assignments.get(response=stage.responses[0], rater=cleo)
    other = factories.response(factories.item(stage.project, "case-005"))
    seats = [
        factories.seat(stage.batch, other, rater.rater, slot)
        for slot, rater in enumerate(stage.batch.assignments.filter(response=seat.response), 1)
    ]
    for value, one in enumerate(seats[:2]):
        rating = factories.rating(one, {})
        criterion = rating.rubric_version.criteria.get(key="cites_policy")
        Score.objects.create(
            rating=rating,
            assignment=one,
            batch=stage.batch,
            response=other,
            rater=one.rater,
            criterion=criterion,
            lineage_id=criterion.lineage_id,
            value=value,
            level=criterion.levels.get(value=value),
            rationale="No paragraph <b>is</b> named.",
        )
    page = admin.get(url(measure(stage.batch), reasons="on"))
    assert ids(page) == ["case-005"]
    assert "No paragraph &lt;b&gt;is&lt;/b&gt; named." in page.text


def many(project, raters, count):
    return rated(project, raters, ["10"] * count, name=f"Batch of {count}")


def test_pages_are_walked_by_key_and_back(admin, project, ana, ben):
    run = measure(many(project, [ana, ben], PAGE + 3).batch)
    first = admin.get(url(run))
    assert len(ids(first)) == PAGE
    assert first.context["previous_query"] == ""
    second = admin.get(f"{url(run)}?{first.context['next_query']}")
    assert ids(second) == [f"case-{number:03}" for number in range(PAGE + 1, PAGE + 4)]
    assert second.context["next_query"] == ""
    back = admin.get(f"{url(run)}?{second.context['previous_query']}")
    assert ids(back) == ids(first)
    assert back.context["previous_query"] == ""
    assert f"{PAGE + 3} responses" in second.text
    assert ids(admin.get(url(run, after="nonsense"))) == ids(first)


@pytest.mark.parametrize(
    "wrong",
    [
        {"show": "x"},
        {"slice": "colour=red"},
        {"pair": "a,b"},
        {"pair": "nan,1"},
        {"raters": "1,2,3"},
        {"raters": "99999"},
        {"raters": "²"},
        {"criterion": "nothing"},
        {"generator": "nobody"},
    ],
)
def test_filter_that_cannot_be_read_is_said(admin, run, wrong):
    page = admin.get(url(run, **wrong))
    assert page.status_code == 422
    assert "cannot be read" in page.text


def test_changing_a_filter_swaps_the_rows_alone(admin, run):
    fragment = admin.get(url(run), headers={"HX-Request": "true", "HX-Target": "rows"})
    assert ids(fragment) == ["case-001", "case-004"]
    assert "<html" not in fragment.text


def test_item_behind_a_unit_is_shown_as_of_the_run(admin, stage, run, cleo):
    corrected(stage, 0, cleo, 1)
    door = admin.get(url(run)).context["entries"][0]["url"].partition("#")[0]
    page = admin.get(door)
    grid = page.context["parts"][0]["part"].grids[0]
    assert [cell.text for cell in grid.rows[0].cells] == ["Met", "Met", "Not met"]
    assert f"run {run.pk}" in page.text
    now = admin.get(stage.responses[0].item.get_absolute_url())
    cites = now.context["parts"][0]["part"].grids[0].rows[0]
    assert [cell.text for cell in cites.cells] == ["Met", "Met", "Met"]


def test_items_of_a_run_are_those_it_found(admin, stage, run, cleo):
    corrected(stage, 0, cleo, 1)
    query = {"batch": stage.batch.pk, "criterion": "cites_policy", "show": "disagreement"}
    then = admin.get(reverse("items", args=[stage.project.slug], query={**query, "run": run.pk}))
    assert [row.external_id for row in then.context["found"].rows] == ["case-001", "case-004"]
    assert [row.disagreements for row in then.context["found"].rows] == [1, 1]
    now = admin.get(reverse("items", args=[stage.project.slug], query=query))
    assert [row.external_id for row in now.context["found"].rows] == ["case-004"]


def test_person_who_rates_in_the_batch_is_refused(as_user, stage, run, ana):
    factories.member(stage.project, "ana", "admin")
    client = as_user(ana)
    assert client.get(url(run)).status_code == 403
    item = stage.responses[0].item.get_absolute_url()
    blind = client.get(f"{item}?run={run.pk}")
    assert "Not met" not in blind.text
    items = reverse("items", args=[stage.project.slug], query={"run": run.pk})
    assert client.get(items).status_code == 422
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    assert client.get(url(run)).status_code == 200


def test_response_that_is_rated_in_another_open_batch_is_left_out(as_user, stage, run, cleo):
    """Ana oversees the closed batch, and rates an answer to the first item in an open one."""
    Batch.objects.filter(pk=stage.batch.pk).update(state=Batch.State.CLOSED)
    overseer = factories.member(stage.project, "olga", "admin", "expert")
    client = as_user(overseer)
    assert ids(client.get(url(run))) == ["case-001", "case-004"]
    version = stage.batch.rubric_version
    open_batch = factories.batch(version, [stage.responses[1], stage.responses[3]], overlap=2)
    factories.seat(
        open_batch,
        stage.responses[1],
        overseer,
        state="leased",
        lease_until=timezone.now() + timezone.timedelta(hours=1),
    )
    # case-004 waits in the queue of the open batch: she may be given it next
    assert QueueEntry.objects.filter(batch=open_batch).count() == 2
    assert ids(client.get(url(run))) == ["case-001"]


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("author", 200), ("expert", 403)])
def test_who_may_read_them(as_user, run, role, status):
    client = as_user(factories.member(run.project, "erin", role))
    assert client.get(url(run)).status_code == status


def test_outsider_finds_nothing(as_user, run, dan):
    assert as_user(dan).get(url(run)).status_code == 404


def test_run_of_another_project_is_not_found(admin, run):
    foreign = factories.project("foreign")
    other = measure(rated(foreign, [factories.member(foreign, "eve", "expert")], ["1"]).batch)
    address = reverse("units", args=[run.project.slug, other.pk])
    assert admin.get(address).status_code == 404


def test_wrong_verb_is_refused(admin, run):
    assert admin.post(url(run)).status_code == 405


def test_large_batch_is_looked_through_one_criterion_at_a_time(admin, run, monkeypatch):
    monkeypatch.setattr("evals.views.units.ONE_AT_A_TIME", 10)
    answer = admin.get(url(run, show="shared"))
    assert answer.status_code == 302
    # polite is undefined: everybody agrees
    assert answer.headers["Location"] == url(run, show="shared", criterion="cites_policy")
    page = admin.get(answer.headers["Location"])
    assert "one criterion is looked through at a time" in page.text


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_asks_as_much_for_many_responses_as_for_one(admin, project, ana, ben):
    version_of = many(project, [ana, ben], 1)
    one = queries(admin, url(measure(version_of.batch)))
    foreign = factories.project("large")
    raters = factories.experts(foreign, "gus", "hal")
    factories.member(foreign, "carol", "admin")
    large = measure(many(foreign, raters, 20).batch)
    assert queries(admin, url(large)) == one
