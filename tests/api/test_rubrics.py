"""Rubrics over HTTP: published, compared, read back."""

from __future__ import annotations

from django.test import Client

from tests import factories

RUBRIC = {
    "title": "Tone",
    "criteria": [
        {
            "key": "calm",
            "name": "Calm",
            "criterion": "Is calm.",
            "scale": {
                "type": "binary",
                "levels": [
                    {"value": 0, "label": "No", "credit": 0},
                    {"value": 1, "label": "Yes", "credit": 1},
                ],
            },
            "points": 1,
        }
    ],
}


def test_a_rubric_is_published_once_and_read_back_as_it_was(project, carol, script):
    first = script(carol).post("projects/refunds/rubrics/", RUBRIC)
    again = script(carol).post("projects/refunds/rubrics/", RUBRIC)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert script(carol).get("projects/refunds/rubrics/tone/versions/1/").json() == RUBRIC


def test_the_next_version_stays_under_the_rubric_whatever_its_title(project, carol, script):
    script(carol).post("projects/refunds/rubrics/", RUBRIC)
    renamed = {**RUBRIC, "title": "Tone of voice"}
    answer = script(carol).post("projects/refunds/rubrics/tone/versions/", renamed)
    assert answer.status_code == 201
    assert (answer.json()["rubric"], answer.json()["number"]) == ("tone", 2)


def test_every_fault_of_a_rubric_is_named(project, carol, script):
    faulty = {"title": "Tone", "criteria": [{"criterion": "Is calm.", "points": 0, "colour": 1}]}
    answer = script(carol).post("projects/refunds/rubrics/", faulty)
    assert answer.status_code == 422
    places = {problem["where"] for problem in answer.json()["problems"]}
    assert places == {"criteria[0].points", "criteria[0].colour"}


def test_drafts_are_hidden_from_those_who_only_rate(project, ana, carol, script):
    factories.draft(project)
    assert script(ana).get("projects/refunds/rubrics/").json()["count"] == 0
    assert script(carol).get("projects/refunds/rubrics/").json()["count"] == 1
    path = "projects/refunds/rubrics/refund-quality/versions/1/"
    assert script(ana).get(path).status_code == 404


def test_a_session_writes_with_its_csrf_token_only(project, carol):
    client = Client(enforce_csrf_checks=True)
    client.force_login(carol)
    answer = client.post("/api/v1/projects/refunds/rubrics/", RUBRIC, "application/json")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not project.rubrics.exists()
    client.get("/accounts/password_change/")
    token = client.cookies["csrftoken"].value
    headers = {"X-CSRFToken": token}
    path = "/api/v1/projects/refunds/rubrics/"
    assert client.post(path, RUBRIC, "application/json", headers=headers).status_code == 201


def test_two_versions_are_compared_criterion_by_criterion(project, carol, script):
    asking = script(carol)
    first = {"title": "Tone", "criteria": [{"key": "calm", "criterion": "Is calm.", "points": 1}]}
    kind = {"key": "kind", "criterion": "Is kind.", "points": 1}
    changed = {"key": "calm", "criterion": "Stays calm.", "points": 2}
    asking.post("projects/refunds/rubrics/", first)
    asking.post("projects/refunds/rubrics/", {"title": "Tone", "criteria": [changed, kind]})
    told = asking.get("projects/refunds/rubrics/tone/differences/?before=1&after=2").json()
    assert (told["before"], told["after"], told["rubric"]) == (1, 2, [])
    calm, added = told["criteria"]
    assert calm["changes"] == ["wording", "weight"]
    assert calm["fates"] == ["carry", "ask", "fresh"]
    assert {"where": "Points", "change": "weight", "before": "1", "after": "2"} in calm["texts"]
    assert (added["key"], added["before_key"], added["fates"]) == ("kind", None, ["ask", "fresh"])
    assert told == asking.get("projects/refunds/rubrics/tone/differences/").json()
    missing = asking.get("projects/refunds/rubrics/tone/differences/?before=7")
    assert missing.status_code == 404


def test_a_version_is_published_with_what_becomes_of_the_labels(project, carol, script):
    asking = script(carol)
    first = {"title": "Tone", "criteria": [{"key": "calm", "criterion": "Is calm.", "points": 1}]}
    asking.post("projects/refunds/rubrics/", first)
    changed = {"key": "calm", "criterion": "Stays calm.", "points": 1}
    body = {"title": "Tone", "criteria": [changed], "fates": {"calm": "ask"}}
    assert asking.post("projects/refunds/rubrics/", body).status_code == 201
    version = project.rubrics.get().versions.get(number=2)
    assert version.criteria.get().fate == "ask"
    body = {"title": "Tone", "criteria": [changed | {"points": 2}], "fates": {"calm": "perhaps"}}
    refused = asking.post("projects/refunds/rubrics/", body)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["where"] == "fates.calm"
    for nonsense in (["ask"], "ask", 3):
        answer = asking.post("projects/refunds/rubrics/", body | {"fates": nonsense})
        assert answer.status_code == 422
        assert answer.json()["problems"][0]["where"] == "fates"
