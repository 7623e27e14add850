"""Flags over HTTP: what an author gets and decides, what an expert reads, what blindness hides."""

from __future__ import annotations

import pytest

from labeling import triage
from labeling.models import Flag, FlagAnswer
from tests import factories
from tests.api.conftest import queries_of

pytestmark = pytest.mark.usefixtures("stage")

FLAGS = "projects/refunds/rubrics/refund-quality/flags/"


@pytest.fixture
def author(world, script):
    return script(factories.member(world.project, "amy", "author"))


def test_an_author_lists_what_is_open(world, author, ana):
    (row,) = author.get(f"{FLAGS}?state=open").json()["results"]
    assert (row["id"], row["kind"], row["state"]) == (world.flag.pk, "other", "open")
    assert (row["text"], row["by"], row["version"]) == ("No deadline.", "ana", 1)
    assert row["response"] == world.flag.response.external_id


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("kind=other", 1),
        ("kind=item", 0),
        ("criterion=none", 1),
        ("version=1", 1),
        ("version=2", 0),
    ],
)
def test_the_list_is_narrowed(world, author, query, n):
    assert author.get(f"{FLAGS}?{query}").json()["count"] == n


def test_a_criterion_that_was_never_flagged_is_said(world, author):
    answer = author.get(f"{FLAGS}?criterion=by__password")
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"] == "criterion"


def test_every_act_is_a_fact(world, author):
    acts = [
        {"act": "answer", "text": "Which one?"},
        {"act": "map", "criterion": "polite"},
        {"act": "scope", "text": "Not judged here."},
        {"act": "take"},
        {"act": "reopen"},
    ]
    states = []
    for body in acts:
        answer = author.post(f"{FLAGS}{world.flag.pk}/answers/", body)
        assert answer.status_code == 201, answer.content
        states.append(answer.json()["state"])
    assert states == ["answered", "mapped", "out_of_scope", "taken", "open"]
    assert [one["act"] for one in answer.json()["answers"]] == [
        *("answered", "mapped", "out_of_scope", "taken", "reopened")
    ]
    assert answer.json()["answers"][3]["version"] == 2


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"act": "answer"}, "text"),
        ({"act": "map", "criterion": "gone"}, "criterion"),
        ({"act": "delete"}, "act"),
        ({"act": "answer", "text": "x", "by": 1}, "by"),
    ],
)
def test_what_cannot_be_done_is_named(world, author, body, where):
    answer = author.post(f"{FLAGS}{world.flag.pk}/answers/", body)
    assert answer.status_code in (400, 422)
    assert answer.json()["problems"][0]["where"] == where
    assert not FlagAnswer.objects.exists()


def test_flags_are_merged(world, author, ana):
    seat = world.closed.assignments.filter(rater=ana).order_by("pk")[1]
    second = factories.flag(seat, "No date.", kind="other")
    answer = author.post(f"{FLAGS}merge/", {"flags": [second.pk, world.flag.pk]})
    assert (answer.json()["id"], answer.json()["same"]) == (world.flag.pk, [second.pk])
    answer = author.post(f"{FLAGS}merge/", {"flags": [world.flag.pk, 999_999]})
    assert "no flag 999999" in answer.json()["title"]


def test_an_expert_reads_their_own_with_the_answers(world, script, ana, ben, author):
    author.post(f"{FLAGS}{world.flag.pk}/answers/", {"act": "answer", "text": "Well seen."})
    (row,) = script(ana).get("flags/").json()["results"]
    assert [(one["what"], one["text"]) for one in row["words"]] == [("Answer", "Well seen.")]
    assert row["seat"] == world.flag.assignment_id
    assert script(ben).get("flags/").json()["results"] == []


def test_of_a_merged_flag_its_expert_reads_the_answers_and_nothing_of_the_others(
    world, script, ana, ben, carol
):
    seat = world.closed.assignments.filter(rater=ben).order_by("pk")[0]
    second = factories.flag(seat, "Ben finds no date.", kind="other")
    triage.merge([world.flag, second], by=carol)
    triage.answer(world.flag, "Well seen.", by=carol)
    answer = script(ben).get("flags/")
    (row,) = answer.json()["results"]
    assert [one["text"] for one in row["words"]] == ["Well seen."]
    assert "No deadline." not in answer.content.decode()
    assert "erge" not in answer.content.decode()


def test_an_author_who_rates_there_learns_neither_who_nor_which(world, script, ana):
    """The response stands in an open batch in which amy holds a seat and has not judged it."""
    amy = factories.member(world.project, "amy", "author", "expert")
    factories.seat(
        world.open,
        world.open.queue.order_by("-key")[0].response,
        amy,
        state="leased",
        lease_until="2099-01-01T00:00Z",
    )
    (row,) = script(amy).get(FLAGS).json()["results"]
    assert (row["text"], row["response"], row["by"], row["at"]) == ("No deadline.", *[None] * 3)
    item = factories.flag(world.flag.assignment, "Wrong section.", kind="item")
    rows = {one["id"]: one for one in script(amy).get(FLAGS).json()["results"]}
    assert rows[item.pk]["text"] is None


def test_nor_what_was_answered_to_what_they_may_not_read(world, script, carol):
    amy = factories.member(world.project, "amy", "author", "expert")
    version = world.version
    seat = world.flag.assignment
    known = factories.gold(seat.response, version)
    appeal = factories.flag(
        seat,
        "It is about kettles.",
        kind="gold",
        gold=known,
        criterion=version.criteria.get(key="cites_policy"),
    )
    triage.answer(appeal, "Kettles are covered.", by=carol)
    triage.answer(world.flag, "Well seen.", by=carol)
    world.open.queue.filter(response=seat.response).delete()
    factories.batch(version, [seat.response])
    rows = {one["id"]: one for one in script(amy).get(FLAGS).json()["results"]}
    told = rows[appeal.pk]
    assert (told["text"], told["response"], told["by"], told["at"]) == (None, *[None] * 3)
    assert [(one["act"], one["text"]) for one in told["answers"]] == [("answered", None)]
    assert [one["text"] for one in rows[world.flag.pk]["answers"]] == ["Well seen."]


def test_more_flags_take_no_more_queries(world, author, ana):
    before = queries_of(author, FLAGS)
    seats = world.closed.assignments.filter(rater=ana)
    for seat in seats:
        factories.flag(seat, f"At {seat.pk}.")
    assert queries_of(author, FLAGS) == before
    assert Flag.objects.count() == 5
