"""Finished comparisons of raters, read for pages, downloads and the API alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from evals.models import AgreementRun, RaterReport, RaterRun
from labeling.models import Assignment, Batch, Criterion, Project, QueueEntry, Response, User


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a comparison says to one rater about one criterion."""

    run: int
    criterion: Criterion
    part: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OwnRun:
    """A comparison of a closed batch, and the rater's own pace in it."""

    run: RaterRun
    pace: dict[str, Any] | None


def compared_batches(project: Project) -> list[Batch]:
    """Batches that were measured or compared, the newest first."""
    measured = Exists(AgreementRun.objects.finished().filter(batch=OuterRef("pk")))
    compared = Exists(RaterRun.objects.filter(batch=OuterRef("pk")))
    found = Batch.objects.filter(measured | compared, project=project)
    return list(found.select_related("project").order_by("-pk"))


def latest_comparison(batch: Batch) -> RaterRun | None:
    """The finished run with the highest watermark; of those, the newest."""
    finished = RaterRun.objects.finished().filter(batch=batch)
    run = finished.order_by("-watermark", "-pk").select_related("rubric_version").first()
    if run is not None:
        run.batch, run.project = batch, batch.project
    return run


def newest_comparison(batch: Batch) -> RaterRun | None:
    """The last run that was started, whatever became of it."""
    return RaterRun.objects.filter(batch=batch).order_by("-pk").first()


def measuring_beside(run: RaterRun) -> AgreementRun | None:
    """The finished measuring of the same ratings: its page lists the units behind a number."""
    same = AgreementRun.objects.finished().filter(
        batch=run.batch_id, watermark=run.watermark, rubric_version=run.rubric_version_id
    )
    return same.order_by("-pk").first()


def criteria_of(run: RaterRun) -> list[RaterReport]:
    """The run's criteria in the rubric's order, without their documents."""
    found = RaterReport.objects.filter(run=run).select_related("criterion")
    return list(found.defer("document").order_by("criterion__position"))


def whole(run: RaterRun) -> QuerySet[RaterReport]:
    """The run's criteria in the rubric's order, with all that was found."""
    found = RaterReport.objects.filter(run=run).select_related("criterion")
    return found.prefetch_related("criterion__levels").order_by("criterion__position")


def people(ids: Iterable[int]) -> dict[int, str]:
    """Names by id, in one query."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=list(ids))}


def addressed(ids: Iterable[int]) -> dict[int, Response]:
    """Responses by id with their items, in one query."""
    found = Response.objects.filter(pk__in=list(ids)).select_related("item")
    narrow = found.only("external_id", "item__external_id", "item__project")
    return {response.pk: response for response in narrow}


def report(run: RaterRun, user: User) -> dict[str, Any]:
    """The document of downloads and of the API: every figure, raters by their ids.

    Units that the reader still judges in another batch are left out, and how anybody's own
    agreement runs over a sitting: that is told to themselves alone.
    """
    criteria = list(whole(run))
    shut = still_judged(user, named_responses(one.document for one in criteria))
    names = people(one["rater"] for one in run.document["raters"])
    ordered = sorted(names, key=lambda pk: (names[pk].casefold(), pk))
    return {
        "project": run.project.slug,
        "batch": run.batch.name,
        "run": run.pk,
        "rubric_version": run.rubric_version.number,
        "watermark": run.watermark,
        "seed": run.seed,
        "raters": [{"rater": pk, "name": names[pk]} for pk in ordered],
        "whole": _for_others(run.document),
        "criteria": [{"key": one.criterion.key, **without(one.document, shut)} for one in criteria],
    }


def _for_others(document: Mapping[str, Any]) -> dict[str, Any]:
    minutes = {key: part for key, part in document["minutes"].items() if key != "own"}
    return {**document, "minutes": minutes}


def named_responses(documents: Iterable[Mapping[str, Any]]) -> set[int]:
    """Responses that documents of criteria name."""
    found: set[int] = set()
    for document in documents:
        found |= {unit["response"] for unit in document["routing"].get("units", [])}
        for own in document["own"].values():
            found |= {unit["response"] for unit in own["differing"]}
    return found


def without(document: Mapping[str, Any], shut: set[int]) -> dict[str, Any]:
    """The document of a criterion without units of some responses; counts stay."""

    def open_(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [unit for unit in units if unit["response"] not in shut]

    routing = dict(document["routing"])
    if "units" in routing:
        routing["units"] = open_(routing["units"])
    own = {pk: {**one, "differing": open_(one["differing"])} for pk, one in document["own"].items()}
    return {**document, "routing": routing, "own": own}


def own_parts(user: User, runs: Iterable[RaterRun]) -> list[OwnPart]:
    """One's own part of each criterion of these runs; nobody else's leaves the database."""
    own = KeyTransform(str(user.pk), KeyTransform("own", "document"))
    found = RaterReport.objects.filter(run__in=list(runs)).defer("document").annotate(part=own)
    rows = found.select_related("criterion").prefetch_related("criterion__levels")
    return [
        OwnPart(row.run_id, row.criterion, row.part)
        for row in rows.order_by("-run", "criterion__position")
        if row.part
    ]


def own_runs(user: User) -> list[OwnRun]:
    """The latest comparison of each closed batch the person rated in, and their pace in it.

    Of open batches nothing: they may still rate there, and others' answers are hidden.
    """
    seats = Assignment.objects.filter(batch=OuterRef("batch"), rater=user)
    member = Project.objects.visible_to(user).values("pk")
    finished = RaterRun.objects.finished().filter(Exists(seats), project__in=member)
    latest = (
        finished.filter(batch__state=Batch.State.CLOSED)
        .order_by("batch", "-watermark", "-pk")
        .distinct("batch")
    )
    pace = KeyTransform(str(user.pk), KeyTransform("pace", "document"))
    found = RaterRun.objects.filter(pk__in=latest.values("pk")).defer("document")
    rows = found.annotate(pace=pace).select_related("batch__project").order_by("-batch")
    return [OwnRun(row, row.pace) for row in rows]


def own_fall(user: User) -> float | None:
    """From which minute one's own agreement fell, in the newest closed batch that tells; or None.

    Only one's own part leaves the database.
    """
    own = KeyTransform(str(user.pk), KeyTransform("own", KeyTransform("minutes", "document")))
    seats = Assignment.objects.filter(batch=OuterRef("batch"), rater=user)
    closed = RaterRun.objects.finished().filter(Exists(seats), batch__state=Batch.State.CLOSED)
    found = closed.defer("document").annotate(own=own).filter(own__isnull=False)
    newest = found.order_by("-batch", "-watermark", "-pk").values_list("own", flat=True).first()
    return newest["falls_at"] if newest else None


def still_judged(user: User, responses: Iterable[int], *, or_offered: bool = False) -> set[int]:
    """Responses of batches the person rates in; also of those they may be handed a seat in."""
    asked = list(responses)
    blind = Q(batch__in=Batch.objects.hiding(user, "peers").values("pk"))
    offered = Q(batch__in=Batch.objects.open_to(user).values("pk"))
    waiting = blind | offered if or_offered else blind
    queued = QueueEntry.objects.filter(waiting, response__in=asked)
    seated = Assignment.objects.filter(blind, response__in=asked)
    found = queued.values_list("response"), seated.values_list("response")
    return {pk for rows in found for (pk,) in rows}
