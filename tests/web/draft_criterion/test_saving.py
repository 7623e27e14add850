"""One criterion edited on its page: by a plain form and by script."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import Criterion, Project, User
from labeling.spec import RubricSpec, WeightClass, parse_criteria
from tests import factories
from tests.labeling.rubric_specs import many, three_scales
from tests.web.draft_criterion.form import (
    AS_HTMX,
    AS_SCRIPT,
    LogIn,
    form,
    saved,
    saved_at,
    sent,
    text_of,
)

pytestmark = pytest.mark.django_db


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
