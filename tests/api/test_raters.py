"""Comparisons over HTTP: the documents of the page, shut to whoever rates in the batch."""

import pytest

from evals.models import AgreementRun, RaterRun
from tests import factories
from tests.api.conftest import compared, measured, queries_of

pytestmark = pytest.mark.usefixtures("stage")


def path(world, query=""):
    return f"projects/{world.project.slug}/raters/{query}"


def test_the_report_holds_every_pair_and_names_its_raters(world, script, carol, ana, ben):
    (report,) = script(carol).get(path(world)).json()["results"]
    assert (report["batch"], report["run"]) == ("February", world.comparison.pk)
    assert report["raters"] == [
        {"rater": ana.pk, "name": "ana"},
        {"rater": ben.pk, "name": "ben"},
    ]
    cites, polite = report["criteria"]
    assert (cites["key"], polite["key"]) == ("cites_policy", "polite")
    (pair,) = cites["pairs"]
    assert (pair["n"], pair["n_differ"], pair["value"]) == (4, 0, None)
    assert "same answer" in pair["reason"]
    detail = script(carol).get(path(world, f"{world.comparison.pk}/")).json()
    assert detail["report"] == report
    assert detail["state"] == "finished"


def test_comparing_starts_both_runs_once(world, script, carol):
    before = AgreementRun.objects.count(), RaterRun.objects.count()
    asked = [script(carol).post(path(world), {"batch": world.closed.pk}) for _ in range(2)]
    assert [answer.status_code for answer in asked] == [202, 202]
    assert asked[0].json()["id"] == asked[1].json()["id"] == world.comparison.pk
    assert (AgreementRun.objects.count(), RaterRun.objects.count()) == before


def test_whoever_rates_in_a_batch_gets_nothing_of_it(world, script, ana, carol):
    factories.member(world.project, "ana", "admin")
    world.open.refresh_from_db()
    seat = factories.seat(world.open, world.seat.response, carol, slot=2)
    factories.rating(seat, {"cites_policy": 1, "polite": 1})
    run = compared(measured(world.open))
    asking = script(ana)
    results = asking.get(path(world)).json()["results"]
    assert [one["batch"] for one in results] == ["February"]
    assert asking.get(path(world, f"?batch={world.open.pk}")).status_code == 403
    assert asking.get(path(world, f"{run.pk}/")).status_code == 403
    assert asking.post(path(world), {"batch": world.open.pk}).status_code == 403


def test_one_batch_takes_the_same_queries_whatever_is_in_it(world, script, carol):
    asking = script(carol)
    few, many = (torn(world, experts, items) for experts, items in ((2, 1), (5, 4)))
    counted = [queries_of(asking, path(world, f"?batch={batch.pk}")) for batch in (few, many)]
    assert counted[0] == counted[1]


def torn(world, experts, items):
    """A batch whose experts disagree on every response."""
    names = [f"expert{experts}{n}" for n in range(experts)]
    crowd = [factories.member(world.project, name, "expert") for name in names]
    responses = [factories.response(factories.item(world.project)) for _ in range(items)]
    batch = factories.batch(world.version, responses, overlap=experts)
    for response in responses:
        for slot, rater in enumerate(crowd, start=1):
            values = {"cites_policy": slot % 2, "polite": 1}
            factories.rating(factories.seat(batch, response, rater, slot), values)
    compared(measured(batch))
    return batch
