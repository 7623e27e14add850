"""What a seat shows and asks for over HTTP, by its batch."""

from __future__ import annotations

import json
from decimal import Decimal
from uuid import uuid4

import pytest

from labeling import assigning
from labeling.models import Rating, Response, Score
from labeling.ways import Asking
from tests import factories
from tests.api.conftest import ANSWERS, SUBMISSION, Script
from tests.api.test_seats import claimed
from tests.parallel import at_once

MARKERS = ("marker-generator", "marker-response", "marker-item", "marker-model")


def test_a_seat_shows_nothing_that_names_who_wrote_or_who_rated(project, ana, ben, script):
    version = factories.published(project)
    by = factories.generator(project, "marker-generator")
    item = factories.item(project, "marker-item")
    response = Response.objects.create(
        project=project,
        item=item,
        generator=by,
        external_id="marker-response",
        messages=[{"role": "assistant", "name": "marker-model", "content": "Yes."}],
        output="Yes.",
        content_hash=factories.digest("Yes."),
    )
    batch = factories.batch(version, [response], overlap=2)
    seat = factories.seat(batch, response, ben)
    factories.rating(seat, {"cites_policy": 1, "polite": 0})
    told = json.dumps(claimed(batch, script(ana)))
    assert [marker for marker in MARKERS if marker in told] == []
    assert "ben" not in told
    type(batch).objects.filter(pk=batch.pk).update(blindness="peers")
    told = claimed(batch, script(ana))
    assert told["response"]["generator"] == "marker-generator"
    assert told["response"]["messages"][0]["name"] == "marker-model"


@pytest.mark.django_db(transaction=True)
def test_fifty_submits_at_once_make_one_rating_and_get_one_answer():
    project = factories.project()
    ana = factories.member(project, "ana", "expert")
    version = factories.published(project)
    batch = factories.batch(version, [factories.response(factories.item(project))], overlap=1)
    seat = assigning.claim_next(batch, ana)
    asking = Script(ana)
    body = {"submission_id": SUBMISSION, "answers": ANSWERS}

    def send(_: int) -> tuple[int, bytes]:
        own = Script()
        own.headers = asking.headers
        answer = own.post(f"seats/{seat.pk}/ratings/", body)
        return answer.status_code, answer.content

    answers = at_once(50, send)
    assert {status for status, _ in answers} == {201}
    assert len(set(answers)) == 1
    assert Rating.objects.count() == 1
    assert Score.objects.count() == 2


def test_evidence_is_taken_told_and_asked_for(project, ana, script):
    draft = factories.draft(project)
    factories.criterion(
        *(draft, "cites_policy"), needs_evidence=True, allow_na=False, extra={"by": "marker-model"}
    )
    response = factories.response(factories.item(project))
    batch = factories.batch(factories.publish(draft), [response])
    asking = script(ana)
    seat = claimed(batch, asking)
    asked = seat["criteria"][0]
    assert (asked["needs_evidence"], asked["allow_na"]) == (True, False)
    assert "marker-model" not in json.dumps(seat)
    bare = {"submission_id": SUBMISSION, "answers": {"cites_policy": {"value": 1}}}
    answer = asking.post(f"seats/{seat['id']}/ratings/", bare)
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (
        *(422, "cites_policy.evidence"),
    )
    refused = {"submission_id": SUBMISSION, "answers": {"cites_policy": {"value": "NA"}}}
    assert asking.post(f"seats/{seat['id']}/ratings/", refused).status_code == 422
    said = {"cites_policy": {"value": 1, "evidence": ["within 30 days"]}}
    told = {"submission_id": SUBMISSION, "answers": said}
    assert asking.post(f"seats/{seat['id']}/ratings/", told).status_code == 201
    kept = asking.get(f"seats/{seat['id']}/").json()["rating"]["answers"]["cites_policy"]
    assert kept["evidence"] == ["within 30 days"]


def test_of_a_sitting_one_response_after_the_other_is_rated(project, ana, script):
    for number in range(3):
        factories.response(factories.item(project, f"item-{number}"))
    batch = assigning.open_batch(
        project,
        factories.published(project),
        "April",
        responses=Response.objects.all(),
        asking=Asking(way="by_criterion"),
        by=None,
    )
    asking, seats = script(ana), []
    for _ in range(3):
        seat = claimed(batch, asking)
        assert seat["asks"]["way"] == "by_criterion"
        answers = {key: {"value": 1} for key in ("cites_policy", "polite")}
        sent = {"submission_id": str(uuid4()), "answers": answers}
        assert asking.post(f"seats/{seat['id']}/ratings/", sent).status_code == 201
        seats.append(seat["id"])
    assert len(set(seats)) == 3
    assert asking.post(f"batches/{batch.pk}/claim/").status_code == 204
    assert set(Rating.objects.values_list("way", "shown_beside")) == {("by_criterion", None)}


def test_what_is_asked_beside_the_criteria_is_told_taken_and_shown(project, ana, script):
    factories.response(factories.item(project))
    batch = assigning.open_batch(
        project,
        factories.published(project, *"abcdef"),
        "April",
        responses=Response.objects.all(),
        asking=Asking(asks_confidence=True, overall_share=Decimal(1), shuffled_share=Decimal(1)),
        by=None,
    )
    asking = script(ana)
    seat = claimed(batch, asking)
    assert seat["asks"] == {"way": "single", "overall": True, "confidence": True}
    shown = [one["key"] for one in seat["criteria"]]
    assert shown != list("abcdef")
    answers = {key: {"value": 1, "confidence": 2} for key in shown}
    draft = {"answers": answers, "overall": 4, "edit": 0}
    kept = asking.put(f"seats/{seat['id']}/draft/", draft).json()
    assert kept["overall"] == 4
    assert {key: one["confidence"] for key, one in kept["answers"].items()} == dict.fromkeys(
        "abcdef", 2
    )
    bare = {"submission_id": SUBMISSION, "answers": answers}
    answer = asking.post(f"seats/{seat['id']}/ratings/", bare)
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (422, "_overall")
    sent = {**bare, "overall": 4}
    assert asking.post(f"seats/{seat['id']}/ratings/", sent).status_code == 201
    own = asking.get(f"seats/{seat['id']}/").json()["rating"]
    assert (own["overall"], own["shown_order"]) == (4, shown)
    assert own["answers"]["a"]["confidence"] == 2
    assert set(own["answers"]) == set("abcdef")
    again = {**sent, "overall": 2, "revise": True, "submission_id": str(uuid4())}
    answer = asking.post(f"seats/{seat['id']}/ratings/", again)
    assert "was said before the criteria" in answer.json()["problems"][0]["message"]
