"""From an expert's flag to a dataset: the rubric changes, and only what changed is asked again."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from evals import exporting, selecting, verifying
from evals.models import AgreementRun, Selection
from evals.queries import selection as queries
from labeling import asking_again, assigning, authoring
from labeling.errors import DomainError
from labeling.models import Batch, Flag, Reask, Response, Score
from tests import factories
from tests.evals.loop import exported, item_named, measured, selected
from tests.labeling.moving import (
    COMPLETE,
    FIRST_ANSWERS,
    RESCALED,
    REWORDED,
    first,
    second,
    spec,
    submit,
)
from tests.web.desk.requests import LogIn, address

pytestmark = pytest.mark.django_db
RUBRIC = "/p/refunds/rubrics/refund-quality/"
ASKED = 'data-criterion="([a-z]+)"'


@pytest.fixture
def experts(project, ana, ben):
    return [ana, ben, factories.member(project, "cleo", "expert")]


@pytest.fixture
def batch(project, experts, settings, tmp_path) -> Batch:
    """Two items of two responses, each to be judged by three: 12 judgements."""
    settings.MEDIA_ROOT = tmp_path / "storage"
    for name in ("low", "high"):
        item = item_named(project, name)
        for index in range(2):
            factories.response(item, factories.generator(project), f"{name} {index}", index=index)
    asked = Response.objects.filter(project=project)
    return assigning.open_batch(
        project, first(project), "First round", responses=asked, overlap=3, by=None
    )


def met(response: Response) -> int:
    return int(response.item.external_id == "high")


def judge(batch: Batch, experts) -> None:
    """Under version 1: the low item does not name the paragraph, and both greet."""
    for expert in experts:
        while seat := assigning.claim_next(batch, expert):
            cites = FIRST_ANSWERS["cites"] | {"value": str(met(seat.response))}
            submit(seat, FIRST_ANSWERS | {"cites": cites})


def flag(client, batch: Batch, rater) -> Flag:
    """An expert tells, at the desk, what the scale of a criterion lacks."""
    seat = batch.assignments.filter(rater=rater).order_by("pk").first()
    fields = {
        "flag-kind": "rubric",
        "flag-criterion": str(batch.rubric_version.criteria.get(key="polite").pk),
        "flag-text": "Some are more than polite.",
        "flag-version": str(batch.rubric_version_id),
        "flag-submission_id": str(uuid4()),
    }
    assert client.post(address(seat, "flag"), fields).status_code == 302
    return Flag.objects.get()


def publish(client, author, flag: Flag) -> None:
    """Take the flag, change the draft, and publish it with the fates that the page proposes."""
    client.post(f"{RUBRIC}flags/{flag.pk}/decide", {"do": "take"})
    draft = authoring.standing(flag.rubric_version.rubric).draft
    saved = authoring.save_draft(
        draft, spec(REWORDED, RESCALED, COMPLETE), edit=draft.edit, by=author
    )
    page = client.get(f"{RUBRIC}publish").text
    assert "What becomes of its 12 labels?" in page
    fates = dict(re.findall(r'name="(fate:\w+)" value="(\w+)"[^>]*checked', page))
    assert fates == {"fate:cites": "carry", "fate:polite": "ask", "fate:complete": "ask"}
    note = {"number": 2, "edit": saved.edit, "change_note": f"Settles flag {flag.pk}."}
    assert client.post(f"{RUBRIC}publish", note | fates).status_code == 302


def move(client, batch: Batch) -> Batch:
    page = client.get(f"{batch.get_absolute_url()}move").text
    assert "12 judgements, only for" in page
    answer = client.post(f"{batch.get_absolute_url()}move", {"version": "2"}, follow=True)
    assert "12 judgements are asked again" in answer.text
    return Batch.objects.get(pk=batch.pk)


def answer_again(client, batch: Batch, expert, times: int) -> None:
    """At the desk, where nothing but what changed is shown; two levels and a criterion."""
    for _ in range(times):
        seat = assigning.claim_next(batch, expert)
        page = client.get(address(seat)).text
        assert sorted(set(re.findall(ASKED, page))) == ["complete", "polite"]
        fields = {
            "submission_id": str(uuid4()),
            "version": str(batch.rubric_version_id),
            "value:polite": str(2 * met(seat.response)),
            "value:complete": str(met(seat.response)),
        }
        assert client.post(address(seat, "submit"), fields).status_code == 302


def labels(run: AgreementRun) -> dict[str, int]:
    """How many labels count for each criterion on the whole batch."""
    return dict(run.criteria.filter(slice=None).values_list("criterion__key", "n_ratings"))


def verdict(selection: Selection, item: str = "low") -> tuple[str, str]:
    found = selection.items.get(item__external_id=item)
    return found.verdict, "; ".join(found.reasons)


def refused(selection: Selection) -> str:
    with pytest.raises(DomainError) as refusal:
        exporting.start(selection)
    return str(refusal.value)


def test_from_a_flag_to_a_dataset_by_version_2(
    as_user: LogIn, project, ana, carol, batch, experts, tmp_path
):
    judge(batch, experts)
    assert labels(measured(batch)) == {"cites": 12, "polite": 12}
    author = factories.member(project, "amy", "author")
    flagged = flag(as_user(ana), batch, ana)
    publish(as_user(author), author, flagged)
    batch = move(as_user(carol), batch)
    nobody_has_answered(batch)
    for expert in experts[:2]:
        answer_again(as_user(expert), batch, expert, times=4)
    one_answer_is_missing_everywhere(batch)
    answer_again(as_user(experts[2]), batch, experts[2], times=4)
    assert [assigning.claim_next(batch, expert) for expert in experts] == [None] * 3
    all_is_answered(batch, tmp_path / "out")


def nobody_has_answered(batch: Batch) -> None:
    """Labels that were carried count; of 4 points they release 2, and 80 % are needed."""
    assert labels(measured(batch)) == {"cites": 12, "polite": 0, "complete": 0}
    selection = selected(batch.project)
    assert verdict(selection) == (
        "held",
        "released criteria carry 50 % of its points, 80 % are needed; not asked yet under"
        " version 2: `polite`, 0 of 3 on 2 responses, `complete`, 0 of 3 on 2 responses",
    )
    assert "Not everything that this rule needs is asked yet under version 2" in refused(selection)
    assert "for answers on complete, polite" in refused(selection)


def one_answer_is_missing_everywhere(batch: Batch) -> None:
    # 4 responses of 2 raters
    assert labels(measured(batch)) == {"cites": 12, "polite": 8, "complete": 8}
    selection = selected(batch.project)
    assert verdict(selection)[1].endswith(
        "`polite`, 2 of 3 on 2 responses, `complete`, 2 of 3 on 2 responses"
    )
    # The high item is out whatever is answered: what it is released for is met already.
    assert "1 item waits for answers on complete, polite" in refused(selection)


def all_is_answered(batch: Batch, out) -> None:
    assert labels(measured(batch)) == {"cites": 12, "polite": 12, "complete": 12}
    said = Score.objects.order_by("pk").values_list(
        "criterion__key", "rating__assignment__round", "criterion__version__number"
    )
    # Every label keeps the version it was made under; the old scale's stay with version 1.
    assert set(said) == {
        *(("cites", 1, 1), ("polite", 1, 1)),
        *(("polite", 2, 2), ("complete", 2, 2)),
    }
    assert Reask.objects.count() == 12
    selection = selected(batch.project)
    assert verdict(selection) == ("in", "")
    assert verdict(selection, "high")[0] == "out"
    exporting.copy_out(exported(selection), out)
    assert verifying.verify(out).rows == 1


@pytest.fixture
def moved(batch, experts, carol) -> Batch:
    """Judged by version 1 and at version 2, and nobody has answered again."""
    judge(batch, experts)
    asking_again.move_forward(batch, second(batch.project), by=carol)
    return Batch.objects.get(pk=batch.pk)


def test_a_rule_that_carried_labels_satisfy_waits_for_nothing(moved):
    measured(moved)
    selection = selected(moved.project, {"released_points_min": 0.5})
    assert verdict(selection) == ("in", "")
    assert exported(selection).rows == 1


def test_what_was_not_answered_before_the_batch_closed_is_out(moved, carol):
    measured(moved)
    waiting = selected(moved.project)
    assigning.close(moved, by=carol)
    selection = selected(moved.project)
    assert selection.pk != waiting.pk
    found, reason = verdict(selection)
    assert (found, "before the batch was closed: `polite`, 0 of 3" in reason) == ("out", True)
    assert "There is nothing to export" in refused(selection)


def test_a_selection_is_decided_the_same_after_more_was_answered(moved, experts, as_user, carol):
    measured(moved)
    selection = selected(moved.project)
    answer_again(as_user(experts[0]), moved, experts[0], times=4)
    assigning.close(moved, by=carol)
    decided = selecting.decide(selection)
    assert [step.to_json() for step in decided.selected.funnel] == selection.funnel
    assert decided.warnings == selection.warnings
    # Two criteria of four responses.
    assert queries.notes(selection) == [
        "As of 12 ratings of First round, 8 are newer: measure agreement again to take them in."
    ]


def test_what_was_measured_by_an_older_version_says_so(batch, experts, carol):
    judge(batch, experts)
    measured(batch)
    selection = selected(batch.project)
    asking_again.move_forward(batch, second(batch.project), by=carol)
    assert queries.notes(Selection.objects.get(pk=selection.pk)) == [
        "First round has moved on to version 2 of the rubric; this was measured by version 1."
    ]
