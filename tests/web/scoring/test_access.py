"""Who may read about a rubric's scoring, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling.models import Batch
from tests import factories
from tests.web.scored import THREE, criterion, stage
from tests.web.scoring.pages import ALL, PAGES, TABLE, url


def addresses(project):
    slug = project.rubrics.get().slug
    charts = [reverse("rubric_scoring_chart", args=[project.slug, slug, "parts"])]
    return [url(name, project) for name in ALL] + charts


def test_person_who_rates_in_a_batch_sees_nothing_of_it(as_user, project, ana):
    made = stage(project, [ana], TABLE, state=Batch.State.OPEN)
    factories.member(project, "ana", "admin")
    client = as_user(ana)
    for name in ALL:
        page = client.get(url(name, project), headers={"HX-Request": "true"})
        assert "You are rating in a batch of this project" in page.text
        assert not any(name in page.context for name in ("made", "rows", "stats"))
    assert client.get(addresses(project)[-1]).status_code == 404
    Batch.objects.filter(pk=made.batch.pk).update(state=Batch.State.CLOSED)
    assert "5 labelled responses" in client.get(url("rubric_scoring", project)).text


def test_person_who_rates_sees_other_batches_without_items_they_may_be_given(
    as_user, project, ana, ben
):
    made = stage(project, [ben], TABLE, state=Batch.State.CLOSED)
    factories.member(project, "ana", "admin")
    again = factories.response(made.responses["r4"].item, external_id="r6")
    batch = factories.batch(made.version, [again], overlap=2)
    factories.seat(batch, again, ana, state="leased", lease_until="2100-01-01T00:00Z")
    page = as_user(ana).get(url("rubric_scoring_responses", project))
    # r4 and r5 belong to the item of r6
    assert [row.response.id for row in page.context["rows"]] == ["r1", "r2", "r3"]
    assert "without batches you rate in" in page.text


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("author", 200), ("expert", 403)])
def test_who_may_read_them(as_user, scored, role, status):
    client = as_user(factories.member(scored.project, "erin", role))
    for address in addresses(scored.project):
        answer = client.get(address, headers={"HX-Request": "true"})
        assert answer.status_code == status


def test_outsider_finds_nothing(as_user, scored, dan):
    client = as_user(dan)
    assert {client.get(one).status_code for one in addresses(scored.project)} == {404}


def test_unknown_versions_and_rubrics_are_not_found(author, scored):
    for name in PAGES:
        assert author.get(url(name, scored.project, version="7")).status_code == 404
        assert author.get(url(name, scored.project, version="x")).status_code == 404
        strange = reverse(name, args=[scored.project.slug, "nothing"])
        assert author.get(strange).status_code == 404


def test_wrong_verbs_are_refused(author, scored):
    assert {author.post(one).status_code for one in addresses(scored.project)} == {405}


def test_door_stands_on_the_rubric_for_those_it_opens_for(as_user, scored):
    door = url("rubric_scoring", scored.project, version=1)
    page = scored.rubric.get_absolute_url()
    assert door in as_user(factories.member(scored.project, "vera", "viewer")).get(page).text
    assert door not in as_user(factories.member(scored.project, "erin", "expert")).get(page).text


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    return len(captured)


def test_asks_as_much_for_many_responses_and_criteria_as_for_few(author, project, ana):
    stage(project, [ana], "r1 i 1 0 0 3\nr2 i 0 1 0 2", state=Batch.State.CLOSED)
    few = [queries(author, one) for one in addresses(project)[:4]]
    other = factories.project("other")
    factories.member(other, "wendy", "author")
    rater = factories.member(other, "eve", "expert")
    criteria = [criterion(f"c{n}") for n in range(12)]
    table = "\n".join(
        f"q{n} j{n % 5} {' '.join('01'[n * k % 2] for k in range(12))} 3" for n in range(20)
    )
    stage(other, [rater], table, *criteria, THREE[-1], state=Batch.State.CLOSED)
    assert [queries(author, one) for one in addresses(other)[:4]] == few
