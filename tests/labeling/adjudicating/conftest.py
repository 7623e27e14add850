import pytest

from labeling.models import Project, User
from tests import factories


@pytest.fixture
def judy(project: Project) -> User:
    """An adjudicator of the project."""
    return factories.member(project, "judy", "adjudicator")


@pytest.fixture
def karl(project: Project) -> User:
    """A second adjudicator."""
    return factories.member(project, "karl", "adjudicator")
