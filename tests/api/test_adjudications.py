"""Adjudication over HTTP: what the pages do, and blind as they are."""

from uuid import uuid4

import pytest

from labeling.models import Adjudication, Flag, Membership
from tests import factories
from tests.api.conftest import queries_of
from tests.labeling.adjudicating.scene import scene

BLIND = {"cites_policy": {"value": 1, "rationale": "Paragraph 4."}, "polite": {"value": 0}}
MET = {"value": "Met", "reason": "rater_error", "note": "It greets."}


@pytest.fixture
def made(project):
    return scene(project, "11 01", "00 11", "11 11")


@pytest.fixture
def judge(project, script):
    return script(factories.member(project, "judy", "adjudicator"))


def take(asking, made, **said):
    return asking.post(f"batches/{made.batch.pk}/adjudicate/", said)


def rated(asking, made):
    """The number of a seat whose response was taken and rated blind."""
    seat = take(asking, made).json()["seat"]["id"]
    body = {"submission_id": str(uuid4()), "answers": BLIND}
    assert asking.post(f"adjudications/{seat}/rating/", body).status_code == 201
    return seat


def test_the_queue_names_criteria_the_worst_first(judge, made):
    listed = judge.get(f"batches/{made.batch.pk}/disputes/").json()
    assert (listed["count"], listed["next"]) == (2, None)
    first = listed["results"][0]
    assert first == {
        "response": made.responses[1].pk,
        "severity": 2.0,
        "criteria": ["cites_policy", "polite"],
        "minority": [],
        "in_work": False,
        "ruled": False,
    }
    asked = judge.get(f"batches/{made.batch.pk}/disputes/?criterion=polite").json()
    assert asked["count"] == 1


@pytest.mark.parametrize("query", ["criterion=nothing", "after=x", "state=gone", "why=mood"])
def test_a_query_that_cannot_be_read(judge, made, query):
    assert judge.get(f"batches/{made.batch.pk}/disputes/?{query}").status_code in (400, 422)


def test_from_the_queue_to_a_ruling(judge, made):
    seat = rated(judge, made)
    case = judge.get(f"adjudications/{seat}/").json()
    assert case["open"] == 2
    polite = next(one for one in case["points"] if one["criterion"] == "polite")
    assert sorted(one["value"] for one in polite["said"]) == ["0", "1"]
    assert {one["who"] for one in polite["said"]} == {"Expert 1", "Expert 2"}
    both = {"rulings": {"polite": MET, "cites_policy": MET | {"value": 0}}}
    ruled = judge.post(f"adjudications/{seat}/rulings/", both)
    assert (ruled.status_code, ruled.json()["open"]) == (201, 0)
    assert Adjudication.objects.count() == 2


def test_nothing_of_the_others_before_the_own_rating(judge, made):
    answer = take(judge, made)
    assert answer.json()["points"] is None
    assert answer.json()["open"] is None
    assert "expert-1" not in answer.text
    seat = answer.json()["seat"]["id"]
    refused = judge.post(f"adjudications/{seat}/rulings/", {"rulings": {"polite": MET}})
    assert refused.status_code == 409


def test_a_draft(judge, made):
    seat = take(judge, made).json()["seat"]["id"]
    kept = judge.put(f"adjudications/{seat}/draft/", {"answers": BLIND, "edit": 0})
    assert kept.json()["edit"] == 1
    stale = judge.put(f"adjudications/{seat}/draft/", {"answers": BLIND, "edit": 0})
    assert (stale.status_code, stale.json()["stored"]["edit"]) == (409, 1)


def test_an_overall_is_not_asked(judge, made):
    seat = take(judge, made).json()["seat"]["id"]
    answer = judge.put(f"adjudications/{seat}/draft/", {"answers": {}, "edit": 0, "overall": 3})
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {"where": "overall", "message": "is not asked of an adjudicator"}
    ]


def test_one_submission_says_one_thing(judge, made):
    seat = take(judge, made).json()["seat"]["id"]
    path, body = f"adjudications/{seat}/rating/", {"submission_id": str(uuid4())}
    first = judge.post(path, {**body, "answers": BLIND})
    again = judge.post(path, {**body, "answers": BLIND})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = judge.post(path, {**body, "answers": {**BLIND, "polite": {"value": 1}}})
    assert other.status_code == 409
    assert "received before with other answers" in other.json()["title"]


def test_evidence_is_of_the_response(judge, made):
    seat = take(judge, made).json()["seat"]["id"]
    path, invented = f"adjudications/{seat}/rating/", {"value": 1, "evidence": ["It never said."]}
    answer = judge.post(
        path,
        {"submission_id": str(uuid4()), "answers": {**BLIND, "cites_policy": invented}},
    )
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "cites_policy.evidence"


def test_bad_rulings_are_named(judge, made):
    seat = rated(judge, made)
    for said, where in (
        ({"polite": MET | {"value": 9}}, "polite"),
        ({"other": MET}, "other"),
        ({"polite": MET | {"reason": "legitimate"}}, "polite.reason"),
    ):
        answer = judge.post(f"adjudications/{seat}/rulings/", {"rulings": said})
        assert (answer.status_code, answer.json()["problems"][0]["where"]) == (422, where)


def test_sending_to_the_author(judge, made):
    seat = rated(judge, made)
    said = {"value": "none", "reason": "rubric_ambiguous", "note": "Two ways.", "to_author": True}
    case = judge.post(f"adjudications/{seat}/rulings/", {"rulings": {"polite": said}}).json()
    polite = next(one for one in case["points"] if one["criterion"] == "polite")
    assert polite["rulings"][0]["to_author"] is True
    assert Flag.objects.get().criterion.key == "polite"


def test_handing_back(judge, made, project, script):
    seat = take(judge, made).json()["seat"]["id"]
    answer = judge.post(f"adjudications/{seat}/hand-back/", {"reason": "I know the author."})
    assert answer.json()["seat"]["state"] == "skipped"
    karl = script(factories.member(project, "karl", "adjudicator"))
    assert take(karl, made).json()["seat"]["id"] != seat


def test_nobody_elses_and_no_experts(judge, made, carol, script, dan):
    seat = take(judge, made).json()["seat"]["id"]
    assert script(carol).get(f"adjudications/{seat}/").status_code == 404
    person = made.experts[0]
    Membership.objects.create(project=made.project, user=person, role="adjudicator")
    expert = script(person)
    assert expert.get(f"batches/{made.batch.pk}/disputes/").status_code == 409
    assert take(expert, made).status_code == 409
    assert take(script(dan), made).status_code == 404


def test_the_queue_takes_a_constant_number_of_queries(judge, made):
    large = scene(made.project, *["11 01"] * 20, name="Large", version=made.version)
    few, many = (queries_of(judge, f"batches/{one.batch.pk}/disputes/") for one in (made, large))
    assert few == many
