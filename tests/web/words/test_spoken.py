"""Whoever sets another language reads every page in it: a made-up one shows what was forgotten."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from labeling.models import User
from tests import extracted, pseudo
from tests.web.desk.test_blind_everywhere import FRESH
from tests.web.words.conftest import Stage
from tests.web.words.heard import MACHINES, SHUT, Heard, client_of, pages, route_of
from tests.web.words.sent import Form, Sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stage")]

FOR_PEOPLE = ("text/html", "image/svg+xml")
# What a script of a page sends when it is broken, or its page is old.
SCRIPT = {"content_type": "application/json", "headers": {"accept": "application/json"}}
BODIES = ("[", '{"answers": {"cites_policy": {"value": 7}}, "edit": "ж", "version": 1}')
# It tells the time.
MOVING = {"readyz"}


@dataclass(slots=True)
class Read:
    """All pages, once: what was said on them, and the forms that each person met, by what."""

    heard: Heard
    met: dict[User, dict[str, tuple[str, Form]]] = field(default_factory=dict)
    # Addresses where a page stands.
    paths: set[str] = field(default_factory=set)

    def take(self, person: User, route: str, path: str, answer: HttpResponse) -> None:
        page = self.heard.hear(route, answer)
        if page is None:
            return
        if answer.status_code == 200:
            self.paths.add(path)
        met = self.met.setdefault(person, {})
        for form in page.made:
            met.setdefault(f"{route_of(form.action or path)} {form.names}", (path, form))


@pytest.fixture(scope="module")
def read(stage: Stage) -> Read:
    with pseudo.spoken() as tongue:
        found = Read(Heard(tongue))
        for person in stage.people:
            for route, path, answer in pages(client_of(person), stage):
                found.take(person, route, path, answer)
        for place in stage.places:
            answer = client_of(place.who).get(place.path, follow=True)
            assert answer.status_code == 200, place
            found.take(place.who, route_of(place.path), place.path, answer)
    return found


def test_every_page_speaks_the_language_of_its_reader(read: Read):
    assert read.heard.untranslated() == {}


@pytest.mark.skipif(not extracted.IS_THERE, reason="GNU gettext is not installed")
def test_translators_are_given_every_text_of_the_pages(read: Read, tmp_path: Path):
    given = extracted.extracted(tmp_path, "django").messages | extracted.of_django()
    assert sorted(read.heard.tongue.asked - given) == []


def send(
    client: Client, method: str, path: str, fields: Sent | str, **more: object
) -> HttpResponse:
    """The answer, or the page it leads to, which says what has become of it; then taken back."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = getattr(client, method)(path, fields, follow=True, **more)
        transaction.set_rollback(True)
    client.cookies = cookies
    assert answer.status_code < 500, (path, fields)
    return answer


def test_what_people_send_is_answered_in_their_language(read: Read):
    """Every form of every page: as it stands, filled with what nobody can mean, and empty."""
    with pseudo.spoken() as tongue:
        heard = Heard(tongue)
        for person, met in read.met.items():
            client = client_of(person)
            for where, form in met.values():
                for path, fields in form.sent():
                    answer = send(client, form.method, path or where, fields)
                    heard.hear(route_of(path or where), answer)
        assert heard.untranslated() == {}


def test_who_sends_nothing_is_told_so_in_their_language(stage: Stage):
    """Every address that takes anything, also those that only scripts and buttons know."""
    with pseudo.spoken() as tongue:
        heard = Heard(tongue)
        for person in stage.people:
            client = client_of(person)
            for route, paths in stage.paths.items():
                if route.startswith(MACHINES):
                    continue
                answer = send(client, "post", paths[0], {})
                heard.hear(route, answer)
                for body in BODIES if answer.status_code not in SHUT else ():
                    heard.hear_refusal(route, send(client, "post", paths[0], body, **SCRIPT))
        assert heard.untranslated() == {}


def documents(client: Client, stage: Stage, pages: set[str]) -> dict[str, bytes]:
    """What machines read, by address: JSON, CSV and lines."""
    found = {}
    for route, paths in stage.paths.items():
        for path in set(paths) - pages if route not in MOVING else ():
            answer = client.get(path, headers={"accept": "application/json"})
            is_page = answer.headers.get("Content-Type", "").startswith(FOR_PEOPLE)
            if answer.status_code == 200 and not is_page:
                body = answer.getvalue()
                found[path] = FRESH.sub("", body.decode("utf-8", "replace")).encode()
    return found


def test_documents_and_files_read_the_same_in_every_language(stage: Stage, read: Read):
    client = client_of(stage.people[1])
    english = documents(client, stage, read.paths)
    with pseudo.spoken():
        other = documents(client, stage, read.paths)
    assert english.keys() == other.keys()
    assert [path for path in english if english[path] != other[path]] == []
    assert {path.rpartition(".")[2] for path in english} >= {"json", "csv", "jsonl"}
