"""A published rubric, two closed batches with settled answers, and an author."""

from dataclasses import dataclass

import pytest

from labeling.models import Batch, Response, RubricVersion
from tests import factories


@dataclass(frozen=True)
class Settled:
    """A closed practice batch: `answers` are the responses as ana and ben rated them."""

    version: RubricVersion
    batch: Batch
    responses: list[Response]


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def rated(project, version, ana, ben) -> Settled:
    """On the first two responses both say that the policy is cited, on the third they differ."""
    by = factories.generator(project, "model-zeta")
    texts = ["Yes, within 30 days.", "No, the seal is broken.", "Perhaps."]
    responses = [
        factories.response(factories.item(project, f"case-{n}"), by, text)
        for n, text in enumerate(texts)
    ]
    batch = factories.batch(version, responses, name="Practice", kind="practice", overlap=2)
    for response, (first, second) in zip(responses, [(1, 1), (1, 1), (1, 0)], strict=True):
        for slot, (person, value) in enumerate(((ana, first), (ben, second)), start=1):
            seat = factories.seat(batch, response, person, slot)
            factories.rating(seat, {"cites_policy": value, "polite": 1})
    return Settled(version, batch, responses)


@pytest.fixture
def settled(rated) -> Settled:
    """The same, once the batch is closed."""
    rated.batch.state = Batch.State.CLOSED
    rated.batch.save(update_fields=["state"])
    return rated
