"""At the log-in, and wherever nobody gets further, one's own language is read, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from labeling.models import Project, User
from rubricstudio import views
from tests import factories, pseudo
from tests.web.words.heard import Heard, client_of

pytestmark = pytest.mark.django_db

LOGIN, PASSWORD = "/accounts/login/", "/accounts/password_change/"
OWN, NAME = "correct horse battery", "annabelle-of-refunds"
# Too short, of digits alone, known to everybody; like the name; the old one; not twice the same.
POOR = [("1234", "1234"), (NAME, NAME), (OWN, OWN), ("one thing", "another")]


def heard_in(answers: Iterator[HttpResponse]) -> Heard:
    """What the answers say, each under its number."""
    with pseudo.spoken() as tongue:
        heard = Heard(tongue)
        for number, answer in enumerate(answers):
            heard.hear(f"answer {number}", answer)
            assert heard.said.get(f"answer {number}"), "nothing was said"
    return heard


def at_the_door(gone: User) -> Iterator[HttpResponse]:
    """Not logged in: the page itself, sent to it, wrong, switched off, and too often."""
    client = Client()
    yield client.get(LOGIN)
    yield client.get("/desk/", follow=True)
    yield client.post("/desk/seat/1/submit", {}, follow=True)
    yield client.get("/nowhere")
    for said in ({}, {"username": "ж", "password": "ж"}, {"username": gone, "password": OWN}):
        yield client.post(LOGIN, said)
    tries = (client.post(LOGIN, {"username": "ж", "password": "ж"}) for _ in range(30))
    yield next(answer for answer in tries if answer.status_code == 429)


def test_strangers_read_their_language(ana: User):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert heard_in(at_the_door(ana)).untranslated() == {}


def at_the_password(person: User) -> Iterator[HttpResponse]:
    """A first password to be changed: every page leads there, and poor ones are refused."""
    client = client_of(person)
    yield client.get("/", follow=True)
    yield client.get("/", headers={"HX-Request": "true"})
    for old, (first, second) in [("ж", POOR[0]), *((OWN, pair) for pair in POOR)]:
        said = {"old_password": old, "new_password1": first, "new_password2": second}
        refused = client.post(PASSWORD, said)
        assert refused.status_code == 422
        yield refused
    fresh = "staple of another kind"
    said = {"old_password": OWN, "new_password1": fresh, "new_password2": fresh}
    yield client.post(PASSWORD, said, follow=True)


def test_passwords_are_refused_in_the_language_of_whoever_chooses_one(db: None):
    new = factories.user(NAME, must_change_password=True)
    assert heard_in(at_the_password(new)).untranslated() == {}


def broken(error: Exception) -> HttpResponse:
    """The page of an error that no view answers, as Django asks for it, without its id."""
    try:
        raise error
    except type(error):
        answer = views.server_error(RequestFactory().get("/"))
    answer.content = answer.content.replace(answer.get("X-Error-Id", "ж").encode(), b"")
    return answer


def turned_away(person: User, other: Project) -> Iterator[HttpResponse]:
    """A stale key, another project, another role, nothing there, too much, and a broken server."""
    for one in (None, person):
        yield client_of(one, enforce_csrf_checks=True).post(LOGIN, {"username": "ж"})
    client = client_of(person)
    for path in (f"/p/{other.slug}/", "/p/refunds/members", "/p/refunds/nowhere/"):
        yield client.get(path)
    yield client.post("/account/tokens", {f"name{n}": "ж" for n in range(20_001)})
    yield broken(ValueError("ж"))
    yield broken(OperationalError("ж"))


def test_who_is_turned_away_reads_why(ana: User):
    other = factories.project(slug="elsewhere")
    assert heard_in(turned_away(ana, other)).untranslated() == {}
