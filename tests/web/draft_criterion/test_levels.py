"""The levels of a criterion, its scale and its class of weight, edited on its page."""

import pytest

from labeling.models import User
from tests.web.draft_criterion.form import LogIn, form, saved_at, sent, text_of
from tests.web.rubric_form import fields_of

pytestmark = pytest.mark.django_db


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
