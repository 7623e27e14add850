"""The desk over HTTP: blind, idempotent, nobody else's."""

from __future__ import annotations

import pytest
from django.utils import timezone

from labeling.models import Assignment, Flag, Membership, Rating, RatingDraft, Score
from tests.api.conftest import ANSWERS, SUBMISSION, submission

pytestmark = pytest.mark.usefixtures("stage")


def claimed(batch, asking) -> dict:
    answer = asking.post(f"batches/{batch.pk}/claim/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_claim_gives_the_response_and_the_criteria(world, ana, script):
    seat = claimed(world.open, script(ana))
    assert seat["id"] == world.seat.pk
    assert seat["item"]["messages"][0]["content"] == "May I send the kettle back?"
    assert seat["response"]["messages"][0]["content"] == "Yes, within 30 days."
    assert [one["key"] for one in seat["criteria"]] == ["cites_policy", "polite"]
    assert (seat["rubric"]["slug"], seat["rubric"]["version"]) == ("refund-quality", 1)
    assert (seat["draft"], seat["rating"]) == (None, None)


def test_a_rating_sent_again_is_the_same_rating(world, ana, script):
    path, body = f"seats/{world.seat.pk}/ratings/", {"submission_id": SUBMISSION}
    first = script(ana).post(path, {**body, "answers": ANSWERS})
    again = script(ana).post(path, {**body, "answers": ANSWERS})
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert Rating.objects.filter(assignment=world.seat).count() == 1
    scores = Score.objects.filter(assignment=world.seat).order_by("criterion__position")
    assert [score.value for score in scores] == [1, 1]


def test_other_answers_under_the_same_submission_are_a_conflict(world, ana, script):
    path, body = f"seats/{world.seat.pk}/ratings/", {"submission_id": SUBMISSION}
    script(ana).post(path, {**body, "answers": ANSWERS})
    other = {**ANSWERS, "polite": {"value": 0}}
    assert script(ana).post(path, {**body, "answers": other}).status_code == 409


def test_a_correction_is_a_revision_of_its_own(world, ana, script):
    asking, path = script(ana), f"seats/{world.seat.pk}/ratings/"
    asking.post(path, {"submission_id": submission(1), "answers": ANSWERS})
    second = {"submission_id": submission(2), "answers": {**ANSWERS, "polite": {"value": "0"}}}
    assert asking.post(path, second).status_code == 409
    answer = asking.post(path, {**second, "revise": True})
    assert (answer.status_code, answer.json()["revision"]) == (201, 2)
    seat = asking.get(f"seats/{world.seat.pk}/").json()
    assert seat["rating"]["answers"]["polite"] == {"value": "0", "rationale": ""}


@pytest.mark.parametrize(
    ("answers", "where"),
    [
        ({"cites_policy": {"value": 7}, "polite": {"value": 1}}, "cites_policy"),
        ({"cites_policy": {"value": 1}}, "polite"),
        ({**ANSWERS, "score": {"value": 1}}, "score"),
        ({**ANSWERS, "polite": {"value": 1, "rater": 1}}, "answers.polite.rater"),
        ({**ANSWERS, "polite": {"value": True}}, "answers.polite.value"),
        ({**ANSWERS, "polite": {"value": 1, "rationale": "a" * 20_001}}, "polite.rationale"),
    ],
)
def test_what_lies_outside_the_scale_is_refused_by_its_place(world, ana, script, answers, where):
    body = {"submission_id": SUBMISSION, "answers": answers}
    answer = script(ana).post(f"seats/{world.seat.pk}/ratings/", body)
    assert answer.status_code in (400, 422)
    assert where in [problem["where"] for problem in answer.json()["problems"]]
    assert not Rating.objects.filter(assignment=world.seat).exists()


def test_a_version_the_rubric_does_not_have_is_refused(world, ana, script):
    body = {"submission_id": SUBMISSION, "answers": ANSWERS, "version": 2}
    answer = script(ana).post(f"seats/{world.seat.pk}/ratings/", body)
    assert answer.json()["problems"][0]["where"] == "version"
    assert (
        script(ana).post(f"seats/{world.seat.pk}/ratings/", {**body, "version": 1}).status_code
        == 201
    )


def test_a_draft_is_kept_and_an_older_one_does_not_overwrite_it(world, ana, script):
    asking, path = script(ana), f"seats/{world.seat.pk}/draft/"
    first = asking.put(path, {"answers": {"polite": {"value": 1}}, "edit": 0})
    assert first.json()["edit"] == 1
    stale = asking.put(path, {"answers": {"polite": {"value": 0}}, "edit": 0})
    assert stale.status_code == 409
    assert stale.json()["stored"]["answers"]["polite"]["value"] == "1"
    assert RatingDraft.objects.get().payload["answers"]["polite"]["value"] == "1"
    assert asking.get(f"seats/{world.seat.pk}/").json()["draft"]["edit"] == 1


def test_skipping_gives_the_place_back(world, ana, script):
    asking = script(ana)
    answer = asking.post(f"seats/{world.seat.pk}/skip/", {"reason": "conflict"})
    assert answer.json() == {"seat": world.seat.pk, "state": "skipped"}
    assert claimed(world.open, asking)["id"] != world.seat.pk


def test_a_flag_reaches_the_rubrics_author(world, ana, script):
    body = {"kind": "rubric", "text": "Which policy?", "criterion": "cites_policy"}
    answer = script(ana).post(f"seats/{world.seat.pk}/flag/", body)
    assert answer.status_code == 201
    raised = Flag.objects.latest("pk")
    assert (raised.by, raised.criterion.key) == (ana, "cites_policy")
    answer = script(ana).post(f"seats/{world.seat.pk}/flag/", {**body, "criterion": "nothing"})
    assert answer.json()["problems"][0]["where"] == "criterion"


def test_an_overall_that_is_none_does_not_shut_the_seat(world, ana, script):
    """A draft keeps what was typed; beyond the scale it is no overall yet."""
    asking, path = script(ana), f"seats/{world.seat.pk}/"
    for value, told in (("9" * 5000, None), ("²", None), ("6", None), ("5", 5)):
        payload = {"answers": {"_overall": {"value": value}}, "version": world.version.pk}
        RatingDraft.objects.update_or_create(
            assignment=world.seat, defaults={"payload": payload, "edit": 1}
        )
        answer = asking.get(path)
        assert (answer.status_code, answer.json()["draft"]["overall"]) == (200, told)


def test_whoever_has_left_the_project_reads_their_seats_no_more(world, ana, script):
    assert script(ana).get(f"seats/{world.seat.pk}/").status_code == 200
    Membership.objects.filter(user=ana).delete()
    assert script(ana).get(f"seats/{world.seat.pk}/").status_code == 404


def test_a_submission_can_be_undone(world, ana, script):
    asking = script(ana)
    body = {"submission_id": SUBMISSION, "answers": ANSWERS}
    asking.post(f"seats/{world.seat.pk}/ratings/", body)
    seat = asking.post(f"seats/{world.seat.pk}/withdraw/").json()
    assert (seat["state"], seat["rating"]) == ("leased", None)
    assert seat["draft"]["answers"]["cites_policy"]["rationale"] == "Paragraph 4."


def test_nothing_left_is_an_empty_answer_and_a_paused_batch_a_conflict(world, ana, carol, script):
    Assignment.objects.filter(pk=world.seat.pk).update(state="submitted", lease_until=None)
    world.open.queue.update(taken=2)
    assert script(ana).post(f"batches/{world.open.pk}/claim/").status_code == 204
    assert script(carol).post(f"batches/{world.open.pk}/pause/").json()["state"] == "paused"
    assert script(ana).post(f"batches/{world.open.pk}/claim/").status_code == 409


def test_whoever_is_no_expert_any_more_writes_no_more(world, ana, script):
    Membership.objects.filter(user=ana).update(role="viewer")
    body = {"submission_id": SUBMISSION, "answers": ANSWERS}
    assert script(ana).post(f"seats/{world.seat.pk}/ratings/", body).status_code == 403
    assert script(ana).post(f"batches/{world.open.pk}/claim/").status_code == 403


def test_a_seat_takes_no_field_that_is_not_the_experts(world, ana, ben, script):
    body = {"submission_id": SUBMISSION, "answers": ANSWERS}
    for field in ("rater", "by", "assignment", "superseded_by", "excluded_reason", "submitted_at"):
        answer = script(ana).post(f"seats/{world.seat.pk}/ratings/", {**body, field: ben.pk})
        assert answer.status_code == 400
        assert answer.json()["problems"][0]["where"] == field
    assert (
        Rating.objects.filter(assignment=world.seat, submitted_at__lte=timezone.now()).count() == 0
    )


def test_a_passage_keeps_its_place(world, ana, script):
    asking = script(ana)
    seat = claimed(world.open, asking)
    place = {"quote": "within 30 days", "turn": 1, "start": 4, "end": 16}
    answers = {"cites_policy": {"value": 1, "evidence": [place]}, "polite": {"value": 1}}
    sent = {"submission_id": SUBMISSION, "answers": answers}
    amiss = {**answers, "polite": {"value": 1, "evidence": ["within 60 days"]}}
    answer = asking.post(f"seats/{seat['id']}/ratings/", {**sent, "answers": amiss})
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {
            "where": "polite.evidence",
            "message": "“within 60 days” does not occur in the response: quote its own words",
        }
    ]
    assert asking.post(f"seats/{seat['id']}/ratings/", sent).status_code == 201
    own = asking.get(f"seats/{seat['id']}/").json()["rating"]
    assert own["answers"]["cites_policy"]["evidence"] == [place]
