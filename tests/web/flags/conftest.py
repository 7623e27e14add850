"""A rubric with an open batch, an author, and an expert's seats in it."""

import pytest

from tests import factories


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def batch(project, version):
    model = factories.generator(project, "model-zeta")
    items = [factories.item(project, f"case-{n}") for n in range(3)]
    responses = [factories.response(one, model, f"Answer {n}.") for n, one in enumerate(items)]
    return factories.batch(version, responses, name="First round")


@pytest.fixture
def seats(batch, ana):
    entries = batch.queue.order_by("key").select_related("response")
    return [factories.seat(batch, entry.response, ana) for entry in entries]


@pytest.fixture
def flag(seats, version):
    criterion = version.criteria.get(key="polite")
    return factories.flag(seats[0], "What is polite?", criterion=criterion)
