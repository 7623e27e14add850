from collections.abc import Iterator

import pytest

from tests.faults.crew import Crew, recruit
from tests.faults.firing import Fire, fire


@pytest.fixture(scope="package")
def fired_at() -> Iterator[Fire]:
    """One stack for every module that hurts it, since making one takes as long as ten cells."""
    with fire() as made:
        yield made


@pytest.fixture
def under_fire(fired_at: Fire) -> Fire:
    """The same, standing upright again whatever the test before did to it."""
    fired_at.stack.ensure()
    return fired_at


@pytest.fixture(scope="package")
def crew(fired_at: Fire) -> Crew:
    """People of one project in that stack."""
    return recruit(fired_at)
