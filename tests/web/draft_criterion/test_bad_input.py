"""What cannot be a criterion is named beside its field, and nothing is lost."""

import json

import pytest

from labeling import authoring
from labeling.models import RubricVersion, User
from tests.labeling.rubric_specs import three_scales
from tests.web.draft_criterion.form import AS_SCRIPT, LogIn, form, saved, sent, text_of
from tests.web.rubric_form import fields_of

pytestmark = pytest.mark.django_db


def test_what_is_wrong_stands_beside_its_field_and_all_is_kept(
    as_user: LogIn, amy: User, rubric, at
):
    client, address = as_user(amy), at("tone")
    wrong = {
        "points": "many",
        "levels-1-label": "Curt",
        "key": "No Key",
        "check": "{",
        "guidance": "Typed with care",
    }
    answer = client.post(address, {**form(client, address), **wrong})
    assert answer.status_code == 422
    text = text_of(answer)
    for field in ("points", "levels-1-label", "key", "check"):
        assert f"-{field}_error" in text, field
    assert "is not JSON" in text
    assert fields_of(text, "data-draft-form").items() >= wrong.items()
    assert not rubric.versions.filter(status="draft").exists()
    told = sent(client, address, **wrong)
    assert told.status_code == 422
    places = {one["where"] for one in told.json()["problems"]}
    assert places == {"points", "levels-1-label", "key", "check"}


@pytest.mark.parametrize(
    ("fields", "where", "words"),
    [
        ({"criterion": "x" * 20_001}, "criterion", "20,001 characters"),
        ({"name": "x" * 201}, "name", "201 characters"),
        ({"levels-1-value": "1"}, "levels-1-value", "is the value of another level too"),
        ({"levels-0-value": "", "levels-0-credit": "9"}, "levels-0-value", "a number is needed"),
        ({"levels-0-credit": "1.5"}, "levels-0-credit", "between 0 and 1"),
        ({"type": "circular"}, "type", "one of binary, nominal, ordinal, interval"),
        ({"type": ""}, "type", "is missing"),
        ({"weight_class": "huge"}, "weight_class", "one of essential"),
        ({"weight_class": "pitfall", "points": "3"}, "points", "takes points away"),
        ({"points": "0"}, "points", "write null"),
        ({"points": "1e9"}, "points", "must be a number"),
        ({"pass_at": "7"}, "pass_at", "is not a value of the scale"),
        ({"gate": "on"}, "pass_at", "is missing"),
        ({"key": "cites"}, "key", "is the key of another criterion"),
        ({"check": '{"type": "no such"}'}, "check", "Expected one of"),
        ({"check": "[1]"}, "check", "must be an object"),
        ({"section": "x" * 2_001}, "section", "2,001 characters"),
    ],
)
def test_odd_input_is_named_and_changes_nothing(
    as_user: LogIn, amy: User, rubric, at, fields, where, words
):
    authoring.draft_of(rubric, by=amy)
    told = sent(as_user(amy), at("tone"), **fields)
    assert told.status_code == 422
    found = {one["where"]: one["message"] for one in told.json()["problems"]}
    assert where in found
    assert words in found[where]
    assert saved(rubric) == three_scales()


@pytest.mark.parametrize(("bad", "words"), [("a\0b", "NUL"), ("a\ud800b", "surrogate")])
def test_characters_that_cannot_be_kept(as_user: LogIn, amy: User, rubric, at, bad, words):
    told = sent(as_user(amy), at("tone"), name=bad)
    assert told.status_code == 400
    assert words in told.json()["title"]
    assert not rubric.versions.filter(status="draft").exists()


def test_a_nul_in_a_plain_field(as_user: LogIn, amy: User, rubric, at):
    client = as_user(amy)
    answer = client.post(at("tone"), {**form(client, at("tone")), "name": "a\0b"})
    assert (answer.status_code, "NUL" in text_of(answer)) == (422, True)


def test_a_scale_without_levels_is_refused(as_user: LogIn, amy: User, rubric, at):
    client, address = as_user(amy), at("tone")
    fields = {
        name: text for name, text in form(client, address).items() if not name.startswith("levels-")
    }
    told = client.post(address, json.dumps(fields), **AS_SCRIPT)
    assert told.status_code == 422
    assert "at least two levels" in told.json()["problems"][0]["message"]


@pytest.mark.parametrize(
    "body", ["[", "[]", '{"number": 2}', '{"number": "x"}', '{"number": "2", "seq": "-1"}', ""]
)
def test_what_no_form_sends_is_refused(as_user: LogIn, amy: User, rubric, at, body):
    answer = as_user(amy).post(at("tone"), body, **AS_SCRIPT)
    assert answer.status_code in {400, 422}
    assert not rubric.versions.filter(status="draft").exists()


def test_unknown_fields_reach_no_column(as_user: LogIn, amy: User, rubric, at):
    client, address = as_user(amy), at("cites")
    more = {
        "status": "published",
        "lineage": "999",
        "version": "1",
        "position": "7",
        "extra": "x",
        "levels-0-criterion": "5",
        "levels-0-position": "5",
    }
    assert client.post(address, {**form(client, address), **more}).status_code == 302
    assert saved(rubric) == three_scales()
    first, draft = (RubricVersion.objects.get(number=number) for number in (1, 2))
    assert (draft.status, draft.content_hash) == ("draft", "")
    assert list(draft.criteria.values_list("lineage", "position")) == list(
        first.criteria.values_list("pk", "position")
    )
