"""An open batch and a seat in it."""

from __future__ import annotations

import pytest

from labeling import assigning
from labeling.models import (
    Assignment,
    Batch,
)
from tests.labeling.rating.seats import opened


@pytest.fixture
def batch(project) -> Batch:
    return opened(project)


@pytest.fixture
def seat(batch, ana) -> Assignment:
    return assigning.claim_next(batch, ana)
