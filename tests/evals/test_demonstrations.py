"""Experts' own answers become demonstrations when others rated them blind and found them right."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from evals import exporting, verifying
from evals.gaps.passing import RULE
from evals.queries.written import written_here
from labeling import adjudicating, answering, rating
from labeling.errors import DomainError, Problems
from labeling.models import AnswerPlace, Batch, Item, Response, Rubric
from tests import factories
from tests.evals.answered import answer_to, answered, answers, chosen, rate
from tests.evals.loop import exported, item_named, measured, rated_batch, selected, shell, worker

MET = {"cites_policy": {"value": "1"}, "polite": {"value": "1"}}
ONLY = {"targets": ["demonstrations"]}
FILES = ["demonstrations_train.jsonl", "demonstrations_valid.jsonl", "demonstrations_rated.jsonl"]
ALL = dict.fromkeys(("a", "b", "c", "d", "e"), "111 111")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "storage"


def content(export):
    place = exporting.place_of(export.directory)
    return {path.name: path.read_bytes() for path in place.iterdir()}


def lines(export, *names):
    there = content(export)
    return [json.loads(line) for name in names for line in there[name].splitlines()]


def rows(export):
    return lines(export, *FILES[:2])


def test_a_row_is_the_prompt_and_the_experts_answer_and_nothing_else(project, ana, carol):
    export = exported(chosen(answered(project, ALL, by=ana, admin=carol)), **ONLY)
    assert sorted(content(export)) == sorted([*FILES, "manifest.json"])
    assert sorted(rows(export), key=str) == [
        {
            "messages": [
                {"role": "user", "content": f"May I send the kettle {name} back?"},
                {"role": "assistant", "content": answer_to(name)},
            ]
        }
        for name in ALL
    ]
    assert export.rows == 5


def test_every_row_can_be_walked_back_to_its_answer(project, ana, carol):
    batch = answered(project, ALL, by=ana, admin=carol)
    export = exported(chosen(batch), **ONLY)
    by_item = answers(batch)
    for one in lines(export, FILES[2]):
        row = lines(export, one["file"])[one["line"] - 1]
        assert row["messages"][-1]["content"] == answer_to(one["item"])
        assert one["response"] == by_item[one["item"]].external_id
        assert (one["raters"], one["repaired_from"]) == (3, None)
    assert len(lines(export, FILES[2])) == 5


def test_validation_items_are_never_shown_for_training(project, ana, carol):
    selection = chosen(answered(project, ALL, by=ana, admin=carol))
    export = exported(selection, **ONLY)
    for split, name in (("train", FILES[0]), ("valid", FILES[1])):
        items = set(selection.items.filter(split=split).values_list("item__external_id", flat=True))
        assert items, split
        texts = {row["messages"][-1]["content"] for row in lines(export, name)}
        assert texts == {answer_to(item) for item in items}


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        # two of three say that it cites no policy
        ("001 111", "cites_policy: not met"),
        ("111 100", "polite: not met"),
        ("1-- 1--", "cites_policy: 1 of 2 raters; polite: 1 of 2 raters"),
        ("--- ---", "cites_policy: 0 of 2 raters; polite: 0 of 2 raters"),
        ("10- 11-", "cites_policy: a tie"),
    ],
)
def test_an_answer_that_does_not_pass_is_named_with_its_reason(
    project, ana, carol, pattern, reason
):
    batch = answered(project, ALL | {"c": pattern}, by=ana, admin=carol)
    export = exported(chosen(batch), **ONLY)
    told = export.manifest["demonstrations"]
    name = answers(batch)["c"].external_id
    assert told["excluded"] == [{"id": "c", "reason": f"{name}: {reason}"}]
    assert answer_to("c") not in {row["messages"][-1]["content"] for row in rows(export)}
    assert export.rows == told["counts"]["rows"] == 4


@pytest.mark.parametrize("pattern", ["110 111", "11- 11-"])
def test_two_of_three_or_two_alone_are_enough(project, ana, carol, pattern):
    batch = answered(project, ALL | {"c": pattern}, by=ana, admin=carol)
    assert exported(chosen(batch), **ONLY).rows == 5


def test_what_models_answered_and_who_wrote_or_rated_stays_here(project, ana, carol):
    export = exported(chosen(answered(project, ALL, by=ana, admin=carol)), **ONLY)
    text = b"".join(content(export).values()).decode()
    assert "Yes, within 30 days." not in text
    for name in ("ana", "ben", "cleo", "dora"):
        assert f'"{name}"' not in text


def test_expert_responses_from_elsewhere_are_none_since_nobody_knows_who_wrote_them(
    project, ana, carol
):
    batch = answered(project, ALL, by=ana, admin=carol)
    item = Item.objects.get(external_id="a")
    writer = factories.generator(project, "some-expert", kind="expert")
    imported = factories.response(item, writer, text="Written elsewhere.")
    batch.queue.create(project=project, response=imported, key=999, overlap=3)
    rate(batch, imported, "111 111")
    export = exported(chosen(batch), **ONLY)
    assert b"Written elsewhere." not in b"".join(content(export).values())
    assert export.rows == 5


def test_withheld_answers_never_get_in(project, ana, carol):
    batch = answered(project, ALL, by=ana, admin=carol)
    item = item_named(project, "f")
    first, second = (factories.response(item, text="Yes, within 30 days.") for _ in range(2))
    generator = answers(batch)["a"].generator
    withheld = factories.response(item, generator, withheld="It names a customer.")
    task = Batch.objects.get(kind="answer")
    AnswerPlace.objects.create(
        project=project, batch=task, item=item, key=99, state="written", expert=ana,
        response=withheld, text="It is Mr Smith.",
    )  # fmt: skip
    rated = ((first, "000 000"), (second, "000 000"), (withheld, "111 111"))
    for key, (response, pattern) in enumerate(rated, start=500):
        batch.queue.create(project=project, response=response, key=key, overlap=3)
        rate(batch, response, pattern)
    selection = chosen(batch)
    assert selection.items.get(item=item).verdict == "in"
    assert written_here([withheld.pk]) == set()
    export = exported(selection, **ONLY)
    assert export.rows == 5
    text = b"".join(content(export).values())
    assert b"Mr Smith" not in text
    assert b"names a customer" not in text


def test_items_that_are_out_show_nothing(project, ana, carol):
    batch = answered(project, ALL, by=ana, admin=carol)
    models = Response.objects.filter(item__external_id="b", generator__kind="model")
    for seat in batch.assignments.filter(response__in=models, slot__isnull=False):
        rating.revise(seat, MET, submission_id=uuid4(), by=seat.rater)
    selection = chosen(batch)
    assert selection.items.get(item__external_id="b").verdict == "out"
    assert answer_to("b") not in {
        row["messages"][-1]["content"] for row in rows(exported(selection, **ONLY))
    }


def test_an_item_with_a_rubric_of_its_own_is_left_out(project, ana, carol):
    selection = chosen(answered(project, ALL, by=ana, admin=carol))
    item = Item.objects.get(external_id="b")
    Rubric.objects.create(project=project, slug="of-b", title="Of b", item=item)
    export = exported(selection, **ONLY)
    (excluded,) = export.manifest["demonstrations"]["excluded"]
    assert excluded["id"] == "b"
    assert "a rubric of its own, by which nobody rated the answer" in excluded["reason"]


def test_the_manifest_says_the_rule_and_what_a_trainer_will_miss(project, ana, carol):
    manifest = exported(chosen(answered(project, ALL, by=ana, admin=carol)), **ONLY).manifest
    assert manifest["demonstrations"]["rule"] == RULE
    assert manifest["demonstrations"]["counts"]["rows"] == 5
    # four of five train
    assert (
        "demonstrations_train.jsonl has 4 rows; OpenAI takes no fewer than 10."
        in manifest["warnings"]
    )
    assert (manifest["counts"]["rows"], manifest["judge_model"]) == (0, None)
    missing = {one["what"] for one in manifest["not_measured"]}
    assert "grader validity" not in missing
    assert "fresh-rater audit" in missing


def test_beside_the_other_target_both_are_as_they_are_alone(project, ana, carol):
    selection = chosen(answered(project, ALL, by=ana, admin=carol))
    both = exported(selection, targets=["openai", "demonstrations"])
    shown, tuned = exported(selection, **ONLY), exported(selection)
    alone = content(shown) | content(tuned)
    there = content(both)
    assert there.keys() == alone.keys()
    for name in there.keys() - {"manifest.json"}:
        assert there[name] == alone[name], name
    assert both.rows == shown.rows + tuned.rows == 10
    assert "demonstrations" not in tuned.manifest


def test_without_a_written_answer_it_is_refused_before_a_job_starts(project):
    measured(rated_batch(project, {"a": ["000 000"]}))
    with pytest.raises(DomainError, match="no expert has written an answer to an item that is in"):
        exporting.start(selected(project), **ONLY)


def test_ratings_from_elsewhere_show_no_blindness(project, ana, carol):
    batch = answered(project, ALL, by=ana, admin=carol)
    Batch.objects.filter(pk=batch.pk).update(kind="imported")
    with pytest.raises(DomainError, match="nobody knows whether they were blind"):
        exporting.start(chosen(Batch.objects.get(pk=batch.pk)), **ONLY)


def test_a_ruling_goes_before_what_raters_said(project, ana, carol):
    batch = answered(project, ALL | {"c": "001 111"}, by=ana, admin=carol)
    answer = answers(batch)["c"]
    judge = factories.member(project, "judith", "adjudicator")
    batch.queue.update(taken=3)
    measured(batch)
    assert exported(selected(project), **ONLY).rows == 4
    chair = adjudicating.claim(batch, by=judge, response=answer.pk)
    adjudicating.rate(chair, MET, submission_id=uuid4(), by=judge)
    ruled = {"value": "1", "reason": "rater_error", "note": "It names the 14 days."}
    adjudicating.rule(chair, {"cites_policy": ruled}, by=judge)
    assert exported(selected(project), **ONLY).rows == 5


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_them_and_proves_every_byte(tmp_path):
    project = factories.project()
    ana = factories.member(project, "ana", "expert")
    carol = factories.member(project, "carol", "admin")
    selection = chosen(answered(project, ALL, by=ana, admin=carol))
    out = tmp_path / "out"
    with worker():
        told = shell(
            "export", project.slug, "--selection", str(selection.pk),
            "--target", "demonstrations", "--out", str(out),
        )  # fmt: skip
    assert [one["name"] for one in told["files"]] == [*FILES, "manifest.json"]
    proof = shell("export", "--verify", str(out))
    assert (proof["verified"], proof["files"], proof["rows"]) == (True, 4, 5)
    changed = out / FILES[0]
    changed.write_bytes(changed.read_bytes().replace(b"14 days", b"30 days", 1))
    with pytest.raises(Problems, match="is not what the database gives"):
        verifying.verify(out)


def test_what_comes_after_the_selection_changes_no_byte(project, ana, carol, tmp_path):
    batch = answered(project, ALL | {"c": "001 111"}, by=ana, admin=carol)
    selection = chosen(batch)
    export = exported(selection, **ONLY)
    exporting.copy_out(export, tmp_path / "out")
    other = answering.open_task(
        project, batch.rubric_version, "More", items=Item.objects.filter(external_id="a"), by=carol
    )
    answering.send(answering.claim(other, by=ana), "Written later.", by=ana)
    assert verifying.verify(tmp_path / "out").rows == 4
