"""What becomes of a draft: published, replaced by a file, discarded."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from labeling import authoring
from labeling.models import Project, Rubric, User
from labeling.spec import RubricSpec, to_json
from tests import factories
from tests.labeling.rubric_specs import many, three_scales

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


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
    assert "What becomes of its 0 labels?" in text
    assert "2 criteria are unchanged" in text
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


def scale_changed() -> RubricSpec:
    """`cites` reworded and worth less, `tone` without its highest level, `length` gone."""
    spec = three_scales(criterion="Names the page.", points=3)
    tone = spec.criteria[1]
    shorter = replace(tone, scale=replace(tone.scale, levels=tone.scale.levels[:2]))
    return replace(spec, criteria=(spec.criteria[0], shorter))


def test_each_changed_criterion_is_shown_with_its_labels_and_a_choice(
    as_user: LogIn, amy: User, ana: User, rubric, url
):
    version = rubric.versions.get()
    batch = factories.batch(version, [factories.response(factories.item(rubric.project))])
    seat = factories.seat(batch, batch.queue.get().response, ana)
    factories.rating(seat, {"cites": 1, "tone": 2, "length": 1})
    authoring.save_as_draft(rubric, scale_changed(), number=2, edit=0, by=amy)
    text = text_of(as_user(amy).get(f"{url}publish"))
    assert "What becomes of its 1 label?" in text
    assert "there is no value 3 any more" in text
    assert "Points, credits and gates change rewards, not labels." in text
    chosen = re.findall(r'name="(fate:\w+)" value="(\w+)"[^>]*checked', text)
    assert chosen == [("fate:cites", "carry"), ("fate:tone", "ask")]
    assert 'name="fate:tone" value="carry"' not in text
    assert "How long?" in text


def test_what_was_chosen_is_published(as_user: LogIn, amy: User, rubric, url):
    authoring.save_as_draft(rubric, scale_changed(), number=2, edit=0, by=amy)
    fields = publish_fields(rubric, **{"fate:cites": "ask", "fate:tone": "fresh"})
    assert as_user(amy).post(f"{url}publish", fields).status_code == 302
    version = rubric.versions.get(number=2)
    assert dict(version.criteria.values_list("key", "fate")) == {"cites": "ask", "tone": "fresh"}


def test_an_impossible_choice_is_marked_and_nothing_is_published(
    as_user: LogIn, amy: User, rubric, url
):
    authoring.save_as_draft(rubric, scale_changed(), number=2, edit=0, by=amy)
    fields = publish_fields(rubric, **{"fate:tone": "carry", "change_note": "Kept"})
    answer = as_user(amy).post(f"{url}publish", fields)
    assert answer.status_code == 422
    assert "Select a valid choice" in text_of(answer)
    assert "Kept" in text_of(answer)
    assert rubric.versions.get(number=2).status == "draft"


def test_a_choice_outlives_anothers_save(as_user: LogIn, amy: User, carol: User, rubric, url):
    draft = authoring.save_as_draft(rubric, scale_changed(), number=2, edit=0, by=amy)
    fields = publish_fields(rubric, **{"fate:cites": "fresh"})
    authoring.save_draft(draft, replace(scale_changed(), guidelines="New"), edit=1, by=carol)
    answer = as_user(amy).post(f"{url}publish", fields)
    assert answer.status_code == 409
    chosen = re.findall(r'name="(fate:\w+)" value="(\w+)"[^>]*checked', text_of(answer))
    assert chosen == [("fate:cites", "fresh"), ("fate:tone", "ask")]


def test_hundreds_of_changes_take_their_usual_fates(as_user: LogIn, amy: User, project: Project):
    version, _ = authoring.publish_spec(project, many(201), by=None)
    url, spec = version.rubric.get_absolute_url(), many(201)
    changed = tuple(replace(one, guidance="More") for one in spec.criteria)
    authoring.save_as_draft(
        version.rubric, replace(spec, criteria=changed), number=2, edit=0, by=amy
    )
    client = as_user(amy)
    text = text_of(client.get(f"{url}publish"))
    assert "201 criteria changed" in text
    assert "fate:" not in text
    assert client.post(f"{url}publish", publish_fields(version.rubric)).status_code == 302
