"""What a ruling made on the page changes: the selection, what waits, an expert's own page."""

import pytest
from django.urls import reverse

from evals import measuring, selecting, tasks
from evals.gaps.rule import parse_rule
from evals.measuring import raters
from evals.models import RaterRun, Selection
from labeling import adjudicating
from labeling.models import Assignment, Batch
from tests import factories
from tests.evals.loop import carried_out, measured, rated_batch
from tests.labeling.adjudicating.scene import rated, scene
from tests.web.measured import measure

# One of three differs on one criterion; with that clear enough the item is in at a reward of 0.5.
SPLIT = {"one": ["001 111"]}
RULE = {"agreement": {"clarity": 0.6}, "raters_min": 3}


@pytest.fixture
def judy(project):
    return factories.member(project, "judy", "adjudicator")


def ruled(client, batch, by, **said):
    """The worst response is taken, rated blind and ruled on, through the pages."""
    client.force_login(by)
    take = reverse("adjudication_take", args=[batch.project.slug])
    url = client.post(take, {"batch": batch.pk, "response": said.pop("response", "")})["Location"]
    blind = {
        "submission_id": factories.uuid4(),
        "version": batch.rubric_version_id,
        "value:cites_policy": "1",
        "value:polite": "1",
    }
    client.post(f"{url}submit", blind)
    answer = client.post(f"{url}rule", {f"{name}:cites_policy": of for name, of in said.items()})
    assert answer.status_code == 302, answer.text


def verdict(project):
    selection, new = selecting.start(project, parse_rule(RULE))
    assert new
    tasks.select_items(selection.pk)
    found = Selection.objects.get(pk=selection.pk)
    assert found.state == "finished", found.error
    item = found.items.get()
    return item.verdict, item.mean_reward


def test_the_selection_follows_the_rulings(client, project, judy):
    batch = rated_batch(project, SPLIT, name="First")
    measured(batch)
    batch.queue.update(taken=3)
    batch.refresh_from_db()
    assert verdict(project) == ("in", 0.5)
    ruled(client, batch, judy, value="none", reason="legitimate", note="Both hold.")
    assert verdict(project)[0] != "in"
    response = batch.queue.get().response_id
    # the most frequent answer was right after all
    ruled(client, batch, judy, response=response, value="0", reason="rater_error")
    assert verdict(project) == ("in", 0.5)
    ruled(client, batch, judy, response=response, value="1", reason="rater_error")
    assert verdict(project)[0] != "in", "the ruling says another answer than most experts"


class TestTheDashboard:
    def decisions(self, client, user, project):
        client.force_login(user)
        page = client.get(project.get_absolute_url())
        return [one for one in page.context["decisions"] if "to rule on" in one.text]

    def test_counts_what_waits_for_a_ruling(self, client, project, carol, judy):
        made = scene(project, "11 01", "11 01", "11 11", name="March")
        adjudicating.refresh(made.batch)
        (found,) = self.decisions(client, carol, project)
        assert (found.count, found.text) == (2, "disagreements to rule on in March")
        assert client.get(found.url).status_code == 200
        adjudicating.rule(
            rated(made, judy), {"cites_policy": {"value": 1, "reason": "rater_error"}}, by=judy
        )
        (found,) = self.decisions(client, carol, project)
        assert (found.count, found.text) == (1, "disagreement to rule on in March")
        adjudicating.rule(
            rated(made, judy), {"cites_policy": {"value": 1, "reason": "rater_error"}}, by=judy
        )
        assert self.decisions(client, carol, project) == []

    def test_the_measuring_fills_the_queue(self, client, project, carol):
        batch = rated_batch(project, SPLIT, name="First")
        batch.queue.update(taken=3)
        tasks.measure_agreement(measuring.start(batch)[0].pk)
        (found,) = self.decisions(client, carol, project)
        assert found.count == 1

    def test_it_is_for_those_who_rule_and_do_not_rate_there(self, client, project):
        made = scene(project, "11 01")
        adjudicating.refresh(made.batch)
        author = factories.member(project, "amy", "author")
        assert self.decisions(client, author, project) == []
        factories.Membership.objects.create(project=project, user=made.experts[0], role="admin")
        assert self.decisions(client, made.experts[0], project) == []


def test_an_experts_own_page_is_settled_by_the_ruling(client, project, judy, ana, ben):
    zoe = factories.member(project, "zoe", "expert")
    version = factories.published(project)
    responses = [factories.response(factories.item(project)) for _ in range(2)]
    batch = factories.batch(version, responses, overlap=3)
    # two others say met where ana says not met
    for response in responses:
        for slot, (person, digit) in enumerate(((ana, 0), (ben, 1), (zoe, 1)), start=1):
            seat = factories.seat(batch, response, person, slot)
            factories.rating(seat, {"cites_policy": digit, "polite": 1})
    batch.queue.update(taken=3)
    run = measure(batch)
    Batch.objects.filter(pk=batch.pk).update(state="closed")
    batch.refresh_from_db()
    ruled(client, batch, judy, response=responses[0].pk, value="0", reason="rater_error")
    carried_out(RaterRun, raters.start(run)[0], raters.compare)
    client.force_login(ana)
    (shown,) = client.get("/desk/mine/").context["batches"]
    own = Assignment.objects.get(rater=ana, response=responses[1])
    assert [(one.given, one.settled, one.url) for one in shown.differing] == [
        ("Not met", "Met", reverse("seat", args=[own.pk]))
    ]
