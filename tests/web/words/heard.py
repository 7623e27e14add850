"""What people hear of the product in the made-up language, page by page and answer by answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from labeling import gallery
from labeling.models import User
from tests import pseudo
from tests.web.desk.test_blind_everywhere import shown
from tests.web.words.conftest import Stage
from tests.web.words.seen import Page, data_of, localized, page_of, plain, strings_in

MACHINES = ("api/v1/", "healthz", "readyz")
TEMPLATES = [asdict(one) for one in gallery.templates()]
# What comes from the gallery stands on its page, and in the draft it is put into; some of it
# happens to read like words of the product.
GALLERY = "p/<slug:slug>/rubrics/<slug:rubric_slug>/edit/gallery"
GIVEN = {GALLERY: set(strings_in(TEMPLATES))}
# Nobody gets further there, so nothing else is asked.
SHUT = {302, 403, 404, 405}


@dataclass(slots=True)
class Heard:
    """The texts of each route, and what the made-up language was asked for meanwhile."""

    tongue: pseudo.PseudoLocale
    said: dict[str, set[str]] = field(default_factory=dict)

    def hear(self, route: str, answer: HttpResponse) -> Page | None:
        """Keeps the texts of a page. What is no page says nothing to people."""
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return None
        page = page_of(answer.content.decode())
        self.said.setdefault(route, set()).update(page.texts)
        assert localized(page) == [], route
        return page

    def hear_refusal(self, route: str, answer: HttpResponse) -> None:
        """Keeps what a script is told is wrong: it shows that to people as it is."""
        if answer.status_code >= 400 and "json" in answer.headers.get("Content-Type", ""):
            told = answer.json()
            faults = [
                one["message"] if isinstance(one, dict) else one for one in told.get("problems", ())
            ]
            self.said.setdefault(route, set()).update([told["title"], *faults])

    def untranslated(self) -> dict[str, list[str]]:
        """By route, the texts that came in English."""
        # The criterion's name happens to be a word of the product.
        data = data_of(self.tongue.asked - {"Share"}, TEMPLATES)
        left = {
            route: [one for one in sorted(texts - GIVEN.get(route, set())) if plain(one, data)]
            for route, texts in self.said.items()
        }
        return {route: texts for route, texts in left.items() if texts}


def client_of(person: User | None, **kwargs: bool) -> Client:
    """Somebody's browser; nobody is not logged in."""
    client = Client(raise_request_exception=False, **kwargs)
    if person is not None:
        client.force_login(person)
    return client


def pages(client: Client, stage: Stage) -> Iterator[tuple[str, str, HttpResponse]]:
    """Every page that somebody meets, the refusals too, with its route and its address."""
    for route, paths in stage.paths.items():
        for path in paths if not route.startswith(MACHINES) else ():
            for answer in shown(client, route, path, stage.world):
                assert answer.status_code < 500, path
                yield route, path, answer
                if answer.status_code in SHUT:
                    break


def route_of(address: str) -> str:
    try:
        return resolve(address.partition("?")[0].partition("#")[0]).route
    except Resolver404:
        return address
