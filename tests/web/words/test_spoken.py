"""Whoever sets another language reads every page in it: a made-up one shows what was forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from labeling.models import Batch, User
from tests import pseudo
from tests.contracts.test_contracts import addresses
from tests.web.desk.planted import Planted, planted
from tests.web.desk.test_blind_everywhere import FRESH, asked, filled
from tests.web.words.seen import data_of, localized, plain, texts_of

pytestmark = pytest.mark.django_db

# Addresses whose pages still hold texts that nobody translates; one that is done leaves the list.
LEFT = frozenset(
    [
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
FOR_PEOPLE = ("text/html", "image/svg+xml")
# They tell the time.
MOVING = {"readyz", "status"}
MACHINES = ("api/v1/", "healthz", "readyz")


@pytest.fixture
def world(project, ana, carol, settings, tmp_path) -> Planted:
    settings.MEDIA_ROOT = tmp_path
    made = planted(project, ana, carol)
    # A name that reads like a word of the product would hide that word.
    Batch.objects.filter(name="Answers").update(name="Writing in March")
    return made


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
                assert localized(answer.content.decode()) == [], route
        # The criterion's name happens to be a word of the product.
        data = data_of(tongue.asked - {"Share"})
    left = {
        route: [one for one in sorted(texts) if plain(one, data)] for route, texts in said.items()
    }
    return {route: texts for route, texts in left.items() if texts}


def test_every_page_speaks_the_language_of_its_reader(world: Planted, ana: User, carol: User):
    found = untranslated([ana, carol, world.chair.rater], world)
    assert {route: texts for route, texts in found.items() if route not in LEFT} == {}
    assert LEFT - found.keys() == set(), "these are done: take them off the list"


def documents(client: Client, world: Planted) -> dict[str, bytes]:
    """What machines read, by address: JSON, CSV and lines."""
    found = {}
    for route, _ in addresses(get_resolver()):
        for path in filled(route, world) if route not in MOVING else ():
            answer = client.get(path, headers={"accept": "application/json"})
            is_page = answer.headers.get("Content-Type", "").startswith(FOR_PEOPLE)
            if answer.status_code == 200 and not is_page:
                body = answer.getvalue()
                found[path] = FRESH.sub("", body.decode("utf-8", "replace")).encode()
    return found


def test_documents_and_files_read_the_same_in_every_language(world: Planted, carol: User):
    client = Client(raise_request_exception=False)
    client.force_login(carol)
    english = documents(client, world)
    with pseudo.spoken():
        other = documents(client, world)
    assert english.keys() == other.keys()
    assert [path for path in english if english[path] != other[path]] == []
    assert {path.rpartition(".")[2] for path in english} >= {"json", "csv", "jsonl"}
