"""A batch that two experts have judged by version 1, and the same moved to version 2."""

from __future__ import annotations

import pytest

from labeling import asking_again
from labeling.models import (
    Batch,
    Project,
    User,
)
from tests.labeling.moving import (
    judge_all,
    opened,
    second,
)


@pytest.fixture
def batch(project: Project, ana: User, ben: User) -> Batch:
    """Three responses, each judged by ana and ben under version 1."""
    made = opened(project)
    judge_all(made, ana, ben)
    return made


@pytest.fixture
def moved(batch: Batch, project: Project, carol: User) -> Batch:
    asking_again.move_forward(batch, second(project), by=carol)
    batch.refresh_from_db()
    return batch
