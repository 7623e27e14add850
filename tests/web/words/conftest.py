"""One project, in which everything there is was rated, measured and released, for a whole file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import override_settings
from django.urls import get_resolver

from labeling.models import Batch, User
from tests import factories
from tests.contracts.test_contracts import addresses
from tests.made_once import made_once
from tests.web.desk.planted import Planted, planted
from tests.web.desk.test_blind_everywhere import filled


@dataclass(frozen=True, slots=True)
class Stage:
    """The project, and who meets its pages: an expert, an admin and an adjudicator."""

    world: Planted
    people: tuple[User, ...]
    # What every route is filled with.
    paths: dict[str, list[str]]


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Made once: reading changes nothing, and each test takes back what it sent."""
    media = tmp_path_factory.mktemp("media")
    with made_once(django_db_blocker), override_settings(MEDIA_ROOT=media):
        project = factories.project()
        ana = factories.member(project, "ana", "expert")
        carol = factories.member(project, "carol", "admin")
        world = planted(project, ana, carol)
        # A name that reads like a word of the product would hide that word.
        Batch.objects.filter(name="Answers").update(name="Writing in March")
        paths = {route: filled(route, world) for route, _ in addresses(get_resolver())}
        yield Stage(world, (ana, carol, world.chair.rater), paths)
