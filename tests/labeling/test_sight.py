"""Blindness as one policy: queries leave out what pages do not show, and nothing else."""

from itertools import combinations

import pytest

from labeling.models import Batch
from labeling.models.blindness import Sight
from tests import factories

SEEN = ("peers", "generators", "grades", "gold", "ids")


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def response(project):
    return factories.response(factories.item(project))


def batch_of(version, response, rater=None, **fields):
    made = factories.batch(version, [response], overlap=2, **fields)
    if rater:
        factories.seat(made, response, rater)
    return made


def test_who_rates_sees_nothing_of_the_others_and_generators_only_where_shown(
    version, response, ana
):
    for blindness, shown in (("full", set()), ("peers", {"generators"})):
        batch = batch_of(version, response, ana, name=blindness, blindness=blindness)
        sight = Batch.objects.sight_of(ana, batch)
        assert {name for name in SEEN if getattr(sight, name)} == shown


@pytest.mark.parametrize("state", ["open", "paused", "closed"])
@pytest.mark.parametrize("blindness", ["full", "peers"])
def test_a_query_leaves_out_what_a_page_does_not_show(
    version, response, ana, ben, blindness, state
):
    batch = batch_of(version, response, ana, blindness=blindness)
    Batch.objects.filter(pk=batch.pk).update(state=state)
    for person in (ana, ben):
        sight = Batch.objects.sight_of(person, batch)
        asked = [*((one,) for one in SEEN), *combinations(SEEN, 2), SEEN]
        for names in asked:
            hidden = Batch.objects.hiding(person, *names).exists()
            assert hidden != all(getattr(sight, name) for name in names), (person, names)


@pytest.mark.parametrize("state", ["leased", "submitted", "skipped", "expired"])
def test_whatever_became_of_the_seat_one_stays_blind_until_it_is_closed(
    version, response, ana, state
):
    batch = factories.batch(version, [response], overlap=2)
    slot = None if state in ("skipped", "expired") else 1
    fields = {"lease_until": "2099-01-01T00:00Z"} if state == "leased" else {}
    factories.seat(batch, response, ana, slot, state=state, **fields)
    assert Batch.objects.sight_of(ana, batch) == Sight.blind("full")
    Batch.objects.filter(pk=batch.pk).update(state="closed")
    assert Batch.objects.sight_of(ana, batch) == Sight.whole()


def test_without_a_seat_nothing_is_hidden_by_it(version, response, ana, ben):
    batch = batch_of(version, response, ana)
    assert Batch.objects.sight_of(ben, batch) == Sight.whole()
    assert list(Batch.objects.hiding(ana, "peers")) == [batch]
    assert not Batch.objects.hiding(ben, "peers").exists()


def test_it_is_one_query_each(version, response, ana, django_assert_num_queries):
    batch = batch_of(version, response, ana)
    with django_assert_num_queries(2):
        Batch.objects.sight_of(ana, batch)
        list(Batch.objects.hiding(ana, *SEEN))
