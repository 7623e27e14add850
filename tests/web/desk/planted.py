"""An open batch in which everything an expert must not see is there, marked unmistakably."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from django.core.files.base import ContentFile

from evals import exporting, grading, selecting, tasks
from evals.gaps.rule import parse_rule
from evals.measuring import raters
from evals.models import AgreementRun, Export, Grade, GradingRun, RaterRun, Selection
from labeling import adjudicating, answering, assigning, rating
from labeling.importing import uploads
from labeling.models import (
    AnswerPlace,
    Assignment,
    Batch,
    Flag,
    Generator,
    Import,
    Item,
    Membership,
    Project,
    Response,
    Score,
    User,
)
from labeling.tasks import run_import
from tests import factories
from tests.web.measured import measure

PEER, WRITER = "zed-peer-marker", "model-zeta-marker"
# What each of them would tell. All of it stands in the database.
MARKERS = {
    PEER: "who the peers are",
    "Zedgivenname": "who the peers are",
    "PLANTED-WHY": "a peer's reason",
    "PLANTED-EVIDENCE": "a peer's evidence",
    "37.25": "a peer's value",
    "PLANTED-SKIP": "why a peer skipped",
    "PLANTED-DRAFT": "what a peer has not sent yet",
    "PLANTED-FLAG": "a peer's flag",
    WRITER: "which model answered",
    "planted-provider": "which model answered",
    "planted-params": "which model answered",
    "PLANTED-GRADE": "what a grader said",
    "PLANTED-RULING": "what an adjudicator ruled",
    "PLANTED-GOLD": "what is known of a response",
}
# Kept, and shown on no page and in no answer to anybody.
NEVER_SHOWN = {
    "PLANTED-SKIP",
    "PLANTED-DRAFT",
    "planted-provider",
    "planted-params",
}


@dataclass(frozen=True, eq=False)
class Planted:
    """Rows of every kind, all of the open batch in which ana rates."""

    project: Project
    batch: Batch
    seat: Assignment
    submitted: Assignment
    run: AgreementRun
    comparison: RaterRun
    grading: GradingRun
    selection: Selection
    export: Export
    upload: Import
    flag: Flag
    own_flag: Flag
    peer: User
    chair: Assignment
    writing: AnswerPlace


def planted(project: Project, ana: User, carol: User) -> Planted:
    """Two peers have rated, skipped, drafted and flagged; all is measured, graded and selected."""
    version = factories.draft(project)
    factories.criterion(version, "cites_policy")
    factories.criterion(
        version,
        "share",
        name="Length kept",
        scale="interval",
        minimum=Decimal(0),
        maximum=Decimal(100),
    )
    version = factories.publish(version)
    batch = factories.batch(version, _responses(project), name="Blind", overlap=3)
    peers = [
        _peer(project, PEER, "Zedgivenname"),
        _peer(project, "otto", "Otto"),
        _peer(project, "uma", "Uma"),
    ]
    # Disputed once; settled as not met on the others, which is what a release takes.
    for number, response in enumerate(Response.objects.filter(project=project).order_by("pk")[:4]):
        for slot, peer in enumerate(peers[: 2 if number else 3], start=1):
            _rate(batch, response, peer, slot, cites=0 if number else slot % 2)
    for entry in batch.queue.filter(response__assignments__isnull=False).distinct():
        batch.queue.filter(pk=entry.pk).update(taken=entry.response.assignments.count())
    rating.skip(assigning.claim_next(batch, peers[0]), "other", text="PLANTED-SKIP", by=peers[0])
    drafted = assigning.claim_next(batch, peers[1])
    said = {"cites_policy": {"value": "1", "rationale": "PLANTED-DRAFT"}}
    rating.save_draft(drafted, said, edit=0, by=peers[1])
    run = measure(batch)
    comparison, _ = raters.start(run)
    tasks.compare_raters(comparison.pk)
    comparison.refresh_from_db()
    graded = _graded(project)
    selection, export = _released(project, batch)
    submitted, seat = _of_ana(batch, ana)
    unseen = batch.assignments.filter(rater=peers[0]).exclude(response=submitted.response)
    flag = factories.flag(unseen[0], "PLANTED-FLAG", kind="item")
    chair = _ruling(batch, factories.member(project, "erin", "adjudicator"))
    # Of what one has judged an author may read it; of what one judges now nobody who does.
    factories.gold(seat.response, version, explanation="PLANTED-GOLD")
    factories.gold(submitted.response, version)
    own = factories.flag(submitted, "I find this unclear.")
    items = Item.objects.filter(project=project)
    task = answering.open_task(project, version, "By hand", items=items, by=carol)
    writing = answering.claim(task, by=ana)
    assert writing is not None
    return Planted(
        *(project, batch, seat, submitted, run, comparison, graded, selection, export),
        *(_uploaded(project, carol), flag, own, peers[0], chair, writing),
    )


def _peer(project: Project, username: str, name: str) -> User:
    made = factories.user(username, first_name=name, email=f"{username}@example.org")
    Membership.objects.create(project=project, user=made, role="expert")
    return made


def _responses(project: Project) -> list[Response]:
    by = Generator.objects.create(
        project=project,
        name=WRITER,
        kind="model",
        provider="planted-provider",
        params={"of": "planted-params"},
        params_hash=factories.digest("planted"),
    )
    made = []
    for number in range(8):
        item = factories.item(project, f"case-{number}")
        message = {"role": "assistant", "name": WRITER, "content": f"Answer {number}: yes."}
        made.append(
            Response.objects.create(
                project=project,
                item=item,
                generator=by,
                index=0,
                external_id=f"{WRITER}/{number}",
                messages=[message],
                output=message["content"],
                metadata={"by": "planted-params"},
                content_hash=factories.digest(str(number)),
            )
        )
    return made


def _rate(batch: Batch, response: Response, peer: User, slot: int, *, cites: int) -> None:
    values = {"cites_policy": cites}
    made = factories.rating(factories.seat(batch, response, peer, slot), values)
    criterion = batch.rubric_version.criteria.get(key="share")
    Score.objects.create(
        rating=made,
        assignment=made.assignment,
        batch=batch,
        response=response,
        rater=peer,
        criterion=criterion,
        lineage_id=criterion.lineage_id,
        value=Decimal("37.25"),
        rationale="PLANTED-WHY",
        evidence=["PLANTED-EVIDENCE"],
        counted=True,
    )


def _graded(project: Project) -> GradingRun:
    spec = {
        "type": "string_check",
        "name": "Says yes",
        "input": "{{ sample.output_text }}",
        "reference": "Yes",
        "operation": "like",
    }
    run, _ = grading.start(grading.register(project, spec))
    GradingRun.objects.filter(pk=run.pk).update(state="running")
    for response in Response.objects.filter(project=project):
        Grade.objects.create(
            project=project,
            run=run,
            response=response,
            reward=0.5,
            explanation="PLANTED-GRADE",
        )
    GradingRun.objects.filter(pk=run.pk).update(state="finished", finished_at=run.created_at)
    run.refresh_from_db()
    return run


def _released(project: Project, batch: Batch) -> tuple[Selection, Export]:
    selection, _ = selecting.start(project, parse_rule({"raters_min": 2}), batch=batch)
    tasks.select_items(selection.pk)
    selection.refresh_from_db()
    export, _ = exporting.start(selection)
    tasks.write_export(export.pk)
    export.refresh_from_db()
    return selection, export


def _of_ana(batch: Batch, ana: User) -> tuple[Assignment, Assignment]:
    """What ana has rated, and what she rates now."""
    first = assigning.claim_next(batch, ana)
    said = {"cites_policy": {"value": "1"}, "share": {"value": "12"}}
    rating.submit(first, said, submission_id=uuid4(), by=ana)
    return first, assigning.claim_next(batch, ana)


def _ruling(batch: Batch, by: User) -> Assignment:
    """Who belongs to no peers has ruled on what they differ on."""
    chair = adjudicating.claim(batch, by=by)
    assert chair is not None
    said = {"cites_policy": {"value": "1"}, "share": {"value": "30"}}
    adjudicating.rate(chair, said, submission_id=uuid4(), by=by)
    ruled = {"value": "1", "reason": "rater_error", "note": "PLANTED-RULING"}
    adjudicating.rule(chair, {"cites_policy": ruled}, by=by)
    return chair


def _uploaded(project: Project, by: User) -> Import:
    file = ContentFile(b'{"id": "case-99", "prompt": "And the lid?"}\n', "items.jsonl")
    upload, _ = uploads.start(project, {"items": file}, key=uuid4(), by=by)
    run_import(upload.pk)
    upload.refresh_from_db()
    return upload
