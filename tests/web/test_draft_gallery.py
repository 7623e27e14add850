"""The gallery on the page: templates read before they are picked, whole or one by one."""

import shutil
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from labeling import authoring, gallery
from labeling.models import Project, Rubric, User
from tests.labeling.rubric_specs import three_scales

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]


@pytest.fixture
def rubric(project: Project, amy: User) -> Rubric:
    return authoring.create_rubric(project, "Refunds", by=amy, spec=three_scales())


@pytest.fixture
def url(rubric: Rubric) -> str:
    return f"{rubric.get_absolute_url()}edit/gallery"


def keys(rubric: Rubric) -> list[str]:
    return [one.key for one in authoring.spec_of(rubric.versions.get()).criteria]


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_every_template_can_be_read_with_its_levels(as_user: LogIn, amy: User, url: str):
    text = text_of(as_user(amy).get(url))
    for template in gallery.templates():
        assert template.title in text
        assert f"Add all {len(template.criteria)}" in text
    assert "The end state shown in the response" in text
    assert "Every condition of the request holds in the end state shown." in text


def test_picked_criteria_stand_at_the_end_under_their_headings(
    as_user: LogIn, amy: User, rubric: Rubric, url: str
):
    sent = {"number": 1, "pick": ["tone/blames_user", "tool-use/right_tool_called"]}
    answer = as_user(amy).post(url, sent)
    assert keys(rubric) == ["cites", "tone", "length", "right_tool_called", "blames_user"]
    made = authoring.spec_of(rubric.versions.get()).criteria
    assert [one.path for one in made[3:]] == [("Calls",), ("Faults",)]
    pk = rubric.versions.get().criteria.get(key="right_tool_called").pk
    assert answer["Location"] == f"{rubric.get_absolute_url()}edit#c-{pk}"
    # One change, so one step takes it back.
    authoring.undo(rubric, number=1, by=amy)
    assert authoring.spec_of(rubric.versions.get()) == three_scales()


def test_a_whole_template_is_one_press_and_a_second_one_takes_free_keys(
    as_user: LogIn, amy: User, rubric: Rubric, url: str
):
    client = as_user(amy)
    for _ in range(2):
        client.post(url, {"number": 1, "whole": "extraction", "pick": "tone/blames_user"})
    extraction = next(one for one in gallery.templates() if one.slug == "extraction")
    count = len(extraction.criteria)
    assert len(keys(rubric)) == 3 + 2 * count
    assert len(set(keys(rubric))) == 3 + 2 * count
    assert "blames_user" not in keys(rubric)


@pytest.mark.parametrize("sent", [{}, {"pick": "no/such"}, {"whole": "no-such"}])
def test_nothing_picked_adds_nothing(
    as_user: LogIn, amy: User, rubric: Rubric, url: str, sent: dict[str, str]
):
    answer = as_user(amy).post(url, {"number": 1, **sent})
    assert answer.status_code == 422
    assert "Pick at least one criterion" in text_of(answer)
    assert authoring.spec_of(rubric.versions.get()) == three_scales()


def test_what_was_picked_stays_ticked_when_the_version_is_sealed(
    as_user: LogIn, amy: User, rubric: Rubric, url: str
):
    authoring.publish(rubric.versions.get(), by=amy, change_note="")
    answer = as_user(amy).post(url, {"number": 1, "pick": "tone/blames_user"})
    assert answer.status_code == 409
    text = text_of(answer)
    assert "goes into version 2" in text
    assert 'value="tone/blames_user" checked' in text
    assert 'name="number" value="2"' in text


def test_who_may_pick(as_user: LogIn, ana: User, dan: User, url: str):
    for user, status in ((ana, 403), (dan, 404)):
        assert as_user(user).get(url).status_code == status
        assert as_user(user).post(url, {"number": 1}).status_code == status
    assert as_user(ana).put(url).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    assert strict.post(url, {"number": 1}).status_code == 403


def test_a_template_written_in_the_readers_language_goes_before_the_english_one(
    as_user: LogIn, amy: User, rubric: Rubric, url: str, settings, tmp_path, monkeypatch
):
    shutil.copytree(gallery.FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "de").mkdir()
    german = (tmp_path / "tone.toml").read_text().replace("Blames the user", "Gibt die Schuld")
    (tmp_path / "de" / "tone.toml").write_text(german.replace('"Tone"', '"Tonfall"'))
    monkeypatch.setattr(gallery, "FOLDER", tmp_path)
    # Whatever was read before, and is read here, is of another folder.
    monkeypatch.setattr(gallery, "_templates", gallery._templates.__wrapped__)
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    client, spoken = as_user(amy), {"accept-language": "de-AT"}
    text = text_of(client.get(url, headers=spoken))
    assert 'lang="de">Tonfall</h2>' in text
    # It says which language it is where there is no German one.
    assert 'lang="en">Tool use</h2>' in text
    client.post(url, {"number": 1, "pick": ["tone/blames_user"]}, headers=spoken)
    assert authoring.spec_of(rubric.versions.get()).criteria[-1].name == "Gibt die Schuld"
    assert 'lang="en">Tone</h2>' in text_of(client.get(url))
