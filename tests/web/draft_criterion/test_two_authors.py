"""A criterion, and the texts above it, edited by two authors at once."""

import json
from dataclasses import replace

import pytest

from labeling import authoring
from labeling.authoring import Writer
from labeling.models import Criterion, Rubric, User
from labeling.spec import RubricSpec
from tests.web.draft_criterion.form import AS_HTMX, AS_SCRIPT, LogIn, form, saved, saved_at, text_of
from tests.web.rubric_form import fields_of

pytestmark = pytest.mark.django_db


def test_a_second_author_sees_both_texts_and_then_decides(
    as_user: LogIn, amy: User, carol: User, rubric, at
):
    client, address = as_user(amy), at("tone")
    mine = {**form(client, address), "name": "Mine", "writer": "amy's", "seq": "1"}
    change(rubric, "tone", carol, name="Theirs")
    told = client.post(address, json.dumps(mine), **AS_SCRIPT)
    assert told.status_code == 409
    said = told.json()
    assert "carol has changed this criterion" in said["title"]
    assert "Theirs" in said["panel"]
    assert "Mine" in said["panel"]
    assert saved_at(rubric, "tone").name == "Theirs"
    kept = client.post(address, json.dumps({**mine, "seen": said["seen"]}), **AS_SCRIPT)
    assert kept.status_code == 200
    assert saved_at(rubric, "tone").name == "Mine"


def test_a_second_author_without_script_decides_on_a_page(
    as_user: LogIn, amy: User, carol: User, rubric, at
):
    client, address = as_user(amy), at("tone")
    mine = {**form(client, address), "name": "Mine"}
    change(rubric, "tone", carol, name="Theirs <b>", guidance="More")
    answer = client.post(address, mine)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "carol has changed this criterion" in text
    assert "Theirs &lt;b&gt;" in text
    again = fields_of(text, "data-draft-form")
    assert again["name"] == "Mine"
    keep = authoring.token(saved_at(rubric, "tone"))
    assert f'name="keep" value="{keep}"' in text
    assert client.post(address, {**again, "keep": keep}).status_code == 302
    assert (saved_at(rubric, "tone").name, saved_at(rubric, "tone").guidance) == ("Mine", "")


def test_a_draft_published_meanwhile_takes_nothing_and_nothing_is_lost(
    as_user: LogIn, amy: User, carol: User, rubric, at
):
    client, address = as_user(amy), at("tone")
    mine = {**form(client, address), "name": "Late"}
    change(rubric, "tone", carol, name="2")
    authoring.publish(rubric.versions.get(number=2), by=carol, change_note="")
    answer = client.post(address, mine)
    assert answer.status_code == 409
    text = text_of(answer)
    assert "goes into version 3" in text
    again = fields_of(text, "data-draft-form")
    assert (again["name"], again["number"]) == ("Late", "3")
    client.post(address, again)
    assert saved_at(rubric, "tone").name == "Late"
    assert authoring.spec_of(rubric.versions.get(number=2)).criteria[1].name == "2"


def test_a_criterion_removed_meanwhile_comes_back_with_ones_text(
    as_user: LogIn, amy: User, carol: User, rubric, at
):
    authoring.draft_of(rubric, by=carol)
    pk = Criterion.objects.get(version__number=2, key="tone").pk
    client, address = as_user(amy), f"{rubric.get_absolute_url()}edit/{pk}"
    mine = {**form(client, address), "name": "Mine"}
    authoring.remove(rubric, pk, number=2, writer=Writer(carol))
    assert client.get(address).status_code == 404
    told = client.post(address, json.dumps(mine), **AS_SCRIPT)
    assert told.status_code == 409
    assert "carol has removed this criterion" in told.json()["panel"]
    # A page that kept the text over a reload shows it again, with the same choice.
    shown = text_of(client.post(address, {**mine, "do": "show"}, **AS_HTMX))
    assert "carol has removed this criterion" in shown
    assert fields_of(shown, "data-draft-form")["name"] == "Mine"
    back = client.post(address, json.dumps({**mine, "seen": ""}), **AS_SCRIPT)
    assert back.status_code == 200
    assert [one.name for one in saved(rubric).criteria][-1] == "Mine"


def test_the_texts_above_are_saved_and_told_apart_the_same_way(
    as_user: LogIn, amy: User, carol: User, rubric
):
    client, address = as_user(amy), f"{rubric.get_absolute_url()}edit/head"
    mine = {**form(client, address), "description": "Mine"}
    theirs = RubricSpec("Refunds", "Theirs")
    seen = mine["seen"]
    authoring.change_head(rubric, theirs, number=2, seen=seen, writer=Writer(carol))
    told = client.post(address, json.dumps(mine), **AS_SCRIPT)
    assert told.status_code == 409
    assert "Theirs" in told.json()["panel"]
    page = client.post(address, mine)
    assert page.status_code == 409
    again = fields_of(text_of(page), "data-draft-form")
    assert (again["description"], again["seen"]) == ("Mine", told.json()["seen"])
    assert client.post(address, again)["Location"] == f"{rubric.get_absolute_url()}edit"
    assert saved(rubric).description == "Mine"


@pytest.mark.parametrize(("title", "words"), [("", "is empty"), ("x" * 201, "201 characters")])
def test_a_title_that_will_not_do(as_user: LogIn, amy: User, rubric, title, words):
    client, address = as_user(amy), f"{rubric.get_absolute_url()}edit/head"
    fields = {**form(client, address), "title": title}
    told = client.post(address, json.dumps(fields), **AS_SCRIPT)
    assert told.status_code == 422
    assert words in told.json()["problems"][0]["message"]
    assert client.post(address, fields).status_code == 422
    assert not rubric.versions.filter(status="draft").exists()


def change(rubric: Rubric, key: str, by: User, /, **fields: object) -> None:
    """What another author does meanwhile; the first change opens the draft."""
    stage = authoring.stage(rubric)
    assert stage.text is not None
    row = stage.text.criteria.get(key=key)
    stored = authoring.criterion_of(row)
    authoring.change(
        rubric,
        row.pk,
        replace(stored, **fields),
        number=stage.number,
        seen=authoring.token(stored),
        writer=Writer(by),
    )
