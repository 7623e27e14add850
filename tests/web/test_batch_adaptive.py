"""The page on which a batch is told to ask by a stopping rule, and what its own page says then."""

from __future__ import annotations

import pytest

from labeling import assigning
from labeling.models import Batch
from tests.api.conftest import Script
from tests.labeling.test_adaptive import asked_for, decide, judge
from tests.labeling.test_assigning import opened

pytestmark = pytest.mark.django_db
SAID = {"n_min": 2, "n_max": 5, "conf": 0.9, "floor": 0.6, "fixed_percent": 20}


@pytest.fixture
def batch(project) -> Batch:
    return opened(project, 10, overlap=3)


@pytest.fixture
def page(batch) -> str:
    return f"{batch.get_absolute_url()}adaptive"


def test_an_admin_sets_it_once(as_user, carol, batch, page):
    client = as_user(carol)
    assert "Ask by this rule" in client.get(page).text
    shown = client.post(page, SAID, follow=True).text
    assert "2 to 5 experts per response" in shown
    assert "2 experts first, 5 at most; 2 of the responses keep 3." in shown
    assert "Ask by this rule" not in client.get(page).text
    assert client.post(page, SAID).status_code == 409


@pytest.mark.parametrize("wrong", [{"n_min": 4}, {"n_max": 2}, {"floor": 0.95}, {"conf": ""}])
def test_what_makes_no_sense_is_said(as_user, carol, batch, page, wrong):
    answer = as_user(carol).post(page, SAID | wrong)
    assert answer.status_code == 422
    batch.refresh_from_db()
    assert batch.n_min is None


def test_a_batch_that_has_begun_says_so(as_user, carol, ana, batch, page):
    assigning.claim_next(batch, ana)
    client = as_user(carol)
    assert "This batch has begun" in client.get(page).text
    assert client.post(page, SAID).status_code == 409


def test_the_batch_says_how_many_units_stand_where(as_user, carol, ana, ben, batch, page):
    client = as_user(carol)
    client.post(page, SAID)
    judge(batch, ana)
    judge(batch, ben, {asked_for(batch)[0]: 0})
    decide(batch)
    shown = " ".join(client.get(batch.get_absolute_url()).text.split())
    # 8 responses under two criteria: one unit is asked again, 15 are accepted.
    for label, n in (("Another expert is asked", 1), ("Accepted", 15), ("Ambiguous", 0)):
        assert f'{label}</span> <span class="stat-value">{n} <small>units' in shown
    # 7 of the 8 have all of their two; the two of fixed overlap lack the third expert.
    assert 'Responses complete</span> <span class="stat-value">7 <small>of 10' in shown


def test_who_rates_there_does_not_see_it(as_user, carol, project, batch, page):
    client = as_user(carol)
    client.post(page, SAID)
    project.memberships.create(user=carol, role="expert")
    judge(batch, carol)
    assert 'id="stopping"' not in client.get(batch.get_absolute_url()).text


def test_the_ladder(as_user, carol, ana, dan, page):
    assert as_user(carol).get(page).status_code == 200
    assert as_user(ana).get(page).status_code == 403
    assert as_user(dan).get(page).status_code == 404
    assert as_user(carol).delete(page).status_code == 405


def test_over_http(carol, batch):
    script = Script(carol)
    path = f"batches/{batch.pk}/adaptive/"
    assert script.get(path).json()["n_min"] is None
    assert script.put(path, SAID).json() == SAID
    assert script.get(path).json() == SAID
    assert script.put(path, SAID).status_code == 409
