"""Five responses labelled by two experts, and an author of their rubric."""

import pytest

from labeling.models import Batch
from tests import factories
from tests.web.scored import stage
from tests.web.scoring.pages import TABLE


@pytest.fixture
def scored(project, ana, ben):
    return stage(project, [ana, ben], TABLE, state=Batch.State.CLOSED)


@pytest.fixture
def author(as_user, project):
    return as_user(factories.member(project, "wendy", "author"))
