"""A writer's seat at their own answer was handed out to nobody, and is no work."""

import pytest
from django.urls import reverse

from labeling import adjudicating, answering, assigning
from labeling.adaptive import Adaptive, set_adaptive
from labeling.errors import Conflict
from labeling.models import Assignment, Item, Membership
from tests import factories
from tests.labeling.adjudicating.scene import scene, taken


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def own(project, version, ana, carol):
    """An answer of ana's."""
    factories.response(factories.item(project, "case-1"))
    items = Item.objects.filter(project=project)
    task = answering.open_task(project, version, "Answers", items=items, by=carol)
    return answering.send(answering.claim(task, by=ana), "No, the 14 days are over.", by=ana)


@pytest.fixture
def batch(version, own):
    return factories.batch(version, [own, own.item.responses.first()], overlap=2)


def queued(made, own):
    """The answer waits in the batch beside what is disputed there."""
    factories.QueueEntry.objects.create(
        project=made.project, batch=made.batch, response=own, key=9, overlap=2
    )


def test_seats_that_were_handed_out_are_told_from_it(batch, own, ana, ben):
    assert Assignment.objects.get(batch=batch).rater == ana
    assert not batch.assignments.handed_out().exists()
    seat = assigning.claim_next(batch, ben)
    assigning.vacate(Assignment.objects.filter(pk=seat.pk), "skipped", "own answer")
    assert list(batch.assignments.handed_out()) == [seat]


class TestAdaptiveOverlap:
    RULE = Adaptive(n_min=2, n_max=5)

    def test_a_rule_can_be_set_before_the_first_claim(self, batch, carol, as_user):
        url = reverse("batch_adaptive", args=[batch.project.slug, batch.pk])
        assert as_user(carol).get(url).context["begun"] is False
        set_adaptive(batch, self.RULE, by=carol)
        batch.refresh_from_db()
        # ceil(2 * 20 / 100) = 1 of two responses keeps the overlap
        assert (batch.n_max, batch.queue.filter(fixed=True).count()) == (5, 1)

    def test_after_it_not(self, raw, refused, batch, ben, carol, as_user):
        assigning.claim_next(batch, ben)
        url = reverse("batch_adaptive", args=[batch.project.slug, batch.pk])
        assert as_user(carol).get(url).context["begun"] is True
        with pytest.raises(Conflict, match="have been handed out"):
            set_adaptive(batch, self.RULE, by=carol)
        with refused("batch_rule_sealed"):
            raw("update labeling_batch set n_min = 2, n_max = 5 where id = %s", batch.pk)
        with refused("queueentry_fixed_sealed"):
            raw("update labeling_queueentry set fixed = false where batch_id = %s", batch.pk)


class TestAWriterWhoRules:
    @pytest.fixture
    def made(self, project, version, own, ana):
        """Two responses that experts differ on, in an open batch that has ana's answer too."""
        made = scene(project, "11 00", "11 01", version=version)
        queued(made, own)
        Membership.objects.create(project=project, user=ana, role="adjudicator")
        return made

    def test_rules_on_what_others_wrote(self, made, ana):
        assert made.batch.pk not in adjudicating.rates_in(ana, made.project.pk)
        assert taken(made, ana).response == made.responses[0]

    def test_is_refused_once_they_rate_there(self, made, ana):
        factories.seat(made.batch, made.responses[1], ana, slot=None, state="skipped", ord=1)
        with pytest.raises(Conflict, match="You rate in this batch"):
            adjudicating.claim(made.batch, by=ana)

    def test_may_rule_before_their_answer_comes_into_the_batch(self, project, version, own, ana):
        made = scene(project, "11 00", version=version)
        Membership.objects.create(project=project, user=ana, role="adjudicator")
        taken(made, ana)
        queued(made, own)
        assert not made.batch.assignments.get(response=own).slot
