from collections.abc import Iterator

import pytest

from tests.faults.firing import Fire, fire


@pytest.fixture(scope="package")
def under_fire() -> Iterator[Fire]:
    """One stack for every module that hurts it, since making one takes as long as all cells."""
    with fire() as made:
        yield made
