"""The desk offers only answers that a criterion takes, and asks for what it needs beside them."""

from __future__ import annotations

import pytest

from labeling import assigning, authoring
from labeling.models import Assignment, Rating, Response, Score
from labeling.spec import parse_rubric
from tests import factories
from tests.labeling.rating.seats import drafted
from tests.web.desk.requests import LogIn, address, send

pytestmark = pytest.mark.django_db

CRITERIA = [
    {
        "key": "cites",
        "name": "Cites the policy",
        "criterion": "Names the paragraph.",
        "points": 2,
        "allow_na": False,
        "needs_rationale": True,
        "needs_evidence": True,
        "extra": {"promptfoo": {"provider": "marker-model"}},
    },
    {
        "key": "tone",
        "criterion": "Is it kind?",
        "points": 1,
        "allow_na": False,
        "allow_cannot_assess": False,
    },
]


@pytest.fixture
def seat(project, ana) -> Assignment:
    version, _ = authoring.publish_spec(
        project, parse_rubric({"title": "Refunds", "criteria": CRITERIA}), by=None
    )
    text = "By paragraph <4.2>: within 30 days. So half a refund."
    factories.response(factories.item(project), text=text)
    responses = Response.objects.filter(project=project)
    batch = assigning.open_batch(project, version, "First", responses=responses, overlap=1, by=None)
    return assigning.claim_next(batch, ana)


def form(seat: Assignment, **more: str) -> dict[str, str]:
    return {
        "submission_id": "6f0f3b0a-7d53-4f0e-9e1b-0a1b2c3d4e5f",
        "version": str(seat.batch.rubric_version_id),
        "value:cites": "1",
        "value:tone": "1",
        **more,
    }


def test_answers_not_taken_are_not_offered(as_user: LogIn, ana, seat):
    page = as_user(ana).get(address(seat)).content.decode()
    # 2 levels each, cannot_assess of the first criterion only
    assert page.count('type="radio" name="value:cites"') == 3
    assert page.count('type="radio" name="value:tone"') == 2
    assert page.count('value="cannot_assess"') == 1
    assert 'value="NA"' not in page
    assert page.count('name="evidence:cites"') == 1
    asked = [part.partition("</fieldset>")[0] for part in page.split("<fieldset")[1:]]
    assert ["(required)" in part for part in asked[:2]] == [True, False]
    assert "marker-model" not in page


def test_what_is_needed_is_asked_for_at_its_criterion_and_the_rest_kept(as_user: LogIn, ana, seat):
    answer = as_user(ana).post(address(seat, "submit"), form(seat))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Cites the policy” needs a reason: say why" in page
    assert not Rating.objects.exists()
    sent = form(seat, **{"why:cites": "Names 4.2.", "evidence:cites": " \r\n"})
    answer = as_user(ana).post(address(seat, "submit"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Cites the policy” needs evidence: quote the passage" in page
    assert "Names 4.2.</textarea>" in page
    assert not Rating.objects.exists()


def test_a_plain_form_brings_reason_and_evidence(as_user: LogIn, ana, seat):
    quoted = "paragraph <4.2>\r\nwithin 30 days"
    sent = form(seat, **{"why:cites": "Names 4.2.", "evidence:cites": quoted})
    client = as_user(ana)
    assert client.post(address(seat, "submit"), sent).status_code == 302
    score = Score.objects.get(criterion__key="cites")
    assert score.evidence == ["paragraph <4.2>", "within 30 days"]
    page = client.get(f"{address(seat)}?correct=1").content.decode()
    assert "paragraph &lt;4.2&gt;\nwithin 30 days</textarea>" in page


def test_a_forged_na_is_refused_in_words(as_user: LogIn, ana, seat):
    answers = {
        "cites": {"value": "1", "rationale": "So.", "evidence": "so"},
        "tone": {"value": "NA", "rationale": ""},
    }
    body = {"answers": answers, "submission_id": form(seat)["submission_id"]}
    body["version"] = seat.batch.rubric_version_id
    answer = send(as_user(ana), address(seat, "submit"), body)
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {
            "where": "tone",
            "message": "NA is not an answer that this criterion takes;"
            " allowed are 0 (Not met), 1 (Met)",
        }
    ]


def test_a_draft_may_lack_what_a_rating_needs(as_user: LogIn, ana, seat):
    client = as_user(ana)
    kept = {"cites": {"value": "1", "rationale": "", "evidence": "half a"}}
    sent = {"answers": kept, "edit": 0, "writer": "tab", "seq": 1}
    assert send(client, address(seat, "draft"), sent).status_code == 200
    assert drafted(seat.draft) == kept
    assert "half a</textarea>" in client.get(address(seat)).content.decode()
