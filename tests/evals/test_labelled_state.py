"""What a rubric's labels settle to is kept for as long as nothing about them is new."""

from __future__ import annotations

from uuid import uuid4

import pytest

from evals.queries.labelled_rows import state
from labeling import assigning, rating
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project):
    version = factories.published(project)
    return factories.batch(version, [factories.response(factories.item(project))], overlap=1)


def test_each_change_of_a_judgement_is_noticed(batch, ana, carol):
    seen = [state((batch.pk,))]

    def noticed() -> bool:
        seen.append(state((batch.pk,)))
        return seen[-1] not in seen[:-1]

    seat = assigning.claim_next(batch, ana)
    answers = {"cites_policy": {"value": "1"}, "polite": {"value": "0"}}
    rating.submit(seat, answers, submission_id=uuid4(), by=ana)
    assert noticed()
    rating.revise(seat, answers | {"polite": {"value": "1"}}, submission_id=uuid4(), by=ana)
    assert noticed()
    rating.exclude(rating.Judged(batch, rater=ana), "Rated another case.", by=carol)
    assert noticed()
    assert state((batch.pk,)) == seen[-1]


def test_a_withdrawal_is_noticed_too(batch, ana):
    seat = assigning.claim_next(batch, ana)
    answers = {"cites_policy": {"value": "1"}, "polite": {"value": "0"}}
    rating.submit(seat, answers, submission_id=uuid4(), by=ana)
    before = state((batch.pk,))
    rating.withdraw(seat, by=ana)
    assert state((batch.pk,)) != before


def test_another_batch_changes_nothing(batch, ana):
    before = state((batch.pk,))
    other = factories.batch(batch.rubric_version, name="Other")
    seat = factories.seat(other, batch.queue.get().response, ana)
    factories.rating(seat, {"cites_policy": 1})
    assert state((batch.pk,)) == before != state((batch.pk, other.pk))
