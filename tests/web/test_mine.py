"""An expert's own page: their own numbers, once a batch is closed, and nobody else's anything."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evals.measuring import raters
from evals.models import RaterRun
from labeling import rating
from labeling.models import Batch
from tests import factories
from tests.evals.loop import carried_out
from tests.web.measured import measure, rated

URL = "/desk/mine/"
# Of the first four, ben and zoe agree and ana differs on two; of the last four they tie.
TABLE = ["111", "000", "011", "100", "001", "110", "101", "010"]


@pytest.fixture
def stage(project, ana, ben):
    """The others bear names that nothing else on a page has."""
    zoe = factories.member(project, "zoe-the-third", "expert")
    ben.username, ben.first_name = "ben-the-second", "Ben-Marker"
    ben.save()
    return rated(project, [ana, ben, zoe], TABLE, name="First round")


def compare(batch):
    return carried_out(RaterRun, raters.start(measure(batch))[0], raters.compare)


def close(batch):
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.CLOSED)


@pytest.fixture
def closed(stage):
    compare(stage.batch)
    close(stage.batch)
    return stage


def test_shows_how_often_one_gave_the_settled_answer(as_user, closed, ana):
    page = as_user(ana).get(URL)
    assert page.status_code == 200
    (batch,) = page.context["batches"]
    cites, polite = batch.chart.rows
    # the others agree on four units, and ana is with them on two. Wilson at 2 of 4, of which the
    # sample variance over 4 items (4/3 of p (1 - p)) leaves the information of 3: .5 +- .375
    assert (cites.value, cites.low, cites.high, cites.n) == ("0.50", "0.13", "0.87", "4")
    assert (polite.value, polite.n) == ("1.00", "8")


def test_units_where_one_differs_open_ones_own_rating(as_user, closed, ana):
    client = as_user(ana)
    (batch,) = client.get(URL).context["batches"]
    assert [(one.given, one.settled) for one in batch.differing] == [
        ("Not met", "Met"),
        ("Met", "Not met"),
    ]
    assert batch.n_differing == 2
    own = closed.batch.assignments.filter(rater=ana)
    assert batch.differing[0].url == reverse(
        "seat", args=[own.get(response=closed.responses[2]).pk]
    )
    assert client.get(batch.differing[0].url).status_code == 200


def test_what_was_withdrawn_since_is_named_without_a_door(as_user, stage, ana):
    compare(stage.batch)
    rating.withdraw(stage.batch.assignments.get(rater=ana, response=stage.responses[2]), by=ana)
    close(stage.batch)
    page = as_user(ana).get(URL)
    withdrawn, other = page.context["batches"][0].differing
    assert (withdrawn.given, withdrawn.url) == ("Not met", "")
    assert f'<th scope="row">{withdrawn.response}</th>' in page.text
    assert f'<a href="{other.url}">{other.response}</a>' in page.text


def test_a_ruling_goes_before_what_the_others_say(as_user, stage, ana, carol):
    measured = measure(stage.batch)
    criterion = stage.batch.rubric_version.criteria.get(key="cites_policy")
    factories.ruling(stage.batch, stage.responses[2], criterion, 0, carol)
    carried_out(RaterRun, raters.start(measured)[0], raters.compare)
    close(stage.batch)
    (batch,) = as_user(ana).get(URL).context["batches"]
    assert batch.chart.rows[0].value == "0.75"
    assert [one.settled for one in batch.differing] == ["Not met"]


def test_nothing_of_a_batch_that_is_not_closed(as_user, stage, ana):
    compare(stage.batch)
    for state in (Batch.State.OPEN, Batch.State.PAUSED):
        Batch.objects.filter(pk=stage.batch.pk).update(state=state)
        page = as_user(ana).get(URL)
        assert page.context["batches"] == []
        assert "1 batch you rated in is not closed yet" in page.text
        assert "0.50" not in page.text


def test_a_response_being_rated_again_keeps_its_answer_to_itself(as_user, closed, ana):
    again = factories.batch(closed.batch.rubric_version, [closed.responses[2]])
    page = as_user(ana).get(URL)
    (batch,) = page.context["batches"]
    assert [one.given for one in batch.differing] == ["Met"], "the other unit alone"
    assert batch.withheld == 1
    assert "1 more is not shown" in page.text
    close(again)
    assert len(as_user(ana).get(URL).context["batches"][0].differing) == 2


def test_names_nobody_else_and_shows_nobody_elses_answer(as_user, closed, ana):
    page = as_user(ana).get(URL).text
    for marker in ("ben-the-second", "Ben-Marker", "zoe-the-third", "model-a", "expert-writer"):
        assert marker not in page
    ids = set(closed.batch.assignments.exclude(rater=ana).values_list("pk", flat=True))
    linked = {int(pk) for pk in re.findall(r"/desk/seat/(\d+)/", page)}
    assert linked
    assert not linked & ids


def test_others_parts_do_not_leave_the_database(as_user, closed, ana, ben):
    with CaptureQueriesContext(connection) as captured:
        as_user(ana).get(URL)
    reports = [one["sql"] for one in captured if "evals_raterreport" in one["sql"]]
    assert reports
    assert all('"evals_raterreport"."document",' not in sql for sql in reports)


def test_who_rated_nothing_has_an_empty_page(as_user, closed, carol, dan):
    for person in (carol, dan):
        page = as_user(person).get(URL)
        assert "Nothing settled yet" in page.text
        assert page.context["batches"] == []


def test_who_left_the_project_sees_nothing_of_it(as_user, closed, ana):
    closed.project.memberships.filter(user=ana).delete()
    assert as_user(ana).get(URL).context["batches"] == []


def test_strangers_log_in_first_and_other_verbs_are_refused(client, as_user, ana):
    assert client.get(URL).status_code == 302
    assert as_user(ana).post(URL).status_code == 405


def test_the_desk_has_a_door_to_it(as_user, ana):
    assert f'href="{URL}"' in as_user(ana).get(reverse("desks")).text


def test_query_count_does_not_grow_with_batches_and_units(as_user, project, closed, ana, ben):
    client = as_user(ana)
    few = _queries(client)
    zoe = closed.batch.assignments.exclude(rater__in=[ana, ben]).first().rater
    version = closed.batch.rubric_version
    for name in ("Second round", "Third round"):
        responses = [factories.response(factories.item(project)) for _ in range(6)]
        batch = factories.batch(version, responses, name=name)
        for response in responses:
            for slot, (rater, value) in enumerate(((ana, 0), (ben, 1), (zoe, 1)), start=1):
                seat = factories.seat(batch, response, rater, slot)
                factories.rating(seat, {"cites_policy": value, "polite": 1})
        compare(batch)
        close(batch)
    assert _queries(client) == few


def _queries(client):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(URL).status_code == 200
    return len(captured)
