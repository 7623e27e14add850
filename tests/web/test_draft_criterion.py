"""One criterion edited on its page: by a plain form, by script, and by two authors at once."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.authoring import Writer
from labeling.models import Criterion, Project, Rubric, RubricVersion, User
from labeling.spec import CriterionSpec, RubricSpec, WeightClass, parse_criteria
from tests import factories
from tests.labeling.rubric_specs import many, three_scales
from tests.web.rubric_form import fields_of

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
AS_SCRIPT = {"content_type": "application/json", "headers": {"Accept": "application/json"}}
AS_HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def rubric(project: Project, carol: User) -> Rubric:
    version, _ = authoring.publish_spec(project, three_scales(), by=carol)
    return version.rubric


@pytest.fixture
def at(rubric: Rubric) -> Callable[[str], str]:
    """The address of a criterion by its key, as a page opened before the draft has it."""

    def address(key: str) -> str:
        pk = rubric.versions.get(number=1).criteria.get(key=key).pk
        return f"{rubric.get_absolute_url()}edit/{pk}"

    return address


def text_of(answer: HttpResponse) -> str:
    return answer.content.decode()


def form(client: Client, url: str) -> dict[str, str]:
    return fields_of(text_of(client.get(url)), "data-draft-form")


def sent(client: Client, url: str, **fields: str) -> HttpResponse:
    """As the page's script sends it."""
    return client.post(url, json.dumps({**form(client, url), **fields}), **AS_SCRIPT)


def saved(rubric: Rubric) -> RubricSpec:
    return authoring.spec_of(rubric.versions.get(status="draft"))


def saved_at(rubric: Rubric, key: str) -> CriterionSpec:
    return next(one for one in saved(rubric).criteria if one.key == key)


@pytest.mark.parametrize("key", ["cites", "tone", "length"])
def test_a_form_sent_back_untouched_says_the_same(as_user: LogIn, amy: User, rubric, at, key):
    client, address = as_user(amy), at(key)
    answer = client.post(address, form(client, address))
    assert answer.status_code == 302
    assert saved(rubric) == three_scales()
    assert answer["Location"].startswith(f"{rubric.get_absolute_url()}edit#c-")


def test_every_field_is_kept(as_user: LogIn, amy: User, rubric, at):
    client, address = as_user(amy), at("tone")
    typed = {
        "name": "Warmth",
        "criterion": "How warm is the greeting?\r\nLook at the first line.",
        "section": "Tone / Greeting",
        "guidance": "Read it aloud.",
        "dimension": "tone",
        "tags": "axis:tone\r\n\r\n level:example ",
        "expertise": "letters",
        "weight_class": "important",
        "points": "2.5",
        "gate": "on",
        "pass_at": "2",
        "allow_na": "",
        "needs_rationale": "on",
        "needs_evidence": "on",
        "levels-0-anchor": "No word of greeting.",
        "levels-0-example": "“Your order was shipped.”",
        "levels-2-credit": "1",
        "key": "warmth",
        "check": '{"type": "string_check", "name": "n", "input": "{{sample.output_text}}",'
        ' "reference": "Dear", "operation": "like"}',
    }
    assert client.post(address, {**form(client, address), **typed}).status_code == 302
    made = saved_at(rubric, "warmth")
    assert made.path == ("Tone", "Greeting")
    assert made.criterion == "How warm is the greeting?\nLook at the first line."
    assert made.tags == ("axis:tone", "level:example")
    assert made.expertise == ("letters",)
    assert made.weight_class == WeightClass.IMPORTANT
    assert (made.points, made.gate, made.pass_at) == (2.5, True, 2)
    assert (made.allow_na, made.allow_cannot_assess) == (False, True)
    assert made.needs_rationale
    assert made.needs_evidence
    assert made.scale.levels[0].anchor == "No word of greeting."
    assert made.check is not None
    assert made.check["reference"] == "Dear"
    # Sent back untouched, it says the same again.
    address = f"{rubric.get_absolute_url()}edit/{Criterion.objects.get(key='warmth').pk}"
    client.post(address, form(client, address))
    assert saved_at(rubric, "warmth") == made


def test_script_gets_the_token_of_what_stands_now(as_user: LogIn, amy: User, rubric, at):
    client = as_user(amy)
    answer = sent(client, at("tone"), guidance="Typed", writer="w", seq="1")
    said = answer.json()
    made = Criterion.objects.get(version__number=2, key="tone")
    assert said["pk"] == made.pk
    assert said["seen"] == authoring.token(authoring.criterion_of(made))
    assert (said["number"], said["edit"], said["name"]) == (2, 1, "How kind is it?")
    assert said["saved_at"]
    assert "place" not in said
    moved = sent(client, at("tone"), section="New", writer="w", seq="2").json()
    assert moved["place"]["section"] == "New"
    assert (moved["place"]["number"], moved["place"]["count"]) == (3, 3)


@pytest.mark.parametrize("count", [3, 200])
def test_a_save_takes_as_many_queries_whatever_the_rubric_holds(
    as_user: LogIn, amy: User, project: Project, count: int
):
    rubric = authoring.create_rubric(project, "Long", by=amy, spec=many(count))
    pk = rubric.versions.get().criteria.get(key="c1").pk
    client, address = as_user(amy), f"{rubric.get_absolute_url()}edit/{pk}"
    fields = {**form(client, address), "guidance": "Typed", "writer": "w", "seq": "1"}
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address, json.dumps(fields), **AS_SCRIPT).status_code == 200
    # session, user, project and roles, rubric; draft, latest, the criterion with its levels; the
    # change itself with its savepoint (see tests/labeling/test_editing.py)
    assert len(queries) <= 20, [one["sql"][:90] for one in queries]


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


@pytest.mark.parametrize("where", ["another rubric", "another project", "nowhere"])
def test_criteria_of_others_are_not_found(
    as_user: LogIn, amy: User, carol: User, rubric, at, where
):
    of = factories.project("other") if where == "another project" else rubric.project
    other, _ = authoring.publish_spec(of, replace(three_scales(), title="Other"), by=carol)
    pk = 999_999_999 if where == "nowhere" else other.criteria.get(key="tone").pk
    client, url = as_user(amy), f"{rubric.get_absolute_url()}edit"
    fields = form(client, at("tone"))
    assert client.get(f"{url}/{pk}").status_code == 404
    assert client.get(f"{url}/{pk}/card").status_code == 404
    assert client.post(f"{url}/{pk}", fields).status_code == 404
    for act in ("up", "down", "copy", "remove", "place", "section-up", "section-down"):
        sent = {"do": f"{act}:{pk}", "number": 2}
        assert client.post(f"{url}/arrange", sent).status_code == 404, act
    sent = {"first": pk, "heading": "Mine", "number": 2}
    assert client.post(f"{url}/section", sent).status_code == 404
    assert authoring.spec_of(other) == replace(three_scales(), title="Other")


def test_levels_are_added_exchanged_and_removed_without_saving(
    as_user: LogIn, amy: User, rubric, at
):
    client, address = as_user(amy), at("tone")
    fields = {**form(client, address), "name": "Typed before"}
    for button in ("add-level", "level-up-1", "remove-level-2"):
        answer = client.post(address, {**fields, "do": button})
        assert answer.status_code == 200
        fields = fields_of(text_of(answer), "data-draft-form")
    labels = [fields[f"levels-{at}-label"] for at in range(3)]
    # Kind and Curt have changed places, Warm is gone, the new one is empty.
    assert labels == ["Kind", "Curt", ""]
    assert [fields[f"levels-{at}-value"] for at in range(3)] == ["1", "2", "4"]
    # A credit belongs to its place in the order.
    assert [fields[f"levels-{at}-credit"] for at in range(3)] == ["", "0.75", ""]
    assert fields["name"] == "Typed before"
    assert not rubric.versions.filter(status="draft").exists()


@pytest.mark.parametrize("button", ["remove-level-99", "level-up-0", "level-down-2", "show"])
def test_buttons_that_lead_nowhere_change_nothing(as_user: LogIn, amy: User, at, button):
    client, address = as_user(amy), at("tone")
    fields = form(client, address)
    answer = client.post(address, {**fields, "do": button})
    assert fields_of(text_of(answer), "data-draft-form") == fields


@pytest.mark.parametrize(
    ("key", "kind", "levels", "bounds"),
    [
        ("cites", "ordinal", [("0", "Not met", ""), ("1", "Met", ""), ("2", "", "")], ""),
        ("cites", "interval", [], "0-10"),
        ("tone", "binary", [("0", "Not met", "0"), ("1", "Met", "1")], ""),
        ("tone", "nominal", [("1", "Curt", "0"), ("2", "Kind", "0.75"), ("3", "Warm", "1")], ""),
        ("tone", "interval", [("1", "Curt", ""), ("2", "Kind", ""), ("3", "Warm", "")], "1-3"),
        ("length", "ordinal", [("0", "", ""), ("1", "", ""), ("2", "", "")], ""),
    ],
)
def test_one_type_of_scale_becomes_another(
    as_user: LogIn, amy: User, at, key, kind, levels, bounds
):
    client, address = as_user(amy), at(key)
    sent = {**form(client, address), "type": kind, "do": "scale"}
    fields = fields_of(text_of(client.post(address, sent)), "data-draft-form")
    count = len([name for name in fields if name.endswith("-value")])
    shown = [
        tuple(fields.get(f"levels-{number}-{field}", "") for field in ("value", "label", "credit"))
        for number in range(count)
    ]
    assert shown == levels
    assert (f"{fields['min']}-{fields['max']}" if "min" in fields else "") == bounds
    assert fields["type_was"] == kind


def test_a_class_of_weight_begins_with_our_points(as_user: LogIn, amy: User, rubric, at):
    client = as_user(amy)
    for kind, typed, points in (
        ("essential", "", 5),
        ("important", "", 3),
        ("optional", "", 1),
        ("pitfall", "", -3),
        ("essential", "7", 7),
    ):
        sent(client, at("tone"), weight_class=kind, points=typed)
        assert saved_at(rubric, "tone").points == points
    # Emptied again under the same class, it is out of the reward.
    sent(client, at("tone"), points="")
    assert saved_at(rubric, "tone").points is None


def test_the_key_follows_the_name_until_it_is_published(as_user: LogIn, amy: User, rubric):
    client, url = as_user(amy), f"{rubric.get_absolute_url()}edit"
    client.post(f"{url}/arrange", {"do": "add", "number": 2})
    new = Criterion.objects.get(version__number=2, key="new-criterion")
    address = f"{url}/{new.pk}"
    fields = form(client, address)
    assert (fields["name"], fields["key"]) == ("", "")
    sent(client, address, criterion="Names the date of delivery.")
    new.refresh_from_db()
    assert (new.name, new.key) == ("Names the date of delivery.", "names-the-date-of-delivery")
    sent(client, address, name="Names the date")
    new.refresh_from_db()
    assert new.key == "names-the-date"
    sent(client, address, key="date")
    sent(client, address, name="Names a date")
    new.refresh_from_db()
    assert new.key == "date"
    assert form(client, address)["key"] == "date"


def test_the_form_comes_alone_for_htmx(as_user: LogIn, amy: User, at):
    client = as_user(amy)
    text = text_of(client.get(at("tone"), **AS_HTMX)).strip()
    assert text.startswith("<form")
    fields = {**form(client, at("tone")), "do": "add-level"}
    text = text_of(client.post(at("tone"), fields, **AS_HTMX)).strip()
    assert text.startswith("<form")
    assert "levels-3-label" in text


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


def test_a_check_from_a_file_stays_though_no_grader_could_run_it(
    as_user: LogIn, amy: User, project: Project
):
    odd = {"type": "string_check", "name": "n", "weight": 1.5}
    (spec,) = parse_criteria([{"criterion": "One.", "check": odd, "key": "one"}], where="c")
    rubric = authoring.create_rubric(
        project, "Odd", by=amy, spec=RubricSpec("Odd", criteria=(spec,))
    )
    client = as_user(amy)
    address = f"{rubric.get_absolute_url()}edit/{rubric.versions.get().criteria.get().pk}"
    assert sent(client, address, guidance="More").status_code == 200
    assert authoring.criterion_of(rubric.versions.get().criteria.get()).check == odd
