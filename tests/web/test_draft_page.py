"""The editor's page: every criterion as a card, in sections, whoever looks and however many."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import Project, Rubric, User
from tests.labeling.rubric_specs import many, three_scales

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    version, _ = authoring.publish_spec(project, three_scales(), by=carol)
    return version.rubric


@pytest.fixture
def url(rubric: Rubric) -> str:
    return f"{rubric.get_absolute_url()}edit"


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_every_criterion_stands_there_as_an_expert_reads_it(as_user: LogIn, amy: User, url):
    text = text_of(as_user(amy).get(url))
    assert "Draft of version 2" in text
    assert "your first change opens it" in text
    for words in ("Cites the policy", "Names the paragraph.", "No greeting.", "Policy / Citing"):
        assert words in text
    assert text.count('class="draft-card"') == 3


def test_looking_opens_no_draft(as_user: LogIn, amy: User, rubric, url):
    as_user(amy).get(url)
    assert not rubric.versions.filter(status="draft").exists()


def test_an_empty_rubric_says_what_comes_next(as_user: LogIn, amy: User, project: Project):
    rubric = authoring.create_rubric(project, "Empty", by=amy)
    text = text_of(as_user(amy).get(f"{rubric.get_absolute_url()}edit"))
    assert "No criterion yet" in text
    assert "Write the first criterion" in text


def test_writing_is_for_authors_of_this_project(as_user: LogIn, ana: User, dan: User, rubric, url):
    pk = rubric.versions.get().criteria.first().pk
    reads = ["", f"/{pk}", f"/{pk}/card", "/head"]
    writes = ["/arrange", "/section", f"/{pk}", "/head"]
    for user, status in ((ana, 403), (dan, 404)):
        client = as_user(user)
        assert {client.get(url + one).status_code for one in reads} == {status}
        assert {client.post(url + one, {}).status_code for one in writes} == {status}
    assert rubric.versions.count() == 1


def test_each_page_takes_its_own_verbs_only(as_user: LogIn, amy: User, rubric, url):
    client, pk = as_user(amy), rubric.versions.get().criteria.first().pk
    assert {client.get(url + one).status_code for one in ("/arrange", "/section")} == {405}
    assert {client.post(url + one).status_code for one in ("", f"/{pk}/card")} == {405}
    assert client.delete(f"{url}/{pk}").status_code == 405


def test_every_form_needs_its_key(amy: User, rubric, url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(amy)
    pk = rubric.versions.get().criteria.first().pk
    for address in ("/arrange", "/section", f"/{pk}", "/head"):
        assert client.post(url + address, {}).status_code == 403, address


@pytest.mark.parametrize("count", [1, 20, 200])
def test_a_long_draft_costs_as_many_queries_as_a_short_one(
    as_user: LogIn, amy: User, project: Project, count: int
):
    rubric = authoring.create_rubric(project, "Long", by=amy, spec=many(count))
    client = as_user(amy)
    with CaptureQueriesContext(connection) as queries:
        text = text_of(client.get(f"{rubric.get_absolute_url()}edit"))
    assert text.count('class="draft-card"') == count
    # session, user, project with its roles; rubric, draft, latest; what can be undone twice and
    # redone; the order; the criteria and their levels
    assert len(queries) <= 14, [one["sql"][:90] for one in queries]


def test_five_thousand_criteria_are_turned_over_like_pages(
    as_user: LogIn, amy: User, project: Project
):
    rubric = authoring.create_rubric(project, "Very long", by=amy, spec=many(5000))
    url = f"{rubric.get_absolute_url()}edit"
    text = text_of(as_user(amy).get(f"{url}?page=20"))
    assert "5000 criteria" in text
    assert "4751 to 5000" in text
    assert text.count('class="draft-card"') == 250
    assert "take the file" in text
    assert "Criterion 4999" in text


def test_the_criteria_come_alone_for_htmx(as_user: LogIn, amy: User, url):
    headers = {"HX-Request": "true", "HX-Target": "outline"}
    text = text_of(as_user(amy).get(url, headers=headers)).strip()
    assert text.startswith('<div id="outline"')
    assert text.count('class="draft-card"') == 3


def test_hostile_texts_stand_there_as_text(as_user: LogIn, amy: User, project: Project):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7|add:7 }}"
    spec = three_scales(
        name=hostile, criterion=hostile, guidance=hostile, path=[hostile], dimension=hostile
    )
    rubric = authoring.create_rubric(project, "Hostile", by=amy, spec=spec)
    client, url = as_user(amy), f"{rubric.get_absolute_url()}edit"
    pk = rubric.versions.get().criteria.first().pk
    for page in (url, f"{url}/{pk}", f"{url}/{pk}/card"):
        text = text_of(client.get(page))
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "{{ 7|add:7 }}" in text
