"""What becomes of a draft: published, replaced by a file, discarded."""

import json
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from labeling import authoring
from labeling.models import Project, Rubric, User
from labeling.spec import RubricSpec, to_json
from tests import factories
from tests.labeling.rubric_specs import three_scales

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


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def saved(rubric: Rubric) -> RubricSpec:
    return authoring.spec_of(rubric.versions.get(status="draft"))


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
