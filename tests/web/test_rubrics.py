"""Reading rubrics: the list, a version as experts read it, its file."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import Project, Rubric, User
from labeling.spec import RubricSpec, parse_rubric, to_json
from tests.labeling.rubric_specs import many, three_scales

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
LIST = "/p/refunds/rubrics/"
NASTY = '<script>alert("x")</script>'


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    version, _ = authoring.publish_spec(project, three_scales(), by=carol)
    return version.rubric


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_members_read_the_list(as_user: LogIn, rubric: Rubric, ana: User, amy: User):
    assert '<a href="/p/refunds/rubrics/refunds/"' in text_of(as_user(ana), LIST)
    assert "New rubric" not in text_of(as_user(ana), LIST)
    assert "New rubric" in text_of(as_user(amy), LIST)


def test_outsiders_find_nothing(as_user: LogIn, rubric: Rubric, dan: User, client: Client):
    url = rubric.get_absolute_url()
    assert client.get(LIST).status_code == 302
    for address in (LIST, url, f"{url}versions/1.json", f"{url}edit", f"{url}publish"):
        assert as_user(dan).get(address).status_code == 404


def test_the_list_comes_alone_for_htmx(as_user: LogIn, rubric: Rubric, ana: User):
    answer = as_user(ana).get(LIST, headers={"HX-Request": "true", "HX-Target": "rows"})
    assert answer.content.decode().strip().startswith('<div id="rows"')


def test_an_empty_list_says_what_comes_next(as_user: LogIn, ana: User, amy: User):
    assert "No rubric is published yet" in text_of(as_user(ana), LIST)
    assert f'href="{LIST}new"' in text_of(as_user(amy), LIST)


def test_a_version_is_read_as_an_expert_will(as_user: LogIn, rubric: Rubric, ana: User):
    text = text_of(as_user(ana), rubric.get_absolute_url())
    expected = ("Names the paragraph.", "Gate: passes at “Met”", "5 points", "No greeting.")
    assert all(words in text for words in expected)
    assert "A number from 0 to 1 in steps of 0.25" in text
    assert "Not in the reward" in text


def test_a_pitfall_is_called_so(as_user: LogIn, project: Project, ana: User):
    good, bad = three_scales().criteria[1:], {"criterion": "Invents a policy.", "points": -3}
    spec = parse_rubric({"title": "P", "criteria": [bad]})
    spec = RubricSpec("P", criteria=(*spec.criteria, *good))
    version, _ = authoring.publish_spec(project, spec, by=None)
    text = text_of(as_user(ana), version.rubric.get_absolute_url())
    assert "Pitfall" in text
    assert "Takes 3 points away" in text


def test_drafts_are_for_authors(as_user: LogIn, rubric: Rubric, ana: User, amy: User):
    authoring.save_as_draft(rubric, three_scales(name="Secret"), number=2, edit=0, by=amy)
    url = rubric.get_absolute_url()
    assert "Secret" in text_of(as_user(amy), f"{url}?version=2")
    for address in (f"{url}?version=2", f"{url}versions/2.json"):
        assert as_user(ana).get(address).status_code == 404
    assert "Version 2" not in text_of(as_user(ana), url)
    for address in ("edit", "publish", "import"):
        assert as_user(ana).get(url + address).status_code == 403
    assert as_user(ana).get(f"{LIST}new").status_code == 403


def test_an_unpublished_rubric_is_not_on_the_experts_list(
    as_user: LogIn, project: Project, ana: User, amy: User
):
    authoring.create_rubric(project, "In the making", by=amy)
    assert "In the making" not in text_of(as_user(ana), LIST)
    assert "In the making" in text_of(as_user(amy), LIST)


@pytest.mark.parametrize("number", ["9", "x", "", "-1", "²"])
def test_a_version_that_is_not_there(as_user: LogIn, rubric: Rubric, ana: User, number: str):
    assert as_user(ana).get(rubric.get_absolute_url(), {"version": number}).status_code == 404


def test_the_file_imports_as_the_same_version(as_user: LogIn, rubric: Rubric, ana: User):
    answer = as_user(ana).get(f"{rubric.get_absolute_url()}versions/1.json")
    assert answer["Content-Disposition"] == 'attachment; filename="refunds-v1.json"'
    assert parse_rubric(json.loads(answer.content)) == three_scales()


def test_every_text_is_shown_as_text(as_user: LogIn, project: Project, carol: User):
    level = {"label": NASTY, "anchor": NASTY, "example": NASTY}
    scale = {"type": "ordinal", "levels": [{"value": 0, "label": "0 x"}, {"value": 1, **level}]}
    texts = dict.fromkeys(("name", "criterion", "guidance", "dimension"), NASTY)
    criterion = {"key": "a", **texts, "tags": [NASTY], "points": 1, "scale": scale}
    rubric_texts = dict.fromkeys(("title", "description", "guidelines"), NASTY)
    spec = parse_rubric({**rubric_texts, "criteria": [criterion]})
    version, _ = authoring.publish_spec(project, spec, by=None)
    url = version.rubric.get_absolute_url()
    draft = authoring.draft_of(version.rubric, by=carol)
    authoring.publish(
        authoring.save_draft(draft, replace(spec, description="Second"), edit=0, by=carol),
        by=carol,
        change_note=NASTY,
    )
    client = as_user(carol)
    for address in (LIST, url, f"{url}?version=1", f"{url}edit", f"{url}import"):
        text = text_of(client, address)
        assert NASTY not in text, address
        assert "&lt;script&gt;alert(&quot;x&quot;)" in text, address


def test_only_reading(as_user: LogIn, rubric: Rubric, carol: User):
    client, url = as_user(carol), rubric.get_absolute_url()
    for address in (LIST, url, f"{url}versions/1.json"):
        assert client.post(address).status_code == 405
    assert client.get(f"{url}discard").status_code == 405
    for address in (f"{LIST}new", f"{url}edit", f"{url}publish", f"{url}import"):
        assert client.delete(address).status_code == 405


def test_looking_writes_nothing(as_user: LogIn, rubric: Rubric, carol: User):
    client, url = as_user(carol), rubric.get_absolute_url()
    for address in ("", "edit", "publish", "import"):
        client.get(url + address)
    assert list(rubric.versions.values_list("number", "status")) == [(1, "published")]


def test_twenty_rubrics_cost_as_many_queries_as_one(
    as_user: LogIn, project: Project, rubric: Rubric, ana: User
):
    client = as_user(ana)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(19):
        authoring.publish_spec(project, three_scales(), by=None, slug=f"r{number}")
    with CaptureQueriesContext(connection) as twenty:
        client.get(LIST)
    assert len(twenty) == len(one)


def test_a_thousand_criteria_are_read_page_by_page(as_user: LogIn, project: Project, carol: User):
    version, _ = authoring.publish_spec(project, many(1000), by=None)
    client, url = as_user(carol), version.rubric.get_absolute_url()
    with CaptureQueriesContext(connection) as queries:
        text = text_of(client, f"{url}?version=1&page=20")
    assert "Criterion 999" in text
    assert "Criterion 900<" not in text
    assert len(queries) < 20
    assert "take the file" in text_of(client, f"{url}edit")


def test_a_new_rubric_begins_as_a_draft(as_user: LogIn, amy: User, project: Project):
    answer = as_user(amy).post(f"{LIST}new", {"title": "Refund tone"})
    assert answer["Location"] == f"{LIST}refund-tone/edit"
    version = project.rubrics.get().versions.get()
    assert (version.number, version.status, version.title) == (1, "draft", "Refund tone")


def test_a_new_rubric_may_come_from_a_file(as_user: LogIn, amy: User, project: Project):
    file = SimpleUploadedFile("r.json", json.dumps(to_json(three_scales())).encode())
    as_user(amy).post(f"{LIST}new", {"file": file})
    version = project.rubrics.get(slug="refunds").versions.get()
    assert authoring.spec_of(version) == three_scales()
    assert version.status == "draft"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "not a rubric file"),
        (b'{"title": "a", "title": "b", "criteria": []}', "stands twice"),
        (b'{"title": "\\ud800", "criteria": []}', "half of a surrogate pair"),
        (b'{"title": "a\\u0000", "criteria": []}', "NUL"),
        (b'{"title": "a", "criteria": [{"criterion": "x", "points": NaN}]}', "not a JSON number"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"title": "a", "criteria": [{"points": "five"}]}', "criteria[0].points: must be a num"),
        (b"", "empty"),
    ],
)
def test_a_bad_file_is_refused_in_words(
    as_user: LogIn, amy: User, project: Project, content: bytes, words: str
):
    file = SimpleUploadedFile("r.json", content)
    answer = as_user(amy).post(f"{LIST}new", {"file": file})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not project.rubrics.exists()


def test_a_rubric_needs_a_title_or_a_file(as_user: LogIn, amy: User, project: Project):
    answer = as_user(amy).post(f"{LIST}new", {"title": ""})
    assert answer.status_code == 422
    assert "Write a title" in answer.content.decode()


def test_a_criterion_says_what_it_asks_of_an_answer(as_user: LogIn, carol: User, project: Project):
    asking = {
        "key": "cites",
        "criterion": "Names the paragraph.",
        "points": 7**60,
        "weight_class": "essential",
        "allow_na": False,
        "needs_rationale": True,
        "needs_evidence": True,
        "expertise": ["law", "<b>travel</b>"],
    }
    spec = parse_rubric({"title": "Asking", "criteria": [asking]})
    version, _ = authoring.publish_spec(project, spec, by=carol)
    page = as_user(carol).get(version.rubric.get_absolute_url()).content.decode()
    expected = ("Essential", "“Does not apply” is not offered", "Needs a reason", "Needs evidence")
    assert [text for text in expected if text not in page] == []
    assert "For experts in law, &lt;b&gt;travel&lt;/b&gt;" in page
    assert "“Cannot assess” is not offered" not in page
    # every digit: 7**60 has 51
    assert f"{7**60:,} points" in page
