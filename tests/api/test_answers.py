"""The answer task over HTTP: one item at a time, kept, sent once, nobody else's, nothing told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from labeling import answering, assigning
from labeling.models import AnswerPlace, AnswerReturn, Item, Membership, Response
from labeling.rating import criteria_of
from tests import factories
from tests.api.conftest import Script, queries_of, submission
from tests.parallel import at_once


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def items(project):
    return factories.items_to_answer(project, name="marker-item", reference="Forty.")


@pytest.fixture
def task(project, version, items, carol):
    return factories.answer_task(project, version, by=carol)


def taken(task, asking) -> dict:
    answer = asking.post(f"batches/{task.pk}/answer/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def sent(number: int, text: str = "No, the 14 days are over.", **further) -> dict:
    return {"submission_id": submission(number), "text": text, **further}


class TestTaking:
    def test_an_item_with_what_is_needed_to_answer_it(self, task, ana, script):
        place = taken(task, script(ana))
        assert place["state"] == "taken"
        assert place["item"]["messages"][0]["content"] == "May I send the kettle back?"
        assert [one["key"] for one in place["criteria"]] == ["cites_policy", "polite"]
        assert (place["text"], place["edit"], place["changes"]) == ("", 0, [])
        assert [one["text"] for one in place["repairable"]] == ["Yes, within 30 days."]
        assert taken(task, script(ana)) == place, "the item in work comes first"
        assert script(ana).get(f"answers/{place['id']}/").json() == place

    def test_each_item_is_given_to_one_expert(self, task, ana, ben, script):
        assert taken(task, script(ana))["id"] != taken(task, script(ben))["id"]

    def test_nothing_that_names_a_generator_an_item_or_the_reference(
        self, project, task, ana, ben, script
    ):
        by = factories.generator(project, "marker-generator")
        for item in Item.objects.filter(project=project):
            factories.response(item, by, text="Yes, of course.")
        answering.send(answering.claim(task, by=ben), "PLANTED-PEER", by=ben)
        told = json.dumps(taken(task, script(ana)))
        told += script(ana).get("answers/").text
        for marker in ("marker-", "model-a", "Forty.", "PLANTED-PEER", "expert-writer", "ben"):
            assert marker not in told

    def test_nothing_left_is_an_empty_answer(self, task, ana, ben, script):
        for number in range(3):
            place = taken(task, script(ana))
            script(ana).post(f"answers/{place['id']}/send/", sent(number))
        assert script(ben).post(f"batches/{task.pk}/answer/").status_code == 204

    def test_a_closed_task_gives_none_and_takes_none(self, task, ana, ben, carol, script):
        place = taken(task, script(ana))
        script(ana).put(f"answers/{place['id']}/draft/", {"text": "No", "edit": 0})
        assigning.close(task, by=carol)
        assert script(ben).post(f"batches/{task.pk}/answer/").status_code == 409
        for method, part, body in (
            ("PUT", "draft", {"text": "No.", "edit": 1}),
            ("POST", "begin", {"response": None}),
            ("POST", "send", sent(1)),
        ):
            answer = script(ana).ask(method, f"answers/{place['id']}/{part}/", body)
            assert answer.status_code == 409, part
            assert "This batch is closed" in answer.json()["title"]
        assert script(ana).get(f"answers/{place['id']}/").json()["text"] == "No"

    def test_items_are_answered_at_a_task_and_rated_in_a_batch(self, task, version, ana, script):
        response = Response.objects.first()
        batch = factories.batch(version, [response])
        assert script(ana).post(f"batches/{batch.pk}/answer/").status_code == 404
        answer = script(ana).post(f"batches/{task.pk}/claim/")
        assert (answer.status_code, f"batches/{task.pk}/answer/" in answer.text) == (409, True)


class TestWriting:
    @pytest.fixture
    def place(self, task, ana, script) -> int:
        return taken(task, script(ana))["id"]

    def test_a_draft_is_kept_and_an_older_one_does_not_overwrite_it(self, place, ana, script):
        asking, path = script(ana), f"answers/{place}/draft/"
        first = asking.put(path, {"text": " No\n", "edit": 0}).json()
        assert (first["text"], first["edit"]) == (" No\n", 1)
        stale = asking.put(path, {"text": "Yes", "edit": 0})
        assert (stale.status_code, stale.headers["Content-Type"]) == (
            *(409, "application/problem+json"),
        )
        told = stale.json()
        assert (told["stored"]["text"], told["stored"]["edit"], told["sent"]) == (" No\n", 1, "Yes")
        assert asking.put(path, {"text": "Yes", "edit": 1}).json()["edit"] == 2
        assert asking.get(f"answers/{place}/").json()["text"] == "Yes"

    def test_sending_beside_another_text_shows_both(self, place, ana, script):
        asking = script(ana)
        asking.put(f"answers/{place}/draft/", {"text": "On the phone.", "edit": 0})
        stale = asking.post(f"answers/{place}/send/", sent(1, "At the desk.", edit=0))
        told = stale.json()
        assert stale.status_code == 409
        assert (told["stored"]["text"], told["sent"]) == ("On the phone.", "At the desk.")
        assert asking.get(f"answers/{place}/").json()["state"] == "taken"
        answer = asking.post(f"answers/{place}/send/", sent(1, "At the desk.", edit=1))
        assert answer.status_code == 201

    def test_sent_again_it_is_the_same_answer(self, place, ana, script):
        asking, path = script(ana), f"answers/{place}/send/"
        first, again = (asking.post(path, sent(1)) for _ in range(2))
        assert first.status_code == again.status_code == 201
        assert first.content == again.content
        assert first.json()["text"] == "No, the 14 days are over."
        assert Response.objects.filter(generator__kind="expert").count() == 1
        shown = asking.get(f"answers/{place}/").json()
        assert (shown["state"], shown["text"]) == ("written", "No, the 14 days are over.")
        assert (shown["lease_until"], shown["repairable"]) == (None, [])

    def test_sent_twice_is_refused(self, place, ana, script):
        asking = script(ana)
        asking.post(f"answers/{place}/send/", sent(1))
        for body in (sent(2), sent(1, "Yes.")):
            answer = asking.post(f"answers/{place}/send/", body)
            assert answer.status_code == 409
            assert "sent before" in answer.json()["title"]
        draft = asking.put(f"answers/{place}/draft/", {"text": "Yes.", "edit": 0})
        back = asking.post(f"answers/{place}/hand-back/", {"reason": "I know it."})
        assert (draft.status_code, back.status_code) == (409, 409)

    def test_one_submission_sends_one_answer(self, task, place, ana, script):
        asking = script(ana)
        asking.post(f"answers/{place}/send/", sent(1))
        other = taken(task, asking)["id"]
        assert asking.post(f"answers/{other}/send/", sent(1)).status_code == 409
        assert asking.post(f"answers/{other}/send/", sent(2)).status_code == 201

    def test_repairing_a_response_tells_the_changes(self, place, ana, script):
        asking = script(ana)
        source = asking.get(f"answers/{place}/").json()["repairable"][0]["id"]
        begun = asking.post(f"answers/{place}/begin/", {"response": source}).json()
        assert (begun["text"], begun["repairs"], begun["edit"]) == (
            *("Yes, within 30 days.", source, 1),
        )
        same = asking.post(f"answers/{place}/send/", sent(1, "Yes, within 30 days."))
        assert (same.status_code, same.json()["problems"][0]["where"]) == (422, "text")
        asking.put(f"answers/{place}/draft/", {"text": "Yes, within 14 days.", "edit": 1})
        changes = asking.get(f"answers/{place}/").json()["changes"]
        assert [(one["kind"], one["text"]) for one in changes if one["kind"] != "same"] == [
            ("removed", "30"),
            ("added", "14"),
        ]
        blank = asking.post(f"answers/{place}/begin/", {"response": None}).json()
        assert (blank["text"], blank["repairs"]) == ("", None)

    def test_only_a_models_response_to_the_item_is_repaired(self, project, place, ana, script):
        item = AnswerPlace.objects.get(pk=place).item
        other = Response.objects.exclude(item=item).first()
        experts = factories.response(item, factories.generator(project, "expert-x", "expert"))
        for number in (other.pk, experts.pk, 2**61):
            answer = script(ana).post(f"answers/{place}/begin/", {"response": number})
            assert (answer.status_code, answer.json()["problems"][0]["where"]) == (422, "response")

    @pytest.mark.parametrize("text", ["", " \n", "a" * 200_001])
    def test_what_is_no_answer_is_refused_by_its_place(self, place, ana, script, text):
        answer = script(ana).post(f"answers/{place}/send/", sent(1, text))
        assert answer.status_code in (400, 422)
        assert answer.json()["problems"][0]["where"] == "text"
        assert AnswerPlace.objects.get(pk=place).state == "taken"

    def test_no_field_that_is_not_the_writers(self, place, ana, ben, script):
        for field in ("expert", "by", "response", "state", "repairs"):
            answer = script(ana).post(f"answers/{place}/send/", sent(1, **{field: ben.pk}))
            assert answer.status_code == 400
            assert answer.json()["problems"][0]["where"] == field


class TestHandingBack:
    def test_it_goes_to_another_with_the_reason_kept(self, task, ana, ben, script):
        place = taken(task, script(ana))["id"]
        script(ana).put(f"answers/{place}/draft/", {"text": "PLANTED-BEGUN", "edit": 0})
        answer = script(ana).post(f"answers/{place}/hand-back/", {"reason": "Not my field."})
        assert answer.json() == {"id": place, "handed_back": True}
        assert AnswerReturn.objects.get().reason == "Not my field."
        assert script(ana).get(f"answers/{place}/").status_code == 404
        assert taken(task, script(ana))["id"] != place
        theirs = taken(task, script(ben))
        assert theirs["id"] == place
        assert "PLANTED-BEGUN" not in json.dumps(theirs)
        assert "Not my field" not in json.dumps(theirs)

    @pytest.mark.parametrize("body", [{}, {"reason": " "}, {"reason": "a" * 501}])
    def test_without_a_reason_it_stays(self, task, ana, script, body):
        place = taken(task, script(ana))["id"]
        answer = script(ana).post(f"answers/{place}/hand-back/", body)
        assert answer.json()["problems"][0]["where"] == "reason"
        assert taken(task, script(ana))["id"] == place


class TestOwn:
    def test_one_reads_ones_own_list(self, task, ana, ben, script):
        written, begun = taken(task, script(ana))["id"], taken(task, script(ben))["id"]
        script(ana).post(f"answers/{written}/send/", sent(1))
        open_ = taken(task, script(ana))["id"]
        rows = script(ana).get("answers/").json()["results"]
        assert {(one["id"], one["state"]) for one in rows} == {
            (written, "written"),
            (open_, "taken"),
        }
        assert {(one["project"], one["batch"]["name"]) for one in rows} == {("refunds", "Answers")}
        (row,) = script(ben).get("answers/").json()["results"]
        assert (row["id"], row["saved_at"]) == (begun, None)

    def test_what_one_left_is_read_by_oneself_alone(self, task, ana, ben, script):
        place = taken(task, script(ana))["id"]
        script(ana).put(f"answers/{place}/draft/", {"text": "PLANTED-BEGUN", "edit": 0})
        ago = timezone.now() - timedelta(days=3, seconds=1)
        AnswerPlace.objects.filter(pk=place).update(lease_until=ago)
        assert taken(task, script(ben))["id"] == place
        script(ben).put(f"answers/{place}/draft/", {"text": "PLANTED-THEIRS", "edit": 0})
        told = script(ana).get(f"answers/{place}/").json()
        assert (told["state"], told["text"], told["edit"], told["saved_at"]) == (
            *("left", "PLANTED-BEGUN", None, None),
        )
        assert "PLANTED-THEIRS" not in json.dumps(told)
        assert "PLANTED-BEGUN" not in script(ben).get(f"answers/{place}/").text
        (row,) = script(ana).get("answers/").json()["results"]
        assert (row["id"], row["state"], row["lease_until"]) == (place, "left", None)
        for method, part, body in (
            ("PUT", "draft", {"text": "Mine.", "edit": 1}),
            ("POST", "send", sent(1)),
            ("POST", "hand-back", {"reason": "x"}),
        ):
            assert script(ana).ask(method, f"answers/{place}/{part}/", body).status_code == 404

    def test_whoever_is_no_expert_any_more_reads_and_writes_no_more(self, task, ana, script):
        place = taken(task, script(ana))["id"]
        Membership.objects.filter(user=ana).update(role="viewer")
        assert script(ana).post(f"answers/{place}/send/", sent(1)).status_code == 403
        assert script(ana).get(f"answers/{place}/").status_code == 403
        assert script(ana).get("answers/").json()["results"] == []
        Membership.objects.filter(user=ana).delete()
        assert script(ana).get("answers/").json()["results"] == []

    def test_a_list_asks_as_often_for_20_rows_as_for_one(
        self, project, version, task, items, ana, carol, script
    ):
        place = answering.claim(task, by=ana)
        few = queries_of(script(ana), "answers/")
        shown = queries_of(script(ana), f"answers/{place.pk}/")
        factories.response(place.item, text="Yes, of course.")
        assert queries_of(script(ana), f"answers/{place.pk}/") == shown
        for number in range(20):
            one = Item.objects.filter(pk=items[0].pk)
            more = answering.open_task(project, version, f"T{number}", items=one, by=carol)
            answering.claim(more, by=ana)
        assert script(ana).get("answers/").json()["count"] == 21
        assert queries_of(script(ana), "answers/") == few

    def test_taking_and_keeping_ask_as_often_at_large_tasks(
        self, project, version, task, ana, ben, carol, script
    ):
        for number in range(30):
            factories.item(project, f"more-{number}")
        every = Item.objects.filter(project=project)
        large = answering.open_task(project, version, "Large", items=every, by=carol)
        counts = set()
        criteria_of(version)
        for one, by in ((task, ana), (large, ben)):
            asking = script(by)
            asking.get("answers/")
            with CaptureQueriesContext(connection) as queries:
                place = taken(one, asking)["id"]
                asking.put(f"answers/{place}/draft/", {"text": "No", "edit": 0})
            counts.add(len(queries))
        assert len(counts) == 1, counts


@pytest.mark.django_db(transaction=True)
def test_twenty_sends_at_once_make_one_answer_and_get_one_receipt():
    project = factories.project()
    ana, carol = factories.member(project, "ana", "expert"), factories.member(project, "carol")
    factories.response(factories.item(project))
    version, every = factories.published(project), Item.objects.filter(project=project)
    task = answering.open_task(project, version, "Answers", items=every, by=carol)
    place = answering.claim(task, by=ana)
    asking = Script(ana)

    def send(_: int) -> tuple[int, bytes]:
        own = Script()
        own.headers = asking.headers
        answer = own.post(f"answers/{place.pk}/send/", sent(1))
        return answer.status_code, answer.content

    answers = at_once(20, send)
    assert {status for status, _ in answers} == {201}
    assert len(set(answers)) == 1
    assert Response.objects.filter(generator__kind="expert").count() == 1
