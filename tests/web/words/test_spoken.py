"""Whoever sets another language reads every page in it: a made-up one shows what was forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from labeling.models import User
from tests import pseudo
from tests.contracts.test_contracts import addresses
from tests.web.desk.planted import Planted, planted
from tests.web.desk.test_blind_everywhere import asked, filled
from tests.web.words.seen import data_of, plain, texts_of

pytestmark = pytest.mark.django_db

# Addresses whose pages still hold texts that nobody translates; one that is done leaves the list.
LEFT = frozenset(
    [
        "desk/ratings/",
        "desk/seat/<int:pk>/",
        "p/<slug:slug>/adjudication/",
        "p/<slug:slug>/answers/new",
        "p/<slug:slug>/batches/<int:pk>/exclusions",
        "p/<slug:slug>/batches/new",
        "p/<slug:slug>/import",
        "p/<slug:slug>/imports/<int:pk>/",
        "p/<slug:slug>/item-rubrics/files/<slug:form>.jsonl",
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/edit",
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/edit/gallery",
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/edit/head",
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/export",
        "p/<slug:slug>/rubrics/<slug:rubric_slug>/versions/<int:number>/<slug:form>",
    ]
)
MACHINES = ("api/v1/", "healthz", "readyz")


@pytest.fixture
def world(project, ana, carol, settings, tmp_path) -> Planted:
    settings.MEDIA_ROOT = tmp_path
    return planted(project, ana, carol)


def pages(client: Client, world: Planted) -> Iterator[tuple[str, HttpResponse]]:
    """Every page that somebody meets, the refusals too, with the route it stands at."""
    for route, _ in addresses(get_resolver()):
        for path in filled(route, world) if not route.startswith(MACHINES) else ():
            for answer in asked(client, route, path, world):
                if "text/html" in answer.headers.get("Content-Type", ""):
                    yield route, answer


def untranslated(people: list[User], world: Planted) -> dict[str, list[str]]:
    """By route, the texts that came in English."""
    said: dict[str, set[str]] = {}
    with pseudo.spoken() as tongue:
        for person in people:
            client = Client(raise_request_exception=False)
            client.force_login(person)
            for route, answer in pages(client, world):
                said.setdefault(route, set()).update(texts_of(answer.content.decode()))
        data = data_of(tongue.asked)
    left = {
        route: [one for one in sorted(texts) if plain(one, data)] for route, texts in said.items()
    }
    return {route: texts for route, texts in left.items() if texts}


def test_every_page_speaks_the_language_of_its_reader(world: Planted, ana: User, carol: User):
    found = untranslated([ana, carol, world.chair.rater], world)
    assert {route: texts for route, texts in found.items() if route not in LEFT} == {}
    assert LEFT - found.keys() == set(), "these are done: take them off the list"
