"""All that an expert meets, laid out once: the pages that the tests of this folder walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.urls import reverse

from labeling import answering, assigning
from labeling.models import (
    Assignment,
    Batch,
    Criterion,
    Item,
    Level,
    Project,
    Response,
    RubricVersion,
    User,
)
from labeling.ways import Asking
from tests import factories
from tests.labeling.adjudicating import scene as ruling
from tests.labeling.practice import practising
from tests.labeling.rating import seats

POLICY = "Section 4: an unused kettle may be sent back within 30 days. " * 6
ANSWER = (
    "You may send it back **within 30 days**, says section 4.\n\n"
    "| step | by |\n|---|---|\n| write to us | Friday |\n\n```json\n"
    + '{"refund": true}'
    + "\n```\n"
)
LEVELS = (
    ("Leaves it open", "Says neither what to do nor by when."),
    ("Names a way", "Says what to do, and no date."),
    ("Names way and time", "Says what to do and by when."),
)


@dataclass(frozen=True)
class Place:
    """An address, who meets it (None: nobody is logged in), whether a script must be at work."""

    path: str
    who: User | None
    scripted: bool = False


@dataclass
class Scene:
    project: Project
    version: RubricVersion
    places: dict[str, Place] = field(default_factory=dict)

    def add(self, name: str, path: str, who: User | None, *, scripted: bool = False) -> None:
        self.places[name] = Place(path, who, scripted)


def laid_out(project: Project, expert: User, admin: User, judge: User) -> Scene:
    made = Scene(project, _version(project))
    made.add("log-in", "/accounts/login/", None)
    made.add("home", "/", expert)
    made.add("desks", "/desk/", expert)
    made.add("desk", _desk(made, expert), expert, scripted=True)
    made.add("long trace", _trace(made, expert), expert, scripted=True)
    made.add("grid", _grid(made, expert), expert, scripted=True)
    made.add("one criterion", _by_criterion(made, expert), expert, scripted=True)
    made.add("practice explained", _practice(made, expert), expert)
    made.add("own history", "/desk/ratings/", expert)
    made.add("answer", _answer(made, expert, admin), expert)
    blind, ruled = _adjudication(made, judge)
    made.add("disputes", reverse("adjudication", args=[project.slug]), judge)
    made.add("blind rating", blind, judge, scripted=True)
    made.add("ruling", ruled, judge)
    return made


def _version(project: Project) -> RubricVersion:
    """A gate with guidance, a scale with anchors that asks for a reason, a plain criterion."""
    version = factories.draft(project)
    version.guidelines = "Read the **whole** response first."
    version.save(update_fields=["guidelines"])
    factories.criterion(
        version, gate=True, pass_at=1, guidance="Look for the number.", needs_evidence=True
    )
    complete = factories.criterion(
        version, "complete", scale="ordinal", needs_rationale=True, allow_na=True
    )
    _levels(complete)
    factories.criterion(version, "polite")
    return factories.publish(version)


def _levels(criterion: Criterion) -> None:
    Level.objects.bulk_create(
        Level(
            criterion=criterion,
            position=at,
            value=at,
            label=label,
            anchor=anchor,
            credit=Decimal(at) / 2,
        )
        for at, (label, anchor) in enumerate(LEVELS)
    )


def _opened(scene: Scene, name: str, responses: list[Response], **fields: object) -> Batch:
    return assigning.open_batch(
        scene.project,
        scene.version,
        name,
        responses=Response.objects.filter(pk__in=[one.pk for one in responses]),
        by=None,
        **fields,
    )


def _seat(batch: Batch, rater: User) -> str:
    found = assigning.claim_next(batch, rater)
    assert found is not None
    return f"/desk/seat/{found.pk}/"


def _desk(scene: Scene, expert: User) -> str:
    source = {"documents": [{"title": "Policy", "text": POLICY}]}
    items = [factories.item(scene.project, reference=source) for _ in range(3)]
    return _seat(
        _opened(scene, "First round", [factories.response(one, text=ANSWER) for one in items]),
        expert,
    )


def _trace(scene: Scene, expert: User) -> str:
    """A conversation of 120 turns with calls and their results, then the turn to be judged."""
    turns: list[dict[str, object]] = [{"role": "system", "content": POLICY * 3}]
    for at in range(40):
        call = {"name": "look_up_order", "arguments": f'{{"order": "{at}", "where": "store"}}'}
        turns += [
            {"role": "user", "content": f"Where is order {at}?"},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": f"c{at}", "function": call}],
            },
            {
                "role": "tool",
                "name": "look_up_order",
                "content": '{"state": "' + "sent " * 40 + '"}',
            },
        ]
    item = Item.objects.create(
        project=scene.project,
        external_id="trace",
        group_key="trace",
        messages=turns,
        content_hash=factories.digest("trace"),
    )
    return _seat(_opened(scene, "Long traces", [factories.response(item)]), expert)


def _grid(scene: Scene, expert: User) -> str:
    item = factories.item(scene.project, "side-by-side")
    made = [factories.response(item, text=f"{ANSWER} Answer {at}.", index=at) for at in range(3)]
    return _seat(_opened(scene, "Side by side", made, asking=Asking(way="grid")), expert)


def _by_criterion(scene: Scene, expert: User) -> str:
    item = factories.item(scene.project, "by-criterion")
    made = [factories.response(item, text=f"{ANSWER} Answer {at}.", index=at) for at in range(3)]
    batch = _opened(scene, "One by one", made, asking=Asking(way="by_criterion"))
    return _seat(batch, expert)


def _practice(scene: Scene, expert: User) -> str:
    """One answer right, one wrong, each with why."""
    known = practising.known_responses(scene.project, scene.version, 1, ("cites_policy", "polite"))
    batch = practising.opened(scene.version, known)
    seat = assigning.claim_next(batch, expert)
    assert seat is not None
    submitted(seat)
    return f"/desk/seat/{seat.pk}/"


def submitted(seat: Assignment) -> None:
    said = {
        "cites_policy": {"value": "1", "evidence": "within 30 days"},
        "complete": {"value": "1", "rationale": "No date."},
        "polite": {"value": "0", "rationale": "Curt."},
    }
    seats.submit(seat, said)


def _answer(scene: Scene, expert: User, admin: User) -> str:
    item = factories.item(scene.project, "to-answer")
    factories.response(item, text="It depends.")
    task = answering.open_task(
        scene.project,
        scene.version,
        "Answers",
        items=Item.objects.filter(pk=item.pk),
        by=admin,
    )
    place = answering.claim(task, by=expert)
    assert place is not None
    return reverse("answer", args=[place.pk])


def _adjudication(scene: Scene, judge: User) -> tuple[str, str]:
    """Responses that experts differ on: one to be rated blind, one to be ruled on, one left."""
    version = factories.draft(scene.project, rubric_=factories.rubric(scene.project, "ruled"))
    for key in ("cites_policy", "polite"):
        factories.criterion(version, key)
    factories.publish(version)
    made = ruling.scene(scene.project, "10 01", "11 00", "01 10", version=version, name="Disputed")
    own = ruling.rated(made, judge, 0)
    blind = ruling.taken(made, judge, 1)
    paths = [reverse("adjudication_seat", args=[one.pk]) for one in (blind, own)]
    return paths[0], paths[1]
