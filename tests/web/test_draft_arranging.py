"""The buttons of a draft: they move, add, copy, remove and undo, with script and without."""

import json
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from labeling import authoring
from labeling.models import Criterion, Project, Rubric, User
from tests.labeling.rubric_specs import three_scales

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
AS_SCRIPT = {"content_type": "application/json", "headers": {"Accept": "application/json"}}


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    version, _ = authoring.publish_spec(project, three_scales(), by=carol)
    return version.rubric


@pytest.fixture
def press(as_user: LogIn, amy: User, rubric: Rubric) -> Callable[..., HttpResponse]:
    """Press a button, as a plain form or as the page's script."""
    client, url = as_user(amy), f"{rubric.get_absolute_url()}edit/arrange"

    def pressed(do: str, *, script: bool = False, number: int = 2, **fields: str) -> HttpResponse:
        sent = {"do": do, "number": str(number), **fields}
        return client.post(url, json.dumps(sent), **AS_SCRIPT) if script else client.post(url, sent)

    return pressed


def keys(rubric: Rubric) -> list[str]:
    return [one.key for one in authoring.spec_of(rubric.versions.get(number=2)).criteria]


def shown(rubric: Rubric, key: str) -> int:
    """The row that a page opened before the draft shows."""
    return rubric.versions.get(number=1).criteria.get(key=key).pk


def drafted(rubric: Rubric, key: str) -> int:
    return Criterion.objects.get(version__rubric=rubric, version__number=2, key=key).pk


@pytest.mark.parametrize("do", ["up:²", "up:", f"up:{'9' * 30}", "undo:x", "nothing"])
def test_a_button_that_is_none_is_refused_in_words(press, do: str):
    answer = press(do)
    assert answer.status_code == 422
    assert "This button is not known" in answer.content.decode()


def test_a_button_moves_and_leads_back_to_the_card(press, rubric: Rubric):
    answer = press(f"up:{shown(rubric, 'length')}")
    assert keys(rubric) == ["cites", "length", "tone"]
    expected = f"{rubric.get_absolute_url()}edit#c-{drafted(rubric, 'length')}"
    assert answer["Location"] == expected


def test_script_learns_where_the_card_belongs(press, rubric: Rubric):
    said = press(f"up:{shown(rubric, 'length')}", script=True).json()
    assert said["place"] == {
        "pk": drafted(rubric, "length"),
        "number": 2,
        "count": 3,
        "section": "",
        "behind": None,
        "before": drafted(rubric, "tone"),
    }
    assert said["done"] == "“How long?” is number 2 of 3 now."
    assert said["undo"] == "moved “How long?”"
    # At the edge of its section it goes over into the one above.
    said = press(f"up:{drafted(rubric, 'length')}", script=True).json()
    assert said["done"].endswith("now, in the section “Policy / Citing”.")
    assert said["place"]["behind"] == drafted(rubric, "cites")


def test_a_card_is_dropped_before_another_and_at_the_end(press, rubric: Rubric):
    tone, cites = shown(rubric, "tone"), shown(rubric, "cites")
    press(f"place:{tone}", script=True, before=str(cites), beside=str(cites))
    assert keys(rubric) == ["tone", "cites", "length"]
    assert Criterion.objects.get(pk=drafted(rubric, "tone")).path == ["Policy", "Citing"]
    press(f"place:{drafted(rubric, 'tone')}", script=True, beside=str(drafted(rubric, "length")))
    assert keys(rubric) == ["cites", "length", "tone"]


def test_adding_leads_to_the_new_criterion(press, rubric: Rubric):
    answer = press("add")
    new = drafted(rubric, "new-criterion")
    assert answer["Location"] == f"{rubric.get_absolute_url()}edit/{new}"
    assert keys(rubric)[-1] == "new-criterion"
    said = press(f"add:{drafted(rubric, 'cites')}", script=True).json()
    assert said["form"] == f"{rubric.get_absolute_url()}edit/{said['pk']}"
    assert keys(rubric)[:2] == ["cites", "new-criterion-2"]
    press("add", heading="Style / Words")
    made = authoring.spec_of(rubric.versions.get(number=2)).criteria[-1]
    assert made.path == ("Style", "Words")


def test_a_copy_and_its_undoing(press, rubric: Rubric):
    said = press(f"copy:{shown(rubric, 'cites')}", script=True).json()
    assert said["card"] == f"{rubric.get_absolute_url()}edit/{said['pk']}/card"
    assert len(keys(rubric)) == 4
    press("undo")
    assert keys(rubric) == ["cites", "tone", "length"]
    said = press("redo", script=True).json()
    assert said["done"] == "Made again: duplicated “Cites the policy”."
    assert len(keys(rubric)) == 4


def test_removing_takes_one_press_and_undoing_one_more(press, rubric: Rubric):
    said = press(f"remove:{shown(rubric, 'tone')}", script=True).json()
    assert said["done"] == "“How kind is it?” is removed. Undo brings it back."
    assert keys(rubric) == ["cites", "length"]
    said = press("undo", script=True).json()
    assert said["done"] == "Taken back: removed “How kind is it?”."
    assert (said["reload"], said["undo"]) == (True, "")
    assert authoring.spec_of(rubric.versions.get(number=2)) == three_scales()
    told = press("undo", script=True)
    assert told.status_code == 422
    assert "nothing here that could be taken back" in told.json()["title"]


def test_what_is_gone_says_so_and_asks_for_a_fresh_page(press, rubric: Rubric, carol: User):
    press(f"up:{shown(rubric, 'length')}")
    pk = drafted(rubric, "tone")
    authoring.remove(rubric, pk, number=2, writer=authoring.Writer(carol))
    told = press(f"up:{pk}", script=True)
    assert told.status_code == 409
    assert told.json()["reload"] is True
    assert "carol has removed this criterion" in told.json()["title"]
    assert press(f"up:{pk}").status_code == 302


def test_a_published_version_takes_no_button(press, rubric: Rubric):
    told = press(f"up:{shown(rubric, 'length')}", script=True, number=1)
    assert told.status_code == 409
    assert "goes into version 2" in told.json()["title"]
    assert not rubric.versions.filter(status="draft").exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "explode:1"},
        {"do": "up"},
        {"do": "up:x"},
        {"do": "up:" + "9" * 19},
        {"do": "", "number": "2"},
        {"do": "up:1", "number": "x"},
        {"do": "up:1", "number": ""},
    ],
)
def test_buttons_nobody_drew_are_refused(as_user: LogIn, amy: User, rubric: Rubric, sent):
    client, url = as_user(amy), f"{rubric.get_absolute_url()}edit/arrange"
    assert client.post(url, {"number": "2", **sent}).status_code == 422
    assert not rubric.versions.filter(status="draft").exists()


def test_a_section_is_renamed_and_moved(press, as_user: LogIn, amy: User, rubric: Rubric):
    client, url = as_user(amy), f"{rubric.get_absolute_url()}edit/section"
    sent = {"first": shown(rubric, "cites"), "heading": "Sources", "number": 2}
    client.post(url, sent)
    assert Criterion.objects.get(pk=drafted(rubric, "cites")).path == ["Sources"]
    press(f"section-down:{drafted(rubric, 'cites')}")
    assert keys(rubric) == ["tone", "length", "cites"]
    told = client.post(url, json.dumps({"first": "1", "number": "2", "heading": 5}), **AS_SCRIPT)
    assert told.status_code == 422
    told = client.post(url, {**sent, "heading": "x" * 2001, "first": drafted(rubric, "cites")})
    assert told.status_code == 302
    assert Criterion.objects.get(pk=drafted(rubric, "cites")).path == ["Sources"]
