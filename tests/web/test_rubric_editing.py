"""Writing rubrics in the browser: the form, two authors at once, files, publishing."""

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from labeling import authoring
from labeling.models import Project, Rubric, RubricVersion, User
from labeling.spec import RubricSpec, to_json
from tests import factories
from tests.labeling.test_authoring import three_scales
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


def publish_fields(rubric: Rubric, **more: object) -> dict[str, object]:
    now = authoring.standing(rubric)
    return {"number": now.number, "edit": now.edit, "change_note": "Clearer", **more}


def test_publishing_says_what_becomes_of_the_labels_and_seals(
    as_user: LogIn, amy: User, rubric, url
):
    authoring.save_as_draft(rubric, three_scales(name="Quotes"), number=2, edit=0, by=amy)
    client, fields = as_user(amy), publish_fields(rubric)
    text = text_of(client.get(f"{url}publish"))
    assert "Changed, labels go on" in text
    assert "Publish version 2" in text
    assert client.post(f"{url}publish", fields)["Location"] == url
    version = rubric.versions.get(number=2)
    assert (version.status, version.change_note, version.published_by) == (
        "published",
        "Clearer",
        amy,
    )
    assert client.post(f"{url}publish", fields)["Location"] == url
    assert rubric.versions.count() == 2
    version.refresh_from_db()
    assert version.change_note == "Clearer"


def test_a_rubric_without_criteria_is_not_published(as_user: LogIn, amy: User, project: Project):
    rubric = authoring.create_rubric(project, "Empty", by=amy)
    client, url = as_user(amy), rubric.get_absolute_url()
    assert "at least one criterion" in text_of(client.get(f"{url}publish"))
    answer = client.post(f"{url}publish", publish_fields(rubric))
    assert answer.status_code == 422
    assert rubric.versions.get().status == "draft"


def test_publishing_what_somebody_changed_since_is_refused(
    as_user: LogIn, amy: User, carol: User, rubric, url
):
    draft = authoring.save_as_draft(rubric, three_scales(name="2"), number=2, edit=0, by=amy)
    fields = publish_fields(rubric)
    authoring.save_draft(draft, three_scales(name="3"), edit=1, by=carol)
    answer = as_user(amy).post(f"{url}publish", fields)
    assert answer.status_code == 409
    assert rubric.versions.get(number=2).status == "draft"


def test_no_draft_no_publish_page(as_user: LogIn, amy: User, rubric, url):
    assert as_user(amy).get(f"{url}publish")["Location"] == url
    assert as_user(amy).post(f"{url}publish", publish_fields(rubric)).status_code == 404
    assert as_user(amy).post(f"{url}publish", {"number": "x"}).status_code == 422


def test_a_file_replaces_the_draft(as_user: LogIn, amy: User, rubric, url):
    file = SimpleUploadedFile("r.json", json.dumps(to_json(three_scales(name="F"))).encode())
    answer = as_user(amy).post(f"{url}import", {"file": file, "number": 2, "edit": 0})
    assert answer["Location"] == f"{url}publish"
    assert saved(rubric) == three_scales(name="F")


def test_a_file_does_not_run_over_anothers_save(
    as_user: LogIn, amy: User, carol: User, rubric, url
):
    authoring.save_as_draft(rubric, three_scales(name="Theirs"), number=2, edit=0, by=carol)
    file = SimpleUploadedFile("r.json", json.dumps(to_json(three_scales(name="F"))).encode())
    answer = as_user(amy).post(f"{url}import", {"file": file, "number": 2, "edit": 0})
    assert answer.status_code == 409
    assert saved(rubric) == three_scales(name="Theirs")


def test_a_bad_file_leaves_the_draft(as_user: LogIn, amy: User, rubric, url):
    file = SimpleUploadedFile("r.json", b'{"title": "x"}')
    answer = as_user(amy).post(f"{url}import", {"file": file, "number": 2, "edit": 0})
    assert answer.status_code == 422
    assert "criteria: is missing" in text_of(answer)
    assert not rubric.versions.filter(status="draft").exists()


def test_a_draft_is_discarded_and_a_published_version_is_not(
    as_user: LogIn, amy: User, rubric, url
):
    authoring.draft_of(rubric, by=amy)
    client = as_user(amy)
    assert client.post(f"{url}discard", {"number": "2"})["Location"] == url
    assert client.post(f"{url}discard", {"number": "1"}).status_code == 409
    for number in ("", "x", "²", "9" * 30):
        assert client.post(f"{url}discard", {"number": number}).status_code == 404
    assert list(rubric.versions.values_list("status", flat=True)) == ["published"]


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
