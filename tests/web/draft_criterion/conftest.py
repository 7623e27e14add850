"""A published rubric of three criteria, and the addresses of its draft's."""

from collections.abc import Callable

import pytest

from labeling import authoring
from labeling.models import Project, Rubric, User
from tests.labeling.rubric_specs import three_scales


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    version, _ = authoring.publish_spec(project, three_scales(), by=carol)
    return version.rubric


@pytest.fixture
def at(rubric: Rubric) -> Callable[[str], str]:
    """The address of a criterion by its key, as a page opened before the draft has it."""

    def address(key: str) -> str:
        pk = rubric.versions.get(number=1).criteria.get(key=key).pk
        return f"{rubric.get_absolute_url()}edit/{pk}"

    return address
