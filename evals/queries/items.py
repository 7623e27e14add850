"""The list of a project's items: filtered, one page at a time by key, constant queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left

from evals.models import AgreementRun, SelectedItem, Selection
from evals.queries import grids
from evals.queries.slice_conditions import lookup
from labeling.models import (
    Answer,
    Assignment,
    Batch,
    Criterion,
    Item,
    Project,
    QueueEntry,
    Response,
    Score,
    User,
)

PAGE = 50
# Beyond this a filtered list says "more than": nobody pages through it, and counting costs.
COUNT_MAX = 1_000
GIST = 140


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """What the list is narrowed to; every part is optional. A run shows its batch as it was."""

    q: str = ""
    batch: Batch | None = None
    criterion: Criterion | None = None
    slice: str = ""
    show: str = ""
    run: AgreementRun | None = None
    selection: Selection | None = None
    verdict: str = ""

    @property
    def is_empty(self) -> bool:
        return self == ItemFilter()


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the list."""

    pk: int
    external_id: str
    gist: str
    responses: int
    ratings: int
    disagreements: int
    verdict: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A stretch of the list with the keys of its neighbours; `count` ends at `COUNT_MAX`."""

    rows: list[ItemRow]
    count: int
    more: bool
    before: str
    after: str


def readable_batches(project: Project, user: User) -> QuerySet[Batch]:
    """Batches whose judgements the person may see: those they do not rate in themselves."""
    blind = Batch.objects.blind_to(user).values("pk")
    return Batch.objects.filter(project=project).exclude(pk__in=blind)


def readable_runs(project: Project, user: User) -> QuerySet[AgreementRun]:
    """Finished measurings of the batches whose judgements the person may see."""
    finished = AgreementRun.objects.finished().filter(project=project)
    return finished.filter(batch__in=readable_batches(project, user))


def readable_selections(project: Project, user: User) -> QuerySet[Selection]:
    """Finished selections that give nothing away about a batch the person rates in."""
    blind = Batch.objects.blind_to(user).values("pk")
    finished = Selection.objects.finished().filter(project=project)
    return finished.exclude(agreement_run__batch__in=blind)


def page(
    project: Project, user: User, narrowed: ItemFilter, *, after: str = "", before: str = ""
) -> ItemPage:
    """The next items after a key (or before one), in the order of their ids."""
    found = _filtered(project, user, narrowed)
    keyed = found.annotate(gist=_gist()).values_list("pk", "external_id", "gist")
    if before:
        rows = list(keyed.filter(external_id__lt=before).order_by("-external_id")[: PAGE + 1])
        further, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        has_previous, has_next = further, True
    else:
        rows = list(keyed.filter(external_id__gt=after).order_by("external_id")[: PAGE + 1])
        has_previous, has_next = bool(after), len(rows) > PAGE
        rows = rows[:PAGE]
    whole = not (has_previous or has_next)
    count = len(rows) if whole else _count(found, narrowed)
    return ItemPage(
        rows=_described(rows, project, user, narrowed),
        count=min(count, COUNT_MAX) if not narrowed.is_empty else count,
        more=not narrowed.is_empty and count > COUNT_MAX,
        before=rows[0][1] if rows and has_previous else "",
        after=rows[-1][1] if rows and has_next else "",
    )


def disagreed(scores: QuerySet[Score]) -> QuerySet:
    """Units (response and lineage) on which the scored values differ."""
    return _ranged(scores).filter(lo__lt=F("hi"))


def counted_scores(batches: QuerySet[Batch]) -> QuerySet[Score]:
    """Current scores as agreement counts them: scored, of fixed overlap, of ratings that count."""
    return Score.objects.filter(
        batch__in=batches,
        answer=Answer.SCORED,
        superseded_by__isnull=True,
        rating__withdrawn=False,
        rating__excluded_reason__isnull=True,
        counted=True,
    )


def _counted(batches: QuerySet[Batch], run: AgreementRun | None) -> QuerySet[Score]:
    """Counted scores as they are now, or as the run found them in its batch."""
    if run is None:
        return counted_scores(batches)
    there = Q(rating__excluded_seq__isnull=True) | Q(rating__excluded_seq__gt=run.watermark)
    scores = Score.objects.filter(
        there,
        batch__in=batches,
        answer=Answer.SCORED,
        counted=True,
    )
    return grids.as_of(scores, run)


def _ranged(scores: QuerySet[Score]) -> QuerySet:
    units = scores.order_by().values("response", "lineage")
    return units.annotate(lo=Min("value"), hi=Max("value"), n=Count("pk"))


def _filtered(project: Project, user: User, narrowed: ItemFilter) -> QuerySet[Item]:
    found = Item.objects.filter(project=project)
    if narrowed.q:
        found = found.filter(external_id__icontains=narrowed.q)
    if narrowed.criterion or narrowed.show or narrowed.slice or narrowed.run:
        judged = Response.objects.filter(pk__in=_judged(project, user, narrowed))
        found = found.filter(pk__in=judged.values("item"))
    elif narrowed.batch:
        found = found.filter(pk__in=_members(narrowed.batch))
    if narrowed.verdict:
        # Without a selection that the person may see, no item has a verdict.
        chosen = SelectedItem.objects.filter(selection=narrowed.selection, verdict=narrowed.verdict)
        found = found.filter(pk__in=chosen.values("item"))
    return found


def _members(batch: Batch) -> QuerySet:
    """Items of a batch, whether queued here or rated elsewhere and imported."""
    queued = QueueEntry.objects.filter(batch=batch).values("response")
    seated = Assignment.objects.filter(batch=batch).values("response")
    return Response.objects.filter(Q(pk__in=queued) | Q(pk__in=seated)).values("item")


def _judged(project: Project, user: User, narrowed: ItemFilter) -> QuerySet:
    """Responses whose units are as asked: of a criterion, of a slice, disputed or not."""
    batches = readable_batches(project, user)
    if narrowed.batch:
        batches = batches.filter(pk=narrowed.batch.pk)
    scores = _counted(batches, narrowed.run)
    if narrowed.criterion:
        scores = scores.filter(lineage=narrowed.criterion.lineage_id)
    if narrowed.slice:
        scores = scores.filter(lookup(narrowed.slice))
    if narrowed.show == "disagreement":
        return disagreed(scores).values("response")
    if narrowed.show == "unanimous":
        return _ranged(scores).filter(lo=F("hi"), n__gte=2).values("response")
    return scores.values("response")


def _count(found: QuerySet[Item], narrowed: ItemFilter) -> int:
    if narrowed.is_empty:
        return found.count()
    return found.values("pk")[: COUNT_MAX + 1].count()


def _gist() -> Left:
    """The beginning of the last message, cut in the database: messages may be a megabyte."""
    last = KeyTextTransform("content", KeyTextTransform("-1", "messages"))
    return Left(last, GIST)


def _described(
    rows: Sequence[tuple[int, str, str | None]], project: Project, user: User, narrowed: ItemFilter
) -> list[ItemRow]:
    ids = [pk for pk, _, _ in rows]
    batches = readable_batches(project, user)
    responses = _per_item(Response.objects.filter(item__in=ids), "item")
    seats = Assignment.objects.filter(
        response__item__in=ids, state=Assignment.State.SUBMITTED, batch__in=batches
    )
    ratings = _per_item(seats, "response__item")
    disputed: dict[int, int] = {}
    units = disagreed(_counted(batches, narrowed.run).filter(response__item__in=ids))
    for unit in units.values_list("response__item", flat=True):
        disputed[unit] = disputed.get(unit, 0) + 1
    verdicts = _verdicts(ids, project, user, narrowed)
    return [
        ItemRow(
            pk,
            external_id,
            gist or "",
            responses.get(pk, 0),
            ratings.get(pk, 0),
            disputed.get(pk, 0),
            verdicts.get(pk, ""),
        )
        for pk, external_id, gist in rows
    ]


def _per_item(rows: QuerySet, path: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(path).annotate(n=Count("pk")))


def _verdicts(
    ids: Sequence[int], project: Project, user: User, narrowed: ItemFilter
) -> dict[int, str]:
    """The verdict of the chosen selection, else of the newest."""
    selections = readable_selections(project, user)
    if narrowed.selection:
        selections = selections.filter(pk=narrowed.selection.pk)
    newest = selections.order_by("-pk").values("pk")[:1]
    rows = SelectedItem.objects.filter(item__in=ids, selection__in=newest)
    return dict(rows.values_list("item", "verdict"))
