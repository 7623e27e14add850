"""Writing rubrics in the browser: the form, and two authors at once."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client

from labeling import authoring
from labeling.models import Project, Rubric, RubricVersion, User
from labeling.spec import RubricSpec
from tests import factories
from tests.labeling.rubric_specs import three_scales
from tests.web.rubric_form import fields_of

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def amy(project: Project) -> User:
    """An author of the project."""
    return factories.member(project, "amy", "author")


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    version, _ = authoring.publish_spec(project, three_scales(), by=carol)
    return version.rubric


@pytest.fixture
def url(rubric: Rubric) -> str:
    return rubric.get_absolute_url()


def form(client: Client, url: str) -> dict[str, str]:
    return fields_of(client.get(f"{url}edit").content.decode())


def saved(rubric: Rubric) -> RubricSpec:
    return authoring.spec_of(rubric.versions.get(status="draft"))


def packed(sent: dict[str, str], **kept: str) -> dict[str, str]:
    """As the page's script sends it."""
    return {"fields": json.dumps([[name, value] for name, value in sent.items()]), **kept}


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_what_the_form_does_not_show_comes_back_unchanged(as_user: LogIn, amy: User, project):
    hidden = {
        "points": 7**120,
        "weight_class": "important",
        "allow_na": False,
        "allow_cannot_assess": False,
        "needs_rationale": True,
        "needs_evidence": True,
        "expertise": ["law"],
        "extra": {"node": 'c"1<b>'},
    }
    whole = replace(three_scales(**hidden), extra={"nodes": {"r": "R & co"}})
    version, _ = authoring.publish_spec(project, whole, by=amy)
    url, client = version.rubric.get_absolute_url(), as_user(amy)
    client.post(f"{url}edit", form(client, url))
    assert saved(version.rubric) == whole


def test_the_form_sent_back_untouched_says_the_same(as_user: LogIn, amy: User, rubric, url):
    client = as_user(amy)
    answer = client.post(f"{url}edit", form(client, url))
    assert answer["Location"] == f"{url}edit"
    assert saved(rubric) == three_scales()


def test_the_script_sends_the_same_in_one_field(as_user: LogIn, amy: User, rubric, url):
    client = as_user(amy)
    sent = {**form(client, url), "criteria-0-name": "Quotes"}
    assert client.post(f"{url}edit", packed(sent, do="publish"))["Location"] == f"{url}publish"
    assert saved(rubric) == three_scales(name="Quotes")


def test_what_is_wrong_stands_beside_its_field_and_all_is_kept(
    as_user: LogIn, amy: User, rubric, url
):
    client = as_user(amy)
    wrong = {
        "criteria-0-points": "many",
        "criteria-1-levels-1-label": "Curt",
        "criteria-2-step": "0.3",
        "criteria-0-key": "No Key",
        "title": "",
        "criteria-0-guidance": "Typed with care",
    }
    answer = client.post(f"{url}edit", {**form(client, url), **wrong})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "criterion 2 “How kind is it?”, level 2, label" in text
    for field in ("criteria-0-points", "criteria-1-levels-1-label", "criteria-2-step", "title"):
        assert f'id="id_{field}_error"' in text, field
    assert fields_of(text).items() >= wrong.items()
    assert not rubric.versions.filter(status="draft").exists()


@pytest.mark.parametrize(("bad", "words"), [("a\0b", "NUL"), ("a\ud800b", "surrogate")])
def test_characters_that_cannot_be_kept(as_user: LogIn, amy: User, rubric, url, bad, words):
    client = as_user(amy)
    sent = packed({**form(client, url), "criteria-0-name": bad})
    answer = client.post(f"{url}edit", sent)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not rubric.versions.filter(status="draft").exists()


def test_a_nul_in_a_plain_field(as_user: LogIn, amy: User, rubric, url):
    client = as_user(amy)
    answer = client.post(f"{url}edit", {**form(client, url), "criteria-0-name": "a\0b"})
    assert (answer.status_code, "NUL" in text_of(answer)) == (422, True)


@pytest.mark.parametrize(
    "sent",
    [
        {"fields": "["},
        {"fields": "{}"},
        {"fields": '[["title", 5]]'},
        {"number": "x", "edit": "-1", "criteria-99999-name": "n"},
        {"criteria-0-rest": '{"check": 5}', "criteria-0-name": "n", "title": "t"},
        {"criteria-0-rest": "{", "criteria-0-name": "n", "title": "t"},
        {"criteria-0-type": "circular", "criteria-0-name": "n", "title": "t"},
    ],
)
def test_a_form_that_nobody_typed_is_refused(as_user: LogIn, amy: User, rubric, url, sent):
    assert as_user(amy).post(f"{url}edit", sent).status_code == 422
    assert not rubric.versions.filter(status="draft").exists()


def test_criteria_and_levels_are_added_moved_and_removed(as_user: LogIn, amy: User, rubric, url):
    client = as_user(amy)
    sent = {**form(client, url), "criteria-0-name": "Typed before"}
    for button in ("add", "up-3", "down-0", "remove-3", "add-level-0", "remove-level-0-0"):
        answer = client.post(f"{url}edit", {**sent, "do": button})
        assert answer.status_code == 200
        sent = fields_of(text_of(answer))
    names = [sent[f"criteria-{at}-name"] for at in range(3)]
    assert names == ["How kind is it?", "Typed before", ""]
    assert sent["criteria-0-levels-0-label"] == "Kind"
    assert sent["criteria-0-levels-2-value"] == "3"
    assert not rubric.versions.filter(status="draft").exists()


@pytest.mark.parametrize("button", ["remove-99", "up-0", "down-2", "remove-level-0-99", "up-99"])
def test_buttons_that_lead_nowhere_change_nothing(as_user: LogIn, amy: User, url, button):
    client = as_user(amy)
    sent = form(client, url)
    assert fields_of(text_of(client.post(f"{url}edit", {**sent, "do": button}))) == sent


def test_the_form_comes_alone_for_htmx(as_user: LogIn, amy: User, url):
    client = as_user(amy)
    headers = {"HX-Request": "true", "HX-Target": "editor"}
    sent = packed(form(client, url), do="add")
    text = text_of(client.post(f"{url}edit", sent, headers=headers)).strip()
    assert text.startswith("<form")
    assert "criteria-3-name" in text


def test_a_second_author_sees_both_texts_and_then_decides(
    as_user: LogIn, amy: User, carol: User, rubric, url
):
    client = as_user(amy)
    mine = {**form(client, url), "criteria-0-name": "Mine"}
    authoring.save_as_draft(rubric, three_scales(name="Theirs"), number=2, edit=0, by=carol)
    answer = client.post(f"{url}edit", mine)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Somebody else has saved this draft" in text
    assert '<pre dir="auto">Theirs</pre>' in text
    assert saved(rubric) == three_scales(name="Theirs")
    again = fields_of(text)
    assert again["criteria-0-name"] == "Mine"
    assert client.post(f"{url}edit", again).status_code == 302
    assert saved(rubric) == three_scales(name="Mine")


def test_a_draft_published_meanwhile_takes_nothing_and_nothing_is_lost(
    as_user: LogIn, amy: User, carol: User, rubric, url
):
    client = as_user(amy)
    draft = authoring.save_as_draft(rubric, three_scales(name="2"), number=2, edit=0, by=carol)
    mine = {**form(client, url), "criteria-0-name": "Late"}
    authoring.publish(draft, by=carol, change_note="")
    answer = client.post(f"{url}edit", mine)
    assert answer.status_code == 409
    again = fields_of(text_of(answer))
    assert (again["criteria-0-name"], again["number"]) == ("Late", "3")
    client.post(f"{url}edit", again)
    assert saved(rubric) == three_scales(name="Late")
    assert authoring.spec_of(rubric.versions.get(number=2)) == three_scales(name="2")


def test_writing_is_for_authors_of_this_project(
    as_user: LogIn, ana: User, dan: User, amy: User, rubric, url
):
    authoring.draft_of(rubric, by=amy)
    for user, status in ((ana, 403), (dan, 404)):
        for address in ("edit", "publish", "import", "discard"):
            assert as_user(user).post(url + address, {"number": 2}).status_code == status
    assert saved(rubric) == three_scales()


def test_every_form_needs_its_key(amy: User, url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(amy)
    for address in (
        *(url + one for one in ("edit", "publish", "import", "discard")),
        "/projects/new",
    ):
        assert client.post(address, {}).status_code == 403, address


def test_hidden_fields_cannot_reach_other_columns(as_user: LogIn, amy: User, rubric, url):
    client = as_user(amy)
    more = {
        "status": "published",
        "content_hash": "0" * 64,
        "rubric": "1",
        "criteria-0-lineage": "999",
        "criteria-0-version": "999",
        "criteria-0-position": "7",
        "criteria-0-levels-0-criterion": "5",
    }
    assert client.post(f"{url}edit", {**form(client, url), **more}).status_code == 302
    draft = RubricVersion.objects.get(number=2)
    assert (draft.status, draft.content_hash, draft.rubric) == ("draft", "", rubric)
    assert saved(rubric) == three_scales()
    first = RubricVersion.objects.get(number=1)
    assert list(draft.criteria.values_list("lineage", "position")) == list(
        first.criteria.values_list("pk", "position")
    )
