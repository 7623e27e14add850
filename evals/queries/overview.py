"""Where a project stands on its path, what awaits a decision, and what ran last."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q

from evals.models import AgreementRun, Export, SelectedItem, Selection
from evals.queries.items import readable_batches, readable_selections
from labeling.models import (
    Assignment,
    Batch,
    Flag,
    Import,
    Membership,
    Project,
    QueueEntry,
    Role,
    RubricVersion,
    RunState,
    User,
)

RECENT = 8


@dataclass(frozen=True, slots=True)
class Rated:
    """Responses in the project's batches, and how many have all their ratings."""

    complete: int
    begun: int
    total: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The newest selection: how many of its items are in."""

    selection: Selection
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Path:
    """The five figures."""

    version: RubricVersion | None
    criteria: int
    rated: Rated
    measuring: AgreementRun | None
    chosen: Chosen | None
    productions: int
    drafts: int
    blind: bool


def path(project: Project, user: User) -> Path:
    """The five figures; without what the person must not see while rating."""
    exports = Export.objects.finished().filter(project=project)
    kinds = dict(exports.order_by().values_list("kind").annotate(n=Count("pk")))
    version = _version(project)
    return Path(
        version=version,
        criteria=version.criteria.count() if version else 0,
        rated=_rated(project),
        measuring=_measuring(project, user),
        chosen=_chosen(project, user),
        productions=kinds.get(Export.Kind.PRODUCTION, 0),
        drafts=kinds.get(Export.Kind.DRAFT, 0),
        blind=Batch.objects.blind_to(user).filter(project=project).exists(),
    )


def stale_batches(project: Project) -> list[Batch]:
    """Batches whose ratings are newer than what was measured of them."""
    return list(Batch.objects.filter(project=project, stale_since__isnull=False).order_by("pk"))


def short_batches(project: Project) -> list[Batch]:
    """Open batches with free seats that ask for more experts than the project has."""
    free = QueueEntry.objects.filter(batch=OuterRef("pk"), taken__lt=F("overlap"))
    return list(
        Batch.objects.filter(project=project, state=Batch.State.OPEN, overlap__gt=experts(project))
        .filter(Exists(free))
        .order_by("pk")
    )


def experts(project: Project) -> int:
    """How many people can rate here."""
    held = Membership.objects.filter(project=project, role=Role.EXPERT, user__is_active=True)
    return held.count()


def open_flags(project: Project) -> int:
    return Flag.objects.filter(project=project, state=Flag.State.OPEN).count()


def drafts(project: Project) -> list[RubricVersion]:
    """Wordings nobody has published yet."""
    draft = RubricVersion.objects.filter(project=project, status=RubricVersion.Status.DRAFT)
    return list(draft.select_related("rubric__project").order_by("pk"))


def waiting_imports(project: Project) -> list[Import]:
    """Uploads that were checked and wait for somebody to confirm them."""
    waiting = Import.objects.filter(project=project, state=RunState.WAITING)
    return list(waiting.order_by("-pk")[:RECENT])


def _version(project: Project) -> RubricVersion | None:
    published = RubricVersion.objects.published().filter(project=project, rubric__item=None)
    return published.select_related("rubric__project").order_by("-published_at").first()


def _rated(project: Project) -> Rated:
    """Submitted seats per response and batch; imported batches have no queue."""
    seats = Assignment.objects.filter(project=project, state=Assignment.State.SUBMITTED)
    units = seats.order_by().values("batch", "response", "batch__overlap")
    counted = units.annotate(n=Count("pk")).aggregate(
        begun=Count("response"),
        complete=Count("response", filter=Q(n__gte=F("batch__overlap"))),
    )
    queued = QueueEntry.objects.filter(project=project).count()
    unqueued = seats.exclude(batch__in=QueueEntry.objects.filter(project=project).values("batch"))
    imported = unqueued.values("batch", "response").distinct().count()
    return Rated(counted["complete"], counted["begun"], queued + imported)


def _measuring(project: Project, user: User) -> AgreementRun | None:
    """The newest measuring of a batch that the person may see."""
    runs = AgreementRun.objects.finished().filter(batch__in=readable_batches(project, user))
    return runs.order_by("-pk").select_related("batch__project", "rubric_version").first()


def _chosen(project: Project, user: User) -> Chosen | None:
    selection = readable_selections(project, user).order_by("-pk").first()
    if selection is None:
        return None
    counted = SelectedItem.objects.filter(selection=selection).aggregate(
        n=Count("pk"), chosen=Count("pk", filter=Q(verdict=SelectedItem.Verdict.IN))
    )
    return Chosen(selection, counted["chosen"], counted["n"])
