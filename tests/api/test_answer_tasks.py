"""Answer tasks over HTTP for who runs the project: opened, followed, rated blind."""

from __future__ import annotations

import pytest

from labeling import answering
from labeling.models import Batch, Item
from tests import factories
from tests.api.conftest import queries_of

TASK = {"name": "By hand", "rubric": "refund-quality"}


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def items(project, version):
    return factories.items_to_answer(project)


@pytest.fixture
def task(project, version, items, carol):
    return factories.answer_task(project, version, by=carol)


def written(task, by, text="No, the 14 days are over."):
    place = answering.claim(task, by=by)
    answering.send(place, text, by=by)
    return place


class TestOpening:
    def test_over_named_items_or_all(self, items, carol, script):
        asking = script(carol)
        named = asking.post("projects/refunds/answer-tasks/", {**TASK, "items": ["case-1"]})
        assert named.status_code == 201
        made = named.json()
        assert (made["items"], made["written"], made["state"]) == (1, 0, "open")
        assert (made["rubric"], made["rubric_version"]) == ("refund-quality", 1)
        whole = asking.post("projects/refunds/answer-tasks/", {**TASK, "name": "All"}).json()
        assert whole["items"] == 3
        listed = asking.get("projects/refunds/answer-tasks/").json()["results"]
        assert [one["id"] for one in listed] == [whole["id"], made["id"]]

    @pytest.mark.parametrize(
        ("said", "status", "where"),
        [
            ({"items": ["case-9", "case-1"]}, 422, "items"),
            ({"items": []}, 400, "items"),
            ({"rubric": "nothing"}, 422, "rubric"),
            ({"version": 7}, 422, "version"),
            ({"name": " "}, 400, "name"),
            ({"overlap": 3}, 400, "overlap"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_opened(
        self, items, carol, script, said, status, where
    ):
        answer = script(carol).post("projects/refunds/answer-tasks/", {**TASK, **said})
        assert (answer.status_code, answer.json()["problems"][0]["where"]) == (status, where)
        assert not Batch.objects.exists()

    def test_a_name_is_given_once(self, items, carol, script):
        asking = script(carol)
        answers = [asking.post("projects/refunds/answer-tasks/", TASK) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 409]


class TestFollowing:
    def test_who_writes_what_and_why_items_were_handed_back(self, task, ana, ben, carol, script):
        first = written(task, ana)
        answering.hand_back(answering.claim(task, by=ben), "Not my field.", by=ben)
        second = answering.claim(task, by=ben)
        rows = script(carol).get(f"batches/{task.pk}/answers/").json()["results"]
        told = {one["item"]: one for one in rows}
        assert len(told) == 3
        shown = told.pop(first.item.external_id)
        assert (shown["state"], shown["expert"], shown["repairs"]) == ("written", "ana", False)
        shown = told.pop(second.item.external_id)
        assert (shown["state"], shown["expert"]) == ("taken", "ben")
        ((shown),) = told.values()
        assert (shown["state"], shown["expert"]) == ("free", None)
        assert [(one["by"], one["reason"]) for one in shown["returns"]] == [
            ("ben", "Not my field.")
        ]

    def test_who_may_rate_an_answer_is_not_told_whose_it_is(
        self, project, task, ana, carol, script
    ):
        place = written(task, ana)
        eve = factories.member(project, "eve", "admin", "expert")

        def writer(person):
            rows = script(person).get(f"batches/{task.pk}/answers/").json()["results"]
            return {one["item"]: one["expert"] for one in rows}[place.item.external_id]

        assert writer(eve) == "ana"
        rated = script(carol).post(f"batches/{task.pk}/rate-answers/", {"name": "Rated"}).json()
        assert (writer(eve), writer(carol)) == (None, "ana")
        Batch.objects.filter(pk=rated["id"]).update(state="closed")
        assert writer(eve) == "ana"

    def test_a_batch_of_another_kind_has_no_answers(self, project, version, items, carol, script):
        batch = factories.batch(version, [factories.response(items[0])])
        assert script(carol).get(f"batches/{batch.pk}/answers/").status_code == 404
        body = {"name": "Rated"}
        assert script(carol).post(f"batches/{batch.pk}/rate-answers/", body).status_code == 404

    def test_it_asks_as_often_for_20_items_as_for_three(
        self, project, version, task, ana, ben, carol, script
    ):
        written(task, ana)
        few = queries_of(script(carol), f"batches/{task.pk}/answers/")
        lists = queries_of(script(carol), "projects/refunds/answer-tasks/")
        for number in range(20):
            factories.item(project, f"more-{number}")
        every = Item.objects.filter(project=project)
        large = answering.open_task(project, version, "Large", items=every, by=carol)
        for _ in range(5):
            written(large, ana)
            answering.hand_back(answering.claim(large, by=ben), "Not my field.", by=ben)
        assert queries_of(script(carol), f"batches/{large.pk}/answers/") == few
        assert queries_of(script(carol), "projects/refunds/answer-tasks/") == lists


class TestHavingThemRated:
    def test_by_two_others_at_least_among_the_other_responses(self, task, ana, carol, script):
        asking, path = script(carol), f"batches/{task.pk}/rate-answers/"
        assert asking.post(path, {"name": "Rated"}).status_code == 409
        written(task, ana)
        assert asking.post(path, {"name": "Rated", "overlap": 1}).status_code == 400
        made = asking.post(path, {"name": "Rated"})
        assert made.status_code == 201
        told = made.json()
        assert (told["overlap"], told["kind"]) == (2, "main")
        assert told["progress"]["responses"] == 2
        assert asking.post(path, {"name": "Rated"}).status_code == 409
